import type { Projection } from '../core/map-positions.ts';

/** A map cut into square cells, row by row of the grid from its smallest y, and who lies where. */
export interface MapGrid {
  readonly columns: number;
  readonly rows: number;
  /** The map's own bounds; the cells of the last column and row may reach beyond, never further than one cell. */
  readonly bounds: { readonly x0: number; readonly y0: number; readonly x1: number; readonly y1: number };
  /** Side of a cell in map units. */
  readonly cell: number;
  /** By row. */
  readonly cellOf: Int32Array;
  /** Cell c holds `members[starts[c]]` … `members[starts[c + 1] − 1]`, rows ascending. */
  readonly starts: Int32Array;
  readonly members: Int32Array;
}

/** Cells out to which the kernel reaches, in its own widths. */
const REACH = 3;
/** A cell has a value where a paper lies within so many widths of its middle, or several a little further off. */
const NEAR = 2;
/** So many papers have a say in a cell of usual density, … */
const PAPERS = 3;
/** … within these bounds, in cells. */
const WIDTHS = { least: 1.2, most: 4 };

/** @param most cells along the longer side of the map */
export function mapGrid({ x, y }: Projection, most: number): MapGrid {
  const count = x.length;
  const [x0, x1] = extent(x);
  const [y0, y1] = extent(y);
  const cell = Math.max(x1 - x0, y1 - y0) / most || 1;
  const cells = (length: number) => Math.max(1, Math.min(most, Math.ceil(length / cell)));
  const [columns, rows] = [cells(x1 - x0), cells(y1 - y0)];
  const cellOf = new Int32Array(count);
  const starts = new Int32Array(columns * rows + 1);
  for (let row = 0; row < count; row++) {
    const column = Math.min(columns - 1, Math.floor((x[row] - x0) / cell));
    const line = Math.min(rows - 1, Math.floor((y[row] - y0) / cell));
    cellOf[row] = line * columns + column;
    starts[cellOf[row] + 1]++;
  }
  for (let at = 0; at < columns * rows; at++) starts[at + 1] += starts[at];
  const next = starts.slice();
  const members = new Int32Array(count);
  for (let row = 0; row < count; row++) members[next[cellOf[row]]++] = row;
  return { columns, rows, bounds: { x0, y0, x1, y1 }, cell, cellOf, starts, members };
}

function extent(values: Float32Array): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return values.length === 0 ? [0, 0] : [low, high];
}

/**
 * At most `most` rows (or one a cell where cells are more) that stand for all: as many of each cell as of any other, or
 * all it has, evenly through its members.
 */
export function rowsFromCells({ starts, members }: MapGrid, most: number): Int32Array {
  const taken = (perCell: number) => {
    let sum = 0;
    for (let c = 0; c + 1 < starts.length; c++) sum += Math.min(perCell, starts[c + 1] - starts[c]);
    return sum;
  };
  let [low, high] = [1, Math.max(1, members.length)];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (taken(middle) <= most) low = middle;
    else high = middle - 1;
  }
  const rows = new Int32Array(taken(low));
  let at = 0;
  for (let c = 0; c + 1 < starts.length; c++) {
    const size = starts[c + 1] - starts[c];
    const wanted = Math.min(low, size);
    for (let i = 0; i < wanted; i++) rows[at++] = members[starts[c] + Math.floor((i * size) / wanted)];
  }
  return rows;
}

/**
 * The mean of a value around each cell, near papers counting more (Nadaraya & Watson, with a Gaussian kernel between
 * the middles of cells); NaN where no paper is near.
 *
 * @param rows rows of which the value is known, at least one of each cell that has any; those of a cell stand for all of it
 * @param values by place in `rows`
 * @returns `columns` × `rows` values between the least and the largest of `values`
 */
export function smoothedField(grid: MapGrid, rows: Int32Array, values: ArrayLike<number>): Float32Array {
  const { columns, rows: lines, cellOf, starts, members } = grid;
  const cells = columns * lines;
  const papers = Float64Array.from({ length: cells }, (_, c) => starts[c + 1] - starts[c]);
  const known = new Int32Array(cells);
  const sums = new Float64Array(cells);
  rows.forEach((row, at) => {
    known[cellOf[row]]++;
    sums[cellOf[row]] += values[at];
  });
  for (let c = 0; c < cells; c++) if (known[c] > 0) sums[c] *= papers[c] / known[c];
  const width = kernelWidth(cells, members.length);
  const kernel = Float64Array.from({ length: Math.ceil(REACH * width) + 1 }, (_, d) =>
    Math.exp((-d * d) / (2 * width * width)),
  );
  const bar = Math.exp((-NEAR * NEAR) / 2);
  const weights = blurred(papers, columns, lines, kernel);
  const weighed = blurred(sums, columns, lines, kernel);
  return Float32Array.from(weighed, (sum, c) => (weights[c] >= bar ? sum / weights[c] : Number.NaN));
}

/** In cells: wide enough that a few papers have a say, never so wide that everything runs together. */
function kernelWidth(cells: number, papers: number): number {
  const wished = Math.sqrt((PAPERS * cells) / (2 * Math.PI * Math.max(1, papers)));
  return Math.max(WIDTHS.least, Math.min(WIDTHS.most, wished));
}

/** A Gaussian is the product of its two directions: lines first, then columns. */
function blurred(values: Float64Array, columns: number, lines: number, kernel: Float64Array): Float64Array {
  const along = spread(values, kernel, lines, columns, columns, 1);
  return spread(along, kernel, columns, lines, 1, columns);
}

/** @param runs how many runs of `length` cells there are; one begins `stride` behind another, its cells stand `step` apart */
function spread(
  values: Float64Array,
  kernel: Float64Array,
  runs: number,
  length: number,
  stride: number,
  step: number,
) {
  const result = new Float64Array(values.length);
  for (let run = 0; run < runs; run++) {
    for (let from = 0; from < length; from++) {
      const value = values[run * stride + from * step];
      if (value === 0) continue;
      const last = Math.min(length - 1, from + kernel.length - 1);
      for (let to = Math.max(0, from - kernel.length + 1); to <= last; to++) {
        result[run * stride + to * step] += value * kernel[Math.abs(to - from)];
      }
    }
  }
  return result;
}
