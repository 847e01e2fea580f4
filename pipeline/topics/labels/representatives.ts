import { type CooperativeTask, inChunks, portion } from '../../core/cooperative.ts';
import type { Passage } from '../../core/paper.ts';
import { splitSentences } from '../../core/sentences.ts';
import { type Keyword, OUTLIER, type TopicHierarchy } from '../../core/topic-tree.ts';
import { dotWithRow, type Vectors } from '../../core/vectors.ts';
import { wordRuns } from './words.ts';

/** Share of the time that has passed when the centroids are known. */
const PROGRESS_AFTER_CENTROIDS = 0.3;

/**
 * Finds the papers nearest to the centroid of each topic, by dot product, including those of its subtopics. Takes two
 * passes over the vectors, however many topics there are.
 *
 * @returns by topic at most `max` rows, the nearest first, equally near ones by row
 */
export function* representativePapers(
  vectors: Vectors,
  hierarchy: TopicHierarchy,
  max: number,
): CooperativeTask<number[][]> {
  const { parentOf, leafOfRow } = hierarchy;
  const centroids = yield* portion(sumVectors(vectors, hierarchy), 0, PROGRESS_AFTER_CENTROIDS);
  const rowsOf: number[][] = Array.from(parentOf, () => []);
  const similaritiesOf: number[][] = Array.from(parentOf, () => []);
  const insert = (row: number) => {
    const leaf = leafOfRow[row];
    if (leaf === OUTLIER) return;
    for (let topic = leaf; topic >= 0; topic = parentOf[topic]) {
      const similarity = Math.fround(dotWithRow(vectors, row, centroids[topic]));
      const [rows, similarities] = [rowsOf[topic], similaritiesOf[topic]];
      if (rows.length === max && similarity <= similarities[max - 1]) continue;
      // Few papers get here once the list is full. Rows ascend, so an equally near one goes behind.
      let rank = rows.length;
      while (rank > 0 && similarities[rank - 1] < similarity) rank--;
      rows.splice(rank, 0, row);
      similarities.splice(rank, 0, similarity);
      rows.length = Math.min(rows.length, max);
      similarities.length = rows.length;
    }
  };
  const inserting = inChunks(leafOfRow.length, (from, to) => {
    for (let row = from; row < to; row++) insert(row);
  });
  yield* portion(inserting, PROGRESS_AFTER_CENTROIDS, 1);
  return rowsOf;
}

/** The sum of the vectors of each topic, which has the direction of the centroid. */
function* sumVectors(vectors: Vectors, { parentOf, leafOfRow }: TopicHierarchy): CooperativeTask<Float32Array[]> {
  const { data, dimensions } = vectors;
  const sums = Array.from(parentOf, () => new Float64Array(dimensions));
  yield* inChunks(leafOfRow.length, (from, to) => {
    for (let row = from; row < to; row++) {
      if (leafOfRow[row] === OUTLIER) continue;
      const sum = sums[leafOfRow[row]];
      for (let i = 0; i < dimensions; i++) sum[i] += data[row * dimensions + i];
    }
  });
  // In preorder, subtopics come after their parent.
  for (let topic = parentOf.length - 1; topic >= 0; topic--) {
    const parent = sums[parentOf[topic]];
    if (parent) for (let i = 0; i < dimensions; i++) parent[i] += sums[topic][i];
  }
  return sums.map((sum) => Float32Array.from(sum));
}

/** A sentence of an abstract, and the row of its paper. */
export interface RepresentativeSentence {
  readonly row: number;
  readonly text: string;
}

/** In characters: a shorter sentence says too little, a longer one takes too long to read. */
const MIN_LENGTH = 60;
const MAX_LENGTH = 240;
/** How much a score falls with each rank of the paper. */
const RANK_PENALTY = 0.03;
/** Factor for the first sentence of an abstract, which often introduces the field. */
const FIRST_SENTENCE_FACTOR = 1.25;
/** Factors for sentences that say less by themselves: about earlier sentences, about the paper, about numeric results. */
const DEPENDENT_FACTOR = 0.5;
const SELF_REFERENCE_FACTOR = 0.6;
const RESULTS_FACTOR = 0.6;

/** Starts that connect a sentence to earlier ones. */
const DEPENDENT_START =
  /^(?:this|these|those|it|its|they|their|such|however|moreover|furthermore|additionally|also|specifically|thus|therefore|hence|then|finally|first|second|third|next|in addition|in contrast|in particular|as a result|to this end|to address|to tackle|to bridge|to overcome|to mitigate|by doing|yet|but|and|here|meanwhile|consequently|based on)\b/i;
/** Words of a sentence about the paper itself. */
const SELF_REFERENCE =
  /\b(?:in this (?:paper|work|report|study)|this (?:paper|work|report|survey)|we|our|experiments|results|code is|available at)\b/i;
/** Starts with a coined name: 'GraspNet is'. */
const COINED_START = /^\p{L}*\p{Ll}\p{Lu}/u;
/** Refers to earlier sentences: 'these models', 'this limit'. */
const BACK_REFERENCE = /\s(?:these|this|those|such an?|the proposed)\s/i;
/** A percentage, a factor, or at least three numbers. */
const RESULTS = /\d+(?:\.\d+)?\s?(?:%|x\b|×|points)|\d[\d,.]*.*\d[\d,.]*.*\d/;
/** LaTeX, URLs, list markers, line breaks. */
const MARKUP = /[\\${}|<>~^_#`]|https?:|www\.|\n/;

/**
 * Finds the sentence that describes a topic best: it contains many keywords (by weight), is from one of the most
 * representative papers, and can be understood by itself.
 *
 * @param rows of the topic's most representative papers, the most representative first
 * @returns undefined if no sentence of suitable length contains a keyword
 */
export function representativeSentence(
  papers: readonly Passage[],
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
  if (text.length < MIN_LENGTH || text.length > MAX_LENGTH || MARKUP.test(text)) return false;
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

/** The lemmas of a text, with bars between its runs, so that phrases can be found in it. */
function lemmatized(text: string): string {
  return wordRuns(text)
    .map((run) => run.map(({ lemma }) => lemma).join(' '))
    .join(' | ');
}
