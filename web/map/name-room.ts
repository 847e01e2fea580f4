/** Where names of the whole map may stand: on the screen, and beside the buttons of its right edge. Pure. */

/** A name's centre, in pixels from the middle of what is seen, and its size. */
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
