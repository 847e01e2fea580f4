import type { Effects } from '../core/effects.ts';
import type { HeldOutSuccess } from './held-out.ts';

/** Progress of training as lines: step, loss, rate, time left. */
export class ProgressLines {
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

  printHeldOut({ papers, mrr10, success10 }: HeldOutSuccess): void {
    this.#effects.log(
      `held out: title finds its abstract among ${papers}: MRR@10 ${mrr10.toFixed(4)}, in first ten ${success10.toFixed(4)}`,
    );
  }
}
