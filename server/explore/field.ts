import { type MapGrid, mapGrid, rowsFromCells, smoothedField } from '../../pipeline/core/map-field.ts';
import type { Projection } from '../../pipeline/core/projection.ts';
import type { SearchMode } from '../contract.ts';
import type { FieldAnswer } from '../contract-explore.ts';
import type { Answer, Asker } from '../search/ask.ts';
import { relevanceOf } from './relevance.ts';

/** Cells along the longer side. */
const CELLS = 96;
/** So many papers are compared with the query: of more, as many of each cell. */
const LOOKED_AT = 40_000;
/** Steps of a value that is there; 0 is no value. */
const STEPS = 254;

interface FieldSource {
  readonly asker: Asker;
  readonly map: Projection;
  ask(q: string, mode: SearchMode): Promise<Answer>;
}

/**
 * A function that tells how much the papers around each cell of the map have to do with a query. Where nothing here is
 * about it no place is warm. The map is cut into cells when that is first asked for.
 */
export function openField({
  asker,
  map,
  ask,
}: FieldSource): (q: string, mode: SearchMode) => Promise<Omit<FieldAnswer, 'snapshot'>> {
  let grid: MapGrid | undefined;
  let rows: Int32Array = new Int32Array(0);
  return async (q, mode) => {
    const { isAbout } = await ask(q, mode);
    if (!grid) {
      grid = mapGrid(map, CELLS);
      rows = rowsFromCells(grid, LOOKED_AT);
    }
    const relevance = isAbout ? await relevanceOf(asker, q, mode, rows) : new Float32Array(rows.length);
    return {
      query: q,
      mode,
      verdict: isAbout ? 'found' : 'nothing',
      columns: grid.columns,
      rows: grid.rows,
      cell: grid.cell,
      bounds: { ...grid.bounds },
      values: Buffer.from(bytesOf(smoothedField(grid, rows, relevance))).toString('base64'),
    };
  };
}

function bytesOf(field: Float32Array): Uint8Array {
  return Uint8Array.from(field, (value) => (Number.isNaN(value) ? 0 : 1 + Math.round(STEPS * value)));
}
