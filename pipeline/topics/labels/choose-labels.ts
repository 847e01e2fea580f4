import { type Bid, bidsOf, byWorth, type Pairs, secondBids } from './label-candidates.ts';
import { type Choice, fits, isApart, JOINT, sayTheSame } from './phrase.ts';

/** Keywords a topic. */
const KEYWORDS = 6;
/** Keywords that a topic has even if some are much alike. */
const LEAST_KEYWORDS = 3;
/** A part that holds this share of the papers with its parent's second phrase may be called so too: it is what was meant. */
const OWN_SHARE = 0.6;

/** What a topic is named and described by; `name` holds one choice or two, none where nothing tells it from others. */
export interface Chosen {
  readonly name: readonly Choice[];
  readonly keywords: readonly Choice[];
}

/**
 * Chooses keywords and names of topics. A phrase goes to the sibling that it tells most of, and is in no other sibling's
 * name; what a parent is called is not said again, but for a second phrase that stands for the topic above all.
 *
 * @param parentOf by topic, parents first
 * @param choices by topic, the most telling first
 */
export function chooseNames(parentOf: Int32Array, choices: readonly (readonly Choice[])[], pairs: Pairs): Chosen[] {
  const names: Choice[][] = choices.map(() => []);
  const taken = new Set<string>();
  const standsFor = (parent: number, choice: Choice, part: number) =>
    pairs.inPart(parent, choices[parent].indexOf(choice), part) >= OWN_SHARE;
  const saidAbove = (topic: number): Choice[] => {
    const said: Choice[] = [];
    for (let above = parentOf[topic]; above >= 0; above = parentOf[above]) {
      const [first, second] = names[above];
      if (first) said.push(first);
      if (second && !(above === parentOf[topic] && standsFor(above, second, topic))) said.push(second);
    }
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
    const seconds = siblings.flatMap((topic) => secondBids(bids.get(topic) ?? [], names[topic], pairs));
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
  // Nearly always: thousands of pairs need not be made then.
  if (name.length > 0 && !taken.has(keyOf(name))) return [...name];
  const others = [...bids].sort(byWorth).map(({ choice }) => choice);
  const firsts = name.length > 0 ? [name[0], ...others] : others;
  const pairs = firsts.flatMap((first) =>
    others.filter((other) => isApart(other, [first])).map((other) => [first, other]),
  );
  const fitting = pairs.filter(fits);
  const ways = [...fitting, ...others.map((other) => [other]), ...pairs];
  return ways.find((way) => !taken.has(keyOf(way))) ?? [];
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
