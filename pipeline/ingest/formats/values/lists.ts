/** Lists in one cell or string: JSON, Python, numpy, or texts with separators. */
import { textOf } from './text.ts';

/** The longest text that is parsed as a literal, in characters: more than any list of authors. */
const MAX_LITERAL_LENGTH = 2 ** 20;
const MAX_LITERAL_DEPTH = 20;

/**
 * The value of a text that is a list or object as JSON or Python print it: `["A", "B"]`, `['A', "O'Brien"]`,
 * `[{'name': 'A'}]`, `('A', 'B')`, and `['A' 'B']` of numpy. Undefined for any other text.
 */
export function parseLiteral(text: string): unknown {
  const trimmed = text.trim();
  if (!/^[[({].*[\])}]$/s.test(trimmed) || trimmed.length > MAX_LITERAL_LENGTH) return undefined;
  const reader = new LiteralReader(trimmed);
  const value = reader.value(0);
  return reader.hasEnded() ? value : undefined;
}

const WORDS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['None', null],
  ['null', null],
  ['nan', null],
  ['NaN', null],
  ['True', true],
  ['true', true],
  ['False', false],
  ['false', false],
]);
const CLOSING: Readonly<Record<string, string>> = { '[': ']', '(': ')', '{': '}' };
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' };

/** Reads one literal. Anything unexpected sets the position beyond the text, so that `hasEnded` is false. */
class LiteralReader {
  #at = 0;
  #failed = false;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  hasEnded(): boolean {
    this.#skipSpace();
    return !this.#failed && this.#at === this.#text.length;
  }

  value(depth: number): unknown {
    this.#skipSpace();
    const first = this.#text[this.#at];
    if (depth > MAX_LITERAL_DEPTH || first === undefined) return this.#fail();
    if (first === '[' || first === '(') return this.#list(CLOSING[first], depth);
    if (first === '{') return this.#object(depth);
    const string = this.#string();
    return string ?? this.#word();
  }

  #list(closing: string, depth: number): unknown[] {
    const list: unknown[] = [];
    this.#at++;
    while (!this.#failed && !this.#takes(closing)) {
      list.push(this.value(depth + 1));
      // numpy writes no commas.
      this.#takes(',');
    }
    return list;
  }

  #object(depth: number): Record<string, unknown> | unknown[] {
    const entries: [string, unknown][] = [];
    this.#at++;
    while (!this.#failed && !this.#takes('}')) {
      const key = this.value(depth + 1);
      // A set: `{'A', 'B'}`.
      const value = this.#takes(':') ? this.value(depth + 1) : key;
      entries.push([String(key), value]);
      if (!this.#takes(',') && this.#text[this.#at] !== '}') this.#fail();
    }
    return Object.fromEntries(entries);
  }

  #string(): string | undefined {
    const start = /[ubr]{0,2}(['"])/iy;
    start.lastIndex = this.#at;
    const opened = start.exec(this.#text);
    if (!opened) return undefined;
    this.#at += opened[0].length;
    let text = '';
    for (;;) {
      const character = this.#text[this.#at++];
      if (character === undefined) return this.#fail() ?? '';
      if (character === opened[1]) return text;
      text += character === '\\' ? this.#escape() : character;
    }
  }

  #escape(): string {
    const character = this.#text[this.#at++] ?? '';
    const digits = { x: 2, u: 4, U: 8 }[character];
    if (digits === undefined) return ESCAPES[character] ?? character;
    const hexadecimal = this.#text.slice(this.#at, this.#at + digits);
    if (!/^[\da-f]+$/i.test(hexadecimal)) return character;
    this.#at += hexadecimal.length;
    const code = Number.parseInt(hexadecimal, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : '\uFFFD';
  }

  #word(): unknown {
    const word = /[\w.+-]+/y;
    word.lastIndex = this.#at;
    const found = word.exec(this.#text)?.[0];
    if (found === undefined) return this.#fail();
    this.#at += found.length;
    if (WORDS.has(found)) return WORDS.get(found);
    return Number.isNaN(Number(found)) ? this.#fail() : Number(found);
  }

  #takes(character: string): boolean {
    this.#skipSpace();
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #skipSpace(): void {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at++;
  }

  #fail(): undefined {
    this.#failed = true;
    this.#at = this.#text.length;
    return undefined;
  }
}

/** A subject class of arXiv: `cs.CL`, `hep-th`, `q-bio.NC`. */
const ARXIV_CLASS =
  /^(?:[a-z]{2,}(?:-[a-z]+)?(?:\.[A-Z]{2}|\.[a-z]{2}(?:-[a-z]+)+)|hep-(?:th|ph|ex|lat)|gr-qc|quant-ph|nucl-(?:th|ex)|math-ph|astro-ph|cond-mat)$/;

/**
 * The texts of a list: of an array of texts or of objects with a name, of a literal of JSON or Python, or of one text
 * with semicolons, bars, line ends or commas between them. Commas separate only if there is no other separator. Each
 * text occurs once. Undefined if there is none.
 *
 * @param keepCommas whether commas belong to the texts, as in `Computer Science, Artificial Intelligence`
 */
export function textsOf(value: unknown, keepCommas = false): string[] | undefined {
  const parts = Array.isArray(value)
    ? value.map(nameOf)
    : typeof value === 'string'
      ? splitTexts(value, keepCommas)
      : [nameOf(value)];
  const texts = parts.map(textOf).filter((text) => text !== undefined);
  return texts.length > 0 ? [...new Set(texts)] : undefined;
}

function splitTexts(text: string, keepCommas: boolean): unknown[] {
  const literal = parseLiteral(text);
  if (Array.isArray(literal)) return literal.map(nameOf);
  const separator = [/;/, /\|/, /\r?\n|\r/, ...(keepCommas ? [] : [/[,，、]/])].find((one) => one.test(text));
  if (separator) return text.split(separator);
  const words = text.trim().split(/\s+/);
  return words.every((word) => ARXIV_CLASS.test(word)) ? words : [text];
}

/** The keys under which objects in lists have their name, the first present one first. */
const NAME_KEYS = [
  'name',
  'display_name',
  'displayName',
  'label',
  'category',
  'tag',
  'term',
  'keyword',
  'title',
  'value',
];

/** A text, or what an object calls itself: `{"display_name": "Physics", "score": 0.9}`. */
function nameOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const names = new Map<string, unknown>(Object.entries(value));
  return NAME_KEYS.map((key) => names.get(key)).find((name) => typeof name === 'string');
}
