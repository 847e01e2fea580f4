import { blandWords, companionWords } from '../../core/stop-words.ts';
import type { Standing } from './coverage.ts';
import { type Choice, fits, isApart, isShortFor, repeats } from './phrase.ts';

/** A phrase that so few of a topic's papers use names it badly, however telling it is. */
const NAMING_SHARE = 0.15;
/** What a single word is worth as a name beside a phrase. */
const SINGLE_WORTH = 0.45;
/** And a phrase that is said of most work on computers: 'machine learning'. */
const BLAND_WORTH = 0.25;
/** What a phrase that makes the parent's name more exact is worth beside others: 'mobile GUI agents' below 'GUI agents'. */
const KIND_WORTH = 1.5;
/** A word of whose papers at least this share have it in one longer phrase is said by that. */
const IN_FULL = 0.3;
/** The second phrase of a name is worth at least so much beside the first: less beside a single word, which says little. */
const SECOND_WORTH = 0.25;
const SECOND_WORTH_OF_SINGLE = 0.12;
/** Phrases that more of their papers share say one thing (Jaccard). */
const MOST_SHARED = 0.6;
/** Where the first phrase leaves more than this share of a topic untold, the second had better tell that: … */
const UNTOLD = 0.2;
/** … it is worth so many times more, at the most, if all of its papers are there; a single word, which tells less, a third of it. */
const ELSEWHERE_WORTH = 4;
/** And the less the first phrase tells, the less the second must be worth by itself. */
const UNTOLD_LENIENCE = 0.75;

/** Where choices of a topic stand, by their places in its list. */
export interface Pairs extends Standing {
  /** The share of a topic's papers that use both. */
  readonly together: (topic: number, one: number, other: number) => number;
}

/** A choice as a candidate for the name of one topic. */
export interface Bid {
  readonly topic: number;
  readonly choice: Choice;
  /** Its place in the topic's list. */
  readonly at: number;
  readonly worth: number;
}

export function byWorth(a: Bid, b: Bid): number {
  return b.worth - a.worth || a.topic - b.topic || a.at - b.at;
}

/**
 * What may name a topic, in the order of its choices.
 *
 * @param above what the topics above it are called
 */
export function bidsOf(topic: number, choices: readonly Choice[], above: readonly Choice[]): Bid[] {
  const bids: Bid[] = [];
  choices.forEach((choice, at) => {
    if (above.some((said) => repeats(choice, said) || isShortFor(choice, said) || isShortFor(said, choice))) return;
    const known = Math.min(1, choice.share / NAMING_SHARE);
    const kind = above.some((said) => repeats(said, choice)) ? KIND_WORTH : 1;
    const single = choice.words.length === 1 ? SINGLE_WORTH : 1;
    const bland = choice.words.every((word) => blandWords.has(word)) ? BLAND_WORTH : 1;
    const worth = choice.score * Math.sqrt(choice.spread) * known * kind * single * bland;
    bids.push({ topic, choice, at, worth });
  });
  return inFull(bids);
}

/** A word that often stands in one longer phrase is said by that: 'LLM judges' for 'judges'. */
function inFull(bids: readonly Bid[]): Bid[] {
  const full = [...bids];
  const said = new Set<number>();
  for (const { choice, at, worth } of bids) {
    if (choice.words.length > 1) continue;
    const place = full.findIndex((bid) => saysInFull(bid.choice, choice) && bid.choice.share >= IN_FULL * choice.share);
    if (place < 0) continue;
    full[place] = { ...full[place], worth: Math.max(worth, full[place].worth) };
    said.add(at);
  }
  return full.filter(({ at }) => !said.has(at));
}

/** Whether a phrase of several words holds the single one and a further telling one: 'tasks' adds nothing to 'manipulation'. */
function saysInFull({ text, words }: Choice, { words: [single] }: Choice): boolean {
  const further = words.some((word) => word !== single && !companionWords.has(word));
  return text.includes(' ') && words.includes(single) && further;
}

/** Second phrases: the less they share with the first, and the more they tell of what it does not, the more they add. */
export function secondBids(bids: readonly Bid[], name: readonly Choice[], pairs: Pairs): Bid[] {
  const first = bids.find(({ choice }) => choice === name[0]);
  if (!first) return [];
  const least = first.worth * (first.choice.words.length === 1 ? SECOND_WORTH_OF_SINGLE : SECOND_WORTH);
  return bids.flatMap((bid): Bid[] => {
    const { choice, topic, at } = bid;
    if (!isApart(choice, [first.choice]) || !fits([first.choice, choice])) return [];
    const both = pairs.together(topic, first.at, at);
    const jaccard = both / (first.choice.share + choice.share - both);
    if (jaccard > MOST_SHARED) return [];
    // What one part alone is about says little of the whole beside a phrase that does.
    const plain = bid.worth * (1 - jaccard) * choice.spread ** 0.25;
    const { untold, elsewhere } = pairs.elsewhere(topic, first.at, at);
    const more = untold < UNTOLD ? 0 : Math.max(0, elsewhere - untold) / (1 - untold);
    const worth = plain * (1 + more * (choice.words.length > 1 ? ELSEWHERE_WORTH : ELSEWHERE_WORTH / 3));
    return worth >= least && plain >= least * (1 - UNTOLD_LENIENCE * untold) ? [{ ...bid, worth }] : [];
  });
}
