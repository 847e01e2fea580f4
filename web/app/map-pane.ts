/**
 * The map and everything around it: hover card, zoom buttons, dates, colors, selection tools, minimap, bottom sheet.
 */

import { createDateBrush } from '../dates/date-brush.ts';
import { watchResultDateCounts } from '../dates/watch-result-date-counts.ts';
import type { View } from '../map/camera.ts';
import { createTopicColoring } from '../map/color/coloring.ts';
import { createHeatmapToggle } from '../map/color/heatmap-toggle.ts';
import { createColorCard } from '../map/color/legend.ts';
import { createExportMenu } from '../map/export/export-menu.ts';
import { createHoverCard } from '../map/interaction/hover-card.ts';
import { createKeyboardNavigation } from '../map/interaction/keyboard-nav.ts';
import { createViewHistory } from '../map/interaction/view-control.ts';
import type { LabelLevel } from '../map/labels/label-levels.ts';
import { createMap, type MapNavigation, nullMap, type PaperMap } from '../map/map.ts';
import { createMinimap } from '../map/minimap.ts';
import type { PaperCache } from '../paper/paper-cache.ts';
import { createSelectionTool } from '../selection/selection-tool.ts';
import type { TopicTags } from '../topic/topic-links.ts';
import { byId } from '../ui/dom.ts';
import { formatCount } from '../ui/format.ts';
import { createErrorNotice } from '../ui/placeholders.ts';
import * as api from './api.ts';
import type { MapData } from './map-data.ts';
import { searchPatch } from './page-state.ts';
import { type BottomSheet, createBottomSheet } from './panel.ts';
import type { Store } from './store.ts';
import type { ThemeSwitch } from './theme.ts';
import { attempt } from './view-error-boundary.ts';

export interface MapPaneInput {
  mapData: MapData;
  paperCache: PaperCache;
  topicTags: TopicTags;
  theme: ThemeSwitch;
  openPaper(id: string): void;
  openTopic(topic: number): void;
  /** Called with the paper that is hovered on the map, and with null when none is hovered any more. */
  paperHovered(id: string | null): void;
  viewChanged(view: View | null): void;
  /** The initial view; null: the whole map. */
  view: View | null;
}

export interface MapPane {
  /** The map. If it could not be created, the methods of this object do nothing. */
  map: MapNavigation;
  /** The map with all its methods; null if it could not be created. */
  paperMap: PaperMap | null;
  sheet: BottomSheet;
  hideCard(): void;
  /** To be called when something that covers the map changes its size. */
  updateInset(): void;
}

const ZOOM_STEP = 1.6;

/** The padding around a fitted map, in CSS pixels. */
const FIT_PADDING = 40;
/** Space below and above the date card, in CSS pixels. */
const DATE_CARD_MARGINS = 28;
/** Height of the unfolded toolbar on a phone, in CSS pixels. */
const TOOLS_HEIGHT = 340;

export function createMapPane({ mapData, paperCache, topicTags, theme, ...events }: MapPaneInput): MapPane {
  const pane = byId('map-pane', HTMLElement);
  const canvas = byId('map', HTMLCanvasElement);
  const bar = byId('bar', HTMLElement);
  const card = createHoverCard({ host: pane, paperCache, topicLabel: topicTags.label, coveredPixels: () => inset() });

  const inset = () => {
    const coveredHeight = sheet.coveredHeight();
    // The height is 0 on a phone, where the date card is folded away.
    const dateCard = document.getElementById('dates')?.offsetHeight ?? 0;
    const dates = dateCard === 0 ? 0 : Math.max(0, dateCard + DATE_CARD_MARGINS - FIT_PADDING);
    return { top: coveredHeight ? bar.offsetHeight : 0, right: 0, bottom: coveredHeight || dates, left: 0 };
  };
  // The bottom sheet calls its callback once before the map exists.
  let isReady = false;
  const sheet = createBottomSheet(() => isReady && map.setInset(inset(), true));

  byId('tools', HTMLButtonElement).addEventListener('click', () => {
    if (innerHeight - bar.offsetHeight - sheet.coveredHeight() < TOOLS_HEIGHT) sheet.lower('peek');
  });

  const history = createViewHistory(events.view);
  const historyButtons = [
    [byId('previous-view', HTMLButtonElement), -1],
    [byId('next-view', HTMLButtonElement), 1],
  ] as const;
  const updateHistoryButtons = () => {
    for (const [button, by] of historyButtons) button.disabled = !history.can(by);
  };
  for (const [button, by] of historyButtons) {
    button.addEventListener('click', () => {
      const entry = history.step(by);
      if (entry) map.goToView(entry.view, true);
      updateHistoryButtons();
    });
  }

  const isEmpty = mapData.papers.world.n === 0;
  const create = () =>
    createMap(canvas, mapData, theme.current(), createTopicColoring(mapData), inset(), {
      onPaperClick: (row) => events.openPaper(mapData.idOf(row)),
      onTopicClick: events.openTopic,
      onHover(at) {
        const id = at ? mapData.idOf(at.row) : null;
        events.paperHovered(id);
        if (!at || id === null) return card.hide();
        const topic = mapData.papers.topic[at.row];
        card.show(id, topic < 0 ? null : topic, at.x, at.y, at.radius + 14);
      },
      onViewChange(view) {
        history.record(view);
        updateHistoryButtons();
        events.viewChanged(view);
      },
    });
  const paperMap = isEmpty ? null : attempt(create);
  const map = paperMap ?? nullMap;
  const contents = `${formatCount(mapData.papers.world.n, 'paper')} in ${formatCount(mapData.topics.length, 'topic')}`;
  canvas.setAttribute(
    'aria-label',
    paperMap ? `Map of ${contents}. The same papers are listed in the panel.` : 'Map unavailable',
  );
  if (!paperMap && !isEmpty) showMapError();
  // The style sheet uses this attribute to hide the tools that need a map.
  pane.toggleAttribute('data-no-map', !paperMap);
  isReady = true;
  if (paperMap) void loadLabelLevels(mapData).then(paperMap.setLabelLevels);
  theme.onChange(map.setTheme);

  byId('zoom-in', HTMLButtonElement).addEventListener('click', () => map.zoomBy(ZOOM_STEP));
  byId('zoom-out', HTMLButtonElement).addEventListener('click', () => map.zoomBy(1 / ZOOM_STEP));
  byId('fit', HTMLButtonElement).addEventListener('click', () => map.goToView(null, true));
  return { map, sheet, hideCard: card.hide, paperMap, updateInset: () => map.setInset(inset(), false) };
}

function showMapError(): void {
  const error = new Error('This browser can’t draw the map. Search, papers and topics still work.');
  byId('map-error', HTMLElement).replaceChildren(createErrorNotice(error, () => location.reload()));
}

/** How many levels below the shown one are labeled on the map. */
const FINER_LEVELS = 2;

/**
 * The topics of the shown level and of the levels around it, for map labels. A level that cannot be loaded is left out.
 */
async function loadLabelLevels({ levels, topics, snapshot }: MapData): Promise<LabelLevel[]> {
  const others = [levels.shown - 1, ...Array.from({ length: FINER_LEVELS }, (_, i) => levels.shown + 1 + i)];
  const loaded = others
    .filter((level) => level >= 0 && level < levels.count)
    .map(async (level): Promise<LabelLevel[]> => {
      const response = await api.topics(level).catch(() => null);
      return response?.snapshot === snapshot ? [{ rank: level - levels.shown, topics: response.topics }] : [];
    });
  return [{ rank: 0, topics }, ...(await Promise.all(loaded)).flat()];
}

export interface MapToolsInput {
  store: Store;
  mapData: MapData;
  map: PaperMap;
  paperCache: PaperCache;
  /** The papers that the search results currently list. */
  listedPapers(): readonly { id: string }[];
  updateInset(): void;
}

export interface MapTools {
  /** To be called when the search results list other papers than before. */
  refresh(): void;
}

/** Creates the tools of the map. Each tool is independent of the others: if one fails, only this tool is missing. */
export function createMapTools(input: MapToolsInput): MapTools {
  const { store, mapData, map } = input;
  const host = byId('map-pane', HTMLElement);
  const tools = byId('map-tools', HTMLElement);
  const canvas = byId('map', HTMLCanvasElement);
  const search = (q: string) => store.set(searchPatch(store.get(), q), 'push');
  const selection = attempt(() => createSelectionTool(input));
  attempt(() => createKeyboardNavigation({ ...input, canvas }));
  attempt(() => createMinimap(host, map, mapData.papers.world));
  attempt(() => createExportMenu({ tools, canvas, store, mapData, map }));
  const dates = attempt(() => createDateBrush({ host, tools, date: mapData.columns.date, map, store, search }));
  const refreshDates = dates && watchResultDateCounts({ store, show: dates.showMatches });
  const colors = attempt(() => createColorCard({ host, mapData, map, store })) ?? host;
  attempt(() => createHeatmapToggle({ host: colors, map, store, snapshot: mapData.snapshot }));
  input.updateInset();
  return {
    refresh() {
      refreshDates?.();
      selection?.refresh();
    },
  };
}
