/** A snapshot's `words.bin`: the word index as columns, under the names that data/README.md describes. */
import { PaperfieldError } from '../core/errors.ts';
import { type WordIndex, wordIndexFault } from '../core/word-index.ts';
import { readColumns, writeColumns } from './columns.ts';

export function writeWordIndex(path: string, index: WordIndex): void {
  const { papers: _, stems, words, ...columns } = index;
  writeColumns(path, {
    stemStarts: stems.starts,
    stemBytes: stems.bytes,
    wordStarts: words.starts,
    wordBytes: words.bytes,
    ...columns,
  });
}

/**
 * Opens the index of so many papers and looks it through: searching follows its numbers unchecked.
 *
 * @throws PaperfieldError corrupt, where the file is missing, damaged, or unsound in itself
 */
export function readWordIndex(path: string, papers: number): WordIndex {
  const columns = readColumns(path);
  const lexicon = (name: string) => {
    const starts = columns.int32(`${name}Starts`);
    return { count: Math.max(0, starts.length - 1), starts, bytes: columns.uint8(`${name}Bytes`) };
  };
  const stems = lexicon('stem');
  const words = lexicon('word');
  const postingRows = columns.int32('postingRows');
  const index: WordIndex = {
    papers,
    stems,
    words,
    wordStems: columns.int32('wordStems', words.count),
    wordPapers: columns.int32('wordPapers', words.count),
    postingStarts: columns.int32('postingStarts', stems.count + 1),
    postingRows,
    titleTimes: columns.uint8('titleTimes', postingRows.length),
    abstractTimes: columns.uint8('abstractTimes', postingRows.length),
    textStarts: columns.int32('textStarts', papers + 1),
    text: columns.int32('text'),
    titleLengths: columns.int32('titleLengths', papers),
  };
  const fault = wordIndexFault(index);
  if (fault) throw new PaperfieldError('corrupt', `${path}: is unsound: ${fault}; build again`);
  return index;
}
