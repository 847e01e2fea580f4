/** Requests and answers for looking around: where a query's papers lie on the map. Imports zod and the contract only. */
import { z } from 'zod';
import { searchModes, searchRequest } from './contract.ts';

export const fieldRequest = searchRequest.pick({ q: true, mode: true });

const size = z.number().int().min(1);

/** How much the papers around each place of the map have to do with a query. */
export const fieldAnswer = z.object({
  snapshot: z.string(),
  query: z.string(),
  mode: z.enum(searchModes),
  /** `nothing`: no paper here is about the question; no place is warm. */
  verdict: z.enum(['found', 'nothing']),
  /** Cells, at most 96 in either direction, and the side of one in map units. */
  columns: size,
  rows: size,
  cell: z.number().positive(),
  /** Of all papers, in map units. The first cell begins at `x0`, `y0`; the last column and row may reach beyond the other end. */
  bounds: z.object({ x0: z.number(), y0: z.number(), x1: z.number(), y1: z.number() }),
  /**
   * A byte a cell in base64, row by row from `y0` up, each from `x0` on. 0: no paper is near. Else 1 … 255 for values
   * from 0 to 1: the mean relevance (that of a hit) of the papers around the middle of the cell, near ones counting more.
   * Where hits have no relevance 1 is the best paper.
   */
  values: z.base64(),
});

export type FieldRequest = z.infer<typeof fieldRequest>;
export type FieldAnswer = z.infer<typeof fieldAnswer>;
