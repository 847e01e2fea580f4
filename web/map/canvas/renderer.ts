/** Draws a frame of the map, from the background to the pins. Events are handled elsewhere. */
import { el, prefersReducedMotion } from '../../ui/dom.ts';
import type { Transform } from '../camera.ts';
import type { Theme } from '../color/palette.ts';
import { createOverlayMeasurer } from '../labels/avoid-obstacles.ts';
import { drawLabels } from '../labels/draw-labels.ts';
import type { MapLabel } from '../labels/label-layout.ts';
import type { Coloring, MapPapers, Scene } from '../scene.ts';
import type { SpatialIndex } from '../spatial-index.ts';
import { type Background, DENSITY_GRID_EXTENT } from './density-background.ts';
import type { HeatmapLayer } from './heatmap.ts';
import { drawLinks, drawMarks, type MarkColors, PIN_HEIGHT } from './marks.ts';
import { createPointLayer } from './point-layer.ts';
import { type PointSizes, sizedRadius } from './point-sizes.ts';
import { computePointEmphasis, type PointEmphasis, type PointRadii, pointRadii } from './point-styles.ts';

// A canvas below the papers for content that is slow to paint. While the map moves, the browser moves and scales the
// painted image. It is painted again when the map rests, when it would be scaled too far, or when a part becomes
// visible that was not painted.

export interface LazilyPaintedCanvas {
  /**
   * Shows the content at a transform of the map, and paints it again if necessary. Width and height are those of the
   * map, in CSS pixels.
   */
  show(transform: Transform, width: number, height: number): void;
  /** To be called when the painted content is out of date. */
  invalidate(): void;
  setOpacity(opacity: number): void;
}

/**
 * The content is painted beyond each edge, by this fraction of the map's size, so that small moves need no repainting.
 */
const MARGIN = 0.2;
/** The painted image is scaled up or down by at most this factor: beyond it, it would look blurred or coarse. */
const MAX_SCALING = 1.7;
const REDRAW_DELAY_MS = 140;

interface PaintedTransform extends Transform {
  width: number;
  height: number;
}

/**
 * Creates a lazily painted canvas below another one.
 *
 * @param paint paints the content onto an empty canvas; its `ratio` is the number of device pixels per CSS pixel
 */
function createLazilyPaintedCanvas(
  above: HTMLCanvasElement,
  paint: (context: CanvasRenderingContext2D, transform: Transform, ratio: number) => void,
): LazilyPaintedCanvas {
  const canvas = el('canvas', { class: 'cached-canvas', 'aria-hidden': true });
  above.before(canvas);
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  let painted: PaintedTransform | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const repaint = ({ x, y, k }: Transform, width: number, height: number): PaintedTransform => {
    const ratio = Math.min(devicePixelRatio || 1, 2);
    const outerWidth = Math.ceil(width * (1 + 2 * MARGIN));
    const outerHeight = Math.ceil(height * (1 + 2 * MARGIN));
    canvas.width = outerWidth * ratio;
    canvas.height = outerHeight * ratio;
    canvas.style.width = `${outerWidth}px`;
    canvas.style.height = `${outerHeight}px`;
    const transform = { x: x + width * MARGIN, y: y + height * MARGIN, k, width: outerWidth, height: outerHeight };
    paint(context, transform, ratio);
    return transform;
  };
  /** Whether the visible part of the density grid is painted completely. */
  const isPainted = (last: PaintedTransform, { x, y, k }: Transform, width: number, height: number) => {
    const isWithin = (offset: number, size: number, lastOffset: number, lastSize: number) =>
      Math.max(-offset / k, -DENSITY_GRID_EXTENT) >= Math.min(-lastOffset / last.k, DENSITY_GRID_EXTENT) - 1e-6 &&
      Math.min((size - offset) / k, DENSITY_GRID_EXTENT) <=
        Math.max((lastSize - lastOffset) / last.k, -DENSITY_GRID_EXTENT) + 1e-6;
    return isWithin(x, width, last.x, last.width) && isWithin(y, height, last.y, last.height);
  };

  const show = (transform: Transform, width: number, height: number) => {
    clearTimeout(timer);
    const scaling = painted === null ? Infinity : transform.k / painted.k;
    const isScaledTooFar = scaling > MAX_SCALING || scaling < 1 / MAX_SCALING;
    if (painted === null || isScaledTooFar || !isPainted(painted, transform, width, height)) {
      painted = repaint(transform, width, height);
    } else if (scaling !== 1) {
      timer = setTimeout(() => {
        painted = null;
        show(transform, width, height);
      }, REDRAW_DELAY_MS);
    }
    const scale = transform.k / painted.k;
    const [x, y] = [transform.x - painted.x * scale, transform.y - painted.y * scale];
    canvas.style.transform = `translate(${x}px, ${y}px) scale(${scale})`;
  };

  return {
    show,
    invalidate() {
      painted = null;
    },
    setOpacity(opacity) {
      canvas.style.opacity = String(opacity);
    },
  };
}

export interface FrameInput {
  scene: Scene;
  transform: Transform;
  /** The zoom relative to the fitted map, which has zoom 1. */
  zoom: number;
  labels: readonly MapLabel[];
  hoveredLabel: MapLabel | null;
  theme: Theme;
}

/** How the papers of the last frame were drawn. */
export interface RenderedStyle {
  radii: PointRadii;
  /** The sizes of papers; null: all have the same. */
  sizes: PointSizes | null;
  /** Topics whose labels were not dimmed; null: no label was dimmed. */
  prominentTopics: ReadonlySet<number> | null;
}

/**
 * The properties of a scene that `computePointEmphasis` depends on. While none of them changes, its result is reused.
 */
const EMPHASIS_KEYS = ['highlighted', 'matched', 'hoveredTopic', 'excludedByDate', 'excludedByLegend'] as const;

/** After this many milliseconds without a move, the map is drawn at full resolution. */
const REST_MS = 120;

const BADGE_FONT = `650 10.5px -apple-system, 'Segoe UI', Inter, Roboto, 'Liberation Sans', Arial, sans-serif`;

/** Packs a color of the form `rgb(…)` as an opaque pixel of ImageData. */
function pixelOf(color: string): number {
  const [r = 0, g = 0, b = 0] = (color.match(/[\d.]+/g) ?? []).map(Number);
  return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
}

/** The map's colors. styles/map.css passes them in CSS properties that a canvas does not use otherwise. */
function readColors(canvas: HTMLCanvasElement): MarkColors {
  const style = getComputedStyle(canvas);
  return { ink: style.color, background: style.caretColor, accent: style.outlineColor };
}

/**
 * Creates the renderer of the map.
 *
 * @param onRest called when the map has stopped moving and should be drawn again at full resolution
 */
export function createRenderer(
  canvas: HTMLCanvasElement,
  papers: MapPapers,
  index: SpatialIndex,
  background: Background,
  onRest: () => void,
) {
  const { world } = papers;
  let theme: Theme = 'light';
  let coloring: Coloring | null = null;
  let heatmap: HeatmapLayer | null = null;
  let sizes: PointSizes | null = null;
  const backgroundCanvas = createLazilyPaintedCanvas(canvas, (...target) => {
    // Areas of topics are not drawn below a heatmap, because they would change its colors.
    background.draw(...target, theme, heatmap === null && (coloring?.isByTopic ?? true));
    heatmap?.draw(...target, theme);
  });
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  const pointLayer = createPointLayer(context, papers, index);
  const overlayBoxes = createOverlayMeasurer(canvas);
  let ratio = 1;
  let colors = readColors(canvas);
  let emphasis: PointEmphasis | null = null;
  let lastScene: Scene | null = null;
  let lastTransform: Transform | null = null;
  let restTimer: ReturnType<typeof setTimeout> | undefined;
  let radii = pointRadii(world.n, world.n, 1, 1);

  return {
    /** Sets the size of the canvas, in CSS pixels. */
    resize(width: number, height: number) {
      ratio = Math.min(devicePixelRatio || 1, 2);
      pointLayer.resize(width, height, ratio);
    },
    setColors(nextTheme: Theme, nextColoring: Coloring) {
      theme = nextTheme;
      coloring = nextColoring;
      colors = readColors(canvas);
      backgroundCanvas.invalidate();
      const { colorIndex } = coloring;
      pointLayer.setColors({ colorIndex, colors: coloring.palette(theme), rim: pixelOf(colors.background) });
    },
    /**
     * Draws a frame.
     *
     * @returns true while labels are fading or moving, so that another frame should be drawn
     */
    draw(frame: FrameInput): boolean {
      const { scene, transform } = frame;
      if (emphasis === null || EMPHASIS_KEYS.some((key) => lastScene?.[key] !== scene[key])) {
        emphasis = computePointEmphasis(scene, papers, index);
      }
      lastScene = scene;
      radii = pointRadii(world.n, emphasis.apparentCount, transform.k / frame.zoom, frame.zoom);
      const { x, y, k } = transform;
      const isMoving =
        lastTransform !== null && (lastTransform.x !== x || lastTransform.y !== y || lastTransform.k !== k);
      lastTransform = transform;
      clearTimeout(restTimer);
      const drawnRatio = pointLayer.draw(transform, emphasis, radii, frame.theme, isMoving);
      if (drawnRatio < ratio) restTimer = setTimeout(onRest, REST_MS);
      // At a high zoom, areas of topics are larger than the screen and not informative, so they fade. They also fade
      // while papers are dimmed.
      const nearOpacity = Math.min(1, Math.max(0.25, 1.4 - 0.2 * frame.zoom));
      backgroundCanvas.setOpacity(heatmap ? 1 : nearOpacity * (emphasis.isDimmed ? 0.45 : 1));
      const [width, height] = [canvas.width / drawnRatio, canvas.height / drawnRatio];
      backgroundCanvas.show(transform, width, height);
      context.setTransform(drawnRatio, 0, 0, drawnRatio, 0, 0);
      drawLinks(context, scene, papers, transform, colors.accent);
      const toScreen = (row: number, dy = 0): [number, number] => [world.x[row] * k + x, world.y[row] * k + y + dy];
      const badges = scene.numbered.map((row) => toScreen(row));
      if (scene.selected !== null) badges.push(toScreen(scene.selected, -PIN_HEIGHT));
      const isAnimating = drawLabels(context, frame.labels, transform, {
        theme: frame.theme,
        ink: colors.ink,
        isPlain: coloring?.isByTopic === false,
        background: colors.background,
        width,
        height,
        prominentTopics: emphasis.prominentTopics,
        hoveredLabel: frame.hoveredLabel,
        badges,
        overlays: overlayBoxes(),
        animate: !prefersReducedMotion(),
      });
      const hoveredLevel = sizes?.level[scene.hovered ?? 0] ?? 0;
      const hoveredRadius = sizedRadius(sizes, hoveredLevel, radii.base);
      drawMarks(context, scene, papers, transform, hoveredRadius, colors, BADGE_FONT);
      return isAnimating;
    },
    /** Shows a heatmap below the papers; null removes it. */
    setHeatmap(next: HeatmapLayer | null) {
      heatmap = next;
      backgroundCanvas.invalidate();
    },
    /** Sets the sizes of papers; null: all have the same. */
    setSizes(next: PointSizes | null) {
      sizes = next;
      pointLayer.setSizes(next);
    },
    style: (): RenderedStyle => ({ radii, sizes, prominentTopics: emphasis?.prominentTopics ?? null }),
    /** To be called when there is more of the background to draw. */
    invalidateBackground: backgroundCanvas.invalidate,
    /** The width of a text, in CSS pixels. */
    measureText(text: string, font: string): number {
      context.font = font;
      return context.measureText(text).width;
    },
  };
}
