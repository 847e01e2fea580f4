import type { Explained, Marked, Range } from './explain.ts';

/** A stretch of an abstract; `marks` and `near` are ranges of it. */
export interface Snippet extends Marked {
  readonly text: string;
}

/** A longer sentence is cut around its first marked word. */
const LONGEST = 320;

/** The sentence of an abstract that answers best, as `explain` found it, short enough for a list; of none, nothing. */
export function snippetOf(abstract: string, explained: Explained | undefined): Snippet {
  return explained ? cutToLength(abstract, explained) : { text: '', marks: [], near: [] };
}

function cutToLength(abstract: string, { sentence: [start, end], marks, near }: Explained): Snippet {
  const text = abstract.slice(start, end);
  const first = (marks[0] ?? near[0] ?? [start])[0] - start;
  const from = text.length <= LONGEST || first < LONGEST / 2 ? 0 : wordStart(text, first - LONGEST / 4);
  const to = from + LONGEST >= text.length ? text.length : wordStart(text, from + LONGEST);
  const before = from > 0 ? '… ' : '';
  const shift = before.length - from - start;
  const within = (ranges: readonly Range[]) =>
    ranges
      .filter((range) => range[0] >= start + from && range[1] <= start + to)
      .map((range): Range => [range[0] + shift, range[1] + shift]);
  return {
    text: `${before}${text.slice(from, to).trimEnd()}${to < text.length ? ' …' : ''}`,
    marks: within(marks),
    near: within(near),
  };
}

/** The beginning of the word that stands at or before a place; never inside a surrogate pair. */
function wordStart(text: string, at: number): number {
  const space = text.lastIndexOf(' ', at);
  if (space > 0 && at - space < 60) return space + 1;
  return /[\uDC00-\uDFFF]/.test(text.charAt(at)) ? at - 1 : at;
}
