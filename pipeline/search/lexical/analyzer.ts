/**
 * From a text to its words, for papers and for queries alike: lower case, without accents, hyphenated words apart, digits
 * kept, LaTeX read as a person reads it, and each word's stem by Porter (M. F. Porter, 'An algorithm for suffix
 * stripping', Program 14, 1980).
 */
import { stemmer } from 'stemmer';
import { greekNames, readLatexCommand } from './latex.ts';

/** A word of a text. */
export interface Word {
  /** Lower case, without accents: letters and digits alone, at most 64 UTF-16 units. */
  readonly surface: string;
  /** What the forms of the word share. */
  readonly stem: string;
  /** Where the word stands in the text, as it is written there: a half-open range of UTF-16 units. */
  readonly start: number;
  readonly end: number;
}

/** Longer words are cut: they are keys, sequences and addresses, and nobody types them. */
const LONGEST_WORD = 64;
/** Words repeat themselves: so many are kept with their stems, some ten megabytes. */
const KEPT_STEMS = 60_000;
/** So many letters beyond ASCII are kept with what they fold to. */
const KEPT_LETTERS = 4096;

/** The words of a text, in order. */
export function wordsIn(text: string): Word[] {
  const words: Word[] = [];
  visitWords(text, (surface, start, end) => words.push({ surface, stem: stemOf(surface), start, end }));
  return words;
}

/** The stems of a text's words, in order. */
export function stemsIn(text: string): string[] {
  const stems: string[] = [];
  visitWords(text, (surface) => stems.push(stemOf(surface)));
  return stems;
}

const knownStems = new Map<string, string>();

/** The stem of a word as `wordsIn` writes it. */
export function stemOf(surface: string): string {
  const known = knownStems.get(surface);
  if (known !== undefined) return known;
  if (knownStems.size >= KEPT_STEMS) knownStems.clear();
  const stem = stemmer(surface);
  knownStems.set(surface, stem);
  return stem;
}

type Visit = (surface: string, start: number, end: number) => void;

/** What an ASCII character is to a word. */
const kindOf = new Uint8Array(128);
const [LETTER, CAPITAL, BACKSLASH, DOLLAR, BRACE, APOSTROPHE] = [1, 2, 3, 4, 5, 6];
for (let code = 0; code < 128; code++) {
  const sign = String.fromCharCode(code);
  if (/[a-z0-9]/.test(sign)) kindOf[code] = LETTER;
  else if (/[A-Z]/.test(sign)) kindOf[code] = CAPITAL;
}
for (const [sign, kind] of [
  ['\\', BACKSLASH],
  ['$', DOLLAR],
  ['{', BRACE],
  ['}', BRACE],
  ["'", APOSTROPHE],
] as const)
  kindOf[sign.charCodeAt(0)] = kind;
const RIGHT_QUOTE = 0x2019;

/** Tells of each word in order, without its stem: what is called once a word of every paper makes no objects. */
export function visitWords(text: string, visit: Visit): void {
  const word = new OpenWord(visit);
  // Within $…$ braces part words ({a}{b} are a and b); elsewhere they only protect letters ({B}ayesian).
  let math = false;
  let at = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    const kind = code < 128 ? kindOf[code] : code === RIGHT_QUOTE ? APOSTROPHE : -1;
    if (kind === LETTER || kind === CAPITAL) {
      const start = at;
      let capitals = false;
      for (let next = code; next < 128 && (kindOf[next] === LETTER || kindOf[next] === CAPITAL); ) {
        if (kindOf[next] === CAPITAL) capitals = true;
        next = text.charCodeAt(++at);
      }
      const letters = text.slice(start, at);
      word.add(capitals ? letters.toLowerCase() : letters, start, at);
    } else if (kind === -1) {
      at = addBeyondAscii(word, text, at);
    } else if (kind === BACKSLASH) {
      const command = readLatexCommand(text, at);
      if (command.kind !== 'letters') word.close();
      if (command.text !== '') word.add(command.text, at, command.end);
      if (command.kind !== 'letters') word.close();
      const sign = text.charAt(at + 1);
      if (sign === '(' || sign === '[') math = true;
      if (sign === ')' || sign === ']') math = false;
      at = command.end;
    } else if (kind === BRACE && !math) {
      at++;
    } else {
      // Of 'Moore's law' the s is no word.
      const possessive = kind === APOSTROPHE && word.endsAt(at) && isFinalS(text, at + 1);
      word.close();
      if (kind === DOLLAR) math = !math;
      at += possessive ? 2 : 1;
    }
  }
  word.close();
}

/** The word that is being read. */
class OpenWord {
  #letters = '';
  #start = 0;
  #end = 0;
  readonly #visit: Visit;

  constructor(visit: Visit) {
    this.#visit = visit;
  }

  add(letters: string, start: number, end: number): void {
    if (this.#letters === '') this.#start = start;
    this.#letters += letters;
    this.#end = end;
  }

  /** Takes what has no letter of its own into the word, where one is open: an accent of its own. */
  extend(end: number): void {
    if (this.#letters !== '') this.#end = end;
  }

  endsAt(at: number): boolean {
    return this.#letters !== '' && this.#end === at;
  }

  close(): void {
    let letters = this.#letters;
    if (letters === '') return;
    this.#letters = '';
    if (letters.length > LONGEST_WORD) letters = letters.slice(0, LONGEST_WORD).replace(/[\uD800-\uDBFF]$/, '');
    else if (letters.length === 1 && letters.charCodeAt(0) > 127) letters = greekNames.get(letters) ?? letters;
    this.#visit(letters, this.#start, this.#end);
  }
}

function isFinalS(text: string, at: number): boolean {
  if (text.charAt(at) !== 's' && text.charAt(at) !== 'S') return false;
  const next = text.codePointAt(at + 1);
  return next === undefined || !/[\p{L}\p{N}\p{Mark}]/u.test(String.fromCodePoint(next));
}

function addBeyondAscii(word: OpenWord, text: string, at: number): number {
  const codePoint = text.codePointAt(at) ?? 0;
  const end = at + (codePoint > 0xffff ? 2 : 1);
  const folded = foldLetter(codePoint);
  if (folded === '') word.extend(end);
  else if (folded === ' ') word.close();
  else word.add(folded, at, end);
  return end;
}

const knownLetters = new Map<number, string>();
/** Signs that stand within a word and are not seen: soft hyphens, joiners, directions. */
const UNSEEN = /^[\p{Mark}\u00AD\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]$/u;

/**
 * A character beyond ASCII as words have it: its letters and digits, nothing for an accent, a blank for what parts words.
 * One character is never two words (½ is 12), so that words never lie over each other.
 */
function foldLetter(codePoint: number): string {
  const known = knownLetters.get(codePoint);
  if (known !== undefined) return known;
  const letter = String.fromCodePoint(codePoint);
  const lower = letter.normalize('NFKD').toLowerCase().normalize('NFKD').replaceAll('ς', 'σ');
  const folded = UNSEEN.test(letter) ? '' : lower.replace(/[^\p{L}\p{N}]+/gu, '') || ' ';
  if (knownLetters.size >= KEPT_LETTERS) knownLetters.clear();
  knownLetters.set(codePoint, folded);
  return folded;
}
