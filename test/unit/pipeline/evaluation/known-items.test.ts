import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { silentEffects } from '../../../../pipeline/cli/terminal.ts';
import { clusteredStandardError } from '../../../../pipeline/core/algorithms/statistics.ts';
import type { PaperText } from '../../../../pipeline/core/paper.ts';
import { searchModes } from '../../../../pipeline/core/query/ast.ts';
import { queryStopWords } from '../../../../pipeline/core/stop-words.ts';
import { type Embedder, embeddingInputOf } from '../../../../pipeline/embedding/embedder.ts';
import {
  evaluateKnownItems,
  type KnownItem,
  type KnownItemFigures,
  sampleKnownItems,
} from '../../../../pipeline/evaluation/known-items.ts';
import { stemsIn, wordsIn } from '../../../../pipeline/search/lexical/analyzer.ts';
import { samplePapers } from '../../../fixtures/corpus.ts';
import { NaiveSearch } from '../../../fixtures/naive-search.ts';
import { createCorpus, sentencePapers, wordSumEmbedder, wordSumVectors } from '../../../fixtures/small-corpus.ts';
import { buildIndex } from '../../../fixtures/small-vocabulary-papers.ts';

const itemsOf = (papers: readonly PaperText[], seed = 1) => sampleKnownItems(papers, buildIndex(papers), seed);
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('known items', () => {
  let sample: readonly PaperText[];
  let items: KnownItem[];
  beforeAll(async () => {
    sample = await samplePapers();
    items = itemsOf(sample);
  });

  test('are a phrase of the title with up to three content words, and a part of a sentence of the abstract', () => {
    const itemsOfKind = (wanted: KnownItem['kind']) => items.filter(({ kind }) => kind === wanted);
    for (const kind of ['phrase', 'span'] as const) expect(itemsOfKind(kind).length).toBeGreaterThan(150);
    const lengths = new Set<number>();
    for (const { query, row } of itemsOfKind('phrase')) {
      expect(sample[row].title).toContain(query);
      const contentWords = wordsIn(query).filter(({ surface }) => !queryStopWords.has(surface));
      lengths.add(contentWords.length);
    }
    expect(lengths).toEqual(new Set([1, 2, 3]));
    for (const { query, row } of itemsOfKind('span')) {
      expect(sample[row].abstract).toContain(query);
      expect(wordsIn(query).length).toBeGreaterThanOrEqual(6);
      expect(wordsIn(query).length).toBeLessThanOrEqual(12);
    }
  });

  test('are equal for the same seed, and different for another seed', () => {
    expect(itemsOf(sample)).toEqual(items);
    expect(itemsOf(sample, 2)).not.toEqual(items);
  });

  test('are taken from at most 200 papers, at most one of each kind per paper', () => {
    expect(new Set(items.map(({ row }) => row)).size).toBeLessThanOrEqual(200);
    expect(new Set(items.map(({ row }) => row)).size).toBeGreaterThan(190);
    expect(new Set(items.map(({ kind, row }) => `${kind} ${row}`)).size).toBe(items.length);
  });

  test('contain the rarest word of the title in each phrase', () => {
    const common = {
      title: 'robots push objects',
      abstract: 'Robots push objects. They do so often and they like it.',
    };
    const papers = [...Array.from({ length: 9 }, () => common), { ...common, title: 'robots push quasars' }];
    const phrases = Array.from({ length: 20 }, (_, seed) => itemsOf(papers, seed))
      .flat()
      .filter(({ kind, row }) => kind === 'phrase' && row === 9);
    expect(phrases).toHaveLength(20);
    expect(new Set(phrases.map(({ query }) => query))).toEqual(
      new Set(['quasars', 'push quasars', 'robots push quasars']),
    );
  });

  test('need enough text for their kind', () => {
    const long = 'One two three four five six seven eight nine.';
    const kindsOf = (paper: PaperText) => itemsOf([paper], 3).map(({ kind }) => kind);
    expect(itemsOf([])).toEqual([]);
    expect(kindsOf({ title: '', abstract: '' })).toEqual([]);
    expect(kindsOf({ title: 'The of', abstract: 'Too few words to find.' })).toEqual([]);
    expect(kindsOf({ title: 'Robots', abstract: '' })).toEqual(['phrase']);
    expect(kindsOf({ title: '', abstract: long })).toEqual(['span']);
    expect(kindsOf({ title: 'Robots', abstract: long })).toEqual(['phrase', 'span']);
    // A sentence of more than 40 words is hardly one.
    expect(kindsOf({ title: '', abstract: `${'word '.repeat(41)}.` })).toEqual([]);
  });

  test('always have a query with words, all of them in their paper', () => {
    fc.assert(
      fc.property(sentencePapers(0, 20), fc.nat(), (papers, seed) => {
        for (const { query, row } of itemsOf(papers, seed)) {
          const stems = stemsIn(query);
          expect(stems.length).toBeGreaterThan(0);
          expect(stemsIn(`${papers[row].title} ${papers[row].abstract}`)).toEqual(expect.arrayContaining(stems));
        }
      }),
      { seed: 4 },
    );
  });
});

describe('the evaluation of known items', () => {
  const effects = silentEffects();
  const [papers] = fc.sample(sentencePapers(100, 100), { seed: 6, numRuns: 1 });
  const evaluate = async (some: readonly PaperText[], embedder: Embedder = wordSumEmbedder, seed = 1) =>
    evaluateKnownItems(some, await createCorpus(some), embedder, seed, effects);
  let figures: KnownItemFigures;
  beforeAll(async () => {
    figures = await evaluate(papers);
  });

  test('finds them at the reciprocal ranks of a naive search, in each mode', async () => {
    const items = itemsOf(papers);
    expect(items.length).toBeGreaterThan(120);
    const texts = papers.map((paper) => embeddingInputOf(wordSumEmbedder.settings, paper));
    const naive = new NaiveSearch(papers, await wordSumVectors(texts));
    const queries = await wordSumVectors(items.map(({ query }) => query));
    const [hybrid, semantic, keyword] = searchModes.map((mode) =>
      items.map(({ query, row }, i) => 1 / (naive.rank(row, query, queries[i], mode) ?? Infinity)),
    );
    expect(figures.knownItemMrrHybrid).toBeCloseTo(mean(hybrid), 4);
    expect(figures.knownItemMrrSemantic).toBeCloseTo(mean(semantic), 4);
    expect(figures.knownItemMrrKeyword).toBeCloseTo(mean(keyword), 4);
    const rows = items.map(({ row }) => row);
    expect(figures.knownItemMrrHybridStandardError).toBeCloseTo(clusteredStandardError(hybrid, rows) ?? Number.NaN, 4);
    // Else this test shows nothing: no mode finds all or none, and each finds others.
    expect(new Set([mean(hybrid), mean(semantic), mean(keyword)]).size).toBe(3);
    for (const ranks of [hybrid, semantic, keyword]) {
      expect(mean(ranks)).toBeGreaterThan(0.1);
      expect(mean(ranks)).toBeLessThan(0.99);
    }
  });

  test('is the same for the same corpus and seed, and another for another seed', async () => {
    expect(await evaluate(papers)).toEqual(figures);
    expect(await evaluate(papers, wordSumEmbedder, 2)).not.toEqual(figures);
  });

  test('finds nothing by meaning if the embeddings carry no information', async () => {
    const embed = async (texts: readonly string[]) =>
      new Float32Array(texts.length * wordSumEmbedder.settings.dimensions);
    const uninformed = await evaluate(papers, { ...wordSumEmbedder, embed, embedQueries: embed });
    expect(uninformed.knownItemMrrSemantic).toBeLessThan(0.1);
    expect(uninformed.knownItemMrrKeyword).toBe(figures.knownItemMrrKeyword);
  });

  test('is null without known items, and has no standard error with those of one paper', async () => {
    expect(await evaluate([{ title: 'The of', abstract: '' }])).toEqual({
      knownItemMrrKeyword: null,
      knownItemMrrSemantic: null,
      knownItemMrrHybrid: null,
      knownItemMrrHybridStandardError: null,
    });
    expect(await evaluate([{ title: 'bax', abstract: 'One two three four five six seven eight nine.' }])).toEqual({
      knownItemMrrKeyword: 1,
      knownItemMrrSemantic: 1,
      knownItemMrrHybrid: 1,
      knownItemMrrHybridStandardError: null,
    });
  });

  test('reports its progress, and stops between queries when the signal is aborted', async () => {
    const reported: (string | number | undefined)[] = [];
    const startProgress = (stage: string, total?: number) => {
      reported.push(stage, total);
      return { update: () => undefined, finish: (note?: string) => void reported.push(note) };
    };
    const corpus = await createCorpus(papers);
    await evaluateKnownItems(papers, corpus, wordSumEmbedder, 1, { ...effects, startProgress });
    const { length } = itemsOf(papers);
    expect(reported).toEqual([
      'known items',
      length,
      `${length} known items: MRR keyword ${figures.knownItemMrrKeyword}, semantic ${figures.knownItemMrrSemantic}, hybrid ${figures.knownItemMrrHybrid}`,
    ]);
    const stopped = silentEffects(AbortSignal.abort(new Error('stopped')));
    await expect(evaluateKnownItems(papers, corpus, wordSumEmbedder, 1, stopped)).rejects.toThrow('stopped');
  });
});
