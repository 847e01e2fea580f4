/** How long the stages of a request took, for its `Server-Timing` header (W3C Server Timing). */
import type { MiddlewareHandler } from 'hono';

/** The stages of one request. A stage that is measured several times adds up. */
export interface RequestTiming {
  /**
   * Runs `work` and adds its duration to a stage, also if it throws.
   *
   * @param stage a token of HTTP: letters, digits, `-`
   * @example const request = await timing.measure('parse', () => validate(searchRequest, c.req.query()));
   */
  measure<T>(stage: string, work: () => T | Promise<T>): Promise<T>;
  /** Adds a duration that was measured elsewhere. */
  add(stage: string, milliseconds: number): void;
}

/** What the middleware puts into the context of every request. */
export interface TimedEnv {
  Variables: { timing: RequestTiming };
}

/** Adds `Server-Timing` with the measured stages and `total`, in milliseconds, to every response. */
export const serverTiming: MiddlewareHandler<TimedEnv> = async (c, next) => {
  const stages = new Map<string, number>();
  const timing = createRequestTiming(stages);
  c.set('timing', timing);
  await timing.measure('total', next);
  c.header('server-timing', [...stages].map(([stage, ms]) => `${stage};dur=${ms.toFixed(1)}`).join(', '));
};

function createRequestTiming(stages: Map<string, number>): RequestTiming {
  const add = (stage: string, milliseconds: number) => {
    stages.set(stage, (stages.get(stage) ?? 0) + milliseconds);
  };
  return {
    add,
    async measure(stage, work) {
      const start = performance.now();
      try {
        return await work();
      } finally {
        add(stage, performance.now() - start);
      }
    },
  };
}
