import { finished, type Steps } from '../pipeline/core/steps.ts';
import type { PaperFacts } from '../pipeline/store/paper-facts.ts';

export interface FactsAhead {
  /** All facts; where they are not all read yet, the rest is read first. */
  all(): PaperFacts;
  /** Reads a little further; false where all are read. */
  step(): boolean;
}

/** Reads the facts of all papers by and by, or at once where somebody asks for them. */
export function openFactsAhead(read: () => Steps<PaperFacts>): FactsAhead {
  let steps = read();
  let facts: PaperFacts | undefined;
  /** Steps that failed are over: whoever asks next begins anew, and is told what is wrong too. */
  const orAnew = <Result>(work: () => Result): Result => {
    try {
      return work();
    } catch (error) {
      steps = read();
      throw error;
    }
  };
  return {
    all() {
      facts ??= orAnew(() => finished(steps));
      return facts;
    },
    step() {
      if (facts) return false;
      const next = orAnew(() => steps.next());
      if (next.done) facts = next.value;
      return !next.done;
    },
  };
}
