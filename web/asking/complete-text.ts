/** What completing does to the text of a field: pure. */
import type { CompleteAnswer } from '../../server/contract-complete.ts';

export type CompletionItem = CompleteAnswer['items'][number];

/** Longer texts were pasted; asking at every letter of them would send them again and again. */
const LONGEST = 1000;

/**
 * Whether what stands at the cursor may be completed: nothing is marked, and no word goes on behind it.
 *
 * @param start of what is marked, in UTF-16 code units; null where the field does not say
 */
export function mayComplete(text: string, start: number | null, end: number | null): boolean {
  if (start === null || start !== end || text.length > LONGEST) return false;
  return !/^[\p{L}\p{N}]/u.test(text.slice(start));
}

/** The text with an item taken, and where the cursor then stands: behind a space, for the next word, or behind a key's colon. */
export function taken(
  text: string,
  { from, to }: Pick<CompleteAnswer, 'from' | 'to'>,
  item: Pick<CompletionItem, 'text' | 'kind'>,
): { text: string; cursor: number } {
  const [before, after] = [text.slice(0, from) + item.text, text.slice(to)];
  if (item.kind === 'operator') return { text: before + after, cursor: before.length };
  const isSpaced = /^\s/.test(after);
  const space = after === '' ? ' ' : '';
  return { text: before + space + after, cursor: before.length + (isSpaced ? 1 : space.length) };
}

/** Words and keys stand side by side on one line; what has a name of its own stands in a list. */
export function isLine(items: readonly Pick<CompletionItem, 'kind'>[]): boolean {
  return items.every(({ kind }) => kind === 'word' || kind === 'operator');
}
