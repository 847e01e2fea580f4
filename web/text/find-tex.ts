/**
 * Finds TeX in titles and abstracts: formulas, and text commands that authors copied along with them. Pure functions.
 */

/** A formula within a text. */
export interface Formula {
  /** Start and end of the formula with its delimiters: a half-open range in UTF-16 code units. */
  from: number;
  to: number;
  /** The TeX source between the delimiters. */
  tex: string;
  /** Whether the formula is a displayed equation, in contrast to one within a line. */
  isDisplay: boolean;
}

/**
 * The longest formula, in UTF-16 code units. Longer text between two dollar signs is prose between two prices, or
 * malicious.
 */
const MAX_FORMULA = 1000;

/** Matches three words in a row, a sign that text between two dollar signs is prose and not a formula. */
const PROSE = /(?<![\\\p{L}{])\p{Ll}{3,} \p{Ll}+ \p{Ll}{3,}/u;

const DELIMITERS = [
  { open: '$$', close: '$$', isDisplay: true },
  { open: '\\[', close: '\\]', isDisplay: true },
  { open: '\\(', close: '\\)', isDisplay: false },
] as const;

/**
 * Finds the formulas of a text, in order, without overlaps. A single `$` opens a formula if no space follows it. It
 * closes a formula if no space precedes it and no digit follows it (the rule of Pandoc's `tex_math_dollars`). So '$5
 * and $10' is money.
 */
export function findFormulas(text: string): Formula[] {
  const found: Formula[] = [];
  const starts = /\\\\|\\\$|\$\$|\\\[|\\\(|\$/g;
  for (let start = starts.exec(text); start; start = starts.exec(text)) {
    const formula = formulaAt(text, start.index, start[0]);
    if (!formula) continue;
    found.push(formula);
    starts.lastIndex = formula.to;
  }
  return found;
}

function formulaAt(text: string, from: number, open: string): Formula | null {
  const delimiters = DELIMITERS.find((pair) => pair.open === open);
  if (!delimiters && open !== '$') return null;
  const begin = from + open.length;
  const end = delimiters ? text.indexOf(delimiters.close, begin) : closingDollar(text, begin);
  if (end < 0 || end - begin > MAX_FORMULA) return null;
  const tex = text.slice(begin, end);
  if (tex.trim() === '' || /\n\s*\n/.test(tex) || (open === '$' && PROSE.test(tex))) return null;
  return { from, to: end + (delimiters?.close.length ?? 1), tex, isDisplay: delimiters?.isDisplay ?? false };
}

/** Returns the position of the dollar sign that closes the formula starting at `begin`; −1 if there is none. */
function closingDollar(text: string, begin: number): number {
  if (/^\s|^$/.test(text.slice(begin, begin + 1))) return -1;
  for (let at = begin; at < text.length && at - begin <= MAX_FORMULA; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '$') return /\s/.test(text[at - 1]) || /\d/.test(text[at + 1] ?? '') ? -1 : at;
  }
  return -1;
}

/** A range of a text that is displayed as another text, mostly as nothing. */
export interface TextReplacement {
  /** Start and end of the range: half-open, in UTF-16 code units. */
  from: number;
  to: number;
  /** The text to display. */
  as: string;
}

/** TeX commands for style: only their argument is displayed. */
const STYLE_COMMANDS = new Set([
  'emph',
  'textbf',
  'textit',
  'textsl',
  'texttt',
  'textsc',
  'textsf',
  'textrm',
  'textmd',
  'underline',
]);
/** TeX commands that are hidden together with their argument. */
const HIDDEN_COMMANDS = new Set(['cite', 'citep', 'citet', 'label', 'footnote']);
/** The longest argument of a command, in UTF-16 code units. A longer one is assumed to lack its closing brace. */
const MAX_ARGUMENT = 600;

/**
 * Finds the ranges of a text that have to be replaced to hide TeX commands outside formulas, in order, without
 * overlaps: style commands and their braces are removed, links become their label or address, citations and footnotes
 * disappear, escaped characters lose the backslash. Unknown commands and those without a closing brace stay.
 *
 * @param isFormula whether a position is within a formula, where commands must stay
 */
export function findCommandReplacements(text: string, isFormula: (position: number) => boolean): TextReplacement[] {
  if (!text.includes('\\')) return [];
  const found: TextReplacement[] = [];
  for (const match of text.matchAll(/\\([A-Za-z]+)\*?\s?(?=\{)|\\([%&_#])/g)) {
    const { index: from } = match;
    const after = from + match[0].length;
    if (isFormula(from) || found.some(({ from: start, to }) => from >= start && from < to)) continue;
    if (match[2]) found.push({ from, to: after, as: match[2] });
    else found.push(...replaceCommand(text, from, after, match[1]));
  }
  return found.sort((a, b) => a.from - b.from);
}

/**
 * Returns the replacements for one command.
 *
 * @param brace position of the opening brace of the command's first argument
 */
function replaceCommand(text: string, from: number, brace: number, name: string): TextReplacement[] {
  const close = findClosingBrace(text, brace);
  if (close < 0) return [];
  const hideClosingBrace = { from: close, to: close + 1, as: '' };
  if (STYLE_COMMANDS.has(name) || name === 'url') return [{ from, to: brace + 1, as: '' }, hideClosingBrace];
  if (HIDDEN_COMMANDS.has(name)) return [{ from, to: close + 1, as: '' }];
  if (name !== 'href' || text[close + 1] !== '{') return [];
  // Of `\href{address}{label}` only the label is displayed.
  const end = findClosingBrace(text, close + 1);
  return end < 0
    ? []
    : [
        { from, to: close + 2, as: '' },
        { from: end, to: end + 1, as: '' },
      ];
}

/** Returns the position of the brace that closes the one at `open`; −1 if there is none. */
export function findClosingBrace(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length && at - open <= MAX_ARGUMENT; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '{') depth++;
    else if (text[at] === '}' && --depth === 0) return at;
  }
  return -1;
}
