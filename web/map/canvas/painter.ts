/** One frame of the map, from the ground up. Knows nothing of events. */
import { prefersReducedMotion } from '../../ui/dom.ts';
import type { Transform } from '../camera.ts';
import type { Theme } from '../color/palette.ts';
import type { PointIndex } from '../interaction/point-index.ts';
import { drawNames } from '../labels/draw-labels.ts';
import { createCovers } from '../labels/label-collision.ts';
import type { MapName } from '../labels/map-labels.ts';
import type { Coloring, Papers, Scene } from '../scene.ts';
import type { Backdrop } from './backdrop.ts';
import type { Heat } from './heatmap.ts';
import { type Layers, layersOf } from './layers.ts';
import { drawLinks, drawMarks, type MarkColors, PIN } from './marks.ts';
import { createPaperLayer } from './paper-layer.ts';
import { type Radii, radiiOf } from './scales.ts';
import { createUnderlay } from './underlay.ts';

export interface Frame {
  scene: Scene;
  transform: Transform;
  /** Zoom as a multiple of the fitted map. */
  zoom: number;
  names: readonly MapName[];
  pointed: MapName | null;
  theme: Theme;
}

/** How papers were drawn: how large, and the topics whose names keep their strength beside them (null: all). */
export interface Drawn {
  radii: Radii;
  strong: ReadonlySet<number> | null;
}

/** What of a scene decides how papers are drawn. */
const LAYERED = ['lit', 'found', 'hoveredTopic', 'outside', 'uncolored'] as const;

/** When the map has rested so long it is drawn in full. */
const REST_MS = 120;

const badgeFont = `650 10.5px -apple-system, 'Segoe UI', Inter, Roboto, 'Liberation Sans', Arial, sans-serif`;

function packed(cssColor: string): number {
  const [r = 0, g = 0, b = 0] = (cssColor.match(/[\d.]+/g) ?? []).map(Number);
  return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
}

/** The page's colors as the canvas inherits them: style.css is where they are chosen. */
function colorsOf(canvas: HTMLCanvasElement): MarkColors {
  const style = getComputedStyle(canvas);
  return { ink: style.color, ground: style.caretColor, accent: style.outlineColor };
}

/** @param rested called when a frame is to be drawn although nothing has moved */
export function createPainter(
  canvas: HTMLCanvasElement,
  papers: Papers,
  index: PointIndex,
  backdrop: Backdrop,
  rested: () => void,
) {
  let look: Theme = 'light';
  let coloring: Coloring | null = null;
  let heat: Heat | null = null;
  const underlay = createUnderlay(canvas, (...to) => {
    // What is warm is to be seen alone: no topic's ground is tinted then.
    backdrop.draw(...to, look, heat === null && (coloring?.isOfTopics ?? true));
    heat?.draw(...to, look);
  });
  const context = canvas.getContext('2d')!;
  const layer = createPaperLayer(context, papers, index);
  const covers = createCovers(canvas);
  let ratio = 1;
  let colors = colorsOf(canvas);
  let layers: Layers | null = null;
  let layered: Scene | null = null;
  let before: Transform | null = null;
  let rest = 0;
  let radii = radiiOf(papers.world.n, papers.world.n, 1, 1);

  return {
    /** Takes the canvas's size in CSS pixels. */
    resize(width: number, height: number) {
      ratio = Math.min(devicePixelRatio || 1, 2);
      layer.resize(width, height, ratio);
    },
    /** Takes the colors of the page anew. */
    recolor(theme: Theme, next: Coloring) {
      look = theme;
      coloring = next;
      colors = colorsOf(canvas);
      underlay.changed();
      layer.recolor({ column: next.column, colors: next.pixels(theme), rim: packed(colors.ground) });
    },
    /** True while names are still fading: another frame is due. */
    draw(frame: Frame): boolean {
      const { scene, transform } = frame;
      if (layers === null || LAYERED.some((part) => layered?.[part] !== scene[part])) {
        layers = layersOf(scene, papers, index);
      }
      layered = scene;
      radii = radiiOf(papers.world.n, layers.crowd, transform.k / frame.zoom, frame.zoom);
      const isMoving =
        before !== null && (before.x !== transform.x || before.y !== transform.y || before.k !== transform.k);
      before = transform;
      clearTimeout(rest);
      const drawn = layer.draw(transform, layers, radii, frame.theme, isMoving);
      if (drawn < ratio) rest = setTimeout(rested, REST_MS) as unknown as number;
      // From close by the regions are larger than the screen and say nothing; lit papers are to stand out.
      const near = Math.min(1, Math.max(0.25, 1.4 - 0.2 * frame.zoom));
      underlay.fade(heat ? 1 : near * (layers.isDimmed ? 0.45 : 1));
      const [width, height] = [canvas.width / drawn, canvas.height / drawn];
      underlay.place(transform, width, height);
      context.setTransform(drawn, 0, 0, drawn, 0, 0);
      drawLinks(context, scene, papers, transform, colors.accent);
      const placeOf = (row: number): [number, number] => [
        papers.world.x[row]! * transform.k + transform.x,
        papers.world.y[row]! * transform.k + transform.y,
      ];
      const fading = drawNames(context, frame.names, transform, {
        theme: frame.theme,
        ink: colors.ink,
        isPlain: coloring?.isOfTopics === false,
        ground: colors.ground,
        width,
        height,
        strong: layers.strong,
        pointed: frame.pointed,
        numbers: [
          ...scene.numbered.map(placeOf),
          ...(scene.selected === null ? [] : [placeOf(scene.selected)]).map(([x, y]): [number, number] => [x, y - PIN]),
        ],
        covers: covers(),
        fade: !prefersReducedMotion(),
      });
      drawMarks(context, scene, papers, transform, radii.all, colors, badgeFont);
      return fading;
    },
    /** Lays this beneath the papers; null: nothing. */
    warm(next: Heat | null) {
      heat = next;
      underlay.changed();
    },
    /** How papers were drawn last. */
    drawn: (): Drawn => ({ radii, strong: layers?.strong ?? null }),
    /** There is more of the backdrop to draw. */
    refresh: underlay.changed,
    measure(text: string, font: string): number {
      context.font = font;
      return context.measureText(text).width;
    },
  };
}
