import { el } from '../ui/dom.ts';
import { count } from '../ui/format.ts';
import type { Area, Operation } from './region-parts.ts';
import { type Places, pointsInside } from './select.ts';

/** How many papers would be selected if the hand were lifted now: pure, and fast enough for every move of it. */

/**
 * A function that tells how many papers a selection holds once an area is added to it, taken from it, kept in common with it,
 * or takes its place. One look a paper beside those of the area.
 *
 * @param selected 1 for each paper of the selection so far, by row
 * @param keptOut for each filter of the map 1 for the papers that it keeps out: they do not count
 */
export function countDrawn(
  places: Places,
  selected: Uint8Array,
  keptOut: readonly Uint8Array[],
): (area: Area, operation: Operation | 'fresh') => number {
  const open = new Uint8Array(selected.length).fill(1);
  for (const filter of keptOut) for (let row = 0; row < open.length; row++) open[row]! &= 1 - filter[row]!;
  const before = selected.map((one, row) => one & open[row]!);
  return (area, operation) => {
    const inside = pointsInside(places, area);
    let both = 0;
    let own = 0;
    let all = 0;
    for (let row = 0; row < inside.length; row++) {
      own += inside[row]! & open[row]!;
      all += before[row]!;
      both += inside[row]! & before[row]!;
    }
    if (operation === 'add') return all + own - both;
    if (operation === 'remove') return all - both;
    return operation === 'meet' ? both : own;
  };
}

/** How many papers an area under the hand would select, beside the pointer. Not for ears: when it is drawn it is said. */

export interface CountSign {
  /** @param at the pointer's place in the host, in pixels; `isFinger`: it would cover what is below it */
  show(papers: number, at: readonly [x: number, y: number], isFinger: boolean): void;
  hide(): void;
}

/** Pixels between the pointer and the sign. */
const BESIDE = 16;
const ABOVE_FINGER = 44;

export function createCountSign(host: HTMLElement): CountSign {
  const sign = el('div', { class: 'count-sign', 'aria-hidden': 'true', hidden: true });
  host.appendChild(sign);
  return {
    show(papers, [x, y], isFinger) {
      sign.textContent = count(papers, 'paper');
      sign.hidden = false;
      const { offsetWidth: width, offsetHeight: height } = sign;
      // Within the field: at its right edge it stands on the pointer's other side.
      const beside = x + BESIDE + width <= host.clientWidth ? x + BESIDE : x - BESIDE - width;
      const left = isFinger ? Math.min(Math.max(4, x - width / 2), host.clientWidth - width - 4) : Math.max(4, beside);
      const below = y + BESIDE + height <= host.clientHeight ? y + BESIDE : y - BESIDE - height;
      const top = isFinger ? Math.max(4, y - ABOVE_FINGER - height) : below;
      sign.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
    },
    hide() {
      sign.hidden = true;
    },
  };
}
