/** How many papers would be selected if the hand were lifted now: pure, and fast enough for every move of it. */
import { type Places, pointsInside } from './inside.ts';
import type { Area, Operation } from './parts.ts';

/**
 * A function that tells how many papers a selection holds once an area is added to it, taken from it, kept in common with it,
 * or takes its place. One look a paper beside those of the area.
 *
 * @param selected 1 for each paper of the selection so far, by row
 * @param keptOut for each filter of the map 1 for the papers that it keeps out: they do not count
 */
export function countDrawn(
  places: Places,
  selected: Uint8Array,
  keptOut: readonly Uint8Array[],
): (area: Area, operation: Operation | 'fresh') => number {
  const open = new Uint8Array(selected.length).fill(1);
  for (const filter of keptOut) for (let row = 0; row < open.length; row++) open[row]! &= 1 - filter[row]!;
  const before = selected.map((one, row) => one & open[row]!);
  return (area, operation) => {
    const inside = pointsInside(places, area);
    let both = 0;
    let own = 0;
    let all = 0;
    for (let row = 0; row < inside.length; row++) {
      own += inside[row]! & open[row]!;
      all += before[row]!;
      both += inside[row]! & before[row]!;
    }
    if (operation === 'add') return all + own - both;
    if (operation === 'remove') return all - both;
    return operation === 'meet' ? both : own;
  };
}
