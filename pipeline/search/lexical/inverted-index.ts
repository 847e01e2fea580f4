import { finished, type Steps, spans, stretch } from '../../core/cooperative.ts';
import { type Lexicon, lexiconFault } from './lexicon.ts';

/** Stands between the title's stems and the abstract's in `WordIndex.text`. */
export const TITLE_END = -1;

/**
 * The words of N papers, both ways. A **stem** is what the forms of a word share and is known by its number 0 … S − 1,
 * its place in `stems`. Everything is a typed array, as it lies in the snapshot's `words.bin` (data/README.md).
 */
export interface WordIndex {
  /** N, the number of papers. */
  readonly papers: number;
  readonly stems: Lexicon;
  /** Words as papers write them: lower case, without accents. */
  readonly words: Lexicon;
  /** The stem of each word. */
  readonly wordStems: Int32Array;
  /** In how many papers each word stands. */
  readonly wordPapers: Int32Array;
  /** S + 1 places: the papers with stem s stand at `postingStarts[s]` … `postingStarts[s + 1]` of the next three. */
  readonly postingStarts: Int32Array;
  /** Ascending within a stem. */
  readonly postingRows: Int32Array;
  /** How often the stem stands in the title; 255 stands for more, too. */
  readonly titleTimes: Uint8Array;
  readonly abstractTimes: Uint8Array;
  /** N + 1 places: paper r stands at `textStarts[r]` … `textStarts[r + 1]` of `text`. */
  readonly textStarts: Int32Array;
  /** Stems in the order of the words: the title's, `TITLE_END`, the abstract's. */
  readonly text: Int32Array;
  /** How many words the title of each paper has. The abstract has the rest, less the one `TITLE_END`. */
  readonly titleLengths: Int32Array;
}

export function abstractLength({ textStarts, titleLengths }: WordIndex, row: number): number {
  return textStarts[row + 1] - textStarts[row] - titleLengths[row] - 1;
}

/** In how many papers a stem stands. */
export function papersWithStem({ postingStarts }: WordIndex, stem: number): number {
  return postingStarts[stem + 1] - postingStarts[stem];
}

/** How telling it is that a paper has a word which so many of all papers have: idf as BM25 has it, above 0. */
export function rarityOf(papers: number, all: number): number {
  return Math.log(1 + (all - papers + 0.5) / (papers + 0.5));
}

/** What is wrong with a word index, or undefined: starts that rise, rows that rise, stems and rows that exist. */
export function wordIndexFault(index: WordIndex): string | undefined {
  return finished(findFault(index));
}

/** Stems and texts between two steps: some milliseconds. */
const AT_ONCE = 8192;

/** The same in steps. */
export function* findFault(index: WordIndex): Steps<string | undefined> {
  const { papers, stems, words, wordStems, wordPapers, postingStarts, postingRows, textStarts, text } = index;
  const fault = lexiconFault(stems) ?? lexiconFault(words);
  if (fault) return fault;
  if (!rise(postingStarts, stems.count, postingRows.length)) return 'the places of its postings do not rise';
  if (!rise(textStarts, papers, text.length)) return 'the places of its texts do not rise';
  for (let word = 0; word < words.count; word++) {
    if (!isBelow(wordStems[word], stems.count)) return `word ${word} has stem ${wordStems[word]}`;
    if (wordPapers[word] < 1 || wordPapers[word] > papers) return `word ${word} stands in ${wordPapers[word]} papers`;
  }
  const ofStem = (stem: number) => {
    let previous = -1;
    for (let at = postingStarts[stem]; at < postingStarts[stem + 1]; at++) {
      if (postingRows[at] <= previous || postingRows[at] >= papers) return `stem ${stem} has row ${postingRows[at]}`;
      previous = postingRows[at];
    }
    return undefined;
  };
  const ofText = (row: number) => {
    const length = textStarts[row + 1] - textStarts[row];
    const titleEnd = textStarts[row] + index.titleLengths[row];
    if (!isBelow(index.titleLengths[row], length) || text[titleEnd] !== TITLE_END) return `row ${row} has no title end`;
    for (let at = textStarts[row]; at < textStarts[row + 1]; at++) {
      if (at !== titleEnd && !isBelow(text[at], stems.count)) return `row ${row} has stem ${text[at]}`;
    }
    return undefined;
  };
  return (yield* stretch(first(stems.count, ofStem), 0, 0.5)) ?? (yield* stretch(first(papers, ofText), 0.5, 1));
}

/** The first fault of so many, in order. */
function* first(count: number, faultOf: (at: number) => string | undefined): Steps<string | undefined> {
  let found: string | undefined;
  yield* spans(count, AT_ONCE, (from, to) => {
    for (let at = from; at < to && found === undefined; at++) found = faultOf(at);
  });
  return found;
}

function rise(starts: Int32Array, count: number, end: number): boolean {
  if (starts.length !== count + 1 || starts[0] !== 0 || starts[count] !== end) return false;
  for (let at = 0; at < count; at++) if (starts[at] > starts[at + 1]) return false;
  return true;
}

function isBelow(value: number, limit: number): boolean {
  return value >= 0 && value < limit;
}
