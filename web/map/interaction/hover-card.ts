/** The small card beside a paper on the map. Its title is fetched when the pointer rests, and kept. */

import type { Library } from '../../paper/paper-cache.ts';
import { appendMarked } from '../../text/highlighted-text.ts';
import { append, el } from '../../ui/dom.ts';
import { wordDate } from '../../ui/format.ts';

export interface HoverCardInput {
  host: HTMLElement;
  library: Library;
  /** The colored chip of a paper's topic, or null. */
  chip(topic: number | null): HTMLElement | null;
  /** Pixels of the map that something else covers. */
  covered(): { top: number; bottom: number };
}

/** Crossing the map asks for nothing; a paper the pointer rests on answers at once. */
const REST_MS = 90;

/** Pixels kept free at the edges of the map. */
const EDGE = 8;

export function createHoverCard({ host, library, chip, covered }: HoverCardInput) {
  const card = el('div', { class: 'hover-card', hidden: true });
  host.appendChild(card);
  let showing: string | null = null;
  let timer = 0;

  const put = (x: number, y: number, gap: number) => {
    const width = card.offsetWidth;
    const height = card.offsetHeight;
    const clamp = (at: number, least: number, most: number) => Math.round(Math.max(least, Math.min(at, most)));
    const roof = covered().top + EDGE;
    const floor = host.clientHeight - covered().bottom - height - EDGE;
    let left = x + gap + width > host.clientWidth - EDGE ? x - gap - width : x + gap;
    let top = y - height / 2;
    if (left < EDGE) {
      // No room beside it: above, where no finger is, else below.
      left = x - width / 2;
      top = y - gap - height < roof ? y + gap : y - gap - height;
    }
    const at = [clamp(left, EDGE, host.clientWidth - width - EDGE), clamp(top, roof, floor)];
    card.style.transform = `translate(${at[0]}px, ${at[1]}px)`;
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
