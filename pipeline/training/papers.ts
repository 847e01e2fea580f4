import { createHash } from 'node:crypto';
import { splitWords, wordPieces } from '../embedding/wordpiece.ts';
import type { CorpusRow } from './corpus.ts';
import { Kinship, type KinshipRow } from './kinship.ts';

/**
 * Texts as token rows in columns: paper p has its title in `tokens[starts[2p] … starts[2p+1])` and its abstract in
 * `tokens[starts[2p+1] … starts[2p+2])`.
 */
export interface TokenizedPapers {
  tokens: Int32Array;
  starts: Int32Array;
  /** Papers to learn from, and papers kept back to measure. Numbers of papers, ascending. */
  training: Int32Array;
  heldOut: Int32Array;
  /** Which training papers are filed alike. */
  kinship: Kinship;
}

/** Shorter abstracts (in words) are announcements, errata and empty fields. */
const MIN_ABSTRACT_WORDS = 20;

/**
 * Gathers papers while they stream by: words become numbers at once, so that the corpus is read only once although
 * the vocabulary is known only at its end. 430,000 papers take about 0.6 GB.
 */
export class PaperGatherer {
  readonly words: string[] = [];
  readonly counts: number[] = [];
  /** Papers left out: seen before (same id or same abstract), or too short to learn from. */
  repeated = 0;
  short = 0;
  readonly #numbers = new Map<string, number>();
  readonly #seen = new Set<string>();
  readonly #heldOut: boolean[] = [];
  readonly #filed: KinshipRow[] = [];
  readonly #heldOutShare: number;
  readonly #starts: number[] = [0];
  #stream = new Int32Array(1 << 16);
  #length = 0;

  /** @param heldOutShare share of papers to keep back, chosen by a hash of the id: order and seed do not matter. */
  constructor(heldOutShare: number) {
    this.#heldOutShare = heldOutShare;
  }

  get papers(): number {
    return this.#heldOut.length;
  }

  add(row: CorpusRow): void {
    const title = splitWords(row.title);
    const abstract = splitWords(row.abstract);
    if (title.length === 0 || abstract.length < MIN_ABSTRACT_WORDS) {
      this.short++;
      return;
    }
    // One hash a key: 128 bits of it are plenty for half a million papers and take less memory than the text.
    const textKey = digest(abstract.join(' ')).toString('base64', 0, 16);
    const idHash = digest(row.id);
    const idKey = idHash.toString('base64', 0, 16);
    if (this.#seen.has(textKey) || this.#seen.has(idKey)) {
      this.repeated++;
      return;
    }
    this.#seen.add(textKey).add(idKey);
    this.#heldOut.push(idHash.readUInt32LE(16) / 2 ** 32 < this.#heldOutShare);
    this.#filed.push({ categories: row.categories, date: row.date });
    this.#append(title);
    this.#append(abstract);
  }

  /** Cuts every word with the vocabulary. Texts longer than `maxTokens` are cut off, as the model will do. */
  tokenize(vocabulary: readonly string[], maxTokens: number): TokenizedPapers {
    const rows = new Map(vocabulary.map((token, row) => [token, row]));
    const pieces = this.words.map((word) => wordPieces(word, rows));
    const starts = new Int32Array(this.#starts.length);
    let total = 0;
    for (let text = 0; text + 1 < starts.length; text++) {
      let length = 0;
      for (let at = this.#starts[text]; at < this.#starts[text + 1]; at++) length += pieces[this.#stream[at]].length;
      total += Math.min(length, maxTokens);
      starts[text + 1] = total;
    }
    const tokens = new Int32Array(total);
    for (let text = 0; text + 1 < starts.length; text++) {
      let to = starts[text];
      const end = starts[text + 1];
      for (let at = this.#starts[text]; to < end; at++) {
        for (const piece of pieces[this.#stream[at]]) if (to < end) tokens[to++] = piece;
      }
    }
    const numbers = this.#heldOut.map((_, paper) => paper);
    const training = Int32Array.from(numbers.filter((paper) => !this.#heldOut[paper]));
    return {
      tokens,
      starts,
      training,
      kinship: new Kinship(this.#filed, training),
      heldOut: Int32Array.from(numbers.filter((paper) => this.#heldOut[paper])),
    };
  }

  #append(words: readonly string[]): void {
    if (this.#length + words.length > this.#stream.length) {
      const larger = new Int32Array(Math.max(this.#stream.length * 2, this.#length + words.length));
      larger.set(this.#stream);
      this.#stream = larger;
    }
    for (const word of words) {
      let number = this.#numbers.get(word);
      if (number === undefined) {
        number = this.words.length;
        // A slice keeps the whole text alive; a copy of the word does not.
        const copy = Buffer.from(word, 'utf8').toString('utf8');
        this.#numbers.set(copy, number);
        this.words.push(copy);
        this.counts.push(0);
      }
      this.counts[number]++;
      this.#stream[this.#length++] = number;
    }
    this.#starts.push(this.#length);
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
