/** The start page: what the map shows, example queries, links to exploration, and all topics. */
import type { StatusResponse } from '../../server/schemas/status.ts';
import { createEntryLinks } from '../explore/entry-links.ts';
import { type ColorBy, type FieldColor, fieldOf } from '../map/color/coloring.ts';
import { createTopicTreeView } from '../topic/topic-tree-view.ts';
import { append, el } from '../ui/dom.ts';
import { columnTitle, formatCount, formatDate, formatNumber } from '../ui/format.ts';
import type { MapData } from './map-data.ts';
import type { PanelView, ViewInput } from './panel.ts';

const MAX_EXAMPLES = 4;

/**
 * Picks example queries from topic names: the first phrases of names that are evenly spaced in the list, so that they
 * are about different things.
 */
export function pickExampleQueries(names: readonly string[]): string[] {
  const phrases = names
    .map((name) =>
      name
        .replace(/[,;/|&·].*$/s, '')
        .replace(/\s+/g, ' ')
        .trim(),
    )
    .filter(Boolean);
  const distinct = [...new Set(phrases)];
  // Phrases of several words are preferred, because a single word looks like an unspecific search.
  const severalWords = distinct.filter((phrase) => phrase.includes(' '));
  const candidates = severalWords.length >= MAX_EXAMPLES ? severalWords : distinct;
  const step = Math.max(1, Math.floor(candidates.length / MAX_EXAMPLES));
  return candidates.filter((_, i) => i % step === 0).slice(0, MAX_EXAMPLES);
}

/** Links to a coarser and a finer topic level. */
function levelLinks({ mapData, store }: ViewInput): HTMLElement {
  const { shown, chosen, count } = mapData.levels;
  const links = el('span', { class: 'level-links' });
  for (const [label, level] of [
    ['Coarser', shown - 1],
    ['Finer', shown + 1],
  ] as const) {
    if (level < 0 || level >= count) continue;
    const href = store.href({ level: level === chosen ? null : level, topic: null });
    links.appendChild(el('a', { class: 'level-link', href }, label));
  }
  return links;
}

/** The topic tree, opened down to the shown level, and a line for the papers in no topic. */
function topicTreeWithOutliers({ mapData, topicTags, topicHref, openTopic, hoverTopic }: ViewInput): HTMLElement[] {
  const { tree } = mapData;
  const expanded = new Set(mapData.topics.flatMap(({ id }) => tree.pathTo(id).slice(0, -1)).map(({ id }) => id));
  const treeView = createTopicTreeView({
    label: 'Topics',
    tree,
    dot: topicTags.dot,
    href: topicHref,
    open: openTopic,
    hover: hoverTopic,
    current: null,
    expanded,
  });
  if (mapData.outliers === 0) return [treeView];
  const unassigned = el(
    'p',
    { class: 'unassigned' },
    topicTags.dot(null),
    el('span', { class: 'topic-tree-name' }, 'Unassigned'),
    el('span', { class: 'topic-tree-size' }, formatNumber(mapData.outliers)),
  );
  unassigned.addEventListener('pointerenter', () => hoverTopic(-1));
  unassigned.addEventListener('pointerleave', () => hoverTopic(null));
  return [treeView, unassigned];
}

/** What the colors of papers show, as worded in the summary on the start page. */
const COLOR_MEANINGS: Readonly<Record<Exclude<ColorBy, FieldColor>, string>> = {
  topic: 'topics',
  date: 'publication dates',
  comments: 'numbers of comments',
  accuracy: 'map accuracy',
};

function colorMeaning(color: ColorBy): string {
  const field = fieldOf(color);
  return field === null ? COLOR_MEANINGS[color as Exclude<ColorBy, FieldColor>] : `“${columnTitle(field)}”`;
}

function summary(mapData: MapData, status: StatusResponse | null, color: ColorBy): string {
  const { from, to } = status?.dates ?? { from: null, to: null };
  const dates = from && to ? `, ${formatDate(from)} to ${formatDate(to)}` : '';
  const hasColors = color !== 'topic' || mapData.topics.length > 0;
  const colors = hasColors ? `; colors show ${colorMeaning(color)}` : '';
  const papers = formatCount(mapData.papers.world.n, 'paper');
  return `${papers}${dates}. Each dot is a paper. Similar papers sit together${colors}.`;
}

/** A text that says why the map is empty: there are no papers, or they could not be loaded. */
function emptyMapText({ topics }: MapData, status: StatusResponse | null): (string | HTMLElement)[] {
  if (status?.counts.papers === 0) {
    const command = el('code', {}, 'paperfield build --source FILE');
    return ['No papers yet. Add some with ', command, '; this page will then offer to refresh.'];
  }
  if (topics.length > 0) return ['Couldn’t load the map. Search, papers and topics still work.'];
  return [status ? 'Couldn’t load the map. Search still works.' : 'Couldn’t reach the server.'];
}

/** @param addPapers opens the dialog 'Add papers'; null if the server imports no files */
export function createStartView(
  input: ViewInput,
  status: StatusResponse | null,
  addPapers: (() => void) | null,
): PanelView {
  const { host, mapData } = input;
  const intro = el('p', { class: 'start-summary' });
  const isEmpty = mapData.papers.world.n === 0;
  const hasTopics = mapData.topics.length > 0;
  host.replaceChildren();
  append(host, el('h2', { class: 'start-title' }, 'Find papers by what they mean'), intro);
  if (isEmpty) append(intro, ...emptyMapText(mapData, status));
  if (isEmpty && addPapers) append(host, el('p', { class: 'actions' }, addButton('button', addPapers)));
  if (!isEmpty || (hasTopics && status?.counts.papers !== 0)) {
    append(host, ...exampleSection(input), el('h3', { class: 'section-title' }, 'Explore'));
    const links = createEntryLinks(input, status?.dates.to ?? null);
    if (addPapers) {
      const hint = el('span', { class: 'entry-link-hint' }, 'from your files, or drop them here');
      links.append(addButton('entry-link', addPapers, hint));
    }
    append(host, links);
    if (hasTopics) {
      const title = formatCount(mapData.topics.length, 'topic');
      append(host, el('h3', { class: 'section-title with-actions' }, title, levelLinks(input)));
      append(host, ...topicTreeWithOutliers(input));
    }
  }
  append(host, el('p', { id: 'start-status', class: 'start-status status-line' }));
  const topicLinkOf = (topic: number) =>
    [...host.querySelectorAll<HTMLAnchorElement>('a[role=treeitem]')].find(
      (link) => new URL(link.href).searchParams.get('topic') === String(topic) && link.checkVisibility(),
    );
  return {
    update({ color }) {
      if (!isEmpty) intro.textContent = summary(mapData, status, color);
    },
    pageKey: () => '',
    title: () => 'paperfield',
    isInner: false,
    focus({ topic }) {
      const link = topic === null ? undefined : topicLinkOf(topic);
      link?.focus({ preventScroll: true });
      return link !== undefined;
    },
  };
}

function addButton(className: string, addPapers: () => void, hint?: HTMLElement): HTMLElement {
  const button = el('button', { type: 'button', class: className, id: 'add-papers' }, 'Add papers…', hint && ' ', hint);
  button.addEventListener('click', addPapers);
  return button;
}

function exampleSection({ mapData, search }: ViewInput): HTMLElement[] {
  const buttons = pickExampleQueries(mapData.topics.map(({ name }) => name)).map((query) => {
    const button = el('button', { type: 'button', class: 'chip' }, query);
    button.addEventListener('click', () => search(query));
    return el('li', {}, button);
  });
  if (buttons.length === 0) return [];
  return [el('h3', { class: 'section-title' }, 'Try'), el('ul', { class: 'chips examples' }, ...buttons)];
}
