/** Text with the words in it that matched a query, and its mathematics. */
import type { PaperAnswer } from '../../server/contract.ts';
import { append, el } from '../dom.ts';
import { formulaElement } from '../mathematics/formula.ts';
import { type Matched, type Piece, piecesOf } from '../mathematics/pieces.ts';
import { linkedPieces } from './linked-pieces.ts';

type Why = NonNullable<PaperAnswer['why']>;

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
export function nearWords(texts: readonly { text: string; near: Matched['near'] }[]): HTMLElement | null {
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
