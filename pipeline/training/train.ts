import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import { basename, resolve } from 'node:path';
import { z } from 'zod';
import type { Effects } from '../core/effects.ts';
import { PaperfieldError } from '../core/errors.ts';
import { type CorpusFile, readCorpusFile, type TokenizedPapers, TrainingCorpus } from './corpus.ts';
import { HeldOutEvaluation, type HeldOutMetrics } from './held-out-evaluation.ts';
import { Learner } from './learner.ts';
import { modelCard, writeModelFolder } from './model-folder.ts';
import { type TrainOptions, type TrainOptionsInput, trainOptionsSchema } from './options.ts';
import { quantizeRows } from './static-model-graph.ts';
import { chooseVocabulary } from './vocabulary.ts';

/** Progress of training as lines: step, loss, rate, time left. */
export class ProgressReporter {
  /** Mean loss of the steps between the last two lines, nats. */
  meanLoss = Number.NaN;
  readonly #steps: number;
  readonly #batchSize: number;
  readonly #effects: Pick<Effects, 'log' | 'now'>;
  readonly #began: number;
  #done = 0;
  #sum = 0;
  #summed = 0;

  constructor(steps: number, batchSize: number, effects: Pick<Effects, 'log' | 'now'>) {
    this.#steps = steps;
    this.#batchSize = batchSize;
    this.#effects = effects;
    this.#began = effects.now().getTime();
  }

  /** One step is done, with this loss. */
  count(loss: number): void {
    this.#done++;
    this.#sum += loss;
    this.#summed++;
  }

  print(temperature: number, pass: number): void {
    this.meanLoss = this.#sum / this.#summed;
    this.#sum = 0;
    this.#summed = 0;
    const seconds = Math.max(1e-3, (this.#effects.now().getTime() - this.#began) / 1000);
    const left = Math.round((seconds / this.#done) * (this.#steps - this.#done));
    const clock = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`;
    this.#effects.log(
      `step ${this.#done}/${this.#steps}  loss ${this.meanLoss.toFixed(4)}  temperature ${temperature.toFixed(4)}  ` +
        `pass ${pass}  ${Math.round((this.#done * this.#batchSize) / seconds)} pairs/s  ${clock} left`,
    );
  }

  printHeldOut({ papers, mrrAt10: mrr10, successAt10: success10 }: HeldOutMetrics): void {
    this.#effects.log(
      `held out: title finds its abstract among ${papers}: MRR@10 ${mrr10.toFixed(4)}, in first ten ${success10.toFixed(4)}`,
    );
  }
}

export type TrainEffects = Pick<Effects, 'log' | 'now' | 'signal'>;

export interface TrainResult {
  out: string;
  steps: number;
  bytes: number;
  heldOut: { papers: number; mrr10: number; success10: number };
}

/** Steps timed, on a copy of the model, to turn minutes into a number of steps. */
const TRIAL_STEPS = 12;

/**
 * Trains the embedding model on papers and writes its folder (ONNX graph, tokenizer, cards).
 *
 * @throws PaperfieldError `bad_request` for options out of range, `bad_input` for a corpus that cannot be read or is
 * smaller than one batch, `canceled` when the person stops it. The previous model stays in each case.
 */
export async function train(input: TrainOptionsInput, effects: TrainEffects): Promise<TrainResult> {
  const options = completeOptions(input);
  const { corpus, gathered } = await gather(options, effects);
  const vocabulary = chooseVocabulary(gathered, {
    size: options.vocabulary,
    pieceShare: options.subwordShare,
    minCharacterCount: options.minCharacterCount,
  });
  const papers = gathered.tokenize(vocabulary, options.maxTokens);
  effects.log(
    `${gathered.papers} papers, ${papers.tokens.length} tokens, ${gathered.words.length} different words, ` +
      `${vocabulary.length} rows; ${papers.heldOut.length} papers held out`,
  );
  if (papers.training.length < options.batchSize) {
    throw new PaperfieldError(
      'bad_input',
      `the corpus leaves ${papers.training.length} papers to train on, fewer than one batch of ${options.batchSize}: ` +
        'give more papers or a smaller batch size',
    );
  }
  const steps = options.steps ?? (await stepsFor(options, papers, vocabulary.length, effects));
  const learner = await Learner.create(papers, vocabulary.length, options);
  const test = new HeldOutEvaluation(papers, vocabulary.length, options.saturation, options.threads);
  const progress = new ProgressReporter(steps, options.batchSize, effects);
  for (let step = 0; step < steps; step++) {
    if (effects.signal.aborted) throw new PaperfieldError('canceled', 'training was stopped; nothing was written');
    progress.count(await learner.step(step, steps));
    const done = step + 1;
    if (done % options.logEvery === 0 || done === steps) progress.print(learner.temperature, learner.pass);
    if (done % options.evaluateEvery === 0) progress.printHeldOut(await test.measure(learner.table));
  }
  const heldOut = await test.measure(learner.table);
  progress.printHeldOut(heldOut);
  await learner.release();
  const { table } = learner;
  const weights = Float32Array.from({ length: table.rows }, (_, row) => table.weight(row));
  const bytes = writeModelFolder(options.out, {
    vocabulary,
    table: quantizeRows(table.vectors(), weights, table.dimensions),
    saturation: options.saturation,
    maxTokens: options.maxTokens,
    titleTimes: options.titleTimes,
    card: modelCard({
      name: basename(resolve(options.out)),
      options,
      corpus,
      papers: gathered.papers,
      duplicates: gathered.duplicates,
      tooShort: gathered.tooShort,
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
}

function completeOptions(input: TrainOptionsInput): TrainOptions {
  const parsed = trainOptionsSchema.safeParse(input);
  if (!parsed.success) throw new PaperfieldError('bad_request', z.prettifyError(parsed.error));
  return { ...parsed.data, out: resolve(parsed.data.out) };
}

async function gather(
  options: TrainOptions,
  effects: TrainEffects,
): Promise<{ corpus: CorpusFile[]; gathered: TrainingCorpus }> {
  const gathered = new TrainingCorpus(options.heldOutShare);
  const corpus: CorpusFile[] = [];
  for (const path of options.corpus) {
    const file = await readCorpusFile(path, (row) => gathered.add(row));
    effects.log(
      `read ${file.name}: ${file.rows} papers${file.skipped > 0 ? `, ${file.skipped} unreadable lines` : ''}`,
    );
    corpus.push(file);
  }
  return { corpus, gathered };
}

/** How many steps fit into the minutes, measured. The trial's model is thrown away, so the run does not depend on it. */
async function stepsFor(
  options: TrainOptions,
  papers: TokenizedPapers,
  vocabularySize: number,
  effects: TrainEffects,
): Promise<number> {
  const trial = await Learner.create(papers, vocabularySize, options);
  let began = 0;
  for (let step = 0; step < TRIAL_STEPS; step++) {
    // The first steps pay for compiling; they are not timed.
    if (step === 2) began = effects.now().getTime();
    await trial.step(step, TRIAL_STEPS);
  }
  const secondsPerStep = (effects.now().getTime() - began) / 1000 / (TRIAL_STEPS - 2);
  await trial.release();
  const steps = Math.max(1, Math.floor((options.minutes * 60) / Math.max(1e-4, secondsPerStep)));
  effects.log(`${secondsPerStep.toFixed(3)} s a step: ${steps} steps in ${options.minutes} minutes`);
  return steps;
}

const versionSchema = z.object({ version: z.string() });

function environment(): { node: string; onnxruntime: string; platform: string; cores: number } {
  const entry = createRequire(import.meta.url).resolve('onnxruntime-node/package.json');
  return {
    node: process.versions.node,
    onnxruntime: versionSchema.parse(JSON.parse(readFileSync(entry, 'utf8'))).version,
    platform: `${process.platform} ${process.arch}`,
    cores: cpus().length,
  };
}
