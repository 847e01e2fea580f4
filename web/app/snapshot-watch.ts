/** Two notices: that the papers are old or the last nightly run failed, and that the server has newer papers than the page. */
import type { StatusResponse } from '../../server/schemas/status.ts';
import { byId, el } from '../ui/dom.ts';
import { formatAge, formatDate } from '../ui/format.ts';
import { createIcon } from '../ui/icons.ts';
import * as api from './api.ts';

/**
 * Papers that were last updated this long ago are reported as old. A few nights without new papers are normal, and they
 * make no snapshot. After a week it is more likely that the nightly run fails.
 */
const STALE_SECONDS = 7 * 86_400;
/** The key in localStorage of the snapshot whose notice was dismissed. */
const DISMISSED_KEY = 'paperfield-stale-seen';

function staleText({ snapshot, fault, nights }: StatusResponse): string | null {
  const { createdAt, ageSeconds } = snapshot;
  const when = `${formatDate(createdAt)}, ${formatAge(ageSeconds)}`;
  if (fault !== null) return `The newest papers can’t be read. You see those of ${when}.`;
  if (nights.failedInARow > 0)
    return `Last night’s update failed. Papers last updated on ${when}. See /nights for the reason.`;
  if (ageSeconds < STALE_SECONDS) return null;
  return `Papers last updated on ${when}. If you expected newer ones, check the log of the last nightly run.`;
}

function isDismissed(snapshot: string): boolean {
  try {
    return localStorage.getItem(DISMISSED_KEY) === snapshot;
  } catch {
    return false;
  }
}

/** Shows or hides the notice that the papers are old. Once dismissed, it stays hidden for this snapshot. */
export function showStaleNotice(notice: HTMLElement, status: StatusResponse): void {
  const text = staleText(status);
  notice.hidden = text === null || isDismissed(status.snapshot.id);
  if (text === null || notice.hidden || notice.firstChild?.textContent === text) return;
  const close = el('button', { type: 'button', class: 'ghost', 'aria-label': 'Dismiss' }, createIcon('close'));
  close.addEventListener('click', () => {
    notice.hidden = true;
    try {
      localStorage.setItem(DISMISSED_KEY, status.snapshot.id);
    } catch {
      // Storage is forbidden: the notice is shown again at the next visit.
    }
  });
  notice.replaceChildren(el('p', {}, text), close);
}

const POLL_MS = 30_000;

/**
 * Polls the server and offers to refresh when it has a newer snapshot. The page never reloads by itself.
 *
 * @param received called with every status response
 */
export function watchSnapshot(snapshot: string, received: (status: StatusResponse) => void): void {
  const notice = byId('update-notice', HTMLElement);
  let dismissed = snapshot;

  byId('refresh', HTMLButtonElement).addEventListener('click', () => location.reload());
  byId('later', HTMLButtonElement).addEventListener('click', () => {
    dismissed = notice.dataset.snapshot ?? dismissed;
    notice.hidden = true;
  });

  const poll = async () => {
    if (document.hidden) return;
    // A failed poll is ignored, because the server may be restarting.
    const status = await api.status().catch(() => null);
    if (!status) return;
    received(status);
    const { id } = status.snapshot;
    if (id === snapshot || id === dismissed) return;
    notice.dataset.snapshot = id;
    notice.hidden = false;
  };
  setInterval(poll, POLL_MS);
  document.addEventListener('visibilitychange', poll);
}
