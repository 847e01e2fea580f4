/** Papers: as lists show them, as search hits, and alone with their neighbors. */
import { z } from 'zod';
import { limit, MAX_QUERY_LENGTH, mode, share, similarity } from './query.ts';

/** A half-open range of UTF-16 code units. */
const range = z.tuple([z.number().int().min(0), z.number().int().min(1)]);

/** What to highlight in a text: ascending ranges, of which no two overlap, not even two of different kinds. */
const highlightRanges = {
  /** Words of the query, in any inflection. */
  highlights: z.array(range),
  /** At most four words similar in meaning to the query; none in keyword mode. */
  semanticHighlights: z.array(range),
};

const organization = z.object({ slug: z.string(), name: z.string() });

export const paperReference = z.object({ id: z.string(), title: z.string() });

/** A paper as every list shows it. */
export const paperSummary = paperReference.extend({
  /** ISO 8601, as exact as the input was (`2025`, `2025-01`, `2025-01-07`); null if it had none. */
  date: z.string().nullable(),
  /**
   * The first three authors. If the query names an author who is not one of the first two, that author comes second.
   * null if the names are not known.
   */
  authors: z.array(z.string()).nullable(),
  authorCount: z.number().int().nullable(),
});

/** A paper with its position on the map, in map units, and its topic of the default level; null if it is an outlier. */
export const positionedPaper = paperSummary.extend({
  topic: z.number().int().nullable(),
  x: z.number(),
  y: z.number(),
});

export const hit = positionedPaper.extend({
  titleHighlights: z.object(highlightRanges),
  /** Higher is better. Comparable within one response only. */
  score: z.number(),
  /**
   * Percentile of the hit among the best answers to off-topic queries: near 1 it is about the query. null for a query
   * without free text, in keyword mode, and where the corpus is too small to calibrate.
   */
  percentile: share.nullable(),
  /** The sentence of the abstract that answers the query best; the first one if none does. */
  snippet: z.object({ text: z.string(), ...highlightRanges }),
  organization: organization.nullable(),
  comments: z.number().int().nullable(),
  /** Papers with nearly the same text: other versions, or other ids. They are not among the hits. */
  duplicates: z.array(paperReference),
});

export const paperRequest = z.object({
  /** The query that led to the paper, for `highlight`. */
  q: z.string().trim().max(MAX_QUERY_LENGTH).optional(),
  mode,
});

export const paperResponse = z.object({
  id: z.string(),
  title: z.string(),
  abstract: z.string(),
  authors: z.array(z.string()).nullable(),
  authorCount: z.number().int().nullable(),
  date: z.string().nullable(),
  categories: z.array(z.string()).nullable(),
  url: z.string().nullable(),
  venue: z.string().nullable(),
  organization: organization.nullable(),
  comments: z.number().int().nullable(),
  topic: z.number().int().nullable(),
  /** The deepest topic that it is in: `topic` itself or one of its subtopics. */
  leafTopic: z.number().int().nullable(),
  /** For an outlier the topic nearest to it, if there is one; null for every paper with a `topic`. */
  nearestTopic: z.object({ id: z.number().int(), name: z.string() }).nullable(),
  x: z.number(),
  y: z.number(),
  /** How far its position on the map can be trusted: the share of `neighbors` that are its map neighbors too. */
  neighborRecall: share,
  /** Its nearest papers by cosine similarity, the nearest first: fifteen, or all others in a smaller corpus. */
  neighbors: z.array(
    paperReference.extend({
      similarity,
      /** Whether it is among the 50 papers nearest to it on the map. */
      isMapNeighbor: z.boolean(),
    }),
  ),
  /** The sentence of the abstract that answers the query best. null without a query, or if nothing in it matches. */
  highlight: z.object({ sentence: range, ...highlightRanges }).nullable(),
});

export const similarRequest = z.object({ limit: limit(10) });

export const similarResponse = z.object({ id: z.string(), hits: z.array(hit) });

export type PaperSummary = z.infer<typeof paperSummary>;
export type PositionedPaper = z.infer<typeof positionedPaper>;
export type Hit = z.infer<typeof hit>;
export type PaperRequest = z.infer<typeof paperRequest>;
export type PaperResponse = z.infer<typeof paperResponse>;
export type SimilarResponse = z.infer<typeof similarResponse>;
