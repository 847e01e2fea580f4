/**
 * Connects state, panel and map: every change of the state is shown in panel and map, and a paper that is hovered in
 * one of them is highlighted in the other.
 */
import type { StatusResponse } from '../../server/schemas/status.ts';
import { createHiddenGemsView } from '../explore/hidden-gems.ts';
import { createNewPapersView } from '../explore/new-papers.ts';
import { createDraftView } from '../explore/place-draft.ts';
import { createReadingPathView } from '../explore/reading-path.ts';
import type { PaperCache } from '../paper/paper-cache.ts';
import { createPaperView } from '../paper/paper-view.ts';
import { createResultsView } from '../search/results.ts';
import type { SearchBox } from '../search/search-box.ts';
import { createSelectionView } from '../selection/selection-view.ts';
import { createTopicTags } from '../topic/topic-links.ts';
import { createTopicView } from '../topic/topic-view.ts';
import { byId } from '../ui/dom.ts';
import type { MapData } from './map-data.ts';
import { createMapPane, createMapTools } from './map-pane.ts';
import { closedToolsPatch, type Screen, type State, screenOf, searchPatch } from './page-state.ts';
import { createPanel, createResultStepper, type MapHighlights, type PanelView, type ViewInput } from './panel.ts';
import { createStartView } from './start-view.ts';
import type { Store } from './store.ts';
import type { ThemeSwitch } from './theme.ts';
import { attempt, isolateView } from './view-error-boundary.ts';

export interface ViewCoordinatorInput {
  store: Store;
  mapData: MapData;
  /** The status of the server; null if it could not be loaded. */
  status: StatusResponse | null;
  paperCache: PaperCache;
  searchBox: SearchBox;
  theme: ThemeSwitch;
  /** Opens the dialog 'Add papers'; null if the server imports no files. */
  addPapers: (() => void) | null;
}

export interface ViewCoordinator {
  /** Shows the whole map. */
  fitMap(): void;
}

const NO_HIGHLIGHTS: Required<MapHighlights> = {
  highlighted: null,
  matched: null,
  numbered: [],
  linked: [],
  farLinked: [],
  path: [],
  pin: null,
};

export function createViewCoordinator({
  store,
  mapData,
  status,
  paperCache,
  searchBox,
  theme,
  addPapers,
}: ViewCoordinatorInput): ViewCoordinator {
  const newest = status?.dates.to ?? null;
  const panel = createPanel();
  const openPaper = (id: string) => store.set({ paper: id }, 'push');
  const topicPatch = (topic: number) => ({ ...closedToolsPatch, topic, paper: null });
  const openTopic = (topic: number) => store.set(topicPatch(topic), 'push');
  const topicTags = createTopicTags(mapData, openTopic);
  const { map, paperMap, sheet, hideCard, updateInset } = createMapPane({
    mapData,
    paperCache,
    topicTags,
    theme,
    openPaper,
    openTopic,
    paperHovered(id) {
      for (const view of Object.values(views)) view.highlight?.(id);
    },
    viewChanged: (view) => store.set({ view }, 'replace'),
    view: store.get().view,
  });

  const rowsOf = (papers: readonly { id: string }[]) =>
    papers.map(({ id }) => mapData.rowOf(id)).filter((row) => row !== undefined);
  const inputOf = (screen: Screen): ViewInput => ({
    host: panel.section(screen),
    store,
    mapData,
    paperCache,
    columns: status?.columns ?? [],
    topicTags,
    rowsOf,
    paperHref: (id) => store.href({ paper: id }),
    openPaper,
    topicHref: (topic) => store.href(topicPatch(topic)),
    openTopic,
    search: (q) => store.set(searchPatch(store.get(), q), 'push'),
    searchHref: (q) => store.href(searchPatch(store.get(), q)),
    hoverPaper: (id) => map.updateScene({ hovered: (id === null ? undefined : mapData.rowOf(id)) ?? null }),
    hoverTopic: (topic) => map.updateScene({ hoveredTopic: topic }),
    zoomTo(papers) {
      sheet.lower('half');
      map.zoomToPapers(rowsOf(papers));
    },
    changed: () => updateMapHighlights(),
    loaded(title) {
      document.title = title;
      moveFocus(screen);
    },
  });
  const createView = (screen: Screen, create: (input: ViewInput) => PanelView) =>
    isolateView(panel.section(screen), () => create(inputOf(screen)), {});
  const results = isolateView(panel.section('results'), () => createResultsView(inputOf('results'), searchBox), {
    hits: () => [],
  });
  const views: Readonly<Record<Screen, PanelView>> = {
    start: createView('start', (input) => createStartView(input, status, addPapers)),
    results,
    selection: createView('selection', createSelectionView),
    topic: createView('topic', (input) => createTopicView(input, status)),
    paper: createView('paper', createPaperView),
    path: createView('path', createReadingPathView),
    draft: createView('draft', createDraftView),
    gems: createView('gems', createHiddenGemsView),
    news: createView('news', (input) => createNewPapersView(input, newest)),
  };
  const tools =
    paperMap &&
    attempt(() =>
      createMapTools({ store, mapData, map: paperMap, paperCache, listedPapers: results.hits, updateInset }),
    );
  const stepper = createResultStepper((id) => store.set({ paper: id }, 'replace'));

  const updateMapHighlights = () => {
    const state = store.get();
    const selected = state.paper === null ? null : (mapData.rowOf(state.paper) ?? null);
    const highlights = views[screenOf(state)].mapHighlights?.(state);
    map.updateScene({ ...NO_HIGHLIGHTS, ...highlights, selected, hoveredTopic: null });
    stepper.show(state.paper, results.hits());
    if (tools) attempt(tools.refresh);
  };

  // The focus follows what the user opened, but is never taken from someone who types a query.
  let isFocusPending = false;
  const isTypingQuery = () => document.activeElement === byId('q', HTMLInputElement);
  const moveFocus = (screen: Screen) => {
    if (!isFocusPending || isTypingQuery()) return;
    isFocusPending = false;
    panel.section(screen).querySelector<HTMLElement>('h2[tabindex]')?.focus({ preventScroll: true });
  };

  const showState = (state: State, before: State | null, fromHistory: boolean) => {
    for (const view of Object.values(views)) view.update(state, before);
    const screen = screenOf(state);
    const view = views[screen];
    const key = view.pageKey(state);
    panel.show(screen, { key, isInner: view.isInner, fromHistory, ready: view.ready?.() ?? null });
    if (before !== null && screenOf(before) === screen && view.pageKey(before) === key) {
      if (fromHistory) map.goToView(state.view, true);
      return;
    }
    isFocusPending = before !== null;
    const title = view.title(state);
    if (title !== null) {
      document.title = title;
      if (isTypingQuery() || !(before && view.focus?.(before))) moveFocus(screen);
    }
    hideCard();
    updateMapHighlights();
    if (screen !== 'start') sheet.raise('half');
    if (before !== null ? !fromHistory : !state.view) view.moveMap?.(map, state, before);
    else if (before !== null || state.view) map.goToView(state.view, before !== null);
  };

  store.subscribe(showState);
  showState(store.get(), null, false);

  return { fitMap: () => map.goToView(null, true) };
}
