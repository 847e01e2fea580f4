import { sharedFloats, sharedIntegers, type TextBatch } from './text-batch.ts';

/**
 * A batch turned around: for each token, the texts that hold it. The gradient of a token's vector is then a sum over
 * rows of the gradient matrix, which is small and stays near the processor, instead of scattered additions all over
 * the table, which is not and does not.
 *
 * Token `rows[i]` is in the texts `texts[starts[i] … starts[i+1])`, with `factors` beside; the texts of the second
 * side are numbered on from those of the first.
 */
export class Occurrences {
  count = 0;
  readonly rows: Int32Array;
  readonly starts: Int32Array;
  readonly texts: Int32Array;
  readonly factors: Float32Array;
  /** Place of a token in `rows` for this batch; −1 when it is not in it. */
  readonly #slot: Int32Array;
  readonly #next: Int32Array;
  readonly #silent: number;

  /** @param silent tokens 0 … silent−1 are left out: they are never learned. */
  constructor(vocabularySize: number, tokens: number, silent: number) {
    this.rows = sharedIntegers(vocabularySize);
    this.starts = sharedIntegers(vocabularySize + 1);
    this.texts = sharedIntegers(tokens);
    this.factors = sharedFloats(tokens);
    this.#slot = new Int32Array(vocabularySize).fill(-1);
    this.#next = new Int32Array(vocabularySize);
    this.#silent = silent;
  }

  /** Counting sort of both sides' tokens. Their `starts` must be filled for every text. */
  fill(sides: readonly TextBatch[]): void {
    const { rows, starts } = this;
    for (let index = 0; index < this.count; index++) this.#slot[rows[index]] = -1;
    this.count = 0;
    for (const side of sides) {
      const end = side.starts[side.starts.length - 1];
      for (let at = 0; at < end; at++) this.#count(side.tokens[at]);
    }
    starts[0] = 0;
    for (let index = 0; index < this.count; index++) {
      starts[index + 1] += starts[index];
      this.#next[index] = starts[index];
    }
    let text = 0;
    for (const side of sides) {
      for (let own = 0; own + 1 < side.starts.length; own++, text++) {
        for (let at = side.starts[own]; at < side.starts[own + 1]; at++) {
          const token = side.tokens[at];
          if (token < this.#silent) continue;
          const to = this.#next[this.#slot[token]]++;
          this.texts[to] = text;
          this.factors[to] = side.factors[at];
        }
      }
    }
  }

  #count(token: number): void {
    if (token < this.#silent) return;
    let slot = this.#slot[token];
    if (slot < 0) {
      slot = this.count++;
      this.#slot[token] = slot;
      this.rows[slot] = token;
      this.starts[slot + 1] = 0;
    }
    this.starts[slot + 1]++;
  }
}
