/**
 * Makes plain Unicode of the LaTeX in BibTeX values. The library knows the commands for letters, accents and symbols; it
 * is given one command at a time, because it takes 0.03 ms for every character and cubic time for nested arguments, drops
 * what follows a '%', and does not keep mathematics as TeX.
 */
import { parse } from '@retorquere/bibtex-parser';
import { normalizeWhitespace } from '../../parsed-paper.ts';

/** Calls of the library for one entry. Each takes about 0.3 ms; author lists of thousands of names need a hundred. */
const MAX_CALLS = 500;

/** How much of one entry is converted, in UTF-16 code units: nobody writes so much LaTeX. */
const MAX_CONVERTED = 2 ** 20;

/** The longest formula, as in `web/text/find-tex.ts`, and the longest argument of an accent, of another command. */
const MAX_FORMULA = 1000;
const MAX_ACCENTED = 60;
const MAX_ARGUMENT = 300;

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

/** Accents, and other commands that the library knows only together with an argument. */
const ACCENTS = new Set([
  ...'\'`^"~=.',
  ...'uvHtcdbrkGUfh',
  'textcommabelow',
  'textsuperscript',
  'textsubscript',
  'cyrchar',
  'bar',
  'overline',
]);
const WHOLE_ARGUMENT = new Set(['t', 'textsuperscript', 'textsubscript', 'cyrchar', 'bar', 'overline']);
const BARE_ACCENTS = new Map([...'\'`^"~=.'].map((accent) => [accent, accent]));

const REPLACEMENTS = new Map([
  ['{', ''],
  ['}', ''],
  ['~', ' '],
  ['--', '–'],
  ['---', '—'],
  ['``', '“'],
  ["''", '”'],
  ['?`', '¿'],
  ['!`', '¡'],
]);

/** Commands of one character that is no letter. Every other one is white space. */
const SYMBOLS = new Map([
  ...[...'{}%&_#$@*|()[]<>0123456789'].map((symbol) => [symbol, symbol] as const),
  ['-', ''],
  ['/', ''],
  ['!', ''],
]);
SYMBOLS.set('@', '').set('(', '\\(').set(')', '\\)').set('[', '\\[').set(']', '\\]');

const SPACES = new Set('par newline linebreak quad qquad enspace thinspace space hfill item hline'.split(' '));
const FONTS = new Set(
  (
    'bf it rm sc sf sl tt em bfseries itshape scshape slshape upshape rmfamily sffamily ttfamily mdseries normalfont ' +
    'tiny scriptsize footnotesize small normalsize large Large LARGE huge Huge protect relax noindent allowbreak left ' +
    'right displaystyle textstyle nobreak xspace ignorespaces unskip emph textbf textit textrm textsc textsf textsl ' +
    'texttt textup textmd textnormal text underline mbox hbox makebox fbox uppercase lowercase MakeUppercase ' +
    'MakeLowercase NoCaseChange mkbibemph mkbibbold mkbibitalic textcite'
  ).split(' '),
);
/** Commands whose argument is an address or a path. */
const ADDRESSES = new Set(['url', 'path', 'nolinkurl']);
/** Commands that are dropped together with their argument. */
const HIDDEN = new Set(
  'cite citep citet label ref eqref footnote thanks noopsort SortNoop vphantom phantom hphantom hspace vspace'.split(
    ' ',
  ),
);
const NAMES = new Map([
  ['LaTeX', 'LaTeX'],
  ['TeX', 'TeX'],
  ['BibTeX', 'BibTeX'],
  ['LaTeXe', 'LaTeX2e'],
  ['lq', '‘'],
  ['rq', '’'],
  ['degree', '°'],
  ['ensuremath', ''],
  ['backslash', '\\'],
  ['lbrace', '{'],
  ['rbrace', '}'],
]);

function skipSpace(latex: string, at: number): number {
  SPACE.lastIndex = at;
  return SPACE.test(latex) ? SPACE.lastIndex : at;
}
const SPACE = /\s*/y;

/** The index after the group that begins at an index; undefined if none begins there, or ends within `limit`. */
function endOfArgument(latex: string, at: number, limit = MAX_ARGUMENT): number | undefined {
  if (latex[at] !== '{') return undefined;
  let depth = 0;
  for (let i = at; i < latex.length && i - at <= limit; i++) {
    if (latex[i] === '\\') i++;
    else if (latex[i] === '{') depth++;
    else if (latex[i] === '}' && --depth === 0) return i + 1;
  }
  return undefined;
}

/** Environments whose content is mathematics. */
const ENVIRONMENT = /\\begin\{((?:equation|align|gather|eqnarray|displaymath|math)\*?)\}/y;

/** Finds the formulas of one LaTeX text. */
class FormulaSearch {
  readonly #latex: string;
  /** For each closing sign, where it was found last, searching from where. */
  readonly #found = new Map<string, { readonly from: number; readonly at: number }>();

  constructor(latex: string) {
    this.#latex = latex;
  }

  /** The formula that begins at an index, with dollar signs around it, and the index after it. */
  formulaAt(at: number): { readonly text: string; readonly end: number } | undefined {
    const latex = this.#latex;
    if (latex[at] === '$') {
      const sign = latex[at + 1] === '$' ? '$$' : '$';
      return this.#between(at + sign.length, sign, sign);
    }
    if (latex.startsWith('\\(', at)) return this.#between(at + 2, '\\)', '$');
    if (latex.startsWith('\\[', at)) return this.#between(at + 2, '\\]', '$$');
    if (latex.startsWith('\\ensuremath', at)) {
      const start = skipSpace(latex, at + '\\ensuremath'.length);
      const end = endOfArgument(latex, start, MAX_FORMULA);
      return end === undefined ? undefined : formulaOf(latex.slice(start + 1, end - 1), '$', end);
    }
    ENVIRONMENT.lastIndex = at;
    const environment = ENVIRONMENT.exec(latex);
    return environment ? this.#between(ENVIRONMENT.lastIndex, `\\end{${environment[1]}}`, '$$') : undefined;
  }

  #between(start: number, close: string, sign: string): { readonly text: string; readonly end: number } | undefined {
    const at = this.#nextClose(close, start);
    if (at - start > MAX_FORMULA) return undefined;
    const content = this.#latex.slice(start, at);
    const end = at + close.length;
    // '$5 and $10' is money.
    if (close === '$' && /^\s*\d/.test(content) && /\d/.test(this.#latex[end] ?? '')) return undefined;
    return formulaOf(content, sign, end);
  }

  /** The next closing sign from an index on, without those after a backslash; Infinity if there is none. */
  #nextClose(close: string, from: number): number {
    const last = this.#found.get(close);
    // Otherwise a thousand opening signs without a closing one would each be searched to the end.
    if (last && last.from <= from && from <= last.at) return last.at;
    let at = from;
    while (at < this.#latex.length && !this.#latex.startsWith(close, at)) at += this.#latex[at] === '\\' ? 2 : 1;
    if (at >= this.#latex.length) at = Number.POSITIVE_INFINITY;
    this.#found.set(close, { from, at });
    return at;
  }
}

function formulaOf(
  content: string,
  sign: string,
  end: number,
): { readonly text: string; readonly end: number } | undefined {
  const tex = normalizeWhitespace(content);
  if (tex === '') return undefined;
  // Mendeley writes a backslash as a formula.
  if (tex === '\\backslash') return { text: '\\', end };
  return { text: `${sign}${tex}${sign}`, end };
}

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
