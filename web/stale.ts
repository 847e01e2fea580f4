/** Says that the papers are old, once they are: a nightly run may have stopped without anyone noticing. */
import type { StatusAnswer } from '../server/contract.ts';
import { el } from './dom.ts';
import { icon } from './icons.ts';
import { wordAge, wordDate } from './wording.ts';

/**
 * A night without new papers makes no snapshot, and neither do a weekend and a holiday together: a week without one is
 * more likely a run that fails.
 */
const STALE_SECONDS = 7 * 86_400;
const KEY = 'paperfield-stale-seen';

/** What the note says; null where the papers are new enough. */
function staleWords({ snapshot: { createdAt, ageSeconds } }: Pick<StatusAnswer, 'snapshot'>): string | null {
  if (ageSeconds < STALE_SECONDS) return null;
  const when = `${wordDate(createdAt)}, ${wordAge(ageSeconds)}`;
  return `These papers are as they were on ${when}. If there should be newer ones, see what the last nightly run said.`;
}

function isSeen(snapshot: string): boolean {
  try {
    return localStorage.getItem(KEY) === snapshot;
  } catch {
    return false;
  }
}

/** Puts the note into its place, or takes it away. Closed once, it stays away for this snapshot. */
export function showStale(place: HTMLElement, status: StatusAnswer): void {
  const words = staleWords(status);
  place.hidden = words === null || isSeen(status.snapshot.id);
  if (words === null || place.hidden || place.firstChild?.textContent === words) return;
  const close = el('button', { type: 'button', class: 'ghost', 'aria-label': 'Close this note' });
  close.appendChild(icon('close'));
  close.addEventListener('click', () => {
    place.hidden = true;
    try {
      localStorage.setItem(KEY, status.snapshot.id);
    } catch {
      // Storage can be forbidden; the note is then back with the next visit.
    }
  });
  place.replaceChildren(el('p', {}, words), close);
}
