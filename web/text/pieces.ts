/**
 * Splits a text at highlights, formulas and links. Pure functions; highlighted-text.ts makes DOM elements of the
 * pieces.
 */
import type { Hit } from '../../server/schemas/papers.ts';
import { type Formula, findCommandReplacements, findFormulas, type TextReplacement } from './find-tex.ts';
import { findLinks, safeUrl } from './links.ts';

/** Ranges of a text, in UTF-16 code units: words that match the query, and words of similar meaning. */
export type HighlightRanges = Hit['titleHighlights'];

/** A part of a text that is displayed in one way. */
export interface TextPiece {
  /** The piece as it is in the source text, with TeX commands. */
  text: string;
  /** The piece as it is displayed, without TeX commands. */
  shown: string;
  /**
   * How the piece is highlighted. `match`: it matches a word of the query. `semantic`: it is similar in meaning to the
   * query.
   */
  highlight: 'match' | 'semantic' | null;
  /** The formula, if the piece is one; else null. */
  formula: Formula | null;
}

const NONE: HighlightRanges = { highlights: [], semanticHighlights: [] };

/**
 * Splits a text into consecutive pieces. A formula is never split; it is highlighted as a whole if a highlight touches
 * it. Highlights that are not entirely within the text, or that overlap an earlier one, are ignored.
 *
 * @param offset position of `text` within the longer text that the highlights refer to
 * @param cuts further positions in `text` at which a piece must end, ascending; formulas are not cut
 */
export function splitIntoPieces(
  text: string,
  { highlights, semanticHighlights }: HighlightRanges = NONE,
  offset = 0,
  cuts: readonly number[] = [],
): TextPiece[] {
  const ranges = [
    ...highlights.map(([start, end]) => ({ start: start - offset, end: end - offset, highlight: 'match' as const })),
    ...semanticHighlights.map(([start, end]) => ({
      start: start - offset,
      end: end - offset,
      highlight: 'semantic' as const,
    })),
  ]
    .filter(({ start, end }) => start >= 0 && end > start && end <= text.length)
    .sort((a, b) => a.start - b.start);

  const formulas = findFormulas(text);
  const commands = findCommandReplacements(text, (position) =>
    formulas.some(({ from, to }) => position >= from && position < to),
  );
  const pieces: TextPiece[] = [];
  const add = (start: number, end: number, highlight: TextPiece['highlight'], formula: Formula | null) => {
    if (end <= start) return;
    const source = text.slice(start, end);
    const shown = formula ? source : replaceCommands(text, start, end, commands);
    pieces.push({ text: source, shown, highlight, formula });
  };
  const addWithCuts = (start: number, end: number, highlight: TextPiece['highlight']) => {
    let at = start;
    for (const cut of cuts) {
      if (cut <= at || cut >= end) continue;
      add(at, cut, highlight, null);
      at = cut;
    }
    add(at, end, highlight, null);
  };
  /** Adds the pieces of a range that contains no formula. */
  const addProse = (start: number, end: number) => {
    let at = start;
    for (const range of ranges) {
      const [from, to] = [Math.max(range.start, start), Math.min(range.end, end)];
      if (from < at || to <= from) continue;
      addWithCuts(at, from, null);
      addWithCuts(from, to, range.highlight);
      at = to;
    }
    addWithCuts(at, end, null);
  };

  let at = 0;
  for (const formula of formulas) {
    addProse(at, formula.from);
    const touching = ranges.find(({ start, end }) => start < formula.to && end > formula.from);
    add(formula.from, formula.to, touching?.highlight ?? null, formula);
    at = formula.to;
  }
  addProse(at, text.length);
  return pieces;
}

/**
 * Returns a part of a text with its TeX commands replaced. A replacement that extends beyond the part belongs to the
 * part in which it starts.
 */
function replaceCommands(text: string, start: number, end: number, commands: readonly TextReplacement[]): string {
  let shown = '';
  let at = start;
  for (const { from, to, as } of commands) {
    if (to <= start || from >= end) continue;
    shown += text.slice(at, Math.max(at, from)) + (from >= start ? as : '');
    at = Math.min(Math.max(at, to), end);
  }
  return shown + text.slice(at, end);
}

/** Consecutive pieces that are one link, or that are not a link (`href` is null). */
export interface LinkedPieces {
  href: string | null;
  pieces: TextPiece[];
}

/**
 * Like `splitIntoPieces`, with the pieces grouped by links. To prevent misleading links, an address becomes a link only
 * if exactly that address is displayed, and a label only if it is not blank.
 */
export function splitIntoLinkedPieces(text: string, highlights?: HighlightRanges, offset = 0): LinkedPieces[] {
  const links = findLinks(text);
  const groups: (LinkedPieces & { link: (typeof links)[number] | undefined })[] = [];
  let at = 0;
  let next = 0;
  const cuts = links.flatMap(({ from, to }) => [from, to]);
  for (const piece of splitIntoPieces(text, highlights, offset, cuts)) {
    const end = at + piece.text.length;
    while (links[next] && links[next].to <= at) next++;
    const candidate = links[next];
    const link = candidate && candidate.from <= at && end <= candidate.to ? candidate : undefined;
    const last = groups.at(-1);
    if (last && last.link === link) last.pieces.push(piece);
    else groups.push({ link, href: link?.href ?? null, pieces: [piece] });
    at = end;
  }
  return groups.map(({ link, href, pieces }) => {
    const shown = pieces.map((piece) => piece.shown).join('');
    const isVisible = link?.isLabeled ? shown.trim() !== '' : safeUrl(shown) === href;
    return { href: isVisible ? href : null, pieces };
  });
}
