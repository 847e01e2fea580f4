import type { Passage } from '../../core/paper.ts';
import { stemsIn } from '../lexical/analyzer.ts';
import { TITLE_WEIGHT } from '../lexical/bm25.ts';
import { findWord, type InvertedIndex, TITLE_END } from '../lexical/inverted-index.ts';
import { proximityScores } from '../lexical/proximity.ts';
import type { QueryTerms } from '../lexical/query-terms.ts';
import type { RetrievalIndex } from '../retrieve.ts';

/**
 * Lexical scores of a paper from which a span is held out, as if the paper had always been in the corpus without it.
 *
 * @param rest the paper without the span
 */
export function scoreWithoutSpan(
  { invertedIndex, scorer }: RetrievalIndex,
  query: QueryTerms,
  rest: Passage,
): { bm25: number; proximity: number } {
  const title = stemNumbers(invertedIndex, rest.title);
  const abstract = stemNumbers(invertedIndex, rest.abstract);
  const frequencies = new Map<number, number>();
  for (const stem of title) frequencies.set(stem, (frequencies.get(stem) ?? 0) + TITLE_WEIGHT);
  for (const stem of abstract) frequencies.set(stem, (frequencies.get(stem) ?? 0) + 1);
  const length = TITLE_WEIGHT * title.length + abstract.length;
  const bm25 = query.stems.reduce(
    (sum, stem, i) => sum + scorer.scoreUnindexed(query.terms[i], frequencies.get(stem) ?? 0, length),
    0,
  );
  // `set` and no spread: an abstract may have more words than a call may have arguments.
  const text = new Int32Array(title.length + 1 + abstract.length);
  text.set(title);
  text[title.length] = TITLE_END;
  text.set(abstract, title.length + 1);
  const single = {
    stems: invertedIndex.stems,
    text,
    textStarts: Int32Array.of(0, text.length),
    titleLengths: Int32Array.of(title.length),
  };
  return { bm25, proximity: proximityScores(invertedIndex, query.pairs, Int32Array.of(0), single)[0] };
}

/** The stems of a text by their numbers. All are known, except where the held-out span cut through LaTeX. */
function stemNumbers(index: InvertedIndex, text: string): number[] {
  return stemsIn(text)
    .map((stem) => findWord(index.stems, stem))
    .filter((stem) => stem >= 0);
}
