/**
 * Every request and answer of the HTTP API. The page takes its types from here, the tests check real answers against
 * these schemas. What is asked of single topics stands in contract-topics.ts, completions in contract-complete.ts. Imports
 * zod only.
 */
import { z } from 'zod';

/** How a query is answered: by words, by meaning, or by both together. */
export const searchModes = ['hybrid', 'semantic', 'keyword'] as const;

/** The most hits one answer carries. */
export const MAX_LIMIT = 200;
/** The longest query, in characters: a pasted abstract fits. */
export const MAX_QUERY = 8000;

const limit = (fallback: number) => z.coerce.number().int().min(1).max(MAX_LIMIT).default(fallback);

export const searchRequest = z.object({
  q: z.string().trim().min(1, 'q is empty: write what you look for').max(MAX_QUERY),
  mode: z.enum(searchModes).default('hybrid'),
  limit: limit(20),
  offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
});

export const similarRequest = z.object({ limit: limit(10) });

export const paperRequest = z.object({
  /** The query that led to the paper: its abstract is told with the sentence that answers it. */
  q: z.string().trim().max(MAX_QUERY).optional(),
  mode: z.enum(searchModes).default('hybrid'),
});

/** Half-open ranges of UTF-16 code units, ascending and apart. */
const range = z.tuple([z.number().int().min(0), z.number().int().min(1)]);
const ranges = z.array(range);

/** The words that matched, for a reader to see. Ranges of the two kinds lie apart from each other too. */
const matched = {
  /** Words that were asked for, in any of their forms. */
  highlights: ranges,
  /** Words that mean nearly the same, at most four; none where only words were asked. */
  semanticHighlights: ranges,
};

const organization = z.object({ slug: z.string(), name: z.string() });

/** A paper as every list of papers names it. */
export const paperSummary = z.object({
  id: z.string(),
  title: z.string(),
  /** ISO 8601, as exact as the input was (`2025`, `2025-01`, `2025-01-07`); null where it gave none. */
  date: z.string().nullable(),
  /**
   * The first three of them, with an author whom the query asks for second if they are neither first nor second; null
   * where their names are not known.
   */
  authors: z.array(z.string()).nullable(),
  authorCount: z.number().int().nullable(),
});

export const hit = paperSummary.extend({
  titleHighlights: z.object(matched),
  /** Larger is nearer. Comparable within one answer only. */
  score: z.number(),
  /**
   * Which share of unrelated questions gets a weaker answer than this paper is to the question: near 1 it is about it.
   * null where nothing was asked in words, only words were asked, or the corpus is too small to tell.
   */
  percentile: z.number().min(0).max(1).nullable(),
  /** The topic's number, or null for a paper that belongs to none. */
  topic: z.number().int().nullable(),
  /** Place on the map, in map units (see `GET /api/map`). */
  x: z.number(),
  y: z.number(),
  /** The sentence of the abstract that answers the query best, or the abstract's first. */
  snippet: z.object({ text: z.string(), ...matched }),
  organization: organization.nullable(),
  comments: z.number().int().nullable(),
  /** Nearly the same text under another id: another title, or another version. Not among the hits. */
  duplicates: z.array(z.object({ id: z.string(), title: z.string() })),
});

export const searchAnswer = z.object({
  query: z.string(),
  mode: z.enum(searchModes),
  /** How many papers the pages of this query hold together. */
  total: z.number().int().min(0),
  hits: z.array(hit),
  /**
   * `nothing`: no paper here is about the question; there are no hits, and the nearest few stand in `apart`. `unread`:
   * whether one is cannot be judged, for the model knows less than half of the question's words; there are no hits.
   */
  status: z.enum(['answered', 'no_match', 'unknown_language']),
  nearMisses: z.array(hit),
  /**
   * The query with words that no paper has put right, or without quotes where no paper holds its phrases; the one for what an
   * author wrote (`author:"Ada Li"`), where it is their name or, with nothing found, may be; or null.
   */
  didYouMean: z.string().nullable(),
});

export const similarAnswer = z.object({ id: z.string(), hits: z.array(hit) });

export const paperAnswer = z.object({
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
  /** The deepest topic that it is in: `topic` itself or a part of it. */
  leafTopic: z.number().int().nullable(),
  /** For a paper without `topic` the one that it lies nearest to; null for any other, and where there are no topics. */
  nearestTopic: z.object({ id: z.number().int(), name: z.string() }).nullable(),
  x: z.number(),
  y: z.number(),
  /** How far its place on the map can be believed: the share of `neighbors` that are near it there. */
  neighborRecall: z.number().min(0).max(1),
  /** The papers nearest to it by meaning, the nearest first: fifteen, or all others where there are fewer. */
  neighbors: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      /** Cosine, to four places. */
      similarity: z.number().min(-1).max(1),
      /** Whether it is among the 50 papers nearest to it on the map. */
      isNear: z.boolean(),
    }),
  ),
  /** Ranges of the abstract: the sentence that answers the query best, and words in it. null without one, or without any. */
  highlight: z.object({ sentence: range, ...matched }).nullable(),
});

/**
 * The map as columns: entry i of each column is the same paper. With `Accept: application/octet-stream` the same columns
 * come as binary (layout in data/README.md, 'map columns').
 */
export const mapAnswer = z.object({
  snapshot: z.string(),
  ids: z.array(z.string()),
  x: z.array(z.number()),
  y: z.array(z.number()),
  /** The topic of the chosen level; −1 for a paper that belongs to none. */
  topic: z.array(z.number().int().min(-1)),
  /** The deepest topic, −1 for none. With `tree` of `GET /api/topics` it tells the topic at any other level. */
  leafTopic: z.array(z.number().int().min(-1)),
  /** Where `topic` is −1, the topic of the chosen level that the paper lies nearest to; −1 everywhere else. */
  nearestTopic: z.array(z.number().int().min(-1)),
  /** The share of a paper's nearest others that are near on the map too, to three places. */
  neighborRecall: z.array(z.number().min(0).max(1)),
  /** Days since 1970-01-01; a month or a year stands at its first day; −2147483648 where the date is not known. */
  date: z.array(z.number().int()),
  /** −1 where it is not known. */
  comments: z.array(z.number().int().min(-1)),
});

/** A rectangle of the map, in map units. */
const bounds = z.object({ x0: z.number(), y0: z.number(), x1: z.number(), y1: z.number() });

export const topicAnswer = z.object({
  /** Lasts from one snapshot to the next, as long as the topic does. */
  id: z.number().int().min(0),
  name: z.string(),
  /** The name that its papers gave it, where the user gave another. */
  generatedName: z.string(),
  /** The topic that it is a part of. */
  parent: z.number().int().nullable(),
  /** 0 is the coarsest. A topic that is part of no larger one may stand lower. */
  level: z.number().int().min(0),
  keywords: z.array(z.object({ text: z.string(), weight: z.number() })),
  size: z.number().int().min(1),
  /** Where the topic's name stands on the map: the median of its papers. */
  x: z.number(),
  y: z.number(),
  /** The middle nine tenths of its papers, in either direction: a few that lie far off do not stretch it. */
  bounds,
  /** How many times as large its share of all papers is of late as before; null where too few papers have a date. */
  growth: z.number().nullable(),
  /** Ids and titles of the papers nearest to the topic's center, the nearest first. */
  central: z.array(z.object({ id: z.string(), title: z.string() })),
});

export const topicsAnswer = z.object({
  snapshot: z.string(),
  /** The topics that stand side by side as asked for, of the chosen level unless another was: a part of one never beside it. */
  topics: z.array(topicAnswer),
  /** How many papers belong to none of `topics`. */
  outliers: z.number().int().min(0),
  /** The level, or the lowest resolution, at which these topics stand: one of the two is null. */
  cut: z.object({ level: z.number().int().nullable(), resolution: z.number().nullable() }),
  /** Every topic, whatever was asked for: each before its parts, the larger of siblings first. */
  tree: z.array(
    topicAnswer.pick({ id: true, parent: true, level: true, name: true, size: true }).extend({
      /** The resolution from which on its parts stand in its place; null where it has none. */
      splitResolution: z.number().nullable(),
    }),
  ),
  /** From the coarsest, level 0, to the finest. */
  levels: z.array(z.object({ resolution: z.number(), topics: z.number().int() })),
  chosenLevel: z.number().int().min(0),
  /** How many topics other resolutions give; `stability`: how well runs agree there, 1 for equal. */
  sweep: z.array(z.object({ resolution: z.number(), topics: z.number(), stability: z.number() })),
});

export const statusAnswer = z.object({
  snapshot: z.object({ id: z.string(), createdAt: z.string(), ageSeconds: z.number().min(0) }),
  model: z.object({ name: z.string(), source: z.string(), dimensions: z.number().int(), available: z.boolean() }),
  counts: z.object({
    papers: z.number().int(),
    topics: z.number().int(),
    outliers: z.number().int(),
    skippedRows: z.number().int(),
    incompleteRows: z.number().int(),
    mergedRows: z.number().int(),
  }),
  dates: z.object({ from: z.string().nullable(), to: z.string().nullable() }),
  /** Every option of the build, by name. */
  options: z.record(z.string(), z.unknown()),
  /** What the build measured of itself. */
  quality: z.record(z.string(), z.number().nullable()),
});

export const healthAnswer = z.object({ ok: z.literal(true), snapshot: z.string() });

export const errorAnswer = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

export type SearchMode = (typeof searchModes)[number];
export type SearchRequest = z.infer<typeof searchRequest>;
export type PaperSummary = z.infer<typeof paperSummary>;
export type Hit = z.infer<typeof hit>;
export type SearchAnswer = z.infer<typeof searchAnswer>;
export type SimilarAnswer = z.infer<typeof similarAnswer>;
export type PaperRequest = z.infer<typeof paperRequest>;
export type PaperAnswer = z.infer<typeof paperAnswer>;
export type MapAnswer = z.infer<typeof mapAnswer>;
export type TopicAnswer = z.infer<typeof topicAnswer>;
export type TopicsAnswer = z.infer<typeof topicsAnswer>;
export type StatusAnswer = z.infer<typeof statusAnswer>;
export type HealthAnswer = z.infer<typeof healthAnswer>;
export type ErrorAnswer = z.infer<typeof errorAnswer>;
