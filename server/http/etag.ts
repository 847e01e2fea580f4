/** Conditional requests (RFC 9110, section 13): a response that has not changed is not sent again. */
import { createHash } from 'node:crypto';
import type { Context } from 'hono';

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
