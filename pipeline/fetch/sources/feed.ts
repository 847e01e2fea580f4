/**
 * Any feed in RSS 0.9x, 1.0 or 2.0, or Atom.
 *
 * - A feed has its newest items only: each version of it is kept, so that papers stay when their items are gone.
 * - Conditional requests (`ETag`, `Last-Modified`) spare both sides most of the traffic.
 * - Quirks: feeds are served as `text/xml` or `text/plain` as often as by their own types; arXiv's are empty on days without
 *   announcements, which is no fault.
 */
import { z } from 'zod';
import { commonOptions, httpUrl, type SourceContext, type SourceRun, type SourceState } from '../source.ts';
import { getXml } from './page-content.ts';

export const feedOptions = z.strictObject({
  kind: z.literal('feed').describe('A feed in RSS or Atom'),
  ...commonOptions,
  url: httpUrl.describe("Address of the feed, such as 'https://rss.arxiv.org/atom/cs.IR'"),
});

/** The validators of the newest version, which `feed` and `jsonl` keep between runs. */
export const validatorsSchema = z
  .object({ etag: z.string().optional(), lastModified: z.string().optional() })
  .optional()
  .catch(undefined);

export async function* fetchFeed(
  options: z.infer<typeof feedOptions>,
  { checkpoint }: SourceState,
  context: SourceContext,
): SourceRun {
  const url = new URL(options.url);
  const validators = validatorsSchema.parse(checkpoint);
  const { bytes, value, answer } = await getXml(
    context,
    { url, validators },
    ['feed', 'rss', 'RDF'],
    ['entry', 'item'],
  );
  if (value === undefined) return { mode: 'append', checkpoint: validators, notes: [] };
  const items = value.elements.filter(({ path }) => /^(?:feed\/entry|rss\/channel\/item|RDF\/item)$/.test(path));
  if (items.length > 0) {
    yield {
      content: bytes,
      format: 'feed',
      extension: 'xml',
      name: url.href,
      records: items.length,
      total: items.length,
    };
  }
  return { mode: 'append', checkpoint: answer.validators, notes: [] };
}
