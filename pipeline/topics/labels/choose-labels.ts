/** Chooses the name and the keywords of every topic of a hierarchy. */
import type { KeyphraseUsage } from './keyphrase-usage.ts';
import { byScore, firstCandidates, type LabelCandidate, secondCandidates } from './label-candidates.ts';
import { haveSameWords, isDistinct, isShortEnough, type LabelPhrase, NAME_SEPARATOR } from './label-phrase.ts';

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
