import type { Steps } from '../../core/cooperative.ts';
import type { Phrases } from './extract-phrases.ts';
import type { Candidate, TextsOfTopics } from './keyphrases.ts';

const NOWHERE = -1;

/** Where in a topic its candidates stand, by topic and places in its list. */
export interface Standing {
  /**
   * How evenly a candidate stands in the topic's parts, in [0, 1]: 1 where the parts share the papers that use it as they
   * share all papers, near 0 where one small part has it alone. 1 in a topic without parts.
   */
  readonly spread: (topic: number, one: number) => number;
  /** The share of a candidate's papers in a topic's parts that is in one of them, in [0, 1]. */
  readonly inPart: (topic: number, one: number, part: number) => number;
  /**
   * What a first candidate leaves to a second one, as shares in [0, 1]. A part is told to the degree that the first is as
   * frequent in it as in the whole topic. `untold` is what is left of the papers, `elsewhere` of those with the second.
   * Both are 0 in a topic without parts.
   */
  readonly elsewhere: (topic: number, first: number, second: number) => Left;
}

/** See `Standing`. */
interface Left {
  readonly untold: number;
  readonly elsewhere: number;
}

/** Counts the candidates of every topic in each of its parts. */
export function* standingIn(
  phrases: Phrases,
  topics: TextsOfTopics,
  candidates: readonly (readonly Candidate[])[],
): Steps<Standing> {
  const parts: number[][] = candidates.map(() => []);
  topics.parentOf.forEach((parent, topic) => {
    if (parent >= 0) parts[parent].push(topic);
  });
  const placeOf = new Int16Array(phrases.naming.length).fill(NOWHERE);
  const tables = new Array<PartTable | undefined>(candidates.length);
  for (const [topic, list] of candidates.entries()) {
    if (parts[topic].length === 0) continue;
    yield topic / candidates.length;
    for (const [at, { phrase }] of list.entries()) placeOf[phrase] = at;
    const whole = papersIn(phrases, topics, topic, placeOf, list.length);
    const table = parts[topic].map((part) => papersIn(phrases, topics, part, placeOf, list.length));
    for (const { phrase } of list) placeOf[phrase] = NOWHERE;
    tables[topic] = { whole, parts: table, inParts: table.reduce((sum, { all }) => sum + all, 0) };
  }
  return {
    spread(topic, one) {
      const table = tables[topic];
      return table ? spreadOf(table, one) : 1;
    },
    inPart(topic, one, part) {
      const table = tables[topic];
      if (!table) return 0;
      const using = table.parts.reduce((sum, each) => sum + each.using[one], 0);
      return using > 0 ? table.parts[parts[topic].indexOf(part)].using[one] / using : 0;
    },
    elsewhere(topic, first, second) {
      const table = tables[topic];
      return table ? elsewhereOf(table, first, second) : { untold: 0, elsewhere: 0 };
    },
  };
}

/** The papers of a topic that use each candidate, and all of them. */
interface Using {
  readonly using: Float64Array;
  readonly all: number;
}

interface PartTable {
  readonly whole: Using;
  readonly parts: readonly Using[];
  /** Papers in any part. */
  readonly inParts: number;
}

function papersIn(phrases: Phrases, topics: TextsOfTopics, topic: number, placeOf: Int16Array, count: number): Using {
  const using = new Float64Array(count);
  let all = 0;
  for (let text = topics.starts[topic]; text < topics.ends[topic]; text++) {
    all += topics.weights[text];
    for (let at = phrases.starts[text]; at < phrases.starts[text + 1]; at++) {
      const place = placeOf[phrases.entries[at]];
      if (place !== NOWHERE) using[place] += topics.weights[text];
    }
  }
  return { using, all };
}

/** The common part of two distributions over the topic's parts: of the papers that use it, and of all. */
function spreadOf({ whole, parts, inParts }: PartTable, one: number): number {
  const using = parts.reduce((sum, part) => sum + part.using[one], 0);
  if (using === 0) return 1 - inParts / whole.all;
  return parts.reduce((sum, part) => sum + Math.min(part.using[one] / using, part.all / inParts), 0);
}

function elsewhereOf({ whole, parts, inParts }: PartTable, first: number, second: number): Left {
  const usual = whole.using[first] / whole.all;
  let untold = 0;
  let untoldUsing = 0;
  let using = 0;
  for (const part of parts) {
    const told = Math.min(1, part.using[first] / part.all / usual);
    untold += part.all * (1 - told);
    untoldUsing += part.using[second] * (1 - told);
    using += part.using[second];
  }
  return { untold: untold / inParts, elsewhere: using > 0 ? untoldUsing / using : 0 };
}
