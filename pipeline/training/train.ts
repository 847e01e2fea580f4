/** Trains an embedding model: reads the corpus, runs the training steps, evaluates, and writes the model's folder. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import { basename, dirname, resolve } from 'node:path';
import { z } from 'zod';
import type { Effects } from '../core/effects.ts';
import { cannotWriteError, PaperfieldError } from '../core/errors.ts';
import { createFolder } from '../runtime/create-folder.ts';
import { type CorpusFileSummary, readCorpusFile, type TokenizedPapers, TrainingCorpus } from './corpus.ts';
import { HeldOutEvaluation, type HeldOutMetrics } from './held-out-evaluation.ts';
import { Learner } from './learner.ts';
import { modelCard, writeModelFolder } from './model-folder.ts';
import { type TrainOptions, type TrainOptionsInput, trainOptionsSchema } from './options.ts';
import { quantizeRows } from './static-model-graph.ts';
import { chooseVocabulary } from './vocabulary.ts';

/** Reports the progress of training in lines: step, loss, pairs per second, time left. */
class ProgressReporter {
  /** Mean loss of the steps between the last two progress lines, in nats; NaN before the first line. */
  meanLoss = Number.NaN;
  readonly #steps: number;
  readonly #batchSize: number;
  readonly #effects: Pick<Effects, 'log' | 'now'>;
  readonly #startTime: number;
  #done = 0;
  /** Sum of the losses since the last progress line. `#lossCount` is their number. */
  #lossSum = 0;
  #lossCount = 0;

  constructor(steps: number, batchSize: number, effects: Pick<Effects, 'log' | 'now'>) {
    this.#steps = steps;
    this.#batchSize = batchSize;
    this.#effects = effects;
    this.#startTime = effects.now().getTime();
  }

  /** Records the loss of a finished step. */
  count(loss: number): void {
    this.#done++;
    this.#lossSum += loss;
    this.#lossCount++;
  }

  reportSteps(temperature: number, epoch: number): void {
    this.meanLoss = this.#lossSum / this.#lossCount;
    this.#lossSum = 0;
    this.#lossCount = 0;
    const seconds = Math.max(1e-3, (this.#effects.now().getTime() - this.#startTime) / 1000);
    const left = Math.round((seconds / this.#done) * (this.#steps - this.#done));
    const clock = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`;
    this.#effects.log(
      `step ${this.#done}/${this.#steps}  loss ${this.meanLoss.toFixed(4)}  temperature ${temperature.toFixed(4)}  ` +
        `epoch ${epoch}  ${Math.round((this.#done * this.#batchSize) / seconds)} pairs/s  ${clock} left`,
    );
  }

  reportHeldOut({ papers, mrrAt10, successAt10 }: HeldOutMetrics): void {
    this.#effects.log(
      `held out: title finds its abstract among ${papers}: MRR@10 ${mrrAt10.toFixed(4)}, success@10 ${successAt10.toFixed(4)}`,
    );
  }
}

export type TrainEffects = Pick<Effects, 'log' | 'now' | 'signal'>;

interface TrainResult {
  /** Folder of the model. */
  readonly out: string;
  readonly steps: number;
  /** Total size of the model's files. */
  readonly bytes: number;
  readonly heldOut: HeldOutMetrics;
}

/** Number of steps of the trial run, which determines how many steps fit into the given minutes. */
const TRIAL_STEPS = 12;
/** Number of steps at the start of the trial run that are not timed, because they include compilation. */
const UNTIMED_STEPS = 2;

/**
 * Trains an embedding model on papers and writes its folder (ONNX graph, tokenizer, settings, model card).
 *
 * @throws PaperfieldError bad_request, if an option is invalid; bad_input, if the folder cannot be created, or the
 *   corpus cannot be read or is smaller than one batch; canceled, if the user stops the training. A previous model in
 *   the folder is kept
 */
export async function train(input: TrainOptionsInput, effects: TrainEffects): Promise<TrainResult> {
  const options = completeOptions(input);
  // Before the training, so that a useless path is reported at once and not after hours.
  try {
    createFolder(dirname(options.out));
  } catch (error) {
    throw cannotWriteError(options.out, error, '--out');
  }
  const { files, corpus } = await readCorpus(options, effects);
  const vocabulary = chooseVocabulary(corpus, {
    size: options.vocabulary,
    subwordShare: options.subwordShare,
    minCharacterCount: options.minCharacterCount,
  });
  const papers = corpus.tokenize(vocabulary, options.maxTokens);
  effects.log(
    `${corpus.papers} papers, ${papers.tokens.length} tokens, ${corpus.words.length} distinct words, ` +
      `vocabulary of ${vocabulary.length}; ${papers.heldOut.length} papers held out`,
  );
  if (papers.training.length < options.batchSize) {
    throw new PaperfieldError(
      'bad_input',
      `the corpus leaves ${papers.training.length} papers to train on, fewer than one batch of ${options.batchSize}: ` +
        'give more papers or a smaller batch size',
    );
  }
  const steps = options.steps ?? (await measureSteps(options, papers, vocabulary.length, effects));
  const learner = await Learner.create(papers, vocabulary.length, options);
  try {
    const evaluation = new HeldOutEvaluation(papers, vocabulary.length, options.saturation, options.threads);
    const progress = new ProgressReporter(steps, options.batchSize, effects);
    for (let step = 0; step < steps; step++) {
      if (effects.signal.aborted) throw new PaperfieldError('canceled', 'training was stopped; nothing was written');
      progress.count(await learner.step(step, steps));
      const done = step + 1;
      if (done % options.logEvery === 0 || done === steps) progress.reportSteps(learner.temperature, learner.epoch);
      if (done % options.evaluateEvery === 0) progress.reportHeldOut(await evaluation.measure(learner.table));
    }
    const heldOut = await evaluation.measure(learner.table);
    progress.reportHeldOut(heldOut);
    const { table } = learner;
    const weights = Float32Array.from({ length: table.rows }, (_, row) => table.weight(row));
    const bytes = writeModelFolder(options.out, {
      vocabulary,
      table: quantizeRows(table.vectors(), weights, table.dimensions),
      saturation: options.saturation,
      maxTokens: options.maxTokens,
      titleTimes: options.titleTimes,
      readme: modelCard({
        name: basename(options.out),
        options,
        corpus: files,
        papers: corpus.papers,
        duplicates: corpus.duplicates,
        tooShort: corpus.tooShort,
        heldOut,
        steps,
        finalLoss: progress.meanLoss,
        finalTemperature: learner.temperature,
        vocabulary: vocabulary.length,
        tokens: papers.tokens.length,
        environment: environment(),
      }),
    });
    effects.log(`wrote ${options.out}: ${(bytes / 1e6).toFixed(1)} MB`);
    return { out: options.out, steps, bytes, heldOut };
  } finally {
    await learner.release();
  }
}

function completeOptions(input: TrainOptionsInput): TrainOptions {
  const parsed = trainOptionsSchema.safeParse(input);
  if (!parsed.success) throw new PaperfieldError('bad_request', z.prettifyError(parsed.error));
  return { ...parsed.data, out: resolve(parsed.data.out) };
}

async function readCorpus(
  options: TrainOptions,
  effects: TrainEffects,
): Promise<{ files: CorpusFileSummary[]; corpus: TrainingCorpus }> {
  const corpus = new TrainingCorpus(options.heldOutShare);
  const files: CorpusFileSummary[] = [];
  for (const path of options.corpus) {
    const file = await readCorpusFile(path, (row) => corpus.add(row), effects.signal);
    const skipped = file.skipped > 0 ? `, ${file.skipped} unreadable lines` : '';
    effects.log(`read ${file.name}: ${file.rows} papers${skipped}`);
    files.push(file);
  }
  return { files, corpus };
}

/**
 * Measures how many steps fit into the given minutes. The model of this trial run is thrown away, so that the trained
 * model depends on the number of steps and on nothing else of the trial.
 */
async function measureSteps(
  options: TrainOptions,
  papers: TokenizedPapers,
  vocabularySize: number,
  effects: TrainEffects,
): Promise<number> {
  const trial = await Learner.create(papers, vocabularySize, options);
  let startTime = 0;
  for (let step = 0; step < TRIAL_STEPS; step++) {
    if (step === UNTIMED_STEPS) startTime = effects.now().getTime();
    await trial.step(step, TRIAL_STEPS);
  }
  const secondsPerStep = (effects.now().getTime() - startTime) / 1000 / (TRIAL_STEPS - UNTIMED_STEPS);
  await trial.release();
  const steps = Math.max(1, Math.floor((options.minutes * 60) / Math.max(1e-4, secondsPerStep)));
  effects.log(`${secondsPerStep.toFixed(3)} s per step: ${steps} steps in ${options.minutes} minutes`);
  return steps;
}

const packageSchema = z.object({ version: z.string() });

function environment(): { node: string; onnxruntime: string; platform: string; cores: number } {
  const packageFile = createRequire(import.meta.url).resolve('onnxruntime-node/package.json');
  return {
    node: process.versions.node,
    onnxruntime: packageSchema.parse(JSON.parse(readFileSync(packageFile, 'utf8'))).version,
    platform: `${process.platform} ${process.arch}`,
    cores: cpus().length,
  };
}
