/** A number rounded to some decimal digits, for people and JSON to read: `roundTo(0.123456, 4)` is 0.1235. Never −0. */
export function roundTo(value: number, digits: number): number {
  const factor = 10 ** digits;
  return Math.round(value * factor) / factor + 0;
}
