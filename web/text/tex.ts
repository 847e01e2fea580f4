/** TeX in titles and abstracts: formulas, and the text commands that authors paste in with them. Pure. */

export interface Formula {
  /** Half-open range of UTF-16 code units, delimiters included. */
  from: number;
  to: number;
  /** What is between the delimiters. */
  tex: string;
  /** A displayed equation, in contrast to one within a line. */
  isDisplay: boolean;
}

/** In UTF-16 code units. Anything longer is two dollar amounts with prose between them, or hostile. */
const MAX_FORMULA = 1000;

/** Three words in a row are prose: two unrelated dollar signs were paired. */
const PROSE = /(?<![\\\p{L}{])\p{Ll}{3,} \p{Ll}+ \p{Ll}{3,}/u;

const DELIMITERS = [
  { open: '$$', close: '$$', isDisplay: true },
  { open: '\\[', close: '\\]', isDisplay: true },
  { open: '\\(', close: '\\)', isDisplay: false },
] as const;

/**
 * The formulas of a text, in order, without overlaps. A single `$` opens a formula if no space follows it, and closes one
 * if no space precedes and no digit follows it (Pandoc's `tex_math_dollars`), so that '$5 and $10' is money.
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

/** The dollar sign that closes a formula which begins here; −1 if there is none. */
function closingDollar(text: string, begin: number): number {
  if (/^\s|^$/.test(text.slice(begin, begin + 1))) return -1;
  for (let at = begin; at < text.length && at - begin <= MAX_FORMULA; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '$') return /\s/.test(text[at - 1]) || /\d/.test(text[at + 1] ?? '') ? -1 : at;
  }
  return -1;
}

/** A range of a text that is shown as something else, mostly as nothing. */
export interface Replacement {
  /** Half-open range of UTF-16 code units. */
  from: number;
  to: number;
  as: string;
}

/** Commands whose only argument is running text. */
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
/** Commands that are hidden with their argument. */
const HIDDEN_COMMANDS = new Set(['cite', 'citep', 'citet', 'label', 'footnote']);
/** In UTF-16 code units. An argument that is longer was never closed. */
const MAX_ARGUMENT = 600;

/**
 * Replacements for text commands, in order, without overlaps: style commands lose their braces, links become their label or
 * address, citations and footnotes disappear, escaped signs lose the backslash. Unclosed and unknown commands stay.
 *
 * @param isFormula whether a position is within a formula, where no text command is read
 */
export function textCommands(text: string, isFormula: (position: number) => boolean): Replacement[] {
  if (!text.includes('\\')) return [];
  const found: Replacement[] = [];
  for (const match of text.matchAll(/\\([A-Za-z]+)\*?\s?(?=\{)|\\([%&_#])/g)) {
    const { index: from } = match;
    const after = from + match[0].length;
    if (isFormula(from) || found.some(({ from: start, to }) => from >= start && from < to)) continue;
    if (match[2]) found.push({ from, to: after, as: match[2] });
    else found.push(...replaceCommand(text, from, after, match[1]));
  }
  return found.sort((a, b) => a.from - b.from);
}

/** @param brace the position of the opening brace of its first argument */
function replaceCommand(text: string, from: number, brace: number, name: string): Replacement[] {
  const close = closingBrace(text, brace);
  if (close < 0) return [];
  const hideClosingBrace = { from: close, to: close + 1, as: '' };
  if (STYLE_COMMANDS.has(name) || name === 'url') return [{ from, to: brace + 1, as: '' }, hideClosingBrace];
  if (HIDDEN_COMMANDS.has(name)) return [{ from, to: close + 1, as: '' }];
  if (name !== 'href' || text[close + 1] !== '{') return [];
  // Of \href{address}{label} only the label is shown.
  const end = closingBrace(text, close + 1);
  return end < 0
    ? []
    : [
        { from, to: close + 2, as: '' },
        { from: end, to: end + 1, as: '' },
      ];
}

/** The position of the brace that closes the one at `open`; −1 if it is not closed. */
export function closingBrace(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length && at - open <= MAX_ARGUMENT; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '{') depth++;
    else if (text[at] === '}' && --depth === 0) return at;
  }
  return -1;
}
