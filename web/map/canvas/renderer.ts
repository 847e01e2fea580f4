/** Draws a frame of the map, from the background up. Knows nothing of events. */
import { el, prefersReducedMotion } from '../../ui/dom.ts';
import type { Transform } from '../camera.ts';
import type { Theme } from '../color/palette.ts';
import { drawLabels } from '../labels/draw-labels.ts';
import { createOverlayBoxes } from '../labels/label-collision.ts';
import type { MapLabel } from '../labels/label-layout.ts';
import type { Coloring, MapPapers, Scene } from '../scene.ts';
import type { SpatialIndex } from '../spatial-index.ts';
import { type Background, GRID_EXTENT } from './background.ts';
import type { HeatmapLayer } from './heatmap.ts';
import { drawLinks, drawMarks, type MarkColors, PIN_HEIGHT } from './marks.ts';
import { createPointLayer } from './point-layer.ts';
import { emphasisOf, type PointEmphasis, type PointRadii, pointRadii } from './point-styles.ts';

// A canvas below the papers for what is slow to paint. While the map moves, the browser moves and scales what was painted; it is
// painted again when the map rests, is scaled too far, or shows what was not painted.

export interface LazilyPaintedCanvas {
  /** Shows the canvas as seen at a transform. @param width of the map, in CSS pixels */
  show(transform: Transform, width: number, height: number): void;
  /** What is painted is out of date. */
  invalidate(): void;
  setOpacity(opacity: number): void;
}

/** What is painted beyond each edge, as a fraction of the size: one can pan this far without repainting. */
const MARGIN = 0.2;
/** Scaled further than this, up or down, it would look blurred or coarse. */
const MAX_SCALING = 1.7;
const REDRAW_DELAY_MS = 140;

interface PaintedTransform extends Transform {
  width: number;
  height: number;
}

/** @param paint paints onto an empty canvas; `ratio`: device pixels per CSS pixel */
export function createLazilyPaintedCanvas(
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
  /** Whether everything visible of the world's grid is painted. */
  const isPainted = (last: PaintedTransform, { x, y, k }: Transform, width: number, height: number) => {
    const isWithin = (offset: number, size: number, lastOffset: number, lastSize: number) =>
      Math.max(-offset / k, -GRID_EXTENT) >= Math.min(-lastOffset / last.k, GRID_EXTENT) - 1e-6 &&
      Math.min((size - offset) / k, GRID_EXTENT) <= Math.max((lastSize - lastOffset) / last.k, -GRID_EXTENT) + 1e-6;
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
  /** Relative to the fitted map. */
  zoom: number;
  labels: readonly MapLabel[];
  hoveredLabel: MapLabel | null;
  theme: Theme;
}

/** How the papers of the last frame were drawn. */
export interface RenderedStyle {
  radii: PointRadii;
  /** Topics whose labels were not dimmed; null: all. */
  prominentTopics: ReadonlySet<number> | null;
}

/** The parts of a scene that `emphasisOf` depends on. */
const EMPHASIS_KEYS = ['highlighted', 'matched', 'hoveredTopic', 'excludedByDate', 'excludedByLegend'] as const;

/** After this time without a move, the map is drawn at full resolution. */
const REST_MS = 120;

const BADGE_FONT = `650 10.5px -apple-system, 'Segoe UI', Inter, Roboto, 'Liberation Sans', Arial, sans-serif`;

/** @param color `rgb(…)`; @returns an opaque pixel, as in ImageData */
function pixelOf(color: string): number {
  const [r = 0, g = 0, b = 0] = (color.match(/[\d.]+/g) ?? []).map(Number);
  return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
}

/** The colors that styles/map.css gives the canvas, in properties that it has no other use for. */
function readColors(canvas: HTMLCanvasElement): MarkColors {
  const style = getComputedStyle(canvas);
  return { ink: style.color, background: style.caretColor, accent: style.outlineColor };
}

/** @param onRest called when a frame should be drawn because the map has stopped moving */
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
  const backgroundCanvas = createLazilyPaintedCanvas(canvas, (...target) => {
    // The areas of topics would change the colors of a heatmap.
    background.draw(...target, theme, heatmap === null && (coloring?.isByTopic ?? true));
    heatmap?.draw(...target, theme);
  });
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  const pointLayer = createPointLayer(context, papers, index);
  const overlayBoxes = createOverlayBoxes(canvas);
  let ratio = 1;
  let colors = readColors(canvas);
  let emphasis: PointEmphasis | null = null;
  let lastScene: Scene | null = null;
  let lastTransform: Transform | null = null;
  let restTimer: ReturnType<typeof setTimeout> | undefined;
  let radii = pointRadii(world.n, world.n, 1, 1);

  return {
    /** @param width of the canvas, in CSS pixels */
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
    /** @returns true while labels are fading or moving: another frame should be drawn */
    draw(frame: FrameInput): boolean {
      const { scene, transform } = frame;
      if (emphasis === null || EMPHASIS_KEYS.some((key) => lastScene?.[key] !== scene[key])) {
        emphasis = emphasisOf(scene, papers, index);
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
      // Zoomed in, areas are larger than the screen and say nothing. They also fade where papers are highlighted.
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
      drawMarks(context, scene, papers, transform, radii.base, colors, BADGE_FONT);
      return isAnimating;
    },
    /** null: none. */
    setHeatmap(next: HeatmapLayer | null) {
      heatmap = next;
      backgroundCanvas.invalidate();
    },
    style: (): RenderedStyle => ({ radii, prominentTopics: emphasis?.prominentTopics ?? null }),
    /** To be called when there is more of the background to draw. */
    invalidateBackground: backgroundCanvas.invalidate,
    /** The width of a text, in CSS pixels. */
    measureText(text: string, font: string): number {
      context.font = font;
      return context.measureText(text).width;
    },
  };
}
