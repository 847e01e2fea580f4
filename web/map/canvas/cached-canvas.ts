/**
 * A canvas below the papers for what is slow to paint. While the map moves, the browser moves and scales what was painted; it is
 * painted again when the map rests, is scaled too far, or shows what was not painted.
 */
import { el } from '../../ui/dom.ts';
import type { Transform } from '../camera.ts';
import { GRID_EXTENT } from './background.ts';

export interface CachedCanvas {
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
const REST_MS = 140;

interface PaintedTransform extends Transform {
  width: number;
  height: number;
}

/** @param paint paints onto an empty canvas; `ratio`: device pixels per CSS pixel */
export function createCachedCanvas(
  above: HTMLCanvasElement,
  paint: (context: CanvasRenderingContext2D, transform: Transform, ratio: number) => void,
): CachedCanvas {
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
      }, REST_MS);
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
