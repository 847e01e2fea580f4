/** JSON endpoints: the request is validated, the current snapshot answers, the response is sent as JSON. */
import { createHash } from 'node:crypto';
import type { Context, Handler, MiddlewareHandler } from 'hono';
import type { z } from 'zod';
import { errorMessage, PaperfieldError } from '../../pipeline/core/errors.ts';
import type { LiveEngine } from '../live-snapshot.ts';
import type { Engine } from '../snapshot-engine.ts';

// Conditional requests (RFC 9110, section 13): a response that has not changed is not sent again.

/** Sets the entity tag of the response. True if the client has it already: answer 304 then. */
export function isNotModified(c: Context, etag: string): boolean {
  c.header('etag', etag);
  // The client may keep the response, but has to ask every time whether it is still valid.
  c.header('cache-control', 'no-cache');
  // A proxy that compresses makes the tag weak (`W/`); the content is the same.
  const known = (c.req.header('if-none-match') ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return known.includes(etag);
}

/** To be raised when the response to an equal request over an equal snapshot changes. */
const RESPONSE_VERSION = 1;

/** The entity tag of a response that depends on nothing but the snapshot and the request. */
export function etagOf(snapshotId: string, endpoint: string, request: unknown): string {
  const hash = createHash('sha256').update(JSON.stringify([RESPONSE_VERSION, request]));
  return `"${snapshotId}-${endpoint}-${hash.digest('hex').slice(0, 16)}"`;
}

// How long the stages of a request took, for its `Server-Timing` header (W3C Server Timing).

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

export interface Endpoint<Request> {
  /** What `Server-Timing` and the entity tag call it. */
  readonly name: string;
  /** Of the query parameters, or of the JSON body of a POST. Absent: parameters are ignored. */
  readonly request?: z.ZodType<Request>;
  /**
   * `snapshot`: the response stays the same as long as the snapshot, and gets an entity tag. `never`: no cache may store
   * it. Absent: the client decides.
   */
  readonly cache?: 'snapshot' | 'never';
  answer(engine: Engine, request: Request, call: EndpointCall): object | Promise<object>;
}

/** What an endpoint knows about a request besides its parameters. */
export interface EndpointCall {
  /** The variable parts of the path, decoded: `id` of `/papers/:id`. */
  readonly path: Readonly<Record<string, string>>;
  readonly timing: RequestTiming;
}

/**
 * @example
 * routes.get('/search', handle(live, {
 *   name: 'search',
 *   request: searchRequest,
 *   answer: (engine, request) => engine.search(request),
 * }));
 */
export function handle<Request>(live: LiveEngine, endpoint: Endpoint<Request>): Handler<TimedEnv> {
  const { name, request: schema, cache } = endpoint;
  return async (c) => {
    const timing = c.get('timing');
    const request = await timing.measure('parse', async () =>
      schema ? validate(schema, c.req.method === 'POST' ? await readJson(c) : c.req.query()) : ({} as Request),
    );
    if (cache === 'never') c.header('cache-control', 'no-store');
    return live.with(async (engine) => {
      if (cache === 'snapshot' && isNotModified(c, etagOf(engine.snapshotId, name, request))) return c.body(null, 304);
      const call = { path: c.req.param(), timing };
      const response = await timing.measure(name, () => endpoint.answer(engine, request, call));
      return timing.measure('serialize', () => c.json(response));
    });
  };
}

/** @throws PaperfieldError bad_request, if the body is not valid JSON */
export async function readJson(c: Context): Promise<unknown> {
  try {
    return await c.req.json();
  } catch (error) {
    throw new PaperfieldError('bad_request', `the request body is not valid JSON (${errorMessage(error)})`);
  }
}

/**
 * The request with its defaults.
 *
 * @throws PaperfieldError bad_request, with everything in it that the schema does not allow
 */
export function validate<Request>(schema: z.ZodType<Request>, input: unknown): Request {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'request'}: ${issue.message}`);
  throw new PaperfieldError('bad_request', problems.join('; '));
}
