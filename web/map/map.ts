/** The map on its canvas: what it shows is a Scene, what people do on it comes out as events. */
import type { Atlas } from '../app/map-data.ts';
import type { View } from '../app/state.ts';
import { boxOf, centered, type Frame, fitBox, fitWorld, isInSight, openPart, type Transform } from './camera.ts';
import { type Contour, createBackdrop } from './canvas/backdrop.ts';
import type { Surface } from './canvas/heatmap.ts';
import { createHeat } from './canvas/heatmap.ts';
import { createPainter, type Drawn } from './canvas/painter.ts';
import { pointRadius } from './canvas/scales.ts';
import type { Theme } from './color/palette.ts';
import { createPointIndex } from './interaction/point-index.ts';
import { watchPointer } from './interaction/pointer.ts';
import { createViewControl } from './interaction/view-control.ts';
import { nameAt } from './labels/draw-labels.ts';
import type { NameLevel } from './labels/label-levels.ts';
import { layNames, type MapName, stayAs } from './labels/map-labels.ts';
import { type Coloring, emptyScene, type Rows, type Scene } from './scene.ts';

export interface MapEvents {
  pickPaper(row: number): void;
  pickTopic(topic: number): void;
  /** The paper under the pointer and its place on the canvas; null: none. */
  hover(at: { row: number; x: number; y: number; radius: number } | null): void;
  settled(view: View | null): void;
}

/** Where the map is looked at. */
export interface Camera {
  transform: Transform;
  frame: Frame;
  /** Zoom as a multiple of the fitted map. */
  zoom: number;
}

export interface PaperMap {
  show(change: Partial<Scene>): void;
  goTo(view: View | null, animate: boolean): void;
  /** @param around the row of a paper that stays where it is; the middle does unless told */
  zoomBy(factor: number, around?: number): void;
  zoomToTopic(topic: number, animate: boolean): void;
  /** Moves so that most of these papers fill the view. */
  zoomTo(rows: Rows): void;
  /** Moves only if the paper is out of sight. */
  reveal(row: number): void;
  setInset(inset: Frame['inset'], animate: boolean): void;
  setTheme(theme: Theme): void;
  /** Names fields and parts too: those that are shown at rank 0, beside them others. */
  name(levels: readonly NameLevel[]): void;
  /** How warm places are for a query; null: nothing is told. */
  warm(surface: Surface | null): void;
  /** Colors the papers otherwise. */
  color(coloring: Coloring): void;
  camera(): Camera;
  /** Calls at every frame of the map that is drawn, and once now. */
  watch(listener: (camera: Camera) => void): void;
  /** Moves a place of the world into the middle, at the zoom there is: a hand is still moving, is there, or it glides. */
  center(x: number, y: number, how: 'moving' | 'there' | 'glide'): void;
  /** The place of the world in the middle of what is seen, and the row nearest to it. */
  middle(): { x: number; y: number; row: number };
  /** What is drawn now, for a picture of it. */
  shown(): Drawn & {
    scene: Scene;
    names: readonly MapName[];
    contours: readonly Contour[];
    theme: Theme;
  };
  /** Points at a paper as a pointer would; null: at none. */
  point(row: number | null): void;
}

export function createMap(
  canvas: HTMLCanvasElement,
  atlas: Atlas,
  theme: Theme,
  colors: Coloring,
  inset: Frame['inset'],
  events: MapEvents,
): PaperMap {
  const { papers, topics, tones } = atlas;
  const { world } = papers;
  let scene = emptyScene;
  let look = theme;
  let coloring = colors;
  let levels: readonly NameLevel[] = [{ rank: 0, topics }];
  // Until they have come, they are expected.
  let fields = atlas.levels.sizes[atlas.levels.shown - 1] ?? 0;
  let names: MapName[] = [];
  let pointed: MapName | null = null;
  let frame: Frame = { width: canvas.clientWidth, height: canvas.clientHeight, inset };
  let asked = false;
  const watching: ((camera: Camera) => void)[] = [];
  const camera = (): Camera => ({ transform: control.transform(), frame, zoom: control.zoom() });

  const redraw = () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      const transform = control.transform();
      const fading = painter.draw({ scene, transform, zoom: control.zoom(), names, pointed, theme: look });
      for (const listener of watching) listener(camera());
      if (fading) redraw();
    });
  };
  const more = () => {
    painter.refresh();
    redraw();
  };
  const index = createPointIndex(world);
  const backdrop = createBackdrop(papers, tones, more);
  const painter = createPainter(canvas, papers, index, backdrop, redraw);
  const control = createViewControl(canvas, world, frame, redraw, events.settled);
  const radius = () => pointRadius(world.n, fitWorld(world, frame).k, control.zoom());

  const name = () => {
    const before = new Map(names.map((each) => [`${each.topic}/${each.row}`, each]));
    names = layNames({
      levels,
      fields,
      papers,
      shownTopic: (topic) => atlas.tree.pathTo(topic).find(({ id }) => tones.has(id))?.id ?? null,
      toneOf: (topic) => tones.get(topic),
      index,
      rowOf: atlas.rowOf,
      fitted: fitWorld(world, frame).k,
      open: { ...openPart(frame), below: frame.inset.bottom },
      narrow: frame.width < 640,
      measure: painter.measure,
    });
    for (const each of names) stayAs(each, before.get(`${each.topic}/${each.row}`));
    redraw();
  };
  const layOut = () => {
    painter.resize(frame.width, frame.height);
    name();
  };
  painter.recolor(look, coloring);
  layOut();
  new ResizeObserver(() => {
    if (canvas.clientWidth === frame.width && canvas.clientHeight === frame.height) return;
    frame = { ...frame, width: canvas.clientWidth, height: canvas.clientHeight };
    control.reframe(frame, false);
    layOut();
  }).observe(canvas);

  const hover = (hovered: number | null, hoveredTopic: number | null) => {
    scene = { ...scene, hovered, hoveredTopic };
    redraw();
    const t = control.transform();
    const place = (r: number) => ({ x: world.x[r]! * t.k + t.x, y: world.y[r]! * t.k + t.y });
    events.hover(hovered === null ? null : { row: hovered, ...place(hovered), radius: radius() });
  };
  watchPointer(canvas, {
    at(x, y, reach) {
      const t = control.transform();
      const row = index.nearest((x - t.x) / t.k, (y - t.y) / t.k, Math.max(reach, radius() + 2) / t.k);
      const name = nameAt(names, t, x, y);
      const far =
        row < 0 ? Infinity : Math.hypot(world.x[row]! * t.k + t.x - x, world.y[row]! * t.k + t.y - y) - radius();
      return name && far > 1 ? { name, row: name.row ?? -1 } : { name: null, row };
    },
    over({ name, row }) {
      const hovered = row < 0 ? null : row;
      canvas.style.cursor = name || hovered !== null ? 'pointer' : '';
      if (name === pointed && hovered === scene.hovered) return;
      pointed = name;
      hover(hovered, name && name.row === null ? name.topic : null);
    },
    pick({ name, row }) {
      if (row >= 0) events.pickPaper(row);
      else if (name) events.pickTopic(name.topic);
    },
    enter({ name, row }) {
      const topic = row >= 0 ? papers.topic[row]! : (name?.topic ?? -1);
      if (topic >= 0) events.pickTopic(topic);
      return row >= 0 || name !== null;
    },
  });

  const zoomTo = (rows: Rows, animate = true) => {
    const box = boxOf(rows, world);
    if (box) control.to(fitBox(box, frame, fitWorld(world, frame).k * 5), animate);
  };

  return {
    show(change) {
      const next = { ...scene, ...change };
      if (Object.keys(next).every((part) => next[part as keyof Scene] === scene[part as keyof Scene])) return;
      scene = next;
      redraw();
    },
    goTo: (view, animate) => control.toView(view, animate),
    zoomBy(factor, around) {
      const { x, y, k } = control.transform();
      control.by(factor, around === undefined ? undefined : [world.x[around]! * k + x, world.y[around]! * k + y]);
    },
    zoomToTopic: (topic, animate) => zoomTo(papers.rowsOf(topic), animate),
    zoomTo,
    reveal(row) {
      const [x, y] = [world.x[row]!, world.y[row]!];
      const t = control.transform();
      if (!isInSight(x, y, t, frame)) control.to(centered(x, y, t.k, frame), true);
    },
    setInset(next, animate) {
      frame = { ...frame, inset: next };
      control.reframe(frame, animate);
    },
    setTheme(next) {
      look = next;
      painter.recolor(look, coloring);
      redraw();
    },
    name(next) {
      levels = next;
      fields = next.find(({ rank }) => rank < 0)?.topics.length ?? 0;
      name();
    },
    color(next) {
      coloring = next;
      painter.recolor(look, coloring);
      redraw();
    },
    warm(surface) {
      painter.warm(surface && createHeat(surface, world));
      redraw();
    },
    camera,
    watch(listener) {
      watching.push(listener);
      listener(camera());
    },
    center(x, y, how) {
      const there = centered(x, y, control.transform().k, frame);
      if (how === 'moving') control.drag(there);
      else control.to(there, how === 'glide');
    },
    middle() {
      const t = control.transform();
      const open = openPart(frame);
      const [x, y] = [(open.x - t.x) / t.k, (open.y - t.y) / t.k];
      return { x, y, row: index.nearest(x, y, Infinity) };
    },
    shown: () => ({ scene, names, contours: backdrop.contours(), ...painter.drawn(), theme: look }),
    point(row) {
      pointed = null;
      hover(row, null);
    },
  };
}
