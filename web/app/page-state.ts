/** The state of the page and its encoding in the address, so that a link always opens the same view. Pure. */
import { type AttentionMeasure, attentionMeasures } from '../../pipeline/core/field-columns.ts';
import { type SearchMode, searchModes } from '../../pipeline/core/query/ast.ts';
import { parseRegionLeniently, printRegion } from '../../pipeline/core/query/region.ts';
import type { TopicPapersRequest } from '../../server/schemas/topics.ts';
import { parseDateRange } from '../dates/days.ts';
import { roundView, type View } from '../map/camera.ts';
import { type ColorBy, colorByOptions, type FieldColor } from '../map/color/coloring.ts';

export interface State {
  q: string;
  mode: SearchMode;
  paper: string | null;
  topic: number | null;
  /** The id of the paper at which a reading path starts; null: no reading path. */
  from: string | null;
  /** The id of the paper at which the reading path ends; null while the user chooses it. */
  to: string | null;
  /** The snapshot or date since which papers count as new; empty: new papers are not shown. */
  since: string;
  /** A view that no other property of the state implies: placing a draft, or hidden gems. */
  tool: 'draft' | 'gems' | null;
  /** What attention is measured by for hidden gems; null: what most papers have. */
  gemsBy: AttentionMeasure | null;
  topicSort: TopicPapersRequest['sort'];
  /** The shown topic level, 0 is the coarsest; null: the default level. */
  level: number | null;
  /** The selected region of the map, as core/query/region.ts prints it; empty: nothing is selected. */
  selection: string;
  /** Whether searches are limited to the selection. */
  within: boolean;
  /** The dates that the map shows, as dates/days.ts prints them; empty: all. */
  dates: string;
  /** What papers are colored by. */
  color: ColorBy;
  /** The keys of the legend entries whose papers the map shows, separated by commas; empty: all. */
  colorFilter: string;
  /** The column of numbers that the sizes of papers show; empty: none. */
  size: string;
  /** Whether the map shows the relevance heatmap of the query. */
  heatmap: boolean;
  /** The visible part of the map; null: the whole map. */
  view: View | null;
}

/** The state of the start page. Properties with these values are left out of the address. */
export const defaultState: State = {
  q: '',
  mode: 'hybrid',
  paper: null,
  topic: null,
  from: null,
  to: null,
  since: '',
  tool: null,
  gemsBy: null,
  topicSort: 'representative',
  level: null,
  selection: '',
  within: false,
  dates: '',
  color: 'topic',
  colorFilter: '',
  size: '',
  heatmap: false,
  view: null,
};

const TOOLS = ['draft', 'gems'] as const;
const TOPIC_SORTS = ['representative', 'date', ...attentionMeasures] as const satisfies TopicPapersRequest['sort'][];

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
  if (state.gemsBy) params.set('by', state.gemsBy);
  if (state.level !== null) params.set('level', String(state.level));
  if (state.selection) params.set('sel', state.selection);
  if (isLimitedToSelection(state)) params.set('within', 'on');
  if (state.dates) params.set('dates', state.dates);
  if (state.color !== 'topic') params.set('color', state.color);
  if (state.colorFilter) params.set('only', state.colorFilter);
  if (state.size) params.set('size', state.size);
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
    gemsBy: attentionMeasures.find((measure) => measure === get('by')) ?? null,
    level: /^\d$/.test(level) ? Number(level) : null,
    selection,
    within: selection !== '' && get('within') === 'on',
    dates: parseDateRange(dates) ? dates : '',
    color: colorByOptions.find((color) => color === get('color')) ?? fieldColor(get('color')) ?? 'topic',
    colorFilter: /^[\w-]+(,[\w-]+)*$/.test(colorFilter) ? colorFilter : '',
    size: isColumnName(get('size')) ? get('size') : '',
    heatmap: get('heatmap') === 'on',
    view: parseView(params.get('at')),
  };
}

/** A column that papers can be colored by; undefined for any other text. */
function fieldColor(text: string): FieldColor | undefined {
  return text.startsWith('field:') && isColumnName(text.slice('field:'.length)) ? (text as FieldColor) : undefined;
}

function isColumnName(text: string): boolean {
  return /^[^\s,]{1,80}$/.test(text);
}

/** Whether searches are limited to a selection. */
export function isLimitedToSelection({ within, selection }: Pick<State, 'within' | 'selection'>): boolean {
  return within && selection !== '';
}

interface ScreenRule {
  /** Whether the state has what the view shows, such as an open paper. */
  isShown(state: State): boolean;
  /** The changes of the state that close the view. */
  closed: Partial<State>;
}

/** The views of the panel in descending priority. A state shows the first one for which `isShown` is true. */
const screenRules = {
  paper: { isShown: ({ paper }) => paper !== null, closed: { paper: null } },
  path: { isShown: ({ from }) => from !== null, closed: { from: null, to: null } },
  draft: { isShown: ({ tool }) => tool === 'draft', closed: { tool: null } },
  // Hidden gems come before the topic, because they may be those of one topic.
  gems: { isShown: ({ tool }) => tool === 'gems', closed: { tool: null, gemsBy: null } },
  news: { isShown: ({ since }) => since !== '', closed: { since: '' } },
  topic: { isShown: ({ topic }) => topic !== null, closed: { topic: null, topicSort: 'representative' } },
  selection: { isShown: (state) => state.selection !== '' && !state.within, closed: { selection: '' } },
  results: { isShown: (state) => state.q !== '' || isLimitedToSelection(state), closed: { q: '', within: false } },
  start: { isShown: () => true, closed: {} },
} satisfies Record<string, ScreenRule>;

export type Screen = keyof typeof screenRules;
const screens = Object.keys(screenRules) as Screen[];

/** The changes of the state that close every view. What the map looks like (dates, colors, visible part) stays. */
export const homePatch: Partial<State> = Object.assign({}, ...screens.map((screen) => screenRules[screen].closed));

export function screenOf(state: State): Screen {
  return screens.find((screen) => screenRules[screen].isShown(state)) ?? 'start';
}

/** The changes of the state for a new search: every view is closed, but a selection that limits searches is kept. */
export function searchPatch(state: State, q: string): Partial<State> {
  return isLimitedToSelection(state)
    ? { ...homePatch, selection: state.selection, within: true, q }
    : { ...homePatch, q };
}

/** The changes of the state that close the views with priority over a topic, except the paper. */
export const closedToolsPatch: Partial<State> = { from: null, to: null, since: '', tool: null };

/** The state without its current view, for 'Back' on a page that was opened by a link. */
export function parentStateOf(state: State): State {
  return { ...state, ...screenRules[screenOf(state)].closed };
}
