/** The words in the running text of a query. */
import type { ParsedQuery, Term } from './query.ts';
import { tokenize } from './tokens.ts';

/**
 * Running text of more characters than this was pasted, not typed: the longest titles stay below it, and no one types
 * as much. In it quotes, stars and minus signs are the author's, not the searcher's.
 */
export const LONGEST_TYPED = 300;

// What a hyphen or an apostrophe joins is one word.
const WORD = /[\p{L}\p{N}][\p{L}\p{N}\p{M}]*(?:[-'’][\p{L}\p{N}\p{M}]+)*/gu;
const PREFIX = /^[\p{L}\p{N}][\p{L}\p{N}\p{M}]*(?:[-'’][\p{L}\p{N}\p{M}]+)*\*$/u;
/** A* and C* are names, and their prefix would be half of all words. */
const SHORTEST_PREFIX = 3;

/**
 * The word that `transf*` begins, or null where that is not what the text is: three letters or digits at least, then the
 * star, then nothing.
 */
export function prefixOf(text: string): string | null {
  if (!PREFIX.test(text)) return null;
  const letters = text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
  return letters >= SHORTEST_PREFIX ? text.slice(0, -1) : null;
}

/** One line: runs of white space are one space, none at the ends. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** Each term once, in the order in which they came. */
export function distinct(terms: readonly Term[]): Term[] {
  return [...new Map(terms.map((term) => [`${term.kind} ${term.text}`, term])).values()];
}

/**
 * What is wanted by a running text.
 *
 * @param text one line, without exclusions and known keys unless it is longer than LONGEST_TYPED
 */
export function readRunningText(text: string): Pick<ParsedQuery, 'text' | 'freeText' | 'wanted'> {
  if (text.length > LONGEST_TYPED) return { text, freeText: text, wanted: distinct(wordTerms(text)) };
  const wanted: Term[] = [];
  let free = '';
  let at = 0;
  for (const token of tokenize(text)) {
    const written = text.slice(token.from, token.to);
    const standsAlone = token.from === at + 1 || token.from === 0;
    const prefix = standsAlone && /^(?:\s|$)/.test(text.slice(token.to, token.to + 1)) ? prefixOf(written) : null;
    free += text.slice(at, token.from);
    at = token.to;
    if (token.kind === 'phrase') {
      wanted.push({ kind: 'phrase', text: oneLine(token.text) });
      free += token.text;
    } else if (prefix !== null) {
      wanted.push({ kind: 'prefix', text: prefix });
      free += prefix;
    } else {
      wanted.push(...wordTerms(written));
      free += written;
    }
  }
  return { text, freeText: oneLine(free), wanted: distinct(wanted) };
}

function wordTerms(text: string): Term[] {
  return [...text.matchAll(WORD)].map(([word]) => ({ kind: 'word', text: word }));
}
