import { foldWord, initials, lookAlike } from '../../core/phrases.ts';
import type { Candidate } from './telling-phrases.ts';

/** Keywords a topic. */
const KEYWORDS = 6;
/** Keywords that a topic has even if some are much alike. */
const LEAST_KEYWORDS = 3;
/** A name of two phrases is not longer than this many characters. */
const NAME_LENGTH = 44;
const JOINT = ' · ';
/** A phrase that so few of a topic's papers use names it badly, however telling it is. */
const NAMING_SHARE = 0.15;
/** What a single word is worth as a name beside a phrase. */
const SINGLE_WORTH = 0.45;
/** What a phrase that makes the parent's name more exact is worth beside others: 'mobile GUI agents' below 'GUI agents'. */
const KIND_WORTH = 1.5;
/** The second phrase of a name is worth at least so much beside the first: less beside a single word, which says little. */
const SECOND_WORTH = 0.25;
const SECOND_WORTH_OF_SINGLE = 0.12;
/** Phrases that more of their papers share say one thing (Jaccard). */
const MOST_SHARED = 0.6;

/** A candidate that a topic's keywords and name are chosen from. */
export interface Choice extends Candidate {
  /** As it is shown. */
  readonly text: string;
  /** Its acronym, or itself, for where there is little room. */
  readonly short: string;
  /** Its words, folded, hyphenated ones apart. */
  readonly words: readonly string[];
  /** How evenly it stands in the topic's parts, in [0, 1]: what one part has alone names that part. */
  readonly spread: number;
}

/** What a topic is named and described by; `name` holds one choice or two, none where nothing tells it from others. */
export interface Chosen {
  readonly name: readonly Choice[];
  readonly keywords: readonly Choice[];
}

/** How many papers of a topic use both of two of its choices, by their places in its list. */
export type Together = (topic: number, one: number, other: number) => number;

/** A choice as a candidate for the name of one topic. */
interface Bid {
  readonly topic: number;
  readonly choice: Choice;
  readonly at: number;
  readonly worth: number;
}

/**
 * Chooses keywords and names of topics. A phrase goes to the sibling that it tells most of, and is in no other sibling's
 * name; what a parent is called is not said again.
 *
 * @param parentOf by topic, parents first
 * @param choices by topic, the most telling first
 * @param together the share of a topic's papers that use both of two choices
 */
export function chooseNames(
  parentOf: Int32Array,
  choices: readonly (readonly Choice[])[],
  together: Together,
): Chosen[] {
  const names: Choice[][] = choices.map(() => []);
  const taken = new Set<string>();
  const saidAbove = (topic: number): Choice[] => {
    const said: Choice[] = [];
    for (let above = parentOf[topic]; above >= 0; above = parentOf[above]) said.push(...names[above]);
    return said;
  };
  for (const siblings of familiesOf(parentOf)) {
    const bids = new Map(siblings.map((topic) => [topic, bidsOf(topic, choices[topic], saidAbove(topic))]));
    const inFamily: Choice[] = [];
    const give = (topic: number, choice: Choice) => {
      if (inFamily.some((other) => sayTheSame(choice, other))) return;
      names[topic].push(choice);
      inFamily.push(choice);
    };
    for (const { topic, choice } of siblings.flatMap((topic) => bids.get(topic) ?? []).sort(byWorth)) {
      if (names[topic].length === 0) give(topic, choice);
    }
    const seconds = siblings.flatMap((topic) => secondBids(bids.get(topic) ?? [], names[topic], together));
    for (const { topic, choice } of seconds.sort(byWorth)) if (names[topic].length === 1) give(topic, choice);
    for (const topic of siblings) {
      names[topic] = notTaken(names[topic], bids.get(topic) ?? [], taken);
      taken.add(keyOf(names[topic]));
    }
  }
  return choices.map((all, topic) => ({ name: names[topic], keywords: apart(all) }));
}

/** The name itself, or where another topic has it one with another second phrase, or of others altogether; else none. */
function notTaken(name: readonly Choice[], bids: readonly Bid[], taken: ReadonlySet<string>): Choice[] {
  const others = [...bids].sort(byWorth).map(({ choice }) => choice);
  const firsts = name.length > 0 ? [name[0], ...others] : others;
  const pairs = firsts.flatMap((first) =>
    others.filter((other) => isApart(other, [first])).map((other) => [first, other]),
  );
  const fitting = pairs.filter(fits);
  const ways = [[...name], ...fitting, ...others.map((other) => [other]), ...pairs];
  return ways.find((way) => way.length > 0 && !taken.has(keyOf(way))) ?? [];
}

/** Equal for names of the same phrases, in whatever order. */
function keyOf(name: readonly Choice[]): string {
  return name
    .map(({ text }) => text.toLowerCase())
    .sort()
    .join(JOINT);
}

/** Topics of one parent each, families of parents before those of their children. */
function familiesOf(parentOf: Int32Array): number[][] {
  const families = new Map<number, number[]>();
  parentOf.forEach((parent, topic) => {
    const family = families.get(parent);
    if (family) family.push(topic);
    else families.set(parent, [topic]);
  });
  return [...families.values()];
}

function byWorth(a: Bid, b: Bid): number {
  return b.worth - a.worth || a.topic - b.topic || a.at - b.at;
}

function bidsOf(topic: number, choices: readonly Choice[], above: readonly Choice[]): Bid[] {
  const bids: Bid[] = [];
  choices.forEach((choice, at) => {
    if (above.some((said) => repeats(choice, said) || isShortFor(choice, said) || isShortFor(said, choice))) return;
    const known = Math.min(1, choice.share / NAMING_SHARE);
    const kind = above.some((said) => repeats(said, choice)) ? KIND_WORTH : 1;
    const worth =
      choice.score * Math.sqrt(choice.spread) * known * kind * (choice.words.length === 1 ? SINGLE_WORTH : 1);
    bids.push({ topic, choice, at, worth });
  });
  return bids;
}

/** Second phrases: the less they share with the first, the more they add. */
function secondBids(bids: readonly Bid[], name: readonly Choice[], together: Together): Bid[] {
  const first = bids.find(({ choice }) => choice === name[0]);
  if (!first) return [];
  const least = first.choice.words.length === 1 ? SECOND_WORTH_OF_SINGLE : SECOND_WORTH;
  return bids
    .filter(({ choice }) => isApart(choice, [first.choice]))
    .filter(({ choice }) => fits([first.choice, choice]))
    .map((bid) => {
      const both = together(bid.topic, first.at, bid.at);
      const jaccard = both / (first.choice.share + bid.choice.share - both);
      // What one part alone is about says little of the whole beside a phrase that does.
      const added = (1 - jaccard) * bid.choice.spread ** 0.25;
      return { ...bid, worth: jaccard > MOST_SHARED ? 0 : bid.worth * added };
    })
    .filter(({ worth }) => worth >= least * first.worth && worth > 0);
}

/** Whether all words of a phrase were said already: 'agents' below 'GUI agents'. */
function repeats(choice: Choice, said: Choice): boolean {
  return choice.words.every((word) => said.words.some((other) => lookAlike(word, other)));
}

function sayTheSame(a: Choice, b: Choice): boolean {
  return repeats(a, b) && repeats(b, a);
}

function apart(choices: readonly Choice[]): Choice[] {
  const chosen: Choice[] = [];
  for (const choice of choices) {
    if (chosen.length < KEYWORDS && isApart(choice, chosen)) chosen.push(choice);
  }
  // Few words, or the same ones again and again: 'robotic gripper' may stand beside 'gripper'.
  for (const choice of choices) {
    if (chosen.length < LEAST_KEYWORDS && !chosen.some((other) => sayTheSame(choice, other))) chosen.push(choice);
  }
  return chosen.sort((a, b) => b.score - a.score);
}

/**
 * Whether a phrase says something that the chosen ones do not: it is not the initials of one (or the other way round),
 * and fewer than half of its words look like a word of any of them.
 */
function isApart(choice: Choice, chosen: readonly Choice[]): boolean {
  return chosen.every((other) => {
    if (isShortFor(choice, other) || isShortFor(other, choice)) return false;
    const shared = choice.words.filter((word) => other.words.some((another) => lookAlike(word, another))).length;
    return shared === 0 || shared * 2 < Math.min(choice.words.length, other.words.length);
  });
}

function isShortFor(short: Choice, long: Choice): boolean {
  if (short.words.length !== 1 || long.words.length < 2) return false;
  const letters = initials(long.words.join(' '));
  // 'VLA' stands for 'vision-language-action', and says nothing beside 'vision-language-action models'.
  return foldWord(letters) === short.words[0] || (letters.length > 3 && letters.slice(0, -1) === short.words[0]);
}

function fits(name: readonly Choice[]): boolean {
  return nameOf(name).length <= NAME_LENGTH;
}

/** The phrases of a name, joined, with a capital; where they are too long together, acronyms for them. */
export function nameOf(choices: readonly Choice[]): string {
  const texts = choices.map(({ text }) => text);
  for (let at = choices.length - 1; at >= 0 && texts.join(JOINT).length > NAME_LENGTH; at--) {
    texts[at] = choices[at].short;
  }
  const name = texts.join(JOINT);
  return /^\p{Ll}+(?=[ -]|$)/u.test(name) ? name.charAt(0).toUpperCase() + name.slice(1) : name;
}
