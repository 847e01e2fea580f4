/** A text cut where words are marked and where mathematics stands: pure. */
import type { Hit } from '../../server/schemas/search.ts';
import { type Formula, formulasOf } from './formulas.ts';
import { type Shown, textCommands } from './text-commands.ts';

export type Matched = Hit['titleHighlights'];

export interface Piece {
  /** As it stands in the text. */
  text: string;
  /** As a reader sees it: without commands of TeX. */
  shown: string;
  /** `asked`: a word that was asked for; `near`: one that means nearly the same. */
  mark: 'asked' | 'near' | null;
  /** Set where the whole piece is a formula. */
  formula: Formula | null;
}

const NOTHING: Matched = { highlights: [], semanticHighlights: [] };

/**
 * Pieces in order, which together are the text. A formula stays whole: marked, where a mark touches it. Ranges that do not
 * fit the text, or lie over another, are ignored.
 *
 * @param from where the text stands in the one that the ranges count in
 * @param cuts further places, in the text itself and in order, where a piece ends that is no formula
 */
export function piecesOf(
  text: string,
  { highlights: marks, semanticHighlights: near }: Matched = NOTHING,
  from = 0,
  cuts: readonly number[] = [],
): Piece[] {
  const ranges = [
    ...marks.map(([start, end]) => ({ start: start - from, end: end - from, mark: 'asked' as const })),
    ...near.map(([start, end]) => ({ start: start - from, end: end - from, mark: 'near' as const })),
  ]
    .filter(({ start, end }) => start >= 0 && end > start && end <= text.length)
    .sort((a, b) => a.start - b.start);

  const formulas = formulasOf(text);
  const commands = textCommands(text, (place) => formulas.some(({ from: begin, to }) => place >= begin && place < to));
  const pieces: Piece[] = [];
  const put = (start: number, end: number, mark: Piece['mark'], formula: Formula | null) => {
    if (end <= start) return;
    const source = text.slice(start, end);
    pieces.push({ text: source, shown: formula ? source : shownBetween(text, start, end, commands), mark, formula });
  };
  const putCut = (start: number, end: number, mark: Piece['mark']) => {
    let at = start;
    for (const cut of cuts) {
      if (cut <= at || cut >= end) continue;
      put(at, cut, mark, null);
      at = cut;
    }
    put(at, end, mark, null);
  };
  /** What stands between two formulas. */
  const putWords = (start: number, end: number) => {
    let at = start;
    for (const range of ranges) {
      const [begin, stop] = [Math.max(range.start, start), Math.min(range.end, end)];
      if (begin < at || stop <= begin) continue;
      putCut(at, begin, null);
      putCut(begin, stop, range.mark);
      at = stop;
    }
    putCut(at, end, null);
  };

  let at = 0;
  for (const formula of formulas) {
    putWords(at, formula.from);
    const touching = ranges.find(({ start, end }) => start < formula.to && end > formula.from);
    put(formula.from, formula.to, touching?.mark ?? null, formula);
    at = formula.to;
  }
  putWords(at, text.length);
  return pieces;
}

/** A stretch of a text as it is shown. What reaches over its end is shown where it begins. */
function shownBetween(text: string, start: number, end: number, commands: readonly Shown[]): string {
  let shown = '';
  let at = start;
  for (const { from, to, as } of commands) {
    if (to <= start || from >= end) continue;
    shown += text.slice(at, Math.max(at, from)) + (from >= start ? as : '');
    at = Math.min(Math.max(at, to), end);
  }
  return shown + text.slice(at, end);
}
