/** Scores the phrases that distinguish a topic from its parent. */
import { type CooperativeTask, processInChunks } from '../../core/cooperative.ts';
import type { ExtractedPhrases } from './extract-phrases.ts';
import { subtreeEnds, type TopicTexts } from './paper-sample.ts';

/** A phrase that distinguishes a topic from the other papers of its parent. */
export interface Keyphrase {
  /** The number of the phrase (`PhraseNumbers`). */
  readonly phrase: number;
  /** Score above 0: the higher, the more characteristic of the topic. */
  readonly score: number;
  /** The share of the topic's papers that use the phrase, in (0, 1]. */
  readonly share: number;
}

/** Maximum number of keyphrases of a topic. Its keywords and its name are chosen from them. */
const MAX_KEYPHRASES = 48;
/** Weights of phrases of one, two and three words: longer ones say more. */
const LENGTH_WEIGHTS = [1, 1.6, 1.7];
/** The additional weight of a paper with the phrase in its title. */
const TITLE_WEIGHT = 0.5;
/**
 * The natural logarithm of the ratio of a phrase's frequencies in a topic and in its parent, from which the phrase is
 * fully distinctive: three times as frequent.
 */
const DISTINCTIVE_GAIN = Math.log(3);
/** A phrase is redundant if more than this share of its papers have it as part of one longer phrase. */
const CONTAINED_SHARE = 0.5;

/**
 * Finds the keyphrases of each topic, the best first.
 *
 * A phrase scores by its term in the Kullback–Leibler divergence of the topic from its parent, p · ln(p/q), where p and
 * q are the shares of the papers of topic and parent that use the phrase (with a bonus for titles; for a root, q is
 * over all papers). The score is lower if the phrase is hardly more frequent than in the parent, if many papers of the
 * whole corpus use it, and if it is not used like a name. Class-based TF-IDF (Grootendorst, 2022) is not used, because
 * it prefers words that are frequent everywhere: its scores are not bounded by q.
 */
export function* scoreKeyphrases(phrases: ExtractedPhrases, topics: TopicTexts): CooperativeTask<Keyphrase[][]> {
  const weights = priorWeights(phrases);
  const ends = subtreeEnds(topics.parentOf);
  // `path` has the counts of the whole corpus, then those of each topic from the root to the current one. `pathEnds`
  // has the id at which the subtree of each ends.
  const path = [createCounts(phrases)];
  const pathEnds = [topics.parentOf.length];
  let depth = 0;
  const keyphrases: Keyphrase[][] = [];
  for (const _ of countTexts(path[0], phrases, topics, 0, topics.weights.length)) yield 0;
  for (let topic = 0; topic < topics.parentOf.length; topic++) {
    while (pathEnds[depth] <= topic) depth--;
    const parent = path[depth];
    depth++;
    path[depth] ??= createCounts(phrases);
    pathEnds[depth] = ends[topic];
    const progress = topic / topics.parentOf.length;
    for (const _ of countTexts(path[depth], phrases, topics, topics.starts[topic], topics.ends[topic])) yield progress;
    keyphrases.push(keyphrasesOf(phrases, path[depth], parent, path[0], weights));
  }
  return keyphrases;
}

/** How many texts use each phrase, and how many papers these texts represent. Columns are indexed by phrase. */
interface Counts {
  readonly texts: Int32Array;
  readonly papers: Float64Array;
  /** Number of papers with the phrase in their title. */
  readonly titles: Float64Array;
  /** The phrases whose counts are not 0. */
  found: number[];
  totalTexts: number;
  totalPapers: number;
}

function createCounts({ isEligible }: ExtractedPhrases): Counts {
  const { length } = isEligible;
  return {
    texts: new Int32Array(length),
    papers: new Float64Array(length),
    titles: new Float64Array(length),
    found: [],
    totalTexts: 0,
    totalPapers: 0,
  };
}

/** Replaces the counts by those of the texts `from` … `to` − 1. */
function* countTexts(
  counts: Counts,
  { offsets, phraseIds, inTitle }: ExtractedPhrases,
  topics: TopicTexts,
  from: number,
  to: number,
): CooperativeTask<void> {
  for (const phrase of counts.found) {
    counts.texts[phrase] = 0;
    counts.papers[phrase] = 0;
    counts.titles[phrase] = 0;
  }
  counts.found = [];
  counts.totalTexts = to - from;
  counts.totalPapers = 0;
  yield* processInChunks(to - from, (first, end) => {
    for (let text = from + first; text < from + end; text++) {
      const weight = topics.weights[text];
      counts.totalPapers += weight;
      for (let at = offsets[text]; at < offsets[text + 1]; at++) {
        const phrase = phraseIds[at];
        if (counts.texts[phrase]++ === 0) counts.found.push(phrase);
        counts.papers[phrase] += weight;
        if (inTitle[at]) counts.titles[phrase] += weight;
      }
    }
  });
}

function keyphrasesOf(
  phrases: ExtractedPhrases,
  topic: Counts,
  parent: Counts,
  corpus: Counts,
  weights: Float64Array,
): Keyphrase[] {
  const minTexts = topic.totalTexts >= 8 ? 3 : topic.totalTexts >= 3 ? 2 : 1;
  const found = ranked(phrases, topic, parent, corpus, weights, minTexts);
  // Too few phrases are shared by several texts: then phrases of a single text are accepted.
  return found.length >= 3 || minTexts === 1 ? found : ranked(phrases, topic, parent, corpus, weights, 1);
}

function ranked(
  phrases: ExtractedPhrases,
  topic: Counts,
  parent: Counts,
  corpus: Counts,
  weights: Float64Array,
  minTexts: number,
): Keyphrase[] {
  const frequent = topic.found.filter((phrase) => topic.texts[phrase] >= minTexts);
  const contained = containedPhrases(phrases, topic, frequent);
  const keyphrases: Keyphrase[] = [];
  for (const phrase of frequent) {
    if (contained.has(phrase)) continue;
    const share = topic.papers[phrase] / topic.totalPapers;
    const p = papersUsing(topic, phrase) / topic.totalPapers;
    // One paper is added to the parent, so that a phrase of three papers does not outscore one of half the papers of a
    // small topic.
    const q = (papersUsing(parent, phrase) + 1) / (parent.totalPapers + 1);
    // In a corpus of one topic p equals q for every phrase; the added constant then ranks phrases by frequency.
    const gain = Math.max(0, Math.log(p / q)) + 0.01;
    const distinctiveness = Math.min(1, gain / DISTINCTIVE_GAIN);
    // A phrase that half of the whole corpus uses names no topic, even if it is still more frequent in this one.
    const rarity = 1 - 0.95 * (corpus.papers[phrase] / corpus.totalPapers);
    keyphrases.push({ phrase, share, score: p * gain * distinctiveness * rarity * weights[phrase] });
  }
  keyphrases.sort((a, b) => b.score - a.score || a.phrase - b.phrase);
  return keyphrases.slice(0, MAX_KEYPHRASES);
}

/**
 * The weighted number of papers that use a phrase: a paper with the phrase in its title counts 1, any other 1 / (1 +
 * TITLE_WEIGHT).
 */
function papersUsing(counts: Counts, phrase: number): number {
  return (counts.papers[phrase] + TITLE_WEIGHT * counts.titles[phrase]) / (1 + TITLE_WEIGHT);
}

/** Phrases that mostly occur within one longer phrase: 'language models' if papers write 'large language models'. */
function containedPhrases(
  { table, isEligible }: ExtractedPhrases,
  topic: Counts,
  frequent: readonly number[],
): Set<number> {
  const contained = new Set<number>();
  const check = (part: number, whole: number) => {
    // A longer phrase in a single text is no evidence.
    const isUsual = topic.texts[whole] > CONTAINED_SHARE * topic.texts[part] && topic.texts[whole] > 1;
    if (isEligible[part] && isUsual) contained.add(part);
  };
  for (const phrase of frequent) {
    if (phrase < table.wordCount) continue;
    const prefix = table.prefixOf(phrase);
    const last = table.lastWordOf(phrase);
    check(prefix, phrase);
    check(last, phrase);
    if (prefix < table.wordCount) continue;
    check(table.prefixOf(prefix), phrase);
    check(table.lastWordOf(prefix), phrase);
    const suffix = table.find(table.lastWordOf(prefix), last);
    if (suffix >= 0) check(suffix, phrase);
  }
  return contained;
}

/**
 * The weight of each phrase in [0, 3), the same for all topics. It depends on the number of words, and on whether the
 * phrase is used as names are: as the head of a noun phrase, not as a verb, and in titles. 0 for phrases that are not
 * eligible. Counts are smoothed, since few occurrences say little.
 */
function priorWeights(phrases: ExtractedPhrases): Float64Array {
  const { table, isEligible, isAcronym, occurrences, asModifier, asVerb, documentFrequency, titleFrequency } = phrases;
  const sumOf = (counts: Int32Array) => counts.reduce((sum, one) => sum + one, 1);
  const meanTitleShare = sumOf(titleFrequency) / sumOf(documentFrequency);
  return Float64Array.from(isEligible, (eligible, phrase) => {
    if (!eligible) return 0;
    const length = phrase < table.wordCount ? 1 : table.prefixOf(phrase) < table.wordCount ? 2 : 3;
    // A modifier ('visual', 'multimodal large') is nearly always followed by a noun, so that it is rarely the head of a
    // noun phrase.
    const headShare = 1 - (asModifier[phrase] + 0.8) / (occurrences[phrase] + 2);
    // Acronyms such as '3D' and 'AI' always modify something and still say what a topic is about, so they lose less
    // weight.
    const headWeight = clamp((headShare - 0.15) / 0.4, isAcronym[phrase] ? 0.5 : 0.05, 1);
    const verbShare = (asVerb[phrase] + 0.1) / (occurrences[phrase] + 2);
    const nounWeight = clamp(1.5 - verbShare * 6, 0.05, 1);
    // What a paper is about is in its title: of the papers with 'quantization', 29 % have the word in the title, of
    // those with 'parameters' 2 %.
    const titleShare = (titleFrequency[phrase] + 3 * meanTitleShare) / (documentFrequency[phrase] + 3);
    const subjectWeight = clamp(Math.sqrt(titleShare / meanTitleShare / 1.5), 0.2, 1.5);
    return LENGTH_WEIGHTS[length - 1] * headWeight * nounWeight * subjectWeight;
  });
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value));
}
