/** Candidates for the name of a topic, and their scores. */
import { genericWords, ubiquitousWords } from '../../core/stop-words.ts';
import type { KeyphraseUsage } from './keyphrase-usage.ts';
import { isAcronymOf, isDistinct, isRepetition, isShortEnough, type LabelPhrase } from './label-phrase.ts';

/** A phrase that a smaller share of the topic's papers use scores proportionally lower. */
const REPRESENTATIVE_SHARE = 0.15;
/** Factor for a single word, which says less than a phrase. */
const SINGLE_WORD_FACTOR = 0.45;
/** Factor for phrases that fit most papers in computer science: 'machine learning'. */
const UBIQUITOUS_FACTOR = 0.25;
/** Factor for a phrase that specializes an ancestor's name: 'mobile GUI agents' below 'GUI agents'. */
const SPECIALIZATION_FACTOR = 1.5;
/** A longer phrase replaces a word if it has at least this share of the word's papers. */
const LONGER_FORM_SHARE = 0.3;
/** Minimum score of a second phrase, relative to the first; lower after a single word, which says little. */
const MIN_SECOND_SCORE = 0.25;
const MIN_SECOND_SCORE_AFTER_WORD = 0.12;
/** Two phrases are redundant if the Jaccard similarity of the papers that use them is above this. */
const MAX_JACCARD = 0.6;
/** If the first phrase leaves more than this share of the papers uncovered, a second one that covers them is preferred. */
const MIN_UNCOVERED_SHARE = 0.2;
/** Bonus for a second phrase all of whose papers are uncovered by the first; a single word gets a third of it. */
const UNCOVERED_BONUS = 4;
/** How much the minimum score of a second phrase falls with the uncovered share. */
const UNCOVERED_LENIENCE = 0.75;

/** A phrase as a candidate for the name of a topic. */
export interface LabelCandidate {
  readonly topic: number;
  readonly phrase: LabelPhrase;
  /** The index of the phrase in the topic's list. */
  readonly index: number;
  readonly score: number;
}

/** Compares candidates: the best first; equal ones by topic and index. */
export function byScore(a: LabelCandidate, b: LabelCandidate): number {
  return b.score - a.score || a.topic - b.topic || a.index - b.index;
}

/**
 * The candidates for the first phrase of a name, in the order of the given phrases. Leaves out what repeats the name of an
 * ancestor.
 *
 * @param ancestorNames all phrases in the names of the topic's ancestors
 */
export function firstCandidates(
  topic: number,
  phrases: readonly LabelPhrase[],
  ancestorNames: readonly LabelPhrase[],
): LabelCandidate[] {
  const candidates: LabelCandidate[] = [];
  phrases.forEach((phrase, index) => {
    const repeats = (name: LabelPhrase) =>
      isRepetition(phrase, name) || isAcronymOf(phrase, name) || isAcronymOf(name, phrase);
    if (ancestorNames.some(repeats)) return;
    const share = Math.min(1, phrase.share / REPRESENTATIVE_SHARE);
    const specialization = ancestorNames.some((name) => isRepetition(name, phrase)) ? SPECIALIZATION_FACTOR : 1;
    const length = phrase.words.length === 1 ? SINGLE_WORD_FACTOR : 1;
    const ubiquity = phrase.words.every((word) => ubiquitousWords.has(word)) ? UBIQUITOUS_FACTOR : 1;
    const score = phrase.score * Math.sqrt(phrase.evenness) * share * specialization * length * ubiquity;
    candidates.push({ topic, phrase, index, score });
  });
  return replaceByLongerForms(candidates);
}

/** Replaces a word by the longer phrase in which it often occurs ('judges' by 'LLM judges'), with the better score. */
function replaceByLongerForms(candidates: readonly LabelCandidate[]): LabelCandidate[] {
  const result = [...candidates];
  const replaced = new Set<number>();
  for (const { phrase, index, score } of candidates) {
    if (phrase.words.length > 1) continue;
    const longer = result.findIndex(
      (other) => isLongerForm(other.phrase, phrase) && other.phrase.share >= LONGER_FORM_SHARE * phrase.share,
    );
    if (longer < 0) continue;
    result[longer] = { ...result[longer], score: Math.max(score, result[longer].score) };
    replaced.add(index);
  }
  return result.filter(({ index }) => !replaced.has(index));
}

/** Whether a phrase has a word and another one that is not generic: 'manipulation tasks' adds nothing to 'manipulation'. */
function isLongerForm({ text, words }: LabelPhrase, { words: [single] }: LabelPhrase): boolean {
  const addsWord = words.some((word) => word !== single && !genericWords.has(word));
  return text.includes(' ') && words.includes(single) && addsWord;
}

/**
 * The candidates for the second phrase of a name: those that are distinct from the first, and co-occur little with it.
 * They score higher the more of their papers are in subtopics that the first phrase does not cover.
 *
 * @param candidates for the first phrase
 * @param name the first phrase, if one was chosen
 */
export function secondCandidates(
  candidates: readonly LabelCandidate[],
  name: readonly LabelPhrase[],
  usage: KeyphraseUsage,
): LabelCandidate[] {
  const first = candidates.find(({ phrase }) => phrase === name[0]);
  if (!first) return [];
  const isWord = first.phrase.words.length === 1;
  const minScore = first.score * (isWord ? MIN_SECOND_SCORE_AFTER_WORD : MIN_SECOND_SCORE);
  return candidates.flatMap((candidate): LabelCandidate[] => {
    const { phrase, topic, index } = candidate;
    if (!isDistinct(phrase, [first.phrase]) || !isShortEnough([first.phrase, phrase])) return [];
    const both = usage.cooccurrence(topic, first.index, index);
    const jaccard = both / (first.phrase.share + phrase.share - both);
    if (jaccard > MAX_JACCARD) return [];
    // Evenness matters less than for a first phrase: it may be about one subtopic.
    const ownScore = candidate.score * (1 - jaccard) * phrase.evenness ** 0.25;
    const { ofPapers, ofSecond } = usage.uncovered(topic, first.index, index);
    const covers = ofPapers < MIN_UNCOVERED_SHARE ? 0 : Math.max(0, ofSecond - ofPapers) / (1 - ofPapers);
    const score = ownScore * (1 + covers * (phrase.words.length > 1 ? UNCOVERED_BONUS : UNCOVERED_BONUS / 3));
    const isGoodAlone = ownScore >= minScore * (1 - UNCOVERED_LENIENCE * ofPapers);
    return score >= minScore && isGoodAlone ? [{ ...candidate, score }] : [];
  });
}
