import { type Steps, spans } from '../../core/cooperative.ts';
import type { Phrases } from './extract-phrases.ts';
import type { Candidate } from './keyphrases.ts';
import { NO_PHRASE, type PhraseTable } from './phrase-table.ts';
import { JOINING, SIGN, type WordTexts } from './tokenized-texts.ts';

/** By acronym the phrase that it stands for. */
export type Acronyms = ReadonlyMap<number, number>;

/** Texts between two steps. */
const AT_ONCE = 1024;

/** An acronym that this share of the texts use needs no explaining. */
const WELL_KNOWN = 0.006;

/**
 * Acronyms as the texts explain them, the short form behind the long one: 'vision-language models (VLMs)' (Schwartz &
 * Hearst, 2003, for initials alone). The long form is the one that is given most often, and at least `least` times.
 */
export function* acronymsOf(texts: WordTexts, { table, naming }: Phrases, least: number): Steps<Acronyms> {
  const times = new Map<number, Map<number, number>>();
  const read = (text: number) => {
    const from = texts.starts[text];
    const end = texts.starts[text + 1];
    for (let at = from + 1; at + 1 < end; at++) {
      if (texts.codes[at] !== SIGN || texts.codes[at + 1] < 0) continue;
      const surface = texts.surfaces[texts.codes[at + 1]];
      if (!/^\p{Lu}.*\p{Lu}/u.test(surface)) continue;
      const short = texts.keyOfSurface[texts.codes[at + 1]];
      const long = explained(texts, table, from, at, texts.keys[short]);
      if (long === NO_PHRASE || !naming[long] || !naming[short]) continue;
      const given = times.get(short) ?? new Map<number, number>();
      given.set(long, (given.get(long) ?? 0) + 1);
      times.set(short, given);
    }
  };
  yield* spans(texts.count, AT_ONCE, (from, to) => {
    for (let text = from; text < to; text++) read(text);
  });
  const acronyms = new Map<number, number>();
  for (const [short, given] of times) {
    const [long, often] = [...given].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0];
    if (often >= least) acronyms.set(short, long);
  }
  return acronyms;
}

/** The phrase that ends before `at` and whose initials are `letters`. */
function explained(texts: WordTexts, table: PhraseTable, from: number, at: number, letters: string): number {
  let initials = '';
  for (let length = 1; length <= 3 && at - length >= from; length++) {
    const code = texts.codes[at - length];
    if (code < 0) return NO_PHRASE;
    const key = texts.keyOfSurface[code];
    initials = `${firstLetters(texts.keys[key])}${initials}`;
    if (initials.length > letters.length) return NO_PHRASE;
    if (initials !== letters || texts.kinds[key] === JOINING) continue;
    let phrase = key;
    for (let next = at - length + 1; next < at && phrase !== NO_PHRASE; next++) {
      phrase = table.find(phrase, texts.keyOfSurface[texts.codes[next]]);
    }
    return phrase;
  }
  return NO_PHRASE;
}

function firstLetters(word: string): string {
  return word
    .split('-')
    .map((part) => part.charAt(0))
    .join('');
}

/** Whether an acronym may stand for its words unexplained. */
export function isWellKnown({ texts, starts }: Phrases, acronym: number): boolean {
  return texts[acronym] >= WELL_KNOWN * (starts.length - 1);
}

/**
 * One candidate where a topic has both an acronym and what it stands for: in the place of the more telling of the two
 * the better known. 'LLM' is, where more papers write it than the words.
 */
export function withoutDoubles(list: readonly Candidate[], phrases: Phrases, acronyms: Acronyms): Candidate[] {
  const { texts } = phrases;
  const placeOf = new Map(list.map(({ phrase }, at) => [phrase, at]));
  const gone = new Set<number>();
  const kept = [...list];
  for (const [shortAt, { phrase: short }] of list.entries()) {
    const long = acronyms.get(short);
    const longAt = long === undefined ? undefined : placeOf.get(long);
    if (long === undefined || longAt === undefined) continue;
    const isBetterKnown = texts[short] >= texts[long] && isWellKnown(phrases, short);
    const [front, back] = shortAt < longAt ? [shortAt, longAt] : [longAt, shortAt];
    const known = isBetterKnown ? list[shortAt] : list[longAt];
    kept[front] = { ...known, score: list[front].score, share: Math.max(list[front].share, list[back].share) };
    gone.add(back);
  }
  return kept.filter((_, at) => !gone.has(at));
}
