/** What the page shows, as it stands in the address: pure, so that a link always opens the same view. */
import type { SearchMode } from '../../server/schemas/search.ts';
import type { TopicPapersRequest } from '../../server/schemas/topics.ts';
import { spanDays } from '../dates/days.ts';
import { type ColorBy, colorings } from '../map/color/coloring.ts';
import { printParts, readParts } from '../selection/region-parts.ts';

/** Where the map is looked at: center in map units, zoom as a multiple of the whole map fitted. */
export interface View {
  x: number;
  y: number;
  k: number;
}

export interface State {
  q: string;
  mode: SearchMode;
  paper: string | null;
  topic: number | null;
  /** Two papers that a reading path joins; `to` is null while it is being chosen. */
  from: string | null;
  to: string | null;
  /** Since when papers count as new: a snapshot or a date, as the server reads it; empty: nobody asks. */
  since: string;
  /** A room of the page that shows what the rest of the state does not name. */
  room: 'draft' | 'gems' | null;
  /** In which order a topic's papers stand. */
  topicOrder: TopicPapersRequest['sort'];
  /** How fine the topics are, 0 the coarsest; null: as the papers part by themselves. */
  level: number | null;
  /** Papers picked out on the map, as selection/parts.ts writes it; empty: none are. */
  selection: string;
  /** Searches keep to the selection. */
  within: boolean;
  /** The dates that the map keeps to, as dates/days.ts writes them; empty: all. */
  dates: string;
  /** What papers are colored by, and the colors of the legend that one keeps to, by their keys; empty: all. */
  color: ColorBy;
  only: string;
  /** The map shows how much each place has to do with the query. */
  heat: boolean;
  /** null: the whole map, fitted. */
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
  room: null,
  topicOrder: 'central',
  level: null,
  selection: '',
  within: false,
  dates: '',
  color: 'topic',
  only: '',
  heat: false,
  view: null,
};

const modes: readonly string[] = ['hybrid', 'semantic', 'keyword'] satisfies SearchMode[];

const topicOrders = ['central', 'date', 'comments'] as const satisfies TopicPapersRequest['sort'][];

function isMode(text: string | null): text is SearchMode {
  return text !== null && modes.includes(text);
}

/** Three decimals of a place and of a zoom: finer than a pixel, short enough to read. */
export function roundView(view: View): View {
  const round = (value: number) => Math.round(value * 1000) / 1000 + 0;
  return { x: round(view.x), y: round(view.y), k: round(view.k) };
}

function readView(text: string | null): View | null {
  const parts = (text ?? '').split(',');
  if (parts.length !== 3 || parts.some((part) => part.trim() === '')) return null;
  const [x, y, k] = parts.map(Number) as [number, number, number];
  return [x, y, k].every(Number.isFinite) && k > 0 ? { x, y, k } : null;
}

/** The part of an address from `?` on; empty for the first view. */
export function encodeState(state: State): string {
  const params = new URLSearchParams();
  if (state.q) params.set('q', state.q);
  if (state.mode !== 'hybrid') params.set('mode', state.mode);
  if (state.topic !== null) params.set('topic', String(state.topic));
  if (state.topicOrder !== 'central') params.set('by', state.topicOrder);
  if (state.paper !== null) params.set('paper', state.paper);
  if (state.from !== null) params.set('from', state.from);
  if (state.to !== null) params.set('to', state.to);
  if (state.since) params.set('since', state.since);
  if (state.room) params.set('show', state.room);
  if (state.level !== null) params.set('level', String(state.level));
  if (state.selection) params.set('sel', state.selection);
  if (isWithin(state)) params.set('within', 'on');
  if (state.dates) params.set('dates', state.dates);
  if (state.color !== 'topic') params.set('color', state.color);
  if (state.only) params.set('only', state.only);
  if (state.heat) params.set('field', 'on');
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

/** Reads what `encodeState` wrote; anything unreadable is left out rather than refused. */
export function decodeState(search: string): State {
  const params = new URLSearchParams(search);
  const mode = params.get('mode');
  const topic = params.get('topic') ?? '';
  const level = params.get('level') ?? '';
  const room = params.get('show');
  const selection = printParts(readParts(params.get('sel') ?? ''));
  return {
    q: (params.get('q') ?? '').trim(),
    mode: isMode(mode) ? mode : 'hybrid',
    paper: params.get('paper') || null,
    topic: /^\d{1,9}$/.test(topic) ? Number(topic) : null,
    topicOrder: topicOrders.find((order) => order === params.get('by')) ?? 'central',
    from: params.get('from') || null,
    to: params.get('to') || null,
    since: params.get('since') ?? '',
    room: room === 'draft' || room === 'gems' ? room : null,
    level: /^\d$/.test(level) ? Number(level) : null,
    selection,
    within: selection !== '' && params.get('within') === 'on',
    dates: spanDays(params.get('dates') ?? '') ? params.get('dates')! : '',
    color: colorings.find((color) => color === params.get('color')) ?? 'topic',
    only: /^[\w-]+(,[\w-]+)*$/.test(params.get('only') ?? '') ? params.get('only')! : '',
    heat: params.get('field') === 'on',
    view: readView(params.get('at')),
  };
}

/** Whether searches keep to a selection. */
export function isWithin({ within, selection }: Pick<State, 'within' | 'selection'>): boolean {
  return within && selection !== '';
}

interface Shown {
  /** The state names something that this view shows. */
  by(state: State): boolean;
  /** What the state is without that: one step towards the first view. */
  closed: Partial<State>;
}

/** The panel's views, the most particular first: a state shows the first of them that it names something for. */
const shown = {
  paper: { by: ({ paper }) => paper !== null, closed: { paper: null } },
  path: { by: ({ from }) => from !== null, closed: { from: null, to: null } },
  draft: { by: ({ room }) => room === 'draft', closed: { room: null } },
  // Before the topic: they may be those of one.
  gems: { by: ({ room }) => room === 'gems', closed: { room: null } },
  news: { by: ({ since }) => since !== '', closed: { since: '' } },
  topic: { by: ({ topic }) => topic !== null, closed: { topic: null, topicOrder: 'central' } },
  selection: { by: (state) => state.selection !== '' && !state.within, closed: { selection: '' } },
  results: { by: (state) => state.q !== '' || isWithin(state), closed: { q: '', within: false } },
  welcome: { by: () => true, closed: {} },
} satisfies Record<string, Shown>;

export type Screen = keyof typeof shown;
const screens = Object.keys(shown) as Screen[];

/** A state with this in it shows the first view, or with a query beside it the results. */
export const allClosed: Partial<State> = Object.assign({}, ...screens.map((screen) => shown[screen].closed));

export function screenOf(state: State): Screen {
  return screens.find((screen) => shown[screen].by(state)) ?? 'welcome';
}

/** What a further query changes: everything is closed but the selection that searches keep to. */
export function asking(state: State, q: string): Partial<State> {
  return isWithin(state) ? { ...allClosed, selection: state.selection, within: true, q } : { ...allClosed, q };
}

/** A state with this in it shows no room that would hide a topic's page. */
export const roomsClosed: Partial<State> = { from: null, to: null, since: '', room: null };

/** One step towards the first view: what 'back' means when the page was opened by a link. */
export function parentOf(state: State): State {
  return { ...state, ...shown[screenOf(state)].closed };
}
