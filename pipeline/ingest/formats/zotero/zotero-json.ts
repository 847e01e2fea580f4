/**
 * The items of Zotero's API, local (`http://localhost:23119/api/users/0/items`) and web, which are read as any JSON. Pure
 * functions.
 *
 * - Each item is below `data`; `meta`, `links` and `library` beside it say nothing more of the paper.
 * - The list has attachments, notes and annotations beside the papers they belong to. `/items/top` has fewer of them.
 * - Collections are keys, since their names are another answer of the API. The web API gives 100 items at most in one
 *   answer, the local API all of them.
 * - A name is in two parts, or in one (`name`). Dates are as the user wrote them. Empty fields are ''.
 * - Items in the trash have `deleted`, which is 1 or true; lists have them only if `includeTrashed=1` was asked for.
 * - Fields of newer versions (`citationKey` since Zotero 8) and items of unknown types may come.
 */
import { z } from 'zod';
import { fieldsOfZoteroItem, isZoteroPart, type ZoteroItem } from './zotero-item.ts';

const text = z.string().catch('');

const itemSchema = z.looseObject({
  key: text,
  itemType: z.string(),
  dateAdded: text,
  creators: z
    .array(
      z
        .object({ creatorType: text, firstName: text, lastName: text, name: text })
        .transform(({ creatorType, firstName, lastName, name }) =>
          name === ''
            ? { type: creatorType, firstName, lastName }
            : { type: creatorType, firstName: '', lastName: name },
        ),
    )
    .catch([]),
  tags: z.array(z.object({ tag: text }).transform(({ tag }) => tag)).catch([]),
  collections: z.array(z.string()).catch([]),
  deleted: z.union([z.boolean(), z.number()]).optional().catch(undefined),
});

/** An object of JSON. */
type Item = Readonly<Record<string, unknown>>;

/** The item itself, or what is below `data`; undefined for anything else. */
function dataOf(value: Item): z.infer<typeof itemSchema> | undefined {
  const parsed = itemSchema.safeParse('itemType' in value ? value : value.data);
  return parsed.success ? parsed.data : undefined;
}

/** Whether an object is an item of Zotero: of any type, with a key, creators or tags as only Zotero has them. */
export function isZoteroApiItem(value: Item): boolean {
  const data = 'itemType' in value ? value : value.data;
  if (typeof data !== 'object' || data === null || !('itemType' in data) || typeof data.itemType !== 'string') {
    return false;
  }
  return ('key' in data && /^[A-Z0-9]{8}$/.test(String(data.key))) || ('creators' in data && 'tags' in data);
}

/** Whether an item of the API is a file, a note or an annotation: no paper, and no row. */
export function isZoteroApiPart(value: Item): boolean {
  return isZoteroPart(dataOf(value)?.itemType ?? '');
}

/** What the user is told of an item in the trash. */
export const DELETED_PROBLEM = "is in Zotero's trash; restore it there if it is wanted";

/** Why an item of the API is no paper though it could be one: it is in the trash. */
export function problemOfZoteroApiItem(value: Item): string | undefined {
  return dataOf(value)?.deleted ? DELETED_PROBLEM : undefined;
}

/** Names of an item that are no fields of Zotero. */
const NO_FIELDS = new Set([
  'key',
  'version',
  'itemType',
  'creators',
  'tags',
  'collections',
  'relations',
  'deleted',
  'inPublications',
  'parentItem',
  'dateAdded',
  'dateModified',
]);

/** The fields of an item of the API; undefined if it is none, or no paper. */
export function fieldsOfZoteroApiItem(value: Item): Record<string, unknown> | undefined {
  const data = dataOf(value);
  if (!data || isZoteroPart(data.itemType)) return undefined;
  const fields = new Map<string, string>();
  for (const [name, one] of Object.entries(data)) {
    if (typeof one === 'string' && one !== '' && !NO_FIELDS.has(name)) fields.set(name, one);
  }
  const item: ZoteroItem = { ...data, fields };
  return fieldsOfZoteroItem(item);
}
