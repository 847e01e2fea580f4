/** Topics: lists of them, one in detail, its papers, two compared, and what changed since the previous snapshot. */
import { z } from 'zod';
import { mapBounds } from './map.ts';
import { paperReference, paperSummary } from './papers.ts';
import { count, limit, offset, share, similarity, wholeNumber } from './query.ts';

const decimal = z
  .string()
  .regex(/^\d{1,9}(\.\d{1,20})?$/, 'expected a number such as 2 or 1.5')
  .transform(Number);

export const topicReference = z.object({
  /** Stays the same from one snapshot to the next, as long as the topic exists. */
  id: count,
  name: z.string(),
});

export const topicSummary = topicReference.extend({
  /** The name made from its papers, which `name` differs from only if the user chose one. */
  generatedName: z.string(),
  /** The id of the topic that it is a subtopic of. */
  parent: z.number().int().nullable(),
  /** 0 is the coarsest. A topic without a parent may be on a lower level. */
  level: count,
  keywords: z.array(z.object({ text: z.string(), weight: z.number() })),
  size: z.number().int().min(1),
  /** Position of its label on the map: the median of its papers. */
  x: z.number(),
  y: z.number(),
  /** From the 5th to the 95th percentile of its papers on either axis, so that a few distant papers do not widen it. */
  bounds: mapBounds,
  /** Its share of all papers of late, divided by its share before; null if too few papers have a date. */
  growth: z.number().nullable(),
  /** The papers nearest to its centroid, the nearest first. */
  representativePapers: z.array(paperReference),
});

/** At most one of the three. Without any, the topics of the default level. */
export const topicsRequest = z
  .object({
    /** 0 is the coarsest. */
    level: wholeNumber.optional(),
    /** Higher gives more and smaller topics. */
    resolution: decimal.optional(),
    /** At least this many topics, as few more as possible; the finest topics if there are never as many. */
    count: wholeNumber.refine((topics) => topics > 0, 'expected 1 or more').optional(),
  })
  .refine((request) => Object.values(request).filter((value) => value !== undefined).length < 2, {
    path: ['level, resolution, count'],
    message: 'give only one of them',
  });

export const topicsResponse = z.object({
  snapshot: z.string(),
  /** The topics of the requested cut through the tree: none is a subtopic of another. */
  topics: z.array(topicSummary),
  /** The number of papers in none of `topics`. */
  outliers: count,
  /** The cut: either a level, or the lowest resolution that gives these topics. The other one is null. */
  cut: z.object({ level: z.number().int().nullable(), resolution: z.number().nullable() }),
  /** Every topic, whatever the request: a topic before its subtopics, siblings by size, the largest first. */
  tree: z.array(
    topicSummary.pick({ id: true, parent: true, level: true, name: true, size: true }).extend({
      /** The resolution from which on its subtopics replace it; null if it has none. */
      splitResolution: z.number().nullable(),
    }),
  ),
  /** The coarsest first: entry 0 is level 0. */
  levels: z.array(z.object({ resolution: z.number(), topics: z.number().int() })),
  chosenLevel: count,
  /** The number of topics at other resolutions, and their `stability`: the agreement between runs, at most 1. */
  sweep: z.array(z.object({ resolution: z.number(), topics: z.number(), stability: z.number() })),
});

const months = z.array(
  z.object({
    /** `YYYY-MM`. */
    month: z.string(),
    papers: count,
    /** Its share of all papers of that month. */
    share,
  }),
);

/** Papers that a topic gained from, or lost to, another one; `share` is their share of the topic of the event. */
const paperFlow = topicReference.extend({ papers: count, share });
const topicEvent = z.discriminatedUnion('kind', [
  topicReference.extend({ kind: z.literal('born'), size: count, from: z.array(paperFlow) }),
  topicReference.extend({ kind: z.literal('died'), size: count, into: z.array(paperFlow) }),
  topicReference.extend({ kind: z.enum(['grew', 'shrank']), previousSize: count, size: count }),
  topicReference.extend({ kind: z.literal('split'), into: z.array(paperFlow) }),
  topicReference.extend({ kind: z.literal('merged'), from: z.array(paperFlow) }),
]);

/** What happened to the topics of the previous snapshot. */
export const topicChangesResponse = z.object({
  snapshot: z.string(),
  /** The previous snapshot; null for a first one. */
  previous: z.string().nullable(),
  /** Levels with events, relative to the default level: 0 is the default level, −1 the one above it, 1 the one below. */
  levels: z.array(z.object({ level: z.number().int(), events: z.array(topicEvent) })),
});

/** A topic by its id. */
export const topicResponse = topicSummary.extend({
  snapshot: z.string(),
  /** The sentence of a representative paper that describes the topic best; `id` is the paper's. */
  sentence: z.object({ id: z.string(), text: z.string() }).nullable(),
  /** The months in which it has papers, the earliest first. */
  months,
  /** As in `tree` of `GET /api/topics`. */
  splitResolution: z.number().nullable(),
  /** The largest first, its parent last. */
  ancestors: z.array(topicReference),
  /** The largest first. */
  subtopics: z.array(topicReference.extend({ size: count })),
  /** At most ten other topics of its level, whatever their parent, the nearest first by the cosine of the centroids. */
  relatedTopics: z.array(topicReference.extend({ size: count, similarity })),
  /** The events of `GET /api/topics/changes` that involve it. */
  events: z.array(topicEvent),
});

const paperOrders = ['representative', 'date', 'comments'] as const;

export const topicPapersRequest = z.object({
  limit: limit(20),
  offset: offset(1_000_000_000),
  /**
   * `representative`: the nearest to the topic's centroid first. `date`: the newest first. `comments`: the most
   * discussed first, equals by date. Papers whose date or comments are not known come last.
   */
  sort: z.enum(paperOrders).default('representative'),
});

export const topicPapersResponse = topicReference.extend({
  snapshot: z.string(),
  sort: z.enum(paperOrders),
  total: count,
  papers: z.array(
    paperSummary.extend({
      comments: count.nullable(),
      leafTopic: count,
      x: z.number(),
      y: z.number(),
      neighborRecall: share,
      /** To the topic's centroid. */
      similarity,
    }),
  ),
});

export const compareTopicsRequest = z.object({ a: wholeNumber, b: wholeNumber });

/** One of the two topics that are compared. */
const comparedTopic = topicSummary
  .pick({ id: true, name: true, parent: true, level: true, size: true, growth: true, keywords: true })
  .extend({
    /** The keywords that the other topic does not have. */
    keywords: topicSummary.shape.keywords,
    months,
    /** The share of its papers' kNN edges that lead into the other topic. */
    edgeShareToOther: share,
    /** At most five of its papers outside the other topic, the nearest to the other's centroid first. */
    nearestToOther: z.array(paperReference.extend({ similarity })),
  });

export const compareTopicsResponse = z.object({
  snapshot: z.string(),
  a: comparedTopic,
  b: comparedTopic,
  /** Of the two centroids. */
  similarity,
  /** The number of papers in both topics: 0, unless one is a subtopic of the other. */
  sharedPapers: count,
  sharedKeywords: z.array(z.object({ text: z.string(), weightInA: z.number(), weightInB: z.number() })),
  /** The share of the kNN edges of all papers of both topics that lead from one topic into the other. */
  interTopicEdgeShare: share,
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
