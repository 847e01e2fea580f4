import { type Random, seededRandom } from '../core/algorithms/random.ts';
import { ContrastiveLoss } from './contrastive-loss.ts';
import type { Kinship } from './kinship.ts';
import { Occurrences } from './occurrences.ts';
import type { TrainOptions } from './options.ts';
import type { TokenizedPapers } from './papers.ts';
import { PairMaker } from './positives.ts';
import { SliceTeam } from './slice-team.ts';
import { sharedFloats } from './text-batch.ts';
import { TokenTable } from './token-table.ts';

/** Rises linearly over the warm-up, then falls to zero as half a cosine. `step` counts from 0. */
export function learningRateFactor(step: number, steps: number, warmup: number): number {
  const rising = Math.max(1, Math.round(steps * warmup));
  if (step < rising) return (step + 1) / rising;
  const share = (step - rising) / Math.max(1, steps - rising);
  return 0.5 * (1 + Math.cos(Math.PI * share));
}

/** One number learned by Adam: the logarithm of the loss's scale, kept within bounds. */
export class LearnedScale {
  #logarithm: number;
  #mean = 0;
  #variance = 0;
  #updates = 0;
  readonly #limit: number;

  /** @param limit largest scale. Without it the loss can always be lowered a little by sharpening. */
  constructor(start: number, limit: number) {
    this.#logarithm = Math.log(start);
    this.#limit = Math.log(limit);
  }

  get value(): number {
    return Math.exp(this.#logarithm);
  }

  update(gradient: number, rate: number): void {
    this.#updates++;
    this.#mean = 0.9 * this.#mean + 0.1 * gradient;
    this.#variance = 0.999 * this.#variance + 0.001 * gradient * gradient;
    const mean = this.#mean / (1 - 0.9 ** this.#updates);
    const variance = this.#variance / (1 - 0.999 ** this.#updates);
    this.#logarithm = Math.min(this.#limit, this.#logarithm - (rate * mean) / (Math.sqrt(variance) + 1e-8));
  }
}

/** Padding and unknown words: rows 0 and 1 of every vocabulary. */
const SILENT_ROWS = 2;
/** Lowest temperature that learning may reach. */
const COLDEST = 0.02;

/** The model while it learns: token table, loss and the order in which papers are visited. */
export class Learner {
  readonly table: TokenTable;
  readonly #scale: LearnedScale;
  readonly #options: TrainOptions;
  readonly #pairs: PairMaker;
  readonly #kinship: Kinship;
  readonly #loss: ContrastiveLoss;
  readonly #batch: Int32Array;
  readonly #occurrences: Occurrences;
  readonly #team: SliceTeam;
  readonly #left: Float32Array;
  readonly #right: Float32Array;
  /** Of both sides' sums, one after the other: [2 × batch × dimensions]. */
  readonly #gradient: Float32Array;
  /** One a slice: its part of vector · gradient for each row of the batch. */
  readonly #along: readonly Float32Array[];
  readonly #order: Int32Array;
  #position: number;
  #pass = 0;

  private constructor(papers: TokenizedPapers, vocabularySize: number, options: TrainOptions, loss: ContrastiveLoss) {
    const { batchSize, dimensions, seed } = options;
    const frequencies = new Float64Array(vocabularySize);
    for (const token of papers.tokens) frequencies[token]++;
    this.table = new TokenTable(frequencies, dimensions, options.sif, SILENT_ROWS, this.#randomFor(seed, 1, 0));
    this.#scale = new LearnedScale(1 / options.temperature, 1 / COLDEST);
    this.#options = options;
    this.#pairs = new PairMaker(papers, vocabularySize, batchSize, options.maxTokens, options);
    this.#kinship = papers.kinship;
    this.#loss = loss;
    this.#batch = new Int32Array(batchSize);
    this.#left = sharedFloats(batchSize * dimensions);
    this.#right = sharedFloats(batchSize * dimensions);
    this.#gradient = sharedFloats(2 * batchSize * dimensions);
    const { left, right } = this.#pairs;
    this.#occurrences = new Occurrences(vocabularySize, left.tokens.length + right.tokens.length, SILENT_ROWS);
    this.#along = this.table.slices.map(() => sharedFloats(vocabularySize));
    this.#team = this.#openTeam();
    this.#order = papers.training.slice();
    // At the end of a pass that never was: the first batch begins with a shuffle.
    this.#position = this.#order.length;
  }

  static async create(papers: TokenizedPapers, vocabularySize: number, options: TrainOptions): Promise<Learner> {
    const loss = await ContrastiveLoss.open(options.batchSize, options.dimensions, options.threads);
    return new Learner(papers, vocabularySize, options, loss);
  }

  get temperature(): number {
    return 1 / this.#scale.value;
  }

  /** Passes over the training papers that have begun. */
  get pass(): number {
    return this.#pass;
  }

  /**
   * One step on the next batch.
   *
   * @param step counts from 0; fixes, with the seed, every random choice of the step.
   * @returns mean loss of the batch in nats.
   */
  async step(step: number, steps: number): Promise<number> {
    const { seed, learningRate, weightRate, warmup, learnTemperature, neighborShare } = this.#options;
    this.#nextBatch();
    this.#kinship.seat(this.#batch, neighborShare, this.#randomFor(seed, 4, step));
    this.#pairs.fill(this.#batch, this.#randomFor(seed, 2, step));
    this.#occurrences.fill([this.#pairs.left, this.#pairs.right]);
    await this.#team.sum();
    // Copies: onnxruntime takes no shared memory.
    const result = await this.#loss.run(this.#left.slice(), this.#right.slice(), this.#scale.value);
    this.#gradient.set(result.leftGradient);
    this.#gradient.set(result.rightGradient, result.leftGradient.length);
    const factor = learningRateFactor(step, steps, warmup);
    const { rows, count } = this.#occurrences;
    await this.#team.update(count, learningRate * factor);
    this.table.updateWeights(rows, count, this.#along, weightRate * factor);
    if (learnTemperature) this.#scale.update(result.scaleGradient, 0.01 * factor);
    return result.loss;
  }

  async release(): Promise<void> {
    await this.#team.release();
    await this.#loss.release();
  }

  #openTeam(): SliceTeam {
    const { rows, starts, texts, factors } = this.#occurrences;
    const sums = [
      { batch: this.#pairs.left, out: this.#left },
      { batch: this.#pairs.right, out: this.#right },
    ];
    const tasks = this.#along.map((along) => ({
      sums,
      update: { rows, starts, texts, factors, gradient: this.#gradient, along },
    }));
    return new SliceTeam(this.table.slices, tasks, this.#options.threads);
  }

  #nextBatch(): void {
    const { batchSize } = this.#options;
    if (this.#position + batchSize > this.#order.length) {
      shuffle(this.#order, this.#randomFor(this.#options.seed, 3, this.#pass++));
      this.#position = 0;
    }
    this.#batch.set(this.#order.subarray(this.#position, this.#position + batchSize));
    this.#position += batchSize;
  }

  /** A stream of its own for each purpose and step: no long run outlives the period of the generator. */
  #randomFor(seed: number, purpose: number, index: number): Random {
    return seededRandom(
      Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(purpose, 0x85ebca6b) ^ Math.imul(index, 0xc2b2ae35),
    );
  }
}

/** Fisher–Yates, in place. */
function shuffle(items: Int32Array, random: Random): void {
  for (let last = items.length - 1; last > 0; last--) {
    const pick = Math.floor(random() * (last + 1));
    const held = items[last];
    items[last] = items[pick];
    items[pick] = held;
  }
}
