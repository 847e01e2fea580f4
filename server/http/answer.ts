/** What routes do with every request. */
import { createHash } from 'node:crypto';
import type { Context } from 'hono';
import type { z } from 'zod';
import { messageOf, PaperfieldError } from '../../pipeline/core/errors.ts';

/** @throws PaperfieldError bad_request, where the body is no JSON */
export async function jsonBody(c: Context): Promise<unknown> {
  try {
    return await c.req.json();
  } catch (error) {
    throw new PaperfieldError('bad_request', `the body is no JSON (${messageOf(error)})`);
  }
}

/** The request in the contract's form, or a bad_request that says what does not fit. */
export function checked<T>(schema: z.ZodType<T>, written: unknown): T {
  const parsed = schema.safeParse(written);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'request'}: ${issue.message}`);
  throw new PaperfieldError('bad_request', faults.join('; '));
}

/** Sets the entity tag and tells whether the client holds this very answer. */
export function isUnchanged(c: Context, tag: string): boolean {
  c.header('etag', tag);
  c.header('cache-control', 'no-cache');
  // A compressing middleman may have made the tag weak; it names the same content.
  const held = (c.req.header('if-none-match') ?? '').split(',').map((one) => one.trim().replace(/^W\//, ''));
  return held.includes(tag);
}

/** Raised where answers to the same request over the same snapshot become others. */
const ANSWERS = 1;

/** The entity tag of an answer that nothing but the snapshot and the request decides. */
export function tagOf(snapshotId: string, kind: string, request: unknown): string {
  const hash = createHash('sha256').update(JSON.stringify([ANSWERS, request]));
  return `"${snapshotId}-${kind}-${hash.digest('hex').slice(0, 16)}"`;
}
