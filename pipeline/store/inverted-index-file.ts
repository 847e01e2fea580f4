/** `inverted-index.bin`: the inverted index as a column file, with the column names that data/README.md documents. */
import type { CooperativeTask } from '../core/cooperative.ts';
import { PaperfieldError } from '../core/errors.ts';
import { type InvertedIndex, invertedIndexFaultTask } from '../search/lexical/inverted-index.ts';
import { readColumnFileTask, writeColumnFileTask } from './column-file.ts';

export function* writeInvertedIndex(path: string, index: InvertedIndex): CooperativeTask<void> {
  // The columns are named one by one, so that renaming a property in the code does not change the file format.
  yield* writeColumnFileTask(path, {
    stemStarts: index.stems.starts,
    stemBytes: index.stems.bytes,
    wordStarts: index.words.starts,
    wordBytes: index.words.bytes,
    wordStems: index.wordStems,
    wordDocumentFrequency: index.wordDocumentFrequency,
    postingStarts: index.postingStarts,
    postingRows: index.postingRows,
    titleTf: index.titleTf,
    abstractTf: index.abstractTf,
    textStarts: index.textStarts,
    text: index.text,
    titleLengths: index.titleLengths,
    acronyms: index.acronyms,
    acronymStarts: index.acronymStarts,
    acronymStems: index.acronymStems,
  });
}

/**
 * Reads the inverted index and checks its numbers, because search uses them as array positions without checking.
 *
 * @param paperCount the number of papers of the snapshot
 * @throws PaperfieldError corrupt, if the file is missing, damaged or inconsistent
 */
export function* readInvertedIndex(path: string, paperCount: number): CooperativeTask<InvertedIndex> {
  const index = yield* readUnchecked(path, paperCount);
  const fault = yield* invertedIndexFaultTask(index);
  if (fault) throw new PaperfieldError('corrupt', `${path}: is inconsistent: ${fault}; build again`);
  return index;
}

function* readUnchecked(path: string, paperCount: number): CooperativeTask<InvertedIndex> {
  const columns = yield* readColumnFileTask(path);
  const vocabulary = (name: string) => {
    const starts = columns.int32(`${name}Starts`);
    return { count: Math.max(0, starts.length - 1), starts, bytes: columns.uint8(`${name}Bytes`) };
  };
  const stems = vocabulary('stem');
  const words = vocabulary('word');
  const postingRows = columns.int32('postingRows');
  const acronyms = columns.int32('acronyms');
  return {
    paperCount,
    stems,
    words,
    wordStems: columns.int32('wordStems', words.count),
    wordDocumentFrequency: columns.int32('wordDocumentFrequency', words.count),
    postingStarts: columns.int32('postingStarts', stems.count + 1),
    postingRows,
    titleTf: columns.uint8('titleTf', postingRows.length),
    abstractTf: columns.uint8('abstractTf', postingRows.length),
    textStarts: columns.int32('textStarts', paperCount + 1),
    text: columns.int32('text'),
    titleLengths: columns.int32('titleLengths', paperCount),
    acronyms,
    acronymStarts: columns.int32('acronymStarts', acronyms.length + 1),
    acronymStems: columns.int32('acronymStems'),
  };
}
