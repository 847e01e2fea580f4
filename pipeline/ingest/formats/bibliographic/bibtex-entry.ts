/** Parses the syntax of one BibTeX entry: its key, and its values with macros replaced and parts joined. */

/** One entry. Values are still LaTeX. */
export interface BibtexEntry {
  /** The citation key; '' if there is none. */
  readonly key: string;
  /** The values by field name in lower case, in order. A field that is written twice has two values. */
  readonly fields: ReadonlyMap<string, readonly string[]>;
  /** What could not be read between the fields that could, as it is written. */
  readonly skipped: string | undefined;
}

/** The longest entry after macros are replaced, in UTF-16 code units: macros of macros can grow without bound. */
const MAX_EXPANDED_LENGTH = 2 ** 25;

/** Values of macros by name in lower case: those of `@string`, and the months, which BibTeX styles define. */
export type BibtexMacros = ReadonlyMap<string, string>;

/**
 * Parses an entry from its `@` to its closing bracket. Tolerates what other programs do: a missing key or comma, values
 * without delimiters, quotes within quotes, comments between fields.
 */
export function parseBibtexEntry(text: string, macros: BibtexMacros): BibtexEntry {
  const parser = new EntryParser(text, macros);
  return parser.parse();
}

const NAME = /[^\s,={}"#%()@\\]+/y;
const FIELD_START = /\s*[^\s,={}"#%()@\\]+\s*=/y;
/** A key may contain what other programs put into it, also spaces, but not what ends it. */
const KEY = /[^,={}\n%]*/y;
const BARE_VALUE = /[^\s,#{}()"=]+/y;

class EntryParser {
  readonly #text: string;
  readonly #macros: BibtexMacros;
  #at: number;
  /** Where the closing bracket of the entry is. */
  readonly #end: number;
  readonly #fields = new Map<string, string[]>();
  #skipped: string | undefined;
  /** What opens and closes a group: every brace, or in an entry that this leaves open, those without a backslash. */
  readonly #braces: RegExp;
  /** Length of all values so far. */
  #length = 0;

  constructor(text: string, macros: BibtexMacros) {
    this.#text = text;
    this.#macros = macros;
    this.#at = text.search(/[{(]/) + 1;
    this.#end = text.length - 1;
    this.#braces = isBalanced(text) ? /[{}]/g : /\\[\s\S]|[{}]/g;
  }

  parse(): BibtexEntry {
    const key = this.#key();
    for (;;) {
      while (this.#match(/[\s,]+/y) !== '' || this.#match(/%[^\n]*/y) !== '');
      if (this.#at >= this.#end) break;
      if (!this.#field()) this.#skip();
    }
    return { key, fields: this.#fields, skipped: this.#skipped };
  }

  #key(): string {
    this.#match(/\s*/y);
    if (this.#isAt(FIELD_START)) return '';
    const start = this.#at;
    const key = this.#match(KEY);
    if (this.#text[this.#at] !== '=') return key.trim();
    // `@book{key title = …`: the comma after the key is missing.
    this.#at = start;
    return this.#match(NAME);
  }

  #field(): boolean {
    if (!this.#isAt(FIELD_START)) return false;
    const name = this.#match(NAME).toLowerCase();
    this.#match(/\s*=\s*/y);
    const value = this.#value();
    const values = this.#fields.get(name);
    if (values) values.push(value);
    else this.#fields.set(name, [value]);
    return true;
  }

  /** Parts with `#` between them. */
  #value(): string {
    const parts: string[] = [];
    do {
      const start = this.#at;
      const part = this.#part();
      this.#length += part.length;
      if (this.#length <= MAX_EXPANDED_LENGTH) parts.push(part);
      else this.#noteSkipped(start);
    } while (this.#match(/\s*#\s*/y) !== '');
    return parts.join('');
  }

  #part(): string {
    const first = this.#text[this.#at];
    if (first === '{') return this.#braced();
    if (first === '"') return this.#quoted();
    const bare = this.#match(BARE_VALUE);
    if (/^\d*$/.test(bare) || this.#isAt(/\s*(?:[,#})%]|$)/y) || this.#isAt(/\s*\n/y)) {
      return this.#macros.get(bare.toLowerCase()) ?? bare;
    }
    // A value without delimiters: all of its line.
    return withoutCommasAtEnd(`${bare}${this.#match(/[^\n]*/y)}`);
  }

  #braced(): string {
    const start = this.#at + 1;
    const end = this.#closingBrace(start);
    this.#at = Math.min(end + 1, this.#end);
    return this.#text.slice(start, end);
  }

  /** The index of the brace that closes a value which begins at `start`; that of the end if there is none. */
  #closingBrace(start: number): number {
    const braces = this.#braces;
    braces.lastIndex = start;
    let depth = 0;
    for (let match = braces.exec(this.#text); match && match.index < this.#end; match = braces.exec(this.#text)) {
      if (match[0] === '{') depth++;
      else if (match[0] === '}' && depth-- === 0) return match.index;
    }
    return this.#end;
  }

  /** A quote ends the value only if something follows that can follow a value: 'M\"uller' and quoted words do not. */
  #quoted(): string {
    const start = ++this.#at;
    const delimiters = /[{}"]/g;
    delimiters.lastIndex = start;
    let depth = 0;
    for (let match = delimiters.exec(this.#text); match; match = delimiters.exec(this.#text)) {
      if (match[0] === '{') depth++;
      else if (match[0] === '}') depth--;
      else if (depth <= 0) {
        this.#at = match.index + 1;
        if (this.#at >= this.#end || this.#isAt(/\s*(?:[,#})%]|$)/y) || this.#isAt(FIELD_START)) {
          return this.#text.slice(start, match.index);
        }
      }
    }
    this.#at = this.#end;
    this.#noteSkipped(start);
    return this.#text.slice(start, this.#end);
  }

  /** Skips what is no field, up to the next comma, line or brace. */
  #skip(): void {
    const start = this.#at;
    if (this.#text[start] === '{') this.#braced();
    else {
      this.#at++;
      this.#match(/[^,\n{}"]*/y);
    }
    this.#at = Math.min(Math.max(this.#at, start + 1), this.#end);
    this.#noteSkipped(start);
  }

  #noteSkipped(start: number): void {
    this.#skipped ??= this.#text.slice(start, Math.min(this.#at, start + 200)).trim();
  }

  #isAt(sticky: RegExp): boolean {
    sticky.lastIndex = this.#at;
    return sticky.test(this.#text) && sticky.lastIndex <= this.#end + 1;
  }

  /** Reads what a pattern matches at the current position, not beyond the end of the entry. */
  #match(sticky: RegExp): string {
    sticky.lastIndex = this.#at;
    const match = sticky.exec(this.#text);
    if (!match) return '';
    const end = Math.min(this.#at + match[0].length, this.#end);
    const matched = this.#text.slice(this.#at, end);
    this.#at = end;
    return matched;
  }
}

/** Whether every brace is closed if braces after a backslash count as any other, which is how BibTeX counts. */
function isBalanced(text: string): boolean {
  let depth = 0;
  for (const [brace] of text.matchAll(/[{}]/g)) depth += brace === '{' ? 1 : -1;
  return depth === 0;
}

/** Not by a pattern: one that ends with `$` takes quadratic time for white space within a line. */
function withoutCommasAtEnd(value: string): string {
  let end = value.length;
  while (end > 0 && /[,\s]/.test(value[end - 1])) end--;
  return value.slice(0, end);
}
