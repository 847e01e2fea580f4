/** API schemas of search: hits, the mask of all matching papers, their facets, and completions of a query. */
import { z } from 'zod';
import { searchModes } from '../../pipeline/core/query/ast.ts';
import { columnFacet } from './columns.ts';
import { hit } from './papers.ts';
import {
  limitParameter,
  MAX_QUERY_LENGTH,
  nonNegativeInteger,
  offsetParameter,
  queryRequest,
} from './shared-parameters.ts';
import { topicReference } from './topics.ts';

export const searchRequest = queryRequest.extend({
  limit: limitParameter(20),
  offset: offsetParameter(1_000_000),
  /** `1` adds `explanation` to the response. */
  explain: z.stringbool().or(z.boolean()).optional(),
});

const scoreStats = z.object({ mean: z.number(), deviation: z.number() });

/** How the scores of the listed hits were computed; see `Explanation` in pipeline/search/explain-scores.ts. */
const explanation = z.object({
  text: z.string(),
  terms: z.array(z.object({ stem: z.string(), documentFrequency: nonNegativeInteger, weight: z.number() })),
  unknownWords: z.array(z.string()),
  filteredPapers: nonNegativeInteger.nullable(),
  weights: z.record(z.string(), z.number()).nullable(),
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
  candidates: nonNegativeInteger,
  hits: z.array(
    z.object({
      id: z.string(),
      score: z.number(),
      bm25: z.number(),
      proximity: z.number(),
      cosine: z.number(),
      features: z.record(z.string(), z.number()),
      percentile: z.number().min(0).max(1).nullable(),
    }),
  ),
  timings: z.array(z.object({ name: z.string(), milliseconds: z.number() })),
});

/** The query and mode of the request, repeated in the response. */
const searchedQuery = { query: z.string(), mode: z.enum(searchModes) };

export const searchResponse = z.object({
  ...searchedQuery,
  /** The number of hits, including those that this page does not list. */
  total: nonNegativeInteger,
  hits: z.array(hit),
  /**
   * `answered`: papers are about the query. `uncertain`: perhaps none is, and `hits` has the few nearest papers.
   * `no_match`: no paper is about the query, nor has any of its words in the title. There are no hits, but `nearMisses` has
   * the few nearest papers.
   * `unknown_language`: the query is in a language that the embedding model does not know. `nearMisses` has what is
   * nearest all the same.
   */
  status: z.enum(['answered', 'uncertain', 'no_match', 'unknown_language']),
  nearMisses: z.array(hit),
  /**
   * What was understood otherwise than typed; empty if nothing. With `match:literal` in the query nothing is.
   *   paper      the query is the id or address of the paper with the id `used`
   *   author     the query is the name of an author: `used` is a filter
   *   filter     words of the query are dates or name an author: `used` are filters
   *   exclusion  words of the query say what hits must not contain: `used` is an exclusion
   *   spelling   the word `typed` is taken for the word `used`
   *   quotation  the phrase `typed` of a long text need not occur: its words `used` are searched for
   */
  interpretations: z.array(
    z.object({
      kind: z.enum(['paper', 'author', 'filter', 'exclusion', 'spelling', 'quotation']),
      typed: z.string(),
      used: z.string(),
    }),
  ),
  /**
   * If nothing was found, a query that may find something: without the quotes of a phrase that no paper contains, or with
   * a name searched as an author (`author:"Ada Li"`). null if there is nothing to suggest.
   */
  didYouMean: z.string().nullable(),
  /** Only with `explain=1`: the scores, z-scores, weights, calibration and filters behind the listed hits. */
  explanation: explanation.optional(),
});

export const searchMaskRequest = queryRequest;

/** A bit mask of the papers that are hits of a query, including those on later pages of results. */
export const searchMaskResponse = z.object({
  snapshot: z.string(),
  ...searchedQuery,
  /** The number of hits, which is the number of bits that are set. 0 if no paper is about the query. */
  total: nonNegativeInteger,
  /**
   * One bit per paper, base64, in the order of `GET /api/map` of the same snapshot: paper i is bit i mod 8 of byte ⌊i /
   * 8⌋, the least significant bit first. Papers that are only among the `duplicates` of a hit have a 0, and so do
   * unused bits of the last byte.
   */
  bits: z.base64(),
});

export const facetsRequest = queryRequest;

/** The number of hits that have a value of a facet. */
const papersWithValue = z.number().int().min(1);

/** The facets of all hits of a query. Each facet except dates has at most twelve values, most frequent first. */
export const facetsResponse = z.object({
  snapshot: z.string(),
  ...searchedQuery,
  /** The number of hits; 0 if no paper is about the query. */
  total: nonNegativeInteger,
  /** The topics of the default level. If all hits with a topic are in the same one, its subtopics instead. */
  topics: z.array(topicReference.extend({ count: papersWithValue })),
  organizations: z.array(z.object({ slug: z.string(), name: z.string(), count: papersWithValue })),
  authors: z.array(z.object({ name: z.string(), count: papersWithValue })),
  categories: z.array(z.object({ name: z.string(), count: papersWithValue })),
  /** All months of the hits, latest first: `YYYY-MM`, or `YYYY` for papers whose month is not known. */
  dates: z.array(z.object({ date: z.string(), count: papersWithValue })),
  /** The columns of the user's data, those in most papers first. Columns of long texts have no facet. */
  columns: z.array(columnFacet),
});

/**
 * What kind of thing a completion inserts. `value` is a date or a fixed value of a filter; `operator` is a key such as
 * `author:`.
 */
const completionKinds = ['paper', 'topic', 'org', 'author', 'category', 'value', 'operator', 'word'] as const;

const MAX_COMPLETIONS = 20;

export const completionRequest = z.object({
  /** The content of the input field. It is not trimmed, because `cursor` is a position in it. */
  q: z.string().max(MAX_QUERY_LENGTH).default(''),
  /** Position of the cursor, in UTF-16 code units. The end of the query if absent or beyond the end. */
  cursor: z.coerce.number().int().min(0).optional(),
  limit: z.coerce.number().int().min(1).max(MAX_COMPLETIONS).default(8),
});

export const completionResponse = z.object({
  /** Start and end of the part of `q` that a chosen item replaces: a half-open range in UTF-16 code units. */
  from: nonNegativeInteger,
  to: nonNegativeInteger,
  /** The completions, best first. */
  items: z.array(
    z.object({
      /** The text to insert into the query, with quotes if the query syntax needs them. */
      text: z.string(),
      /** The text to show in the list of completions. */
      label: z.string(),
      /** An explanation beside the label: a date, a number of papers or what an operator does. May be empty. */
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
export type CompletionRequest = z.infer<typeof completionRequest>;
export type CompletionResponse = z.infer<typeof completionResponse>;
