/**
 * A canvas beneath the papers for what is soft and slow to paint. While the map moves, what was painted is moved and
 * stretched by the browser; it is painted anew when the map rests, is stretched too far, or shows what was not painted.
 */
import { el } from '../../ui/dom.ts';
import type { Transform } from '../camera.ts';
import { REACH } from './density.ts';

/** Painted beyond each edge, as a part of the size: so far one can drag without painting. */
const MARGIN = 0.2;
const MOST_STRETCH = 1.7;
const REST_MS = 140;

export interface Underlay {
  /** The canvas shows what is painted as it is to be seen at this transform. */
  place(transform: Transform, width: number, height: number): void;
  /** There is something else to paint. */
  changed(): void;
  /** 1: as strong as it is painted. */
  fade(strength: number): void;
}

interface Painted extends Transform {
  width: number;
  height: number;
}

/** @param paint onto an empty canvas, with the transform from the world to its CSS pixels and its device pixels a pixel */
export function createUnderlay(
  above: HTMLCanvasElement,
  paint: (context: CanvasRenderingContext2D, transform: Transform, ratio: number) => void,
): Underlay {
  const canvas = el('canvas', { class: 'underlay', 'aria-hidden': true });
  above.before(canvas);
  const context = canvas.getContext('2d')!;
  let painted: Painted | null = null;
  let timer = 0;

  const paintAt = ({ x, y, k }: Transform, width: number, height: number) => {
    const ratio = Math.min(devicePixelRatio || 1, 2);
    const [outWidth, outHeight] = [width * (1 + 2 * MARGIN), height * (1 + 2 * MARGIN)].map(Math.ceil) as [
      number,
      number,
    ];
    canvas.width = outWidth * ratio;
    canvas.height = outHeight * ratio;
    canvas.style.width = `${outWidth}px`;
    canvas.style.height = `${outHeight}px`;
    painted = { x: x + width * MARGIN, y: y + height * MARGIN, k, width: outWidth, height: outHeight };
    paint(context, painted, ratio);
  };
  /** Whether what is painted holds all of the world that is seen. */
  const covers = (was: Painted, { x, y, k }: Transform, width: number, height: number) => {
    const isWithin = (at: number, size: number, wasAt: number, wasSize: number) =>
      Math.max(-at / k, -REACH) >= Math.min(-wasAt / was.k, REACH) - 1e-6 &&
      Math.min((size - at) / k, REACH) <= Math.max((wasSize - wasAt) / was.k, -REACH) + 1e-6;
    return isWithin(x, width, was.x, was.width) && isWithin(y, height, was.y, was.height);
  };

  const place = (now: Transform, width: number, height: number) => {
    clearTimeout(timer);
    const stretch = painted === null ? Infinity : now.k / painted.k;
    const isFar = stretch > MOST_STRETCH || stretch < 1 / MOST_STRETCH;
    if (painted === null || isFar || !covers(painted, now, width, height)) paintAt(now, width, height);
    else if (stretch !== 1) {
      timer = setTimeout(() => {
        painted = null;
        place(now, width, height);
      }, REST_MS) as unknown as number;
    }
    const was = painted!;
    const by = now.k / was.k;
    canvas.style.transform = `translate(${now.x - was.x * by}px, ${now.y - was.y * by}px) scale(${by})`;
  };

  return {
    place,
    changed() {
      painted = null;
    },
    fade(strength) {
      canvas.style.opacity = String(strength);
    },
  };
}
