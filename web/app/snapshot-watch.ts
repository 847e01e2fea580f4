/** The notice that something is wrong with the papers, the line that says how old they are, and the offer of newer ones. */
import type { StatusResponse } from '../../server/schemas/status.ts';
import { byId, el } from '../ui/dom.ts';
import { formatAge, formatCount } from '../ui/format.ts';
import { createIcon } from '../ui/icons.ts';
import * as api from './api.ts';
import { healthNotice, lastNightText } from './health-texts.ts';

/** The key in localStorage of the notice that was dismissed. */
const DISMISSED_KEY = 'paperfield-stale-seen';

function isDismissed(key: string): boolean {
  try {
    return localStorage.getItem(DISMISSED_KEY) === key;
  } catch {
    return false;
  }
}

/** Shows or hides the notice that something is wrong. Once dismissed, it stays hidden until something else is. */
export function showHealthNotice(element: HTMLElement, status: StatusResponse): void {
  const notice = healthNotice(status);
  element.hidden = notice === null || isDismissed(notice.key);
  if (notice === null || element.hidden || element.dataset.key === notice.key) return;
  element.dataset.key = notice.key;
  const close = el('button', { type: 'button', class: 'ghost', 'aria-label': 'Dismiss' }, createIcon('close'));
  close.addEventListener('click', () => {
    element.hidden = true;
    try {
      localStorage.setItem(DISMISSED_KEY, notice.key);
    } catch {
      // Storage is forbidden: the notice is shown again at the next visit.
    }
  });
  const details = notice.details !== null && el('a', { href: notice.details }, 'What happened');
  element.replaceChildren(el('p', {}, notice.text, details && ' ', details), close);
}

/** Says unobtrusively how many papers there are, how old they are, and how the last night went. */
export function showStatusLine(element: HTMLElement, status: StatusResponse, topics: number): void {
  const { counts, snapshot, nights } = status;
  const night = lastNightText(nights, new Date());
  element.replaceChildren(
    `${formatCount(counts.papers, 'paper')}, ${formatCount(topics, 'topic')}. Updated ${formatAge(snapshot.ageSeconds)}. `,
    ...(night === null ? [] : [el('a', { href: '/nights' }, night)]),
  );
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
