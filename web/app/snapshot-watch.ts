import type { StatusAnswer } from '../../server/schemas/search.ts';
import { byId, el } from '../ui/dom.ts';
import { wordAge, wordDate } from '../ui/format.ts';
import { icon } from '../ui/icons.ts';
import * as api from './api.ts';

/** Says that the papers are old, once they are: a nightly run may have stopped without anyone noticing. */

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

/** Asks now and then whether the server has newer papers, and offers them. Never takes the page away from a reader. */

const EVERY_MS = 30_000;

/** @param seen called with every answer. */
export function watchSnapshot(snapshot: string, seen: (status: StatusAnswer) => void): void {
  const notice = byId('notice', HTMLElement);
  let dismissed = snapshot;

  byId('refresh', HTMLButtonElement).addEventListener('click', () => location.reload());
  byId('later', HTMLButtonElement).addEventListener('click', () => {
    dismissed = notice.dataset.snapshot ?? dismissed;
    notice.hidden = true;
  });

  const ask = async () => {
    if (document.hidden) return;
    // A server that is away for a while is no news: the next answer counts.
    const status = await api.status().catch(() => null);
    if (!status) return;
    seen(status);
    const { id } = status.snapshot;
    if (id === snapshot || id === dismissed) return;
    notice.dataset.snapshot = id;
    notice.hidden = false;
  };
  setInterval(ask, EVERY_MS);
  document.addEventListener('visibilitychange', ask);
}
