/**
 * OAI-PMH 2.0 (https://www.openarchives.org/OAI/openarchivesprotocol.html): `?verb=ListRecords&metadataPrefix=…&from=…`.
 *
 * - A list comes in parts. Each but the last ends with a resumption token; the next request has it as its only argument
 *   beside the verb. A token may expire (`expirationDate`); then the answer is `badResumptionToken`, and the list begins again.
 * - `from` means 'changed since', by the day, inclusive. Every repository understands days, not every one seconds.
 *   arXiv's datestamps are days on which a record was last changed, not dates of papers.
 * - `noRecordsMatch` is no error: nothing has changed. 503 with `Retry-After` asks to wait. Deleted records come as headers
 *   with `status="deleted"`, if the repository keeps track of them.
 * - Quirks: an empty token element ends a list, as does none at all; some servers send the same token again and again.
 */
import { z } from 'zod';
import { damagedAnswer, FetchError } from '../http/fetch-error.ts';
import { commonOptions, day, httpUrl, type SourceContext, type SourceRun, type SourceState } from '../source.ts';
import { getXml } from './page-content.ts';
import type { XmlOutline } from './xml-outline.ts';

export const oaiPmhOptions = z.strictObject({
  kind: z.literal('oai-pmh').describe('A repository with OAI-PMH, such as arXiv as a whole'),
  ...commonOptions,
  url: httpUrl.describe("Base URL of the repository, such as 'https://oaipmh.arxiv.org/oai'"),
  metadataPrefix: z
    .string()
    .min(1)
    .default('oai_dc')
    .describe("Format of the records: 'oai_dc', which every repository has, or a richer one such as 'arXiv'"),
  set: z.string().min(1).optional().describe("Set of the repository, such as 'cs' or 'physics:hep-th'"),
  from: day.optional().describe('Records that were last changed before this day are not fetched'),
});

const checkpointSchema = z
  .object({
    responseDay: day,
    /** Identifiers of the records that a later run found deleted, and that did not come back. */
    gone: z.array(z.string()).default([]),
  })
  .optional()
  .catch(undefined);
const resumeSchema = z
  .object({ token: z.string().min(1), responseDay: day, deleted: z.int(), gone: z.array(z.string()).default([]) })
  .optional()
  .catch(undefined);

/**
 * The identifiers of the records that the repository has deleted after they were fetched, from the checkpoint that a run
 * left.
 */
export function deletedInOaiPmh(checkpoint: unknown): readonly string[] {
  return checkpointSchema.parse(checkpoint ?? undefined)?.gone ?? [];
}

/** A list that has to begin again so often does not end. */
const MAX_RESTARTS = 2;

export async function* fetchOaiPmh(
  options: z.infer<typeof oaiPmhOptions>,
  { checkpoint, resume }: SourceState,
  context: SourceContext,
): SourceRun {
  const before = checkpointSchema.parse(checkpoint);
  const from = before?.responseDay ?? options.from;
  const resumed = resumeSchema.parse(resume);
  let token = resumed?.token;
  let responseDay = resumed?.responseDay;
  let deleted = resumed?.deleted ?? 0;
  let gone = new Set(resumed?.gone ?? before?.gone);
  let restarts = 0;
  let startsOver = false;
  const seen = new Set<string>();
  for (;;) {
    const asked = token;
    if (asked !== undefined) seen.add(asked);
    const url = requestUrl(options, from, asked);
    const page = await getXml(
      context,
      { url },
      ['OAI-PMH'],
      ['responseDate', 'error', 'header', 'identifier', 'resumptionToken'],
      (outline) => {
        const next = tokenOf(outline);
        if (next !== undefined && seen.has(next)) {
          throw damagedAnswer(
            url,
            'the repository sent a resumption token for the second time, so its list has no end',
          );
        }
      },
    );
    const outline = page.value as XmlOutline;
    const error = outline.elements.find(({ path }) => path === 'OAI-PMH/error');
    const code = error?.attributes.code ?? '';
    if (code === 'badResumptionToken' && asked !== undefined && restarts < MAX_RESTARTS) {
      restarts++;
      token = undefined;
      responseDay = undefined;
      deleted = 0;
      gone = new Set(before?.gone);
      startsOver = true;
      seen.clear();
      continue;
    }
    // The clock of the repository counts, and the beginning of the list: what changes meanwhile belongs to the next run.
    responseDay ??= dayIn(outline) ?? context.now().toISOString().slice(0, 10);
    if (code === 'noRecordsMatch') break;
    if (error) {
      const reason = [code, error.text].filter((part) => part !== '').join(': ');
      throw new FetchError(`${options.url}: the repository refuses the request (${reason})`, { isTransient: false });
    }
    const headers = headersOf(outline);
    for (const { identifier, isDeleted } of headers) {
      if (isDeleted) deleted++;
      // What the first run finds deleted never was in the collection.
      if (isDeleted && before) gone.add(identifier);
      else gone.delete(identifier);
    }
    token = tokenOf(outline);
    const size = outline.elements.find(({ path }) => path.endsWith('/resumptionToken'))?.attributes.completeListSize;
    yield {
      content: page.bytes,
      format: 'oai-pmh',
      extension: 'xml',
      name: url.href,
      records: headers.length,
      total: size !== undefined && /^\d+$/.test(size) ? Number(size) : undefined,
      startsOver,
      ...(token === undefined ? {} : { resume: { token, responseDay, deleted, gone: [...gone] } }),
    };
    startsOver = false;
    if (token === undefined) break;
  }
  const notes = deleted === 0 ? [] : [`${deleted} records are marked as deleted in the repository`];
  return { mode: 'append', checkpoint: { responseDay, gone: [...gone] }, notes };
}

function requestUrl(options: z.infer<typeof oaiPmhOptions>, from: string | undefined, token: string | undefined): URL {
  const url = new URL(options.url);
  url.searchParams.set('verb', 'ListRecords');
  if (token !== undefined) {
    url.searchParams.set('resumptionToken', token);
    return url;
  }
  url.searchParams.set('metadataPrefix', options.metadataPrefix);
  if (options.set !== undefined) url.searchParams.set('set', options.set);
  if (from !== undefined) url.searchParams.set('from', from);
  return url;
}

function headersOf(outline: XmlOutline): { readonly identifier: string; readonly isDeleted: boolean }[] {
  const headers: { identifier: string; isDeleted: boolean }[] = [];
  // Elements are in the order of their ends: an identifier comes before the header around it.
  let identifier = '';
  for (const { path, text, attributes } of outline.elements) {
    if (path.endsWith('/record/header/identifier')) identifier = text;
    if (!path.endsWith('/record/header')) continue;
    headers.push({ identifier, isDeleted: attributes.status === 'deleted' });
    identifier = '';
  }
  return headers;
}

function tokenOf(outline: XmlOutline): string | undefined {
  return outline.elements.find(({ path, text }) => path.endsWith('/resumptionToken') && text !== '')?.text;
}

function dayIn(outline: XmlOutline): string | undefined {
  const parsed = day.safeParse(outline.texts('OAI-PMH/responseDate')[0]?.slice(0, 10));
  return parsed.success ? parsed.data : undefined;
}
