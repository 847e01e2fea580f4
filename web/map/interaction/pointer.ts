/** Hover and click on the canvas. Dragging is d3's affair: a click that ends a drag does not arrive here. */
import type { MapName } from '../labels/map-labels.ts';

interface Target {
  name: MapName | null;
  /** −1 for none. */
  row: number;
}

export interface PointerEvents {
  at(x: number, y: number, reach: number): Target;
  over(target: Target): void;
  pick(target: Target): void;
  /** Pressed twice; false: that was nothing here, and means what it means on the ground. */
  enter(target: Target): boolean;
}

/** A finger that rests so long on a paper asks what it is. */
const REST_MS = 450;
/** Pixels that a resting finger may tremble. */
const STILL = 10;

const REACH = { mouse: 9, touch: 20 };
const nothing: Target = { name: null, row: -1 };

export function watchPointer(canvas: HTMLCanvasElement, events: PointerEvents): void {
  let waiting: PointerEvent | null = null;

  const place = (event: MouseEvent): [number, number] => {
    const box = canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };

  canvas.addEventListener('pointermove', (event) => {
    if (event.pointerType === 'touch') return;
    if (!waiting) {
      requestAnimationFrame(() => {
        const last = waiting;
        waiting = null;
        if (!last) return;
        // A pressed button means dragging: the card would only be in the way.
        events.over(last.buttons ? nothing : events.at(...place(last), REACH.mouse));
      });
    }
    waiting = event;
  });
  canvas.addEventListener('pointerleave', (event) => {
    waiting = null;
    // A finger leaves when it is lifted: the card is there to be read then.
    if (event.pointerType === 'touch') return;
    events.over(nothing);
  });
  let rest: { timer: number; x: number; y: number } | null = null;
  let rested = false;
  let afterRest = false;
  const lift = () => {
    if (rest) clearTimeout(rest.timer);
    rest = null;
  };
  canvas.addEventListener('pointerdown', (event) => {
    afterRest = rested;
    rested = false;
    if (event.pointerType !== 'touch') return;
    events.over(nothing);
    const isSecond = rest !== null;
    lift();
    // Two fingers zoom.
    if (isSecond) return;
    const [x, y] = place(event);
    const timer = setTimeout(() => {
      rest = null;
      const target = events.at(x, y, REACH.touch);
      if (target.row < 0) return;
      rested = true;
      events.over(target);
    }, REST_MS) as unknown as number;
    rest = { timer, x, y };
  });
  canvas.addEventListener('pointermove', (event) => {
    const [x, y] = place(event);
    if (rest && Math.hypot(x - rest.x, y - rest.y) > STILL) lift();
  });
  for (const name of ['pointerup', 'pointercancel'] as const) canvas.addEventListener(name, lift);
  // A long press opens the browser's menu too, where there is one.
  canvas.addEventListener('contextmenu', (event) => {
    if (rest || rested) event.preventDefault();
  });

  canvas.addEventListener('click', (event) => {
    if (rested) return;
    const touch = event instanceof PointerEvent && event.pointerType === 'touch';
    events.pick(events.at(...place(event), touch ? REACH.touch : REACH.mouse));
  });
  // Caught before d3 zooms in, which a double click on the ground goes on to do.
  canvas.addEventListener(
    'dblclick',
    (event) => {
      // A finger that rested and then taps has tapped once.
      if (afterRest || events.enter(events.at(...place(event), REACH.mouse))) event.stopImmediatePropagation();
    },
    { capture: true },
  );
}
