/** Finds the phrases that papers use, and counts how they use them. */
import { type CooperativeTask, processInChunks, runAsPortion } from '../../core/cooperative.ts';
import { nonStandaloneWords } from '../../core/stop-words.ts';
import { createPhraseNumbers, NO_PHRASE, type PhraseNumbers, wordsOfPhrase } from './phrase-numbers.ts';
import {
  CONNECTOR_WORD,
  CONTENT_WORD,
  DETERMINER_TOKEN,
  type TokenizedTexts,
  VERB_CUE_TOKEN,
} from './tokenized-texts.ts';

/** The phrases of one to three words that occur in enough texts. Columns are indexed by phrase, except where noted. */
export interface ExtractedPhrases {
  readonly table: PhraseNumbers;
  /** 1 if the phrase is eligible as a keyphrase, judged by its words. For all other phrases, counts are 0. */
  readonly isEligible: Uint8Array;
  /** 1 for an acronym ('GPT', '3D'). Indexed by lemma; phrases of several words have no entry. */
  readonly isAcronym: Uint8Array;
  /** Number of occurrences of the phrase in all texts. */
  readonly occurrences: Int32Array;
  /** Number of occurrences directly before another content or generic word ('visual' in 'visual agents'). */
  readonly asModifier: Int32Array;
  /** Number of occurrences where the phrase is likely a verb ('segment' in 'we segment the image'). */
  readonly asVerb: Int32Array;
  /** Number of texts that contain the phrase. */
  readonly documentFrequency: Int32Array;
  /** Number of texts with the phrase in the title. */
  readonly titleFrequency: Int32Array;
  /** The distinct eligible phrases of text i are phraseIds[offsets[i]] … phraseIds[offsets[i+1]−1]. */
  readonly offsets: Int32Array;
  readonly phraseIds: Int32Array;
  /** Parallel to `phraseIds`: 1 if the text has the phrase in its title. */
  readonly inTitle: Uint8Array;
}

/** Share of the total time that has passed when pairs of words are counted, and when triples are. */
const PROGRESS_AFTER = { pairs: 0.3, triples: 0.55 };

/**
 * Finds the phrases of one to three words that occur in at least `minTexts` texts. Works level by level, as in Apriori
 * (Agrawal & Srikant, 1994): a phrase can be frequent only if its parts are, so rare phrases take no memory.
 */
export function* extractPhrases(texts: TokenizedTexts, minTexts: number): CooperativeTask<ExtractedPhrases> {
  const isFrequent = frequentWords(texts, minTexts);
  const table = createPhraseNumbers(texts.lemmas.length);
  const pairs = createPhraseNumbers(texts.lemmas.length);
  const countPairs = addFrequent(texts.count, pairs, table, minTexts, (range, count) => {
    forEachPair(texts, isFrequent, range, (text, first, second) => count(text, pairs.add(first, second)));
  });
  yield* runAsPortion(countPairs, 0, PROGRESS_AFTER.pairs);
  const triples = createPhraseNumbers(table.count());
  const countTriples = addFrequent(texts.count, triples, table, minTexts, (range, count) => {
    forEachPair(texts, isFrequent, range, (text, first, second, at) => {
      const third = at + 2 < texts.offsets[text + 1] ? lemmaAt(texts, at + 2) : NO_PHRASE;
      if (third === NO_PHRASE || !isFrequent[third] || texts.kinds[third] === CONNECTOR_WORD) return;
      const pair = table.find(first, second);
      if (pair === NO_PHRASE) return;
      // Pairs that start with a connector are not counted, so that 'chain of thought' cannot depend on 'of thought'.
      if (texts.kinds[second] !== CONNECTOR_WORD && table.find(second, third) === NO_PHRASE) return;
      count(text, triples.add(pair, third));
    });
  });
  yield* runAsPortion(countTriples, PROGRESS_AFTER.pairs, PROGRESS_AFTER.triples);
  return yield* runAsPortion(countUsage(texts, table, isFrequent), PROGRESS_AFTER.triples, 1);
}

/**
 * Calls `visit` for each phrase of the table that starts at a token, the shortest first. No phrase starts with a
 * connector.
 *
 * @param at index of the token in `texts.tokens`
 * @param end index after the last token of the text
 */
export function forEachPhraseAt(
  texts: TokenizedTexts,
  table: PhraseNumbers,
  at: number,
  end: number,
  visit: (phrase: number, length: number) => void,
): void {
  let phrase = lemmaAt(texts, at);
  if (phrase === NO_PHRASE || texts.kinds[phrase] === CONNECTOR_WORD) return;
  visit(phrase, 1);
  for (let length = 2; length <= 3 && at + length <= end; length++) {
    const next = lemmaAt(texts, at + length - 1);
    if (next === NO_PHRASE) return;
    phrase = table.find(phrase, next);
    if (phrase === NO_PHRASE) return;
    visit(phrase, length);
  }
}

/** The lemma of a token; NO_PHRASE for a break, such as punctuation or a stop word. */
function lemmaAt(texts: TokenizedTexts, at: number): number {
  const token = texts.tokens[at];
  return token >= 0 ? texts.lemmaOfSurface[token] : NO_PHRASE;
}

function frequentWords(texts: TokenizedTexts, minTexts: number): Uint8Array {
  const { count, offsets, tokens, lemmaOfSurface, lemmas } = texts;
  const documentFrequency = new Int32Array(lemmas.length);
  const lastText = new Int32Array(lemmas.length).fill(-1);
  for (let text = 0; text < count; text++) {
    for (let at = offsets[text]; at < offsets[text + 1]; at++) {
      if (tokens[at] < 0) continue;
      const lemma = lemmaOfSurface[tokens[at]];
      if (lastText[lemma] === text) continue;
      lastText[lemma] = text;
      documentFrequency[lemma]++;
    }
  }
  return Uint8Array.from(documentFrequency, (frequency) => (frequency >= minTexts ? 1 : 0));
}

/** A range of texts: numbers `from` … `to` − 1. */
interface TextRange {
  readonly from: number;
  readonly to: number;
}

/**
 * Calls `visit` for each pair of adjacent frequent words of which the first is no connector. `at` is the token index of
 * the first word.
 */
function forEachPair(
  texts: TokenizedTexts,
  isFrequent: Uint8Array,
  { from, to }: TextRange,
  visit: (text: number, first: number, second: number, at: number) => void,
): void {
  for (let text = from; text < to; text++) {
    const end = texts.offsets[text + 1];
    let first = NO_PHRASE;
    for (let at = texts.offsets[text]; at < end; at++) {
      const second = lemmaAt(texts, at);
      if (first !== NO_PHRASE && second !== NO_PHRASE && isFrequent[first] && isFrequent[second]) {
        if (texts.kinds[first] !== CONNECTOR_WORD) visit(text, first, second, at - 1);
      }
      first = second;
    }
  }
}

/**
 * Counts the texts that contain each phrase of `candidates`, and adds the phrases of at least `minTexts` texts to
 * `table`.
 *
 * @param countRange calls `count` for each occurrence of a candidate in a range of texts
 */
function* addFrequent(
  textCount: number,
  candidates: PhraseNumbers,
  table: PhraseNumbers,
  minTexts: number,
  countRange: (range: TextRange, count: (text: number, phrase: number) => void) => void,
): CooperativeTask<void> {
  let documentFrequency = new Int32Array(1024);
  let lastText = new Int32Array(1024).fill(-1);
  const count = (text: number, phrase: number) => {
    const at = phrase - candidates.wordCount;
    if (at >= documentFrequency.length) {
      documentFrequency = doubled(documentFrequency, 0);
      lastText = doubled(lastText, -1);
    }
    if (lastText[at] === text) return;
    lastText[at] = text;
    documentFrequency[at]++;
  };
  yield* processInChunks(textCount, (from, to) => countRange({ from, to }, count));
  for (let phrase = candidates.wordCount; phrase < candidates.count(); phrase++) {
    if (documentFrequency[phrase - candidates.wordCount] < minTexts) continue;
    table.add(candidates.prefixOf(phrase), candidates.lastWordOf(phrase));
  }
}

function* countUsage(
  texts: TokenizedTexts,
  table: PhraseNumbers,
  isFrequent: Uint8Array,
): CooperativeTask<ExtractedPhrases> {
  const count = table.count();
  const isEligible = eligiblePhrases(texts, table, isFrequent);
  const occurrences = new Int32Array(count);
  const asModifier = new Int32Array(count);
  const asVerb = new Int32Array(count);
  const documentFrequency = new Int32Array(count);
  const titleFrequency = new Int32Array(count);
  const lastText = new Int32Array(count).fill(-1);
  const offsets = new Int32Array(texts.count + 1);
  let phraseIds = new Int32Array(1 << 16);
  let inTitle = new Uint8Array(1 << 16);
  let length = 0;
  const countText = (text: number) => {
    const end = texts.offsets[text + 1];
    for (let at = texts.offsets[text]; at < end; at++) {
      forEachPhraseAt(texts, table, at, end, (phrase, words) => {
        if (isEligible[phrase] === 0) return;
        occurrences[phrase]++;
        if (isWordAt(texts, at + words, end)) asModifier[phrase]++;
        if (isVerbAt(texts, at, at + words, end)) asVerb[phrase]++;
        if (lastText[phrase] === text) return;
        lastText[phrase] = text;
        documentFrequency[phrase]++;
        // A text starts with its title, so that the first occurrence shows whether the phrase is in the title.
        const isInTitle = at < texts.abstractStarts[text];
        if (isInTitle) titleFrequency[phrase]++;
        if (length === phraseIds.length) {
          phraseIds = doubled(phraseIds, 0);
          inTitle = doubledFlags(inTitle);
        }
        inTitle[length] = isInTitle ? 1 : 0;
        phraseIds[length++] = phrase;
      });
    }
    offsets[text + 1] = length;
  };
  yield* processInChunks(texts.count, (from, to) => {
    for (let text = from; text < to; text++) countText(text);
  });
  return {
    table,
    isEligible,
    isAcronym: acronymFlags(texts),
    occurrences,
    asModifier,
    asVerb,
    documentFrequency,
    titleFrequency,
    offsets,
    phraseIds: phraseIds.slice(0, length),
    inTitle: inTitle.slice(0, length),
  };
}

/**
 * Connectors that a keyphrase may contain: 'chain of thought', 'sim to real'. With others it would be half a sentence:
 * 'grasping with sensors'.
 */
const KEYPHRASE_CONNECTORS = new Set(['of', 'to', 'in', 'and']);

/**
 * Marks the phrases that are eligible as keyphrases. A word is eligible if it is a content word that can stand alone; a
 * longer phrase if it has a content word and no connector at its ends. Both words beside a connector must be content
 * words: 'chain of thought', not 'chain of models'.
 */
function eligiblePhrases({ lemmas, kinds }: TokenizedTexts, table: PhraseNumbers, isFrequent: Uint8Array): Uint8Array {
  const isEligible = new Uint8Array(table.count());
  const isContent = (word: number) => kinds[word] === CONTENT_WORD;
  for (let word = 0; word < table.wordCount; word++)
    isEligible[word] = isFrequent[word] && isContent(word) && !nonStandaloneWords.has(lemmas[word]) ? 1 : 0;
  for (let phrase = table.wordCount; phrase < isEligible.length; phrase++) {
    const words = wordsOfPhrase(table, phrase);
    const [first, second, last] = [words[0], words[1], words[words.length - 1]];
    if (kinds[last] === CONNECTOR_WORD) continue;
    const hasConnector = words.length === 3 && kinds[second] === CONNECTOR_WORD;
    const isWellConnected =
      hasConnector && isContent(first) && isContent(last) && KEYPHRASE_CONNECTORS.has(lemmas[second]);
    isEligible[phrase] = isWellConnected || (!hasConnector && words.some(isContent)) ? 1 : 0;
  }
  return isEligible;
}

/** For each lemma 1 if it is anywhere written as an acronym, which is at most seven capitals and digits. */
function acronymFlags({ lemmas, surfaces, lemmaOfSurface }: TokenizedTexts): Uint8Array {
  const isAcronym = new Uint8Array(lemmas.length);
  surfaces.forEach((surface, number) => {
    if (/^(?:\p{N}+\p{Lu}+|\p{Lu}[\p{Lu}\p{N}]+s?)$/u.test(surface) && surface.length < 8)
      isAcronym[lemmaOfSurface[number]] = 1;
  });
  return isAcronym;
}

/**
 * Whether the token at index `at` is before `end` and is a word that phrases are made of, neither a break nor a
 * connector.
 */
export function isWordAt(texts: TokenizedTexts, at: number, end: number): boolean {
  const lemma = at < end ? lemmaAt(texts, at) : NO_PHRASE;
  return lemma !== NO_PHRASE && texts.kinds[lemma] !== CONNECTOR_WORD;
}

/**
 * Whether a phrase, tokens `from` … `next` − 1, is likely a verb: it is after 'we' or 'can', or before 'the' or 'our',
 * since 'generate the' is common and 'images the' is rare.
 */
function isVerbAt(texts: TokenizedTexts, from: number, next: number, end: number): boolean {
  if (from > 0 && texts.tokens[from - 1] === VERB_CUE_TOKEN) return true;
  if (next >= end) return false;
  const token = texts.tokens[next];
  // 'the' has no DETERMINER_TOKEN, because it is a connector.
  return token === DETERMINER_TOKEN || (token >= 0 && texts.lemmas[texts.lemmaOfSurface[token]] === 'the');
}

function doubled(column: Int32Array, filler: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(column.length * 2).fill(filler);
  larger.set(column);
  return larger;
}

function doubledFlags(column: Uint8Array): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(column.length * 2);
  larger.set(column);
  return larger;
}
