/**
 * OpenAlex works: `GET https://api.openalex.org/works?filter=…&per_page=100&cursor=*`.
 *
 * Rules (https://developers.openalex.org):
 * - With a (free) API key a cursor leads through all works of a filter; the answer names the next one in `meta.next_cursor`,
 *   null at the end. Without a key a cursor is refused with 401: pages by number reach the first 10,000 works.
 * - At most 100 works an answer. 429 when the day's allowance is used up, 403 when requests come too fast.
 * - `from_updated_date` and `from_created_date` are for paying users. Others find what is new by `from_publication_date`,
 *   with an overlap: works are often listed weeks after they were published.
 */
import { z } from 'zod';
import { damagedAnswer } from '../http/fetch-error.ts';
import { commonOptions, day, httpUrl, type SourceContext, type SourceRun, type SourceState } from '../source.ts';
import { getJson } from './page-content.ts';

export const openAlexOptions = z.strictObject({
  kind: z.literal('openalex').describe('OpenAlex works, by filter'),
  ...commonOptions,
  filter: z
    .string()
    .min(1)
    .describe("Filter of the OpenAlex API, such as 'primary_topic.id:t10028,language:en,has_abstract:true'"),
  search: z.string().min(1).optional().describe('Words that title, abstract or full text must have'),
  from: day.optional().describe('Works that were published before this day are not fetched'),
  since: z
    .enum(['publication', 'update', 'never'])
    .default('publication')
    .describe(
      "What later runs fetch: works published since the last run ('publication'), changed since then ('update', for paying users of OpenAlex), or all ('never')",
    ),
  overlapDays: z
    .int()
    .min(0)
    .max(3650)
    .default(60)
    .describe(
      'Days before the last run that are fetched again (0–3650): works are often listed weeks after publication',
    ),
  apiKeyVariable: z
    .string()
    .regex(/^[A-Z][A-Z0-9_]*$/, 'expected the name of an environment variable')
    .default('OPENALEX_API_KEY')
    .describe('Environment variable that holds your API key; without one, at most 10,000 works'),
  pageSize: z.int().min(1).max(200).default(100).describe('Works a request (1–200)'),
  url: httpUrl.default('https://api.openalex.org/works').describe('Address of the API'),
});

/** Works that pages by number reach. */
const MAX_PAGED_WORKS = 10_000;
const DAY_MS = 86_400_000;

const checkpointSchema = z.object({ lastDay: day }).optional().catch(undefined);
const resumeSchema = z
  .object({ position: z.union([z.string().min(1), z.int()]), fetched: z.int() })
  .optional()
  .catch(undefined);
const pageSchema = z.object({
  meta: z.object({ count: z.int().nonnegative(), next_cursor: z.string().nullish() }),
  results: z.array(z.looseObject({})),
});

export async function* fetchOpenAlex(
  options: z.infer<typeof openAlexOptions>,
  { checkpoint, resume }: SourceState,
  context: SourceContext,
): SourceRun {
  const today = context.now().toISOString().slice(0, 10);
  const previous = checkpointSchema.parse(checkpoint)?.lastDay;
  const key = context.environment(options.apiKeyVariable);
  const resumed = resumeSchema.parse(resume);
  // A cursor is a text, the number of a page is none: what was begun with a key cannot go on without it.
  const isUsable = resumed !== undefined && (typeof resumed.position === 'string') === (key !== undefined);
  let position: string | number = isUsable ? resumed.position : key === undefined ? 1 : '*';
  let fetched = isUsable ? resumed.fetched : 0;
  let startsOver = resumed !== undefined && !isUsable;
  const notes: string[] = [];
  const seen = new Set<string | number>();
  for (;;) {
    seen.add(position);
    const url = requestUrl(options, previous, position, key, context.contact);
    const { bytes, value } = await getJson(
      context,
      // The API says 403, not 429, to requests that come too fast.
      { url, transientStatuses: [403] },
      pageSchema,
      ({ meta, results }) => {
        const reachable = key === undefined ? Math.min(meta.count, MAX_PAGED_WORKS) : meta.count;
        // Works that are merged while the list is read make it a little shorter.
        if (results.length === 0 && fetched < reachable * 0.95) {
          throw damagedAnswer(url, `an empty page after ${fetched} of ${meta.count} works`);
        }
        if (meta.next_cursor && seen.has(meta.next_cursor) && results.length > 0) {
          throw damagedAnswer(url, 'the same cursor came twice, so the list has no end');
        }
      },
    );
    const { count, next_cursor: cursor } = value.meta;
    if (value.results.length === 0) break;
    fetched += value.results.length;
    const next: string | number | undefined =
      typeof position === 'number'
        ? fetched < Math.min(count, MAX_PAGED_WORKS)
          ? position + 1
          : undefined
        : (cursor ?? undefined);
    yield {
      content: bytes,
      format: 'openalex',
      extension: 'json',
      // Without the key.
      name: requestUrl(options, previous, position, undefined, undefined).href,
      records: value.results.length,
      total: typeof position === 'number' ? Math.min(count, MAX_PAGED_WORKS) : count,
      startsOver,
      ...(next === undefined ? {} : { resume: { position: next, fetched } }),
    };
    startsOver = false;
    if (next === undefined) {
      if (typeof position === 'number' && count > MAX_PAGED_WORKS) {
        notes.push(
          `the filter has ${count.toLocaleString('en-US')} works, the newest ${fetched.toLocaleString('en-US')} were fetched; for all, get a free API key and set ${options.apiKeyVariable}`,
        );
      }
      break;
    }
    position = next;
  }
  return { mode: options.since === 'never' ? 'replace' : 'append', checkpoint: { lastDay: today }, notes };
}

function requestUrl(
  options: z.infer<typeof openAlexOptions>,
  previous: string | undefined,
  position: string | number,
  key: string | undefined,
  contact: string | undefined,
): URL {
  const filters = [options.filter];
  if (options.from !== undefined) filters.push(`from_publication_date:${options.from}`);
  if (previous !== undefined && options.since !== 'never') {
    const since = new Date(Date.parse(previous) - options.overlapDays * DAY_MS).toISOString().slice(0, 10);
    filters.push(`${options.since === 'update' ? 'from_updated_date' : 'from_publication_date'}:${since}`);
  }
  const url = new URL(options.url);
  url.searchParams.set('filter', filters.join(','));
  if (options.search !== undefined) url.searchParams.set('search', options.search);
  url.searchParams.set('per_page', String(options.pageSize));
  url.searchParams.set('sort', 'publication_date:desc');
  url.searchParams.set(typeof position === 'number' ? 'page' : 'cursor', String(position));
  if (key !== undefined) url.searchParams.set('api_key', key);
  if (contact !== undefined) url.searchParams.set('mailto', contact);
  return url;
}
