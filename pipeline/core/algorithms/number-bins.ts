/** Bins of numbers with borders that people would choose. */

/** From this ratio of the largest to the median number on, bins grow with the numbers, as for citations. */
const MIN_SKEW = 20;

/** The numbers of at least `from` and less than `to`; the last bin also has `to`. */
export interface NumberBin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/**
 * Bins of sorted numbers with round borders: of equal width or, if few numbers are much larger than the others, with
 * borders at 0, 1, 2, 5, 10, 20, 50 and so on.
 *
 * @param values finite and ascending, at least one
 * @param most about how many bins there may be
 */
export function binNumbers(values: Float64Array, most = 10): NumberBin[] {
  const [min, max] = [values[0], values[values.length - 1]];
  const median = values[Math.floor(values.length / 2)];
  const borders = min >= 0 && max > MIN_SKEW * Math.max(1, median) ? growingBorders(max) : equalBorders(min, max, most);
  const bins: NumberBin[] = [];
  let at = 0;
  for (let i = 0; i + 1 < borders.length; i++) {
    const [from, to] = [borders[i], borders[i + 1]];
    const start = at;
    const isLast = i + 2 === borders.length;
    while (at < values.length && (isLast || values[at] < to)) at++;
    if (at > start) bins.push({ from, to, count: at - start });
  }
  return bins;
}

function growingBorders(max: number): number[] {
  const borders = [0, 1];
  for (let power = 1; (borders.at(-1) ?? 0) <= max; power *= 10) borders.push(2 * power, 5 * power, 10 * power);
  const end = borders.findIndex((border) => border > max);
  return borders.slice(0, end + 1);
}

function equalBorders(min: number, max: number, most: number): number[] {
  if (min === max) return [min, max];
  const rough = (max - min) / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999) ?? 10);
  const first = Math.floor(min / step);
  const last = Math.floor(max / step) + 1;
  if (!(last - first <= 2 * most)) return [min, max];
  // Multiples of a step such as 0.1 have errors in the last digits; rounded, they are the numbers that people write.
  const borders = Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
  // Numbers that differ in their last digits only have no round borders between them.
  const areApart = borders.every((border, i) => i === 0 || border > borders[i - 1]);
  return areApart && borders[0] <= min && borders[borders.length - 1] >= max ? borders : [min, max];
}
