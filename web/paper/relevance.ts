/** How sure it is that a paper is about the question, in words: the contract's `relevance`. */
import { el } from '../ui/dom.ts';

type Word = 'strong' | 'possible' | 'weak';

const STRONG = 0.99;
const POSSIBLE = 0.9;

/** Nothing where it cannot be told. */
export function relevanceWord(relevance: number | null): Word | null {
  if (relevance === null) return null;
  return relevance >= STRONG ? 'strong' : relevance >= POSSIBLE ? 'possible' : 'weak';
}

/** The share behind the word. Never rounded up: all of them is said of all of them only. */
export function relevanceWords(relevance: number): string {
  const percent = Math.floor(relevance * 1000 + 1e-6) / 10;
  const share = relevance >= 1 ? 'every' : `${percent} % of`;
  return `Closer to what you asked than the best answer to ${share} unrelated question${relevance >= 1 ? '' : 's'}`;
}

/** Three bars and 'strong', explained to whoever rests the pointer on it. */
export function relevanceNote(relevance: number | null): HTMLElement | null {
  const word = relevanceWord(relevance);
  if (word === null || relevance === null) return null;
  const bars = el('span', { class: 'bars', 'aria-hidden': 'true' }, el('i'), el('i'), el('i'));
  const rest = el('span', { class: 'unseen' }, ' match');
  return el('span', { class: `relevance ${word}`, title: relevanceWords(relevance) }, bars, word, rest);
}
