import type { Random } from '../core/random.ts';
import type { TokenizedPapers } from './papers.ts';

/** Texts of one side of a batch: text t is `tokens[starts[t] … starts[t+1])`. `tokens` may be longer than used. */
export interface TokenBatch {
  tokens: Int32Array;
  starts: Int32Array;
}

export interface PositiveOptions {
  titleShare: number;
  halvesShare: number;
  kinShare: number;
  spanTokens: readonly [number, number];
  dropout: number;
}

/**
 * Makes pairs of texts that belong together out of papers:
 *
 *   title               ↔ abstract               what a title search wants
 *   first half          ↔ second half            what relates two papers: the subject, not the wording
 *   short span          ↔ title + the rest       what a question or claim wants
 *   title + abstract    ↔ those of a kin paper   what a map wants (the one kind that needs two papers)
 *
 * and leaves tokens out at random on both sides, so that no single word carries a text.
 */
export class PairMaker {
  readonly left: TokenBatch;
  readonly right: TokenBatch;
  readonly #papers: TokenizedPapers;
  readonly #options: PositiveOptions;

  /** @param maxTokens longest text of `papers`; buffers for two of them a pair (title + abstract) are held. */
  constructor(papers: TokenizedPapers, batchSize: number, maxTokens: number, options: PositiveOptions) {
    this.#papers = papers;
    this.#options = options;
    const side = (): TokenBatch => ({
      tokens: new Int32Array(batchSize * maxTokens * 2),
      starts: new Int32Array(batchSize + 1),
    });
    this.left = side();
    this.right = side();
  }

  /** Fills `left` and `right` with one pair a paper. */
  fill(papers: Int32Array, random: Random): void {
    for (let row = 0; row < papers.length; row++) this.#fillRow(row, papers[row], random);
  }

  #fillRow(row: number, paper: number, random: Random): void {
    const { starts } = this.#papers;
    const { titleShare, halvesShare, kinShare, spanTokens } = this.#options;
    const title = starts[paper * 2];
    const abstract = starts[paper * 2 + 1];
    const end = starts[paper * 2 + 2];
    const kind = random();
    const kin = kind >= 1 - kinShare ? this.#papers.kinship.of(paper, random) : -1;
    this.left.starts[row + 1] = this.left.starts[row];
    this.right.starts[row + 1] = this.right.starts[row];
    if (kin >= 0) {
      this.#append(this.left, row, title, end, random);
      this.#append(this.right, row, starts[kin * 2], starts[kin * 2 + 2], random);
    } else if (kind < titleShare) {
      this.#append(this.left, row, title, abstract, random);
      this.#append(this.right, row, abstract, end, random);
    } else if (kind < titleShare + halvesShare) {
      const middle = (abstract + end) >> 1;
      this.#append(this.left, row, abstract, middle, random);
      this.#append(this.right, row, middle, end, random);
    } else {
      const [shortest, longest] = spanTokens;
      const wanted = shortest + Math.floor(random() * (longest - shortest + 1));
      // Never more than half of the abstract: something must be left to find.
      const length = Math.min(wanted, (end - abstract) >> 1);
      const start = abstract + Math.floor(random() * (end - abstract - length + 1));
      this.#append(this.left, row, start, start + length, random);
      this.#append(this.right, row, title, start, random);
      this.#append(this.right, row, start + length, end, random);
    }
  }

  /** Adds a run of tokens to the text `row`, which must be the last one so far, leaving some out. */
  #append(side: TokenBatch, row: number, from: number, to: number, random: Random): void {
    const { tokens } = this.#papers;
    const { dropout } = this.#options;
    const first = side.starts[row + 1];
    let at = first;
    for (let token = from; token < to; token++) {
      if (random() >= dropout) side.tokens[at++] = tokens[token];
    }
    // Left out all of a short text: keep one token, an empty text teaches nothing.
    if (at === first && to > from) side.tokens[at++] = tokens[from + Math.floor(random() * (to - from))];
    side.starts[row + 1] = at;
  }
}
