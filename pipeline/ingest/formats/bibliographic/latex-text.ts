/**
 * Makes plain Unicode of the LaTeX in BibTeX values. The library knows the commands for letters, accents and symbols; it
 * is given one command at a time, because it takes 0.03 ms for every character and cubic time for nested arguments, drops
 * what follows a '%', and does not keep mathematics as TeX.
 */
import { parse } from '@retorquere/bibtex-parser';
import { normalizeWhitespace } from '../../parsed-paper.ts';
import {
  ACCENTS,
  ADDRESSES,
  BARE_ACCENTS,
  FONTS,
  HIDDEN,
  NAMES,
  REPLACEMENTS,
  SPACES,
  SYMBOLS,
  WHOLE_ARGUMENT,
} from './latex-commands.ts';
import { endOfArgument, FormulaSearch, MAX_FORMULA, skipSpace } from './latex-formulas.ts';

/** Calls of the library for one entry. Each takes about 0.3 ms; author lists of thousands of names need a hundred. */
const MAX_CALLS = 500;

/** How much of one entry is converted, in UTF-16 code units: nobody writes so much LaTeX. */
const MAX_CONVERTED = 2 ** 20;

/** The longest argument of an accent, in UTF-16 code units. */
const MAX_ACCENTED = 60;

/** Converts LaTeX of one file. Commands are remembered, so that each is given to the library once. */
export class LatexText {
  readonly #known = new Map<string, string | undefined>();
  #calls = 0;
  #converted = 0;

  /** Has to be called before each entry: how much is done for one of them is limited. */
  startEntry(): void {
    this.#calls = 0;
    this.#converted = 0;
    if (this.#known.size > 10_000) this.#known.clear();
  }

  /**
   * LaTeX as plain Unicode in one line. Braces and commands for fonts are dropped, accents and symbols become characters,
   * and mathematics stays as it is, between single or double dollar signs. A command that is unknown stays if it stands
   * alone, and is dropped if it has an argument, which stays.
   */
  toUnicode(latex: string): string {
    if (!/[\\{}$~`]|--|''/.test(latex)) return normalizeWhitespace(latex);
    this.#converted += latex.length;
    if (this.#converted > MAX_CONVERTED) return normalizeWhitespace(latex);
    return normalizeWhitespace(this.#convert(latex, 0));
  }

  /** @param depth of accents within accents */
  #convert(latex: string, depth: number): string {
    const parts: string[] = [];
    const search = new FormulaSearch(latex);
    const special = /[\\{}$~]|-{2,3}|[`?!]`|``|''/g;
    let at = 0;
    for (let match = special.exec(latex); match; match = special.exec(latex)) {
      parts.push(latex.slice(at, match.index));
      const formula = search.formulaAt(match.index);
      if (formula) {
        parts.push(formula.text);
        at = formula.end;
      } else if (match[0] === '\\') {
        const { text, end } = this.#command(latex, match.index, depth);
        parts.push(text);
        at = end;
      } else {
        parts.push(REPLACEMENTS.get(match[0]) ?? match[0]);
        at = special.lastIndex;
      }
      special.lastIndex = at;
    }
    parts.push(latex.slice(at));
    return parts.join('');
  }

  /** What a command becomes, and where what follows it begins. */
  #command(latex: string, start: number, depth: number): { readonly text: string; readonly end: number } {
    COMMAND.lastIndex = start;
    const [written, letters, symbol] = COMMAND.exec(latex) ?? [latex.slice(start)];
    const name = letters ?? symbol ?? '';
    const end = start + written.length;
    if (symbol !== undefined && !ACCENTS.has(symbol)) return { text: SYMBOLS.get(symbol) ?? ` `, end };
    if (ACCENTS.has(name)) return this.#accent(latex, name, end, depth);
    // TeX ignores space after a command of letters.
    const afterSpace = skipSpace(latex, end);
    if (SPACES.has(name)) return { text: ' ', end: afterSpace };
    if (FONTS.has(name)) return { text: '', end: afterSpace };
    if (HIDDEN.has(name)) return { text: '', end: endOfArgument(latex, afterSpace) ?? afterSpace };
    if (name === 'href') return { text: '', end: endOfArgument(latex, afterSpace) ?? afterSpace };
    if (ADDRESSES.has(name)) {
      const addressEnd = endOfArgument(latex, afterSpace, MAX_FORMULA);
      if (addressEnd) return { text: verbatimOfLatex(latex.slice(afterSpace + 1, addressEnd - 1)), end: addressEnd };
    }
    if (name === 'begin' || name === 'end') return { text: ' ', end: endOfArgument(latex, afterSpace) ?? afterSpace };
    const known = NAMES.get(name) ?? this.#ofLibrary(`\\${name}`);
    if (known !== undefined) return { text: known, end: afterSpace };
    return latex[afterSpace] === '{' ? { text: '', end: afterSpace } : { text: written, end };
  }

  /** An accent over the first character of its argument: of a group, or of what follows. */
  #accent(latex: string, accent: string, end: number, depth: number): { readonly text: string; readonly end: number } {
    // Within quotes, programs that do not know BibTeX write `\"` for a quote.
    if (accent === '"' && /^(?:\s|$)/.test(latex.slice(end, end + 1))) return { text: '"', end };
    const from = skipSpace(latex, end);
    const groupEnd = endOfArgument(latex, from, MAX_ACCENTED);
    const isGroup = groupEnd !== undefined;
    const argument = isGroup
      ? latex.slice(from + 1, groupEnd - 1)
      : (ARGUMENT.exec(latex.slice(from, from + MAX_ACCENTED))?.[0] ?? '');
    const afterArgument = isGroup ? groupEnd : from + argument.length;
    const base = (depth < 3 ? this.#convert(argument, depth + 1) : argument).replace(/^ı/, 'i').replace(/^ȷ/, 'j');
    if (base.trim() === '') return { text: `${BARE_ACCENTS.get(accent) ?? ''}${base}`, end: afterArgument };
    const whole = WHOLE_ARGUMENT.has(accent);
    const [first] = whole ? [base] : base;
    const accented = first.length <= MAX_ACCENTED ? this.#ofLibrary(`\\${accent}{${first}}`) : undefined;
    if (accent === '"' && !isGroup && accented !== undefined && accented.length > 1) return { text: '"', end };
    return { text: `${accented ?? first}${base.slice(first.length)}`, end: afterArgument };
  }

  /** What the library makes of a command; undefined if it does not know it, or was called too often. */
  #ofLibrary(command: string): string | undefined {
    if (this.#known.has(command)) return this.#known.get(command);
    if (this.#calls >= MAX_CALLS) return undefined;
    this.#calls++;
    const text = unicodeOf(command) ?? unicodeOf(`$${command}$`);
    this.#known.set(command, text);
    return text;
  }
}

/** Stands for a command that the library does not know. It never is in a command. */
const UNKNOWN = '\uFFFF';

function unicodeOf(command: string): string | undefined {
  try {
    const { entries } = parse(`@misc{key,\n x = {${command}}}`, {
      // Everything that changes capitals, or marks where they must not change.
      sentenceCase: false,
      caseProtection: false,
      english: false,
      applyCrossRef: false,
      unsupported: () => UNKNOWN,
    });
    const text = entries[0]?.fields.x;
    if (text === undefined || text.includes(UNKNOWN)) return undefined;
    const plain = text.replace(/<\/?[a-z]+>/g, '');
    if (/[{}\\$]/.test(plain) && !/^\\text/.test(command)) return undefined;
    // The library writes Greek as mathematical italics; elsewhere it writes a combining accent after its letter.
    return plain
      .replace(/[\u{1D400}-\u{1D7FF}]/gu, (letter) => letter.normalize('NFKC'))
      .normalize('NFC')
      .replace(/\u200B/g, '');
  } catch {
    return undefined;
  }
}

/** A command: letters with an optional star, or one other character. */
const COMMAND = /\\(?:([a-z]+)\*?|([\s\S]?))/iuy;
/** What an accent stands over if it has no group: a command, or one character. */
const ARGUMENT = /^(?:\\[a-z]+(?:\s*\{[^{}]*\})?|\\?[^\s\\{}])/iu;

/**
 * A value that is no text, such as an address, a DOI or a path: escapes and braces are removed, everything else stays.
 */
export function verbatimOfLatex(latex: string): string {
  if (!/[\\{}$]/.test(latex)) return latex.trim();
  return latex
    .replace(/\\(?:url|path|nolinkurl)\s*(?=\{)/g, '')
    .replace(/\\href\s*\{([^{}]*)\}\s*\{[^{}]*\}/g, '$1')
    .replace(/\{?\$\\sim\$\}?|\\textasciitilde(?:\{\}|\s)?|\\~\{\}/g, '~')
    .replace(/\$\\backslash\$/g, '\\')
    .replace(/\\textunderscore(?:\{\}|\s)?/g, '_')
    .replace(/\\([_%&#$~{}])/g, (_, character: string) => (/[{}]/.test(character) ? '' : character))
    .replace(/[{}]/g, '')
    .trim();
}
