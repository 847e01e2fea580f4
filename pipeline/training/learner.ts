/** Training of the token vectors by gradient descent: worker threads for slices of the table, the schedule, and the steps. */
import { once } from 'node:events';
import type { MessagePort, Worker } from 'node:worker_threads';
import { type Random, seededRandom, shuffle } from '../core/algorithms/random.ts';
import { startWorker } from '../runtime/worker-thread.ts';
import type { CategoryNeighbors } from './category-neighbors.ts';
import { ContrastiveLoss } from './contrastive-loss.ts';
import type { TokenizedPapers } from './corpus.ts';
import {
  BETA1,
  BETA2,
  EmbeddingTable,
  EPSILON,
  type SliceUpdate,
  sumSlice,
  type TableSlice,
  updateSlice,
} from './embedding-table.ts';
import type { TrainOptions } from './options.ts';
import { PairSampler } from './positive-pairs.ts';
import { sharedFloats, type TextBatch, TransposedBatch } from './text-batch.ts';

/** What a worker computes in every step, in shared memory that it is given once. */
interface SliceTask {
  /** Both sides of a batch, and where the vectors of their texts are written. */
  readonly sums: readonly { readonly batch: TextBatch; readonly out: Float32Array }[];
  readonly update: Omit<SliceUpdate, 'count' | 'learningRate'>;
}

type StepMessage = { readonly update?: Pick<SliceUpdate, 'count' | 'learningRate'> };

/**
 * Worker threads for the slices of a table, one each. With one thread the slices are computed here, one after the other;
 * the result is the same to the bit, because no slice depends on another.
 */
export class SliceWorkers {
  readonly #slices: readonly TableSlice[];
  readonly #tasks: readonly SliceTask[];
  readonly #workers: readonly Worker[];

  /** @param tasks one per slice */
  constructor(slices: readonly TableSlice[], tasks: readonly SliceTask[], threads: number) {
    this.#slices = slices;
    this.#tasks = tasks;
    const start = (slice: TableSlice, index: number) =>
      startWorker(new URL(import.meta.url), serveSlice, { slice, task: tasks[index] });
    this.#workers = threads > 1 ? slices.map(start) : [];
  }

  /** Writes the vectors of all texts of the batch. */
  async sum(): Promise<void> {
    if (this.#workers.length > 0) return this.#post({});
    for (const [index, slice] of this.#slices.entries()) sumSides(slice, this.#tasks[index]);
  }

  /** One Adam step on the rows of the batch. @param count their number */
  async update(count: number, learningRate: number): Promise<void> {
    if (this.#workers.length > 0) return this.#post({ update: { count, learningRate } });
    for (const [index, slice] of this.#slices.entries()) {
      updateSlice(slice, { ...this.#tasks[index].update, count, learningRate });
    }
  }

  async release(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  async #post(message: StepMessage): Promise<void> {
    await Promise.all(
      this.#workers.map((worker) => {
        const done = once(worker, 'message');
        worker.postMessage(message);
        return done;
      }),
    );
  }
}

function sumSides(slice: TableSlice, { sums }: SliceTask): void {
  for (const { batch, out } of sums) sumSlice(slice, batch, out);
}

/** The worker's side: computes each step in shared memory, and replies when it is done. */
export function serveSlice({ slice, task }: { slice: TableSlice; task: SliceTask }, port: MessagePort): void {
  port.on('message', ({ update }: StepMessage) => {
    if (update) updateSlice(slice, { ...task.update, ...update });
    else sumSides(slice, task);
    port.postMessage('done');
  });
}

/**
 * The learning rate as a share of its maximum: rises linearly during the warm-up, then falls to zero along half a cosine.
 *
 * @param step counts from 0
 */
export function learningRateFactor(step: number, steps: number, warmupShare: number): number {
  const warmupSteps = Math.max(1, Math.round(steps * warmupShare));
  if (step < warmupSteps) return (step + 1) / warmupSteps;
  const share = (step - warmupSteps) / Math.max(1, steps - warmupSteps);
  return 0.5 * (1 + Math.cos(Math.PI * share));
}

/** The scale of the loss, 1 / temperature. Its logarithm is learned by Adam, up to a limit. */
export class LogitScale {
  #logarithm: number;
  #mean = 0;
  #variance = 0;
  #updates = 0;
  readonly #limit: number;

  /** @param limit the largest scale: without it, the loss could always be lowered a little by a larger scale */
  constructor(start: number, limit: number) {
    this.#logarithm = Math.log(start);
    this.#limit = Math.log(limit);
  }

  get value(): number {
    return Math.exp(this.#logarithm);
  }

  update(gradient: number, rate: number): void {
    this.#updates++;
    // 0.1 and not 1 − BETA1, which differs in the last bit: trained models stay equal to the byte.
    this.#mean = BETA1 * this.#mean + 0.1 * gradient;
    this.#variance = BETA2 * this.#variance + 0.001 * gradient * gradient;
    const mean = this.#mean / (1 - BETA1 ** this.#updates);
    const variance = this.#variance / (1 - BETA2 ** this.#updates);
    this.#logarithm = Math.min(this.#limit, this.#logarithm - (rate * mean) / (Math.sqrt(variance) + EPSILON));
  }
}

/** Padding and unknown words are rows 0 and 1 of every vocabulary; their vectors stay zero. */
const FROZEN_ROWS = 2;
/** The lowest temperature that is learned. */
const MIN_TEMPERATURE = 0.02;
/** The highest learning rate of the scale's logarithm. */
const SCALE_LEARNING_RATE = 0.01;
/** What random numbers are used for; each has a stream of its own. */
const RANDOM_STREAMS = { vectors: 1, pairs: 2, order: 3, 'hard negatives': 4 } as const;

/** The model during training: its parameters, the loss, and the order of the papers. */
export class Learner {
  readonly table: EmbeddingTable;
  readonly #scale: LogitScale;
  readonly #options: TrainOptions;
  readonly #pairs: PairSampler;
  readonly #categoryNeighbors: CategoryNeighbors;
  readonly #loss: ContrastiveLoss;
  readonly #batch: Int32Array;
  readonly #transposed: TransposedBatch;
  readonly #workers: SliceWorkers;
  readonly #left: Float32Array;
  readonly #right: Float32Array;
  /** With respect to the vectors of both sides, one after the other: 2 · batch × dimensions. */
  readonly #gradient: Float32Array;
  /** For each slice: its part of vector · H for each row of the batch. */
  readonly #projections: readonly Float32Array[];
  readonly #order: Int32Array;
  #position: number;
  #epoch = 0;

  private constructor(papers: TokenizedPapers, vocabularySize: number, options: TrainOptions, loss: ContrastiveLoss) {
    const { batchSize, dimensions } = options;
    this.#options = options;
    const frequencies = new Float64Array(vocabularySize);
    for (const token of papers.tokens) frequencies[token]++;
    this.table = new EmbeddingTable(
      frequencies,
      dimensions,
      options.sifSmoothing,
      FROZEN_ROWS,
      this.#randomFor('vectors', 0),
    );
    this.#scale = new LogitScale(1 / options.temperature, 1 / MIN_TEMPERATURE);
    this.#pairs = new PairSampler(papers, vocabularySize, batchSize, options.maxTokens, options);
    this.#categoryNeighbors = papers.categoryNeighbors;
    this.#loss = loss;
    this.#batch = new Int32Array(batchSize);
    this.#left = sharedFloats(batchSize * dimensions);
    this.#right = sharedFloats(batchSize * dimensions);
    this.#gradient = sharedFloats(2 * batchSize * dimensions);
    const { left, right } = this.#pairs;
    this.#transposed = new TransposedBatch(vocabularySize, left.tokens.length + right.tokens.length, FROZEN_ROWS);
    this.#projections = this.table.slices.map(() => sharedFloats(vocabularySize));
    this.#workers = this.#startWorkers();
    this.#order = papers.training.slice();
    // At the end of the order, so that the first batch begins with a shuffle.
    this.#position = this.#order.length;
  }

  static async create(papers: TokenizedPapers, vocabularySize: number, options: TrainOptions): Promise<Learner> {
    const loss = await ContrastiveLoss.create(options.batchSize, options.dimensions, options.threads);
    return new Learner(papers, vocabularySize, options, loss);
  }

  get temperature(): number {
    return 1 / this.#scale.value;
  }

  /** Epochs that have begun. */
  get epoch(): number {
    return this.#epoch;
  }

  /**
   * One training step on the next batch.
   *
   * @param step counts from 0; together with the seed it determines every random choice of the step
   * @returns the mean loss of the batch, in nats
   */
  async step(step: number, steps: number): Promise<number> {
    const { learningRate, weightLearningRate, warmupShare, learnTemperature, hardNegativeShare } = this.#options;
    this.#nextBatch();
    this.#categoryNeighbors.insertHardNegatives(
      this.#batch,
      hardNegativeShare,
      this.#randomFor('hard negatives', step),
    );
    this.#pairs.fill(this.#batch, this.#randomFor('pairs', step));
    this.#transposed.fill([this.#pairs.left, this.#pairs.right]);
    await this.#workers.sum();
    // Copies, because onnxruntime does not accept shared memory.
    const result = await this.#loss.run(this.#left.slice(), this.#right.slice(), this.#scale.value);
    this.#gradient.set(result.leftGradient);
    this.#gradient.set(result.rightGradient, result.leftGradient.length);
    const factor = learningRateFactor(step, steps, warmupShare);
    const { rows, count } = this.#transposed;
    await this.#workers.update(count, learningRate * factor);
    this.table.updateWeights(rows, count, this.#projections, weightLearningRate * factor);
    if (learnTemperature) this.#scale.update(result.scaleGradient, SCALE_LEARNING_RATE * factor);
    return result.loss;
  }

  async release(): Promise<void> {
    await this.#workers.release();
    await this.#loss.release();
  }

  #startWorkers(): SliceWorkers {
    const { rows, starts, texts, factors } = this.#transposed;
    const sums = [
      { batch: this.#pairs.left, out: this.#left },
      { batch: this.#pairs.right, out: this.#right },
    ];
    const tasks = this.#projections.map((projections) => ({
      sums,
      update: { rows, starts, texts, factors, gradient: this.#gradient, projections },
    }));
    return new SliceWorkers(this.table.slices, tasks, this.#options.threads);
  }

  #nextBatch(): void {
    const { batchSize } = this.#options;
    if (this.#position + batchSize > this.#order.length) {
      shuffle(this.#order, this.#randomFor('order', this.#epoch++));
      this.#position = 0;
    }
    this.#batch.set(this.#order.subarray(this.#position, this.#position + batchSize));
    this.#position += batchSize;
  }

  /** A separate stream for each purpose and step, so that a long run does not exceed the period of the generator. */
  #randomFor(purpose: keyof typeof RANDOM_STREAMS, index: number): Random {
    const stream = Math.imul(RANDOM_STREAMS[purpose], 0x85ebca6b);
    return seededRandom(Math.imul(this.#options.seed + 1, 0x9e3779b1) ^ stream ^ Math.imul(index, 0xc2b2ae35));
  }
}
