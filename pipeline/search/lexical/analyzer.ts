/**
 * The analyzer: from text to words, the same for papers and queries. Lower case, without accents, hyphenated words
 * split, digits kept, LaTeX as it is rendered; spellings folded (fold-spelling.ts), stems by Porter (M. F. Porter, 'An algorithm for suffix stripping',
 * 1980).
 */
import { stemmer } from 'stemmer';
import { queryStopWords } from '../../core/stop-words.ts';
import { foldSpelling } from './fold-spelling.ts';

/** What a LaTeX command contributes to the words of a text. */
export interface LatexCommand {
  /**
   * What the command is: a word of its own (`word`), letters of the surrounding word (`letters`; none for an accent),
   * or the end of a word (`break`).
   */
  readonly kind: 'word' | 'letters' | 'break';
  readonly text: string;
  /** The offset after the command and those of its arguments that are not text, such as a URL. */
  readonly end: number;
}

const greek =
  'alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon phi chi psi omega'.split(
    ' ',
  );

/** The English name of each Greek letter, so that `alpha` finds `α-divergence` and vice versa. */
const greekLetterNames: ReadonlyMap<string, string> = new Map(
  [...'αβγδεζηθικλμνξοπρστυφχψω'].map((letter, i) => [letter, greek[i]]),
);

/**
 * LaTeX commands that become words, because people type them as words in queries: `$\alpha$-divergence`, `$\ell_1$
 * loss`, `$O(\log n)$`.
 */
const spokenCommands: ReadonlyMap<string, string> = new Map([
  ...greek.flatMap((name): [string, string][] => [
    [name, name],
    [`var${name}`, name],
  ]),
  ...'log ln exp sin cos tan min max'.split(' ').map((name): [string, string] => [name, name]),
  ['eps', 'epsilon'],
  ['ell', 'l'],
]);

/** LaTeX commands for letters (`S\o ren`, `{\L}ukasz`), with the ASCII letters that they become. */
const letters = new Map(
  'o:o O:o l:l L:l aa:a AA:a ae:ae AE:ae oe:oe OE:oe ss:ss i:i j:j'.split(' ').map((pair): [string, string] => {
    const [name, text] = pair.split(':');
    return [name, text];
  }),
);

const NAME = /[a-zA-Z]+/y;
/** Matches a LaTeX accent that is a sign before its letter (`Poincar\'e`), or a discretionary hyphen (`\-`). */
const SIGN_ACCENT = /['`^"~=.-](?=\s?[a-zA-Z{\\])/y;
/** Matches a LaTeX accent that is a letter before its letter (`Erd\H{o}s`). */
const LETTER_ACCENT = /[cHvukrdbt](?=\{\\?[a-zA-Z]\})/y;
/** Matches the `'s` after a backslash: `\'s` is more often an escaped apostrophe than an ś. */
const POSSESSIVE = /'s(?![a-zA-Z])/y;
/** LaTeX commands whose first argument is a key, a URL or a color, not text. */
const NON_TEXT_COMMAND =
  /^(?:[a-zA-Z]*cite[a-zA-Z]*|[a-zA-Z]*ref|label|begin|end|url|textcolor|color|unicode|hyperlink|includegraphics)$/;
const COMMAND_ARGUMENT = /\*?(?:\[[^\]]{0,200}\])?\{[^{}]{0,200}\}/y;

/** Parses the LaTeX command whose backslash is at offset `at`. */
function parseLatexCommand(text: string, at: number): LatexCommand {
  const name = matchAt(NAME, text, at + 1);
  if (name === '') {
    const possessive = matchAt(POSSESSIVE, text, at + 1);
    if (possessive !== '') return { kind: 'break', text: '', end: at + 3 };
    if (matchAt(SIGN_ACCENT, text, at + 1) !== '') return { kind: 'letters', text: '', end: at + 2 };
    // An escaped sign such as `\%`, `\_` or `\\`. Only ASCII is skipped after the backslash, so that no surrogate pair
    // is cut in half.
    return { kind: 'break', text: '', end: Math.min(text.length, at + (text.charCodeAt(at + 1) < 128 ? 2 : 1)) };
  }
  const end = at + 1 + name.length;
  if (matchAt(LETTER_ACCENT, text, at + 1) !== '' && name.length === 1) return { kind: 'letters', text: '', end };
  const letter = letters.get(name);
  // TeX ignores the space after a command: `S\o ren` is one word.
  if (letter) return { kind: 'letters', text: letter, end: text.charAt(end) === ' ' ? end + 1 : end };
  const word = spokenCommands.get(name.toLowerCase());
  if (word) return { kind: 'word', text: word, end };
  return {
    kind: 'break',
    text: '',
    end: end + (NON_TEXT_COMMAND.test(name) ? matchAt(COMMAND_ARGUMENT, text, end).length : 0),
  };
}

/** The text that a sticky regular expression matches at an offset; empty if it does not match. */
function matchAt(expression: RegExp, text: string, at: number): string {
  expression.lastIndex = at;
  return expression.exec(text)?.[0] ?? '';
}

/** A word of a text. */
export interface Word {
  /** The word in lower case, without accents; letters and digits only; at most 64 UTF-16 units. */
  readonly surface: string;
  /** The Porter stem of the folded word, which all its inflections and spellings share. */
  readonly stem: string;
  /** The word is at the UTF-16 offsets `start` … `end` − 1 of the original text. */
  readonly start: number;
  readonly end: number;
}

/** Words of more UTF-16 units are truncated: they are keys, sequences and URLs that nobody searches for. */
const MAX_WORD_LENGTH = 64;
/** The stems of at most this many words (about 10 MB) are cached, because words repeat. */
const MAX_CACHED_STEMS = 60_000;
/** The normal forms of at most this many non-ASCII letters are cached. */
const MAX_CACHED_LETTERS = 4096;

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

/**
 * A name in normal form, for comparison with typed text: its words, normalized by the analyzer, each preceded by a
 * space.
 */
export type FoldedName = string;

export function foldName(name: string): FoldedName {
  return wordsIn(name)
    .map(({ surface }) => ` ${surface}`)
    .join('');
}

const stemCache = new Map<string, string>();

/**
 * The Porter stem of a word, after its spelling is folded.
 *
 * @param surface the word, normalized by the analyzer
 */
export function stemOf(surface: string): string {
  const cached = stemCache.get(surface);
  if (cached !== undefined) return cached;
  if (stemCache.size >= MAX_CACHED_STEMS) stemCache.clear();
  const stem = stemmer(foldSpelling(surface));
  stemCache.set(surface, stem);
  return stem;
}

type Visit = (surface: string, start: number, end: number) => void;

/** By ASCII code: what the character is to the analyzer (a letter, a capital, a backslash, …); 0 for a separator. */
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

/**
 * Calls `visit` for each word in order, without stems and without allocating objects: it runs over every word of the
 * corpus.
 */
export function visitWords(text: string, visit: Visit): void {
  const word = new WordBuilder(visit);
  // Whether the current position is within $…$. There braces separate words ({a}{b} are a and b); elsewhere they only
  // protect case ({B}ayesian).
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
      const command = parseLatexCommand(text, at);
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
      // The s of 'Moore's law' is not a word.
      const possessive = kind === APOSTROPHE && word.endsAt(at) && isFinalS(text, at + 1);
      word.close();
      if (kind === DOLLAR) math = !math;
      at += possessive ? 2 : 1;
    }
  }
  word.close();
}

/** Collects the letters of one word after the other; passes each word to `visit` when it is closed. */
class WordBuilder {
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

  /** Includes a character without a letter, such as a combining accent, in the current word if there is one. */
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
    if (letters.length > MAX_WORD_LENGTH) letters = letters.slice(0, MAX_WORD_LENGTH).replace(/[\uD800-\uDBFF]$/, '');
    else if (letters.length === 1 && letters.charCodeAt(0) > 127) letters = greekLetterNames.get(letters) ?? letters;
    this.#visit(letters, this.#start, this.#end);
  }
}

function isFinalS(text: string, at: number): boolean {
  if (text.charAt(at) !== 's' && text.charAt(at) !== 'S') return false;
  const next = text.codePointAt(at + 1);
  return next === undefined || !/[\p{L}\p{N}\p{Mark}]/u.test(String.fromCodePoint(next));
}

function addBeyondAscii(word: WordBuilder, text: string, at: number): number {
  const codePoint = text.codePointAt(at) ?? 0;
  const end = at + (codePoint > 0xffff ? 2 : 1);
  const folded = foldLetter(codePoint);
  if (folded === '') word.extend(end);
  else if (folded === ' ') word.close();
  else word.add(folded, at, end);
  return end;
}

const letterCache = new Map<number, string>();
/** Invisible characters within a word: combining marks, soft hyphens, joiners, direction marks. */
const INVISIBLE = /^[\p{Mark}\u00AD\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]$/u;

/**
 * The letters and digits that a non-ASCII character contributes to a word: empty for an accent, a space for a
 * separator. One character never becomes two words (½ becomes `12`), so that words never overlap.
 */
function foldLetter(codePoint: number): string {
  const cached = letterCache.get(codePoint);
  if (cached !== undefined) return cached;
  const letter = String.fromCodePoint(codePoint);
  const lower = letter.normalize('NFKD').toLowerCase().normalize('NFKD').replaceAll('ς', 'σ');
  const folded = INVISIBLE.test(letter) ? '' : lower.replace(/[^\p{L}\p{N}]+/gu, '') || ' ';
  if (letterCache.size >= MAX_CACHED_LETTERS) letterCache.clear();
  letterCache.set(codePoint, folded);
  return folded;
}

/** Whether a text has words, and all of them are stop words. */
export function hasStopWordsOnly(text: string): boolean {
  const words = wordsIn(text);
  return words.length > 0 && words.every(({ surface }) => queryStopWords.has(surface));
}
