/** API schemas beyond search: export, placing a draft, reading paths, hidden gems and new papers (docs/explore.md). */
import { z } from 'zod';
import { attentionMeasures } from '../../pipeline/core/field-columns.ts';
import { hit, paperReference, paperResponse, paperSummary, positionedPaper } from './papers.ts';
import {
  cosineSimilarity,
  fraction,
  limitParameter,
  nonNegativeInteger,
  wholeNumberParameter,
} from './shared-parameters.ts';
import { topicReference } from './topics.ts';

/** The most papers that one export may contain. */
const MAX_EXPORTED = 5000;

/**
 * Requests papers as a file. The header `Content-Disposition` of the response names the file, and the header
 * `X-Missing` counts the requested ids that no paper has.
 */
export const exportRequest = z.object({
  ids: z.array(z.string().min(1)).min(1, 'ids is empty; give the ids of the papers to export').max(MAX_EXPORTED),
  format: z.enum(['csv', 'json', 'bibtex', 'ris']),
});

export type ExportRequest = z.infer<typeof exportRequest>;

// The longest title and the longest abstract of a draft, in UTF-16 code units.
const MAX_TITLE_LENGTH = 1000;
const MAX_ABSTRACT_LENGTH = 20_000;

export const draftRequest = z.object({
  title: z.string().trim().max(MAX_TITLE_LENGTH).default(''),
  abstract: z.string().trim().max(MAX_ABSTRACT_LENGTH).default(''),
});

/** Where a draft belongs among the papers. The draft is not stored. */
export const draftResponse = z.object({
  snapshot: z.string(),
  /**
   * `no_match`: no paper is about the draft's subject. The draft gets no position, and `nearMisses` has the few nearest
   * papers. `unknown_language`: the embedding model knows less than half of the draft's words. All other fields are
   * null or empty.
   */
  status: z.enum(['answered', 'no_match', 'unknown_language']),
  /**
   * The draft's position on the map, in map units, and its accuracy: the share of the draft's nearest papers by cosine
   * that are also near it on the map.
   */
  position: z.object({ x: z.number(), y: z.number(), neighborRecall: fraction }).nullable(),
  /**
   * The topics of the draft's neighbors, each with its share of the neighbors, largest first. Outliers count for no
   * topic.
   */
  topics: z.array(topicReference.extend({ share: fraction })),
  novelty: z
    .object({
      /** Cosine of the draft with its nearest paper. */
      nearestSimilarity: cosineSimilarity,
      /**
       * The share of the hundred papers nearest to the draft that have a nearer neighbor than the draft has: near 1
       * the draft is novel, near 0 it is not.
       */
      percentile: fraction,
      /** Papers with nearly the same text as the draft. */
      duplicates: z.array(paperReference),
    })
    .nullable(),
  /** The papers nearest to the draft by cosine, nearest first: fifteen, or all papers of a smaller corpus. */
  neighbors: paperResponse.shape.neighbors,
  /** Related work: at most ten papers, found by words and by embedding similarity. */
  hits: z.array(hit),
  /** The few nearest papers if the status is `no_match`, else empty. */
  nearMisses: z.array(hit),
});

const paperId = (parameter: string) =>
  z.string(`expected ${parameter}= and the id of a paper`).min(1, `expected ${parameter}= and the id of a paper`);

export const readingPathRequest = z.object({ from: paperId('from'), to: paperId('to') });

/** A reading path: a shortest path through the kNN graph from one paper to another. */
export const readingPathResponse = z.object({
  snapshot: z.string(),
  /** The papers of the path, including both ends. No paper occurs twice. */
  papers: z.array(positionedPaper).min(1),
  /** The edges of the path: edge i joins paper i and paper i + 1. */
  edges: z.array(
    z.object({
      similarity: cosineSimilarity,
      /** At most four terms, one or two words each, that are characteristic of both papers. */
      sharedTerms: z.array(z.string()),
      /** Whether the edge is a bridge: it is not in the kNN graph, but was added to join two of its components. */
      isBridge: z.boolean(),
    }),
  ),
});

export const hiddenGemsRequest = z.object({
  /** The id of a topic of any level, whose papers are considered; all papers if absent. */
  topic: wholeNumberParameter.optional(),
  /** Only papers from this date on: `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, as in queries. */
  since: z.string().optional(),
  /** What attention is measured by. */
  by: z.enum(attentionMeasures).optional(),
  limit: limitParameter(20),
});

/**
 * Hidden gems: papers that many others resemble, but that have less attention than is usual for their date and
 * neighborhood.
 */
export const hiddenGemsResponse = z.object({
  snapshot: z.string(),
  /** What attention is measured by: a column of numbers. */
  measure: z.enum(attentionMeasures),
  /** All measures that any paper has. */
  measures: z.array(z.enum(attentionMeasures)),
  /** The number of papers with a known count of the measure. */
  papersWithCount: nonNegativeInteger,
  /** Whether enough papers have a known count to estimate what is usual. If false, there are no gems. */
  isAvailable: z.boolean(),
  /** The number of all gems. `gems` lists the first of them. */
  total: nonNegativeInteger,
  /** The gems by descending score. */
  gems: z.array(
    positionedPaper.extend({
      /** The number of comments, upvotes or citations. */
      count: z.number().min(0),
      /** The count that is usual for the paper's date and neighborhood, to one decimal place. */
      expectedCount: z.number(),
      /** The number of papers that have this paper among their nearest neighbors. */
      inDegree: nonNegativeInteger,
      score: z.number(),
    }),
  ),
});

export const newPapersRequest = z.object({
  /** Papers are new since this snapshot (its id) or this date (`YYYY`, `YYYY-MM` or `YYYY-MM-DD`). */
  since: z.string('expected since= and a snapshot or a date').min(1, 'expected since= and a snapshot or a date'),
  /** The most papers to list. `total` counts all new papers. */
  limit: limitParameter(100),
});

/** The new papers, grouped by topic. */
export const newPapersResponse = z.object({
  snapshot: z.string(),
  since: z.string(),
  /**
   * What `since` was compared with. `snapshot`: the papers are new because the given snapshot did not contain them.
   * `date`: the papers are from the given date or later. If the given snapshot no longer exists, the date is the day it
   * was made.
   */
  basis: z.enum(['snapshot', 'date']),
  /** The date from which on papers are new if `basis` is `date`, else null. */
  date: z.string().nullable(),
  total: nonNegativeInteger,
  /**
   * The topics of the default level that have new papers, those with the most first. Outliers form the last group, with
   * `topic` null.
   */
  groups: z.array(
    z.object({
      topic: topicReference.extend({ size: z.number().int().min(1) }).nullable(),
      /**
       * The size of the topic in the given snapshot. null if that snapshot did not have the topic, for outliers, and if
       * `basis` is `date`.
       */
      previousSize: nonNegativeInteger.nullable(),
      /** Whether the given snapshot did not have the topic; null for outliers, and if `basis` is `date`. */
      isNewTopic: z.boolean().nullable(),
      /** The number of new papers of the topic. */
      total: nonNegativeInteger,
      /** The listed papers of the topic, newest first. All groups together list the newest `limit` papers. */
      papers: z.array(paperSummary.extend({ x: z.number(), y: z.number() })),
    }),
  ),
});

export type DraftRequest = z.infer<typeof draftRequest>;
export type DraftResponse = z.infer<typeof draftResponse>;
export type ReadingPathRequest = z.infer<typeof readingPathRequest>;
export type ReadingPathResponse = z.infer<typeof readingPathResponse>;
export type HiddenGemsRequest = z.infer<typeof hiddenGemsRequest>;
export type HiddenGemsResponse = z.infer<typeof hiddenGemsResponse>;
export type NewPapersRequest = z.infer<typeof newPapersRequest>;
export type NewPapersResponse = z.infer<typeof newPapersResponse>;
