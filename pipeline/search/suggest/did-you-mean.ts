import { wordsIn } from '../lexical/analyzer.ts';
import type { WordIndex } from '../lexical/inverted-index.ts';
import { prefixRange } from '../lexical/lexicon.ts';
import { Speller } from './spelling.ts';

/** Knows how a query may have been meant. */
export class DidYouMean {
  readonly #words: WordIndex;
  /** Made when it is first needed: half a million words are read for it. */
  #speller: Speller | undefined;

  constructor(words: WordIndex) {
    this.#words = words;
  }

  /**
   * The query with the words that no paper has put right, or null where there is nothing to put right, or where one of
   * them cannot be: who writes of sourdough means bread, and not broad. The last word may be on its way: `transf` is no slip
   * where papers have words that begin so.
   *
   * @param text the running text of it: what is typed goes on there, whatever keys stand behind
   */
  of(query: string, text: string, unknown: readonly string[]): string | null {
    const words = wordsIn(query);
    const last = wordsIn(text).at(-1)?.surface ?? '';
    const { from, to } = prefixRange(this.#words.words, last);
    const slips = unknown.filter((word) => word !== last || from === to);
    if (slips.length === 0) return null;
    this.#speller ??= new Speller(this.#words);
    const meantBy = new Map(slips.map((word) => [word, this.#speller?.suggest(word)?.word]));
    let put = '';
    let at = 0;
    for (const { surface, start, end } of words) {
      if (!meantBy.has(surface)) continue;
      const meant = meantBy.get(surface);
      if (meant === undefined) return null;
      put += query.slice(at, start) + meant;
      at = end;
    }
    return at === 0 ? null : put + query.slice(at);
  }
}
