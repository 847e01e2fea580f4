/** Finds the arguments of commands and the mathematics in LaTeX. Pure functions. */
import { normalizeWhitespace } from '../../parsed-paper.ts';

/** The index of the first character that is not white space, from an index on. */
export function skipSpace(latex: string, at: number): number {
  SPACE.lastIndex = at;
  return SPACE.test(latex) ? SPACE.lastIndex : at;
}
const SPACE = /\s*/y;

/** The index after the group that begins at an index; undefined if none begins there, or ends within `limit`. */
export function endOfArgument(latex: string, at: number, limit = 300): number | undefined {
  if (latex[at] !== '{') return undefined;
  let depth = 0;
  for (let i = at; i < latex.length && i - at <= limit; i++) {
    if (latex[i] === '\\') i++;
    else if (latex[i] === '{') depth++;
    else if (latex[i] === '}' && --depth === 0) return i + 1;
  }
  return undefined;
}

/** The longest formula in UTF-16 code units, as in `web/text/find-tex.ts`. */
export const MAX_FORMULA = 1000;

/** Environments whose content is mathematics. */
const ENVIRONMENT = /\\begin\{((?:equation|align|gather|eqnarray|displaymath|math)\*?)\}/y;

/** Finds the formulas of one LaTeX text. */
export class FormulaSearch {
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
