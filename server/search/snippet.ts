import { sentences } from '../../pipeline/core/sentences.ts';
import { type QueryTerm, rootOf, wordsOf } from './words.ts';

/** A stretch of an abstract with the query's words in it; `marks` are half-open ranges of UTF-16 code units. */
export interface Snippet {
  readonly text: string;
  readonly marks: [number, number][];
}

/** A longer sentence is cut around its first marked word. */
const LONGEST = 320;

/** The sentence of an abstract that holds most of the terms (the first among equals), with their words marked. */
export function snippetOf(abstract: string, terms: readonly QueryTerm[]): Snippet {
  const roots = new Set(terms.flatMap(({ words }) => words.map(rootOf)));
  let best: Snippet = { text: '', marks: [] };
  let most = -1;
  for (const { start, end } of sentences(abstract)) {
    const text = abstract.slice(start, end);
    const { marks, distinct } = markWords(text, roots);
    if (distinct > most) {
      most = distinct;
      best = { text, marks };
    }
  }
  return cutToLength(best);
}

function markWords(text: string, roots: ReadonlySet<string>): { marks: [number, number][]; distinct: number } {
  const marks: [number, number][] = [];
  const seen = new Set<string>();
  if (roots.size > 0) {
    for (const match of text.matchAll(/[\p{L}\p{N}\p{Mark}]+/gu)) {
      const [word = ''] = wordsOf(match[0]);
      const root = rootOf(word);
      if (!roots.has(root)) continue;
      marks.push([match.index, match.index + match[0].length]);
      seen.add(root);
    }
  }
  return { marks, distinct: seen.size };
}

function cutToLength({ text, marks }: Snippet): Snippet {
  if (text.length <= LONGEST) return { text, marks };
  const first = marks[0]?.[0] ?? 0;
  const from = first < LONGEST / 2 ? 0 : wordStart(text, first - LONGEST / 4);
  const to = from + LONGEST >= text.length ? text.length : wordStart(text, from + LONGEST);
  const before = from > 0 ? '… ' : '';
  const shift = before.length - from;
  return {
    text: `${before}${text.slice(from, to).trimEnd()}${to < text.length ? ' …' : ''}`,
    marks: marks
      .filter(([start, end]) => start >= from && end <= to)
      .map(([start, end]) => [start + shift, end + shift]),
  };
}

/** The beginning of the word that stands at or before a place; never inside a surrogate pair. */
function wordStart(text: string, at: number): number {
  const space = text.lastIndexOf(' ', at);
  if (space > 0 && at - space < 60) return space + 1;
  return /[\uDC00-\uDFFF]/.test(text.charAt(at)) ? at - 1 : at;
}
