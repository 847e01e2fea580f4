/** How soon after a key a query is asked: at once where answers come at once, after a rest where they take their time. Pure. */

export interface Pace {
  /** Milliseconds from a key to asking. */
  pause(): number;
  /** An answer stood on the screen so many milliseconds after it was asked for. */
  took(ms: number): void;
}

/** The keys of one that types two letters in one go come closer together. */
const LEAST_MS = 20;
/** Nobody who goes on typing rests as long. */
const MOST_MS = 250;
/** Answers that take no longer than this may come with every letter. */
const QUICK_MS = 60;
/** How much the last answer says against those before it. */
const LAST = 0.35;

export function createPace(): Pace {
  let usual: number | null = null;
  return {
    pause: () => Math.min(MOST_MS, Math.max(LEAST_MS, (usual ?? 0) - QUICK_MS)),
    took(ms) {
      usual = usual === null ? ms : usual + (ms - usual) * LAST;
    },
  };
}
