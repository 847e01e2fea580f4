import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runToCompletion } from '../../../../pipeline/core/cooperative.ts';
import { PaperfieldError } from '../../../../pipeline/core/errors.ts';
import type { InvertedIndex } from '../../../../pipeline/search/lexical/inverted-index.ts';
import { readInvertedIndex, writeInvertedIndex } from '../../../../pipeline/store/inverted-index-file.ts';
import { buildIndex, smallVocabularyPapers } from '../../../fixtures/small-vocabulary-papers.ts';
import { tempFolders } from '../../../fixtures/temp-folder.ts';

const file = join(tempFolders()(), 'inverted-index.bin');
const valid = buildIndex([
  { title: 'Graph neural nets', abstract: 'We learn nets.' },
  { title: 'Über graphs', abstract: '' },
  { title: '', abstract: 'Neural, neural, 漢字' },
]);

describe('inverted-index.bin', () => {
  test('reads back the index of any papers', () => {
    fc.assert(
      fc.property(smallVocabularyPapers, (papers) => {
        const index = buildIndex(papers);
        runToCompletion(writeInvertedIndex(file, index));
        expect(runToCompletion(readInvertedIndex(file, papers.length))).toEqual(index);
      }),
      { seed: 1, numRuns: 40 },
    );
  });

  test('reads back the acronyms that papers define', () => {
    const index = buildIndex([
      { title: 'Graph neural networks (GNNs)', abstract: 'Each graph neural network (GNN) learns.' },
      { title: 'A graph neural network (GNN)', abstract: 'Retrieval-augmented generation (RAG).' },
      { title: 'GNN', abstract: 'Retrieval augmented generation (RAG).' },
    ]);
    expect(index.acronyms).toHaveLength(2);
    runToCompletion(writeInvertedIndex(file, index));
    expect(runToCompletion(readInvertedIndex(file, 3))).toEqual(index);
  });

  const changed = <T extends Int32Array>(values: T, at: number, value: number) => {
    const copy = values.slice();
    copy[at < 0 ? copy.length + at : at] = value;
    return copy;
  };
  test.each<[string, Partial<InvertedIndex>, RegExp]>([
    [
      'rows of a stem that are not ascending',
      { postingRows: changed(valid.postingRows, 1, 9) },
      /stem 0 has row|stem \d+ has row 9/,
    ],
    ['a negative row', { postingRows: changed(valid.postingRows, 0, -1) }, /stem 0 has row -1/],
    [
      'start positions of postings that descend',
      { postingStarts: changed(valid.postingStarts, 1, 99) },
      /postings do not ascend/,
    ],
    [
      'start positions of postings that do not reach the end',
      { postingStarts: changed(valid.postingStarts, -1, 2) },
      /postings/,
    ],
    ['start positions of texts that descend', { textStarts: changed(valid.textStarts, 1, -1) }, /texts do not ascend/],
    ['a text with a stem that does not exist', { text: changed(valid.text, 0, valid.stems.count) }, /row 0 has stem/],
    ['two title ends', { text: changed(valid.text, 0, -1) }, /row 0 has stem -1/],
    ['no title end', { text: changed(valid.text, 3, 0) }, /row 0 has no title end/],
    ['a title longer than its text', { titleLengths: changed(valid.titleLengths, 1, 90) }, /row 1 has no title end/],
    ['a title of negative length', { titleLengths: changed(valid.titleLengths, 2, -1) }, /row 2 has no title end/],
    ['a word with a stem that does not exist', { wordStems: changed(valid.wordStems, 2, 99) }, /word 2 has stem 99/],
    [
      'a word in more papers than exist',
      { wordDocumentFrequency: changed(valid.wordDocumentFrequency, 0, 4) },
      /word 0 is in 4/,
    ],
    ['words out of order', { words: { ...valid.words, bytes: valid.words.bytes.slice().reverse() } }, /out of order/],
    [
      'one stem missing',
      { stems: { ...valid.stems, starts: valid.stems.starts.slice(0, -1) } },
      /inverted-index\.bin: (?:lacks|is inconsistent)/,
    ],
    [
      'an acronym with a stem that does not exist',
      { acronyms: Int32Array.of(99), acronymStarts: Int32Array.of(0, 1), acronymStems: Int32Array.of(0) },
      /an acronym has an unknown stem/,
    ],
    [
      'a long form of an acronym with a stem that does not exist',
      { acronyms: Int32Array.of(0), acronymStarts: Int32Array.of(0, 1), acronymStems: Int32Array.of(-1) },
      /an acronym has an unknown stem/,
    ],
    [
      'start positions of acronyms that do not reach the end',
      { acronyms: Int32Array.of(0), acronymStarts: Int32Array.of(0, 1), acronymStems: Int32Array.of(0, 1) },
      /acronyms do not ascend/,
    ],
    ['an acronym without a start position', { acronyms: Int32Array.of(0) }, /lacks the column acronymStarts/],
    ['columns of unequal length', { titleTf: valid.titleTf.slice(1) }, /lacks the column titleTf/],
    ['one text missing', { titleLengths: valid.titleLengths.slice(1) }, /lacks the column titleLengths/],
  ])('with %s is rejected', (_, change, message) => {
    runToCompletion(writeInvertedIndex(file, { ...valid, ...change }));
    expect(() => runToCompletion(readInvertedIndex(file, 3))).toThrow(
      expect.objectContaining({ kind: 'corrupt', message: expect.stringMatching(message) }),
    );
  });

  test('is rejected for another number of papers', () => {
    runToCompletion(writeInvertedIndex(file, valid));
    for (const papers of [0, 2, 4])
      expect(() => runToCompletion(readInvertedIndex(file, papers))).toThrow(PaperfieldError);
  });

  test('with any four bytes changed is rejected, or what is read is consistent', () => {
    runToCompletion(writeInvertedIndex(file, valid));
    const bytes = readFileSync(file);
    fc.assert(
      fc.property(fc.nat(bytes.length - 4), fc.integer(), (at, value) => {
        const damaged = Buffer.from(bytes);
        damaged.writeInt32LE(value, at);
        writeFileSync(file, damaged);
        let opened: InvertedIndex | undefined;
        try {
          opened = runToCompletion(readInvertedIndex(file, 3));
        } catch (error) {
          expect(error).toMatchObject({ name: 'PaperfieldError', kind: 'corrupt' });
        }
        for (const row of opened?.postingRows ?? []) expect([0, 1, 2]).toContain(row);
      }),
      { seed: 2, numRuns: 300 },
    );
  });
});
