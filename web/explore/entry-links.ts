/** Links to the views for exploration: from the start page, a topic, or a paper. */

import { attentionMeasures } from '../../pipeline/core/field-columns.ts';
import { newPapers } from '../app/api.ts';
import { homePatch } from '../app/page-state.ts';
import type { ViewInput } from '../app/panel.ts';
import type { Store } from '../app/store.ts';
import { createStateLink } from '../app/store.ts';
import { append, el } from '../ui/dom.ts';
import { formatCount, formatDate } from '../ui/format.ts';
import { daysBefore, loadLastVisit, recordVisit } from './new-papers.ts';

/** At a first visit, papers count as new if they are at most this many days older than the newest paper. */
const NEW_DAYS = 7;

/** The link from a paper to a reading path that starts there. */
export function createReadingPathLink(store: Pick<Store, 'href' | 'set'>, id: string): HTMLElement {
  const link = createStateLink(store, 'Reading path to …', { paper: null, from: id, to: null });
  link.title = 'Read from this paper to another in small steps';
  return link;
}

/** The link to hidden gems, of one topic or of all; null if it is of no paper known how much attention it got. */
export function createHiddenGemsLink(
  { store, mapData, columns }: ViewInput,
  topic: number | null,
  className: string,
): HTMLElement | null {
  const hasMeasure = attentionMeasures.some((measure) =>
    columns.some(({ name, type }) => name === measure && type === 'number'),
  );
  if (!hasMeasure && !mapData.columns.comments.some((comments) => comments >= 0)) return null;
  const link = createStateLink(store, 'Hidden gems', { paper: null, tool: 'gems', topic }, className);
  link.title = 'Influential-looking papers with less attention than expected';
  return link;
}

/** Appends a hint to a link, for example 'by topic'. Returns the link. */
function withHint(link: HTMLElement | null, hint: string): HTMLElement | null {
  if (link) append(link, ' ', el('span', { class: 'entry-link-hint' }, hint));
  return link;
}

/**
 * Creates the links of the start page.
 *
 * @param newest the date of the newest paper; null if no paper has a date
 */
export function createEntryLinks(input: ViewInput, newest: string | null): HTMLElement {
  const { store, mapData } = input;
  const nav = el('nav', { class: 'entry-links', 'aria-label': 'Explore' });
  const visit = loadLastVisit();
  if (mapData.snapshot && !visit) recordVisit(mapData.snapshot);
  const isReturning = visit !== null && mapData.snapshot !== '' && visit.snapshot !== mapData.snapshot;
  const since = isReturning ? visit.snapshot : newest && daysBefore(newest, NEW_DAYS);
  const newLabel = isReturning ? 'What’s new' : 'Newest papers';
  const newLink = since ? createStateLink(store, newLabel, { ...homePatch, since }, 'entry-link') : null;
  append(
    nav,
    withHint(newLink, isReturning ? 'since your last visit' : 'by topic'),
    createStateLink(store, 'Where does my draft fit?', { ...homePatch, tool: 'draft' }, 'entry-link'),
    withHint(createHiddenGemsLink(input, null, 'entry-link'), 'influential-looking, little noticed'),
  );
  if (isReturning && newLink) void showNewCount(newLink, visit, mapData.snapshot);
  return nav;
}

/** Shows the number of new papers in the link. If there are none, the current snapshot is recorded as visited. */
async function showNewCount(
  link: HTMLElement,
  visit: { snapshot: string; day: string },
  snapshot: string,
): Promise<void> {
  try {
    const { total } = await newPapers(visit.snapshot, 1);
    if (total === 0) recordVisit(snapshot);
    else {
      link.classList.add('primary');
      link.textContent = `${formatCount(total, 'new paper')} since ${formatDate(visit.day)}`;
    }
  } catch {
    // The link works without the number; the view behind it shows the error.
  }
}
