/** Hover and click on the canvas. Dragging is d3's affair: a click that ends a drag does not arrive here. */
import type { MapName } from './names.ts';

interface Target {
  name: MapName | null;
  /** −1 for none. */
  row: number;
}

export interface PointerEvents {
  at(x: number, y: number, reach: number): Target;
  over(target: Target): void;
  pick(target: Target): void;
}

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
  canvas.addEventListener('pointerleave', () => {
    waiting = null;
    events.over(nothing);
  });
  canvas.addEventListener('click', (event) => {
    const touch = event instanceof PointerEvent && event.pointerType === 'touch';
    events.pick(events.at(...place(event), touch ? REACH.touch : REACH.mouse));
  });
}
