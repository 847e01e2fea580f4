/** The map: the positions of all papers, and the heatmap of a query. */
import { z } from 'zod';
import { searchModes } from '../../pipeline/core/query/ast.ts';
import { queryRequest, share } from './query.ts';

/** A rectangle of the map, in map units. */
export const mapBounds = z.object({ x0: z.number(), y0: z.number(), x1: z.number(), y1: z.number() });

const topicColumn = z.array(z.number().int().min(-1));

/**
 * The map as columns: entry i of every column is the same paper. `Accept: application/octet-stream` gets the same
 * columns in binary (data/README.md, 'Map columns').
 */
export const mapResponse = z.object({
  snapshot: z.string(),
  ids: z.array(z.string()),
  x: z.array(z.number()),
  y: z.array(z.number()),
  /** The topic of the default level; −1 for an outlier. */
  topic: topicColumn,
  /** The deepest topic, −1 for none. `tree` of `GET /api/topics` gives its ancestor on any other level. */
  leafTopic: topicColumn,
  /** For an outlier the nearest topic of the default level; −1 for every paper with a `topic`. */
  nearestTopic: topicColumn,
  /** The share of a paper's nearest papers that are its map neighbors too, to three decimal places. */
  neighborRecall: z.array(share),
  /** Days since 1970-01-01, the first day of a date that is only a month or a year; −2147483648 if not known. */
  date: z.array(z.number().int()),
  /** −1 if not known. */
  comments: z.array(z.number().int().min(-1)),
});

export const heatmapRequest = queryRequest;

const cells = z.number().int().min(1);

/** How relevant the papers around every point of the map are to a query. */
export const heatmapResponse = z.object({
  snapshot: z.string(),
  query: z.string(),
  mode: z.enum(searchModes),
  /** `no_match`: no paper is about the query; all values are 0 or 1. */
  status: z.enum(['answered', 'no_match']),
  /** The number of cells, at most 96 in either direction. */
  columns: cells,
  rows: cells,
  /** The side of a cell, in map units. */
  cellSize: z.number().positive(),
  /** The bounds of all papers. The first cell starts at `x0`, `y0`; the last column and row may extend beyond `x1`, `y1`. */
  bounds: mapBounds,
  /**
   * One byte a cell, base64, row by row from `y0` up, each row from `x0` on. 0: no paper is near. 1 … 255: a relevance
   * from 0 to 1, the mean over the papers around the center of the cell, weighted by distance. Relevance is the
   * `percentile` of a hit; where hits have none, it is relative to the most relevant paper.
   */
  values: z.base64(),
});

export type MapResponse = z.infer<typeof mapResponse>;
export type HeatmapRequest = z.infer<typeof heatmapRequest>;
export type HeatmapResponse = z.infer<typeof heatmapResponse>;
