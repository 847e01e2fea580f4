/** How often the page searches while the user types: an adaptive debounce, and one request at a time. Pure. */

export interface AdaptiveDebounce {
  /** Milliseconds to wait after a keystroke before searching. */
  delay(): number;
  /** Reports how many milliseconds after its request an answer was painted. */
  recordLatency(ms: number): void;
}

/** Minimum debounce, in ms: merges near-simultaneous keystrokes. */
const MIN_DELAY_MS = 20;
/** Maximum debounce, in ms: a longer pause between keystrokes means that the user stopped typing. */
const MAX_DELAY_MS = 250;
/** Answers that take at most this many ms are fast enough to search at every keystroke. */
const FAST_ANSWER_MS = 60;
/** Weight of the newest latency in the exponential moving average. */
const SMOOTHING = 0.35;

/**
 * Creates a debounce that adapts to the server: the slower its answers are, the longer the page waits after a
 * keystroke.
 */
export function createAdaptiveDebounce(): AdaptiveDebounce {
  let average: number | null = null;
  return {
    delay: () => Math.min(MAX_DELAY_MS, Math.max(MIN_DELAY_MS, (average ?? 0) - FAST_ANSWER_MS)),
    recordLatency(ms) {
      average = average === null ? ms : average + (ms - average) * SMOOTHING;
    },
  };
}

/**
 * How a request ended. `isLatest`: no newer request was sent meanwhile. `startedAt`: start time on the clock of
 * `performance.now()`.
 */
export type RequestOutcome<Answer> = ({ answer: Answer } | { error: unknown }) & {
  isLatest: boolean;
  startedAt: number;
};

export interface LatestRequestRunner<Request> {
  send(request: Request): void;
  /** Aborts the request that is running and drops the one that is waiting. */
  cancel(): void;
  isBusy(): boolean;
}

/** A request is aborted if a newer one has waited for it this many ms. */
const MAX_WAIT_MS = 1000;

/**
 * Creates a runner that performs one request at a time. Of the requests that are sent meanwhile only the latest is
 * kept.
 *
 * @param run performs a request; it should give up when the signal is aborted
 * @param done called after every request that was not aborted. A waiting request is started before this call, so that
 *   the server works while the page renders.
 */
export function createLatestRequestRunner<Request, Answer>(
  run: (request: Request, signal: AbortSignal) => Promise<Answer>,
  done: (request: Request, outcome: RequestOutcome<Answer>) => void,
): LatestRequestRunner<Request> {
  let running: AbortController | null = null;
  let waiting: { request: Request } | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const cancel = () => {
    clearTimeout(timer);
    running?.abort();
    running = null;
    waiting = null;
  };
  const start = async (request: Request) => {
    const current = new AbortController();
    running = current;
    const startedAt = performance.now();
    const result = await run(request, current.signal).then(
      (answer) => ({ answer }),
      (error: unknown) => ({ error }),
    );
    if (current !== running) return;
    clearTimeout(timer);
    running = null;
    const next = waiting;
    waiting = null;
    if (next) void start(next.request);
    done(request, { ...result, isLatest: next === null, startedAt });
  };
  return {
    send(request) {
      if (running === null) return void start(request);
      if (waiting === null) {
        timer = setTimeout(() => {
          const next = waiting;
          cancel();
          if (next) void start(next.request);
        }, MAX_WAIT_MS);
      }
      waiting = { request };
    },
    cancel,
    isBusy: () => running !== null,
  };
}
