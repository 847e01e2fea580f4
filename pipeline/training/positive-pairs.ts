/** Positive pairs for contrastive training: two texts of one paper, or of two papers with the same categories. */
import type { Random } from '../core/algorithms/random.ts';
import type { TokenizedPapers } from './corpus.ts';
import { type TokenBagBatch, TokenBagBatchBuilder } from './token-bag-batch.ts';

interface PairOptions {
  readonly titleShare: number;
  readonly halvesShare: number;
  readonly categoryShare: number;
  readonly spanTokens: readonly [shortest: number, longest: number];
  readonly dropout: number;
  readonly saturation: number;
  readonly titleTimes: number;
}

/**
 * Makes positive pairs for training: two texts that should get similar vectors. There are four kinds:
 *
 *   title               ↔ abstract                     for searching a title
 *   first half          ↔ second half of an abstract   for related papers: same subject, other words
 *   short span          ↔ title and the rest           for searching a question or a claim
 *   title and abstract  ↔ those of a category neighbor for clusters; all other pairs are from one paper
 *
 * Where a title precedes an abstract, it is repeated `titleTimes` times, as in the input of the finished model. Tokens
 * are left out at random on both sides (dropout), so that similarity does not depend on a single word.
 */
export class PairSampler {
  readonly #left: TokenBagBatchBuilder;
  readonly #right: TokenBagBatchBuilder;
  readonly #papers: TokenizedPapers;
  readonly #options: PairOptions;

  /**
   * Allocates both sides of a batch, with room for the longest texts: repeated titles and one abstract each.
   *
   * @param maxTokens the largest number of tokens of a title or an abstract
   */
  constructor(
    papers: TokenizedPapers,
    vocabularySize: number,
    batchSize: number,
    maxTokens: number,
    options: PairOptions,
  ) {
    this.#papers = papers;
    this.#options = options;
    const { titleTimes, saturation } = options;
    const createSide = () =>
      new TokenBagBatchBuilder(batchSize, batchSize * maxTokens * (titleTimes + 1), vocabularySize, saturation);
    this.#left = createSide();
    this.#right = createSide();
  }

  get left(): TokenBagBatch {
    return this.#left.batch;
  }

  get right(): TokenBagBatch {
    return this.#right.batch;
  }

  /** Fills `left` and `right` with one pair per paper. */
  fill(papers: Int32Array, random: Random): void {
    this.#left.clear();
    this.#right.clear();
    for (const paper of papers) {
      this.#addPair(paper, random);
      this.#left.endText();
      this.#right.endText();
    }
  }

  #addPair(paper: number, random: Random): void {
    const { starts, categoryNeighbors } = this.#papers;
    const { titleShare, halvesShare, categoryShare, spanTokens } = this.#options;
    const title = starts[paper * 2];
    const abstract = starts[paper * 2 + 1];
    const end = starts[paper * 2 + 2];
    // Category pairs take the upper end of the range of `kind`, [0, 1), so that a paper without a neighbor falls into
    // the last of the other kinds, span pairs.
    const kind = random();
    const neighbor = kind >= 1 - categoryShare ? categoryNeighbors.sample(paper, random) : -1;
    if (neighbor >= 0) {
      this.#addTitle(this.#left, paper, random);
      this.#addTokens(this.#left, abstract, end, random);
      this.#addTitle(this.#right, neighbor, random);
      this.#addTokens(this.#right, starts[neighbor * 2 + 1], starts[neighbor * 2 + 2], random);
    } else if (kind < titleShare) {
      this.#addTokens(this.#left, title, abstract, random);
      this.#addTokens(this.#right, abstract, end, random);
    } else if (kind < titleShare + halvesShare) {
      const middle = (abstract + end) >> 1;
      this.#addTokens(this.#left, abstract, middle, random);
      this.#addTokens(this.#right, middle, end, random);
    } else {
      const [shortest, longest] = spanTokens;
      const wanted = shortest + Math.floor(random() * (longest - shortest + 1));
      // The span is at most half of the abstract, so that the rest says enough about the paper.
      const length = Math.min(wanted, (end - abstract) >> 1);
      const start = abstract + Math.floor(random() * (end - abstract - length + 1));
      this.#addTokens(this.#left, start, start + length, random);
      this.#addTitle(this.#right, paper, random);
      this.#addTokens(this.#right, abstract, start, random);
      this.#addTokens(this.#right, start + length, end, random);
    }
  }

  #addTitle(side: TokenBagBatchBuilder, paper: number, random: Random): void {
    const { starts } = this.#papers;
    for (let time = 0; time < this.#options.titleTimes; time++) {
      this.#addTokens(side, starts[paper * 2], starts[paper * 2 + 1], random);
    }
  }

  /** Adds the tokens from `from` to `to` to the current text of a side, with dropout. */
  #addTokens(side: TokenBagBatchBuilder, from: number, to: number, random: Random): void {
    const { tokens } = this.#papers;
    const { dropout } = this.#options;
    for (let token = from; token < to; token++) if (random() >= dropout) side.add(tokens[token]);
    // At least one token is kept, because an empty text teaches nothing.
    if (side.isEmpty && to > from) side.add(tokens[from + Math.floor(random() * (to - from))]);
  }
}
