/** JSON endpoints: the request is validated, the current snapshot answers, the response is sent as JSON. */
import type { Context, Handler } from 'hono';
import type { z } from 'zod';
import { errorMessage, PaperfieldError } from '../../pipeline/core/errors.ts';
import type { LiveEngine } from '../live-snapshot.ts';
import type { Engine } from '../snapshot-engine.ts';
import { etagOf, isNotModified } from './etag.ts';
import type { RequestTiming, TimedEnv } from './server-timing.ts';

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
