/** Batches of texts as bags of tokens, in memory that worker threads share. */

/**
 * One side of a batch of text pairs, as bags of tokens (a sparse matrix by rows): text t has the distinct tokens
 * `tokens[starts[t] … starts[t+1])`, and their factors are at the same positions of `factors`. The arrays may be longer
 * than used, and are in memory that worker threads share.
 */
export interface TokenBagBatch {
  readonly tokens: Int32Array;
  /** How much a token counts in its text: (its number of occurrences) ^ `saturation`, an option in (0, 1]. */
  readonly factors: Float32Array;
  readonly starts: Int32Array;
}

/** Allocates an array of zeros that worker threads can read and write without a copy. */
export function allocateSharedFloats(length: number): Float32Array {
  return new Float32Array(new SharedArrayBuffer(length * Float32Array.BYTES_PER_ELEMENT));
}

/** Allocates an array of zeros that worker threads can read and write without a copy. */
export function allocateSharedIntegers(length: number): Int32Array {
  return new Int32Array(new SharedArrayBuffer(length * Int32Array.BYTES_PER_ELEMENT));
}

/**
 * Fills a batch text by text, counting repeated tokens. A token that occurs n times counts n^saturation: as in BM25, a
 * second occurrence says less than the first.
 */
export class TokenBagBatchBuilder {
  readonly batch: TokenBagBatch;
  readonly #saturation: number;
  /**
   * For each token, the serial number of the text to which it was added last. Every text has a new serial number, so
   * that nothing has to be cleared between texts.
   */
  readonly #seenIn: Int32Array;
  /** For each token, its position in `batch.tokens` when it was added last. */
  readonly #indexOfToken: Int32Array;
  #text = 0;
  #serial = 0;
  #end = 0;

  /**
   * Allocates an empty batch.
   *
   * @param texts the largest number of texts in a batch
   * @param tokens the largest number of tokens of all texts together
   */
  constructor(texts: number, tokens: number, vocabularySize: number, saturation: number) {
    this.batch = {
      tokens: allocateSharedIntegers(tokens),
      factors: allocateSharedFloats(tokens),
      starts: allocateSharedIntegers(texts + 1),
    };
    this.#saturation = saturation;
    this.#seenIn = new Int32Array(vocabularySize).fill(-1);
    this.#indexOfToken = new Int32Array(vocabularySize);
  }

  /** Removes all texts from the batch. */
  clear(): void {
    this.#text = 0;
    this.#end = 0;
  }

  /** Whether the current text has no token so far. */
  get isEmpty(): boolean {
    return this.#end === this.batch.starts[this.#text];
  }

  /** Adds a token to the current text. */
  add(token: number): void {
    const { tokens, factors } = this.batch;
    if (this.#seenIn[token] === this.#serial) {
      factors[this.#indexOfToken[token]]++;
      return;
    }
    this.#seenIn[token] = this.#serial;
    this.#indexOfToken[token] = this.#end;
    tokens[this.#end] = token;
    factors[this.#end++] = 1;
  }

  /** Ends the current text and begins the next. */
  endText(): void {
    const { factors, starts } = this.batch;
    for (let i = starts[this.#text]; i < this.#end; i++) {
      if (factors[i] > 1) factors[i] = factors[i] ** this.#saturation;
    }
    starts[++this.#text] = this.#end;
    this.#serial++;
  }
}

/**
 * Both sides of a batch, by token instead of by text (the transposed sparse matrix). In this form, the gradient of a
 * token's vector is a sum over rows of the gradient matrix, which fits into the processor's cache. By text, it would be
 * scattered additions into the embedding table, which does not fit into the cache.
 *
 * Token `rows[i]` is in the texts `texts[starts[i] … starts[i+1])`, with its factors at the same positions of
 * `factors`. Texts of the second side are numbered after those of the first.
 */
export class TransposedBatch {
  /** The number of distinct tokens in the batch. */
  count = 0;
  readonly rows: Int32Array;
  readonly starts: Int32Array;
  readonly texts: Int32Array;
  readonly factors: Float32Array;
  /** The index of a token in `rows`; −1 if it is not in the batch. */
  readonly #slotOfToken: Int32Array;
  readonly #next: Int32Array;
  readonly #frozenRows: number;

  /**
   * Allocates an empty batch.
   *
   * @param tokens the largest number of tokens of both sides together
   * @param frozenRows number of tokens at the start of the vocabulary that are left out, because they are not trained
   */
  constructor(vocabularySize: number, tokens: number, frozenRows: number) {
    this.rows = allocateSharedIntegers(vocabularySize);
    this.starts = allocateSharedIntegers(vocabularySize + 1);
    this.texts = allocateSharedIntegers(tokens);
    this.factors = allocateSharedFloats(tokens);
    this.#slotOfToken = new Int32Array(vocabularySize).fill(-1);
    this.#next = new Int32Array(vocabularySize);
    this.#frozenRows = frozenRows;
  }

  /** Transposes a batch by counting sort. All entries of the sides' `starts` must be set. */
  fill(sides: readonly TokenBagBatch[]): void {
    const { rows, starts } = this;
    for (let i = 0; i < this.count; i++) this.#slotOfToken[rows[i]] = -1;
    this.count = 0;
    for (const side of sides) {
      const end = side.starts[side.starts.length - 1];
      for (let i = 0; i < end; i++) this.#countToken(side.tokens[i]);
    }
    starts[0] = 0;
    for (let i = 0; i < this.count; i++) {
      starts[i + 1] += starts[i];
      this.#next[i] = starts[i];
    }
    let text = 0;
    for (const side of sides) {
      for (let textOfSide = 0; textOfSide + 1 < side.starts.length; textOfSide++, text++) {
        for (let i = side.starts[textOfSide]; i < side.starts[textOfSide + 1]; i++) {
          const token = side.tokens[i];
          if (token < this.#frozenRows) continue;
          const to = this.#next[this.#slotOfToken[token]]++;
          this.texts[to] = text;
          this.factors[to] = side.factors[i];
        }
      }
    }
  }

  #countToken(token: number): void {
    if (token < this.#frozenRows) return;
    let slot = this.#slotOfToken[token];
    if (slot < 0) {
      slot = this.count++;
      this.#slotOfToken[token] = slot;
      this.rows[slot] = token;
      this.starts[slot + 1] = 0;
    }
    this.starts[slot + 1]++;
  }
}
