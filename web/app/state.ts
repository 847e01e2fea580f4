/** The state of the page and its encoding in the address, so that a link always opens the same view. Pure. */
import { type SearchMode, searchModes } from '../../pipeline/core/query/ast.ts';
import { parseRegionLeniently, printRegion } from '../../pipeline/core/query/region.ts';
import type { TopicPapersRequest } from '../../server/schemas/topics.ts';
import { parseDateRange } from '../dates/days.ts';
import { roundView, type View } from '../map/camera.ts';
import { type ColorBy, colorByOptions } from '../map/color/coloring.ts';

export interface State {
  q: string;
  mode: SearchMode;
  paper: string | null;
  topic: number | null;
  /** The ends of a reading path; `to` is null while the user chooses it. */
  from: string | null;
  to: string | null;
  /** The snapshot or date since which papers count as new; empty: new papers are not shown. */
  since: string;
  /** A view that the rest of the state does not imply. */
  tool: 'draft' | 'gems' | null;
  topicSort: TopicPapersRequest['sort'];
  /** The shown topic level, 0 is the coarsest; null: the default level. */
  level: number | null;
  /** The selected region of the map, as core/query/region.ts prints it; empty: nothing is selected. */
  selection: string;
  /** Whether searches are limited to the selection. */
  within: boolean;
  /** The dates that the map shows, as dates/days.ts prints them; empty: all. */
  dates: string;
  /** What the color of a paper means. */
  color: ColorBy;
  /** The colors that the map shows, by their keys; empty: all. */
  colorFilter: string;
  /** Whether the map shows the relevance heatmap of the query. */
  heatmap: boolean;
  /** null: the whole map. */
  view: View | null;
}

export const emptyState: State = {
  q: '',
  mode: 'hybrid',
  paper: null,
  topic: null,
  from: null,
  to: null,
  since: '',
  tool: null,
  topicSort: 'representative',
  level: null,
  selection: '',
  within: false,
  dates: '',
  color: 'topic',
  colorFilter: '',
  heatmap: false,
  view: null,
};

const TOOLS = ['draft', 'gems'] as const;
const TOPIC_SORTS = ['representative', 'date', 'comments'] as const satisfies TopicPapersRequest['sort'][];

function parseView(text: string | null): View | null {
  const parts = (text ?? '').split(',');
  if (parts.length !== 3 || parts.some((part) => part.trim() === '')) return null;
  const [x, y, k] = parts.map(Number);
  return [x, y, k].every(Number.isFinite) && k > 0 ? { x, y, k } : null;
}

/** The query string of the address, with `?`; empty for the start page. */
export function encodeState(state: State): string {
  const params = new URLSearchParams();
  if (state.q) params.set('q', state.q);
  if (state.mode !== 'hybrid') params.set('mode', state.mode);
  if (state.topic !== null) params.set('topic', String(state.topic));
  if (state.topicSort !== 'representative') params.set('sort', state.topicSort);
  if (state.paper !== null) params.set('paper', state.paper);
  if (state.from !== null) params.set('from', state.from);
  if (state.to !== null) params.set('to', state.to);
  if (state.since) params.set('since', state.since);
  if (state.tool) params.set('show', state.tool);
  if (state.level !== null) params.set('level', String(state.level));
  if (state.selection) params.set('sel', state.selection);
  if (isWithin(state)) params.set('within', 'on');
  if (state.dates) params.set('dates', state.dates);
  if (state.color !== 'topic') params.set('color', state.color);
  if (state.colorFilter) params.set('only', state.colorFilter);
  if (state.heatmap) params.set('heatmap', 'on');
  if (state.view) {
    const { x, y, k } = roundView(state.view);
    params.set('at', `${x},${y},${k}`);
  }
  const text = params
    .toString()
    .replaceAll('%2C', ',')
    .replaceAll('%3A', ':')
    .replaceAll('%2F', '/')
    .replaceAll('%3B', ';');
  return text ? `?${text}` : '';
}

/** The inverse of `encodeState`. Parameters that cannot be parsed are ignored. */
export function decodeState(search: string): State {
  const params = new URLSearchParams(search);
  const get = (name: string) => params.get(name) ?? '';
  const topic = get('topic');
  const level = get('level');
  const dates = get('dates');
  const colorFilter = get('only');
  const selection = printRegion(parseRegionLeniently(get('sel')));
  return {
    q: get('q').trim(),
    mode: searchModes.find((mode) => mode === get('mode')) ?? 'hybrid',
    paper: get('paper') || null,
    topic: /^\d{1,9}$/.test(topic) ? Number(topic) : null,
    topicSort: TOPIC_SORTS.find((sort) => sort === get('sort')) ?? 'representative',
    from: get('from') || null,
    to: get('to') || null,
    since: get('since'),
    tool: TOOLS.find((tool) => tool === get('show')) ?? null,
    level: /^\d$/.test(level) ? Number(level) : null,
    selection,
    within: selection !== '' && get('within') === 'on',
    dates: parseDateRange(dates) ? dates : '',
    color: colorByOptions.find((color) => color === get('color')) ?? 'topic',
    colorFilter: /^[\w-]+(,[\w-]+)*$/.test(colorFilter) ? colorFilter : '',
    heatmap: get('heatmap') === 'on',
    view: parseView(params.get('at')),
  };
}

/** Whether searches are limited to a selection. */
export function isWithin({ within, selection }: Pick<State, 'within' | 'selection'>): boolean {
  return within && selection !== '';
}

interface ScreenRule {
  /** Whether the state has something that this view shows. */
  isShown(state: State): boolean;
  /** The patch that closes the view. */
  closed: Partial<State>;
}

/** The views of the panel by priority: a state shows the first one that it has something for. */
const screenRules = {
  paper: { isShown: ({ paper }) => paper !== null, closed: { paper: null } },
  path: { isShown: ({ from }) => from !== null, closed: { from: null, to: null } },
  draft: { isShown: ({ tool }) => tool === 'draft', closed: { tool: null } },
  // Before the topic, because they may be the gems of one.
  gems: { isShown: ({ tool }) => tool === 'gems', closed: { tool: null } },
  news: { isShown: ({ since }) => since !== '', closed: { since: '' } },
  topic: { isShown: ({ topic }) => topic !== null, closed: { topic: null, topicSort: 'representative' } },
  selection: { isShown: (state) => state.selection !== '' && !state.within, closed: { selection: '' } },
  results: { isShown: (state) => state.q !== '' || isWithin(state), closed: { q: '', within: false } },
  welcome: { isShown: () => true, closed: {} },
} satisfies Record<string, ScreenRule>;

export type Screen = keyof typeof screenRules;
const screens = Object.keys(screenRules) as Screen[];

/** Closes every view. What the map looks like (dates, colors, view) stays. */
export const homePatch: Partial<State> = Object.assign({}, ...screens.map((screen) => screenRules[screen].closed));

export function screenOf(state: State): Screen {
  return screens.find((screen) => screenRules[screen].isShown(state)) ?? 'welcome';
}

/** A new search: closes every view but keeps a selection that searches are limited to. */
export function searchPatch(state: State, q: string): Partial<State> {
  return isWithin(state) ? { ...homePatch, selection: state.selection, within: true, q } : { ...homePatch, q };
}

/** Closes the views that have priority over a topic. */
export const toolsClosed: Partial<State> = { from: null, to: null, since: '', tool: null };

/** The state without its current view, for 'Back' on a page that was opened by a link. */
export function parentOf(state: State): State {
  return { ...state, ...screenRules[screenOf(state)].closed };
}
