/** How warm each place of the map is for a query: the server's cells made smooth, as an image in the map's plane. Pure. */
import { blur2 } from 'd3';
import type { FieldAnswer } from '../../server/contract-explore.ts';

/** Pixels of the image for a cell of the answer, either way. */
export const FINER = 4;
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
  const [width, height] = [columns * FINER, rows * FINER];
  const values = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    // The answer's first row is the lowest.
    const from = (rows - 1 - Math.floor(y / FINER)) * columns;
    for (let x = 0; x < width; x++) {
      const value = bytes[from + Math.floor(x / FINER)]!;
      values[y * width + x] = value === 0 ? 0 : (value - 1) / 254;
    }
  }
  blur2({ data: values, width, height }, BLUR);
  return {
    width,
    height,
    values,
    left: bounds.x0,
    top: bounds.y0 + rows * cell,
    right: bounds.x0 + columns * cell,
    bottom: bounds.y0,
  };
}
