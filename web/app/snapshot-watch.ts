/** The notice that something is wrong with the papers, the line that says how old they are, and the offer of newer ones. */
import { ALARMING_NIGHTS } from '../../pipeline/core/night-report.ts';
import type { StatusResponse } from '../../server/schemas/status.ts';
import { byId, el } from '../ui/dom.ts';
import { formatAge, formatCount, formatDate, toSentence, truncate } from '../ui/format.ts';
import { createIcon } from '../ui/icons.ts';
import * as api from './api.ts';

/**
 * Papers that were last updated this long ago are reported as old where no nightly run tells more. A few nights without
 * new papers are normal, and they make no snapshot.
 */
const STALE_SECONDS = 7 * 86_400;

/** The longest reason that a notice gives, in UTF-16 code units; the page of the night has all of it. */
const MAX_REASON = 200;

type Health = Pick<StatusResponse, 'snapshot' | 'fault' | 'nights'>;

/** Something about the papers that their reader should know. */
export interface HealthNotice {
  /** Identifies what happened: a notice of it that was dismissed is not shown again. */
  readonly key: string;
  readonly text: string;
  /** The address of the page that says more; null if none does. */
  readonly details: string | null;
}

/** Why the papers may not be those that the reader expects; null if all is well. */
export function healthNotice({ snapshot, fault, nights }: Health): HealthNotice | null {
  const { createdAt, ageSeconds } = snapshot;
  const { last, failedInARow, silentNights } = nights;
  const when = `${formatDate(createdAt)}, ${formatAge(ageSeconds)}`;
  if (fault !== null) {
    return {
      key: `fault ${snapshot.id}`,
      text: `The newest papers can’t be read. You see those of ${when}.`,
      details: null,
    };
  }
  if (last && silentNights >= ALARMING_NIGHTS) {
    const text = `No nightly update for ${formatCount(silentNights, 'night')}. Papers are those of ${when}.`;
    return { key: `silent ${last.time}`, text, details: '/nights' };
  }
  if (last && failedInARow > 0) {
    const which = failedInARow === 1 ? 'The last nightly update' : `The last ${failedInARow} nightly updates`;
    const reason = last.message === null ? '' : `: ${truncate(last.message, MAX_REASON)}`;
    const text = `${toSentence(`${which} failed${reason}`)} Papers are those of ${when}.`;
    return { key: `failed ${last.time}`, text, details: reportOf(nights) };
  }
  // A run that found nothing new says that the papers are not old.
  if (ageSeconds < STALE_SECONDS || last) return null;
  const text = `Papers last updated on ${when}. If you expected newer ones, set up a nightly run, or add some.`;
  return { key: `old ${snapshot.id}`, text, details: null };
}

function reportOf({ last }: StatusResponse['nights']): string {
  return last?.report ? `/nights/${last.report}` : '/nights';
}

/** How the last nightly run went, in a few words; null if none ran. */
export function lastNightText({ last }: StatusResponse['nights'], now: Date): string | null {
  if (last === null) return null;
  const age = formatAge(Math.max(0, (now.getTime() - Date.parse(last.time)) / 1000));
  const outcome =
    last.outcome === 'failed'
      ? 'failed'
      : last.outcome === 'unchanged' || last.newPapers === 0
        ? 'nothing new'
        : last.newPapers === null
          ? 'updated'
          : `${formatCount(last.newPapers, 'new paper')}`;
  return `Nightly run ${age}: ${outcome}`;
}

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
