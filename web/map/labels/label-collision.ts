/** What stands over the map, in pixels of its canvas. */

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

const OVER = '.map-controls, .minimap, .dates, .color-card';
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

/** Whether one of the boxes hides so much of a name, of which the center is told, that it cannot be read. */
export function isCovered(covers: readonly Box[], x: number, y: number, width: number, height: number): boolean {
  return covers.some(({ left, top, right, bottom }) => {
    const wide = Math.min(right, x + width / 2) - Math.max(left, x - width / 2);
    const high = Math.min(bottom, y + height / 2) - Math.max(top, y - height / 2);
    return wide > 0 && high > 0 && wide * high > HIDDEN * width * height;
  });
}

/** Where names of the whole map may stand: on the screen, and beside the buttons of its right edge. Pure. */

/** A name's center, in pixels from the middle of what is seen, and its size. */
export interface Lying {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** What is seen of the map, in pixels. */
export interface NameRoom {
  width: number;
  height: number;
  /** What is covered below it. */
  below: number;
  narrow: boolean;
}

/** Kept free between a name and the edge, in pixels. */
const EDGE = 6;
/** The buttons: in the upper right corner of a phone, in the lower right of a wide screen, in pixels. */
const BUTTONS = { narrow: { width: 66, height: 112 }, wide: { width: 66, height: 388 } };

function right({ y, height }: Lying, room: NameRoom): number {
  const { width: taken, height: high } = BUTTONS[room.narrow ? 'narrow' : 'wide'];
  const beside = room.narrow
    ? y - height / 2 < high - room.height / 2
    : y + height / 2 > room.height / 2 + room.below - high;
  return room.width / 2 - (beside ? taken : EDGE);
}

/** How far a name must go sideways to be read whole, in pixels: 0 where it is, the left edge first where it is too wide. */
export function inward(name: Lying, room: NameRoom): number {
  const half = name.width / 2;
  const back = Math.min(0, right(name, room) - (name.x + half));
  return Math.max(back, EDGE - room.width / 2 - (name.x - half));
}

/** Pixels of a name that are cut, sideways and up or down. */
export function cutOff(name: Lying, room: NameRoom): number {
  const high = Math.max(0, Math.abs(name.y) + name.height / 2 + EDGE - room.height / 2);
  return Math.abs(inward(name, room)) + high;
}

/** Names step aside for the numbers of hits, or go where there is no room: a number is never written over. Pure. */

/** A name on the screen: its center and size in pixels. */
export interface Standing {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Of no place: the name is not shown. */
export const GONE = -1;
/** Where a name may stand, in parts of its width and height from its own place, which is the first. */
const PLACES = [
  [0, 0],
  [0, -0.75],
  [0, 0.75],
  [0, -1.25],
  [0, 1.25],
  [-0.55, 0],
  [0.55, 0],
  [-0.55, -0.75],
  [0.55, -0.75],
  [-0.55, 0.75],
  [0.55, 0.75],
  [0, -1.8],
  [0, 1.8],
] as const;

/** Radius of a number and a little ground, in pixels. */
const CLEAR = 10.5;
/** Kept free between two names. */
const GAP = 4;
/** So much more room there must be before a name goes back: what trembles at the edge stays where it is. */
const SURE = 8;

/** How far a name at one of its places stands from its own, in pixels. */
export function awayOf({ width, height }: Standing, place: number): [number, number] {
  const [x, y] = PLACES[Math.max(place, 0)] ?? [0, 0];
  return [x * width, y * height];
}

/**
 * @param names the important ones first
 * @param before the place of each until now
 * @param numbers centers of the numbers, in pixels
 * @param right the screen's width: none steps aside beyond its edges
 * @returns the place of each: its number, 0 for its own, or GONE
 */
export function stepAside(
  names: readonly Standing[],
  before: readonly number[],
  numbers: readonly (readonly [number, number])[],
  right = Infinity,
): number[] {
  const taken: Standing[] = [];
  const isFree = (name: Standing, place: number, sure: number) => {
    const [dx, dy] = awayOf(name, place);
    const [x, y] = [name.x + dx, name.y + dy];
    if (dx !== 0 && right !== Infinity && (x < name.width / 2 || x > right - name.width / 2)) return false;
    const isClear = numbers.every(
      ([atX, atY]) =>
        Math.abs(atX - x) >= name.width / 2 + CLEAR + sure || Math.abs(atY - y) >= name.height / 2 + CLEAR + sure,
    );
    return (
      isClear &&
      taken.every(
        (other) =>
          Math.abs(other.x - x) >= (other.width + name.width) / 2 + GAP ||
          Math.abs(other.y - y) >= (other.height + name.height) / 2 + GAP,
      )
    );
  };
  const choose = (name: Standing, had: number) => {
    if (isFree(name, 0, had === 0 ? 0 : SURE)) return 0;
    if (had > 0 && isFree(name, had, 0)) return had;
    return PLACES.findIndex((_, place) => isFree(name, place, had === place ? 0 : SURE / 2));
  };
  return names.map((name, i) => {
    const place = choose(name, before[i] ?? 0);
    if (place !== GONE) {
      const [dx, dy] = awayOf(name, place);
      taken.push({ ...name, x: name.x + dx, y: name.y + dy });
    }
    return place;
  });
}
