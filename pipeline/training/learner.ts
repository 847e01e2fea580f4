/** Trains the token vectors by gradient descent: worker threads for slices of the table, learning rates, and steps. */
import { once } from 'node:events';
import type { MessagePort, Worker } from 'node:worker_threads';
import { createSeededRandom, type Random, shuffle } from '../core/algorithms/random.ts';
import { startWorker } from '../runtime/worker-thread.ts';
import type { CategoryNeighbors } from './category-neighbors.ts';
import { ContrastiveLoss } from './contrastive-loss.ts';
import type { TokenizedPapers } from './corpus.ts';
import {
  ADAM_BETA1,
  ADAM_BETA2,
  ADAM_EPSILON,
  EmbeddingTable,
  sumTextVectorsInSlice,
  type TableSlice,
  type TableSliceUpdate,
  updateTableSlice,
} from './embedding-table.ts';
import type { TrainOptions } from './options.ts';
import { PairSampler } from './positive-pairs.ts';
import { allocateSharedFloats, type TokenBagBatch, TransposedBatch } from './token-bag-batch.ts';

/** The shared memory that a worker reads and writes in every step. The worker receives it once, when it starts. */
interface SliceTask {
  /** For each side of a batch: its texts, and the array into which their vectors are written. */
  readonly sums: readonly { readonly batch: TokenBagBatch; readonly out: Float32Array }[];
  readonly update: Omit<TableSliceUpdate, 'count' | 'learningRate'>;
}

type StepMessage = { readonly update?: Pick<TableSliceUpdate, 'count' | 'learningRate'> };

/**
 * Worker threads that compute training steps, one for each slice of the embedding table. With `threads` = 1, all slices
 * are computed in the calling thread, one after the other. The result is the same to the bit, because no slice depends
 * on another.
 */
export class TableSliceWorkers {
  readonly #slices: readonly TableSlice[];
  readonly #tasks: readonly SliceTask[];
  readonly #workers: readonly Worker[];

  /** Starts the worker threads, if `threads` is more than 1. `tasks` has one task per slice. */
  constructor(slices: readonly TableSlice[], tasks: readonly SliceTask[], threads: number) {
    this.#slices = slices;
    this.#tasks = tasks;
    const start = (slice: TableSlice, index: number) =>
      startWorker(new URL(import.meta.url), runTableSliceWorker, { slice, task: tasks[index] });
    this.#workers = threads > 1 ? slices.map(start) : [];
  }

  /** Computes the vectors of all texts of the batch. */
  async sum(): Promise<void> {
    if (this.#workers.length > 0) return this.#post({});
    for (const [index, slice] of this.#slices.entries()) sumSides(slice, this.#tasks[index]);
  }

  /**
   * One Adam step on the vectors of all tokens in the batch.
   *
   * @param count number of distinct tokens in the batch
   */
  async update(count: number, learningRate: number): Promise<void> {
    if (this.#workers.length > 0) return this.#post({ update: { count, learningRate } });
    for (const [index, slice] of this.#slices.entries()) {
      updateTableSlice(slice, { ...this.#tasks[index].update, count, learningRate });
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
  for (const { batch, out } of sums) sumTextVectorsInSlice(slice, batch, out);
}

/**
 * Runs in a worker thread: computes its slice's part of each training step in shared memory, and replies when it is
 * done.
 */
export function runTableSliceWorker({ slice, task }: { slice: TableSlice; task: SliceTask }, port: MessagePort): void {
  port.on('message', ({ update }: StepMessage) => {
    if (update) updateTableSlice(slice, { ...task.update, ...update });
    else sumSides(slice, task);
    port.postMessage('done');
  });
}

/**
 * The learning rate as a share of its maximum: it rises linearly during the warm-up, then falls to zero along half a
 * cosine.
 *
 * @param step counts from 0
 */
export function learningRateFactor(step: number, steps: number, warmupShare: number): number {
  const warmupSteps = Math.max(1, Math.round(steps * warmupShare));
  if (step < warmupSteps) return (step + 1) / warmupSteps;
  const share = (step - warmupSteps) / Math.max(1, steps - warmupSteps);
  return 0.5 * (1 + Math.cos(Math.PI * share));
}

/**
 * The factor by which the loss multiplies cosines, 1 / temperature. Its logarithm is learned with Adam, up to a limit.
 */
export class LogitScale {
  #logarithm: number;
  #mean = 0;
  #variance = 0;
  #updates = 0;
  readonly #limit: number;

  /**
   * Creates a scale that can be learned.
   *
   * @param start the initial scale
   * @param limit the largest scale. Without a limit, training could always lower the loss a little by a larger scale
   */
  constructor(start: number, limit: number) {
    this.#logarithm = Math.log(start);
    this.#limit = Math.log(limit);
  }

  get value(): number {
    return Math.exp(this.#logarithm);
  }

  update(gradient: number, rate: number): void {
    this.#updates++;
    // 0.1 instead of 1 − ADAM_BETA1, which differs in the last bit. This keeps trained models equal to earlier ones to
    // the byte.
    this.#mean = ADAM_BETA1 * this.#mean + 0.1 * gradient;
    this.#variance = ADAM_BETA2 * this.#variance + 0.001 * gradient * gradient;
    const mean = this.#mean / (1 - ADAM_BETA1 ** this.#updates);
    const variance = this.#variance / (1 - ADAM_BETA2 ** this.#updates);
    this.#logarithm = Math.min(this.#limit, this.#logarithm - (rate * mean) / (Math.sqrt(variance) + ADAM_EPSILON));
  }
}

/**
 * Number of rows that are not trained: padding and unknown words are rows 0 and 1 of every vocabulary, and their
 * vectors stay zero.
 */
const FROZEN_ROWS = 2;
/** The lowest temperature that training can reach if it learns the temperature. */
const MIN_TEMPERATURE = 0.02;
/** The highest learning rate for the logarithm of 1 / temperature. */
const SCALE_LEARNING_RATE = 0.01;
/** The purposes of random numbers. Each purpose has a stream of its own, so that one does not affect the others. */
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
  readonly #workers: TableSliceWorkers;
  readonly #left: Float32Array;
  readonly #right: Float32Array;
  /**
   * The gradient of the loss with respect to the text vectors of both sides, first left and then right: 2 · batch ×
   * dimensions.
   */
  readonly #gradient: Float32Array;
  /** For each slice, its part of vector · H for each token of the batch. The comment of `EmbeddingTable` explains H. */
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
    this.#left = allocateSharedFloats(batchSize * dimensions);
    this.#right = allocateSharedFloats(batchSize * dimensions);
    this.#gradient = allocateSharedFloats(2 * batchSize * dimensions);
    const { left, right } = this.#pairs;
    this.#transposed = new TransposedBatch(vocabularySize, left.tokens.length + right.tokens.length, FROZEN_ROWS);
    this.#projections = this.table.slices.map(() => allocateSharedFloats(vocabularySize));
    this.#workers = this.#startWorkers();
    this.#order = papers.training.slice();
    // The position starts at the end of the order, so that the first batch begins with a shuffle.
    this.#position = this.#order.length;
  }

  static async create(papers: TokenizedPapers, vocabularySize: number, options: TrainOptions): Promise<Learner> {
    const loss = await ContrastiveLoss.create(options.batchSize, options.dimensions, options.threads);
    return new Learner(papers, vocabularySize, options, loss);
  }

  get temperature(): number {
    return 1 / this.#scale.value;
  }

  /** Number of epochs (passes over all training papers) that have begun. */
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
    // The vectors are copied, because onnxruntime does not accept shared memory.
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

  #startWorkers(): TableSliceWorkers {
    const { rows, starts, texts, factors } = this.#transposed;
    const sums = [
      { batch: this.#pairs.left, out: this.#left },
      { batch: this.#pairs.right, out: this.#right },
    ];
    const tasks = this.#projections.map((projections) => ({
      sums,
      update: { rows, starts, texts, factors, gradient: this.#gradient, projections },
    }));
    return new TableSliceWorkers(this.table.slices, tasks, this.#options.threads);
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

  /**
   * A random generator for one purpose and one step or epoch. Each of them has a separate stream, so that a long run
   * does not exceed the period of the generator.
   */
  #randomFor(purpose: keyof typeof RANDOM_STREAMS, index: number): Random {
    const stream = Math.imul(RANDOM_STREAMS[purpose], 0x85ebca6b);
    return createSeededRandom(Math.imul(this.#options.seed + 1, 0x9e3779b1) ^ stream ^ Math.imul(index, 0xc2b2ae35));
  }
}
