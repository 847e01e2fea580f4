/** The view of new papers, by topic, since a visit or a date; and the record of this browser's last visit. */

import type { NewPapersResponse } from '../../server/schemas/explore.ts';
import { newPapers } from '../app/api.ts';
import type { PanelView, ViewInput } from '../app/panel.ts';
import type { Store } from '../app/store.ts';
import { createStateLink } from '../app/store.ts';
import { createHitList, type HitList } from '../paper/hit-list.ts';
import { createTopicLink } from '../topic/topic-links.ts';
import { append, el } from '../ui/dom.ts';
import { formatCount, formatDate } from '../ui/format.ts';
import { createErrorNotice, createSkeleton } from '../ui/placeholders.ts';
import { topicGrowthText } from './explore-texts.ts';

const VISIT_KEY = 'paperfield-seen';

interface Visit {
  /** The snapshot up to which the user has seen new papers; initially the snapshot at the first visit. */
  snapshot: string;
  /** The day of the visit, as `YYYY-MM-DD`. */
  day: string;
}

/** Loads the last visit of this browser; null at a first visit, and if the browser forbids storage. */
export function loadLastVisit(): Visit | null {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(VISIT_KEY) ?? 'null');
    const isVisit = typeof stored === 'object' && stored !== null && 'snapshot' in stored && 'day' in stored;
    if (!isVisit || typeof stored.snapshot !== 'string' || typeof stored.day !== 'string') return null;
    return { snapshot: stored.snapshot, day: stored.day };
  } catch {
    return null;
  }
}

export function recordVisit(snapshot: string): void {
  try {
    localStorage.setItem(VISIT_KEY, JSON.stringify({ snapshot, day: new Date().toISOString().slice(0, 10) }));
  } catch {
    // Storage is forbidden: every visit counts as the first one.
  }
}

const DAY_MS = 86_400_000;

/**
 * The date that is some days before a date: `daysBefore('2025-12-23', 7)` is `2025-12-16`. If only the month or the
 * year is known, the date is returned as it is.
 */
export function daysBefore(date: string, days: number): string {
  if (date.length < 10) return date;
  return new Date(Date.parse(date) - days * DAY_MS).toISOString().slice(0, 10);
}

/** The time ranges to choose from, in days before the newest paper. */
const TIME_RANGES = [
  ['Past week', 7],
  ['Past month', 30],
  ['Past 3 months', 91],
] as const;

/** Links to other time ranges; null if the day of the newest paper is not known. */
function timeRangeLinks(store: Pick<Store, 'href' | 'set'>, newest: string | null, since: string): HTMLElement | null {
  if (newest === null || newest.length < 10) return null;
  const links = TIME_RANGES.map(([label, days]) => {
    const patch = { since: daysBefore(newest, days) };
    const link = createStateLink(store, label, patch, 'chip');
    if (since === patch.since) link.setAttribute('aria-current', 'true');
    return link;
  });
  return el('nav', { class: 'chips time-ranges', 'aria-label': 'Time range' }, ...links);
}

const MAX_PAPERS = 200;
const TITLE = 'What’s new';

/**
 * Creates the view of new papers.
 *
 * @param newest the date of the newest paper; null if no paper has a date
 */
export function createNewPapersView(input: ViewInput, newest: string | null): PanelView {
  const { host, store, mapData, paperCache, rowsOf } = input;
  const heading = el('h2', { class: 'topic-title', tabindex: -1 }, TITLE);
  const body = el('div', {});
  append(host, heading, body);
  // Papers do not show their topic, because it is the heading of their group.
  const topicTags = { ...input.topicTags, ofPaper: () => null };
  let papers: { id: string }[] = [];
  let lists: HitList[] = [];
  let shown = '';

  const show = async (since: string) => {
    shown = since;
    papers = [];
    lists = [];
    input.changed();
    body.replaceChildren(createSkeleton(4));
    const visit = loadLastVisit();
    const isSinceVisit = visit?.snapshot === since;
    try {
      const response = await newPapers(since, MAX_PAPERS);
      if (shown !== since) return;
      const listed = response.groups.flatMap((group) => group.papers);
      paperCache.add(listed);
      papers = listed;
      body.replaceChildren(...content(response, isSinceVisit ? visit.day : null));
      // The visit is recorded, so that these papers do not count as new at the next visit.
      if (mapData.snapshot && isSinceVisit) recordVisit(mapData.snapshot);
      input.changed();
    } catch (error) {
      if (shown === since) body.replaceChildren(createErrorNotice(error, () => void show(since)));
    }
  };
  /**
   * The content of the view.
   *
   * @param visitDay the day of the last visit if the papers since then are shown; otherwise null
   */
  const content = (response: NewPapersResponse, visitDay: string | null) => {
    const date = formatDate(visitDay ?? response.date ?? response.since.slice(0, 10));
    const since = visitDay === null ? `since ${date}` : `since your visit on ${date}`;
    const { total } = response;
    const summary = total === 0 ? `No new papers ${since}.` : `${formatCount(total, 'new paper')} ${since}.`;
    const limit = papers.length < total && ` Showing the newest ${papers.length}.`;
    const status = el('p', { class: 'muted', role: 'status' }, summary, limit);
    return [status, timeRangeLinks(store, newest, shown), ...response.groups.map(groupSection)].filter(
      (part) => part !== null,
    );
  };
  const groupSection = (group: NewPapersResponse['groups'][number]) => {
    const list = createHitList({ ...input, topicTags, hasSnippets: false, isRanked: false });
    lists.push(list);
    list.show(group.papers, 0);
    const name = el('span', { class: 'topic-row-name' }, group.topic?.name ?? 'Unassigned');
    const growth = el('span', { class: 'topic-row-size' }, topicGrowthText(group));
    const dot = input.topicTags.dot(group.topic?.id ?? null);
    const title = group.topic
      ? createTopicLink(group.topic, 'topic-row', input, dot, name, growth)
      : el('div', { class: 'topic-row' }, dot, name, growth);
    return el('section', { class: 'new-papers-group' }, el('h3', {}, title), list.element);
  };

  return {
    update({ since }) {
      if (since !== '' && shown !== since) void show(since);
    },
    pageKey: ({ since }) => since,
    title: () => `${TITLE} · paperfield`,
    isInner: true,
    mapHighlights() {
      const rows = rowsOf(papers);
      return rows.length > 0 ? { highlighted: rows } : {};
    },
    highlight(id) {
      for (const list of lists) list.highlight(id);
    },
    focus: ({ paper }) => paper !== null && lists.some((list) => list.focus(paper)),
  };
}
