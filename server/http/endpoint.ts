/** HTTP endpoints with JSON responses: validation of requests, entity tags, and timing of the stages of a request. */
import { createHash } from 'node:crypto';
import type { Context, Handler, MiddlewareHandler } from 'hono';
import type { z } from 'zod';
import { errorMessage, PaperfieldError } from '../../pipeline/core/errors.ts';
import type { LiveEngine } from '../live-snapshot.ts';
import type { SnapshotEngine } from '../snapshot-engine.ts';

// Conditional requests (RFC 9110, section 13): a response that the client already has is not sent again.

/**
 * Sets the entity tag of the response, and returns whether the client already has this version. If so, respond with
 * 304.
 */
export function isNotModified(c: Context, etag: string): boolean {
  c.header('etag', etag);
  // `no-cache` lets the client keep the response, but it must ask before each use whether the response is still valid.
  c.header('cache-control', 'no-cache');
  // A proxy that compresses a response makes its tag weak (`W/`), although the content is the same.
  const known = (c.req.header('if-none-match') ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return known.includes(etag);
}

/**
 * Part of the entity tags that `etagOf` makes. Raise it when a new server version responds differently to the same
 * request over the same snapshot.
 */
const RESPONSE_VERSION = 1;

/** Returns the entity tag of a response that depends only on the snapshot and the request. */
export function etagOf(snapshotId: string, endpoint: string, request: unknown): string {
  const hash = createHash('sha256').update(JSON.stringify([RESPONSE_VERSION, request]));
  return `"${snapshotId}-${endpoint}-${hash.digest('hex').slice(0, 16)}"`;
}

// Durations of the stages of a request, for the `Server-Timing` header of its response (W3C Server Timing).

/** Measures the stages of one request. Durations of the same stage are added up. */
export interface RequestTiming {
  /**
   * Runs `work` and adds its duration to a stage, even if `work` throws.
   *
   * @param stage the name of the stage: letters, digits and `-`, as HTTP requires for a token
   * @example const request = await timing.measure('parse', () => validateRequest(searchRequest, c.req.query()));
   */
  measure<T>(stage: string, work: () => T | Promise<T>): Promise<T>;
  /** Adds a duration that was measured by other means. */
  add(stage: string, milliseconds: number): void;
}

/** The Hono environment of a request: the variables that the timing middleware sets. */
export interface TimedEnv {
  Variables: { timing: RequestTiming };
}

/** Middleware that sets the header `Server-Timing`: the measured stages and `total`, in milliseconds. */
export const serverTimingMiddleware: MiddlewareHandler<TimedEnv> = async (c, next) => {
  const stages = new Map<string, number>();
  const timing = createRequestTiming(stages);
  c.set('timing', timing);
  await timing.measure('total', next);
  c.header('server-timing', [...stages].map(([stage, ms]) => `${stage};dur=${ms.toFixed(1)}`).join(', '));
};

/** Counts responses by their status. */
export class RequestCounter {
  readonly byStatus = new Map<number, number>();
  readonly middleware: MiddlewareHandler = async (c, next) => {
    await next();
    this.byStatus.set(c.res.status, (this.byStatus.get(c.res.status) ?? 0) + 1);
  };
}

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

/** What an endpoint accepts and how it computes its response. */
export interface Endpoint<Request> {
  /** The name of the endpoint in the `Server-Timing` header and in entity tags. */
  readonly name: string;
  /** Schema of the query parameters, or of the JSON body of a POST. Without a schema, parameters are ignored. */
  readonly request?: z.ZodType<Request>;
  /**
   * How the response may be cached. `snapshot`: it gets an entity tag, because it stays the same as long as the
   * snapshot does. `never`: no cache may store it. If absent, the response says nothing about caching.
   */
  readonly cache?: 'snapshot' | 'never';
  /** Computes the response, which is sent as JSON. */
  answer(engine: SnapshotEngine, request: Request, call: EndpointContext): object | Promise<object>;
}

/** What an endpoint gets besides the parameters of a request. */
export interface EndpointContext {
  /** The variable parts of the URL path, decoded, such as `id` of `/papers/:id`. */
  readonly path: Readonly<Record<string, string>>;
  readonly timing: RequestTiming;
}

/**
 * Creates the request handler of an endpoint: it validates the request and answers with the current snapshot, in JSON.
 *
 * @example
 * routes.get('/search', createHandler(live, {
 *   name: 'search',
 *   request: searchRequest,
 *   answer: (engine, request) => engine.search(request),
 * }));
 */
export function createHandler<Request>(live: LiveEngine, endpoint: Endpoint<Request>): Handler<TimedEnv> {
  const { name, request: schema, cache } = endpoint;
  return async (c) => {
    const timing = c.get('timing');
    const request = await timing.measure('parse', async () =>
      schema
        ? validateRequest(schema, c.req.method === 'POST' ? await readJsonBody(c) : c.req.query())
        : ({} as Request),
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

/**
 * Reads the JSON body of a request.
 *
 * @throws PaperfieldError bad_request, if the body is not valid JSON
 */
export async function readJsonBody(c: Context): Promise<unknown> {
  try {
    return await c.req.json();
  } catch (error) {
    throw new PaperfieldError('bad_request', `the request body is not valid JSON (${errorMessage(error)})`);
  }
}

/**
 * Checks a request against its schema, and returns it with default values filled in.
 *
 * @throws PaperfieldError bad_request, with everything that the schema does not allow
 */
export function validateRequest<Request>(schema: z.ZodType<Request>, input: unknown): Request {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'request'}: ${issue.message}`);
  throw new PaperfieldError('bad_request', problems.join('; '));
}
