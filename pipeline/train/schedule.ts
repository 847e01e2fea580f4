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
