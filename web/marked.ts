/** Text with the words in it that matched a query. */
import type { Hit, PaperAnswer } from '../server/contract.ts';
import { append, el } from './dom.ts';
import { cutAtMarks } from './wording.ts';

type Matched = Hit['titleMarks'];
type Why = NonNullable<PaperAnswer['why']>;

/**
 * Appends a text with the words that were asked for marked, and underlined those that mean nearly the same.
 *
 * @param from where the text stands in the one that the ranges count in; those that are not wholly within it are left out
 */
export function appendMarked(parent: Node, text: string, { marks, near }: Matched, from = 0): void {
  const here = (ranges: Matched['marks']) => ranges.map(([start, end]) => [start - from, end - from] as const);
  const nearStarts = new Set(here(near).map(([start]) => start));
  const all = [...here(marks), ...here(near)].sort((a, b) => a[0] - b[0]);
  let at = 0;
  for (const piece of cutAtMarks(text, all)) {
    if (!piece.marked) append(parent, piece.text);
    else if (nearStarts.has(at)) append(parent, el('span', { class: 'near', title: 'Near in meaning' }, piece.text));
    else append(parent, el('mark', {}, piece.text));
    at += piece.text.length;
  }
}

/** Appends a part of an abstract, with the sentence that answers a query, where it stands in it. */
export function appendAnswering(parent: Node, text: string, why: Why | null, from: number): void {
  const within = (place: number) => Math.min(Math.max(place - from, 0), text.length);
  const [start, end] = why ? why.sentence.map(within) : [0, 0];
  if (!why || start! >= end!) {
    append(parent, text);
    return;
  }
  const sentence = el('span', { class: 'answering' });
  appendMarked(sentence, text.slice(start, end), why, from + start!);
  append(parent, text.slice(0, start), sentence, text.slice(end));
}
