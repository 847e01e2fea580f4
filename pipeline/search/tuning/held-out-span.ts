/** What speaks for a paper of which a part is hidden, as if it had always stood so in the corpus. */

import type { Passage } from '../../core/paper.ts';
import { stemsIn } from '../lexical/analyzer.ts';
import { TITLE_WEIGHT } from '../lexical/bm25.ts';
import { TITLE_END, type WordIndex } from '../lexical/inverted-index.ts';
import { findWord } from '../lexical/lexicon.ts';
import { pairScores } from '../lexical/proximity.ts';
import type { AskedWords } from '../lexical/query-terms.ts';
import type { Retrievable } from '../retrieve.ts';

/** BM25 of the query's words, and of their pairs, in a text that is not in the index. */
export function scoresOfText(
  { words, scorer }: Retrievable,
  asked: AskedWords,
  rest: Passage,
): { keyword: number; pairs: number } {
  const title = numbersOf(words, rest.title);
  const abstract = numbersOf(words, rest.abstract);
  const times = new Map<number, number>();
  for (const stem of title) times.set(stem, (times.get(stem) ?? 0) + TITLE_WEIGHT);
  for (const stem of abstract) times.set(stem, (times.get(stem) ?? 0) + 1);
  const length = TITLE_WEIGHT * title.length + abstract.length;
  const keyword = asked.stems.reduce(
    (sum, stem, i) => sum + scorer.scoreTimes(asked.terms[i], times.get(stem) ?? 0, length),
    0,
  );
  const text = Int32Array.of(...title, TITLE_END, ...abstract);
  const alone = {
    stems: words.stems,
    text,
    textStarts: Int32Array.of(0, text.length),
    titleLengths: Int32Array.of(title.length),
  };
  return { keyword, pairs: pairScores(words, asked.pairs, Int32Array.of(0), alone)[0] };
}

/** The numbers of a text's stems. Every one is known, the text being of the corpus, but where a cut went through LaTeX. */
function numbersOf(words: WordIndex, text: string): number[] {
  return stemsIn(text)
    .map((stem) => findWord(words.stems, stem))
    .filter((stem) => stem >= 0);
}
