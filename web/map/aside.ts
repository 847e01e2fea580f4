/** Names step aside for the numbers of hits, or go where there is no room: a number is never written over. Pure. */

/** A name on the screen: its centre and size in pixels. */
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
 * @param numbers centres of the numbers, in pixels
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
