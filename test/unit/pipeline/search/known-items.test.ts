import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { PaperText } from '../../../../pipeline/core/paper.ts';
import { queryStopWords } from '../../../../pipeline/core/stop-words.ts';
import { type KnownItem, sampleKnownItems } from '../../../../pipeline/search/learn-fusion-weights.ts';
import { stemsIn, wordsIn } from '../../../../pipeline/search/lexical/analyzer.ts';
import { samplePapers } from '../../../fixtures/corpus.ts';
import { sentencePapers } from '../../../fixtures/small-corpus.ts';
import { buildIndex } from '../../../fixtures/small-vocabulary-papers.ts';

const itemsOf = (papers: readonly PaperText[], seed = 1) => sampleKnownItems(papers, buildIndex(papers), seed);
/** How often `run` occurs in `words`. */
const countIn = (run: readonly string[], words: readonly string[]) =>
  words.filter((_, at) => run.every((word, i) => words[at + i] === word)).length;
const occurrences = (query: string, { title, abstract }: PaperText) =>
  countIn(stemsIn(query), stemsIn(title)) + countIn(stemsIn(query), stemsIn(abstract));

/** A paper in which no word occurs twice. */
const distinctWordsPaper: fc.Arbitrary<PaperText> = fc
  .record({ title: fc.nat(6), sentences: fc.array(fc.integer({ min: 1, max: 44 }), { maxLength: 6 }) })
  .map(({ title, sentences }) => {
    let next = 0;
    const words = (count: number) => Array.from({ length: count }, () => `Q${(next++).toString(36)}x`).join(' ');
    return { title: words(title), abstract: sentences.map((count) => `${words(count)}.`).join(' ') };
  });

describe('known items', () => {
  let sample: readonly PaperText[];
  let items: KnownItem[];
  beforeAll(async () => {
    sample = await samplePapers();
    items = itemsOf(sample);
  });

  test('split papers without repeated words into a query and a rest that share no word', () => {
    fc.assert(
      fc.property(fc.array(distinctWordsPaper, { minLength: 1, maxLength: 3 }), fc.nat(99), (papers, seed) => {
        for (const { query, row, rest, kind } of itemsOf(papers, seed)) {
          const restStems = new Set([...stemsIn(rest.title), ...stemsIn(rest.abstract)]);
          const queryStems = stemsIn(query);
          expect(queryStems.length).toBeGreaterThan(0);
          for (const stem of queryStems) expect(restStems).not.toContain(stem);
          const paperStems = [...stemsIn(papers[row].title), ...stemsIn(papers[row].abstract)];
          // For a part of a title or sentence, the whole title or sentence is removed from the rest.
          if (kind !== 'span' && kind !== 'phrase')
            expect(new Set([...restStems, ...queryStems])).toEqual(new Set(paperStems));
          expect(occurrences(query, papers[row])).toBe(1);
        }
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  test('occur once less in the rest than in the paper', () => {
    expect(items.length).toBeGreaterThan(600);
    for (const { kind, query, row, rest } of items) {
      const before = occurrences(query, sample[row]);
      // A phrase or a span may occur more than once in what was removed.
      if (kind === 'phrase' || kind === 'span') expect(occurrences(query, rest)).toBeLessThan(before);
      else expect([query, occurrences(query, rest)]).toEqual([query, before - 1]);
    }
  });

  test('are the title, a phrase of it with up to three content words, a sentence, a span of one, and the first half', () => {
    const itemsOfKind = (wanted: KnownItem['kind']) => items.filter(({ kind }) => kind === wanted);
    for (const kind of ['title', 'phrase', 'sentence', 'span', 'half'] as const)
      expect(itemsOfKind(kind).length).toBeGreaterThan(50);
    for (const { query, row, rest } of itemsOfKind('title')) {
      expect(query).toBe(sample[row].title);
      expect(rest).toEqual({ title: '', abstract: sample[row].abstract });
    }
    const lengths = new Set<number>();
    for (const { query, row, rest } of itemsOfKind('phrase')) {
      expect(sample[row].title).toContain(query);
      expect(rest.title).toBe('');
      const contentWords = wordsIn(query).filter(({ surface }) => !queryStopWords.has(surface));
      expect(contentWords.length).toBeGreaterThanOrEqual(1);
      expect(contentWords.length).toBeLessThanOrEqual(3);
      lengths.add(contentWords.length);
    }
    expect(lengths).toEqual(new Set([1, 2, 3]));
    for (const { query, row, rest } of itemsOfKind('sentence')) {
      expect(sample[row].abstract).toContain(query);
      expect(rest.title).toBe(sample[row].title);
      expect(wordsIn(query).length).toBeGreaterThanOrEqual(8);
      expect(wordsIn(query).length).toBeLessThanOrEqual(40);
    }
    for (const { query, row, rest } of itemsOfKind('span')) {
      expect(sample[row].abstract).toContain(query);
      expect(rest.abstract).not.toContain(query);
      expect(wordsIn(query).length).toBeGreaterThanOrEqual(6);
      expect(wordsIn(query).length).toBeLessThanOrEqual(12);
    }
    for (const { query, row, rest } of itemsOfKind('half')) {
      expect(query + rest.abstract).toBe(sample[row].abstract);
      expect(rest.abstract).not.toBe('');
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
    const long = 'One two three four five six seven eight nine. Ten eleven twelve.';
    const kindsOf = (paper: PaperText) => [...new Set(itemsOf([paper], 3).map(({ kind }) => kind))];
    expect(kindsOf({ title: '', abstract: '' })).toEqual([]);
    expect(kindsOf({ title: 'Robots', abstract: '' })).toEqual([]);
    expect(kindsOf({ title: 'Robots', abstract: 'Too few words to find.' })).toEqual([]);
    expect(kindsOf({ title: 'The of', abstract: long })).not.toContain('title');
    expect(kindsOf({ title: '', abstract: long })).toContain('half');
    expect(kindsOf({ title: 'Robots', abstract: long.slice(0, 46) })).toEqual(['title', 'phrase']);
    expect(itemsOf([])).toEqual([]);
  });

  test('always have a query with words, an existing row and a rest with words', () => {
    fc.assert(
      fc.property(sentencePapers(0, 20), fc.nat(), (papers, seed) => {
        for (const { query, row, rest } of itemsOf(papers, seed)) {
          expect(stemsIn(query).length).toBeGreaterThan(0);
          expect(row).toBeLessThan(papers.length);
          expect(stemsIn(`${rest.title} ${rest.abstract}`).length).toBeGreaterThan(0);
        }
      }),
      { seed: 4 },
    );
  });
});
