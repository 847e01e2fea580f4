/** Requests: their JSON bodies, and the check against their schemas. */
import type { Context, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { every } from 'hono/combine';
import { HTTPException } from 'hono/http-exception';
import type { z } from 'zod';
import { errorMessage, PaperfieldError } from '../../pipeline/core/errors.ts';

/**
 * Lets only requests through that have a JSON body of limited size: 415 for another content type, 413 for a larger body.
 * Needed on every POST route: without a limit, one request could take all memory, and `text/plain` bodies are what a
 * page of another site can send without asking (a CORS 'simple request').
 */
export function jsonBody(maxBytes: number): MiddlewareHandler {
  const tooLarge = (): never => {
    throw new HTTPException(413, { message: `the request body has more than ${maxBytes} bytes` });
  };
  // Before `bodyLimit`, which opens the body as a stream: once that is open, the server's adapter can no longer discard
  // the rest of the body, and closes the connection, maybe before the client has read the response.
  const limitAnnouncedLength: MiddlewareHandler = async (c, next) => {
    if (Number(c.req.header('content-length') ?? 0) > maxBytes) tooLarge();
    await next();
  };
  return every(requireJson, limitAnnouncedLength, bodyLimit({ maxSize: maxBytes, onError: tooLarge }));
}

const requireJson: MiddlewareHandler = async (c, next) => {
  const type = c.req.header('content-type');
  if (!/^application\/json\s*(?:;|$)/i.test(type ?? '')) {
    throw new HTTPException(415, {
      message: `the content type of the request body is ${type ? `'${type}'` : 'not given'}, expected application/json`,
    });
  }
  await next();
};

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
