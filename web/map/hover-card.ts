/** The small card beside a paper on the map. Its title is fetched when the pointer rests, and kept. */
import { append, el } from '../dom.ts';
import type { Library } from '../library.ts';
import { appendMarked } from '../marked.ts';
import { wordDate } from '../wording.ts';

export interface HoverCardInput {
  host: HTMLElement;
  library: Library;
  /** The coloured chip of a paper's topic, or null. */
  chip(topic: number | null): HTMLElement | null;
}

/** Crossing the map asks for nothing; a paper the pointer rests on answers at once. */
const REST_MS = 90;

export function createHoverCard({ host, library, chip }: HoverCardInput) {
  const card = el('div', { class: 'hover-card', hidden: true });
  host.appendChild(card);
  let showing: string | null = null;
  let timer = 0;

  const put = (x: number, y: number, gap: number) => {
    const width = card.offsetWidth;
    const height = card.offsetHeight;
    const left = x + gap + width > host.clientWidth - 8 ? x - gap - width : x + gap;
    const top = Math.min(Math.max(y - height / 2, 8), host.clientHeight - height - 8);
    card.style.transform = `translate(${Math.round(Math.max(left, 8))}px, ${Math.round(top)}px)`;
  };
  const fill = (topic: number | null, title: string | null, facts: string) => {
    card.replaceChildren();
    const words = el('p', { class: 'hover-title' });
    appendMarked(words, title ?? '');
    append(
      card,
      title === null ? el('span', { class: 'bone' }) : words,
      el('p', { class: 'hover-facts' }, chip(topic), facts && el('span', {}, facts)),
    );
  };

  const hide = () => {
    clearTimeout(timer);
    showing = null;
    card.hidden = true;
  };

  return {
    show(id: string, topic: number | null, x: number, y: number, gap: number): void {
      clearTimeout(timer);
      showing = id;
      const write = () => {
        const known = library.known(id);
        fill(topic, known?.title ?? null, known?.date ? wordDate(known.date) : '');
        put(x, y, gap);
      };
      card.hidden = false;
      write();
      if (library.known(id)) return;
      timer = setTimeout(() => {
        const still = () => showing === id;
        library
          .paper(id)
          .then(() => still() && write())
          .catch(() => still() && hide());
      }, REST_MS) as unknown as number;
    },
    hide,
  };
}
