import type { WordIndex } from '../../core/word-index.ts';

/** The papers that hold something (a stem, one of many stems, a phrase), and how often; rows ascend. */
export interface Postings {
  readonly rows: Int32Array;
  /** How often in the title; 255 stands for more, too. Never 0 together with `abstractTimes`. */
  readonly titleTimes: Uint8Array;
  readonly abstractTimes: Uint8Array;
}

/** Where a stem stands: views of the index, no copies. */
export function postingsOf(index: WordIndex, stem: number): Postings {
  const from = index.postingStarts[stem];
  const to = index.postingStarts[stem + 1];
  return {
    rows: index.postingRows.subarray(from, to),
    titleTimes: index.titleTimes.subarray(from, to),
    abstractTimes: index.abstractTimes.subarray(from, to),
  };
}

/**
 * Where any of some stems stands, as if they were one word: times are added up (to 255 at the most), and a paper with
 * several of them counts once, so that the document frequency is that of the union, exactly. So a prefix is worth what
 * one word would be that stood in all those places; counting each stem with its own idf would let the rarest rule.
 */
export function unionOf(index: WordIndex, stems: Iterable<number>): Postings {
  const distinct = [...new Set(stems)];
  if (distinct.length === 1) return postingsOf(index, distinct[0]);
  const titleTimes = new Uint8ClampedArray(index.papers);
  const abstractTimes = new Uint8ClampedArray(index.papers);
  for (const stem of distinct) {
    const postings = postingsOf(index, stem);
    for (let at = 0; at < postings.rows.length; at++) {
      titleTimes[postings.rows[at]] += postings.titleTimes[at];
      abstractTimes[postings.rows[at]] += postings.abstractTimes[at];
    }
  }
  let found = 0;
  for (let row = 0; row < index.papers; row++) if (titleTimes[row] > 0 || abstractTimes[row] > 0) found++;
  const union = {
    rows: new Int32Array(found),
    titleTimes: new Uint8Array(found),
    abstractTimes: new Uint8Array(found),
  };
  for (let row = 0, at = 0; row < index.papers; row++) {
    if (titleTimes[row] === 0 && abstractTimes[row] === 0) continue;
    union.rows[at] = row;
    union.titleTimes[at] = titleTimes[row];
    union.abstractTimes[at++] = abstractTimes[row];
  }
  return union;
}
