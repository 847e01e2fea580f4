/** Panel and map together: every change of the state is shown here, and everything pointed at lights in both. */
import type { StatusAnswer } from '../server/contract.ts';
import type { Atlas } from './atlas.ts';
import { byId } from './dom.ts';
import { NUMBERED } from './hit-list.ts';
import type { Library } from './library.ts';
import { createHoverCard } from './map/hover-card.ts';
import { createMap } from './map/map.ts';
import { createPanel } from './panel.ts';
import { createPaperView } from './paper.ts';
import { createResults } from './results.ts';
import type { SearchBox } from './search.ts';
import { createSheet } from './sheet.ts';
import { type Screen, type State, screenOf } from './state.ts';
import { createStepper } from './stepper.ts';
import type { Store } from './store.ts';
import { createTags } from './tags.ts';
import { startTheme } from './theme.ts';
import { showTopic } from './topic.ts';
import { showWelcome } from './welcome.ts';
import { count } from './wording.ts';

export interface ScreensInput {
  store: Store;
  atlas: Atlas;
  status: StatusAnswer | null;
  library: Library;
  searchBox: Pick<SearchBox, 'refused'>;
}

export function createScreens({ store, atlas, status, library, searchBox }: ScreensInput) {
  const field = byId('field', HTMLElement);
  const canvas = byId('map', HTMLCanvasElement);
  const bar = byId('bar', HTMLElement);
  const panel = createPanel();

  const openPaper = (id: string) => store.set({ paper: id }, 'push');
  const openTopic = (topic: number) => store.set({ topic, paper: null }, 'push');
  const find = (q: string) => store.set({ q, topic: null, paper: null }, 'push');
  const tags = createTags(atlas, openTopic);
  const card = createHoverCard({ host: field, library, chip: tags.label });

  const rowsOf = (papers: readonly { id: string }[]) =>
    papers.map(({ id }) => atlas.rowOf(id)).filter((row) => row !== undefined);
  const point = (id: string | null) => map.show({ hovered: (id === null ? undefined : atlas.rowOf(id)) ?? null });

  const inset = () => {
    const covered = sheet.covers();
    return { top: covered ? bar.offsetHeight : 0, right: 0, bottom: covered, left: 0 };
  };
  // A note under the search field makes the bar higher: what lies below gives way, the map stays.
  new ResizeObserver(() => {
    document.documentElement.style.setProperty('--bar-height', `${bar.offsetHeight}px`);
  }).observe(bar);
  // The sheet speaks once before there is a map to tell.
  let ready = false;
  const sheet = createSheet(() => ready && map.setInset(inset(), true));

  const theme = startTheme((now) => ready && map.setTheme(now));
  const map = createMap(canvas, atlas, theme(), inset(), {
    pickPaper: (row) => openPaper(atlas.idOf(row)),
    pickTopic: openTopic,
    hover(at) {
      const id = at ? atlas.idOf(at.row) : null;
      results.light(id);
      paper.light(id);
      if (!at || id === null) return card.hide();
      const topic = atlas.papers.topic[at.row]!;
      card.show(id, topic < 0 ? null : topic, at.x, at.y, at.radius + 14);
    },
    settled: (view) => store.set({ view }, 'replace'),
  });
  canvas.setAttribute(
    'aria-label',
    `Map of ${count(atlas.papers.world.n, 'paper')} in ${count(atlas.topics.length, 'topic')}. The lists hold the same papers in words.`,
  );
  ready = true;

  const common = { tags, point, open: openPaper, href: (id: string) => store.href({ paper: id }) };
  const results = createResults(panel.section('results'), {
    ...common,
    snippets: true,
    hrefOf: (q) => store.href({ q, topic: null, paper: null }),
    find,
    refused: searchBox.refused,
    changed(papers) {
      library.note(papers);
      light();
    },
  });
  const paper = createPaperView(panel.section('paper'), {
    ...common,
    library,
    snippets: false,
    numbered: true,
    asked: () => store.get().q,
    mode: () => store.get().mode,
    find,
    shown(answer) {
      document.title = `${answer.title} · paperfield`;
      takeFocus('paper');
    },
    changed: () => light(),
  });
  const stepper = createStepper((id) => store.set({ paper: id }, 'replace'));

  /** What the map lights follows from the view that is shown. */
  const light = () => {
    const state = store.get();
    const screen = screenOf(state);
    const selected = state.paper === null ? null : (atlas.rowOf(state.paper) ?? null);
    const listed = {
      paper: paper.similar(),
      results: results.hits(),
      topic: atlas.topic(state.topic)?.central ?? [],
      welcome: [],
    };
    const rows = rowsOf(listed[screen]);
    let lit: readonly number[] | null = screen === 'results' && results.answered() ? rows : null;
    if (screen === 'topic') lit = atlas.papers.rowsOf(state.topic!);
    if (screen === 'paper' && selected !== null) lit = [selected, ...rows];
    map.show({
      lit,
      numbered: rows.slice(0, NUMBERED),
      selected,
      linked: screen === 'paper' ? rows : [],
      hoveredTopic: null,
    });
    stepper.show(state.paper, results.hits());
  };

  // Focus follows what a person opened, never what the page does by itself or while they type.
  let follow = false;
  const takeFocus = (screen: Screen) => {
    if (!follow || document.activeElement === byId('q', HTMLInputElement)) return;
    follow = false;
    panel.section(screen).querySelector<HTMLElement>('h2[tabindex]')?.focus({ preventScroll: true });
  };

  const showState = (state: State, before: State | null, stepped: boolean) => {
    const screen = screenOf(state);
    const was = before && screenOf(before);
    const same =
      before !== null && before.paper === state.paper && before.topic === state.topic && before.q === state.q;
    results.run(state.q, state.mode);
    paper.show(state.paper);
    if (state.topic !== null && state.topic !== before?.topic) {
      showTopic(panel.section('topic'), atlas.topic(state.topic), { ...common, find });
    }
    if (!same || before.mode !== state.mode) {
      const fresh =
        screen === 'paper' || (screen === 'results' && (before?.q !== state.q || before?.mode !== state.mode));
      panel.show(screen, fresh && !(stepped && screen !== 'paper'));
    }
    if (same) {
      if (stepped) map.goTo(state.view, true);
      return;
    }
    follow = before !== null;
    if (screen !== 'paper') {
      document.title = screen === 'results' ? `${state.q} · paperfield` : 'paperfield';
      if (screen === 'results' && was === 'paper' && before?.paper) results.focus(before.paper);
      else takeFocus(screen);
    }
    card.hide();
    light();
    if (screen !== 'welcome') sheet.raise('half');
    moveMap(state, before, stepped);
  };

  const moveMap = (state: State, before: State | null, stepped: boolean) => {
    if (stepped || before === null) {
      if (before !== null || state.view) map.goTo(state.view, before !== null);
      return;
    }
    const row = state.paper === null ? undefined : atlas.rowOf(state.paper);
    if (row !== undefined) map.reveal(row);
    else if (state.topic !== null && state.topic !== before.topic) map.zoomToTopic(state.topic);
    else if (state.q !== before.q && state.q && state.view) map.goTo(null, true);
  };

  showWelcome(panel.section('welcome'), atlas, status, tags, {
    find,
    hrefOfLevel: (level) => store.href({ level, topic: null }),
    open: openTopic,
    point: (topic) => map.show({ hoveredTopic: topic }),
  });
  byId('zoom-in', HTMLButtonElement).addEventListener('click', () => map.zoomBy(1.6));
  byId('zoom-out', HTMLButtonElement).addEventListener('click', () => map.zoomBy(1 / 1.6));
  byId('fit', HTMLButtonElement).addEventListener('click', () => map.goTo(null, true));
  store.subscribe(showState);
  showState(store.get(), null, false);

  return { fit: () => map.goTo(null, true) };
}
