/** The view of new papers, by topic, since a visit or a date; and the record of this browser's last visit. */
import type { NewPapersResponse } from '../../server/schemas/explore.ts';
import { newPapers } from '../app/api.ts';
import type { PanelView, ViewInput } from '../app/panel.ts';
import type { Store } from '../app/store.ts';
import { createHitList, type HitList } from '../paper/hit-list.ts';
import { topicLink } from '../topic/topic-links.ts';
import { append, el, onPress } from '../ui/dom.ts';
import { formatCount, formatDate } from '../ui/format.ts';
import { errorNotice, skeleton } from '../ui/placeholders.ts';
import { topicGrowthText } from './format.ts';

const VISIT_KEY = 'paperfield-seen';

interface Visit {
  /** The snapshot whose new papers were last viewed, or that of the first visit. */
  snapshot: string;
  /** `YYYY-MM-DD`. */
  day: string;
}

/** The last visit of this browser; null at a first visit, and if the browser forbids storage. */
export function lastVisit(): Visit | null {
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
    // Storage is forbidden: every visit is a first one.
  }
}

const DAY_MS = 86_400_000;

/** `daysBefore('2025-12-23', 7)` → `2025-12-16`; a month or a year is returned as it is. */
export function daysBefore(date: string, days: number): string {
  if (date.length < 10) return date;
  return new Date(Date.parse(date) - days * DAY_MS).toISOString().slice(0, 10);
}

/** Days before the newest paper. */
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
    const link = el('a', { class: 'chip', href: store.href(patch) }, label);
    onPress(link, () => store.set(patch, 'push'));
    if (since === patch.since) link.setAttribute('aria-current', 'true');
    return link;
  });
  return el('nav', { class: 'chips time-ranges', 'aria-label': 'Time range' }, ...links);
}

const MAX_PAPERS = 200;
const TITLE = 'What’s new';

/** @param newest the date of the newest paper; null if no paper has a date */
export function newPapersView(input: ViewInput, newest: string | null): PanelView {
  const { host, store, mapData, paperCache, rowsOf } = input;
  const heading = el('h2', { class: 'topic-title', tabindex: -1 }, TITLE);
  const body = el('div', {});
  append(host, heading, body);
  // The topic is the heading of its papers.
  const topicTags = { ...input.topicTags, ofPaper: () => null };
  let papers: { id: string }[] = [];
  let lists: HitList[] = [];
  let shown = '';

  const show = async (since: string) => {
    shown = since;
    papers = [];
    lists = [];
    input.changed();
    body.replaceChildren(skeleton(4));
    const visit = lastVisit();
    const isSinceVisit = visit?.snapshot === since;
    try {
      const response = await newPapers(since, MAX_PAPERS);
      if (shown !== since) return;
      const listed = response.groups.flatMap((group) => group.papers);
      paperCache.add(listed);
      papers = listed;
      body.replaceChildren(...content(response, isSinceVisit ? visit.day : null));
      // These papers are not new at the next visit.
      if (mapData.snapshot && isSinceVisit) recordVisit(mapData.snapshot);
      input.changed();
    } catch (error) {
      if (shown === since) body.replaceChildren(errorNotice(error, () => void show(since)));
    }
  };
  /** @param visitDay the day of the last visit, if the papers are those since then */
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
      ? topicLink(group.topic, 'topic-row', input, dot, name, growth)
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
