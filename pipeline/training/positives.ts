import type { Random } from '../core/algorithms/random.ts';
import type { TokenizedPapers } from './papers.ts';
import { type TextBatch, TextWriter } from './text-batch.ts';

export interface PositiveOptions {
  titleShare: number;
  halvesShare: number;
  kinShare: number;
  spanTokens: readonly [number, number];
  dropout: number;
  saturation: number;
  titleTimes: number;
}

/**
 * Makes pairs of texts that belong together out of papers:
 *
 *   title               ↔ abstract               what a title search wants
 *   first half          ↔ second half            what relates two papers: the subject, not the wording
 *   short span          ↔ title + the rest       what a question or claim wants
 *   title + abstract    ↔ those of a kin paper   what a map wants (the one kind that needs two papers)
 *
 * where a title stands before an abstract it is written `titleTimes` times, as it is when the model is used,
 *
 * and leaves tokens out at random on both sides, so that no single word carries a text.
 */
export class PairMaker {
  readonly #left: TextWriter;
  readonly #right: TextWriter;
  readonly #papers: TokenizedPapers;
  readonly #options: PositiveOptions;

  /** @param maxTokens longest text of `papers`: what a side has room for is all titles and an abstract of that length. */
  constructor(
    papers: TokenizedPapers,
    vocabularySize: number,
    batchSize: number,
    maxTokens: number,
    options: PositiveOptions,
  ) {
    this.#papers = papers;
    this.#options = options;
    const side = () =>
      new TextWriter(batchSize, batchSize * maxTokens * (options.titleTimes + 1), vocabularySize, options.saturation);
    this.#left = side();
    this.#right = side();
  }

  get left(): TextBatch {
    return this.#left.batch;
  }

  get right(): TextBatch {
    return this.#right.batch;
  }

  /** Fills `left` and `right` with one pair a paper. */
  fill(papers: Int32Array, random: Random): void {
    this.#left.restart();
    this.#right.restart();
    for (const paper of papers) {
      this.#fillPair(paper, random);
      this.#left.close();
      this.#right.close();
    }
  }

  #fillPair(paper: number, random: Random): void {
    const { starts } = this.#papers;
    const { titleShare, halvesShare, kinShare, spanTokens } = this.#options;
    const title = starts[paper * 2];
    const abstract = starts[paper * 2 + 1];
    const end = starts[paper * 2 + 2];
    const kind = random();
    const kin = kind >= 1 - kinShare ? this.#papers.kinship.of(paper, random) : -1;
    if (kin >= 0) {
      this.#appendTitle(this.#left, paper, random);
      this.#append(this.#left, abstract, end, random);
      this.#appendTitle(this.#right, kin, random);
      this.#append(this.#right, starts[kin * 2 + 1], starts[kin * 2 + 2], random);
    } else if (kind < titleShare) {
      this.#append(this.#left, title, abstract, random);
      this.#append(this.#right, abstract, end, random);
    } else if (kind < titleShare + halvesShare) {
      const middle = (abstract + end) >> 1;
      this.#append(this.#left, abstract, middle, random);
      this.#append(this.#right, middle, end, random);
    } else {
      const [shortest, longest] = spanTokens;
      const wanted = shortest + Math.floor(random() * (longest - shortest + 1));
      // Never more than half of the abstract: something must be left to find.
      const length = Math.min(wanted, (end - abstract) >> 1);
      const start = abstract + Math.floor(random() * (end - abstract - length + 1));
      this.#append(this.#left, start, start + length, random);
      this.#appendTitle(this.#right, paper, random);
      this.#append(this.#right, abstract, start, random);
      this.#append(this.#right, start + length, end, random);
    }
  }

  #appendTitle(side: TextWriter, paper: number, random: Random): void {
    const { starts } = this.#papers;
    for (let time = 0; time < this.#options.titleTimes; time++) {
      this.#append(side, starts[paper * 2], starts[paper * 2 + 1], random);
    }
  }

  /** Adds a run of tokens to the open text, leaving some out. */
  #append(side: TextWriter, from: number, to: number, random: Random): void {
    const { tokens } = this.#papers;
    const { dropout } = this.#options;
    for (let token = from; token < to; token++) if (random() >= dropout) side.add(tokens[token]);
    // Left out all of a short text: keep one token, an empty text teaches nothing.
    if (side.empty && to > from) side.add(tokens[from + Math.floor(random() * (to - from))]);
  }
}
