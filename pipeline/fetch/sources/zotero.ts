/**
 * The local API of Zotero (https://www.zotero.org/support/dev/web_api/v3/local_api):
 * `GET http://127.0.0.1:23119/api/users/0/items/top?format=json&limit=100&start=0`.
 *
 * - It runs while Zotero does, and must be switched on: Settings → Advanced → 'Allow other applications on this computer to
 *   communicate with Zotero'. Otherwise it answers 403.
 * - `Total-Results` is the number of items. Some versions send all of them whatever `limit` says.
 * - Versions of items are those of the last sync: what changed since then has no new one. So the library is always read as
 *   a whole, which takes a second; it is local.
 */
import { z } from 'zod';
import { damagedAnswer, FetchError } from '../http/fetch-error.ts';
import { commonOptions, httpUrl, type SourceContext, type SourceRun, type SourceState } from '../source.ts';
import { getJson } from './page-content.ts';

export const zoteroOptions = z.strictObject({
  kind: z.literal('zotero').describe('The library of a Zotero that runs on this machine'),
  ...commonOptions,
  allowPrivate: commonOptions.allowPrivate.default(['127.0.0.1:23119', 'localhost:23119']),
  library: z
    .string()
    .regex(/^(?:users|groups)\/\d+$/, "expected 'users/0' or 'groups/NUMBER'")
    .default('users/0')
    .describe("Library: 'users/0' is your own, 'groups/NUMBER' that of a group"),
  collection: z
    .string()
    .regex(/^[A-Z0-9]{8}$/, 'expected the key of a collection, 8 letters and digits')
    .optional()
    .describe('Key of the only collection to read, as in its address on zotero.org'),
  url: httpUrl.default('http://127.0.0.1:23119/api').describe('Address of the local API'),
});

const PAGE_SIZE = 100;
const itemsSchema = z.array(z.looseObject({ key: z.string() }));

export async function* fetchZotero(
  options: z.infer<typeof zoteroOptions>,
  _state: SourceState,
  context: SourceContext,
): SourceRun {
  const keys = new Set<string>();
  for (let start = 0; ; ) {
    const collection = options.collection === undefined ? '' : `/collections/${options.collection}`;
    const url = new URL(`${options.url.replace(/\/$/, '')}/${options.library}${collection}/items/top`);
    for (const [name, value] of Object.entries({ format: 'json', sort: 'dateAdded', direction: 'asc' }))
      url.searchParams.set(name, value);
    url.searchParams.set('limit', String(PAGE_SIZE));
    url.searchParams.set('start', String(start));
    const { bytes, value, answer } = await getJson(context, { url }, itemsSchema).catch(explain);
    const header = answer.header('total-results');
    const total = header !== undefined && /^\d+$/.test(header) ? Number(header) : undefined;
    if (value.length === 0 && total !== undefined && start < total) {
      throw damagedAnswer(url, `Zotero sent ${start} of ${total} items and then none`);
    }
    // A version that does not know `start` sends the first items again.
    if (value.length === 0 || value.every(({ key }) => keys.has(key))) break;
    for (const { key } of value) keys.add(key);
    start += value.length;
    yield { content: bytes, format: 'zotero-api', extension: 'json', name: url.href, records: value.length, total };
    if (total === undefined ? value.length < PAGE_SIZE : start >= total) break;
  }
  return { mode: 'replace', checkpoint: null, notes: [] };
}

/** Says what to do about the two failures that are Zotero's own. */
function explain(error: unknown): never {
  if (!(error instanceof FetchError)) throw error;
  const hint =
    error.status === 403
      ? "switch on 'Allow other applications on this computer to communicate with Zotero' in its settings, under Advanced"
      : error.status === undefined
        ? 'Zotero must be running on this machine'
        : undefined;
  if (hint === undefined) throw error;
  throw new FetchError(`${error.message}; ${hint}`, { isTransient: false, cause: error });
}
