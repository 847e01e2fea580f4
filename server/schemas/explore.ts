/** Exploration beyond search: the position of a draft, reading paths, hidden gems and new papers (docs/explore.md). */
import { z } from 'zod';
import { hit, paperReference, paperResponse, paperSummary, positionedPaper } from './papers.ts';
import { count, limit, share, similarity, wholeNumber } from './query.ts';
import { topicReference } from './topics.ts';

// Papers as a file.

/** The most papers in one file. */
const MAX_EXPORTED = 5000;

/** The response is the file, named in `Content-Disposition`. `X-Missing` counts the ids that no paper has. */
export const exportRequest = z.object({
  ids: z.array(z.string().min(1)).min(1, 'ids is empty; give the ids of the papers to export').max(MAX_EXPORTED),
  format: z.enum(['csv', 'json', 'bibtex', 'ris']),
});

export type ExportRequest = z.infer<typeof exportRequest>;

const MAX_TITLE_LENGTH = 1000;
const MAX_ABSTRACT_LENGTH = 20_000;

export const draftRequest = z.object({
  title: z.string().trim().max(MAX_TITLE_LENGTH).default(''),
  abstract: z.string().trim().max(MAX_ABSTRACT_LENGTH).default(''),
});

/** Where a text belongs among the papers. The text is not stored. */
export const draftResponse = z.object({
  snapshot: z.string(),
  /**
   * `no_match`: no paper is about the draft's subject; it gets no position, and `nearMisses` has the nearest few papers.
   * `unknown_language`: the model knows less than half of the draft's words; all else is null or empty.
   */
  status: z.enum(['answered', 'no_match', 'unknown_language']),
  /** Out-of-sample position in map units; `neighborRecall` as of any paper. */
  position: z.object({ x: z.number(), y: z.number(), neighborRecall: share }).nullable(),
  /** The topics of its neighbors, each with its share of them, the largest first. Outliers are in none. */
  topics: z.array(topicReference.extend({ share })),
  novelty: z
    .object({
      /** Cosine with its nearest paper. */
      nearestSimilarity: similarity,
      /** The share of papers that have a nearer neighbor than the draft has: 0 is not novel at all. */
      percentile: share,
      /** Papers with nearly the same text. */
      duplicates: z.array(paperReference),
    })
    .nullable(),
  /** As of any paper. */
  neighbors: paperResponse.shape.neighbors,
  /** At most ten papers of related work, by words and embedding similarity. */
  hits: z.array(hit),
  nearMisses: z.array(hit),
});

const paperId = (parameter: string) =>
  z.string(`expected ${parameter}= and the id of a paper`).min(1, `expected ${parameter}= and the id of a paper`);

export const pathRequest = z.object({ from: paperId('from'), to: paperId('to') });

/** A shortest path through the kNN graph. */
export const pathResponse = z.object({
  snapshot: z.string(),
  /** From the first paper to the last, both included. No paper occurs twice. */
  papers: z.array(positionedPaper).min(1),
  /** Edge i joins paper i and paper i + 1. */
  edges: z.array(
    z.object({
      similarity,
      /** At most four terms, one or two words each, that are characteristic of both papers. */
      sharedTerms: z.array(z.string()),
      /** True if the two papers are in different components of the kNN graph, and this edge, not of the graph, joins them. */
      isBridge: z.boolean(),
    }),
  ),
});

export const hiddenGemsRequest = z.object({
  /** The id of a topic on any level. */
  topic: wholeNumber.optional(),
  /** `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, as in queries. */
  since: z.string().optional(),
  limit: limit(20),
});

/** Under-discussed papers: fewer comments than expected of their date and neighborhood, though they are central. */
export const hiddenGemsResponse = z.object({
  snapshot: z.string(),
  /** The number of papers whose number of comments is known. */
  papersWithComments: count,
  /** False if those are too few to estimate what is usual; there are no gems then. */
  isAvailable: z.boolean(),
  total: count,
  /** By score, the highest first. */
  gems: z.array(
    positionedPaper.extend({
      comments: count,
      /** What is usual for its date and neighborhood, to one decimal place. */
      expectedComments: z.number(),
      /** The number of papers that have it among their nearest neighbors. */
      inDegree: count,
      score: z.number(),
    }),
  ),
});

export const newPapersRequest = z.object({
  /** The id of a snapshot, or `YYYY`, `YYYY-MM` or `YYYY-MM-DD`. */
  since: z.string('expected since= and a snapshot or a date').min(1, 'expected since= and a snapshot or a date'),
  /** The most papers to list. `total` counts all. */
  limit: limit(100),
});

/** New papers, grouped by topic. */
export const newPapersResponse = z.object({
  snapshot: z.string(),
  since: z.string(),
  /**
   * `snapshot`: the papers that snapshot did not contain. `date`: the papers not older than a date, which is `since`, or
   * the day of a snapshot that no longer exists.
   */
  basis: z.enum(['snapshot', 'date']),
  /** The date, if `basis` is `date`. */
  date: z.string().nullable(),
  total: count,
  /** Topics of the default level with new papers, those with the most first; outliers last, with `topic` null. */
  groups: z.array(
    z.object({
      topic: topicReference.extend({ size: z.number().int().min(1) }).nullable(),
      /** Its size in the previous snapshot; null if it was not there, for outliers, and if `basis` is `date`. */
      previousSize: count.nullable(),
      /** Whether the previous snapshot did not have the topic; null for outliers, and if `basis` is `date`. */
      isNewTopic: z.boolean().nullable(),
      /** The number of its new papers. */
      total: count,
      /** The newest first. All groups together list the `limit` newest papers. */
      papers: z.array(paperSummary.extend({ x: z.number(), y: z.number() })),
    }),
  ),
});

export type DraftRequest = z.infer<typeof draftRequest>;
export type DraftResponse = z.infer<typeof draftResponse>;
export type PathRequest = z.infer<typeof pathRequest>;
export type PathResponse = z.infer<typeof pathResponse>;
export type HiddenGemsRequest = z.infer<typeof hiddenGemsRequest>;
export type HiddenGemsResponse = z.infer<typeof hiddenGemsResponse>;
export type NewPapersRequest = z.infer<typeof newPapersRequest>;
export type NewPapersResponse = z.infer<typeof newPapersResponse>;
