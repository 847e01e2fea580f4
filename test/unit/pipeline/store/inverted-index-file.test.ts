import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { finished } from '../../../../pipeline/core/cooperative.ts';
import { PaperfieldError } from '../../../../pipeline/core/errors.ts';
import type { WordIndex } from '../../../../pipeline/search/lexical/inverted-index.ts';
import { readWordIndex, writeWordIndex } from '../../../../pipeline/store/inverted-index-file.ts';
import { fewWordsPapers, indexOf } from '../../../fixtures/few-words-papers.ts';
import { scratchFolders } from '../../../fixtures/scratch-folder.ts';

const file = join(scratchFolders()(), 'words.bin');
const sound = indexOf([
  { title: 'Graph neural nets', abstract: 'We learn nets.' },
  { title: 'Über graphs', abstract: '' },
  { title: '', abstract: 'Neural, neural, 漢字' },
]);

describe('words.bin', () => {
  test('gives back the index of any papers', () => {
    fc.assert(
      fc.property(fewWordsPapers, (papers) => {
        const index = indexOf(papers);
        finished(writeWordIndex(file, index));
        expect(finished(readWordIndex(file, papers.length))).toEqual(index);
      }),
      { seed: 1, numRuns: 40 },
    );
  });

  const changed = <T extends Int32Array>(values: T, at: number, value: number) => {
    const copied = values.slice();
    copied[at < 0 ? copied.length + at : at] = value;
    return copied;
  };
  test.each<[string, Partial<WordIndex>, RegExp]>([
    [
      'rows of a stem that do not rise',
      { postingRows: changed(sound.postingRows, 1, 9) },
      /stem 0 has row|stem \d+ has row 9/,
    ],
    ['a row below 0', { postingRows: changed(sound.postingRows, 0, -1) }, /stem 0 has row -1/],
    ['starts of postings that fall', { postingStarts: changed(sound.postingStarts, 1, 99) }, /postings do not rise/],
    [
      'starts of postings that do not reach the end',
      { postingStarts: changed(sound.postingStarts, -1, 2) },
      /postings/,
    ],
    ['starts of texts that fall', { textStarts: changed(sound.textStarts, 1, -1) }, /texts do not rise/],
    ['a stem in a text that does not exist', { text: changed(sound.text, 0, sound.stems.count) }, /row 0 has stem/],
    ['a second end of the title', { text: changed(sound.text, 0, -1) }, /row 0 has stem -1/],
    ['no end of the title', { text: changed(sound.text, 3, 0) }, /row 0 has no title end/],
    ['a title longer than its text', { titleLengths: changed(sound.titleLengths, 1, 90) }, /row 1 has no title end/],
    ['a title of less than nothing', { titleLengths: changed(sound.titleLengths, 2, -1) }, /row 2 has no title end/],
    ['a word with a stem that does not exist', { wordStems: changed(sound.wordStems, 2, 99) }, /word 2 has stem 99/],
    ['a word in more papers than there are', { wordPapers: changed(sound.wordPapers, 0, 4) }, /word 0 stands in 4/],
    ['words out of order', { words: { ...sound.words, bytes: sound.words.bytes.slice().reverse() } }, /out of order/],
    [
      'a stem less',
      { stems: { ...sound.stems, starts: sound.stems.starts.slice(0, -1) } },
      /words\.bin: (?:lacks|is unsound)/,
    ],
    ['columns of unequal length', { titleTimes: sound.titleTimes.slice(1) }, /lacks the column titleTimes/],
    ['a text less', { titleLengths: sound.titleLengths.slice(1) }, /lacks the column titleLengths/],
  ])('with %s is refused', (_, change, message) => {
    finished(writeWordIndex(file, { ...sound, ...change }));
    expect(() => finished(readWordIndex(file, 3))).toThrow(
      expect.objectContaining({ kind: 'corrupt', message: expect.stringMatching(message) }),
    );
  });

  test('of other papers is refused', () => {
    finished(writeWordIndex(file, sound));
    for (const papers of [0, 2, 4]) expect(() => finished(readWordIndex(file, papers))).toThrow(PaperfieldError);
  });

  test('is refused or harmless with any four bytes changed: what is opened is sound', () => {
    finished(writeWordIndex(file, sound));
    const bytes = readFileSync(file);
    fc.assert(
      fc.property(fc.nat(bytes.length - 4), fc.integer(), (at, value) => {
        const damaged = Buffer.from(bytes);
        damaged.writeInt32LE(value, at);
        writeFileSync(file, damaged);
        let opened: WordIndex | undefined;
        try {
          opened = finished(readWordIndex(file, 3));
        } catch (error) {
          expect(error).toMatchObject({ name: 'PaperfieldError', kind: 'corrupt' });
        }
        for (const row of opened?.postingRows ?? []) expect([0, 1, 2]).toContain(row);
      }),
      { seed: 2, numRuns: 300 },
    );
  });
});
