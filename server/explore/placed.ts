import type { Paper } from '../../pipeline/core/paper.ts';
import type { PathAnswer } from '../contract-explore.ts';
import { listedPaper } from '../listed-paper.ts';

/** Tells a row with what a list or the map needs of it. */
export type Placed = (row: number) => PathAnswer['papers'][number];

interface PlacedSource {
  paper(row: number): Paper;
  topicOf(row: number): number | null;
  readonly map: { readonly x: Float32Array; readonly y: Float32Array };
}

export function openPlaced({ paper, topicOf, map }: PlacedSource): Placed {
  return (row) => ({ ...listedPaper(paper(row)), topic: topicOf(row), x: map.x[row], y: map.y[row] });
}
