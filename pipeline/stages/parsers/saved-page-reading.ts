import { readCountLine, readDateLine } from './saved-page-date.ts';
import type { Unit } from './saved-page-units.ts';

/** What a unit is to the page. `date` and `comments` are small print without its marks; a `stray` is of no paper. */
export type Role = 'title' | 'abstract' | 'continuation' | 'meta' | 'date' | 'comments' | 'stray';

/**
 * How far the reading of a paper has come. A paper needs its abstract or its small print, so no reading ends at
 * `titled`; after `told` and `dated` a title begins the next paper, and a stray lies between two. `dated` is apart from
 * `ready` because a lone number after it may be the paper's comments.
 *
 *              title          abstract         meta, date
 *      ready ────────▶ titled ────────▶ told ─────────────▶ dated
 *        ▲                              │ ▲└─┐ continuation   │
 *        │                              │ └──┘                │
 *        └──────────────────────────────┴─────────────────────┘
 *                           comments, stray
 */
type State = 'ready' | 'titled' | 'told' | 'dated';
const STATES: readonly State[] = ['ready', 'titled', 'told', 'dated'];

interface Step {
  readonly role: Role;
  readonly to: State;
  readonly cost: number;
}

/** No title of 9,876 Daily Papers is longer than 175 characters, no abstract shorter than 279: half way between. */
const LONG = 230;
/** One title in a thousand is longer. */
const LONG_FOR_A_TITLE = 150;
/** A shorter text is no sentence, even with a full stop: `Attention.` */
const SHORTEST_SENTENCE = 20;

/**
 * What a reading pays for the unlikely; the usual costs nothing, so a clean page has one free reading. The sizes matter
 * only against each other: `lost` is the price of leaving something out, and a guess that would hide a lost paper (a
 * short line without a full stop as an abstract, or as more of one) must cost more than that.
 */
const COST = {
  lost: 4,
  metaWithoutAbstract: 6,
  bareDateOrCount: 0.5,
  title: { long: 6, sentence: 2, dateOrCount: 1 },
  abstract: { sentence: 2, question: 3, unfinished: 5, other: 9 },
  continuation: { item: 1, lowerCaseProse: 1, prose: 3.5, lowerCase: 5, other: 6 },
};

/**
 * Tells titles from abstracts: the cheapest way to read the units as papers, as one role a unit. Alternation alone would
 * shift every paper after a missing line; length alone would lose a short abstract. (Viterbi's algorithm: for each unit
 * and state the cheapest way there, then back from the cheapest end. Of equals the first in `stepsFrom` wins.)
 */
export function readRoles(units: readonly Unit[]): Role[] {
  const arrivals: Map<State, { readonly from: State; readonly role: Role }>[] = [];
  let costs = new Map<State, number>([['ready', 0]]);
  for (const unit of units) {
    const arrival = new Map<State, { readonly from: State; readonly role: Role }>();
    const next = new Map<State, number>();
    for (const from of STATES) {
      const soFar = costs.get(from);
      if (soFar === undefined) continue;
      for (const { role, to, cost } of stepsFrom(from, unit)) {
        if (soFar + cost >= (next.get(to) ?? Number.POSITIVE_INFINITY)) continue;
        next.set(to, soFar + cost);
        arrival.set(to, { from, role });
      }
    }
    arrivals.push(arrival);
    costs = next;
  }
  let state = STATES.filter((end) => end !== 'titled' && costs.has(end)).reduce((best, other) =>
    costs.get(other)! < costs.get(best)! ? other : best,
  );
  const roles: Role[] = [];
  for (let i = units.length - 1; i >= 0; i--) {
    const { from, role } = arrivals[i].get(state)!;
    roles.push(role);
    state = from;
  }
  return roles.reverse();
}

function stepsFrom(from: State, unit: Unit): Step[] {
  const { text, meta } = unit;
  if (meta) {
    if (from === 'ready' || from === 'dated') return [{ role: 'stray', to: 'ready', cost: COST.lost }];
    const cost = from === 'titled' ? COST.metaWithoutAbstract : 0;
    return [{ role: 'meta', to: meta.comments === undefined ? 'dated' : 'ready', cost }];
  }
  if (from === 'titled') return [{ role: 'abstract', to: 'told', cost: abstractCost(text) }];
  const dated = readDateLine(text);
  const isCount = readCountLine(text) !== undefined;
  const steps: Step[] = [
    { role: 'title', to: 'titled', cost: titleCost(text, dated !== undefined || isCount) },
    { role: 'stray', to: 'ready', cost: COST.lost },
  ];
  if (from === 'told') {
    steps.push({ role: 'continuation', to: 'told', cost: continuationCost(text) });
    const afterDate = dated?.comments === undefined ? 'dated' : 'ready';
    if (dated) steps.push({ role: 'date', to: afterDate, cost: COST.bareDateOrCount });
  }
  if (isCount && from !== 'ready') steps.push({ role: 'comments', to: 'ready', cost: COST.bareDateOrCount });
  return steps;
}

function titleCost(text: string, isDateOrCount: boolean): number {
  if (isDateOrCount) return COST.title.dateOrCount;
  return (text.length > LONG ? COST.title.long : 0) + (isSentence(text) ? COST.title.sentence : 0);
}

function abstractCost(text: string): number {
  if (text.length > LONG) return 0;
  if (isSentence(text)) return COST.abstract.sentence;
  if (text.length >= SHORTEST_SENTENCE && /[?!？！]["'”’)\]]*$/.test(text)) return COST.abstract.question;
  return text.length > LONG_FOR_A_TITLE ? COST.abstract.unfinished : COST.abstract.other;
}

function continuationCost(text: string): number {
  if (isItem(text)) return COST.continuation.item;
  if (startsLowerCase(text)) return isProse(text) ? COST.continuation.lowerCaseProse : COST.continuation.lowerCase;
  return isProse(text) ? COST.continuation.prose : COST.continuation.other;
}

/** Whether a continuation may as well be the abstract of another paper, one whose title is lost. */
export function mayBeAbstract(text: string): boolean {
  return isProse(text) && !isItem(text) && !startsLowerCase(text);
}

function isProse(text: string): boolean {
  return text.length > LONG || isSentence(text);
}

function isSentence(text: string): boolean {
  return text.length >= SHORTEST_SENTENCE && /[.。…]["'”’)\]]*$/.test(text);
}

/** Whether the text starts as an item of a list does: `- `, `• `, `1. `, `(ii) `, `b) `. */
function isItem(text: string): boolean {
  return /^(?:[-*•–—◦▪]|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)])\s/i.test(text);
}

function startsLowerCase(text: string): boolean {
  return /^\p{Lowercase}/u.test(text);
}
