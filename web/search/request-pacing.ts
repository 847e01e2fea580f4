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

/** Questions to the server, one at a time: of those that come while one is under way only the latest is asked. */

/** What came of a question. `isLast`: no newer one is under way. */
export type Outcome<Answer> = ({ answer: Answer } | { error: unknown }) & { isLast: boolean; startedAt: number };

export interface Questions<Question> {
  ask(question: Question): void;
  /** Gives up what is under way and what waits. */
  drop(): void;
  isBusy(): boolean;
}

/** One that takes longer is given up for a newer one. */
const PATIENCE_MS = 1000;

/**
 * @param send asks the server; gives up when the signal says so
 * @param done told of every question that was not given up. A newer one is then already on its way, so that the server
 *   works while the page does.
 */
export function oneAtATime<Question, Answer>(
  send: (question: Question, signal: AbortSignal) => Promise<Answer>,
  done: (question: Question, outcome: Outcome<Answer>) => void,
): Questions<Question> {
  let underway: AbortController | null = null;
  let waiting: { question: Question } | null = null;
  let patience: ReturnType<typeof setTimeout> | undefined;

  const drop = () => {
    clearTimeout(patience);
    underway?.abort();
    underway = null;
    waiting = null;
  };
  const start = async (question: Question) => {
    const mine = new AbortController();
    underway = mine;
    const startedAt = performance.now();
    const result = await send(question, mine.signal).then(
      (answer) => ({ answer }),
      (error: unknown) => ({ error }),
    );
    if (mine !== underway) return;
    clearTimeout(patience);
    underway = null;
    const next = waiting;
    waiting = null;
    if (next) void start(next.question);
    done(question, { ...result, isLast: next === null, startedAt });
  };
  return {
    ask(question) {
      if (underway === null) return void start(question);
      if (waiting === null) {
        patience = setTimeout(() => {
          const next = waiting;
          drop();
          if (next) void start(next.question);
        }, PATIENCE_MS);
      }
      waiting = { question };
    },
    drop,
    isBusy: () => underway !== null,
  };
}
