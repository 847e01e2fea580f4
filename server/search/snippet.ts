import { sentences } from '../../pipeline/core/sentences.ts';
import { wordsIn } from '../../pipeline/stages/words/analysis.ts';

/** A stretch of an abstract with the query's words in it; `marks` are half-open ranges of UTF-16 code units. */
export interface Snippet {
  readonly text: string;
  readonly marks: [number, number][];
}

/** A longer sentence is cut around its first marked word. */
const LONGEST = 320;

/**
 * The sentence of an abstract that holds most of the words (the first among equals), with them marked.
 *
 * @param stems of the words, as `wordsIn` gives them
 */
export function snippetOf(abstract: string, stems: ReadonlySet<string>): Snippet {
  let best: Snippet = { text: '', marks: [] };
  let most = -1;
  for (const { start, end } of sentences(abstract)) {
    const text = abstract.slice(start, end);
    const { marks, distinct } = markWords(text, stems);
    if (distinct > most) {
      most = distinct;
      best = { text, marks };
    }
  }
  return cutToLength(best);
}

function markWords(text: string, stems: ReadonlySet<string>): { marks: [number, number][]; distinct: number } {
  if (stems.size === 0) return { marks: [], distinct: 0 };
  const found = wordsIn(text).filter(({ stem }) => stems.has(stem));
  return {
    marks: found.map(({ start, end }) => [start, end]),
    distinct: new Set(found.map(({ stem }) => stem)).size,
  };
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
