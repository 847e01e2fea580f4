/** Acronyms and the phrases they stand for. */
import { type CooperativeTask, inChunks } from '../../core/cooperative.ts';
import type { ExtractedPhrases } from './extract-phrases.ts';
import type { Keyphrase } from './keyphrases.ts';
import { NO_PHRASE, type PhraseTable } from './phrase-table.ts';
import { CONNECTOR, PUNCTUATION, type TokenizedTexts } from './tokenized-texts.ts';

/** The expansion of each acronym; both are numbers in the phrase table. */
export type Acronyms = ReadonlyMap<number, number>;

/** An acronym in at least this share of the texts is understood without explanation. */
const WELL_KNOWN_SHARE = 0.006;

/**
 * Finds acronyms where texts define them, the short form after the long one: 'vision-language models (VLMs)'. The method
 * of Schwartz & Hearst (2003), restricted to initials. If an acronym has several expansions, takes the most frequent one.
 *
 * @param minDefinitions of an expansion; rarer ones are ignored
 */
export function* findAcronyms(
  texts: TokenizedTexts,
  { table, isEligible }: ExtractedPhrases,
  minDefinitions: number,
): CooperativeTask<Acronyms> {
  const definitions = new Map<number, Map<number, number>>();
  const readText = (text: number) => {
    const from = texts.offsets[text];
    const end = texts.offsets[text + 1];
    for (let at = from + 1; at + 1 < end; at++) {
      if (texts.tokens[at] !== PUNCTUATION || texts.tokens[at + 1] < 0) continue;
      const surface = texts.surfaces[texts.tokens[at + 1]];
      if (!/^\p{Lu}.*\p{Lu}/u.test(surface)) continue;
      const short = texts.lemmaOfSurface[texts.tokens[at + 1]];
      const long = phraseBefore(texts, table, from, at, texts.lemmas[short]);
      if (long === NO_PHRASE || !isEligible[long] || !isEligible[short]) continue;
      const expansions = definitions.get(short) ?? new Map<number, number>();
      expansions.set(long, (expansions.get(long) ?? 0) + 1);
      definitions.set(short, expansions);
    }
  };
  yield* inChunks(texts.count, (from, to) => {
    for (let text = from; text < to; text++) readText(text);
  });
  const acronyms = new Map<number, number>();
  for (const [short, expansions] of definitions) {
    const [long, count] = [...expansions].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0];
    if (count >= minDefinitions) acronyms.set(short, long);
  }
  return acronyms;
}

/** The phrase that ends directly before a token and has the given initials, or NO_PHRASE. */
function phraseBefore(texts: TokenizedTexts, table: PhraseTable, from: number, at: number, letters: string): number {
  let initials = '';
  for (let length = 1; length <= 3 && at - length >= from; length++) {
    const token = texts.tokens[at - length];
    if (token < 0) return NO_PHRASE;
    const lemma = texts.lemmaOfSurface[token];
    initials = `${firstLetters(texts.lemmas[lemma])}${initials}`;
    if (initials.length > letters.length) return NO_PHRASE;
    if (initials !== letters || texts.kinds[lemma] === CONNECTOR) continue;
    let phrase = lemma;
    for (let next = at - length + 1; next < at && phrase !== NO_PHRASE; next++) {
      phrase = table.find(phrase, texts.lemmaOfSurface[texts.tokens[next]]);
    }
    return phrase;
  }
  return NO_PHRASE;
}

/** 'vl' for 'vision-language'. */
function firstLetters(word: string): string {
  return word
    .split('-')
    .map((part) => part.charAt(0))
    .join('');
}

/** Whether an acronym is understood without its expansion. */
export function isWellKnown({ documentFrequency, offsets }: ExtractedPhrases, acronym: number): boolean {
  const textCount = offsets.length - 1;
  return documentFrequency[acronym] >= WELL_KNOWN_SHARE * textCount;
}

/**
 * Merges an acronym and its expansion if both are keyphrases of a topic: the better known form takes the rank of the
 * better scored one. That is the acronym if it is well known and more texts use it ('LLM').
 */
export function mergeAcronyms(
  keyphrases: readonly Keyphrase[],
  phrases: ExtractedPhrases,
  acronyms: Acronyms,
): Keyphrase[] {
  const { documentFrequency } = phrases;
  const rankOf = new Map(keyphrases.map(({ phrase }, rank) => [phrase, rank]));
  const dropped = new Set<number>();
  const merged = [...keyphrases];
  for (const [shortRank, { phrase: short }] of keyphrases.entries()) {
    const long = acronyms.get(short);
    const longRank = long === undefined ? undefined : rankOf.get(long);
    if (long === undefined || longRank === undefined) continue;
    const isShortPreferred = documentFrequency[short] >= documentFrequency[long] && isWellKnown(phrases, short);
    const preferred = isShortPreferred ? keyphrases[shortRank] : keyphrases[longRank];
    const [first, second] = shortRank < longRank ? [shortRank, longRank] : [longRank, shortRank];
    const share = Math.max(keyphrases[first].share, keyphrases[second].share);
    merged[first] = { ...preferred, score: keyphrases[first].score, share };
    dropped.add(second);
  }
  return merged.filter((_, rank) => !dropped.has(rank));
}
