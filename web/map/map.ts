/**
 * The map on its canvas. A `Scene` describes what the map shows, and `MapHandlers` receive what the user does on it.
 */
import type { MapData } from '../app/map-data.ts';
import {
  centerOn,
  fitBounds,
  fitWorld,
  isVisible,
  type Transform,
  trimmedBounds,
  type View,
  type Viewport,
  visibleArea,
} from './camera.ts';
import { type Contour, createBackground } from './canvas/density-background.ts';
import { createHeatmapLayer, type HeatmapImage } from './canvas/heatmap.ts';
import { type PointSizes, sizedRadius } from './canvas/point-sizes.ts';
import { pointRadius } from './canvas/point-styles.ts';
import { createRenderer, type RenderedStyle } from './canvas/renderer.ts';
import type { Theme } from './color/palette.ts';
import { addPointerListeners } from './interaction/pointer.ts';
import { createViewControl } from './interaction/view-control.ts';
import { findLabelAt } from './labels/draw-labels.ts';
import { copyAnimationState, layoutLabels, type MapLabel } from './labels/label-layout.ts';
import type { LabelLevel } from './labels/label-levels.ts';
import { type Coloring, emptyScene, type PaperRows, type Scene } from './scene.ts';
import { createSpatialIndex } from './spatial-index.ts';

export interface MapHandlers {
  onPaperClick(row: number): void;
  onTopicClick(topic: number): void;
  /** Called with the paper under the pointer, its position on the canvas and its radius in pixels; null: no paper. */
  onHover(paper: { row: number; x: number; y: number; radius: number } | null): void;
  /** Called with the new view when the map has come to rest; null: the whole map is fitted. */
  onViewChange(view: View | null): void;
}

export interface Camera {
  transform: Transform;
  viewport: Viewport;
  /** The zoom relative to the fitted map: 1 if all papers just fit into the visible area. */
  zoom: number;
}

export interface PaperMap {
  updateScene(change: Partial<Scene>): void;
  /** Moves the map to a view; null: the whole map. */
  goToView(view: View | null, animate: boolean): void;
  /**
   * Multiplies the zoom by a factor.
   *
   * @param around the row of a paper that stays where it is; by default the center of the map stays
   */
  zoomBy(factor: number, around?: number): void;
  zoomToTopic(topic: number, animate: boolean): void;
  /** Zooms so that most of these papers fill the map. */
  zoomToPapers(rows: PaperRows): void;
  /** Centers a paper if it is not visible. */
  reveal(row: number): void;
  setInset(inset: Viewport['inset'], animate: boolean): void;
  setTheme(theme: Theme): void;
  /** Sets the topics that get labels: those of the displayed level and of coarser and finer levels. */
  setLabelLevels(levels: readonly LabelLevel[]): void;
  /** Shows a heatmap below the papers; null removes it. */
  setHeatmap(image: HeatmapImage | null): void;
  setColoring(coloring: Coloring): void;
  /** Sets the sizes of papers; null: all have the same. */
  setSizes(sizes: PointSizes | null): void;
  camera(): Camera;
  /** Calls the listener now and at every frame that is drawn. */
  onFrame(listener: (camera: Camera) => void): void;
  /**
   * Centers a world position at the current zoom. 'drag' is for every step of a drag, which is not reported as a new
   * view.
   */
  centerOn(x: number, y: number, how: 'drag' | 'jump' | 'animate'): void;
  /** The world position at the center of the visible area, and the row nearest to it. */
  centerPoint(): { x: number; y: number; row: number };
  /** What is currently drawn, for an export as an image. */
  rendered(): RenderedStyle & {
    scene: Scene;
    labels: readonly MapLabel[];
    contours: readonly Contour[];
    theme: Theme;
  };
  /** Emphasizes a paper as if the pointer were over it; null: no paper. */
  hoverPaper(row: number | null): void;
}

/** The methods of the map that the views of the panel use. */
export type MapNavigation = Pick<
  PaperMap,
  'updateScene' | 'goToView' | 'zoomBy' | 'zoomToPapers' | 'zoomToTopic' | 'reveal' | 'setInset' | 'setTheme'
>;

/** Replaces a map that cannot be drawn. Its methods do nothing, so that lists and search still work. */
export const nullMap: MapNavigation = {
  updateScene() {},
  goToView() {},
  zoomBy() {},
  zoomToPapers() {},
  zoomToTopic() {},
  reveal() {},
  setInset() {},
  setTheme() {},
};

/** A canvas narrower than this, in pixels, gets the label layout of a phone. */
const NARROW = 640;
/** No paper is hit from farther away than this, in CSS pixels. */
const MAX_HIT_RADIUS = 40;
/** When the map zooms to a group of papers, its zoom is at most this, relative to the fitted map. */
const MAX_FIT_ZOOM = 5;

export function createMap(
  canvas: HTMLCanvasElement,
  mapData: MapData,
  initialTheme: Theme,
  initialColoring: Coloring,
  inset: Viewport['inset'],
  handlers: MapHandlers,
): PaperMap {
  const { papers, topics, tones } = mapData;
  const { world } = papers;
  let scene = emptyScene;
  let theme = initialTheme;
  let coloring = initialColoring;
  let sizes: PointSizes | null = null;
  let levels: readonly LabelLevel[] = [{ rank: 0, topics }];
  // Until the super-topics have loaded, their number is enough to lay out the other labels as if they were there.
  let superTopics = mapData.levels.sizes[mapData.levels.shown - 1] ?? 0;
  let labels: MapLabel[] = [];
  let hoveredLabel: MapLabel | null = null;
  let viewport: Viewport = { width: canvas.clientWidth, height: canvas.clientHeight, inset };
  let isFrameRequested = false;
  const listeners: ((camera: Camera) => void)[] = [];
  const camera = (): Camera => ({ transform: control.transform(), viewport, zoom: control.zoom() });

  const redraw = () => {
    if (isFrameRequested) return;
    isFrameRequested = true;
    requestAnimationFrame(() => {
      isFrameRequested = false;
      const { transform, zoom } = camera();
      const isFading = renderer.draw({ scene, transform, zoom, labels, hoveredLabel, theme });
      for (const listener of listeners) listener(camera());
      if (isFading) redraw();
    });
  };
  const index = createSpatialIndex(world);
  const background = createBackground(papers, tones, () => {
    renderer.invalidateBackground();
    redraw();
  });
  const renderer = createRenderer(canvas, papers, index, background, redraw);
  const control = createViewControl(canvas, world, viewport, redraw, handlers.onViewChange);
  const radius = (row: number) =>
    sizedRadius(sizes, sizes?.level[row] ?? 0, pointRadius(world.n, fitWorld(world, viewport).k, control.zoom()));
  const toScreen = (row: number) => {
    const { x, y, k } = control.transform();
    return { x: world.x[row] * k + x, y: world.y[row] * k + y };
  };
  const toWorld = (screenX: number, screenY: number) => {
    const { x, y, k } = control.transform();
    return { x: (screenX - x) / k, y: (screenY - y) / k };
  };

  const updateLabels = () => {
    const keyOf = ({ topic, row }: MapLabel) => `${topic}/${row}`;
    const previous = new Map(labels.map((label) => [keyOf(label), label]));
    labels = layoutLabels({
      levels,
      superTopics,
      papers,
      displayedTopic: (topic) => mapData.tree.pathTo(topic).find(({ id }) => tones.has(id))?.id ?? null,
      toneOf: (topic) => tones.get(topic),
      index,
      rowOf: mapData.rowOf,
      fittedScale: fitWorld(world, viewport).k,
      visibleArea: { ...visibleArea(viewport), below: viewport.inset.bottom },
      narrow: viewport.width < NARROW,
      measureText: renderer.measureText,
    });
    for (const label of labels) copyAnimationState(label, previous.get(keyOf(label)));
    redraw();
  };
  const updateSize = () => {
    renderer.resize(viewport.width, viewport.height);
    updateLabels();
  };
  const updateColors = () => {
    renderer.setColors(theme, coloring);
    redraw();
  };
  updateColors();
  updateSize();
  new ResizeObserver(() => {
    if (canvas.clientWidth === viewport.width && canvas.clientHeight === viewport.height) return;
    viewport = { ...viewport, width: canvas.clientWidth, height: canvas.clientHeight };
    control.resize(viewport, false);
    updateSize();
  }).observe(canvas);

  const hover = (hovered: number | null, hoveredTopic: number | null) => {
    scene = { ...scene, hovered, hoveredTopic };
    redraw();
    handlers.onHover(hovered === null ? null : { row: hovered, ...toScreen(hovered), radius: radius(hovered) });
  };
  addPointerListeners(canvas, {
    hitTest(x, y, reach) {
      const { k } = control.transform();
      const position = toWorld(x, y);
      const nearest = index.nearest(position.x, position.y, MAX_HIT_RADIUS / k);
      const gap = nearest < 0 ? Infinity : distance(toScreen(nearest), { x, y });
      const row = nearest >= 0 && gap < Math.max(reach, radius(nearest) + 2) ? nearest : -1;
      const label = findLabelAt(labels, control.transform(), x, y);
      // A label takes the click unless the pointer is on the dot of a paper.
      if (label && (row < 0 || gap - radius(row) > 1)) return { label, row: label.row ?? -1 };
      return { label: null, row };
    },
    onHover({ label, row }) {
      const hovered = row < 0 ? null : row;
      canvas.style.cursor = label || hovered !== null ? 'pointer' : '';
      if (label === hoveredLabel && hovered === scene.hovered) return;
      hoveredLabel = label;
      hover(hovered, label && label.row === null ? label.topic : null);
    },
    onClick({ label, row }) {
      if (row >= 0) handlers.onPaperClick(row);
      else if (label) handlers.onTopicClick(label.topic);
    },
    onDoubleClick({ label, row }) {
      const topic = row >= 0 ? papers.topic[row] : (label?.topic ?? -1);
      if (topic >= 0) handlers.onTopicClick(topic);
      return row >= 0 || label !== null;
    },
  });

  const zoomToRows = (rows: PaperRows, animate: boolean) => {
    const bounds = trimmedBounds(rows, world);
    const maxScale = fitWorld(world, viewport).k * MAX_FIT_ZOOM;
    if (bounds) control.toTransform(fitBounds(bounds, viewport, maxScale), animate);
  };

  return {
    updateScene(change) {
      const next = { ...scene, ...change };
      if (Object.keys(next).every((key) => next[key as keyof Scene] === scene[key as keyof Scene])) return;
      scene = next;
      redraw();
    },
    goToView: (view, animate) => control.toView(view, animate),
    zoomBy(factor, around) {
      if (around === undefined) return control.zoomBy(factor);
      const { x, y } = toScreen(around);
      control.zoomBy(factor, [x, y]);
    },
    zoomToTopic: (topic, animate) => zoomToRows(papers.rowsOfTopic(topic), animate),
    zoomToPapers: (rows) => zoomToRows(rows, true),
    reveal(row) {
      const [x, y] = [world.x[row], world.y[row]];
      const transform = control.transform();
      if (isVisible(x, y, transform, viewport)) return;
      control.toTransform(centerOn(x, y, transform.k, viewport), true);
    },
    setInset(nextInset, animate) {
      viewport = { ...viewport, inset: nextInset };
      control.resize(viewport, animate);
    },
    setTheme(nextTheme) {
      theme = nextTheme;
      updateColors();
    },
    setLabelLevels(nextLevels) {
      levels = nextLevels;
      superTopics = levels.find(({ rank }) => rank < 0)?.topics.length ?? 0;
      updateLabels();
    },
    setColoring(nextColoring) {
      coloring = nextColoring;
      updateColors();
    },
    setSizes(next) {
      sizes = next;
      renderer.setSizes(next);
      redraw();
    },
    setHeatmap(image) {
      renderer.setHeatmap(image && createHeatmapLayer(image, world));
      redraw();
    },
    camera,
    onFrame(listener) {
      listeners.push(listener);
      listener(camera());
    },
    centerOn(x, y, how) {
      const target = centerOn(x, y, control.transform().k, viewport);
      if (how === 'drag') control.dragTo(target);
      else control.toTransform(target, how === 'animate');
    },
    centerPoint() {
      const area = visibleArea(viewport);
      const { x, y } = toWorld(area.x, area.y);
      return { x, y, row: index.nearest(x, y, Infinity) };
    },
    rendered: () => ({ scene, labels, contours: background.contours(), ...renderer.style(), theme }),
    hoverPaper(row) {
      hoveredLabel = null;
      hover(row, null);
    },
  };
}

function distance(a: { x: number; y: number }, b: { x: number; y: number }): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
