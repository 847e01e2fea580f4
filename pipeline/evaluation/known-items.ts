/**
 * Known items: parts of papers, as queries that must find their own paper. They need no relevance judgments, so every
 * build can measure its search, and notice if it became worse.
 */
import { createSeededRandom, type Random, sampleRows } from '../core/algorithms/random.ts';
import { clusteredStandardError, mean, roundToDigits } from '../core/algorithms/statistics.ts';
import { processInChunks } from '../core/cooperative.ts';
import type { Effects } from '../core/effects.ts';
import type { SnapshotQuality } from '../core/manifest.ts';
import type { PaperText } from '../core/paper.ts';
import { searchModes } from '../core/query/ast.ts';
import { splitSentences } from '../core/split-sentences.ts';
import { queryStopWords } from '../core/stop-words.ts';
import type { Embedder } from '../embedding/embedder.ts';
import { runBuildTask } from '../runtime/scheduling.ts';
import type { RetrievalIndex } from '../search/candidates.ts';
import { type Word, wordsIn } from '../search/lexical/analyzer.ts';
import { queryTerms } from '../search/lexical/bm25.ts';
import { documentFrequency, findWord, type InvertedIndex } from '../search/lexical/inverted-index.ts';
import { rankPapers } from '../search/rank.ts';

/** A query that a paper is known to answer. */
export interface KnownItem {
  readonly kind: 'phrase' | 'span';
  readonly query: string;
  readonly row: number;
}

/** Known items are taken from a random sample of this many papers. */
const SAMPLE_SIZE = 200;
/** Allowed length of a sentence of which a part becomes a query, in words. */
const SENTENCE_WORDS = { min: 8, max: 40 };
/** Allowed length of a part of a sentence that becomes a query, in words. */
const SPAN_WORDS = { min: 6, max: 12 };

/**
 * Takes known items from a sample of papers: the rarest one to three adjacent words of the title, and a part of a
 * sentence of the abstract.
 */
export function sampleKnownItems(papers: readonly PaperText[], index: InvertedIndex, seed: number): KnownItem[] {
  const random = createSeededRandom(seed);
  return Array.from(sampleRows(papers.length, SAMPLE_SIZE, random)).flatMap((row) => [
    ...phraseOf(papers[row], row, index, random),
    ...spanOf(papers[row], row, random),
  ]);
}

function phraseOf({ title }: PaperText, row: number, index: InvertedIndex, random: Random): KnownItem[] {
  const content = wordsIn(title).filter(({ surface }) => !queryStopWords.has(surface));
  if (content.length === 0) return [];
  const length = 1 + Math.floor(random() * 3);
  const phrase = rarestRun(content, Math.min(length, content.length), index);
  return [{ kind: 'phrase', query: title.slice(phrase[0].start, phrase[phrase.length - 1].end), row }];
}

/** The `length` adjacent words with the highest sum of inverse document frequencies; of equals the first. */
function rarestRun(words: readonly Word[], length: number, index: InvertedIndex): readonly Word[] {
  const rarity = words.map(({ stem }) => -Math.log(1 + documentFrequency(index, findWord(index.stems, stem))));
  let best = 0;
  let bestSum = Number.NEGATIVE_INFINITY;
  for (let from = 0; from + length <= words.length; from++) {
    const sum = rarity.slice(from, from + length).reduce((total, value) => total + value, 0);
    if (sum > bestSum) [bestSum, best] = [sum, from];
  }
  return words.slice(best, best + length);
}

function spanOf({ abstract }: PaperText, row: number, random: Random): KnownItem[] {
  const sentences = splitSentences(abstract);
  if (sentences.length === 0) return [];
  const { start, end } = sentences[Math.floor(random() * sentences.length)];
  const sentence = abstract.slice(start, end);
  const words = wordsIn(sentence);
  if (words.length < SENTENCE_WORDS.min || words.length > SENTENCE_WORDS.max) return [];
  const length = SPAN_WORDS.min + Math.floor(random() * (SPAN_WORDS.max - SPAN_WORDS.min + 1));
  const from = Math.floor(random() * Math.max(1, words.length - length + 1));
  const run = words.slice(from, from + length);
  return [{ kind: 'span', query: sentence.slice(run[0].start, run[run.length - 1].end), row }];
}

/** The figures of a snapshot's quality that known items measure. */
export type KnownItemFigures = Pick<
  SnapshotQuality,
  'knownItemMrrKeyword' | 'knownItemMrrSemantic' | 'knownItemMrrHybrid' | 'knownItemMrrHybridStandardError'
>;

/**
 * Measures the mean reciprocal rank at which each search mode finds known items, and the standard error of that of
 * hybrid search, clustered by paper. Null without known items; the standard error also if they are of one paper only.
 */
export async function evaluateKnownItems(
  papers: readonly PaperText[],
  index: RetrievalIndex,
  embedder: Embedder,
  seed: number,
  effects: Effects,
): Promise<KnownItemFigures> {
  const items = sampleKnownItems(papers, index.invertedIndex, seed);
  const progress = effects.startProgress('known items', items.length);
  const { dimensions } = embedder.settings;
  const vectors = await embedder.embedQueries(items.map(({ query }) => query));
  const reciprocalRanks = searchModes.map(() => new Float64Array(items.length));
  const measure = (i: number) => {
    const terms = queryTerms(index.invertedIndex, items[i].query);
    const query = { terms, vectors: [vectors.subarray(i * dimensions, (i + 1) * dimensions)] };
    for (const [mode, name] of searchModes.entries()) {
      const rank = rankPapers(index, query, name).rows.indexOf(items[i].row);
      reciprocalRanks[mode][i] = rank < 0 ? 0 : 1 / (rank + 1);
    }
  };
  const measuring = processInChunks(items.length, (from, to) => {
    for (let i = from; i < to; i++) measure(i);
  });
  await runBuildTask(measuring, effects.signal, (share) => progress.update(Math.round(share * items.length)));
  const [hybrid, semantic, keyword] = reciprocalRanks.map((ranks) => rounded(items.length > 0 ? mean(ranks) : null));
  progress.finish(`${items.length} known items: MRR keyword ${keyword}, semantic ${semantic}, hybrid ${hybrid}`);
  const ofHybrid = reciprocalRanks[searchModes.indexOf('hybrid')];
  return {
    knownItemMrrKeyword: keyword,
    knownItemMrrSemantic: semantic,
    knownItemMrrHybrid: hybrid,
    knownItemMrrHybridStandardError: rounded(
      clusteredStandardError(
        Array.from(ofHybrid),
        items.map(({ row }) => row),
      ),
    ),
  };
}

function rounded(value: number | null): number | null {
  return value === null ? null : roundToDigits(value, 4);
}
