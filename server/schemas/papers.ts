/** API schemas of papers: as entries of a list, as search hits, and one paper in detail with its neighbors. */
import { z } from 'zod';
import { paperFields } from './columns.ts';
import {
  cosineSimilarity,
  fraction,
  limitParameter,
  MAX_QUERY_LENGTH,
  searchModeParameter,
} from './shared-parameters.ts';

/** A half-open range of a text, in UTF-16 code units. */
const range = z.tuple([z.number().int().min(0), z.number().int().min(1)]);

/** Ranges of a text to highlight, ascending. No two ranges overlap, even if they are of different kinds. */
const highlightRanges = {
  /** Words of the query, also in other inflections. */
  highlights: z.array(range),
  /** At most four words of the text that are similar in meaning to the query; empty in keyword mode. */
  semanticHighlights: z.array(range),
};

const organization = z.object({ slug: z.string(), name: z.string() });

export const paperReference = z.object({ id: z.string(), title: z.string() });

/** A paper as an entry of a list. */
export const paperSummary = paperReference.extend({
  /** The date in ISO 8601, as precise as in the input (`2025`, `2025-01`, `2025-01-07`); null if the input had none. */
  date: z.string().nullable(),
  /**
   * The first three authors; null if the names are not known. If the query names a later author, that author is moved
   * to the second position.
   */
  authors: z.array(z.string()).nullable(),
  /** The number of all authors; null if not known. */
  authorCount: z.number().int().nullable(),
});

/** A paper with its position in map units, and the id of its topic on the default level (null for an outlier). */
export const positionedPaper = paperSummary.extend({
  topic: z.number().int().nullable(),
  x: z.number(),
  y: z.number(),
});

export const hit = positionedPaper.extend({
  titleHighlights: z.object(highlightRanges),
  /** The ranking score: higher is better. Scores of different responses cannot be compared. */
  score: z.number(),
  /**
   * The share of off-topic queries whose best answer scores lower than this hit: near 1, the paper is about the query.
   * null in keyword mode, for a query without free text, and if the corpus is too small for calibration.
   */
  percentile: fraction.nullable(),
  /** The sentence of the abstract that matches the query best, or the first sentence if none matches. */
  snippet: z.object({ text: z.string(), ...highlightRanges }),
  organization: organization.nullable(),
  /** The number of comments; null if not known. */
  comments: z.number().int().nullable(),
  /** The values of the columns that the query filters or sorts by. */
  fields: paperFields,
  /**
   * Papers with nearly the same text, such as other versions or other ids of the paper. They are not listed as hits of
   * their own.
   */
  duplicates: z.array(paperReference),
});

export const paperRequest = z.object({
  /** The query that led to the paper. The response then contains `highlight`. */
  q: z.string().trim().max(MAX_QUERY_LENGTH).optional(),
  mode: searchModeParameter,
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
  /** The night from which on no source gave the paper any more; null while one does. */
  goneSince: z.string().nullable(),
  /** The names of the paper elsewhere, as `doi: '10.1000/xyz'`; empty if none is known. */
  identifiers: z
    .object({
      doi: z.string(),
      arxivId: z.string(),
      pmid: z.string(),
      pmcid: z.string(),
      openAlexId: z.string(),
      semanticScholarId: z.string(),
    })
    .partial(),
  /** The other fields of the user's data, by name; empty if there are none. */
  fields: paperFields,
  topic: z.number().int().nullable(),
  /** The id of the deepest topic that contains the paper: `topic` itself or one of its subtopics. null if none does. */
  leafTopic: z.number().int().nullable(),
  /** For an outlier, the topic nearest to it, if there is one. null for a paper with a `topic`. */
  nearestTopic: z.object({ id: z.number().int(), name: z.string() }).nullable(),
  x: z.number(),
  y: z.number(),
  /**
   * Accuracy of the paper's map position: the share of `neighbors` that are also among its nearest papers on the map.
   */
  neighborRecall: fraction,
  /** The nearest papers by cosine similarity, nearest first: fifteen, or all others if the corpus is smaller. */
  neighbors: z.array(
    paperReference.extend({
      similarity: cosineSimilarity,
      /** Whether the neighbor is also among the 50 papers nearest to this paper on the map. */
      isMapNeighbor: z.boolean(),
    }),
  ),
  /** The sentence of the abstract that matches the query best. null without a query, or if no sentence matches. */
  highlight: z.object({ sentence: range, ...highlightRanges }).nullable(),
});

export const similarPapersRequest = z.object({ limit: limitParameter(10) });

export const similarPapersResponse = z.object({ id: z.string(), hits: z.array(hit) });

export type PaperSummary = z.infer<typeof paperSummary>;
export type PositionedPaper = z.infer<typeof positionedPaper>;
export type Hit = z.infer<typeof hit>;
export type PaperRequest = z.infer<typeof paperRequest>;
export type PaperResponse = z.infer<typeof paperResponse>;
export type SimilarPapersResponse = z.infer<typeof similarPapersResponse>;
