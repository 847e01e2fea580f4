/** Selecting papers on the map: areas that are drawn and papers that are listed become parts of the region in the address. */
import { parseRegionLeniently, printRegion, type RegionSubject } from '../../pipeline/core/query/region.ts';
import { isTextField } from '../app/keyboard.ts';
import type { MapData } from '../app/map-data.ts';
import { type State, screenOf } from '../app/state.ts';
import type { Store } from '../app/store.ts';
import { visibleArea } from '../map/camera.ts';
import type { PaperMap } from '../map/map.ts';
import type { PaperCache } from '../paper/paper-cache.ts';
import { regionsOf } from '../search/edit-query.ts';
import { announce, byId } from '../ui/dom.ts';
import { formatCount } from '../ui/format.ts';
import { createDrawing, pixelsPerUnit, roundToPixel } from './drawing.ts';
import { createCountBadge, createOutlines } from './drawing-overlay.ts';
import {
  createSelectionCounter,
  evaluateRegion,
  exclusionMasks,
  fittingIds,
  regionContext,
  type SelectionMode,
  withPart,
} from './selection.ts';
import { createToolBar, type Offer } from './tool-bar.ts';

export interface SelectionToolInput {
  store: Store;
  mapData: MapData;
  map: PaperMap;
  paperCache: PaperCache;
  /** The papers that the results list now. */
  listedPapers(): readonly { id: string }[];
}

export interface SelectionTool {
  /** To be called when other papers may be listed. */
  refresh(): void;
}

/** Modifier keys take precedence over the mode that is chosen in the card. */
function modeOf(
  event: Pick<PointerEvent, 'shiftKey' | 'altKey' | 'ctrlKey' | 'metaKey'>,
  chosen: SelectionMode,
): SelectionMode {
  const isRemoving = event.altKey || event.ctrlKey || event.metaKey;
  if (event.shiftKey) return isRemoving ? 'intersect' : 'add';
  return isRemoving ? 'remove' : chosen;
}

export function createSelectionTool({
  store,
  mapData,
  map,
  paperCache,
  listedPapers,
}: SelectionToolInput): SelectionTool {
  const field = byId('map-pane', HTMLElement);
  const canvas = byId('map', HTMLCanvasElement);
  const { world } = mapData.papers;

  const addToSelection = (subject: RegionSubject, mode: SelectionMode) => {
    const parts = withPart(parseRegionLeniently(store.get().selection), mode, subject);
    // A search within one area continues in the next one; papers picked from a list are shown first.
    const within = store.get().within && (subject.kind === 'rectangle' || subject.kind === 'lasso');
    store.set({ selection: printRegion(parts), within, paper: null, topic: null }, 'push');
  };
  const clear = () => store.set({ selection: '', within: false }, 'push');
  const bar = createToolBar(byId('map-tools', HTMLElement), { offers: () => offersFor(store.get()), clear });

  const visibleRectangle = (): RegionSubject => {
    const { transform, viewport } = map.camera();
    const { x, y, width, height } = visibleArea(viewport);
    const toMap = (screenX: number, screenY: number) =>
      world.worldToMap((screenX - transform.x) / transform.k, (screenY - transform.y) / transform.k);
    const corners = [...toMap(x - width / 2, y - height / 2), ...toMap(x + width / 2, y + height / 2)];
    return { kind: 'rectangle', points: roundToPixel(pixelsPerUnit(map.camera(), world), corners) };
  };
  const offersFor = (state: State): Offer[] => {
    const offers: Offer[] = [];
    const offer = (label: string, subject: () => RegionSubject) =>
      offers.push({ label, select: () => addToSelection(subject(), bar.mode()) });
    const papers = (ids: readonly string[]): RegionSubject => ({ kind: 'papers', ids });
    const { paper } = state;
    const neighbors = paper === null ? [] : paperCache.neighborsOf(paper);
    if (paper !== null && neighbors.length > 0) {
      offer(`This paper and its ${formatCount(neighbors.length, 'closest paper')}`, () =>
        papers([paper, ...neighbors]),
      );
    }
    const topic = mapData.topic(state.topic);
    if (topic) offer(`This topic: ${formatCount(topic.size, 'paper')}`, () => ({ kind: 'topic', topic: topic.id }));
    const listed = listedPapers().map(({ id }) => id);
    const fitting = fittingIds(listed);
    const name = fitting.length < listed.length ? 'First listed results' : 'Listed results';
    if (fitting.length > 0) offer(`${name}: ${formatCount(fitting.length, 'paper')}`, () => papers(fitting));
    offer('Papers visible on the map', visibleRectangle);
    return offers;
  };

  const outlines = createOutlines(field, map, world);
  const countBadge = createCountBadge(field);
  let counter: ReturnType<typeof createSelectionCounter> | null = null;
  /** Created when a stroke begins, from the selection at that time. */
  const count = (...args: Parameters<NonNullable<typeof counter>>) => {
    const state = store.get();
    counter ??= createSelectionCounter(
      mapData.columns,
      evaluateRegion(parseRegionLeniently(state.selection), regionContext(mapData)).mask,
      exclusionMasks(state, mapData),
    );
    return counter(...args);
  };
  const drawingMode = (event: PointerEvent): SelectionMode =>
    store.get().selection === '' ? 'replace' : modeOf(event, bar.tool() === null ? 'add' : bar.mode());
  const drawing = createDrawing(field, canvas, map, world, {
    tool: (event) => bar.tool() ?? (event.shiftKey && event.pointerType !== 'touch' ? 'rectangle' : null),
    onDraw(drawn) {
      outlines.showStroke(drawn?.stroke ?? null);
      if (drawn?.area) {
        const papers = count(drawn.area, drawingMode(drawn.event));
        countBadge.show(papers, drawn.pointer, drawn.event.pointerType === 'touch');
      } else countBadge.hide();
      if (!drawn) counter = null;
    },
    onDrawn(area, event) {
      const papers = count(area, drawingMode(event));
      counter = null;
      addToSelection(area, drawingMode(event));
      announce(`${formatCount(papers, 'paper')} selected.`);
      // A finger has no other way to pan the map.
      if (event.pointerType === 'touch') bar.close();
    },
  });

  // Capturing, so that it comes before the page's own Escape: first the stroke is cancelled, then the tool, then the selection.
  document.addEventListener(
    'keydown',
    (event) => {
      if (event.key !== 'Escape' || event.isComposing || document.querySelector(':popover-open')) return;
      if (isTextField(event.target)) return;
      if (drawing.isDrawing()) drawing.cancel();
      else if (!bar.close()) {
        if (screenOf(store.get()) !== 'selection') return;
        clear();
      }
      event.preventDefault();
      event.stopPropagation();
    },
    true,
  );

  const render = (state: State) => {
    outlines.showRegion([...parseRegionLeniently(state.selection), ...regionsOf(state.q)]);
    bar.refresh(state.selection !== '');
  };
  store.subscribe((state) => render(state));
  render(store.get());
  return { refresh: () => bar.refresh(store.get().selection !== '') };
}
