/** How warm each place of the map is for a query: the server's cells made smooth, as an image in the map's plane. Pure. */
import { blur2 } from 'd3';
import type { FieldAnswer } from '../../server/contract-explore.ts';

/** Pixels of the image for a cell of the answer, either way. */
export const FINER = 4;
/** Cells on each side in which the warmth of the outermost ends, for papers stand at the very edge of the map. */
export const BEYOND = 3;
/** In cells: how soon it ends. */
const FALL = 1.4;
/** In pixels of the image: takes the corners from the cells, and moves nothing farther than one cell. */
const BLUR = 2.4;

export interface Surface {
  width: number;
  height: number;
  /** 0 to 1, row by row from the top of the screen. */
  values: Float32Array;
  /** The image's corners in map units: left and top, right and bottom as on the screen. */
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** @returns null where no place is warm */
export function surfaceOf(answer: FieldAnswer): Surface | null {
  const { columns, rows, cell, bounds } = answer;
  const bytes = Uint8Array.from(atob(answer.values), (letter) => letter.charCodeAt(0));
  if (answer.verdict === 'nothing' || !bytes.some((value) => value > 0)) return null;
  const [width, height] = [(columns + 2 * BEYOND) * FINER, (rows + 2 * BEYOND) * FINER];
  const values = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const [line, above] = nearestCell(y, rows);
    // The answer's first row is the lowest.
    const from = (rows - 1 - line) * columns;
    for (let x = 0; x < width; x++) {
      const [column, aside] = nearestCell(x, columns);
      const value = bytes[from + column]!;
      const fall = Math.exp(-(above * above + aside * aside) / (FALL * FALL));
      values[y * width + x] = value === 0 ? 0 : ((value - 1) / 254) * fall;
    }
  }
  blur2({ data: values, width, height }, BLUR);
  return {
    width,
    height,
    values,
    left: bounds.x0 - BEYOND * cell,
    top: bounds.y0 + (rows + BEYOND) * cell,
    right: bounds.x0 + (columns + BEYOND) * cell,
    bottom: bounds.y0 - BEYOND * cell,
  };
}

/** The cell that a pixel lies in or nearest to, and how many cells it lies off. */
function nearestCell(pixel: number, cells: number): [number, number] {
  const at = (pixel + 0.5) / FINER - BEYOND;
  const cell = Math.min(cells - 1, Math.max(0, Math.floor(at)));
  return [cell, Math.max(0, -at, at - cells)];
}
