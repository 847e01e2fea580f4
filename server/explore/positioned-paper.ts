import type { MapPositions } from '../../pipeline/core/map-positions.ts';
import type { Paper } from '../../pipeline/core/paper.ts';
import { summarizePaper } from '../../pipeline/search/hits.ts';
import type { PositionedPaper } from '../schemas/papers.ts';

/** The summary of the paper of a row, with its topic and its position on the map. */
export type PositionedPaperOf = (row: number) => PositionedPaper;

interface PaperSource {
  paper(row: number): Paper;
  /** The id of its topic on the default level; null for an outlier. */
  topicOf(row: number): number | null;
  readonly map: Pick<MapPositions, 'x' | 'y'>;
}

export function createPositionedPaperOf({ paper, topicOf, map }: PaperSource): PositionedPaperOf {
  return (row) => ({ ...summarizePaper(paper(row)), topic: topicOf(row), x: map.x[row], y: map.y[row] });
}
