/** Where a text has mathematics, in the delimiters of TeX: pure. */

export interface Formula {
  /** Half-open range of UTF-16 code units, delimiters included. */
  from: number;
  to: number;
  /** What stands between the delimiters. */
  tex: string;
  /** On a line of its own. */
  isDisplay: boolean;
}

/** Longer ones are two sums of money with prose between them, or hostile. */
const LONGEST = 1000;

/** Three words in a row are no formula: two dollars have met that do not belong together. */
const PROSE = /(?<![\\\p{L}{])\p{Ll}{3,} \p{Ll}+ \p{Ll}{3,}/u;

const paired = [
  { open: '$$', close: '$$', isDisplay: true },
  { open: '\\[', close: '\\]', isDisplay: true },
  { open: '\\(', close: '\\)', isDisplay: false },
] as const;

/**
 * The formulas of a text, in order and apart. A single `$` opens where no space follows it and closes where none stands
 * before it and no digit behind (the rule of Pandoc's `tex_math_dollars`), so that '$5 and $10' is money.
 */
export function formulasOf(text: string): Formula[] {
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
  const pair = paired.find((one) => one.open === open);
  if (!pair && open !== '$') return null;
  const begin = from + open.length;
  const end = pair ? text.indexOf(pair.close, begin) : dollarAfter(text, begin);
  if (end < 0 || end - begin > LONGEST) return null;
  const tex = text.slice(begin, end);
  if (tex.trim() === '' || /\n\s*\n/.test(tex) || (open === '$' && PROSE.test(tex))) return null;
  return { from, to: end + (pair?.close.length ?? 1), tex, isDisplay: pair?.isDisplay ?? false };
}

/** The dollar that closes what begins here; −1 where none does. */
function dollarAfter(text: string, begin: number): number {
  if (/^\s|^$/.test(text.slice(begin, begin + 1))) return -1;
  for (let at = begin; at < text.length && at - begin <= LONGEST; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '$') return /\s/.test(text[at - 1]!) || /\d/.test(text[at + 1] ?? '') ? -1 : at;
  }
  return -1;
}
