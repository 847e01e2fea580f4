/** How many papers an area under the hand would select, beside the pointer. Not for ears: when it is drawn it is said. */
import { el } from '../dom.ts';
import { count } from '../wording.ts';

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
