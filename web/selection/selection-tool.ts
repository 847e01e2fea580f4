/**
 * Selecting papers on the map: areas that are drawn and papers that are listed become parts of the region in the
 * address.
 */
import {
  type MapArea,
  parseRegionLeniently,
  printRegion,
  type RegionPart,
  type RegionSubject,
} from '../../pipeline/core/query/region.ts';
import { isTextField } from '../app/keyboard.ts';
import type { MapData } from '../app/map-data.ts';
import { type State, screenOf } from '../app/page-state.ts';
import type { Store } from '../app/store.ts';
import { visibleArea, type World } from '../map/camera.ts';
import type { PaperMap } from '../map/map.ts';
import type { PaperCache } from '../paper/paper-cache.ts';
import { regionsOf } from '../search/edit-query.ts';
import { announce, append, byId, el } from '../ui/dom.ts';
import { formatCount } from '../ui/format.ts';
import { createIcon, type IconName } from '../ui/icons.ts';
import { createAreaDrawing, type DrawingTool, pixelsPerMapUnit, roundToPixel } from './drawing.ts';
import {
  addRegionPart,
  createRegionContext,
  createSelectionCounter,
  evaluateRegion,
  exclusionMasks,
  type SelectionMode,
  takeIdsFittingInAddress,
} from './selection.ts';

// The selection toolbar: two tools to draw with, and a card with the selection mode and groups of papers that one press
// selects.

/** A group of papers that one press selects, such as the listed results. */
export interface SelectionOffer {
  label: string;
  select(): void;
}

export interface SelectionToolbarHandlers {
  /** The groups of papers that can currently be selected without drawing. */
  offers(): SelectionOffer[];
  clear(): void;
}

export interface SelectionToolbar {
  tool(): DrawingTool | null;
  mode(): SelectionMode;
  /** Closes the card and turns the active tool off. Returns false if no tool was active. */
  close(): boolean;
  /** To be called when the listed papers or the selection have changed. */
  refresh(hasSelection: boolean): void;
}

const modeLabels: readonly (readonly [SelectionMode, string])[] = [
  ['replace', 'New'],
  ['add', 'Add'],
  ['remove', 'Remove'],
  ['intersect', 'Intersect'],
];

function toggleButton(name: IconName, label: string): HTMLButtonElement {
  const button = el('button', { type: 'button', 'aria-label': label, title: label, 'aria-pressed': 'false' });
  button.appendChild(createIcon(name));
  return button;
}

/**
 * Creates the selection toolbar.
 *
 * @param host the group of the map's buttons; the card is inserted after it
 */
function createSelectionToolbar(host: HTMLElement, handlers: SelectionToolbarHandlers): SelectionToolbar {
  let active: DrawingTool | 'list' | null = null;
  let hasSelection = false;
  const buttons = {
    rectangle: toggleButton('rectangle', 'Rectangle select'),
    lasso: toggleButton('lasso', 'Lasso select'),
    list: toggleButton('checklist', 'Select listed papers'),
  };
  const radios = modeLabels.map(([value], i) =>
    el('input', { type: 'radio', name: 'select-mode', value, checked: i === 0 ? true : null }),
  );
  const modes = el('fieldset', { class: 'segmented' }, el('legend', { class: 'visually-hidden' }, 'Selection mode'));
  for (const [i, [, label]] of modeLabels.entries()) append(modes, el('label', {}, radios[i], el('span', {}, label)));
  const offerList = el('div', { class: 'select-offers' });
  const hint = el('p', { class: 'muted small' });
  const card = el(
    'div',
    { class: 'select-card', role: 'group', 'aria-label': 'Selection options', hidden: true },
    modes,
    offerList,
    hint,
  );
  host.append(buttons.rectangle, buttons.lasso, buttons.list);
  host.after(card);

  const unfold = byId('tools', HTMLButtonElement);
  unfold.appendChild(createIcon('sliders'));
  unfold.addEventListener('click', () => {
    const isUnfolded = host.toggleAttribute('data-unfolded');
    unfold.setAttribute('aria-expanded', String(isUnfolded));
    if (!isUnfolded && active !== null) bar.close();
  });

  const offerButton = (label: string, onClick: () => void) => {
    const button = el('button', { type: 'button', class: 'offer' }, label);
    button.addEventListener('click', onClick);
    return button;
  };
  const render = () => {
    card.hidden = active === null;
    for (const [name, button] of Object.entries(buttons)) button.setAttribute('aria-pressed', String(name === active));
    document.documentElement.toggleAttribute('data-drawing', active === 'rectangle' || active === 'lasso');
    const offers = active === 'list' ? handlers.offers() : [];
    offerList.replaceChildren(...offers.map(({ label, select }) => offerButton(label, select)));
    if (active === 'list' && hasSelection) offerList.appendChild(offerButton('Clear selection', handlers.clear));
    hint.textContent =
      active === 'list'
        ? 'Search, or open a topic or a paper, to select the papers it lists.'
        : matchMedia('(pointer: coarse)').matches
          ? 'Draw on the map with a finger.'
          : 'Shift: add · Alt: remove · both: intersect. Shift+drag also works without a tool.';
    hint.hidden = offers.length > 1;
  };
  for (const [name, button] of Object.entries(buttons)) {
    button.addEventListener('click', () => {
      active = active === name ? null : (name as DrawingTool | 'list');
      render();
    });
  }

  const bar: SelectionToolbar = {
    tool: () => (active === 'list' ? null : active),
    mode: () => (radios.find(({ checked }) => checked)?.value ?? 'replace') as SelectionMode,
    close() {
      const closed = active;
      active = null;
      render();
      // The focused element was in the card, which is closed now: the button that opened the card takes the focus.
      if (closed !== null && card.contains(document.activeElement)) buttons[closed].focus();
      return closed !== null;
    },
    refresh(isSelected) {
      hasSelection = isSelected;
      render();
    },
  };
  return bar;
}

// What lies over the map while someone selects: outlines of the selected areas, the area being drawn, and its count.

const SVG_NAMESPACE = 'http://www.w3.org/2000/svg';

export interface RegionOutlines {
  showRegion(parts: readonly RegionPart[]): void;
  /** Shows the area being drawn; null: none. */
  showStroke(area: MapArea | null): void;
}

/**
 * Creates the outlines as SVG over the map. They are in world coordinates: when the map moves, only one transform
 * changes.
 */
function createRegionOutlines(host: HTMLElement, map: PaperMap, world: World): RegionOutlines {
  const svg = appendSvg(host, 'svg', 'outlines');
  svg.setAttribute('aria-hidden', 'true');
  const group = appendSvg(svg, 'g');
  const region = appendSvg(group, 'g');
  const stroke = appendSvg(group, 'path', 'outline drawn');

  map.onFrame(({ transform: { x, y, k } }) => group.setAttribute('transform', `translate(${x} ${y}) scale(${k})`));
  return {
    showRegion(parts) {
      region.replaceChildren();
      for (const { operation, subject } of parts) {
        if (subject.kind === 'topic' || subject.kind === 'papers') continue;
        appendSvg(region, 'path', `outline ${operation}`).setAttribute('d', pathOf(subject, world));
      }
    },
    showStroke: (area) => stroke.setAttribute('d', area === null ? '' : pathOf(area, world)),
  };
}

function appendSvg(parent: Element, name: 'svg' | 'g' | 'path', className = ''): SVGElement {
  const element = document.createElementNS(SVG_NAMESPACE, name);
  if (className) element.setAttribute('class', className);
  return parent.appendChild(element);
}

function pathOf({ kind, points }: MapArea, world: World): string {
  const corners: string[] = [];
  const add = (x: number, y: number) => corners.push(world.mapToWorld(x, y).join(' '));
  if (kind === 'lasso') {
    for (let i = 0; i < points.length; i += 2) add(points[i], points[i + 1]);
  } else {
    const [x0, y0, x1, y1] = points;
    add(x0, y0);
    add(x1, y0);
    add(x1, y1);
    add(x0, y1);
  }
  return `M${corners.join('L')}Z`;
}

/**
 * A badge beside the pointer with the number of papers that would be selected. Screen readers announce this number only
 * when the area is finished.
 */
export interface CountBadge {
  /**
   * Shows a number of papers.
   *
   * @param pointer position of the pointer in the host element, in pixels
   * @param isTouch whether a finger draws, which would cover a badge below it
   */
  show(papers: number, pointer: readonly [x: number, y: number], isTouch: boolean): void;
  hide(): void;
}

/** Pixels between the pointer and the badge. */
const POINTER_GAP = 16;
/** Pixels between a finger and the badge above it. */
const FINGER_GAP = 44;
/** Pixels kept free at the edges of the map. */
const EDGE = 4;

function createCountBadge(host: HTMLElement): CountBadge {
  const badge = el('div', { class: 'count-badge', 'aria-hidden': 'true', hidden: true });
  host.appendChild(badge);
  return {
    show(papers, [x, y], isTouch) {
      badge.textContent = formatCount(papers, 'paper');
      badge.hidden = false;
      const { offsetWidth: width, offsetHeight: height } = badge;
      let left: number;
      let top: number;
      if (isTouch) {
        left = Math.min(Math.max(EDGE, x - width / 2), host.clientWidth - width - EDGE);
        top = Math.max(EDGE, y - FINGER_GAP - height);
      } else {
        // The badge is to the lower right of the pointer, or on the other side where the map ends.
        left = Math.max(EDGE, x + POINTER_GAP + width <= host.clientWidth ? x + POINTER_GAP : x - POINTER_GAP - width);
        top = y + POINTER_GAP + height <= host.clientHeight ? y + POINTER_GAP : y - POINTER_GAP - height;
      }
      badge.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
    },
    hide() {
      badge.hidden = true;
    },
  };
}

export interface SelectionToolInput {
  store: Store;
  mapData: MapData;
  map: PaperMap;
  paperCache: PaperCache;
  /** The papers that the search results currently list. */
  listedPapers(): readonly { id: string }[];
}

export interface SelectionTool {
  /** To be called when the search results may list other papers than before. */
  refresh(): void;
}

/** The selection mode of a pointer event. Modifier keys take precedence over the mode that is chosen in the card. */
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
    const parts = addRegionPart(parseRegionLeniently(store.get().selection), mode, subject);
    // If searches are limited to the selection, they stay so after another area was drawn. Papers picked from a list
    // are first shown in the selection view.
    const within = store.get().within && (subject.kind === 'rectangle' || subject.kind === 'lasso');
    store.set({ selection: printRegion(parts), within, paper: null, topic: null }, 'push');
  };
  const clear = () => store.set({ selection: '', within: false }, 'push');
  const bar = createSelectionToolbar(byId('map-tools', HTMLElement), { offers: () => offersFor(store.get()), clear });

  const visibleRectangle = (): RegionSubject => {
    const { transform, viewport } = map.camera();
    const { x, y, width, height } = visibleArea(viewport);
    const toMap = (screenX: number, screenY: number) =>
      world.worldToMap((screenX - transform.x) / transform.k, (screenY - transform.y) / transform.k);
    const corners = [...toMap(x - width / 2, y - height / 2), ...toMap(x + width / 2, y + height / 2)];
    return { kind: 'rectangle', points: roundToPixel(pixelsPerMapUnit(map.camera(), world), corners) };
  };
  const offersFor = (state: State): SelectionOffer[] => {
    const offers: SelectionOffer[] = [];
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
    const fitting = takeIdsFittingInAddress(listed);
    const name = fitting.length < listed.length ? 'First listed results' : 'Listed results';
    if (fitting.length > 0) offer(`${name}: ${formatCount(fitting.length, 'paper')}`, () => papers(fitting));
    offer('Papers visible on the map', visibleRectangle);
    return offers;
  };

  const outlines = createRegionOutlines(field, map, world);
  const countBadge = createCountBadge(field);
  let counter: ReturnType<typeof createSelectionCounter> | null = null;
  /**
   * Counts the papers that would be selected if an area were applied to the current selection. While a stroke is being
   * drawn, that is the selection at its first call, so that it is evaluated only once per stroke.
   */
  const count = (...args: Parameters<NonNullable<typeof counter>>) => {
    const state = store.get();
    counter ??= createSelectionCounter(
      mapData.columns,
      evaluateRegion(parseRegionLeniently(state.selection), createRegionContext(mapData)).mask,
      exclusionMasks(state, mapData),
    );
    return counter(...args);
  };
  const drawingMode = (event: PointerEvent): SelectionMode =>
    store.get().selection === '' ? 'replace' : modeOf(event, bar.tool() === null ? 'add' : bar.mode());
  const drawing = createAreaDrawing(field, canvas, map, world, {
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
      // With a finger the map can be panned only while no tool is active.
      if (event.pointerType === 'touch') bar.close();
    },
  });

  // A capturing listener runs before the page's own handling of Escape. Escape first cancels the stroke, then turns the
  // tool off, then clears the selection.
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
