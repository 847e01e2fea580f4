/**
 * API schemas of topics: lists, one topic in detail, its papers, comparisons, and changes since the previous snapshot.
 */
import { z } from 'zod';
import { attentionMeasures } from '../../pipeline/core/field-columns.ts';
import { paperFields } from './columns.ts';
import { mapBounds } from './map.ts';
import { paperReference, paperSummary } from './papers.ts';
import {
  cosineSimilarity,
  fraction,
  limitParameter,
  nonNegativeInteger,
  offsetParameter,
  wholeNumberParameter,
} from './shared-parameters.ts';

/** A decimal number of a query parameter: 0 or more, without sign and exponent. */
const decimal = z
  .string()
  .regex(/^\d{1,9}(\.\d{1,20})?$/, 'expected a number such as 2 or 1.5')
  .transform(Number);

export const topicReference = z.object({
  /** The id of the topic. It stays the same in later snapshots as long as the topic exists. */
  id: nonNegativeInteger,
  name: z.string(),
});

const topicSummary = topicReference.extend({
  /** The name made from the topic's papers. `name` is different only if the user renamed the topic. */
  generatedName: z.string(),
  /** The id of the parent topic; null for a topic without a parent. */
  parent: z.number().int().nullable(),
  /** The level of the topic: 0 is the coarsest. A topic without a parent may be on a finer level than 0. */
  level: nonNegativeInteger,
  keywords: z.array(z.object({ text: z.string(), weight: z.number() })),
  size: z.number().int().min(1),
  /** Position of the topic's label, in map units: the median x and the median y of its papers. */
  x: z.number(),
  y: z.number(),
  /**
   * The rectangle from the 5th to the 95th percentile of the papers' x and y. A few distant papers do not enlarge it.
   */
  bounds: mapBounds,
  /**
   * The topic's share of all recent papers divided by its share of earlier papers; null if too few papers have a date.
   */
  growth: z.number().nullable(),
  /** The papers nearest to the topic's centroid, nearest first. */
  representativePapers: z.array(paperReference),
});

/**
 * Requests the topics of one cut through the topic tree: by level, by resolution or by number of topics. At most one of
 * the three may be given. Without any, the cut is the default level.
 */
export const topicsRequest = z
  .object({
    /** A level of the topic tree; 0 is the coarsest. */
    level: wholeNumberParameter.optional(),
    /** The clustering resolution, 0 or more. A higher resolution gives more and smaller topics. */
    resolution: decimal.optional(),
    /** Requests the coarsest cut that has at least this many topics, or the finest cut if none has as many. */
    count: wholeNumberParameter.refine((topics) => topics > 0, 'expected 1 or more').optional(),
  })
  .refine((request) => Object.values(request).filter((value) => value !== undefined).length < 2, {
    path: ['level, resolution, count'],
    message: 'give only one of them',
  });

export const topicsResponse = z.object({
  snapshot: z.string(),
  /** The topics of the requested cut through the topic tree. None of them is a subtopic of another. */
  topics: z.array(topicSummary),
  /** The number of papers that are in none of `topics`. */
  outliers: nonNegativeInteger,
  /**
   * How the tree was cut: at a level, or at a resolution (the lowest one that gives these topics). The other is null.
   */
  cut: z.object({ level: z.number().int().nullable(), resolution: z.number().nullable() }),
  /**
   * All topics of all levels, whatever the request. Parents come before their subtopics, siblings by descending size.
   */
  tree: z.array(
    topicSummary.pick({ id: true, parent: true, level: true, name: true, size: true }).extend({
      /**
       * From this resolution on, a cut contains the subtopics in place of the topic; null for a topic without
       * subtopics.
       */
      splitResolution: z.number().nullable(),
    }),
  ),
  /** The levels of the topic tree, coarsest first: entry 0 is level 0. `topics` counts the topics of the level. */
  levels: z.array(z.object({ resolution: z.number(), topics: z.number().int() })),
  /** The default level: its topics are the ones called 'topics', coarser ones super-topics, finer ones subtopics. */
  chosenLevel: nonNegativeInteger,
  /**
   * The number of topics at other resolutions, and their `stability`: how well clusterings with different seeds agree,
   * at most 1.
   */
  sweep: z.array(z.object({ resolution: z.number(), topics: z.number(), stability: z.number() })),
});

/** The months in which a topic has papers. */
const months = z.array(
  z.object({
    /** The month as `YYYY-MM`. */
    month: z.string(),
    papers: nonNegativeInteger,
    /** The topic's share of all papers of that month. */
    share: fraction,
  }),
);

/**
 * The papers that the topic of an event has in common with a topic of the other snapshot, whose id is `id`. `share` is
 * their share of the papers of the event's topic.
 */
const paperFlow = topicReference.extend({ papers: nonNegativeInteger, share: fraction });
/** One change of a topic since the previous snapshot. */
const topicEvent = z.discriminatedUnion('kind', [
  topicReference.extend({ kind: z.literal('born'), size: nonNegativeInteger, from: z.array(paperFlow) }),
  topicReference.extend({ kind: z.literal('died'), size: nonNegativeInteger, into: z.array(paperFlow) }),
  topicReference.extend({
    kind: z.enum(['grew', 'shrank']),
    previousSize: nonNegativeInteger,
    size: nonNegativeInteger,
  }),
  topicReference.extend({ kind: z.literal('split'), into: z.array(paperFlow) }),
  topicReference.extend({ kind: z.literal('merged'), from: z.array(paperFlow) }),
]);

/** How the topics changed since the previous snapshot. */
export const topicChangesResponse = z.object({
  snapshot: z.string(),
  /** The id of the previous snapshot; null if this is the first snapshot. */
  previous: z.string().nullable(),
  /**
   * The levels on which topics changed. `level` is relative to the default level: −1 is the next coarser level, 1 the
   * next finer.
   */
  levels: z.array(z.object({ level: z.number().int(), events: z.array(topicEvent) })),
});

/** One topic in detail. */
export const topicResponse = topicSummary.extend({
  snapshot: z.string(),
  /**
   * The sentence that describes the topic best, and the id of the representative paper that contains it; null if none
   * does.
   */
  sentence: z.object({ id: z.string(), text: z.string() }).nullable(),
  /** The months in which the topic has papers, earliest first. */
  months,
  /**
   * From this resolution on, a cut contains the subtopics in place of the topic; null for a topic without subtopics.
   */
  splitResolution: z.number().nullable(),
  /** All topics that contain this one, largest first: the direct parent is the last entry. */
  ancestors: z.array(topicReference),
  /** The direct subtopics, largest first. */
  subtopics: z.array(topicReference.extend({ size: nonNegativeInteger })),
  /**
   * At most ten other topics of the same level, with the same or another parent, by descending cosine of the centroids.
   */
  relatedTopics: z.array(topicReference.extend({ size: nonNegativeInteger, similarity: cosineSimilarity })),
  /** The events of `GET /api/topics/changes` that involve this topic. */
  events: z.array(topicEvent),
});

/** The orders in which the papers of a topic can be listed. */
const paperOrders = ['representative', 'date', ...attentionMeasures] as const;

export const topicPapersRequest = z.object({
  limit: limitParameter(20),
  offset: offsetParameter(1_000_000_000),
  /**
   * The order of the papers. `representative`: nearest to the topic's centroid first. `date`: newest first. `comments`,
   * `upvotes`, `citations`: most first, equal numbers by date. Papers with an unknown date or number come last.
   */
  sort: z.enum(paperOrders).default('representative'),
});

export const topicPapersResponse = topicReference.extend({
  snapshot: z.string(),
  sort: z.enum(paperOrders),
  total: nonNegativeInteger,
  papers: z.array(
    paperSummary.extend({
      comments: nonNegativeInteger.nullable(),
      /** The value of the column that the papers are sorted by. */
      fields: paperFields,
      leafTopic: nonNegativeInteger,
      x: z.number(),
      y: z.number(),
      neighborRecall: fraction,
      /** Cosine of the paper with the topic's centroid. */
      similarity: cosineSimilarity,
    }),
  ),
});

export const compareTopicsRequest = z.object({ a: wholeNumberParameter, b: wholeNumberParameter });

/** One of the two topics of a comparison. */
const comparedTopic = topicSummary
  .pick({ id: true, name: true, parent: true, level: true, size: true, growth: true, keywords: true })
  .extend({
    /** The topic's keywords that the other topic does not have. */
    keywords: topicSummary.shape.keywords,
    months,
    /**
     * The share of the topic's kNN edges that lead into the other topic. Every paper has edges to its k nearest papers.
     */
    edgeShareToOther: fraction,
    /**
     * At most five papers of this topic that are not in the other one, those nearest to the other topic's centroid
     * first.
     */
    nearestToOther: z.array(paperReference.extend({ similarity: cosineSimilarity })),
  });

export const compareTopicsResponse = z.object({
  snapshot: z.string(),
  a: comparedTopic,
  b: comparedTopic,
  /** Cosine of the centroids of the two topics. */
  similarity: cosineSimilarity,
  /** The number of papers in both topics: 0, unless one is a subtopic of the other. */
  sharedPapers: nonNegativeInteger,
  sharedKeywords: z.array(z.object({ text: z.string(), weightInA: z.number(), weightInB: z.number() })),
  /** Of all kNN edges that start at papers of the two topics, the share that leads from one topic into the other. */
  interTopicEdgeShare: fraction,
});

export type TopicSummary = z.infer<typeof topicSummary>;
export type TopicsRequest = z.infer<typeof topicsRequest>;
export type TopicsResponse = z.infer<typeof topicsResponse>;
export type NamedTopicEvent = z.infer<typeof topicEvent>;
export type TopicChangesResponse = z.infer<typeof topicChangesResponse>;
export type TopicResponse = z.infer<typeof topicResponse>;
export type TopicPapersRequest = z.infer<typeof topicPapersRequest>;
export type TopicPapersResponse = z.infer<typeof topicPapersResponse>;
export type CompareTopicsRequest = z.infer<typeof compareTopicsRequest>;
export type CompareTopicsResponse = z.infer<typeof compareTopicsResponse>;
