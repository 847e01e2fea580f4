import { type Steps, spans, stretch } from '../../core/cooperative.ts';
import { vagueWords } from '../../core/stop-words.ts';
import { makePhraseTable, NO_PHRASE, type PhraseTable, wordsOfPhrase } from './phrase-table.ts';
import { DETERMINER, JOINING, TELLING, VERB_SIGN, type WordTexts } from './tokenized-texts.ts';

/** The joining words of names: 'chain of thought', 'sim to real'; 'grasping with sensors' is half a sentence. */
const namingJoints = new Set(['of', 'to', 'in', 'and']);

/**
 * A phrase may name something where it neither begins nor ends with a joining word and holds a telling one; around a
 * joining word both must tell something: 'chain of thought', but not 'chain of models'.
 */
export function namingPhrases(texts: WordTexts, table: PhraseTable, isFrequent: Uint8Array): Uint8Array {
  const { keys, kinds } = texts;
  const naming = new Uint8Array(table.count());
  for (let key = 0; key < table.words; key++)
    naming[key] = isFrequent[key] && kinds[key] === TELLING && !vagueWords.has(keys[key]) ? 1 : 0;
  for (let phrase = table.words; phrase < naming.length; phrase++) {
    const words = wordsOfPhrase(table, phrase);
    const [first, second, last] = [words[0], words[1], words[words.length - 1]];
    if (kinds[last] === JOINING) continue;
    const tells = (word: number) => kinds[word] === TELLING;
    const isJoined = words.length === 3 && kinds[second] === JOINING;
    const isJoinedWell = isJoined && tells(first) && tells(last) && namingJoints.has(keys[second]);
    naming[phrase] = isJoinedWell || (!isJoined && words.some(tells)) ? 1 : 0;
  }
  return naming;
}

/** 1 for a key that is written with a digit or a second capital. */
export function acronymKeys({ keys, surfaces, keyOfSurface }: WordTexts): Uint8Array {
  const found = new Uint8Array(keys.length);
  surfaces.forEach((surface, number) => {
    if (/^(?:\p{N}+\p{Lu}+|\p{Lu}[\p{Lu}\p{N}]+s?)$/u.test(surface) && surface.length < 8)
      found[keyOfSurface[number]] = 1;
  });
  return found;
}

/** Phrases of one to three words that stand in enough texts, and how they stand there; columns go by phrase. */
export interface Phrases {
  readonly table: PhraseTable;
  /** 1 where a phrase may name something, else 0. */
  readonly naming: Uint8Array;
  /** 1 for a single word that is written with a digit or a second capital, by key; nothing for longer phrases. */
  readonly isAcronym: Uint8Array;
  /** How often each stands anywhere; directly before another content word; and where a verb would stand. */
  readonly times: Int32Array;
  readonly followed: Int32Array;
  readonly verbal: Int32Array;
  /** How many texts hold each, and in how many it stands in the title. */
  readonly texts: Int32Array;
  readonly titles: Int32Array;
  /** The distinct naming phrases of text i stand at `starts[i]` … `starts[i + 1]` of `entries`. */
  readonly starts: Int32Array;
  readonly entries: Int32Array;
  /** 1 where the text has that phrase in its title, by place in `entries`. */
  readonly inTitle: Uint8Array;
}

/** Texts between two steps: a few milliseconds. */
const TEXTS_A_STEP = 256;
/** The share of the time that is over when pairs are found, and when triples are. */
const SHARE_OF = { pairs: 0.3, triples: 0.55 };

interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * Finds the phrases of one to three words that stand in at least `minTexts` texts. Level by level, as in Apriori (Agrawal
 * & Srikant, 1994): a phrase can be frequent only if its parts are, so rare ones never take memory.
 */
export function* phrasesOfTexts(texts: WordTexts, minTexts: number): Steps<Phrases> {
  const isFrequent = frequentWords(texts, minTexts);
  const table = makePhraseTable(texts.keys.length);
  const pairs = makePhraseTable(texts.keys.length);
  const inPairs = keepFrequent(texts.count, pairs, table, minTexts, (span, visit) => {
    eachPair(texts, isFrequent, span, (text, first, second) => visit(text, pairs.add(first, second)));
  });
  yield* stretch(inPairs, 0, SHARE_OF.pairs);
  const triples = makePhraseTable(table.count());
  const inTriples = keepFrequent(texts.count, triples, table, minTexts, (span, visit) => {
    eachPair(texts, isFrequent, span, (text, first, second, at) => {
      const third = at + 2 < texts.starts[text + 1] ? keyAt(texts, at + 2) : NO_PHRASE;
      if (third === NO_PHRASE || !isFrequent[third] || texts.kinds[third] === JOINING) return;
      const pair = table.find(first, second);
      // Pairs that begin with a joining word are not counted: 'of thought' asks nothing of 'chain of thought'.
      if (pair === NO_PHRASE) return;
      if (texts.kinds[second] !== JOINING && table.find(second, third) === NO_PHRASE) return;
      visit(text, triples.add(pair, third));
    });
  });
  yield* stretch(inTriples, SHARE_OF.pairs, SHARE_OF.triples);
  return yield* stretch(describe(texts, table, isFrequent), SHARE_OF.triples, 1);
}

function keyAt(texts: WordTexts, at: number): number {
  const code = texts.codes[at];
  return code >= 0 ? texts.keyOfSurface[code] : NO_PHRASE;
}

function frequentWords(texts: WordTexts, minTexts: number): Uint8Array {
  const { count, starts, codes, keyOfSurface, keys } = texts;
  const within = new Int32Array(keys.length);
  const seenIn = new Int32Array(keys.length).fill(-1);
  for (let text = 0; text < count; text++) {
    for (let at = starts[text]; at < starts[text + 1]; at++) {
      if (codes[at] < 0) continue;
      const key = keyOfSurface[codes[at]];
      if (seenIn[key] === text) continue;
      seenIn[key] = text;
      within[key]++;
    }
  }
  return Uint8Array.from(within, (texts) => (texts >= minTexts ? 1 : 0));
}

/** Two frequent words side by side, the first of them no joining word. */
function eachPair(
  texts: WordTexts,
  isFrequent: Uint8Array,
  { from, to }: Span,
  visit: (text: number, first: number, second: number, at: number) => void,
): void {
  for (let text = from; text < to; text++) {
    const end = texts.starts[text + 1];
    let first = NO_PHRASE;
    for (let at = texts.starts[text]; at < end; at++) {
      const second = keyAt(texts, at);
      if (first !== NO_PHRASE && second !== NO_PHRASE && isFrequent[first] && isFrequent[second]) {
        if (texts.kinds[first] !== JOINING) visit(text, first, second, at - 1);
      }
      first = second;
    }
  }
}

/** Counts in how many texts each phrase of `found` stands, and adds the frequent ones to `kept`. */
function* keepFrequent(
  texts: number,
  found: PhraseTable,
  kept: PhraseTable,
  minTexts: number,
  walk: (span: Span, visit: (text: number, phrase: number) => void) => void,
): Steps<void> {
  let within = new Int32Array(1024);
  let seenIn = new Int32Array(1024).fill(-1);
  const visit = (text: number, phrase: number) => {
    const at = phrase - found.words;
    if (at >= within.length) {
      within = grown(within, 0);
      seenIn = grown(seenIn, -1);
    }
    if (seenIn[at] === text) return;
    seenIn[at] = text;
    within[at]++;
  };
  yield* spans(texts, TEXTS_A_STEP, (from, to) => walk({ from, to }, visit));
  for (let at = 0; at < found.count() - found.words; at++) {
    if (within[at] < minTexts) continue;
    kept.add(found.prefixOf(found.words + at), found.lastOf(found.words + at));
  }
}

function grown(column: Int32Array, filler: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(column.length * 2).fill(filler);
  larger.set(column);
  return larger;
}

function grownFlags(column: Uint8Array): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(column.length * 2);
  larger.set(column);
  return larger;
}

/** The phrases that begin at a place, the shortest first; joining words begin none. */
export function eachPhraseAt(
  texts: WordTexts,
  table: PhraseTable,
  at: number,
  end: number,
  visit: (phrase: number, length: number) => void,
): void {
  let phrase = keyAt(texts, at);
  if (phrase === NO_PHRASE || texts.kinds[phrase] === JOINING) return;
  visit(phrase, 1);
  for (let length = 2; length <= 3 && at + length <= end; length++) {
    const next = keyAt(texts, at + length - 1);
    if (next === NO_PHRASE) return;
    phrase = table.find(phrase, next);
    if (phrase === NO_PHRASE) return;
    visit(phrase, length);
  }
}

function* describe(texts: WordTexts, table: PhraseTable, isFrequent: Uint8Array): Steps<Phrases> {
  const count = table.count();
  const naming = namingPhrases(texts, table, isFrequent);
  const times = new Int32Array(count);
  const followed = new Int32Array(count);
  const verbal = new Int32Array(count);
  const within = new Int32Array(count);
  const titles = new Int32Array(count);
  const seenIn = new Int32Array(count).fill(-1);
  const starts = new Int32Array(texts.count + 1);
  let entries = new Int32Array(1 << 16);
  let inTitle = new Uint8Array(1 << 16);
  let length = 0;
  const read = (text: number) => {
    const end = texts.starts[text + 1];
    for (let at = texts.starts[text]; at < end; at++) {
      eachPhraseAt(texts, table, at, end, (phrase, words) => {
        if (naming[phrase] === 0) return;
        times[phrase]++;
        if (isContent(texts, at + words, end)) followed[phrase]++;
        if (isVerbal(texts, at, at + words, end)) verbal[phrase]++;
        if (seenIn[phrase] === text) return;
        seenIn[phrase] = text;
        within[phrase]++;
        const isInTitle = at < texts.abstracts[text];
        if (isInTitle) titles[phrase]++;
        if (length === entries.length) {
          entries = grown(entries, 0);
          inTitle = grownFlags(inTitle);
        }
        inTitle[length] = isInTitle ? 1 : 0;
        entries[length++] = phrase;
      });
    }
    starts[text + 1] = length;
  };
  yield* spans(texts.count, TEXTS_A_STEP, (from, to) => {
    for (let text = from; text < to; text++) read(text);
  });
  return {
    table,
    naming,
    isAcronym: acronymKeys(texts),
    times,
    followed,
    verbal,
    texts: within,
    titles,
    starts,
    entries: entries.slice(0, length),
    inTitle: inTitle.slice(0, length),
  };
}

function isContent(texts: WordTexts, at: number, end: number): boolean {
  const key = at < end ? keyAt(texts, at) : NO_PHRASE;
  return key !== NO_PHRASE && texts.kinds[key] !== JOINING;
}

/** Behind 'to', 'we', 'can', or before 'the', 'our': 'to generate the', seldom 'to images the'. */
function isVerbal(texts: WordTexts, from: number, next: number, end: number): boolean {
  if (from > 0 && texts.codes[from - 1] === VERB_SIGN) return true;
  if (next >= end) return false;
  const code = texts.codes[next];
  return code === DETERMINER || (code >= 0 && texts.keys[texts.keyOfSurface[code]] === 'the');
}
