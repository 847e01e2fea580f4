/** A snapshot's `words.bin`: the word index as columns, under the names that data/README.md describes. */

import { type Rest, type Steps, withRests } from '../core/cooperative.ts';
import { PaperfieldError } from '../core/errors.ts';
import { findFault, type WordIndex } from '../search/lexical/inverted-index.ts';
import { readColumnsInSteps, writeColumnsInSteps } from './columns.ts';

export function* writeWordIndex(path: string, index: WordIndex): Steps<void> {
  const { papers: _, stems, words, ...columns } = index;
  yield* writeColumnsInSteps(path, {
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
export function* readWordIndex(path: string, papers: number): Steps<WordIndex> {
  const index = yield* readUnchecked(path, papers);
  refuse(path, yield* findFault(index));
  return index;
}

/**
 * Looks the index of so many papers through, with rests.
 *
 * @throws PaperfieldError as `readWordIndex`
 */
export async function verifyWordIndex(path: string, papers: number, rest: Rest): Promise<void> {
  await withRests(readWordIndex(path, papers), rest);
}

function refuse(path: string, fault: string | undefined): void {
  if (fault) throw new PaperfieldError('corrupt', `${path}: is unsound: ${fault}; build again`);
}

function* readUnchecked(path: string, papers: number): Steps<WordIndex> {
  const columns = yield* readColumnsInSteps(path);
  const lexicon = (name: string) => {
    const starts = columns.int32(`${name}Starts`);
    return { count: Math.max(0, starts.length - 1), starts, bytes: columns.uint8(`${name}Bytes`) };
  };
  const stems = lexicon('stem');
  const words = lexicon('word');
  const postingRows = columns.int32('postingRows');
  return {
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
}
