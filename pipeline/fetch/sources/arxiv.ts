/**
 * arXiv API: `GET https://export.arxiv.org/api/query?search_query=…&start=0&max_results=200&sortBy=lastUpdatedDate`.
 *
 * Rules (https://info.arxiv.org/help/api/user-manual.html, …/tou.html):
 * - One request every three seconds over one connection; the host's pace is in `http/pacing.ts`.
 * - At most 2,000 results an answer and 30,000 a query. More is for OAI-PMH.
 * - An error is a feed with one entry, called 'Error', whose id is below `/api/errors`; with status 400 or 200.
 *
 * Quirks: a page is at times empty, or short, though `totalResults` says that there are more (lukasschwab/arxiv.py, issues
 * 43, 83, 129); asked again, it is there. Results move while they are paged: newest first, a paper that comes in meanwhile
 * makes others come twice, and none is missed.
 */
import { z } from 'zod';
import { damagedAnswer, FetchError } from '../http/fetch-error.ts';
import { commonOptions, day, httpUrl, type SourceContext, type SourceRun, type SourceState } from '../source.ts';
import { getXml } from './page-content.ts';
import type { XmlOutline } from './xml-outline.ts';

/** More results than this are not given for one query. */
const MAX_RESULTS = 30_000;

export const arxivOptions = z.strictObject({
  kind: z.literal('arxiv').describe('arXiv API, by query'),
  ...commonOptions,
  query: z.string().min(1).describe("Query in the language of the arXiv API, such as 'cat:cs.IR AND ti:retrieval'"),
  from: day.optional().describe('Papers that were last changed before this day are not fetched'),
  maxResults: z
    .int()
    .min(1)
    .max(MAX_RESULTS)
    .default(MAX_RESULTS)
    .describe('Maximum number of papers of a run, newest first (1–30000)'),
  pageSize: z.int().min(1).max(2000).default(200).describe('Papers a request (1–2000)'),
  url: httpUrl.default('https://export.arxiv.org/api/query').describe('Address of the API'),
});

/** Papers that were changed shortly before the last run may have been indexed after it. */
const OVERLAP_MS = 2 * 86_400_000;

const checkpointSchema = z.object({ newest: z.iso.datetime() }).optional().catch(undefined);
const resumeSchema = z.object({ start: z.int(), newest: z.string() }).optional().catch(undefined);

export async function* fetchArxiv(
  options: z.infer<typeof arxivOptions>,
  { checkpoint, resume }: SourceState,
  context: SourceContext,
): SourceRun {
  const previous = checkpointSchema.parse(checkpoint)?.newest;
  const oldest = Math.max(
    options.from === undefined ? 0 : Date.parse(options.from),
    previous === undefined ? 0 : Date.parse(previous) - OVERLAP_MS,
  );
  const resumed = resumeSchema.parse(resume);
  let newest = resumed?.newest ?? '';
  let total = Number.POSITIVE_INFINITY;
  const notes: string[] = [];
  for (let start = resumed?.start ?? 0; start < Math.min(total, options.maxResults); ) {
    const url = new URL(options.url);
    url.searchParams.set('search_query', options.query);
    url.searchParams.set('start', String(start));
    url.searchParams.set('max_results', String(Math.min(options.pageSize, options.maxResults - start)));
    url.searchParams.set('sortBy', 'lastUpdatedDate');
    url.searchParams.set('sortOrder', 'descending');
    const page = await getXml(
      context,
      { url },
      ['feed'],
      ['totalResults', 'entry', 'updated', 'id', 'title', 'summary'],
      (outline) => checkFeed(url, outline, start),
    );
    const outline = page.value as XmlOutline;
    total = totalOf(outline);
    const updated = outline.texts('feed/entry/updated');
    const entries = outline.texts('feed/entry').length;
    if (entries === 0) break;
    newest ||= updated[0] ?? '';
    start += entries;
    yield {
      content: page.bytes,
      format: 'feed',
      extension: 'xml',
      name: url.href,
      records: entries,
      // With a lower bound, nobody knows how many are left.
      total: oldest > 0 ? undefined : Math.min(total, options.maxResults),
      resume: { start, newest },
    };
    if (Date.parse(updated.at(-1) ?? '') < oldest) break;
    if (start >= options.maxResults && total > options.maxResults) {
      notes.push(
        `the query has ${total.toLocaleString('en-US')} papers, the newest ${start.toLocaleString('en-US')} were fetched; for more, narrow the query or use a source of kind 'oai-pmh'`,
      );
    }
  }
  const isTime = newest !== '' && !Number.isNaN(Date.parse(newest));
  // Without a result the state stays: an empty answer must not move it past papers that were never seen.
  const next = isTime
    ? { newest: new Date(newest).toISOString() }
    : previous === undefined
      ? undefined
      : { newest: previous };
  return { mode: 'append', checkpoint: next, notes };
}

function totalOf(outline: XmlOutline): number {
  const total = Number(outline.texts('feed/totalResults')[0] ?? Number.NaN);
  return Number.isInteger(total) ? total : Number.POSITIVE_INFINITY;
}

/** @throws FetchError for an error of the API, and for a page that is empty where papers must be */
function checkFeed(url: URL, outline: XmlOutline, start: number): void {
  if (outline.texts('feed/entry/id').some((id) => id.includes('/api/errors'))) {
    const reason = outline.texts('feed/entry/summary').join(' ');
    throw new FetchError(`arXiv refuses the query: ${reason}`, { isTransient: false });
  }
  const total = totalOf(outline);
  if (outline.texts('feed/entry').length === 0 && start < total && total < Number.POSITIVE_INFINITY) {
    throw damagedAnswer(url, `arXiv sent an empty page, though it says that there are ${total} papers`);
  }
}
