/** Panel and map together: every change of the state is shown here, and everything pointed at lights in both. */
import type { StatusAnswer } from '../../server/schemas/search.ts';
import { draftView } from '../explore/draft.ts';
import { gemsView } from '../explore/gems.ts';
import { newsView } from '../explore/news.ts';
import { pathView } from '../explore/path.ts';
import type { Library } from '../paper/paper-cache.ts';
import { createStepper } from '../paper/stepper.ts';
import type { SearchBox } from '../search/search-box.ts';
import { selectionView } from '../selection/selection-view.ts';
import { createTags } from '../topic/topic-tags.ts';
import { byId } from '../ui/dom.ts';
import { guarded, separately } from './error-boundary.ts';
import type { Atlas } from './map-data.ts';
import { createMapSide } from './map-pane.ts';
import { createAroundMap } from './map-tools.ts';
import { createPanel } from './panel.ts';
import type { OnMap, PanelView, ViewInput } from './panel-view.ts';
import { asking, roomsClosed, type Screen, type State, screenOf } from './state.ts';
import type { Store } from './store.ts';
import type { Theming } from './theme.ts';
import { paperView, resultsView, topicView, welcomeView } from './views.ts';

export interface ScreensInput {
  store: Store;
  atlas: Atlas;
  status: StatusAnswer | null;
  library: Library;
  searchBox: Pick<SearchBox, 'refused' | 'isTyping' | 'whenTyped' | 'rested' | 'took'>;
  theming: Theming;
}

const unlit: Required<OnMap> = { lit: null, found: null, numbered: [], linked: [], strained: [], route: [], pin: null };

export function createScreens({ store, atlas, status, library, searchBox, theming }: ScreensInput) {
  const panel = createPanel();
  const open = (id: string) => store.set({ paper: id }, 'push');
  const toTopic = (topic: number) => ({ ...roomsClosed, topic, paper: null });
  const openTopic = (topic: number) => store.set(toTopic(topic), 'push');
  const tags = createTags(atlas, openTopic);
  const { map, drawn, sheet, hideCard, reframe } = createMapSide({
    atlas,
    library,
    tags,
    theming,
    open,
    openTopic,
    light(id) {
      for (const view of Object.values(views)) view.light?.(id);
    },
    settled: (view) => store.set({ view }, 'replace'),
    view: store.get().view,
  });

  const rowsOf = (papers: readonly { id: string }[]) =>
    papers.map(({ id }) => atlas.rowOf(id)).filter((row) => row !== undefined);
  const inputOf = (screen: Screen): ViewInput => ({
    host: panel.section(screen),
    store,
    atlas,
    library,
    tags,
    rowsOf,
    href: (id) => store.href({ paper: id }),
    open,
    hrefOfTopic: (topic) => store.href(toTopic(topic)),
    openTopic,
    find: (q) => store.set(asking(store.get(), q), 'push'),
    hrefOf: (q) => store.href(asking(store.get(), q)),
    point: (id) => map.show({ hovered: (id === null ? undefined : atlas.rowOf(id)) ?? null }),
    pointTopic: (topic) => map.show({ hoveredTopic: topic }),
    zoomTo(papers) {
      sheet.lower('half');
      map.zoomTo(rowsOf(papers));
    },
    changed: () => light(),
    arrived(title) {
      document.title = title;
      takeFocus(screen);
    },
  });
  const viewOf = (screen: Screen, make: (input: ViewInput) => PanelView) =>
    guarded(panel.section(screen), () => make(inputOf(screen)), {});
  const results = guarded(panel.section('results'), () => resultsView(inputOf('results'), searchBox), {
    hits: () => [],
  });
  const views: Readonly<Record<Screen, PanelView>> = {
    welcome: viewOf('welcome', (input) => welcomeView(input, status)),
    results,
    selection: viewOf('selection', selectionView),
    topic: viewOf('topic', (input) => topicView(input, status)),
    paper: viewOf('paper', paperView),
    path: viewOf('path', pathView),
    draft: viewOf('draft', draftView),
    gems: viewOf('gems', gemsView),
    news: viewOf('news', (input) => newsView(input, status?.dates.to ?? null)),
  };
  const around =
    drawn && separately(() => createAroundMap({ store, atlas, map: drawn, library, hits: results.hits, reframe }));
  const stepper = createStepper((id) => store.set({ paper: id }, 'replace'));

  /** What the map lights follows from the view that is shown. */
  const light = () => {
    const state = store.get();
    const selected = state.paper === null ? null : (atlas.rowOf(state.paper) ?? null);
    map.show({ ...unlit, ...views[screenOf(state)].onMap?.(state), selected, hoveredTopic: null });
    stepper.show(state.paper, results.hits());
    if (around) separately(around.refresh);
  };

  // Focus follows what a person opened, never what the page does by itself or while they type.
  let follow = false;
  const isAsking = () => document.activeElement === byId('q', HTMLInputElement);
  const takeFocus = (screen: Screen) => {
    if (!follow || isAsking()) return;
    follow = false;
    panel.section(screen).querySelector<HTMLElement>('h2[tabindex]')?.focus({ preventScroll: true });
  };

  const showState = (state: State, before: State | null, stepped: boolean) => {
    for (const view of Object.values(views)) view.follow(state, before);
    const screen = screenOf(state);
    const view = views[screen];
    panel.show(screen, view.page(state), view.isInner, stepped, view.ready?.() ?? null);
    if (before !== null && screenOf(before) === screen && view.page(before) === view.page(state)) {
      if (stepped) map.goTo(state.view, true);
      return;
    }
    follow = before !== null;
    const title = view.title(state);
    if (title !== null) {
      document.title = title;
      if (isAsking() || !(before && view.focus?.(before))) takeFocus(screen);
    }
    hideCard();
    light();
    if (screen !== 'welcome') sheet.raise('half');
    if (before !== null ? !stepped : !state.view) view.moveMap?.(map, state, before);
    else if (before !== null || state.view) map.goTo(state.view, before !== null);
  };

  store.subscribe(showState);
  showState(store.get(), null, false);

  return { fit: () => map.goTo(null, true) };
}
