/** How phrases are written: number (singular or plural), capitals, and the acronyms that stand for them. */
import { type CooperativeTask, processInChunks } from '../../core/cooperative.ts';
import { type ExtractedPhrases, forEachPhraseAt, isWordAt } from './extract-phrases.ts';
import { NO_PHRASE, type PhraseNumbers } from './phrase-numbers.ts';
import type { Keyphrase } from './score-keyphrases.ts';
import { CONNECTOR_WORD, PUNCTUATION_TOKEN, type TokenizedTexts } from './tokenized-texts.ts';
import { initials } from './words.ts';

/**
 * A word is written in lower case if at least this share of its occurrences is: the capitals of the others come from
 * starts of sentences.
 */
const MIN_LOWER_CASE_SHARE = 0.25;
/**
 * Weight of an occurrence that no other word follows. An occurrence before another word weighs only 1: 'agent systems'
 * does not show whether papers write 'agent' or 'agents'.
 */
const UNFOLLOWED_WEIGHT = 1000;

/**
 * Finds the most frequent form of each wanted phrase. Singular or plural is taken from occurrences that no other word
 * follows, the capitals of each word from all of its occurrences in abstracts.
 *
 * @returns the text of each phrase, by its number
 */
export function* surfaceForms(
  texts: TokenizedTexts,
  { table }: ExtractedPhrases,
  wanted: ReadonlySet<number>,
): CooperativeTask<Map<number, string>> {
  const usualSpelling = createWordSpeller(texts);
  const isWanted = new Uint8Array(table.count());
  for (const phrase of wanted) isWanted[phrase] = 1;
  // How often each form of a phrase occurs. A form is the numbers of its surfaces, joined by spaces.
  const formsOf = new Map<number, Map<string, number>>();
  const countForms = (text: number) => {
    const end = texts.offsets[text + 1];
    for (let at = texts.offsets[text]; at < end; at++) {
      forEachPhraseAt(texts, table, at, end, (phrase, length) => {
        if (!isWanted[phrase]) return;
        let form = '';
        for (let i = at; i < at + length; i++) form += `${i > at ? ' ' : ''}${texts.tokens[i]}`;
        const counts = formsOf.get(phrase) ?? new Map<string, number>();
        counts.set(form, (counts.get(form) ?? 0) + (isWordAt(texts, at + length, end) ? 1 : UNFOLLOWED_WEIGHT));
        formsOf.set(phrase, counts);
      });
    }
  };
  yield* processInChunks(texts.count, (from, to) => {
    for (let text = from; text < to; text++) countForms(text);
  });
  const textOf = new Map<number, string>();
  for (const [phrase, forms] of formsOf) {
    const counts = new Map<string, number>();
    for (const [form, count] of forms) {
      const text = joinWords(form.split(' ').map((surface) => usualSpelling(Number(surface))));
      counts.set(text, (counts.get(text) ?? 0) + count);
    }
    textOf.set(phrase, [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0][0]);
  }
  return textOf;
}

/** How a word is usually written. Uncertain if the word is only in titles, which often capitalize every word. */
interface Spelling {
  readonly text: string;
  readonly isCertain: boolean;
}

/**
 * Joins words to a phrase. If one of them is certainly lower case, uncertain ones become lower case too: 'task
 * completion', not 'task Completion'.
 */
function joinWords(words: readonly Spelling[]): string {
  const isLowerCase = words.some(({ text, isCertain }) => isCertain && text === text.toLowerCase());
  const isCapitalized = (text: string) => /^\p{Lu}?\p{Ll}+(?:-\p{Lu}?\p{Ll}+)*$/u.test(text);
  return words
    .map(({ text, isCertain }) => (isLowerCase && !isCertain && isCapitalized(text) ? text.toLowerCase() : text))
    .join(' ');
}

/**
 * Makes a function that gives the usual spelling of a surface: 'diffusion' for 'Diffusion', but 'Gaussian' and 'GRPO'
 * as they are.
 */
function createWordSpeller(texts: TokenizedTexts): (surface: number) => Spelling {
  const counts = new Int32Array(texts.surfaces.length);
  for (let text = 0; text < texts.count; text++) {
    for (let at = texts.abstractStarts[text]; at < texts.offsets[text + 1]; at++) {
      if (texts.tokens[at] >= 0) counts[texts.tokens[at]]++;
    }
  }
  const variantsOf = new Map<string, number[]>();
  texts.surfaces.forEach((surface, number) => {
    const lower = surface.toLowerCase();
    const variants = variantsOf.get(lower);
    if (variants) variants.push(number);
    else variantsOf.set(lower, [number]);
  });
  return (surface) => {
    const lower = texts.surfaces[surface].toLowerCase();
    const variants = variantsOf.get(lower) ?? [surface];
    const total = variants.reduce((sum, variant) => sum + counts[variant], 0);
    const lowerCase = variants.find((variant) => texts.surfaces[variant] === lower);
    if (lowerCase !== undefined && counts[lowerCase] >= MIN_LOWER_CASE_SHARE * total)
      return { text: lower, isCertain: total > 0 };
    const mostFrequent = variants.reduce((best, variant) => (counts[variant] > counts[best] ? variant : best));
    return { text: texts.surfaces[mostFrequent], isCertain: total > 0 };
  };
}

// Acronyms and the phrases they stand for.

/** The expansion of each acronym; both are numbers of phrases (`PhraseNumbers`). */
export type AcronymExpansions = ReadonlyMap<number, number>;

/** An acronym in at least this share of the texts is understood without explanation. */
const WELL_KNOWN_SHARE = 0.006;

/**
 * Finds acronyms where texts define them, the short form after the long one: 'vision-language models (VLMs)'. The
 * method of Schwartz & Hearst (2003), restricted to initials. If an acronym has several expansions, takes the most
 * frequent one.
 *
 * @param minDefinitions the number of times that texts must define an acronym by an expansion
 */
export function* findAcronyms(
  texts: TokenizedTexts,
  { table, isEligible }: ExtractedPhrases,
  minDefinitions: number,
): CooperativeTask<AcronymExpansions> {
  const definitions = new Map<number, Map<number, number>>();
  const readText = (text: number) => {
    const from = texts.offsets[text];
    const end = texts.offsets[text + 1];
    for (let at = from + 1; at + 1 < end; at++) {
      if (texts.tokens[at] !== PUNCTUATION_TOKEN || texts.tokens[at + 1] < 0) continue;
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
  yield* processInChunks(texts.count, (from, to) => {
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
function phraseBefore(texts: TokenizedTexts, table: PhraseNumbers, from: number, at: number, letters: string): number {
  let found = '';
  for (let length = 1; length <= 3 && at - length >= from; length++) {
    const token = texts.tokens[at - length];
    if (token < 0) return NO_PHRASE;
    const lemma = texts.lemmaOfSurface[token];
    found = `${initials(texts.lemmas[lemma])}${found}`;
    if (found.length > letters.length) return NO_PHRASE;
    if (found !== letters || texts.kinds[lemma] === CONNECTOR_WORD) continue;
    let phrase = lemma;
    for (let next = at - length + 1; next < at && phrase !== NO_PHRASE; next++) {
      phrase = table.find(phrase, texts.lemmaOfSurface[texts.tokens[next]]);
    }
    return phrase;
  }
  return NO_PHRASE;
}

/** Whether an acronym is in enough texts to be understood without its expansion. */
export function isWellKnownAcronym({ documentFrequency, offsets }: ExtractedPhrases, acronym: number): boolean {
  const textCount = offsets.length - 1;
  return documentFrequency[acronym] >= WELL_KNOWN_SHARE * textCount;
}

/**
 * Merges an acronym and its expansion if both are keyphrases of a topic: the better known form takes the rank and the
 * score of the better scored one. The acronym is the better known form if it is well known and no fewer texts use it
 * ('LLM').
 */
export function mergeAcronyms(
  keyphrases: readonly Keyphrase[],
  phrases: ExtractedPhrases,
  acronyms: AcronymExpansions,
): Keyphrase[] {
  const { documentFrequency } = phrases;
  const rankOf = new Map(keyphrases.map(({ phrase }, rank) => [phrase, rank]));
  const dropped = new Set<number>();
  const merged = [...keyphrases];
  for (const [shortRank, { phrase: short }] of keyphrases.entries()) {
    const long = acronyms.get(short);
    const longRank = long === undefined ? undefined : rankOf.get(long);
    if (long === undefined || longRank === undefined) continue;
    const isShortPreferred = documentFrequency[short] >= documentFrequency[long] && isWellKnownAcronym(phrases, short);
    const preferred = isShortPreferred ? keyphrases[shortRank] : keyphrases[longRank];
    const [first, second] = shortRank < longRank ? [shortRank, longRank] : [longRank, shortRank];
    const share = Math.max(keyphrases[first].share, keyphrases[second].share);
    merged[first] = { ...preferred, score: keyphrases[first].score, share };
    dropped.add(second);
  }
  return merged.filter((_, rank) => !dropped.has(rank));
}
