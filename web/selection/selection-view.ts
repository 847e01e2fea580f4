import type { PanelView, ViewInput } from '../app/panel-view.ts';
import type { State } from '../app/state.ts';
import { dateOf, NO_DAY } from '../dates/days.ts';
import { bones, createHitList, type HitList, trouble } from '../paper/hit-list.ts';
import { likeQuery } from '../search/query-text.ts';
import { append, byId, el } from '../ui/dom.ts';
import { exportButtons } from '../ui/export-buttons.ts';
import { count, wordDate } from '../ui/format.ts';
import { keptOut } from './excluded-rows.ts';
import { readParts } from './region-parts.ts';
import { combine, rowsIn, type Selection, select, selectable } from './select.ts';

/** What can be told of selected papers without asking the server: pure. */

/** How many of the rows each topic holds, the most first; −1: of none. */
export function topicsOf(rows: Uint32Array, topic: Int32Array): [topic: number, papers: number][] {
  const counts = new Map<number, number>();
  for (const row of rows) counts.set(topic[row]!, (counts.get(topic[row]!) ?? 0) + 1);
  return [...counts].sort(([a, most], [b, more]) => more - most || a - b);
}

/** The first and the last day that is known of the rows, as dates; null where none is. */
export function dateRange(rows: Uint32Array, date: Int32Array): { from: string; to: string } | null {
  let [first, last] = [Infinity, -Infinity];
  for (const row of rows) {
    const day = date[row]!;
    if (day === NO_DAY) continue;
    first = Math.min(first, day);
    last = Math.max(last, day);
  }
  return first > last ? null : { from: dateOf(first, 'day'), to: dateOf(last, 'day') };
}

/** More rows than any map has. */
const ROWS = 2 ** 26;
/** Days that no date reaches. */
const FAR = 2 ** 24;

/** The rows by date, the newest first; those of no known date last, equal ones by row. */
export function newestFirst(rows: Uint32Array, date: Int32Array): Uint32Array {
  // Day and row in one number: a sort that calls nothing back is many times as fast.
  const keys = Float64Array.from(rows, (row) => (date[row] === NO_DAY ? 2 * FAR : FAR - date[row]!) * ROWS + row);
  return Uint32Array.from(keys.sort(), (key) => key % ROWS);
}

/** Selected papers one by one, page by page. Of each the map knows all but what lists say of it, fetched when its page is shown. */

const PAGE = 20;

export type Listing = Pick<HitList, 'element' | 'light'>;

export function createListing(rows: Uint32Array, input: ViewInput): Listing {
  const { atlas, library } = input;
  const list = createHitList({ ...input, snippets: false, numbered: false });
  const below = el('div', {});
  let listed = 0;

  const more = async () => {
    const ids = Array.from(rows.slice(listed, listed + PAGE), (row) => atlas.idOf(row));
    below.replaceChildren(bones(Math.min(ids.length, 4)));
    try {
      const told = await Promise.all(ids.map(library.listed));
      list.put(told, listed);
      listed += told.length;
      below.replaceChildren();
      const rest = rows.length - listed;
      if (rest <= 0) return;
      const button = el('button', { type: 'button', class: 'button more' }, `Show ${Math.min(rest, PAGE)} more`);
      button.addEventListener('click', async () => {
        const next = rows[listed]!;
        await more();
        list.focus(atlas.idOf(next));
      });
      below.appendChild(button);
    } catch (error) {
      below.replaceChildren(trouble(error, () => void more()));
    }
  };
  void more();

  return { element: el('div', {}, list.element, below), light: list.light };
}

/** The selected papers in the panel: how many, of which topics and dates, one by one, and as a file. */

const TOPICS = 8;
/** As many papers a query is made like; more would say the same. */
const ALIKE = 5;

const nothing: Selection = { mask: new Uint8Array(0), rows: rowsIn(new Uint8Array(0)), missing: 0 };

export function selectionView(input: ViewInput): PanelView {
  const { host, atlas, store } = input;
  const { columns } = atlas;
  const papers = selectable(atlas);
  let selection = nothing;
  let showing: Listing | null = null;

  const show = (state: State) => {
    const parts = state.selection;
    const filters = keptOut(state, atlas);
    selection = parts === '' ? nothing : keptTo(select(readParts(parts), papers), filters);
    showing = null;
    host.replaceChildren();
    if (parts === '') return;
    const clear = el('button', { type: 'button', class: 'button' }, 'Clear');
    clear.addEventListener('click', () => store.set({ selection: '' }, 'push'));
    const within = filters.length > 0 && el('p', { class: 'quiet' }, 'Of the dates and colors that the map keeps to.');
    const heading = el(
      'h2',
      { class: 'topic-title', tabindex: -1 },
      `${count(selection.rows.length, 'paper')} selected`,
    );
    if (selection.rows.length === 0) {
      const words = 'No paper lies there. Draw another area, or go back.';
      append(
        host,
        heading,
        within,
        el('p', { class: 'quiet' }, words),
        el('div', { class: 'actions' }, clear),
        notes(selection, parts),
      );
      return;
    }
    const rows = newestFirst(selection.rows, columns.date);
    const held = topicsOf(rows, atlas.papers.topic);
    const largest = atlas.topic(held.find(([topic]) => topic >= 0)?.[0] ?? null);
    // Of one topic all of them are; that is said above the list.
    const tags = held.length > 1 ? input.tags : { ...input.tags, ofPaper: () => null };
    showing = createListing(rows, { ...input, tags });
    append(
      host,
      heading,
      within || rangeWords(selection, columns.date),
      el('div', { class: 'actions' }, inside(input), alike(rows, input), clear),
      el('h3', { class: 'section-title' }, 'Save as a file'),
      exportButtons(rows, atlas.idOf, largest?.name ?? ''),
      el('h3', { class: 'section-title' }, 'Topics'),
      topicList(held, input),
      el('h3', { class: 'section-title' }, 'Papers, the newest first'),
      showing.element,
      notes(selection, parts),
    );
  };

  return {
    follow(state, before) {
      const filtered = state.dates !== before?.dates || state.only !== before.only || state.color !== before.color;
      if (state.selection === before?.selection && !filtered) return;
      show(state);
      // It is the same page of papers, fewer of them.
      if (state.selection === before?.selection) input.changed();
    },
    page: ({ selection: parts }) => parts,
    title: () => `${count(selection.rows.length, 'selected paper')} · paperfield`,
    isInner: true,
    onMap: () => ({ lit: selection.rows }),
    light: (id) => showing?.light(id),
  };
}

/** Selected is what stands out: not what the map keeps out. */
function keptTo(selection: Selection, filters: readonly Uint8Array[]): Selection {
  for (const filter of filters) combine(selection.mask, filter, 'remove');
  return { ...selection, rows: rowsIn(selection.mask) };
}

function rangeWords({ rows }: Selection, date: Int32Array): HTMLElement | null {
  const range = dateRange(rows, date);
  if (!range) return null;
  const [from, to] = [wordDate(range.from), wordDate(range.to)];
  return el('p', { class: 'quiet' }, from === to ? from : `${from} to ${to}`);
}

function inside({ store }: ViewInput): HTMLElement {
  const button = el('button', { type: 'button', class: 'button' }, 'Search within');
  button.title = 'Search among the selected papers alone';
  button.addEventListener('click', () => {
    store.set({ within: true }, 'push');
    byId('q', HTMLInputElement).focus();
  });
  return button;
}

function alike(rows: Uint32Array, { atlas, find }: ViewInput): HTMLElement {
  const words = rows.length === 1 ? 'More like this' : 'More like these';
  const button = el('button', { type: 'button', class: 'button' }, words);
  button.title = `Search for papers like ${rows.length <= ALIKE ? 'the selected' : `${ALIKE} of the selected`}`;
  const step = Math.max(1, Math.floor(rows.length / ALIKE));
  const some = Array.from(rows.filter((_, i) => i % step === 0).slice(0, ALIKE), (row) => likeQuery(atlas.idOf(row)));
  button.addEventListener('click', () => find(some.join(' ')));
  return button;
}

function topicList(held: readonly [number, number][], { atlas, tags, openTopic, pointTopic }: ViewInput): HTMLElement {
  const list = el('ul', { class: 'legend' });
  for (const [topic, size] of held.slice(0, TOPICS)) {
    const known = atlas.topic(topic);
    const content = [
      tags.dot(known ? topic : null),
      el('span', { class: 'legend-name' }, known?.name ?? 'Between the topics'),
      el('span', { class: 'legend-size' }, String(size)),
    ];
    const line = known
      ? el('button', { type: 'button', class: 'legend-row' }, ...content)
      : el('div', { class: 'legend-row' }, ...content);
    if (known) line.addEventListener('click', () => openTopic(topic));
    for (const event of ['pointerenter', 'focus']) line.addEventListener(event, () => pointTopic(topic));
    for (const event of ['pointerleave', 'blur']) line.addEventListener(event, () => pointTopic(null));
    list.appendChild(el('li', {}, line));
  }
  if (held.length > TOPICS) {
    const rest = held.slice(TOPICS).reduce((sum, [, size]) => sum + size, 0);
    const words = `and ${count(rest, 'paper')} of ${count(held.length - TOPICS, 'further topic')}`;
    list.appendChild(el('li', { class: 'legend-row quiet' }, words));
  }
  return list;
}

function notes({ missing }: Selection, parts: string): HTMLElement {
  const hasArea = readParts(parts).some(({ subject }) => subject.kind === 'rectangle' || subject.kind === 'lasso');
  const words = hasArea && 'Areas are places of the map: after a rebuild, what lies in them then is selected.';
  const gone =
    missing > 0 && `${count(missing, 'paper')} of the link ${missing === 1 ? 'is' : 'are'} not in this snapshot. `;
  return el('p', { class: 'quiet small selection-note' }, gone, words);
}
