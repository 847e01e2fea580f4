import { finished, type Steps } from '../pipeline/core/steps.ts';
import { turns } from './turns.ts';

export interface Ahead<Result> {
  /** All of it; where it is not all read yet, the rest is read first. */
  all(): Result;
  /** All of it, where it is read; nobody waits for that. */
  known(): Result | undefined;
  /** The same, with turns for others on the way: one who asks early does not make everybody wait. */
  ready(): Promise<Result>;
  /** Reads a little further; false where all is read. */
  step(): boolean;
}

/** Reads something long by and by, or at once where somebody asks for it. */
export function openAhead<Result>(read: () => Steps<Result>): Ahead<Result> {
  let steps = read();
  let known: { readonly result: Result } | undefined;
  /** Steps that failed are over: whoever asks next begins anew, and is told what is wrong too. */
  const orAnew = <Made>(work: () => Made): Made => {
    try {
      return work();
    } catch (error) {
      steps = read();
      throw error;
    }
  };
  const step = () => {
    if (known) return false;
    const next = orAnew(() => steps.next());
    if (next.done) known = { result: next.value };
    return !next.done;
  };
  const all = () => {
    known ??= { result: orAnew(() => finished(steps)) };
    return known.result;
  };
  return {
    all,
    known: () => known?.result,
    async ready() {
      const rest = turns();
      while (step()) await rest(0);
      return all();
    },
    step,
  };
}
