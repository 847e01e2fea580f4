/** Requests about topics, and the answers about one or two of them. Imports zod and the contract only. */
import { z } from 'zod';
import { MAX_LIMIT, paperSummary, topicAnswer } from './search.ts';

// An empty value is no number here, as it would be to `z.coerce`.
const whole = z
  .string('expected a whole number')
  .regex(/^\d{1,9}$/, 'expected a whole number')
  .transform(Number);
const decimal = z
  .string()
  .regex(/^\d{1,9}(\.\d{1,20})?$/, 'expected a number such as 2 or 1.5')
  .transform(Number);

/** At most one of the three; without any the topics of the chosen level. */
export const topicsRequest = z
  .object({
    /** 0 is the coarsest. */
    level: whole.optional(),
    /** A larger one gives more topics, and smaller ones. */
    resolution: decimal.optional(),
    /** So many topics, or as few more as can be; the finest where there are never as many. */
    count: whole.refine((topics) => topics > 0, 'expected 1 or more').optional(),
  })
  .refine((request) => Object.values(request).filter((value) => value !== undefined).length < 2, {
    path: ['level, resolution, count'],
    message: 'ask for one of them',
  });

const memberOrders = ['central', 'date', 'comments'] as const;

export const topicPapersRequest = z.object({
  limit: z.coerce.number().int().min(1).max(MAX_LIMIT).default(20),
  offset: z.coerce.number().int().min(0).max(1_000_000_000).default(0),
  /**
   * `central`: the nearest to the topic's mean vector first; `date`: the newest first, those without a date last;
   * `comments`: the most discussed first, as many comments by date, those of which no number is known last.
   */
  sort: z.enum(memberOrders).default('central'),
});

export const compareRequest = z.object({ a: whole, b: whole });

const count = z.number().int().min(0);
/** A cosine, to four places. */
const similarity = z.number().min(-1).max(1);
const reference = topicAnswer.pick({ id: true, name: true });
const titled = z.object({ id: z.string(), title: z.string() });
const months = z.array(
  z.object({
    /** `YYYY-MM`. */
    month: z.string(),
    papers: count,
    /** Of all papers of that month. */
    share: z.number().min(0).max(1),
  }),
);

/** Papers that went to a topic or came from it; `share` is of the papers of the topic that the event is about. */
const part = reference.extend({ papers: count, share: z.number().min(0).max(1) });
const topicEvent = z.discriminatedUnion('kind', [
  reference.extend({ kind: z.literal('born'), size: count, from: z.array(part) }),
  reference.extend({ kind: z.literal('died'), size: count, into: z.array(part) }),
  reference.extend({ kind: z.enum(['grew', 'shrank']), was: count, is: count }),
  reference.extend({ kind: z.literal('split'), into: z.array(part) }),
  reference.extend({ kind: z.literal('merged'), from: z.array(part) }),
]);

/** What became of the topics of the snapshot before. */
export const topicChangesAnswer = z.object({
  snapshot: z.string(),
  /** The snapshot that it is compared with; null for a first one. */
  previous: z.string().nullable(),
  /** Levels with events, counted from the chosen one: 0 is that, −1 the fields above it, 1 the parts below. */
  levels: z.array(z.object({ level: z.number().int(), events: z.array(topicEvent) })),
});

export const topicDetailAnswer = topicAnswer.extend({
  snapshot: z.string(),
  /** The sentence of a central paper that says best what it is about. */
  sentence: z.object({ id: z.string(), text: z.string() }).nullable(),
  /** Those in which it has papers, the earliest first. */
  months,
  /** See `tree` of `GET /api/topics`. */
  splitResolution: z.number().nullable(),
  /** What it is a part of, the largest first. */
  path: z.array(reference),
  /** What it parts into, the largest first. */
  subtopics: z.array(reference.extend({ size: count })),
  /** At most ten other topics of its level, in other fields too, the nearest first by the cosine of mean vectors. */
  siblings: z.array(reference.extend({ size: count, similarity })),
  /** Events of `GET /api/topics/changes` that tell of it. */
  changes: z.array(topicEvent),
});

export const topicPapersAnswer = reference.extend({
  snapshot: z.string(),
  sort: z.enum(memberOrders),
  total: count,
  papers: z.array(
    paperSummary.extend({
      comments: count.nullable(),
      /** The deepest topic that it is in. */
      leafTopic: count,
      x: z.number(),
      y: z.number(),
      neighborRecall: z.number().min(0).max(1),
      /** To the topic's mean vector. */
      similarity,
    }),
  ),
});

const comparedTopic = topicAnswer.pick({ id: true, name: true, parent: true, level: true, size: true, growth: true });
/** One of two topics, as it stands to the other. */
const side = comparedTopic.extend({
  /** Keywords that the other has not. */
  keywords: topicAnswer.shape.keywords,
  months,
  /** Of the neighbors of its papers, the share that is in the other topic. */
  neighborsInOther: z.number().min(0).max(1),
  /** At most five of its papers that are not in the other, the nearest to the other's mean vector first. */
  bridges: z.array(titled.extend({ similarity })),
});

export const compareAnswer = z.object({
  snapshot: z.string(),
  a: side,
  b: side,
  /** Of the mean vectors. */
  similarity,
  /** Papers in both: none, unless one is a part of the other. */
  sharedPapers: count,
  sharedKeywords: z.array(z.object({ text: z.string(), weightInA: z.number(), weightInB: z.number() })),
  /** Of the neighbors of all papers of both, the share that leads from one to the other. */
  crossing: z.number().min(0).max(1),
});

export type TopicsRequest = z.infer<typeof topicsRequest>;
export type TopicPapersRequest = z.infer<typeof topicPapersRequest>;
export type CompareRequest = z.infer<typeof compareRequest>;
export type TopicEventAnswer = z.infer<typeof topicEvent>;
export type TopicChangesAnswer = z.infer<typeof topicChangesAnswer>;
export type TopicDetailAnswer = z.infer<typeof topicDetailAnswer>;
export type TopicPapersAnswer = z.infer<typeof topicPapersAnswer>;
export type CompareAnswer = z.infer<typeof compareAnswer>;
