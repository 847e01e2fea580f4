import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { silentEffects } from '../../../../../pipeline/cli/terminal.ts';
import type { PaperText } from '../../../../../pipeline/core/paper.ts';
import { stemOf, stemsIn, wordsIn } from '../../../../../pipeline/search/lexical/analyzer.ts';
import { buildInvertedIndex, indexTexts } from '../../../../../pipeline/search/lexical/build-inverted-index.ts';
import {
  abstractLength,
  documentFrequency,
  findWord,
  invertedIndexFault,
  postingsOf,
  wordAt,
} from '../../../../../pipeline/search/lexical/inverted-index.ts';
import { buildIndex, smallVocabularyPapers } from '../../../../fixtures/small-vocabulary-papers.ts';

const anyText = fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.lorem({ maxCount: 12 }), fc.constant(''));
const anyPapers = fc.oneof(
  smallVocabularyPapers,
  fc.array(fc.record({ title: anyText, abstract: anyText }), { maxLength: 6 }),
);
const paper = (title: string, abstract = ''): PaperText => ({ title, abstract });

describe('the inverted index', () => {
  test('contains the stems of every paper in order, and postings with their frequencies', () => {
    fc.assert(
      fc.property(anyPapers, (papers) => {
        const index = buildIndex(papers);
        expect(invertedIndexFault(index)).toBeUndefined();
        const stemAt = (at: number) => wordAt(index.stems, index.text[at]);
        papers.forEach(({ title, abstract }, row) => {
          const [from, end] = [index.textStarts[row], index.textStarts[row + 1]];
          const texts = Array.from(index.text.subarray(from, end), (stem, at) => (stem < 0 ? '|' : stemAt(from + at)));
          expect(texts).toEqual([...stemsIn(title), '|', ...stemsIn(abstract)]);
          expect(index.titleLengths[row]).toBe(stemsIn(title).length);
          expect(abstractLength(index, row)).toBe(stemsIn(abstract).length);
        });
        for (let stem = 0; stem < index.stems.count; stem++) {
          const count = (text: string) => stemsIn(text).filter((one) => one === wordAt(index.stems, stem)).length;
          const naive = papers
            .map(({ title, abstract }, row) => [row, count(title), count(abstract)])
            .filter(([, inTitle, inAbstract]) => inTitle + inAbstract > 0);
          const { rows, titleTf, abstractTf } = postingsOf(index, stem);
          expect(Array.from(rows, (row, at) => [row, titleTf[at], abstractTf[at]])).toEqual(naive);
          expect(documentFrequency(index, stem)).toBe(naive.length);
        }
      }),
      { seed: 1 },
    );
  });

  test('contains each distinct word with its stem and document frequency', () => {
    fc.assert(
      fc.property(anyPapers, (papers) => {
        const { words, wordStems, wordDocumentFrequency, stems } = buildIndex(papers);
        const wordsOf = papers.map(
          ({ title, abstract }) => new Set(wordsIn(`${title} . ${abstract}`).map(({ surface }) => surface)),
        );
        const all = new Set(wordsOf.flatMap((words) => [...words]));
        expect(words.count).toBe(all.size);
        for (const surface of all) {
          const at = findWord(words, surface);
          expect(wordAt(stems, wordStems[at])).toBe(stemOf(surface));
          expect(wordDocumentFrequency[at]).toBe(wordsOf.filter((words) => words.has(surface)).length);
        }
      }),
      { seed: 2 },
    );
  });

  test('can be empty: no papers, or papers without words', () => {
    for (const papers of [[], [paper('')], [paper('!!!', '…'), paper('')]]) {
      const index = buildIndex(papers);
      expect(invertedIndexFault(index)).toBeUndefined();
      expect([index.paperCount, index.stems.count, index.words.count]).toEqual([papers.length, 0, 0]);
    }
  });

  test('has term frequencies of at most 255', () => {
    const { titleTf, abstractTf } = postingsOf(buildIndex([paper('a '.repeat(254), 'a '.repeat(300))]), 0);
    expect([...titleTf, ...abstractTf]).toEqual([254, 255]);
  });

  test('truncates words of more than 64 letters', () => {
    const { words } = buildIndex([paper('x'.repeat(100_000), `${'x'.repeat(64)}y`)]);
    expect(words.count).toBe(1);
    expect(wordAt(words, 0)).toBe('x'.repeat(64));
  });

  test('is the same however its build is divided into time slices, and reports progress', async () => {
    const papers = Array.from({ length: 12_000 }, (_, i) => paper(`Title ${i}`, `Words ${i % 7} of it `.repeat(9)));
    const reported: (string | number | undefined)[] = [];
    const startProgress = (stage: string, total?: number) => {
      reported.push(stage, total);
      return {
        update: (done: number) => void reported.push(done),
        finish: (note?: string) => void reported.push(note),
      };
    };
    // Vitest's own comparison takes seconds for arrays of this size.
    const index = await buildInvertedIndex(papers, { ...silentEffects(), startProgress });
    expect(isDeepStrictEqual(index, buildIndex(papers))).toBe(true);
    const [stage, total, ...shares] = reported;
    expect([stage, total, shares.pop()]).toEqual(['inverted index', 100, '12004 stems']);
    expect(shares.length).toBeGreaterThan(0);
    expect(shares).toEqual(shares.toSorted((a, b) => Number(a) - Number(b)));
  });

  test('is not built if the signal is aborted before or during the build', async () => {
    const stopped = silentEffects(AbortSignal.abort(new Error('stopped')));
    await expect(buildInvertedIndex([paper('a')], stopped)).rejects.toThrow('stopped');
    const controller = new AbortController();
    const papers = Array.from({ length: 20_000 }, (_, i) => paper(`Title ${i}`, 'words of it '.repeat(20)));
    setTimeout(() => controller.abort(new Error('stopped')), 1);
    await expect(buildInvertedIndex(papers, silentEffects(controller.signal))).rejects.toThrow('stopped');
  });

  test('yields after every few papers, with progress from 0 to 1', () => {
    const papers = Array.from({ length: 5000 }, (_, i) => paper(`Title ${i}`, `Words ${i % 7} of it`));
    const shares = [...indexTexts(papers)];
    expect(shares.length).toBeGreaterThan(5000 / 128);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect([shares[0], shares.at(-1)]).toEqual([0, expect.closeTo(1, 0.05)]);
  });
});
