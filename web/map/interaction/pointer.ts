/**
 * Hovering, clicking and long presses on the canvas. d3-zoom handles dragging, and suppresses the click that ends a
 * drag.
 */
import type { MapLabel } from '../labels/label-layout.ts';

/** The label or the paper under the pointer. */
export interface HitTarget {
  label: MapLabel | null;
  /** The row of a paper; −1 for none. */
  row: number;
}

export interface PointerHandlers {
  /**
   * Finds the label or the paper at a canvas position.
   *
   * @param reach the largest distance from a paper at which it is still hit, in pixels
   */
  hitTest(x: number, y: number, reach: number): HitTarget;
  onHover(target: HitTarget): void;
  onClick(target: HitTarget): void;
  /** Returns false if nothing is under the pointer: then the double click zooms the map. */
  onDoubleClick(target: HitTarget): boolean;
}

/** A finger that stays this long shows the card of the paper under it. */
const LONG_PRESS_MS = 450;
/** A finger that moves farther than this, in pixels, is not a long press. */
const LONG_PRESS_DISTANCE = 10;

/** How far from a paper a pointer still hits it, in pixels. */
const REACH = { mouse: 9, touch: 20 };
const noTarget: HitTarget = { label: null, row: -1 };

export function addPointerListeners(canvas: HTMLCanvasElement, handlers: PointerHandlers): void {
  const toCanvas = (event: MouseEvent): [number, number] => {
    const box = canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };

  /** The latest mouse move, which is handled at the next frame; null if none is pending. */
  let pendingMove: PointerEvent | null = null;
  canvas.addEventListener('pointermove', (event) => {
    if (event.pointerType === 'touch') return;
    if (!pendingMove) {
      requestAnimationFrame(() => {
        const move = pendingMove;
        pendingMove = null;
        if (!move) return;
        // While dragging, a hover card would be in the way.
        handlers.onHover(move.buttons ? noTarget : handlers.hitTest(...toCanvas(move), REACH.mouse));
      });
    }
    pendingMove = event;
  });
  canvas.addEventListener('pointerleave', (event) => {
    pendingMove = null;
    // A touch pointer leaves when the finger is lifted. The hover card stays, so that it can be read.
    if (event.pointerType === 'touch') return;
    handlers.onHover(noTarget);
  });

  let press: { timer: ReturnType<typeof setTimeout>; x: number; y: number } | null = null;
  let wasLongPress = false;
  /** Whether the tap before this one was a long press. */
  let followsLongPress = false;
  const cancelPress = () => {
    clearTimeout(press?.timer);
    press = null;
  };
  canvas.addEventListener('pointerdown', (event) => {
    followsLongPress = wasLongPress;
    wasLongPress = false;
    if (event.pointerType !== 'touch') return;
    handlers.onHover(noTarget);
    const isSecondFinger = press !== null;
    cancelPress();
    // Two fingers zoom the map, which is no long press.
    if (isSecondFinger) return;
    const [x, y] = toCanvas(event);
    const timer = setTimeout(() => {
      press = null;
      const target = handlers.hitTest(x, y, REACH.touch);
      if (target.row < 0) return;
      wasLongPress = true;
      handlers.onHover(target);
    }, LONG_PRESS_MS);
    press = { timer, x, y };
  });
  canvas.addEventListener('pointermove', (event) => {
    const [x, y] = toCanvas(event);
    if (press && Math.hypot(x - press.x, y - press.y) > LONG_PRESS_DISTANCE) cancelPress();
  });
  for (const name of ['pointerup', 'pointercancel'] as const) canvas.addEventListener(name, cancelPress);
  // Some browsers open a menu on a long press.
  canvas.addEventListener('contextmenu', (event) => {
    if (press || wasLongPress) event.preventDefault();
  });

  canvas.addEventListener('click', (event) => {
    if (wasLongPress) return;
    const isTouch = event instanceof PointerEvent && event.pointerType === 'touch';
    handlers.onClick(handlers.hitTest(...toCanvas(event), isTouch ? REACH.touch : REACH.mouse));
  });
  // A capturing listener runs before that of d3-zoom, which zooms in on a double click.
  canvas.addEventListener(
    'dblclick',
    (event) => {
      // A long press followed by a tap counts as a double click for the browser, but not for the user.
      if (followsLongPress || handlers.onDoubleClick(handlers.hitTest(...toCanvas(event), REACH.mouse))) {
        event.stopImmediatePropagation();
      }
    },
    { capture: true },
  );
}
