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

/**
 * The words that begin with a prefix, those in most papers first, equal ones in the order of their letters. They are gone
 * through once: two letters begin some ten thousand of half a million words.
 *
 * @param prefix a beginning as `wordsIn` writes words; an empty one begins every word
 * @returns places in `index.words`
 */
export function wordsWithPrefix({ words, wordPapers }: WordIndex, prefix: string, most: number): number[] {
  const { from, to } = prefixRange(words, prefix);
  const best: number[] = [];
  for (let word = from; word < to; word++) {
    if (best.length >= most && wordPapers[word] <= wordPapers[best[best.length - 1]]) continue;
    let at = best.length;
    while (at > 0 && wordPapers[best[at - 1]] < wordPapers[word]) at--;
    best.splice(at, 0, word);
    if (best.length > most) best.pop();
  }
  return best;
}
