import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Passage } from '../../../../pipeline/core/paper.ts';
import { queryStopWords } from '../../../../pipeline/core/stop-words.ts';
import { type KnownItem, knownItems } from '../../../../pipeline/search/learn-fusion-weights.ts';
import { stemsIn, wordsIn } from '../../../../pipeline/search/lexical/analyzer.ts';
import { samplePapers } from '../../../fixtures/corpus.ts';
import { indexOf } from '../../../fixtures/few-words-papers.ts';
import { sentencePapers } from '../../../fixtures/small-corpus.ts';

const itemsOf = (papers: readonly Passage[], seed = 1) => knownItems(papers, indexOf(papers), seed);
/** Where some words stand one behind the other in others, from each place. */
const timesIn = (run: readonly string[], words: readonly string[]) =>
  words.filter((_, at) => run.every((word, i) => words[at + i] === word)).length;
const times = (query: string, { title, abstract }: Passage) =>
  timesIn(stemsIn(query), stemsIn(title)) + timesIn(stemsIn(query), stemsIn(abstract));

/** A paper all of whose words are different: nothing of it stands elsewhere in it. */
const unlike: fc.Arbitrary<Passage> = fc
  .record({ title: fc.nat(6), sentences: fc.array(fc.integer({ min: 1, max: 44 }), { maxLength: 6 }) })
  .map(({ title, sentences }) => {
    let next = 0;
    const words = (count: number) => Array.from({ length: count }, () => `Q${(next++).toString(36)}x`).join(' ');
    return { title: words(title), abstract: sentences.map((count) => `${words(count)}.`).join(' ') };
  });

describe('questions with a known answer', () => {
  let sample: readonly Passage[];
  let items: KnownItem[];
  beforeAll(async () => {
    sample = await samplePapers();
    items = itemsOf(sample);
  });

  test('of papers without a word that stands twice ask for what is not in the rest, and all else is', () => {
    fc.assert(
      fc.property(fc.array(unlike, { minLength: 1, maxLength: 3 }), fc.nat(99), (papers, seed) => {
        for (const { query, row, rest, kind } of itemsOf(papers, seed)) {
          const left = new Set([...stemsIn(rest.title), ...stemsIn(rest.abstract)]);
          const asked = stemsIn(query);
          expect(asked.length).toBeGreaterThan(0);
          for (const stem of asked) expect(left).not.toContain(stem);
          const whole = [...stemsIn(papers[row].title), ...stemsIn(papers[row].abstract)];
          // Of a title or a sentence that a part was taken from, the rest of it is hidden too.
          if (kind !== 'span' && kind !== 'phrase') expect(new Set([...left, ...asked])).toEqual(new Set(whole));
          expect(times(query, papers[row])).toBe(1);
        }
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  test('of real papers stand once less in what is left than in the paper', () => {
    expect(items.length).toBeGreaterThan(600);
    for (const { kind, query, row, rest } of items) {
      const before = times(query, sample[row]);
      // A phrase of a title, or a run of words, may stand more than once in what was hidden.
      if (kind === 'phrase' || kind === 'span') expect(times(query, rest)).toBeLessThan(before);
      else expect([query, times(query, rest)]).toEqual([query, before - 1]);
    }
  });

  test('are the title, a telling run of up to three of its words, a sentence, a run of it, and the first half', () => {
    const of = (wanted: KnownItem['kind']) => items.filter(({ kind }) => kind === wanted);
    for (const kind of ['title', 'phrase', 'sentence', 'span', 'half'] as const)
      expect(of(kind).length).toBeGreaterThan(50);
    for (const { query, row, rest } of of('title')) {
      expect(query).toBe(sample[row].title);
      expect(rest).toEqual({ title: '', abstract: sample[row].abstract });
    }
    const lengths = new Set<number>();
    for (const { query, row, rest } of of('phrase')) {
      expect(sample[row].title).toContain(query);
      expect(rest.title).toBe('');
      const telling = wordsIn(query).filter(({ surface }) => !queryStopWords.has(surface));
      expect(telling.length).toBeGreaterThanOrEqual(1);
      expect(telling.length).toBeLessThanOrEqual(3);
      lengths.add(telling.length);
    }
    expect(lengths).toEqual(new Set([1, 2, 3]));
    for (const { query, row, rest } of of('sentence')) {
      expect(sample[row].abstract).toContain(query);
      expect(rest.title).toBe(sample[row].title);
      expect(wordsIn(query).length).toBeGreaterThanOrEqual(8);
      expect(wordsIn(query).length).toBeLessThanOrEqual(40);
    }
    for (const { query, row, rest } of of('span')) {
      expect(sample[row].abstract).toContain(query);
      expect(rest.abstract).not.toContain(query);
      expect(wordsIn(query).length).toBeGreaterThanOrEqual(6);
      expect(wordsIn(query).length).toBeLessThanOrEqual(12);
    }
    for (const { query, row, rest } of of('half')) {
      expect(query + rest.abstract).toBe(sample[row].abstract);
      expect(rest.abstract).not.toBe('');
    }
  });

  test('are the same for the same seed, and others for another', () => {
    expect(itemsOf(sample)).toEqual(items);
    expect(itemsOf(sample, 2)).not.toEqual(items);
  });

  test('are asked of 200 papers at the most, each in each way at most once', () => {
    expect(new Set(items.map(({ row }) => row)).size).toBeLessThanOrEqual(200);
    expect(new Set(items.map(({ row }) => row)).size).toBeGreaterThan(190);
    expect(new Set(items.map(({ kind, row }) => `${kind} ${row}`)).size).toBe(items.length);
  });

  test('ask for the rarest words of a title', () => {
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

  test('are none of what a paper lacks', () => {
    const long = 'One two three four five six seven eight nine. Ten eleven twelve.';
    const kindsOf = (paper: Passage) => [...new Set(itemsOf([paper], 3).map(({ kind }) => kind))];
    expect(kindsOf({ title: '', abstract: '' })).toEqual([]);
    expect(kindsOf({ title: 'Robots', abstract: '' })).toEqual([]);
    expect(kindsOf({ title: 'Robots', abstract: 'Too few words to find.' })).toEqual([]);
    expect(kindsOf({ title: 'The of', abstract: long })).not.toContain('title');
    expect(kindsOf({ title: '', abstract: long })).toContain('half');
    expect(kindsOf({ title: 'Robots', abstract: long.slice(0, 46) })).toEqual(['title', 'phrase']);
    expect(itemsOf([])).toEqual([]);
  });

  test('always have a query, a row that exists and a paper that something is left of', () => {
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
