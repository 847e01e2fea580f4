/** Describes topics: names and keywords, representative papers and sentences, and their papers over time. */
import { roundToDigits } from '../core/algorithms/statistics.ts';
import {
  type CooperativeTask,
  createPortionCheckpoint,
  processInChunks,
  runAsPortion,
  runWithCheckpoints,
} from '../core/cooperative.ts';
import type { Effects } from '../core/effects.ts';
import type { Paper, PaperText } from '../core/paper.ts';
import { splitSentences } from '../core/split-sentences.ts';
import { type Keyword, OUTLIER, type TopicHierarchy, type TopicMonth } from '../core/topic-tree.ts';
import { dotWithRow, type Vectors } from '../core/vectors.ts';
import { createBuildCheckpoint } from '../runtime/scheduling.ts';
import { labelTopics, type TopicLabel } from './labels/label-topics.ts';
import type { EmbedTexts } from './labels/meaning-coverage.ts';
import { wordRuns } from './labels/words.ts';

/** Number of representative papers that are shown for each topic. */
const REPRESENTATIVE_PAPERS = 3;
/** The representative sentence of a topic is chosen from the abstracts of this many papers nearest to its centroid. */
const PAPERS_FOR_SENTENCE = 12;

/** Progress is shown in percent and not in papers, because labeling makes several different passes over the papers. */
const PROGRESS_STEPS = 100;
/** Share of the total time that has passed when each phase is done: labels, representative papers, papers by month. */
const PROGRESS_AFTER = { labels: 0.75, papers: 0.84, histories: 0.86 };

/** The description of a topic: its label, its papers over time, and its most representative papers and sentence. */
export interface TopicDescription extends TopicLabel, TopicHistory {
  /** Rows of the papers nearest to the topic's centroid, the nearest first: three, or fewer in a smaller topic. */
  readonly representative: readonly number[];
  /** A sentence from the abstract of one of the papers nearest to the centroid; null if no sentence is suitable. */
  readonly sentence: RepresentativeSentence | null;
}

/**
 * Describes every topic of a hierarchy: name and keywords, representative papers and sentence, papers by month.
 *
 * @param embed the model of the vectors, by which names are compared with papers; undefined if it is not available
 * @returns one description per topic, in the order of the hierarchy
 * @throws the reason of `effects.signal` if it is aborted
 */
export async function describeTopics(
  papers: readonly (PaperText & Pick<Paper, 'date'>)[],
  vectors: Vectors,
  hierarchy: TopicHierarchy,
  embed: EmbedTexts | undefined,
  effects: Effects,
): Promise<TopicDescription[]> {
  effects.signal.throwIfAborted();
  const progress = effects.startProgress('topic labels', PROGRESS_STEPS);
  const onProgress = (share: number) => progress.update(Math.floor(share * PROGRESS_STEPS));
  const checkpoint = createBuildCheckpoint(onProgress, effects.signal);
  const labeling = createPortionCheckpoint(checkpoint, 0, PROGRESS_AFTER.labels);
  const labels = await labelTopics(papers, hierarchy, embed && { vectors, embed }, labeling);
  await checkpoint(PROGRESS_AFTER.labels);
  const nearestRows = await runWithCheckpoints(
    representativePapers(vectors, hierarchy, PAPERS_FOR_SENTENCE),
    createPortionCheckpoint(checkpoint, PROGRESS_AFTER.labels, PROGRESS_AFTER.papers),
  );
  const dates = papers.map(({ date }) => date);
  const histories = topicHistories(dates, hierarchy);
  const descriptions: TopicDescription[] = [];
  for (const [topic, label] of labels.entries()) {
    const share = topic / labels.length;
    await checkpoint(PROGRESS_AFTER.histories + (1 - PROGRESS_AFTER.histories) * share);
    const rows = nearestRows[topic];
    descriptions.push({
      ...label,
      representative: rows.slice(0, REPRESENTATIVE_PAPERS),
      sentence: representativeSentence(papers, rows, label.keywords) ?? null,
      ...histories[topic],
    });
  }
  const roots = descriptions.filter((_, topic) => hierarchy.parentOf[topic] < 0);
  progress.finish(
    roots
      .slice(0, 3)
      .map(({ name }) => name)
      .join('; '),
  );
  return descriptions;
}

// Topics over time.

/** How many papers a topic has over time, and whether its share of all papers grows. */
export interface TopicHistory {
  /** The months in which the topic has papers, the earliest first. */
  readonly months: readonly TopicMonth[];
  /**
   * The topic's share of all recent papers divided by its share of all earlier papers: 1 is unchanged, 2 has doubled,
   * 0.5 has halved. Null if too few papers have a date with a month.
   */
  readonly growth: number | null;
}

/**
 * The recent period has as many of the latest months as are needed to hold this share of all papers whose date has a
 * month.
 */
const RECENT_SHARE = 1 / 3;
/** Maximum length of the recent period. The earlier period is the months directly before it, at most twice as many. */
const MAX_RECENT_MONTHS = 12;
/** Growth is unknown for all topics if one of the two periods has fewer papers than this. */
const MIN_PERIOD_PAPERS = 20;
/** Growth is unknown for a topic that has fewer papers than this in both periods together. */
const MIN_TOPIC_PAPERS = 8;

/**
 * Counts the papers of every topic by month, and measures its growth. Dates are ISO 8601 with any precision; papers
 * whose date has no month (`2025`) and papers without a date are ignored.
 *
 * Growth: let A recent and B earlier papers have a month, a and b of them be in the topic, and π = (a + b) / (A + B) be
 * the topic's share of both periods. Then growth is ((a + 1) / (A + 1/π)) / ((b + 1) / (B + 1/π)), rounded to three
 * decimals. To each period 1/π papers are added, one of them in the topic, so that small numbers do not give an extreme
 * ratio. A topic of all papers has growth 1, and swapping the periods gives the reciprocal.
 *
 * @param dates the date of each paper, by row
 * @returns one history per topic
 */
export function topicHistories(
  dates: readonly (string | undefined)[],
  { parentOf, leafOfRow }: TopicHierarchy,
): TopicHistory[] {
  const monthNames = [...new Set(dates.flatMap((date) => monthOf(date) ?? []))].sort();
  const indexOf = new Map(monthNames.map((month, i) => [month, i]));
  const papersOfMonth = new Int32Array(monthNames.length);
  // For each topic, the number of its papers by index of the month.
  const countsOf: Map<number, number>[] = Array.from(parentOf, () => new Map());
  dates.forEach((date, row) => {
    const month = indexOf.get(monthOf(date) ?? '');
    if (month === undefined) return;
    papersOfMonth[month]++;
    if (leafOfRow[row] === OUTLIER) return;
    for (let topic = leafOfRow[row]; topic >= 0; topic = parentOf[topic]) {
      countsOf[topic].set(month, (countsOf[topic].get(month) ?? 0) + 1);
    }
  });
  const periods = periodsOf(papersOfMonth);
  return countsOf.map((counts) => {
    const byMonth = [...counts].sort((a, b) => a[0] - b[0]);
    return {
      months: byMonth.map(([month, papers]) => ({
        month: monthNames[month],
        papers,
        share: roundToDigits(papers / papersOfMonth[month], 5),
      })),
      growth: periods ? growthOf(byMonth, periods) : null,
    };
  });
}

/** The month of an ISO 8601 date as `YYYY-MM`; undefined if there is no date or it has no month. */
function monthOf(date: string | undefined): string | undefined {
  return date === undefined ? undefined : /^\d{4}-(?:0[1-9]|1[0-2])(?=$|-)/.exec(date)?.[0];
}

/** The two periods that are compared to measure growth. Months are numbered in ascending order, from 0. */
interface Periods {
  /** First month of the recent period, which reaches to the last month. */
  readonly recentStart: number;
  /** First month of the earlier period, which ends before `recentStart`. */
  readonly earlierStart: number;
  /** Number of papers in the recent period. */
  readonly recent: number;
  /** Number of papers in the earlier period. */
  readonly earlier: number;
}

/** Chooses the recent and the earlier period; undefined if one of them has too few papers. */
function periodsOf(papersOfMonth: Int32Array): Periods | undefined {
  const total = papersOfMonth.reduce((sum, papers) => sum + papers, 0);
  const monthCount = papersOfMonth.length;
  let recentStart = monthCount;
  let recent = 0;
  while (recentStart > 0 && recent < total * RECENT_SHARE && monthCount - recentStart < MAX_RECENT_MONTHS) {
    recent += papersOfMonth[--recentStart];
  }
  const earlierStart = Math.max(0, recentStart - 2 * (monthCount - recentStart));
  const earlier = papersOfMonth.subarray(earlierStart, recentStart).reduce((sum, papers) => sum + papers, 0);
  return recent >= MIN_PERIOD_PAPERS && earlier >= MIN_PERIOD_PAPERS
    ? { recentStart, earlierStart, recent, earlier }
    : undefined;
}

/**
 * The growth of one topic from the earlier to the recent period; null if it has too few papers in both together.
 *
 * @param byMonth pairs of a month's number and the number of the topic's papers in that month
 */
function growthOf(byMonth: readonly [number, number][], periods: Periods): number | null {
  let recent = 0;
  let earlier = 0;
  for (const [month, papers] of byMonth) {
    if (month >= periods.recentStart) recent += papers;
    else if (month >= periods.earlierStart) earlier += papers;
  }
  if (recent + earlier < MIN_TOPIC_PAPERS) return null;
  const smoothing = (periods.recent + periods.earlier) / (recent + earlier);
  const recentShare = (recent + 1) / (periods.recent + smoothing);
  const earlierShare = (earlier + 1) / (periods.earlier + smoothing);
  return roundToDigits(recentShare / earlierShare, 3);
}

// Representative papers and sentences.

/**
 * Finding representative papers has two passes over the vectors; the first one, for the centroids, takes this share of
 * the time.
 */
const PROGRESS_AFTER_CENTROIDS = 0.3;

/**
 * Finds for each topic the papers nearest to its centroid by dot product, among its own papers and those of its
 * subtopics. Takes two passes over the vectors, however many topics there are.
 *
 * @returns for each topic at most `max` rows, the nearest first; equally near papers are in the order of their rows
 */
export function* representativePapers(
  vectors: Vectors,
  hierarchy: TopicHierarchy,
  max: number,
): CooperativeTask<number[][]> {
  const { parentOf, leafOfRow } = hierarchy;
  const centroids = yield* runAsPortion(sumVectors(vectors, hierarchy), 0, PROGRESS_AFTER_CENTROIDS);
  const rowsOf: number[][] = Array.from(parentOf, () => []);
  const similaritiesOf: number[][] = Array.from(parentOf, () => []);
  const insert = (row: number) => {
    const leaf = leafOfRow[row];
    if (leaf === OUTLIER) return;
    for (let topic = leaf; topic >= 0; topic = parentOf[topic]) {
      const similarity = Math.fround(dotWithRow(vectors, row, centroids[topic]));
      const [rows, similarities] = [rowsOf[topic], similaritiesOf[topic]];
      if (rows.length === max && similarity <= similarities[max - 1]) continue;
      // Insertion into a sorted list: few papers get this far once the list is full. Rows come in ascending order, so
      // that a paper goes behind equally near ones.
      let rank = rows.length;
      while (rank > 0 && similarities[rank - 1] < similarity) rank--;
      rows.splice(rank, 0, row);
      similarities.splice(rank, 0, similarity);
      rows.length = Math.min(rows.length, max);
      similarities.length = rows.length;
    }
  };
  const inserting = processInChunks(leafOfRow.length, (from, to) => {
    for (let row = from; row < to; row++) insert(row);
  });
  yield* runAsPortion(inserting, PROGRESS_AFTER_CENTROIDS, 1);
  return rowsOf;
}

/**
 * The sum of the vectors of each topic's papers. It has the direction of the centroid, which is enough to rank papers
 * by dot product.
 */
function* sumVectors(vectors: Vectors, { parentOf, leafOfRow }: TopicHierarchy): CooperativeTask<Float32Array[]> {
  const { data, dimensions } = vectors;
  const sums = Array.from(parentOf, () => new Float64Array(dimensions));
  yield* processInChunks(leafOfRow.length, (from, to) => {
    for (let row = from; row < to; row++) {
      if (leafOfRow[row] === OUTLIER) continue;
      const sum = sums[leafOfRow[row]];
      for (let i = 0; i < dimensions; i++) sum[i] += data[row * dimensions + i];
    }
  });
  // Backwards through the preorder, the sum of a topic is complete before it is added to that of its parent.
  for (let topic = parentOf.length - 1; topic >= 0; topic--) {
    const parent = sums[parentOf[topic]];
    if (parent) for (let i = 0; i < dimensions; i++) parent[i] += sums[topic][i];
  }
  return sums.map((sum) => Float32Array.from(sum));
}

/** The sentence that represents a topic, and the row of the paper from whose abstract it is. */
export interface RepresentativeSentence {
  readonly row: number;
  readonly text: string;
}

/** Minimum length of a representative sentence in characters: shorter ones say too little. */
const MIN_SENTENCE_LENGTH = 60;
/** Maximum length of a representative sentence in characters: longer ones take too long to read. */
const MAX_SENTENCE_LENGTH = 240;
/**
 * A sentence of the paper nearest to the centroid keeps its full score. With each further rank of the paper, a sentence
 * loses this share.
 */
const RANK_PENALTY = 0.03;
/** Score factor for the first sentence of an abstract, which often introduces the field. */
const FIRST_SENTENCE_FACTOR = 1.25;
/** Score factor for a sentence that refers to earlier sentences, without which it is hard to understand. */
const DEPENDENT_FACTOR = 0.5;
/** Score factor for a sentence about the paper itself instead of the topic. */
const SELF_REFERENCE_FACTOR = 0.6;
/** Score factor for a sentence that reports numeric results. */
const RESULTS_FACTOR = 0.6;

/** Matches a first word or phrase that connects a sentence to earlier ones: "However", "In contrast". */
const DEPENDENT_START =
  /^(?:this|these|those|it|its|they|their|such|however|moreover|furthermore|additionally|also|specifically|thus|therefore|hence|then|finally|first|second|third|next|in addition|in contrast|in particular|as a result|to this end|to address|to tackle|to bridge|to overcome|to mitigate|by doing|yet|but|and|here|meanwhile|consequently|based on)\b/i;
/** Matches words of a sentence that is about the paper itself: 'we', 'in this work'. */
const SELF_REFERENCE =
  /\b(?:in this (?:paper|work|report|study)|this (?:paper|work|report|survey)|we|our|experiments|results|code is|available at)\b/i;
/**
 * Matches a sentence that starts with a coined name, recognized by a capital after a lower-case letter: 'GraspNet is'.
 */
const COINED_START = /^\p{L}*\p{Ll}\p{Lu}/u;
/** Matches words within a sentence that refer to earlier sentences: 'these models', 'this limit'. */
const BACK_REFERENCE = /\s(?:these|this|those|such an?|the proposed)\s/i;
/** Matches numeric results: a percentage, a factor ('3x'), or at least three digits, in one number or several. */
const RESULTS = /\d+(?:\.\d+)?\s?(?:%|x\b|×|points)|\d[\d,.]*.*\d[\d,.]*.*\d/;
/** Matches what a plain sentence does not contain: LaTeX, URLs, list markers, line breaks. */
const MARKUP = /[\\${}|<>~^_#`]|https?:|www\.|\n/;

/**
 * Finds the sentence that describes a topic best: it contains many keywords (by weight), is from one of the most
 * representative papers, and can be understood by itself.
 *
 * @param rows of the topic's most representative papers, the most representative first
 * @returns undefined if no sentence of suitable length contains a keyword
 */
export function representativeSentence(
  papers: readonly PaperText[],
  rows: readonly number[],
  keywords: readonly Keyword[],
): RepresentativeSentence | undefined {
  const wanted = keywords.map(({ text, weight }) => ({ lemmas: ` ${lemmatized(text)} `, weight: Math.sqrt(weight) }));
  let best: RepresentativeSentence | undefined;
  let bestScore = 0;
  for (const [rank, row] of rows.entries()) {
    const { title, abstract } = papers[row];
    const coinedName = coinedNameIn(title);
    for (const [position, { start, end }] of splitSentences(abstract).entries()) {
      const text = abstract.slice(start, end);
      if (!isPresentable(text)) continue;
      const lemmas = ` ${lemmatized(text)} `;
      const covered = wanted.reduce((sum, keyword) => sum + (lemmas.includes(keyword.lemmas) ? keyword.weight : 0), 0);
      const positionFactor = position === 0 ? FIRST_SENTENCE_FACTOR : 1;
      const score = covered * independence(text, coinedName) * positionFactor * (1 - RANK_PENALTY * rank);
      if (score <= bestScore) continue;
      bestScore = score;
      best = { row, text };
    }
  }
  return best;
}

/** Whether a text is a whole sentence of suitable length without markup. */
function isPresentable(text: string): boolean {
  if (text.length < MIN_SENTENCE_LENGTH || text.length > MAX_SENTENCE_LENGTH || MARKUP.test(text)) return false;
  return /^[\p{Lu}\p{Lo}\p{N}"“]/u.test(text) && /[.!?]["”)]*$/.test(text);
}

/** How well a sentence can be understood without its abstract, in (0, 1]. */
function independence(text: string, coinedName: string): number {
  const isDependent = DEPENDENT_START.test(text) || BACK_REFERENCE.test(text);
  const namesItsWork = coinedName !== '' && text.includes(coinedName);
  const isAboutItself = SELF_REFERENCE.test(text) || COINED_START.test(text) || namesItsWork;
  return (
    (isDependent ? DEPENDENT_FACTOR : 1) *
    (isAboutItself ? SELF_REFERENCE_FACTOR : 1) *
    (RESULTS.test(text) ? RESULTS_FACTOR : 1)
  );
}

/** The name that a title gives to its own work: 'GraspNet' in 'GraspNet: A Data Set'; empty if there is none. */
function coinedNameIn(title: string): string {
  return /^([^\s:]{2,30}):\s/.exec(title)?.[1] ?? '';
}

/**
 * The lemmas of a text as one string. Bars separate runs of words, so that a phrase is not found across their borders.
 */
function lemmatized(text: string): string {
  return wordRuns(text)
    .map((run) => run.map(({ lemma }) => lemma).join(' '))
    .join(' | ');
}
