/** Names of columns: how a field of the user's data is named, and which names are keys in a query. */
import { queryKeys } from './ast.ts';

/**
 * The name of a field in one spelling, so that `citationCount`, `Citation count` and `citation_count` are one column:
 * lower case, with `_` for everything that is neither a letter nor a digit. A dot stays: it separates an object from its
 * field. Empty if nothing is left.
 *
 * @example fieldKey('Peer Reviewed') // 'peer_reviewed'
 */
export function fieldKey(name: string): string {
  return name
    .normalize('NFKC')
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1_$2')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}.]+/gu, '_')
    .replace(/_*\.[_.]*/g, '.')
    .replace(/^[_.]+|[_.]+$/g, '');
}

/** Names before a colon that begin an address or an identifier: `https://…`, `doi:10.1000/1`. */
const SCHEMES: ReadonlySet<string> = new Set(
  'http https mailto tel urn doi arxiv biorxiv medrxiv ssrn hdl isbn issn pmid pmcid pmc orcid oai openalex corpusid'.split(
    ' ',
  ),
);

/**
 * What stands before the name of a column that is no key by itself: `field.author:`. Works for every column.
 */
export const FIELD_PREFIX = 'field.';

const NAME = '[a-z][A-Za-z0-9_]+(?:\\.[A-Za-z0-9_]+)*';
const ANY_NAME = `field\\.[\\p{L}\\p{N}\\p{M}_.]+`;
/**
 * What a value may begin with, so that `note:)`, `a::b` and `wait:...` stay text: a letter, a digit, a comparison, a
 * quote, a range without a beginning, or a negative number. The `//` of an address is none of these.
 */
const VALUE_START = '[\\p{L}\\p{N}<>=≤≥"“”„]|\\.\\.-?\\.?\\d|-\\.?\\d';

/**
 * Matches the key of a column and its colon. A key is written in lower case or as one word (`citationCount`). With a
 * capital at its beginning, as phones write, it counts only before a comparison: 'BERT:pre-training' is text.
 */
export const COLUMN_KEY = new RegExp(
  `(-?)(${ANY_NAME}|${NAME}|[A-Z][A-Za-z0-9_]+(?=:[<>=≤≥])):(?=${VALUE_START})`,
  'uy',
);

const VALUE = new RegExp(`^(?:${VALUE_START})`, 'u');
const KEY = new RegExp(`^(?:${ANY_NAME}|${NAME})$`, 'u');

/** Whether a name is the key of a column as it stands: it is long enough, no key of the language and no address. */
export function isColumnKey(key: string): boolean {
  return KEY.test(key) && !SCHEMES.has(key) && !(queryKeys as readonly string[]).includes(key);
}

/** Whether a value may follow the key of a column without quotes. An address may not: 'Models:https://…' is text. */
export function isPlainColumnValue(value: string): boolean {
  return VALUE.test(value) && !value.includes('://');
}

/** The column as it is written in a query: with `field.` if its name alone would mean something else. */
export function columnKeyOf(name: string): string {
  return isColumnKey(name) ? name : `${FIELD_PREFIX}${name}`;
}
