/** Chooses the name and the keywords of every topic of a hierarchy. */
import { genericWords, ubiquitousWords, vagueWords } from '../../core/stop-words.ts';
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
import type { MeaningCoverage } from './meaning-coverage.ts';

// Candidates for the name of a topic, and their scores.

/**
 * If the share of the topic's papers that use a phrase is smaller than this, the score of the phrase is proportionally
 * lower.
 */
const REPRESENTATIVE_SHARE = 0.15;
/** Score factor for a single word, which says less than a phrase. */
const SINGLE_WORD_FACTOR = 0.45;
/** Score factor for phrases that fit most papers in computer science ('machine learning'), and for vague words ('content'). */
const UBIQUITOUS_FACTOR = 0.25;
/** Score factor for a phrase that specializes an ancestor's name: 'mobile GUI agents' below 'GUI agents'. */
const SPECIALIZATION_FACTOR = 1.5;
/** A longer phrase replaces a word that it contains if it has at least this share of the papers of the word. */
const LONGER_FORM_SHARE = 0.3;
/** Minimum score of the second phrase of a name, relative to that of the first phrase. */
const MIN_SECOND_SCORE = 0.25;
/** Minimum relative score of a second phrase if the first one is a single word, which says little by itself. */
const MIN_SECOND_SCORE_AFTER_WORD = 0.12;
/** Two phrases are redundant if the Jaccard similarity of the papers that use them is above this. */
const MAX_JACCARD = 0.6;
/**
 * If the first phrase of a name leaves more than this share of the papers uncovered, a second phrase that covers them
 * is preferred.
 */
const MIN_UNCOVERED_SHARE = 0.2;
/**
 * Bonus for a second phrase all of whose papers are uncovered by the first one, as a multiple of its score. A single
 * word gets a third of the bonus.
 */
const UNCOVERED_BONUS = 4;
/**
 * The minimum score of a second phrase falls by this factor times the share of papers that the first phrase leaves
 * uncovered.
 */
const UNCOVERED_LENIENCE = 0.75;

/**
 * The score of a phrase is multiplied by this plus the share of the topic's papers that it covers by meaning, so that
 * frequent words that describe few papers do not name a topic.
 */
const MIN_COVERAGE_FACTOR = 0.1;
/** The coverage of a phrase for which it was not measured, because many others use better words. */
const UNMEASURED_COVERAGE = 0.2;
/** A second phrase must cover at least this share of the papers by meaning: both parts of a name must hold. */
const MIN_SECOND_COVERAGE = 0.5;

/** A phrase that covers this share of the papers by meaning is a name of its own. */
const ENOUGH_COVERAGE = 0.3;

/** A phrase as a candidate for the name of a topic. */
export interface LabelCandidate {
  readonly topic: number;
  readonly phrase: LabelPhrase;
  /** Index of the phrase in the topic's list of keyphrases. */
  readonly index: number;
  readonly score: number;
  /** The share of the topic's papers that the phrase covers by meaning; undefined if it was not measured. */
  readonly coverage: number | undefined;
}

/** Comparator that sorts candidates by descending score, equal ones by topic and index. */
function compareByScore(a: LabelCandidate, b: LabelCandidate): number {
  return b.score - a.score || a.topic - b.topic || a.index - b.index;
}

/**
 * The candidates for the first phrase of a name, in the order of the given phrases. Phrases that repeat the name of an
 * ancestor are left out.
 *
 * @param ancestorNames all phrases in the names of the topic's ancestors
 */
function firstPhraseCandidates(
  topic: number,
  phrases: readonly LabelPhrase[],
  ancestorNames: readonly LabelPhrase[],
  coverageOf: MeaningCoverage,
): LabelCandidate[] {
  const candidates: LabelCandidate[] = [];
  phrases.forEach((phrase, index) => {
    const repeats = (name: LabelPhrase) =>
      isRepetition(phrase, name) || isAcronymOf(phrase, name) || isAcronymOf(name, phrase);
    if (ancestorNames.some(repeats)) return;
    const share = Math.min(1, phrase.share / REPRESENTATIVE_SHARE);
    const specialization = ancestorNames.some((name) => isRepetition(name, phrase)) ? SPECIALIZATION_FACTOR : 1;
    const length = phrase.words.length === 1 ? SINGLE_WORD_FACTOR : 1;
    const isVague = phrase.words.length === 1 && vagueWords.has(phrase.words[0]);
    const isUbiquitous = phrase.words.every((word) => ubiquitousWords.has(word));
    const ubiquity = isVague || isUbiquitous ? UBIQUITOUS_FACTOR : 1;
    const coverage = coverageOf(topic, phrase.text);
    const meaning = MIN_COVERAGE_FACTOR + (coverage ?? UNMEASURED_COVERAGE);
    const score = phrase.score * Math.sqrt(phrase.evenness) * share * specialization * length * ubiquity * meaning;
    candidates.push({ topic, phrase, index, score, coverage });
  });
  return replaceByLongerForms(candidates);
}

/**
 * Replaces each word by a longer phrase in which it often occurs ('judges' by 'LLM judges'). The phrase gets the better
 * score of the two.
 */
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

/**
 * Whether a phrase contains a given word and also another word that is not generic: for 'manipulation', 'mobile
 * manipulation' does, 'manipulation tasks' does not.
 */
function isLongerForm({ text, words }: LabelPhrase, { words: [single] }: LabelPhrase): boolean {
  const addsWord = words.some((word) => word !== single && !genericWords.has(word));
  return text.includes(' ') && words.includes(single) && addsWord;
}

/**
 * The candidates for the second phrase of a name: those that are distinct from the first phrase and rarely occur
 * together with it. They score higher the more of their papers are in subtopics that the first phrase does not cover.
 *
 * @param candidates the candidates for the first phrase, including the one that was chosen
 * @param name the name so far: its first phrase, or empty, in which case there are no candidates
 */
function secondPhraseCandidates(
  candidates: readonly LabelCandidate[],
  name: readonly LabelPhrase[],
  usage: KeyphraseUsage,
): LabelCandidate[] {
  const first = candidates.find(({ phrase }) => phrase === name[0]);
  // A phrase that covers many papers in meaning says more alone than with another one.
  if (!first || (first.coverage !== undefined && first.coverage >= ENOUGH_COVERAGE)) return [];
  const isWord = first.phrase.words.length === 1;
  const minScore = first.score * (isWord ? MIN_SECOND_SCORE_AFTER_WORD : MIN_SECOND_SCORE);
  return candidates.flatMap((candidate): LabelCandidate[] => {
    const { phrase, topic, index } = candidate;
    if (!isDistinct(phrase, [first.phrase]) || !isShortEnough([first.phrase, phrase])) return [];
    if (candidate.coverage !== undefined && candidate.coverage < MIN_SECOND_COVERAGE) return [];
    const both = usage.cooccurrence(topic, first.index, index);
    const jaccard = both / (first.phrase.share + phrase.share - both);
    if (jaccard > MAX_JACCARD) return [];
    // Evenness matters less than for a first phrase: the second phrase of a name may be about one subtopic.
    const ownScore = candidate.score * (1 - jaccard) * phrase.evenness ** 0.25;
    const { ofPapers, ofSecond } = usage.uncovered(topic, first.index, index);
    const covers = ofPapers < MIN_UNCOVERED_SHARE ? 0 : Math.max(0, ofSecond - ofPapers) / (1 - ofPapers);
    const score = ownScore * (1 + covers * (phrase.words.length > 1 ? UNCOVERED_BONUS : UNCOVERED_BONUS / 3));
    const isGoodAlone = ownScore >= minScore * (1 - UNCOVERED_LENIENCE * ofPapers);
    return score >= minScore && isGoodAlone ? [{ ...candidate, score }] : [];
  });
}

// Names and keywords of all topics.

/** A topic has at most this many keywords. */
const MAX_KEYWORDS = 6;
/** A topic gets this many keywords even if some of them share words. */
const MIN_KEYWORDS = 3;
/**
 * A subtopic may repeat the second phrase of its parent's name if it has at least this share of the papers that use the
 * phrase: the phrase is then mainly about the subtopic.
 */
const OWNED_SHARE = 0.6;

/** The phrases that describe a topic. */
interface ChosenLabel {
  /** One phrase or two; none if nothing distinguishes the topic. */
  readonly name: readonly LabelPhrase[];
  /** The keywords, by descending score. */
  readonly keywords: readonly LabelPhrase[];
}

/**
 * Chooses names and keywords. Among sibling topics, a phrase goes to the one in which it scores best, and no other
 * sibling's name contains it. A name does not repeat the names of ancestors, except for the second phrase of the
 * parent's name if that phrase is mainly about the topic itself. No two topics have the same name.
 *
 * @param parentOf the parent of each topic, −1 for a root; parents come before their subtopics
 * @param phrasesOf the keyphrases of each topic, the best first
 * @param coverageOf how many papers of a topic a phrase covers by meaning
 * @param subjectNames the names of topics that have one already: no other topic gets them, and none repeats an ancestor's
 */
export function chooseLabels(
  parentOf: Int32Array,
  phrasesOf: readonly (readonly LabelPhrase[])[],
  usage: KeyphraseUsage,
  coverageOf: MeaningCoverage = () => undefined,
  subjectNames: ReadonlyMap<number, readonly LabelPhrase[]> = new Map(),
): ChosenLabel[] {
  const names: LabelPhrase[][] = phrasesOf.map((_, topic) => [...(subjectNames.get(topic) ?? [])]);
  const usedNames = new Set<string>(Array.from(subjectNames.values(), keyOf));
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
  for (const group of siblingGroups(parentOf)) {
    const siblings = group.filter((topic) => !subjectNames.has(topic));
    const candidatesOf = new Map(
      siblings.map((topic) => [
        topic,
        firstPhraseCandidates(topic, phrasesOf[topic], ancestorNames(topic), coverageOf),
      ]),
    );
    const usedBySiblings: LabelPhrase[] = group.flatMap((topic) => subjectNames.get(topic) ?? []);
    const append = (topic: number, phrase: LabelPhrase) => {
      if (usedBySiblings.some((other) => haveSameWords(phrase, other))) return;
      names[topic].push(phrase);
      usedBySiblings.push(phrase);
    };
    const firsts = siblings.flatMap((topic) => candidatesOf.get(topic) ?? []).sort(compareByScore);
    for (const { topic, phrase } of firsts) if (names[topic].length === 0) append(topic, phrase);
    const seconds = siblings
      .flatMap((topic) => secondPhraseCandidates(candidatesOf.get(topic) ?? [], names[topic], usage))
      .sort(compareByScore);
    for (const { topic, phrase } of seconds) if (names[topic].length === 1) append(topic, phrase);
    for (const topic of siblings) {
      names[topic] = uniqueName(names[topic], candidatesOf.get(topic) ?? [], usedNames);
      usedNames.add(keyOf(names[topic]));
    }
  }
  return phrasesOf.map((phrases, topic) => ({ name: names[topic], keywords: chooseKeywords(phrases) }));
}

/**
 * Returns the given name if no other topic has it. If one does: a pair of phrases that is short enough (the same first
 * phrase is preferred), else a single phrase, else a longer pair. Empty if all of these are taken.
 */
function uniqueName(
  name: readonly LabelPhrase[],
  candidates: readonly LabelCandidate[],
  usedNames: ReadonlySet<string>,
): LabelPhrase[] {
  // The usual case comes first, because making all pairs would take long.
  if (name.length > 0 && !usedNames.has(keyOf(name))) return [...name];
  const phrases = [...candidates].sort(compareByScore).map(({ phrase }) => phrase);
  const firsts = name.length > 0 ? [name[0], ...phrases] : phrases;
  const pairs = firsts.flatMap((first) =>
    phrases.filter((second) => isDistinct(second, [first])).map((second) => [first, second]),
  );
  const alternatives = [...pairs.filter(isShortEnough), ...phrases.map((phrase) => [phrase]), ...pairs];
  return alternatives.find((alternative) => !usedNames.has(keyOf(alternative))) ?? [];
}

/** A key that is equal for names of the same phrases in any order. */
function keyOf(name: readonly LabelPhrase[]): string {
  return name
    .map(({ text }) => text.toLowerCase())
    .sort()
    .join(NAME_SEPARATOR);
}

/** Groups topics by their parent. A group comes before the groups of subtopics of its members. */
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
  // In texts with few words hardly any phrase is distinct: then 'robotic gripper' is accepted in addition to 'gripper'.
  for (const phrase of phrases) {
    if (chosen.length < MIN_KEYWORDS && !chosen.some((other) => haveSameWords(phrase, other))) chosen.push(phrase);
  }
  return chosen.sort((a, b) => b.score - a.score);
}
