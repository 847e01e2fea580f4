import type { MapPositions } from '../../pipeline/core/map-positions.ts';
import type { Paper } from '../../pipeline/core/paper.ts';
import { summarizePaper } from '../../pipeline/search/hits.ts';
import type { PositionedPaper } from '../schemas/papers.ts';

/** A function that returns the summary of a row's paper, with its topic and its position on the map. */
export type PositionedPaperLookup = (row: number) => PositionedPaper;

interface PaperSource {
  paper(row: number): Paper;
  /** The id of the topic of a row on the default level; null for an outlier. */
  topicOf(row: number): number | null;
  readonly map: Pick<MapPositions, 'x' | 'y'>;
}

export function createPositionedPaperLookup({ paper, topicOf, map }: PaperSource): PositionedPaperLookup {
  return (row) => ({ ...summarizePaper(paper(row)), topic: topicOf(row), x: map.x[row], y: map.y[row] });
}
