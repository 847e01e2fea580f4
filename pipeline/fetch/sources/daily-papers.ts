/**
 * Hugging Face daily papers: `GET https://huggingface.co/api/daily_papers?date=YYYY-MM-DD&limit=100&p=0`.
 *
 * - A list of `{"paper": {…}, …}`; weekends and holidays have an empty one. A date in the future is a 400.
 * - At most 100 entries an answer (50 without `limit`); `p` counts pages from 0.
 * - Papers are added to a day, and votes and comments grow, for days after: the last days are fetched again.
 * - Rate limits are per five minutes and IP address; beyond them, 429.
 */
import { z } from 'zod';
import { commonOptions, day, httpUrl, type SourceContext, type SourceRun, type SourceState } from '../source.ts';
import { getJson } from './page-content.ts';

export const dailyPapersOptions = z.strictObject({
  kind: z.literal('daily-papers').describe('Hugging Face daily papers, by date'),
  ...commonOptions,
  from: day.optional().describe('First day to fetch; default: a week before the first run'),
  recheckDays: z
    .int()
    .min(0)
    .max(60)
    .default(3)
    .describe('Days before the last run that are fetched again, for late papers and votes (0–60)'),
  url: httpUrl.default('https://huggingface.co/api/daily_papers').describe('Address of the API'),
});

const PAGE_SIZE = 100;
const DAY_MS = 86_400_000;
/** A day has some 100 papers at most: a server that repeats itself is noticed. */
const MAX_PAGES_PER_DAY = 50;

const stateSchema = z.object({ lastDay: day }).optional().catch(undefined);
const pageSchema = z.array(z.looseObject({}));

const dayOf = (time: number) => new Date(time).toISOString().slice(0, 10);

export async function* fetchDailyPapers(
  options: z.infer<typeof dailyPapersOptions>,
  { checkpoint, resume }: SourceState,
  context: SourceContext,
): SourceRun {
  const today = Date.parse(dayOf(context.now().getTime()));
  const previous = stateSchema.parse(checkpoint)?.lastDay;
  const done = stateSchema.parse(resume)?.lastDay;
  let first = Date.parse(options.from ?? dayOf(today - 7 * DAY_MS));
  if (previous !== undefined) first = Math.max(first, Date.parse(previous) - options.recheckDays * DAY_MS);
  if (done !== undefined) first = Date.parse(done) + DAY_MS;
  for (let time = first; time <= today; time += DAY_MS) {
    const date = dayOf(time);
    let before = '';
    for (let page = 0; page < MAX_PAGES_PER_DAY; page++) {
      const url = new URL(options.url);
      url.searchParams.set('date', date);
      url.searchParams.set('limit', String(PAGE_SIZE));
      url.searchParams.set('p', String(page));
      const { bytes, value } = await getJson(context, { url }, pageSchema);
      const content = JSON.stringify(value);
      // A server that does not know `p` gives the first page again.
      if (value.length === 0 || content === before) break;
      before = content;
      const isLast = value.length < PAGE_SIZE;
      yield {
        content: bytes,
        format: 'hf-daily-api',
        extension: 'json',
        name: url.href,
        records: value.length,
        key: `${date}/${page}`,
        // A day is fetched as a whole, or again.
        resume: { lastDay: isLast ? date : dayOf(time - DAY_MS) },
      };
      if (isLast) break;
    }
  }
  return { mode: 'append', checkpoint: { lastDay: dayOf(today) }, notes: [] };
}
