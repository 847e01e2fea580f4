/** The card beside a hovered paper, with its title. The title is fetched once the pointer rests, and cached. */
import type { PaperCache } from '../../paper/paper-cache.ts';
import { appendHighlightedText } from '../../text/highlighted-text.ts';
import { append, el } from '../../ui/dom.ts';
import { formatDate } from '../../ui/format.ts';

export interface HoverCardInput {
  host: HTMLElement;
  paperCache: PaperCache;
  /** The colored name of a topic; null for no topic. */
  topicLabel(topic: number | null): HTMLElement | null;
  /** How many pixels of the map are covered at its top and at its bottom. */
  coveredPixels(): { top: number; bottom: number };
}

export interface HoverCard {
  /**
   * Shows the card of a paper at a position on the canvas.
   *
   * @param gap distance between that position and the card, in pixels
   */
  show(id: string, topic: number | null, x: number, y: number, gap: number): void;
  hide(): void;
}

/** The pointer must rest this long before a paper is requested, so that moving across the map requests nothing. */
const REST_MS = 90;

/** Pixels kept free at the edges of the map. */
const EDGE = 8;

export function createHoverCard({ host, paperCache, topicLabel, coveredPixels }: HoverCardInput): HoverCard {
  const card = el('div', { class: 'hover-card', hidden: true });
  host.appendChild(card);
  let shownId: string | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const place = (x: number, y: number, gap: number) => {
    const { offsetWidth: width, offsetHeight: height } = card;
    const clamp = (value: number, min: number, max: number) => Math.round(Math.max(min, Math.min(value, max)));
    const covered = coveredPixels();
    const minTop = covered.top + EDGE;
    const maxTop = host.clientHeight - covered.bottom - height - EDGE;
    let left = x + gap + width > host.clientWidth - EDGE ? x - gap - width : x + gap;
    let top = y - height / 2;
    if (left < EDGE) {
      // If there is no room on either side, the card goes above the paper, where no finger hides it, or else below.
      left = x - width / 2;
      top = y - gap - height < minTop ? y + gap : y - gap - height;
    }
    left = clamp(left, EDGE, host.clientWidth - width - EDGE);
    top = clamp(top, minTop, maxTop);
    card.style.transform = `translate(${left}px, ${top}px)`;
  };
  const fill = (topic: number | null, title: string | null, date: string) => {
    const heading = title === null ? el('span', { class: 'skeleton-line' }) : el('p', { class: 'hover-title' });
    if (title !== null) appendHighlightedText(heading, title);
    card.replaceChildren();
    append(card, heading, el('p', { class: 'hover-facts' }, topicLabel(topic), date && el('span', {}, date)));
  };

  const hide = () => {
    clearTimeout(timer);
    shownId = null;
    card.hidden = true;
  };

  return {
    show(id, topic, x, y, gap) {
      clearTimeout(timer);
      shownId = id;
      const render = () => {
        const paper = paperCache.known(id);
        fill(topic, paper?.title ?? null, paper?.date ? formatDate(paper.date) : '');
        place(x, y, gap);
      };
      card.hidden = false;
      render();
      if (paperCache.known(id)) return;
      timer = setTimeout(() => {
        const isStillShown = () => shownId === id;
        paperCache
          .paper(id)
          .then(() => isStillShown() && render())
          .catch(() => isStillShown() && hide());
      }, REST_MS);
    },
    hide,
  };
}
