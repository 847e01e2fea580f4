/** Chooses the name and the keywords of every topic of a hierarchy. */
import { genericWords, ubiquitousWords } from '../../core/stop-words.ts';
import type { KeyphraseUsage } from './keyphrase-usage.ts';
import {
  haveSameWords,
  isAcronymOf,
  isDistinct,
  isRepetition,
  isShortEnough,
  type LabelPhrase,
  NAME_SEPARATOR,
} from './label-phrase.ts';

// Candidates for the name of a topic, and their scores.

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

const MAX_KEYWORDS = 6;
/** Keywords that a topic gets even if they are much alike. */
const MIN_KEYWORDS = 3;
/**
 * A subtopic with this share of the papers that use the second phrase of its parent's name may repeat that phrase: it is
 * what the phrase is about.
 */
const OWNED_SHARE = 0.6;

/** The phrases that describe a topic. */
interface ChosenLabel {
  /** One phrase or two; none if nothing distinguishes the topic. */
  readonly name: readonly LabelPhrase[];
  /** By descending score. */
  readonly keywords: readonly LabelPhrase[];
}

/**
 * Chooses names and keywords. Of sibling topics the one with the best score gets a phrase, and no other sibling's name
 * contains it. A name does not repeat those of its ancestors, except for a second phrase that is mainly about the topic
 * itself. No two topics have the same name.
 *
 * @param parentOf by topic, −1 for a root, parents first
 * @param phrasesOf the keyphrases of each topic, the best first
 */
export function chooseLabels(
  parentOf: Int32Array,
  phrasesOf: readonly (readonly LabelPhrase[])[],
  usage: KeyphraseUsage,
): ChosenLabel[] {
  const names: LabelPhrase[][] = phrasesOf.map(() => []);
  const usedNames = new Set<string>();
  const isOwnedBy = (subtopic: number, parent: number, phrase: LabelPhrase) =>
    usage.shareIn(parent, phrasesOf[parent].indexOf(phrase), subtopic) >= OWNED_SHARE;
  const ancestorNames = (topic: number): LabelPhrase[] => {
    const phrases: LabelPhrase[] = [];
    for (let ancestor = parentOf[topic]; ancestor >= 0; ancestor = parentOf[ancestor]) {
      const [first, second] = names[ancestor];
      if (first) phrases.push(first);
      if (second && !(ancestor === parentOf[topic] && isOwnedBy(topic, ancestor, second))) phrases.push(second);
    }
    return phrases;
  };
  for (const siblings of siblingGroups(parentOf)) {
    const candidatesOf = new Map(
      siblings.map((topic) => [topic, firstCandidates(topic, phrasesOf[topic], ancestorNames(topic))]),
    );
    const usedBySiblings: LabelPhrase[] = [];
    const append = (topic: number, phrase: LabelPhrase) => {
      if (usedBySiblings.some((other) => haveSameWords(phrase, other))) return;
      names[topic].push(phrase);
      usedBySiblings.push(phrase);
    };
    const firsts = siblings.flatMap((topic) => candidatesOf.get(topic) ?? []).sort(byScore);
    for (const { topic, phrase } of firsts) if (names[topic].length === 0) append(topic, phrase);
    const seconds = siblings
      .flatMap((topic) => secondCandidates(candidatesOf.get(topic) ?? [], names[topic], usage))
      .sort(byScore);
    for (const { topic, phrase } of seconds) if (names[topic].length === 1) append(topic, phrase);
    for (const topic of siblings) {
      names[topic] = uniqueName(names[topic], candidatesOf.get(topic) ?? [], usedNames);
      usedNames.add(keyOf(names[topic]));
    }
  }
  return phrasesOf.map((phrases, topic) => ({ name: names[topic], keywords: chooseKeywords(phrases) }));
}

/**
 * The name itself, or if another topic has it: the first phrase with another second one, another single phrase, or another
 * pair. Empty if there is none.
 */
function uniqueName(
  name: readonly LabelPhrase[],
  candidates: readonly LabelCandidate[],
  usedNames: ReadonlySet<string>,
): LabelPhrase[] {
  // The usual case; making all pairs would take long.
  if (name.length > 0 && !usedNames.has(keyOf(name))) return [...name];
  const phrases = [...candidates].sort(byScore).map(({ phrase }) => phrase);
  const firsts = name.length > 0 ? [name[0], ...phrases] : phrases;
  const pairs = firsts.flatMap((first) =>
    phrases.filter((second) => isDistinct(second, [first])).map((second) => [first, second]),
  );
  const alternatives = [...pairs.filter(isShortEnough), ...phrases.map((phrase) => [phrase]), ...pairs];
  return alternatives.find((alternative) => !usedNames.has(keyOf(alternative))) ?? [];
}

/** Equal for names of the same phrases, in whatever order. */
function keyOf(name: readonly LabelPhrase[]): string {
  return name
    .map(({ text }) => text.toLowerCase())
    .sort()
    .join(NAME_SEPARATOR);
}

/** Topics with the same parent; a group of parents comes before those of their children. */
function siblingGroups(parentOf: Int32Array): number[][] {
  const groups = new Map<number, number[]>();
  parentOf.forEach((parent, topic) => {
    const group = groups.get(parent);
    if (group) group.push(topic);
    else groups.set(parent, [topic]);
  });
  return [...groups.values()];
}

function chooseKeywords(phrases: readonly LabelPhrase[]): LabelPhrase[] {
  const chosen: LabelPhrase[] = [];
  for (const phrase of phrases) {
    if (chosen.length < MAX_KEYWORDS && isDistinct(phrase, chosen)) chosen.push(phrase);
  }
  // Texts with few words: 'robotic gripper' is accepted beside 'gripper'.
  for (const phrase of phrases) {
    if (chosen.length < MIN_KEYWORDS && !chosen.some((other) => haveSameWords(phrase, other))) chosen.push(phrase);
  }
  return chosen.sort((a, b) => b.score - a.score);
}
