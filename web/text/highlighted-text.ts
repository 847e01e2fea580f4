import type { PaperAnswer } from '../../server/schemas/search.ts';
import { append, el } from '../ui/dom.ts';
import { addressesIn, safeLink } from './links.ts';
import { type Matched, type Piece, piecesOf } from './pieces.ts';
import { formulaElement } from './typeset.ts';

/** A text cut where words are marked, where mathematics stands and where it leads to the web: pure. */

/** Pieces beside each other that lead to one address, or to none. */
export interface LinkedPieces {
  href: string | null;
  pieces: Piece[];
}

/** Pieces in order, which together are the text; as `piecesOf`. What is not shown leads nowhere. */
export function linkedPieces(text: string, matched?: Matched, from = 0): LinkedPieces[] {
  const addresses = addressesIn(text);
  const groups: (LinkedPieces & { of: (typeof addresses)[number] | undefined })[] = [];
  let at = 0;
  let next = 0;
  const cuts = addresses.flatMap((address) => [address.from, address.to]);
  for (const piece of piecesOf(text, matched, from, cuts)) {
    const end = at + piece.text.length;
    while (addresses[next] && addresses[next].to <= at) next++;
    const here = addresses[next];
    const of = here && here.from <= at && end <= here.to ? here : undefined;
    const last = groups.at(-1);
    if (last && last.of === of) last.pieces.push(piece);
    else groups.push({ of, href: of?.href ?? null, pieces: [piece] });
    at = end;
  }
  return groups.map(({ of, href, pieces }) => {
    const shown = pieces.map((piece) => piece.shown).join('');
    const leads = of?.isNamed ? shown.trim() !== '' : safeLink(shown) === href;
    return { href: leads ? href : null, pieces };
  });
}

/** Text with the words in it that matched a query, and its mathematics. */

type Why = NonNullable<PaperAnswer['highlight']>;

/**
 * Appends a text with the words that were asked for marked, and underlined those that mean nearly the same.
 *
 * @param from where the text stands in the one that the ranges count in; those that are not wholly within it are left out
 */
export function appendMarked(parent: Node, text: string, matched?: Matched, from = 0): void {
  appendPieces(parent, piecesOf(text, matched, from));
}

/** The same, with the web addresses in it as links that open beside the page. */
function appendLinked(parent: Node, text: string, matched?: Matched, from = 0): void {
  for (const { href, pieces } of linkedPieces(text, matched, from)) {
    if (href === null) {
      appendPieces(parent, pieces);
      continue;
    }
    const link = el('a', { href, target: '_blank', rel: 'noopener noreferrer', title: new URL(href).hostname });
    appendPieces(link, pieces);
    append(parent, link);
  }
}

function appendPieces(parent: Node, pieces: readonly Piece[]): void {
  for (const piece of pieces) {
    const content = piece.formula ? formulaElement(piece.formula, piece.text) : piece.shown;
    if (piece.mark === 'asked') append(parent, el('mark', {}, content));
    else if (piece.mark === 'near') append(parent, nearWord(content));
    else append(parent, content);
  }
}

function nearWord(content: HTMLElement | string): HTMLElement {
  return el('span', { class: 'near', title: 'Near in meaning' }, content);
}

/** For those who do not see what is underlined: the words of some texts that are near in meaning; null without any. */
export function nearWords(texts: readonly { text: string; near: Matched['semanticHighlights'] }[]): HTMLElement | null {
  const words = texts.flatMap(({ text, near }) => near.map(([start, end]) => text.slice(start, end)));
  return words.length > 0 ? el('p', { class: 'unseen' }, `Near in meaning: ${[...new Set(words)].join(', ')}.`) : null;
}

/** Appends a part of an abstract, with the sentence that answers a query, where it stands in it. */
export function appendAnswering(parent: Node, text: string, why: Why | null, from: number): void {
  const within = (place: number) => Math.min(Math.max(place - from, 0), text.length);
  const [start, end] = why ? why.sentence.map(within) : [0, 0];
  if (!why || start! >= end!) {
    appendLinked(parent, text);
    return;
  }
  const sentence = el('span', { class: 'answering' });
  appendLinked(sentence, text.slice(start, end), why, from + start!);
  appendLinked(parent, text.slice(0, start));
  append(parent, sentence);
  appendLinked(parent, text.slice(end));
}
