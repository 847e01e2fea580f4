/** Search: a page of hits, all matches as a bit mask, their facets, and completions of a query. */
import { z } from 'zod';
import { searchModes } from '../../pipeline/core/query/ast.ts';
import { hit } from './papers.ts';
import { count, limit, MAX_QUERY_LENGTH, offset, queryRequest } from './query.ts';
import { topicReference } from './topics.ts';

export const searchRequest = queryRequest.extend({
  limit: limit(20),
  offset: offset(1_000_000),
  /** `1` adds `explanation`. */
  explain: z.stringbool().or(z.boolean()).optional(),
});

const scoreStats = z.object({ mean: z.number(), deviation: z.number() });

/** How the hits of a page came about; see `Explanation` in pipeline/search/explain-scores.ts. */
const explanation = z.object({
  text: z.string(),
  terms: z.array(z.object({ stem: z.string(), documentFrequency: count, weight: z.number() })),
  unknownWords: z.array(z.string()),
  filteredPapers: count.nullable(),
  weights: z.object({ lexical: z.number(), proximity: z.number() }).nullable(),
  bm25Stats: scoreStats.nullable(),
  cosineStats: scoreStats.nullable(),
  calibration: z
    .object({
      features: z.object({
        coverage: z.number(),
        similarity: z.number(),
        proximity: z.number(),
        names: z.number(),
      }),
      score: z.number(),
      percentile: z.number().min(0).max(1),
    })
    .nullable(),
  candidates: count,
  hits: z.array(
    z.object({
      id: z.string(),
      score: z.number(),
      bm25: z.number(),
      proximity: z.number(),
      cosine: z.number(),
      zLexical: z.number(),
      zCosine: z.number(),
      percentile: z.number().min(0).max(1).nullable(),
    }),
  ),
  timings: z.array(z.object({ name: z.string(), milliseconds: z.number() })),
});

const searchedQuery = { query: z.string(), mode: z.enum(searchModes) };

export const searchResponse = z.object({
  ...searchedQuery,
  /** The number of hits on all pages. */
  total: count,
  hits: z.array(hit),
  /**
   * `no_match`: no paper is about the query; there are no hits, and `nearMisses` has the nearest few.
   * `unknown_language`: the model knows less than half of the query's words, so its answer could not be trusted; there
   * are neither hits nor near misses.
   */
  status: z.enum(['answered', 'no_match', 'unknown_language']),
  nearMisses: z.array(hit),
  /**
   * A query that may find more: misspelled words corrected, quotes removed from phrases that no paper has, or a name
   * searched as an author (`author:"Ada Li"`). null if there is nothing to suggest.
   */
  didYouMean: z.string().nullable(),
  /** With `explain=1`: scores, z-scores, weights, calibration and filters behind these hits. */
  explanation: explanation.optional(),
});

export const searchMaskRequest = queryRequest;

/** Which papers of the map match a query: the hits of all pages. */
export const searchMaskResponse = z.object({
  snapshot: z.string(),
  ...searchedQuery,
  /** As in search, and the number of bits that are set; 0 if no paper is about the query. */
  total: count,
  /**
   * One bit a paper, base64, in the order of `GET /api/map` over the same snapshot: paper i is bit i mod 8 of byte
   * ⌊i / 8⌋, the least significant bit first. Unused bits of the last byte are 0, and so are the bits of papers that
   * are only in the `duplicates` of a hit.
   */
  bits: z.base64(),
});

export const facetsRequest = queryRequest;

const papersWithValue = z.number().int().min(1);

/** Facets of all matches: of each kind at most twelve values, the most frequent first. */
export const facetsResponse = z.object({
  snapshot: z.string(),
  ...searchedQuery,
  /** As in search; 0 if no paper is about the query. */
  total: count,
  /** Topics of the default level; if only one has matches, its subtopics. */
  topics: z.array(topicReference.extend({ count: papersWithValue })),
  organizations: z.array(z.object({ slug: z.string(), name: z.string(), count: papersWithValue })),
  authors: z.array(z.object({ name: z.string(), count: papersWithValue })),
  categories: z.array(z.object({ name: z.string(), count: papersWithValue })),
  /** All months, `YYYY-MM`, or `YYYY` for papers whose month is not known; the latest first. */
  dates: z.array(z.object({ date: z.string(), count: papersWithValue })),
});

/** What a completion stands for; `value`: one of the fixed values of a filter, or a date. */
const completionKinds = ['paper', 'topic', 'org', 'author', 'category', 'value', 'operator', 'word'] as const;

const MAX_COMPLETIONS = 20;

export const completeRequest = z.object({
  /** As it is in the input field: not trimmed, because `cursor` counts in it. */
  q: z.string().max(MAX_QUERY_LENGTH).default(''),
  /** Position of the cursor, in UTF-16 code units; the end of the query if absent or beyond it. */
  cursor: z.coerce.number().int().min(0).optional(),
  limit: z.coerce.number().int().min(1).max(MAX_COMPLETIONS).default(8),
});

export const completeResponse = z.object({
  /** The half-open range of `q`, in UTF-16 code units, that an item's `text` replaces. */
  from: count,
  to: count,
  /** The best first. */
  items: z.array(
    z.object({
      /** The text to insert, with quotes if the query syntax needs them. */
      text: z.string(),
      /** The text to show. */
      label: z.string(),
      /** A date, a number of papers, what an operator does; may be empty. */
      detail: z.string(),
      kind: z.enum(completionKinds),
    }),
  ),
});

export type SearchRequest = z.infer<typeof searchRequest>;
export type SearchResponse = z.infer<typeof searchResponse>;
export type SearchMaskRequest = z.infer<typeof searchMaskRequest>;
export type SearchMaskResponse = z.infer<typeof searchMaskResponse>;
export type FacetsRequest = z.infer<typeof facetsRequest>;
export type FacetsResponse = z.infer<typeof facetsResponse>;
export type CompleteRequest = z.infer<typeof completeRequest>;
export type CompleteResponse = z.infer<typeof completeResponse>;
