/** Requests and answers for looking around among the papers beyond search. Imports zod and the contract only. */
import { z } from 'zod';
import { hit, MAX_LIMIT, paperAnswer, paperSummary, searchModes, searchRequest, topicAnswer } from './search.ts';

export const heatmapRequest = searchRequest.pick({ q: true, mode: true });

const size = z.number().int().min(1);

/** How much the papers around each place of the map have to do with a query. */
export const heatmapAnswer = z.object({
  snapshot: z.string(),
  query: z.string(),
  mode: z.enum(searchModes),
  /** `nothing`: no paper here is about the question; no place is warm. */
  status: z.enum(['answered', 'no_match']),
  /** Cells, at most 96 in either direction, and the side of one in map units. */
  columns: size,
  rows: size,
  cell: z.number().positive(),
  /** Of all papers, in map units. The first cell begins at `x0`, `y0`; the last column and row may reach beyond the other end. */
  bounds: z.object({ x0: z.number(), y0: z.number(), x1: z.number(), y1: z.number() }),
  /**
   * A byte a cell in base64, row by row from `y0` up, each from `x0` on. 0: no paper is near. Else 1 … 255 for values
   * from 0 to 1: the mean relevance (that of a hit) of the papers around the middle of the cell, near ones counting more.
   * Where hits have no relevance 1 is the best paper.
   */
  values: z.base64(),
});

export const facetsRequest = searchRequest.pick({ q: true, mode: true });

const papers = z.number().int().min(1);

/** What all papers of an answer have in common: at most twelve values of each kind, the most frequent first. */
export const facetsAnswer = z.object({
  snapshot: z.string(),
  query: z.string(),
  mode: z.enum(searchModes),
  /** As search has it; 0 where nothing here is about the question. */
  total: z.number().int().min(0),
  /** Of the chosen level; where one holds all that are in any, its parts. */
  topics: z.array(topicAnswer.pick({ id: true, name: true }).extend({ papers })),
  organizations: z.array(z.object({ slug: z.string(), name: z.string(), papers })),
  authors: z.array(z.object({ name: z.string(), papers })),
  categories: z.array(z.object({ name: z.string(), papers })),
  /** Every month, `YYYY-MM`, or `YYYY` of papers of which no month is known; the newest first. */
  dates: z.array(z.object({ date: z.string(), papers })),
});

export const maskRequest = searchRequest.pick({ q: true, mode: true });

/** Which papers of the map an answer holds: all of them, not those alone that a page of it lists. */
export const maskAnswer = z.object({
  snapshot: z.string(),
  query: z.string(),
  mode: z.enum(searchModes),
  /** As search has it; 0 where nothing here is about the question. So many bits are set. */
  total: z.number().int().min(0),
  /**
   * A bit a paper in base64, in the order of `GET /api/map` over the same snapshot: paper i is bit i mod 8 of byte
   * ⌊i / 8⌋, the lowest bit first, and 1 where it was found. The last byte is filled up with 0. Papers that stand behind
   * a hit, as its `also`, are not set.
   */
  bits: z.base64(),
});

/** The longest draft, in characters. */
const MAX_TITLE = 1000;
const MAX_ABSTRACT = 20_000;

export const draftRequest = z.object({
  title: z.string().trim().max(MAX_TITLE).default(''),
  abstract: z.string().trim().max(MAX_ABSTRACT).default(''),
});

const reference = topicAnswer.pick({ id: true, name: true });
const titled = z.object({ id: z.string(), title: z.string() });
const share = z.number().min(0).max(1);
/** A cosine, to four places. */
const similarity = z.number().min(-1).max(1);

/** Where a text would stand among the papers. It is kept nowhere. */
export const draftAnswer = z.object({
  snapshot: z.string(),
  /**
   * `nothing`: no paper here is about what the text is about. It has no place then; the nearest few stand in `apart`.
   * `unread`: the model knows less than half of the text's words, so what it is about cannot be judged; nothing is told.
   */
  status: z.enum(['answered', 'no_match', 'unknown_language']),
  /** In map units; trust as of any paper. */
  position: z.object({ x: z.number(), y: z.number(), neighborRecall: share }).nullable(),
  /** Topics that its neighbors are in and their share in each, the likeliest first; the rest are in none. */
  topics: z.array(reference.extend({ share })),
  /** How near its nearest paper is, and which share of all papers have another one nearer than that: 0 is nothing new. */
  novelty: z
    .object({
      nearest: similarity,
      percentile: share,
      /** Papers with nearly the same text. */
      duplicates: z.array(titled),
    })
    .nullable(),
  /** As of any paper. */
  neighbors: paperAnswer.shape.neighbors,
  /** The nearest work by words and meaning, at most ten, and why each is. */
  hits: z.array(hit),
  nearMisses: z.array(hit),
});

export const pathRequest = z.object({
  from: z.string().min(1, 'write from= and the id of a paper'),
  to: z.string().min(1, 'write to= and the id of a paper'),
});

const positionedPaper = paperSummary.extend({
  topic: z.number().int().nullable(),
  x: z.number(),
  y: z.number(),
});

/** From one paper to another, each step to a paper that is near to the one before. */
export const pathAnswer = z.object({
  snapshot: z.string(),
  /** From the one to the other, both among them; no paper twice. */
  papers: z.array(positionedPaper).min(1),
  /** Step i leads from paper i to paper i + 1. */
  steps: z.array(
    z.object({
      similarity,
      /** Words, or two side by side, that say most of what the two have in common, at most four. */
      shared: z.array(z.string()),
      /** True where no chain of neighbors joins the two papers: the step over the narrowest gap that was found. */
      isBridge: z.boolean(),
    }),
  ),
});

const limit = (fallback: number) => z.coerce.number().int().min(1).max(MAX_LIMIT).default(fallback);
const wholeNumber = z
  .string()
  .regex(/^\d{1,9}$/, 'expected a whole number')
  .transform(Number);

export const gemsRequest = z.object({
  /** A topic's id, of any level. */
  topic: wholeNumber.optional(),
  /** `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, read as in queries. */
  since: z.string().optional(),
  limit: limit(20),
});

/** Papers with few comments for their neighborhood and date that are central enough to be worth it. */
export const gemsAnswer = z.object({
  snapshot: z.string(),
  /** Of how many papers it is known how many comments they have. */
  known: z.number().int().min(0),
  /** False where that is known of too few to say what is usual: there are no gems then. */
  isAvailable: z.boolean(),
  total: z.number().int().min(0),
  /** The best first. */
  gems: z.array(
    positionedPaper.extend({
      comments: z.number().int().min(0),
      /** What a paper of its date and neighborhood usually has, to one place. */
      expected: z.number(),
      /** How many papers have it among their nearest. */
      inDegree: z.number().int().min(0),
      /** Larger is more of a gem. */
      score: z.number(),
    }),
  ),
});

export type HeatmapRequest = z.infer<typeof heatmapRequest>;
export type HeatmapAnswer = z.infer<typeof heatmapAnswer>;
export type FacetsRequest = z.infer<typeof facetsRequest>;
export type FacetsAnswer = z.infer<typeof facetsAnswer>;
export type MaskRequest = z.infer<typeof maskRequest>;
export type MaskAnswer = z.infer<typeof maskAnswer>;
export type DraftRequest = z.infer<typeof draftRequest>;
export type DraftAnswer = z.infer<typeof draftAnswer>;
export type PathRequest = z.infer<typeof pathRequest>;
export type PathAnswer = z.infer<typeof pathAnswer>;
export type GemsRequest = z.infer<typeof gemsRequest>;
export type GemsAnswer = z.infer<typeof gemsAnswer>;
