/** From one search result to the next while reading: '3 of 30 listed'. */
import type { Hit } from '../../server/schemas/search.ts';
import { byId } from '../ui/dom.ts';

export function createStepper(open: (id: string) => void) {
  const stepper = byId('stepper', HTMLElement);
  const words = byId('step-words', HTMLElement);
  const buttons = { previous: byId('previous', HTMLButtonElement), next: byId('next', HTMLButtonElement) };
  let hits: readonly Hit[] = [];
  let at = -1;

  const go = (by: number) => {
    const hit = hits[at + by];
    if (hit) open(hit.id);
  };
  buttons.previous.addEventListener('click', () => go(-1));
  buttons.next.addEventListener('click', () => go(1));

  return {
    /** Hidden where the paper is none of the results. */
    show(paper: string | null, results: readonly Hit[]): void {
      hits = results;
      at = hits.findIndex(({ id }) => id === paper);
      stepper.hidden = at < 0;
      words.textContent = `${at + 1} of ${hits.length} listed`;
      buttons.previous.disabled = at <= 0;
      buttons.next.disabled = at >= hits.length - 1;
    },
  };
}
