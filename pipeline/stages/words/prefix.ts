import { prefixRange } from '../../core/lexicon.ts';
import { papersWithStem, type WordIndex } from '../../core/word-index.ts';

/** A prefix stands for so many stems at the most: what `a` may mean beyond the commonest is anyone's guess. */
export const MOST_STEMS = 64;

/**
 * The stems of the words that begin with a prefix, those in most papers first, equal ones by number.
 *
 * @param prefix a beginning as `wordsIn` writes words; an empty one begins every word
 */
export function stemsWithPrefix(index: WordIndex, prefix: string, most: number = MOST_STEMS): number[] {
  const { from, to } = prefixRange(index.words, prefix);
  const stems = [...new Set(index.wordStems.subarray(from, to))];
  return stems.sort((a, b) => papersWithStem(index, b) - papersWithStem(index, a) || a - b).slice(0, most);
}
