/** Builds the inverted index of papers from their titles and abstracts. */
import { mergeSort } from '../../core/algorithms/sorting.ts';
import { type CooperativeTask, processInChunks, runAsPortion } from '../../core/cooperative.ts';
import type { Effects } from '../../core/effects.ts';
import type { PaperText } from '../../core/paper.ts';
import { runBuildTask } from '../../runtime/scheduling.ts';
import { stemOf, visitWords } from './analyzer.ts';
import {
  compareCodePoints,
  createVocabulary,
  type InvertedIndex,
  TITLE_END,
  type Vocabulary,
} from './inverted-index.ts';
import { AcronymCounter } from './word-variants.ts';

/** A growing list of 32-bit integers; its capacity doubles. */
class Int32List {
  #values = new Int32Array(1024);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const larger = new Int32Array(2 * this.#length);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#length++] = value;
  }

  get(at: number): number {
    return this.#values[at];
  }

  set(at: number, value: number): void {
    this.#values[at] = value;
  }

  /** The values so far, as a view that is valid until the next `push`. */
  view(): Int32Array {
    return this.#values.subarray(0, this.#length);
  }
}

/**
 * The share of the whole work that is done when all papers are read, and when the words are sorted; measured on 312,997
 * papers.
 */
const PROGRESS_AFTER = { reading: 0.88, sorting: 0.92 };

/**
 * Builds the inverted index of papers. One pass analyzes all texts; then stems are numbered alphabetically, and the
 * texts are inverted by counting sort, so that no object is allocated per posting.
 *
 * @throws RangeError if the papers have more than 2³¹ words together
 */
export function* indexTexts(papers: readonly PaperText[]): CooperativeTask<InvertedIndex> {
  const counter = new WordCounter();
  const acronyms = new AcronymCounter();
  const text = new Int32List();
  const textStarts = new Int32Array(papers.length + 1);
  const titleLengths = new Int32Array(papers.length);
  const read = (row: number) => {
    const add = (surface: string) => text.push(counter.stemIn(surface, row));
    visitWords(papers[row].title, add);
    titleLengths[row] = text.length - textStarts[row];
    text.push(TITLE_END);
    visitWords(papers[row].abstract, add);
    acronyms.add(`${papers[row].title}\n${papers[row].abstract}`);
    textStarts[row + 1] = text.length;
  };
  const reading = processInChunks(papers.length, (from, to) => {
    for (let row = from; row < to; row++) read(row);
  });
  yield* runAsPortion(reading, 0, PROGRESS_AFTER.reading);
  const { numberOf, ...words } = yield* runAsPortion(counter.sorted(), PROGRESS_AFTER.reading, PROGRESS_AFTER.sorting);
  const texts = { paperCount: papers.length, textStarts, text: text.view(), titleLengths };
  const postings = yield* runAsPortion(invert(words.stems.count, texts, numberOf), PROGRESS_AFTER.sorting, 1);
  return { ...words, ...texts, ...postings, ...acronyms.columns(words.stems) };
}

/**
 * Collects the distinct words and stems of papers, numbered in order of appearance, and the document frequency of each
 * word.
 */
class WordCounter {
  readonly #words = new Map<string, number>();
  readonly #stems = new Map<string, number>();
  readonly #stemOfWord = new Int32List();
  readonly #documentFrequencies = new Int32List();
  /** By word: the last row in which it was counted, so that it counts once per paper. */
  readonly #lastRow = new Int32List();

  /**
   * Counts one occurrence of a word in a row and returns the number of its stem. Must be called in ascending order of
   * rows.
   */
  stemIn(surface: string, row: number): number {
    let word = this.#words.get(surface);
    if (word === undefined) {
      word = this.#words.size;
      this.#words.set(surface, word);
      this.#stemOfWord.push(this.#numberOf(stemOf(surface)));
      this.#documentFrequencies.push(0);
      this.#lastRow.push(-1);
    }
    if (this.#lastRow.get(word) !== row) {
      this.#lastRow.set(word, row);
      this.#documentFrequencies.set(word, this.#documentFrequencies.get(word) + 1);
    }
    return this.#stemOfWord.get(word);
  }

  #numberOf(stem: string): number {
    const known = this.#stems.get(stem);
    if (known !== undefined) return known;
    this.#stems.set(stem, this.#stems.size);
    return this.#stems.size - 1;
  }

  /**
   * All words and stems in sorted order. `numberOf` maps the number of a stem in order of appearance to its number in
   * sorted order.
   */
  *sorted(): CooperativeTask<
    Pick<InvertedIndex, 'stems' | 'words' | 'wordStems' | 'wordDocumentFrequency'> & { numberOf: Int32Array }
  > {
    const stems = yield* runAsPortion(sortedVocabulary(this.#stems), 0, 0.4);
    const words = yield* runAsPortion(sortedVocabulary(this.#words), 0.4, 1);
    const numberOf = new Int32Array(stems.order.length);
    stems.order.forEach((provisional, at) => {
      numberOf[provisional] = at;
    });
    return {
      stems: stems.vocabulary,
      words: words.vocabulary,
      wordStems: words.order.map((word) => numberOf[this.#stemOfWord.get(word)]),
      wordDocumentFrequency: words.order.map((word) => this.#documentFrequencies.get(word)),
      numberOf,
    };
  }
}

/** Sorts words into a vocabulary. `order` has the number in order of appearance of each word in sorted order. */
function* sortedVocabulary(
  numbers: ReadonlyMap<string, number>,
): CooperativeTask<{ vocabulary: Vocabulary; order: Int32Array }> {
  const sorted = yield* mergeSort([...numbers.keys()], compareCodePoints);
  return { vocabulary: createVocabulary(sorted), order: Int32Array.from(sorted, (word) => numbers.get(word) ?? 0) };
}

/**
 * Inverts texts into postings by counting sort: first counts the document frequency of each stem, then writes each
 * posting into its place, row by row.
 *
 * @param numberOf maps the number of a stem in order of appearance to its number in sorted order; `text` is renumbered
 *   in place
 */
function* invert(
  stemCount: number,
  {
    paperCount,
    textStarts,
    text,
    titleLengths,
  }: Pick<InvertedIndex, 'paperCount' | 'textStarts' | 'text' | 'titleLengths'>,
  numberOf: Int32Array,
): CooperativeTask<Pick<InvertedIndex, 'postingStarts' | 'postingRows' | 'titleTf' | 'abstractTf'>> {
  const postingStarts = new Int32Array(stemCount + 1);
  const lastRow = new Int32Array(stemCount).fill(-1);
  const count = (from: number, to: number) => {
    for (let row = from; row < to; row++) {
      for (let at = textStarts[row]; at < textStarts[row + 1]; at++) {
        if (text[at] === TITLE_END) continue;
        const stem = numberOf[text[at]];
        text[at] = stem;
        if (lastRow[stem] === row) continue;
        lastRow[stem] = row;
        postingStarts[stem + 1]++;
      }
    }
  };
  yield* runAsPortion(processInChunks(paperCount, count), 0, 0.4);
  for (let stem = 0; stem < stemCount; stem++) postingStarts[stem + 1] += postingStarts[stem];
  const postingRows = new Int32Array(postingStarts[stemCount]);
  const titleTf = new Uint8Array(postingRows.length);
  const abstractTf = new Uint8Array(postingRows.length);
  const next = postingStarts.slice(0, stemCount);
  lastRow.fill(-1);
  const fill = (from: number, to: number) => {
    for (let row = from; row < to; row++) {
      const titleEnd = textStarts[row] + titleLengths[row];
      for (let at = textStarts[row]; at < textStarts[row + 1]; at++) {
        const stem = text[at];
        if (stem === TITLE_END) continue;
        if (lastRow[stem] !== row) {
          lastRow[stem] = row;
          postingRows[next[stem]++] = row;
        }
        const frequencies = at < titleEnd ? titleTf : abstractTf;
        const posting = next[stem] - 1;
        if (frequencies[posting] < 255) frequencies[posting]++;
      }
    }
  };
  yield* runAsPortion(processInChunks(paperCount, fill), 0.4, 1);
  return { postingStarts, postingRows, titleTf, abstractTf };
}

/** Progress is reported in percent: this is the total. */
const PROGRESS_TOTAL = 100;

/**
 * Builds the inverted index of papers, reports progress, and can be aborted by `effects.signal`.
 *
 * @throws RangeError if the papers have more than 2³¹ words together
 */
export async function buildInvertedIndex(papers: readonly PaperText[], effects: Effects): Promise<InvertedIndex> {
  const progress = effects.startProgress('inverted index', PROGRESS_TOTAL);
  const onProgress = (share: number) => progress.update(Math.floor(share * PROGRESS_TOTAL));
  const index = await runBuildTask(indexTexts(papers), effects.signal, onProgress);
  progress.finish(`${index.stems.count} stems`);
  return index;
}
