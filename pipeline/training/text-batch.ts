/**
 * Texts of one side of a batch as bags of tokens: text t is `tokens[starts[t] … starts[t+1])`, each token once, with
 * its factor beside it. The arrays may be longer than used, and lie in memory that worker threads share.
 */
export interface TextBatch {
  tokens: Int32Array;
  /** How much a token counts in its text: (times it occurs)^saturation. */
  factors: Float32Array;
  starts: Int32Array;
}

/** Shared memory: worker threads read and write the same numbers, nothing is copied. */
export function sharedFloats(length: number): Float32Array {
  return new Float32Array(new SharedArrayBuffer(length * Float32Array.BYTES_PER_ELEMENT));
}

export function sharedIntegers(length: number): Int32Array {
  return new Int32Array(new SharedArrayBuffer(length * Int32Array.BYTES_PER_ELEMENT));
}

/**
 * Fills a batch text by text, counting repeated tokens. A token that occurs n times counts n^saturation: the second
 * mention says less than the first, as BM25 knows.
 */
export class TextWriter {
  readonly batch: TextBatch;
  readonly #saturation: number;
  /** The text in which a token was seen last, and its place there: no clearing between texts. */
  readonly #seenIn: Int32Array;
  readonly #place: Int32Array;
  #text = 0;
  #serial = 0;
  #end = 0;

  constructor(texts: number, tokens: number, vocabularySize: number, saturation: number) {
    this.batch = {
      tokens: sharedIntegers(tokens),
      factors: sharedFloats(tokens),
      starts: sharedIntegers(texts + 1),
    };
    this.#saturation = saturation;
    this.#seenIn = new Int32Array(vocabularySize).fill(-1);
    this.#place = new Int32Array(vocabularySize);
  }

  /** Forgets all texts; the next one is the first. */
  restart(): void {
    this.#text = 0;
    this.#end = 0;
  }

  /** True while nothing was added to the open text. */
  get empty(): boolean {
    return this.#end === this.batch.starts[this.#text];
  }

  add(token: number): void {
    const { tokens, factors } = this.batch;
    if (this.#seenIn[token] === this.#serial) {
      factors[this.#place[token]]++;
      return;
    }
    this.#seenIn[token] = this.#serial;
    this.#place[token] = this.#end;
    tokens[this.#end] = token;
    factors[this.#end++] = 1;
  }

  /** Ends the open text and opens the next. */
  close(): void {
    const { factors, starts } = this.batch;
    for (let at = starts[this.#text]; at < this.#end; at++) {
      if (factors[at] > 1) factors[at] = factors[at] ** this.#saturation;
    }
    starts[++this.#text] = this.#end;
    this.#serial++;
  }
}
