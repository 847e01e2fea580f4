/** One frame of the map, from the ground up. Knows nothing of events. */
import { prefersReducedMotion } from '../dom.ts';
import type { Backdrop } from './backdrop.ts';
import type { Transform } from './camera.ts';
import { drawNames } from './draw-names.ts';
import { drawLinks, drawMarks, type MarkColours } from './marks.ts';
import type { MapName } from './names.ts';
import { OUTLIER, type Theme, TONES, tonePixel } from './palette.ts';
import { createStamps, type DotStyle, drawPoints, type Stamps } from './points.ts';
import { pointRadius } from './scales.ts';
import { type Layers, layersOf, type Papers, type Scene } from './scene.ts';

export interface Frame {
  scene: Scene;
  transform: Transform;
  /** Zoom as a multiple of the fitted map. */
  zoom: number;
  names: readonly MapName[];
  pointed: MapName | null;
  theme: Theme;
}

const badgeFont = `650 10.5px -apple-system, 'Segoe UI', Inter, Roboto, 'Liberation Sans', Arial, sans-serif`;

function packed(cssColour: string): number {
  const [r = 0, g = 0, b = 0] = (cssColour.match(/[\d.]+/g) ?? []).map(Number);
  return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
}

/** The page's colours as the canvas inherits them: style.css is where they are chosen. */
function coloursOf(canvas: HTMLCanvasElement): MarkColours {
  const style = getComputedStyle(canvas);
  return { ink: style.color, ground: style.backgroundColor, accent: style.outlineColor };
}

export function createPainter(canvas: HTMLCanvasElement, papers: Papers, backdrop: Backdrop) {
  const context = canvas.getContext('2d')!;
  let image = context.createImageData(1, 1);
  let pixels = new Uint32Array(image.data.buffer);
  let ratio = 1;
  let colours = coloursOf(canvas);
  let tones = new Uint32Array(0);
  let stamps = new Map<string, Stamps>();
  let layers: Layers | null = null;
  let layered: Scene | null = null;

  const stampsFor = (style: DotStyle): Stamps => {
    const key = `${style.radius}/${style.rim}/${style.alpha}`;
    let found = stamps.get(key);
    if (!found) {
      if (stamps.size > 24) stamps = new Map();
      found = createStamps(style, tones, packed(colours.ground));
      stamps.set(key, found);
    }
    return found;
  };

  const drawLayers = (frame: Frame, { dim, plain, lit }: Layers, radius: number) => {
    const raster = { pixels, width: canvas.width, height: canvas.height };
    const columns = { x: papers.world.x, y: papers.world.y, colour: papers.colour };
    const { x, y, k } = frame.transform;
    const device = { x: x * ratio, y: y * ratio, k: k * ratio };
    const rim = radius >= 2.5 ? ratio * 0.9 : 0;
    const stroke = (rows: Uint32Array, size: number, rimWidth: number, alpha: number) => {
      if (rows.length === 0) return;
      const style = { radius: Math.round(size * ratio * 4) / 4, rim: rimWidth, alpha };
      drawPoints(raster, rows, columns, device, stampsFor(style));
    };
    stroke(dim, radius * 0.85, 0, frame.theme === 'light' ? 46 : 58);
    stroke(plain, radius, rim, radius >= 2.5 ? 240 : 190);
    stroke(lit, Math.max(radius * 1.25, 3.25), ratio, 255);
  };

  return {
    /** Takes the canvas's size in CSS pixels. */
    resize(width: number, height: number) {
      ratio = Math.min(devicePixelRatio || 1, 2);
      canvas.width = Math.max(1, Math.round(width * ratio));
      canvas.height = Math.max(1, Math.round(height * ratio));
      image = context.createImageData(canvas.width, canvas.height);
      pixels = new Uint32Array(image.data.buffer);
      stamps.clear();
    },
    /** Takes the colours of the page anew. */
    recolour(theme: Theme) {
      colours = coloursOf(canvas);
      tones = Uint32Array.from({ length: TONES + 1 }, (_, tone) => tonePixel(tone === TONES ? OUTLIER : tone, theme));
      stamps.clear();
    },
    /** True while names are still fading: another frame is due. */
    draw(frame: Frame): boolean {
      const { scene, transform } = frame;
      const same = (part: 'lit' | 'hoveredTopic' | 'outside') => layered?.[part] === scene[part];
      if (!same('lit') || !same('hoveredTopic') || !same('outside')) layers = layersOf(scene, papers);
      layered = scene;
      const radius = pointRadius(papers.world.n, transform.k / frame.zoom, frame.zoom);
      pixels.fill(0);
      drawLayers(frame, layers!, radius);
      context.putImageData(image, 0, 0);
      // From close by the regions are larger than the screen and say nothing; lit papers are to stand out.
      const near = Math.min(1, Math.max(0.25, 1.4 - 0.2 * frame.zoom));
      backdrop.draw(context, transform, ratio, frame.theme, near * (layers!.dim.length > 0 ? 0.45 : 1));
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      drawLinks(context, scene, papers, transform, colours.accent);
      const strong =
        layers!.lit.length > 0 ? new Set(Array.from(layers!.lit.slice(-60), (row) => papers.topic[row]!)) : null;
      const fading = drawNames(context, frame.names, transform, {
        theme: frame.theme,
        ground: colours.ground,
        width: canvas.width / ratio,
        height: canvas.height / ratio,
        strong,
        pointed: frame.pointed,
        fade: !prefersReducedMotion(),
      });
      drawMarks(context, scene, papers, transform, radius, colours, badgeFont);
      return fading;
    },
    measure(text: string, font: string): number {
      context.font = font;
      return context.measureText(text).width;
    },
  };
}
