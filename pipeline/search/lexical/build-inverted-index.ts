import { mergeSorted } from '../../core/algorithms/merge-sort.ts';
import { type Steps, spans, stretch } from '../../core/cooperative.ts';
import type { Effects } from '../../core/effects.ts';
import type { Passage } from '../../core/paper.ts';
import { inSteps } from '../../runtime/scheduling.ts';
import { stemOf, visitWords } from './analyzer.ts';
import { TITLE_END, type WordIndex } from './inverted-index.ts';
import { compareWords, type Lexicon, lexiconOf } from './lexicon.ts';

/** Whole numbers of 32 bits, one behind the other, in an array that doubles as it fills. */
export class Int32List {
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

  /** The values so far, a view and no copy: good until the next `push`. */
  view(): Int32Array {
    return this.#values.subarray(0, this.#length);
  }
}

/** Papers between two steps: a few milliseconds of reading. */
const PAPERS_AT_ONCE = 64;
/** And of counting, which is that much faster. */
const TEXTS_AT_ONCE = 2048;

/** The share of the time that is over when all papers are read, and when the words are in order, for 312,997 papers. */
const SHARE_OF = { reading: 0.88, sorting: 0.92 };

/**
 * The words of all papers, from papers to words and from words to papers. Words are read once; then stems are numbered in
 * the order of their letters and the texts are inverted by counting, so that nothing on the heap grows with the postings.
 *
 * @throws RangeError where the papers have more than 2³¹ words together
 */
export function* indexWords(papers: readonly Passage[]): Steps<WordIndex> {
  const vocabulary = new Vocabulary();
  const text = new Int32List();
  const textStarts = new Int32Array(papers.length + 1);
  const titleLengths = new Int32Array(papers.length);
  const read = (row: number) => {
    const add = (surface: string) => text.push(vocabulary.stemIn(surface, row));
    visitWords(papers[row].title, add);
    titleLengths[row] = text.length - textStarts[row];
    text.push(TITLE_END);
    visitWords(papers[row].abstract, add);
    textStarts[row + 1] = text.length;
  };
  const reading = spans(papers.length, PAPERS_AT_ONCE, (from, to) => {
    for (let row = from; row < to; row++) read(row);
  });
  yield* stretch(reading, 0, SHARE_OF.reading);
  const { numberOf, ...words } = yield* stretch(vocabulary.sorted(), SHARE_OF.reading, SHARE_OF.sorting);
  const texts = { papers: papers.length, textStarts, text: text.view(), titleLengths };
  const postings = yield* stretch(invert(words.stems.count, texts, numberOf), SHARE_OF.sorting, 1);
  return { ...words, ...texts, ...postings };
}

/** The words met so far, numbered as they came. */
class Vocabulary {
  readonly #words = new Map<string, number>();
  readonly #stems = new Map<string, number>();
  readonly #stemOfWord = new Int32List();
  readonly #papers = new Int32List();
  /** The last row that each word was met in: a paper counts once. */
  readonly #lastRow = new Int32List();

  /** Counts a word of a row, and gives the number of its stem. Rows come in ascending order. */
  stemIn(surface: string, row: number): number {
    let word = this.#words.get(surface);
    if (word === undefined) {
      word = this.#words.size;
      this.#words.set(surface, word);
      this.#stemOfWord.push(this.#numberOf(stemOf(surface)));
      this.#papers.push(0);
      this.#lastRow.push(-1);
    }
    if (this.#lastRow.get(word) !== row) {
      this.#lastRow.set(word, row);
      this.#papers.set(word, this.#papers.get(word) + 1);
    }
    return this.#stemOfWord.get(word);
  }

  #numberOf(stem: string): number {
    const known = this.#stems.get(stem);
    if (known !== undefined) return known;
    this.#stems.set(stem, this.#stems.size);
    return this.#stems.size - 1;
  }

  /** Words and stems in the order of their letters; `numberOf` gives a stem's number there by the one it came with. */
  *sorted(): Steps<Pick<WordIndex, 'stems' | 'words' | 'wordStems' | 'wordPapers'> & { numberOf: Int32Array }> {
    const stems = yield* stretch(sortedLexicon(this.#stems), 0, 0.4);
    const words = yield* stretch(sortedLexicon(this.#words), 0.4, 1);
    const numberOf = new Int32Array(stems.order.length);
    stems.order.forEach((previous, at) => {
      numberOf[previous] = at;
    });
    return {
      stems: stems.lexicon,
      words: words.lexicon,
      wordStems: words.order.map((word) => numberOf[this.#stemOfWord.get(word)]),
      wordPapers: words.order.map((word) => this.#papers.get(word)),
      numberOf,
    };
  }
}

/** `order` holds the previous numbers in the new order. */
function* sortedLexicon(numbers: ReadonlyMap<string, number>): Steps<{ lexicon: Lexicon; order: Int32Array }> {
  const sorted = yield* mergeSorted([...numbers.keys()], compareWords);
  return { lexicon: lexiconOf(sorted), order: Int32Array.from(sorted, (word) => numbers.get(word) ?? 0) };
}

/**
 * From texts to postings, by counting: first how many papers each stem has, then each into its place, row by row.
 *
 * @param numberOf what the stems' numbers in `text` are to be: they are changed where they stand
 */
function* invert(
  stems: number,
  { papers, textStarts, text, titleLengths }: Pick<WordIndex, 'papers' | 'textStarts' | 'text' | 'titleLengths'>,
  numberOf: Int32Array,
): Steps<Pick<WordIndex, 'postingStarts' | 'postingRows' | 'titleTimes' | 'abstractTimes'>> {
  const postingStarts = new Int32Array(stems + 1);
  const lastRow = new Int32Array(stems).fill(-1);
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
  yield* stretch(spans(papers, TEXTS_AT_ONCE, count), 0, 0.4);
  for (let stem = 0; stem < stems; stem++) postingStarts[stem + 1] += postingStarts[stem];
  const postingRows = new Int32Array(postingStarts[stems]);
  const titleTimes = new Uint8Array(postingRows.length);
  const abstractTimes = new Uint8Array(postingRows.length);
  const next = postingStarts.slice(0, stems);
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
        const times = at < titleEnd ? titleTimes : abstractTimes;
        const place = next[stem] - 1;
        if (times[place] < 255) times[place]++;
      }
    }
  };
  yield* stretch(spans(papers, TEXTS_AT_ONCE, fill), 0.4, 1);
  return { postingStarts, postingRows, titleTimes, abstractTimes };
}

/** Progress is told in this many parts: papers are read, words sorted, texts inverted. */
const PARTS = 100;

/**
 * The words of all papers, both ways.
 *
 * @throws RangeError where the papers have more than 2³¹ words together
 */
export async function buildWordIndex(papers: readonly Passage[], effects: Effects): Promise<WordIndex> {
  const progress = effects.begin('words', PARTS);
  const at = (share: number) => progress.at(Math.floor(share * PARTS));
  const index = await inSteps(indexWords(papers), at, effects.signal);
  progress.end(`${index.stems.count} stems`);
  return index;
}
