/** Bins of a column of numbers of the user's data, by which papers are colored and sized. Pure. */
import { binNumbers } from '../../../pipeline/core/algorithms/number-bins.ts';
import { formatDecimal } from '../../ui/format.ts';
import type { Binning } from './coloring.ts';

/** About so many bins numbers are divided into: more colors or sizes are hard to tell apart. */
const MAX_BINS = 7;

/**
 * Divides numbers into bins with round borders.
 *
 * @param values by row; null for papers without one
 */
export function binNumberColumn(values: readonly (number | null)[]): Binning {
  const binIndex = new Uint8Array(values.length);
  const known = Float64Array.from(values.filter((value) => value !== null)).sort();
  if (known.length === 0) return { bins: [], binIndex };
  const areWhole = known.every(Number.isInteger);
  const all = binNumbers(known, MAX_BINS);
  // Bins that grow may be more: then the last few are one.
  const starts = all.slice(0, MAX_BINS + 1).map(({ from }) => from);
  for (const [row, value] of values.entries()) {
    let bin = starts.length;
    if (value !== null) for (bin = starts.length - 1; bin > 0 && value < starts[bin]; ) bin--;
    binIndex[row] = bin;
  }
  const bins = starts.map((from, i) => {
    const isLast = i === starts.length - 1;
    const end = isLast ? known[known.length - 1] : areWhole ? Math.ceil(all[i].to) - 1 : all[i].to;
    return {
      key: `b${i}`,
      label: end === from ? formatDecimal(from) : `${formatDecimal(from)} – ${formatDecimal(end)}`,
    };
  });
  return { bins, binIndex };
}
