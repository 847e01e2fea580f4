/** What stands over the map, in pixels of its canvas. */

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

const OVER = '.map-controls, .minimap, .dates, .colour-card';
/** Measured no more often than this: cards seldom open, and frames are short. */
const FRESH_MS = 200;

/** @returns where the cards and buttons are that stand beside the canvas, not long ago at the most */
export function createCovers(canvas: HTMLElement): () => readonly Box[] {
  let boxes: Box[] = [];
  let measured = Number.NEGATIVE_INFINITY;
  return () => {
    const now = performance.now();
    if (now - measured < FRESH_MS) return boxes;
    measured = now;
    const { left: x, top: y } = canvas.getBoundingClientRect();
    boxes = Array.from(canvas.parentElement?.querySelectorAll(OVER) ?? [], (card) => {
      const { left, top, right, bottom } = card.getBoundingClientRect();
      return { left: left - x, top: top - y, right: right - x, bottom: bottom - y };
    });
    return boxes;
  };
}

/** A name with more than this part of it out of sight cannot be read. */
const HIDDEN = 0.1;

/** Whether one of the boxes hides so much of a name, of which the centre is told, that it cannot be read. */
export function isCovered(covers: readonly Box[], x: number, y: number, width: number, height: number): boolean {
  return covers.some(({ left, top, right, bottom }) => {
    const wide = Math.min(right, x + width / 2) - Math.max(left, x - width / 2);
    const high = Math.min(bottom, y + height / 2) - Math.max(top, y - height / 2);
    return wide > 0 && high > 0 && wide * high > HIDDEN * width * height;
  });
}
