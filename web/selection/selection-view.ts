/** The selected papers in the panel: how many, their dates and topics, the papers themselves, and their export. */
import { parseRegionLeniently } from '../../pipeline/core/query/region.ts';
import type { State } from '../app/page-state.ts';
import type { PanelView, ViewInput } from '../app/panel.ts';
import { formatDay, UNKNOWN_DAY } from '../dates/days.ts';
import { createHitList, type HitList } from '../paper/hit-list.ts';
import { likeQuery } from '../search/edit-query.ts';
import { append, byId, el, onHoverOrFocus } from '../ui/dom.ts';
import { createExportButtons } from '../ui/export-buttons.ts';
import { formatCount, formatDate, formatNumber } from '../ui/format.ts';
import { createErrorNotice, createSkeleton } from '../ui/placeholders.ts';
import {
  combineMasks,
  createRegionContext,
  evaluateRegion,
  exclusionMasks,
  rowsOfMask,
  type Selection,
} from './selection.ts';

/** How many topics are listed by name at most. */
const MAX_TOPICS = 8;
/** A search for similar papers uses at most this many of the selected papers: more would not change the answer. */
const MAX_LIKE = 5;
/** How many papers are listed at a time. */
const PAGE_SIZE = 20;

const emptySelection: Selection = { mask: new Uint8Array(0), rows: new Uint32Array(0), missing: 0 };

export function createSelectionView(input: ViewInput): PanelView {
  const { host, mapData, store } = input;
  const context = createRegionContext(mapData);
  let selection = emptySelection;
  let list: PaperList | null = null;

  const render = (state: State) => {
    const region = state.selection;
    const exclusions = exclusionMasks(state, mapData);
    selection = region === '' ? emptySelection : evaluateRegion(parseRegionLeniently(region), context);
    selection = without(selection, exclusions);
    list = null;
    host.replaceChildren();
    if (region === '') return;
    const clear = el('button', { type: 'button', class: 'button' }, 'Clear');
    clear.addEventListener('click', () => store.set({ selection: '' }, 'push'));
    const heading = el(
      'h2',
      { class: 'topic-title', tabindex: -1 },
      `${formatCount(selection.rows.length, 'paper')} selected`,
    );
    const filterNote =
      exclusions.length > 0 && el('p', { class: 'muted' }, 'Only papers that match the map’s date and color filters.');
    if (selection.rows.length === 0) {
      const words = 'No papers in this area. Draw another one, or go back.';
      const actions = el('div', { class: 'actions' }, clear);
      append(host, heading, filterNote, el('p', { class: 'muted' }, words), actions, notes(selection, region));
      return;
    }
    const rows = sortNewestFirst(selection.rows, mapData.columns.date);
    const counts = countByTopic(rows, mapData.papers.topic);
    const largest = mapData.topic(counts.find(([topic]) => topic >= 0)?.[0] ?? null);
    // If all selected papers are in one topic, the list does not repeat it for each paper.
    const topicTags = counts.length > 1 ? input.topicTags : { ...input.topicTags, ofPaper: () => null };
    list = createPaperList(rows, { ...input, topicTags });
    append(
      host,
      heading,
      filterNote || dateRangeLine(selection, mapData.columns.date),
      el('div', { class: 'actions' }, searchWithinButton(input), similarPapersButton(rows, input), clear),
      el('h3', { class: 'section-title' }, 'Export'),
      createExportButtons(rows, mapData.idOf, largest?.name ?? ''),
      el('h3', { class: 'section-title' }, 'Topics'),
      topicList(counts, input),
      el('h3', { class: 'section-title' }, 'Papers, newest first'),
      list.element,
      notes(selection, region),
    );
  };

  return {
    update(state, before) {
      const isFilterChanged =
        state.dates !== before?.dates || state.colorFilter !== before.colorFilter || state.color !== before.color;
      if (state.selection === before?.selection && !isFilterChanged) return;
      render(state);
      // If only a filter changed, the page key stays the same, so the map highlights must be updated explicitly.
      if (state.selection === before?.selection) input.changed();
    },
    pageKey: ({ selection: region }) => region,
    title: () => `${formatCount(selection.rows.length, 'selected paper')} · paperfield`,
    isInner: true,
    mapHighlights: () => ({ highlighted: selection.rows }),
    highlight: (id) => list?.highlight(id),
  };
}

function without(selection: Selection, exclusions: readonly Uint8Array[]): Selection {
  for (const mask of exclusions) combineMasks(selection.mask, mask, 'remove');
  return { ...selection, rows: rowsOfMask(selection.mask) };
}

function dateRangeLine({ rows }: Selection, date: Int32Array): HTMLElement | null {
  const range = dateRangeOf(rows, date);
  if (!range) return null;
  const [from, to] = [formatDate(range.from), formatDate(range.to)];
  return el('p', { class: 'muted' }, from === to ? from : `${from} to ${to}`);
}

function searchWithinButton({ store }: ViewInput): HTMLElement {
  const button = el('button', { type: 'button', class: 'button' }, 'Search within');
  button.title = 'Search only the selected papers';
  button.addEventListener('click', () => {
    store.set({ within: true }, 'push');
    byId('q', HTMLInputElement).focus();
  });
  return button;
}

function similarPapersButton(rows: Uint32Array, { mapData, search }: ViewInput): HTMLElement {
  const label = rows.length === 1 ? 'More like this' : 'More like these';
  const button = el('button', { type: 'button', class: 'button' }, label);
  const examples = rows.length <= MAX_LIKE ? 'the selected papers' : `${MAX_LIKE} of the selected papers`;
  button.title = `Search for papers similar to ${examples}`;
  const step = Math.max(1, Math.floor(rows.length / MAX_LIKE));
  const sample = rows.filter((_, i) => i % step === 0).slice(0, MAX_LIKE);
  const query = Array.from(sample, (row) => likeQuery(mapData.idOf(row))).join(' ');
  button.addEventListener('click', () => search(query));
  return button;
}

function topicList(counts: readonly [topic: number, papers: number][], input: ViewInput): HTMLElement {
  const { mapData, topicTags, openTopic, hoverTopic } = input;
  const list = el('ul', { class: 'topic-rows' });
  for (const [id, papers] of counts.slice(0, MAX_TOPICS)) {
    const topic = mapData.topic(id);
    const content = [
      topicTags.dot(topic ? id : null),
      el('span', { class: 'topic-row-name' }, topic?.name ?? 'Unassigned'),
      el('span', { class: 'topic-row-size' }, formatNumber(papers)),
    ];
    const row = topic
      ? el('button', { type: 'button', class: 'topic-row' }, ...content)
      : el('div', { class: 'topic-row' }, ...content);
    if (topic) row.addEventListener('click', () => openTopic(id));
    onHoverOrFocus(
      row,
      () => hoverTopic(id),
      () => hoverTopic(null),
    );
    list.appendChild(el('li', {}, row));
  }
  if (counts.length > MAX_TOPICS) {
    const rest = counts.slice(MAX_TOPICS).reduce((sum, [, papers]) => sum + papers, 0);
    const words = `and ${formatCount(rest, 'paper')} in ${formatCount(counts.length - MAX_TOPICS, 'more topic')}`;
    list.appendChild(el('li', { class: 'topic-row muted' }, words));
  }
  return list;
}

function notes({ missing }: Selection, region: string): HTMLElement {
  const hasArea = parseRegionLeniently(region).some(
    ({ subject: { kind } }) => kind === 'rectangle' || kind === 'lasso',
  );
  const areaNote =
    hasArea && 'Areas are saved as map positions: after a rebuild they select the papers that are there then.';
  const missingNote =
    missing > 0 &&
    `${formatCount(missing, 'paper')} from this link ${missing === 1 ? 'is' : 'are'} not in this snapshot. `;
  return el('p', { class: 'muted small selection-note' }, missingNote, areaNote);
}

export type PaperList = Pick<HitList, 'element' | 'highlight'>;

/**
 * Creates a list of papers, page by page. The map knows only their ids, so what the list shows is fetched with each
 * page.
 */
function createPaperList(rows: Uint32Array, input: ViewInput): PaperList {
  const { mapData, paperCache } = input;
  const list = createHitList({ ...input, hasSnippets: false, isRanked: false });
  const below = el('div', {});
  let listed = 0;

  const loadMore = async () => {
    const ids = Array.from(rows.slice(listed, listed + PAGE_SIZE), (row) => mapData.idOf(row));
    below.replaceChildren(createSkeleton(Math.min(ids.length, 4)));
    try {
      const papers = await Promise.all(ids.map(paperCache.summary));
      list.show(papers, listed);
      listed += papers.length;
      below.replaceChildren();
      const rest = rows.length - listed;
      if (rest <= 0) return;
      const button = el('button', { type: 'button', class: 'button more' }, `Show ${Math.min(rest, PAGE_SIZE)} more`);
      button.addEventListener('click', async () => {
        const next = rows[listed];
        await loadMore();
        list.focus(mapData.idOf(next));
      });
      below.appendChild(button);
    } catch (error) {
      below.replaceChildren(createErrorNotice(error, () => void loadMore()));
    }
  };
  void loadMore();

  return { element: el('div', {}, list.element, below), highlight: list.highlight };
}

/** How many of the rows are in each topic, in descending order of this number; topic −1: in no topic. */
export function countByTopic(rows: Uint32Array, topic: Int32Array): [topic: number, papers: number][] {
  const counts = new Map<number, number>();
  for (const row of rows) counts.set(topic[row], (counts.get(topic[row]) ?? 0) + 1);
  return [...counts].sort(([topicA, papersA], [topicB, papersB]) => papersB - papersA || topicA - topicB);
}

/** The first and the last known day of the rows, as `YYYY-MM-DD`; null if no day is known. */
export function dateRangeOf(rows: Uint32Array, date: Int32Array): { from: string; to: string } | null {
  let [first, last] = [Infinity, -Infinity];
  for (const row of rows) {
    const day = date[row];
    if (day === UNKNOWN_DAY) continue;
    first = Math.min(first, day);
    last = Math.max(last, day);
  }
  return first > last ? null : { from: formatDay(first, 'day'), to: formatDay(last, 'day') };
}

/** An upper limit of row numbers, chosen so that a day and a row fit into one 53-bit integer. */
const ROW_LIMIT = 2 ** 26;
/** An upper limit of days since 1970-01-01, chosen so that a day and a row fit into one 53-bit integer. */
const DAY_LIMIT = 2 ** 24;

/** Sorts rows by date, newest first, then by row. Rows without a date are at the end. */
export function sortNewestFirst(rows: Uint32Array, date: Int32Array): Uint32Array {
  // Sorting numbers without a comparison function is many times as fast.
  const keys = Float64Array.from(rows, (row) => {
    const age = date[row] === UNKNOWN_DAY ? 2 * DAY_LIMIT : DAY_LIMIT - date[row];
    return age * ROW_LIMIT + row;
  });
  return Uint32Array.from(keys.sort(), (key) => key % ROW_LIMIT);
}
