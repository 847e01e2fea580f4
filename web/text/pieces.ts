/** Splits a text at highlights, formulas and links. Pure; highlighted-text.ts makes elements of the pieces. */
import type { Hit } from '../../server/schemas/papers.ts';
import { findLinks, safeLink } from './links.ts';
import { type Formula, findFormulas, type Replacement, textCommands } from './tex.ts';

/** Ranges of UTF-16 code units: words that match the query, and words that are similar in meaning. */
export type Highlights = Hit['titleHighlights'];

export interface Piece {
  /** As in the source text. */
  text: string;
  /** As a reader sees it: without TeX commands. */
  shown: string;
  /** `match`: matches a query term. `semantic`: is similar in meaning to one. */
  highlight: 'match' | 'semantic' | null;
  /** Set if the whole piece is a formula. */
  formula: Formula | null;
}

const NONE: Highlights = { highlights: [], semanticHighlights: [] };

/**
 * Splits a text into pieces that together are the text. A formula is never split; it is highlighted if a highlight touches
 * it. Ranges that lie outside the text, or overlap an earlier one, are ignored.
 *
 * @param offset position of the text within the text that the ranges refer to
 * @param cuts further positions where a piece ends, in this text and ascending; formulas are not cut
 */
export function splitText(
  text: string,
  { highlights, semanticHighlights }: Highlights = NONE,
  offset = 0,
  cuts: readonly number[] = [],
): Piece[] {
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
  const commands = textCommands(text, (position) => formulas.some(({ from, to }) => position >= from && position < to));
  const pieces: Piece[] = [];
  const add = (start: number, end: number, highlight: Piece['highlight'], formula: Formula | null) => {
    if (end <= start) return;
    const source = text.slice(start, end);
    const shown = formula ? source : replaceCommands(text, start, end, commands);
    pieces.push({ text: source, shown, highlight, formula });
  };
  const addWithCuts = (start: number, end: number, highlight: Piece['highlight']) => {
    let at = start;
    for (const cut of cuts) {
      if (cut <= at || cut >= end) continue;
      add(at, cut, highlight, null);
      at = cut;
    }
    add(at, end, highlight, null);
  };
  /** Adds the text between two formulas. */
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

/** Part of a text with its commands replaced. A command that crosses an end of the part belongs to the part in which it starts. */
function replaceCommands(text: string, start: number, end: number, commands: readonly Replacement[]): string {
  let shown = '';
  let at = start;
  for (const { from, to, as } of commands) {
    if (to <= start || from >= end) continue;
    shown += text.slice(at, Math.max(at, from)) + (from >= start ? as : '');
    at = Math.min(Math.max(at, to), end);
  }
  return shown + text.slice(at, end);
}

/** Consecutive pieces with the same link target, or with none. */
export interface LinkedPieces {
  href: string | null;
  pieces: Piece[];
}

/** As `splitText`, grouped by links. A link that is not visible in the text as it is shown leads nowhere. */
export function linkedPieces(text: string, highlights?: Highlights, offset = 0): LinkedPieces[] {
  const links = findLinks(text);
  const groups: (LinkedPieces & { link: (typeof links)[number] | undefined })[] = [];
  let at = 0;
  let next = 0;
  const cuts = links.flatMap(({ from, to }) => [from, to]);
  for (const piece of splitText(text, highlights, offset, cuts)) {
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
    const isVisible = link?.isLabeled ? shown.trim() !== '' : safeLink(shown) === href;
    return { href: isVisible ? href : null, pieces };
  });
}
