/** API schemas of the map: the positions of all papers, and the heatmap of a query. */
import { z } from 'zod';
import { searchModes } from '../../pipeline/core/query/ast.ts';
import { fraction, queryRequest } from './shared-parameters.ts';

/** A rectangle of the map, in map units: x from `x0` to `x1`, y from `y0` to `y1`. */
export const mapBounds = z.object({ x0: z.number(), y0: z.number(), x1: z.number(), y1: z.number() });

/** The id of a topic for each paper; −1 for none. */
const topicColumn = z.array(z.number().int().min(-1));

/**
 * The map as columns: entry i of every column belongs to the same paper. A request with `Accept:
 * application/octet-stream` gets the same columns in a binary format (data/README.md, 'Map columns').
 */
export const mapResponse = z.object({
  snapshot: z.string(),
  ids: z.array(z.string()),
  x: z.array(z.number()),
  y: z.array(z.number()),
  /** The id of each paper's topic on the default level; −1 for an outlier. */
  topic: topicColumn,
  /** The id of each paper's deepest topic; −1 for none. Its ancestors are in `tree` of `GET /api/topics`. */
  leafTopic: topicColumn,
  /** The id of the default-level topic that is nearest to an outlier; −1 for a paper with a `topic`. */
  nearestTopic: topicColumn,
  /** For each paper, the share of its nearest papers that are also near it on the map, to three decimal places. */
  neighborRecall: z.array(fraction),
  /**
   * The date of each paper in days since 1970-01-01; −2147483648 if not known. A month or a year counts as its first
   * day.
   */
  date: z.array(z.number().int()),
  /** The number of comments of each paper; −1 if not known. */
  comments: z.array(z.number().int().min(-1)),
});

export const heatmapRequest = queryRequest;

/** A number of cells of the heatmap. */
const cells = z.number().int().min(1);

/** A heatmap: how relevant the papers around each point of the map are to a query. */
export const heatmapResponse = z.object({
  snapshot: z.string(),
  query: z.string(),
  mode: z.enum(searchModes),
  /** `no_match`: no paper is about the query, so all `values` are 0 or 1. */
  status: z.enum(['answered', 'no_match']),
  /** The number of cells in x and in y direction, at most 96 each. */
  columns: cells,
  rows: cells,
  /** The side length of a square cell, in map units. */
  cellSize: z.number().positive(),
  /**
   * The bounds of all papers, in map units. The first cell starts at `x0`, `y0`. The last column and the last row may
   * extend beyond `x1`, `y1`.
   */
  bounds: mapBounds,
  /**
   * One byte per cell, base64, row by row from `y0` upwards, each row from `x0` on. 0 means that no paper is near. 1 to
   * 255 stand for a relevance from 0 to 1: the mean over the papers around the cell's center, weighted by distance. The
   * relevance of a paper is its `percentile` as a hit. Where hits have no percentile, it is relative to the most
   * relevant paper.
   */
  values: z.base64(),
});

export type MapResponse = z.infer<typeof mapResponse>;
export type HeatmapRequest = z.infer<typeof heatmapRequest>;
export type HeatmapResponse = z.infer<typeof heatmapResponse>;
