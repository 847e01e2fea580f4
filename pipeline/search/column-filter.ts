/** Columns in queries: which keys are columns, the papers that match a condition on one, and sort keys. */
import { PaperfieldError } from '../core/errors.ts';
import {
  type FieldColumns,
  type FieldData,
  type FieldInfo,
  findField,
  isKnown,
  UNKNOWN_DAY,
  UNKNOWN_FLAG,
} from '../core/field-columns.ts';
import { type Filter, type ParsedQuery, queryKeys, sortOrders } from '../core/query/ast.ts';
import { type ColumnCondition, isWithin, parseColumnCondition } from '../core/query/column-condition.ts';
import { columnKeyOf, FIELD_PREFIX } from '../core/query/column-key.ts';
import { type KeyMeaning, keyPositionText, MAX_TYPED_QUERY_LENGTH, parseQuery } from '../core/query/parser.ts';
import { editDistance } from './suggest/spelling.ts';

type ColumnFilter = Extract<Filter, { kind: 'column' }>;

/**
 * Parses a query again, now that it is known which columns exist. What only looks like a column stays text: if papers
 * contain its words side by side ('text:image' as 'text image'), if it has a dot (`schema.org:Person`), in a pasted
 * text, in a query that is searched for literally, and if the whole query is in a paper, such as a title.
 *
 * @param isInPaper whether any paper contains these words side by side
 * @param isTitle whether the whole query is the id of a paper, or in the text of one
 * @throws PaperfieldError bad_request, for a column that does not exist, or a condition that its values cannot have
 */
export function resolveColumns(
  parsed: ParsedQuery,
  source: string,
  fields: Pick<FieldColumns, 'infos'>,
  isInPaper: (words: string) => boolean,
  isTitle: () => boolean,
): ParsedQuery {
  const filters = parsed.filters.filter((filter): filter is ColumnFilter => filter.kind === 'column');
  if (filters.length > 0 && isTitle()) return parseQuery(source, () => false);
  const unknown = filters.filter(({ column }) => !findField(fields, column));
  const isPasted = source.length > MAX_TYPED_QUERY_LENGTH;
  const isText = ({ column, value }: ColumnFilter) =>
    isPasted ||
    parsed.literal ||
    isDomain(fields, column) ||
    (/^[\p{L}\p{N}]/u.test(value) && !value.includes('..') && isInPaper(`${column} ${value}`));
  // The same key may be a column only once as text and once as a column; then it is a column, and refused.
  const refused = unknown.find((filter) => !isText(filter));
  if (refused) throw unknownColumn(fields, source, (meaning) => isSame(meaning, refused), refused.column);
  for (const filter of filters) {
    const info = findField(fields, filter.column);
    const problem = info && parseColumnCondition(info.type, filter.column, filter.value);
    if (typeof problem !== 'string') continue;
    throw new PaperfieldError(
      'bad_request',
      `${keyPositionText(source, (meaning) => isSame(meaning, filter))} ${problem}`,
    );
  }
  for (const filter of parsed.filters) {
    if (filter.kind !== 'has' || filter.what === 'code' || findField(fields, filter.what)) continue;
    const isMatch = (meaning: KeyMeaning) =>
      meaning.kind === 'filter' && meaning.filter.kind === 'has' && meaning.filter.what === filter.what;
    throw unknownColumn(fields, source, isMatch, filter.what);
  }
  checkSort(parsed, source, fields);
  const names = new Set(unknown.map(({ column }) => column));
  return names.size === 0 ? parsed : parseQuery(source, (name) => !names.has(name));
}

/** Whether a key with a dot is a domain: no column is a field of an object with the name before the dot. */
function isDomain({ infos }: Pick<FieldColumns, 'infos'>, key: string): boolean {
  const object = /^[^.]+\./.exec(key)?.[0];
  return object !== undefined && object !== FIELD_PREFIX && !infos.some(({ name }) => name.startsWith(object));
}

function isSame(meaning: KeyMeaning, filter: ColumnFilter): boolean {
  return (
    meaning.kind === 'filter' &&
    meaning.filter.kind === 'column' &&
    meaning.filter.column === filter.column &&
    meaning.filter.value === filter.value
  );
}

function checkSort({ sort }: ParsedQuery, source: string, fields: Pick<FieldColumns, 'infos'>): void {
  const column = sort?.replace(/^-/, '') ?? 'date';
  // Every corpus has these, if perhaps for none of its papers.
  if (column === 'relevance' || column === 'date' || column === 'comments') return;
  const isMatch = (meaning: KeyMeaning) => meaning.kind === 'sort' && meaning.sort === sort;
  const info = findField(fields, column);
  if (!info) throw unknownColumn(fields, source, isMatch, column, sortOrders);
  if (info.type !== 'list' && info.type !== 'text') return;
  const what = `can't be sorted by, because its values are ${info.type === 'list' ? 'lists' : 'long or all different'}`;
  throw new PaperfieldError('bad_request', `${keyPositionText(source, isMatch)} ${what}`);
}

/** The error about an unknown column names at most this many others. */
const SUGGESTED = 3;

function unknownColumn(
  { infos }: Pick<FieldColumns, 'infos'>,
  source: string,
  isMatch: (meaning: KeyMeaning) => boolean,
  key: string,
  others: readonly string[] = queryKeys,
): PaperfieldError {
  const columns = infos.filter(({ papers }) => papers > 0).map(({ name }) => columnKeyOf(name));
  const nearest = nearestNames([...new Set([...columns, ...others])], key);
  const known = nearest.length > 0 ? nearest : columns.slice(0, SUGGESTED);
  const list = known.length > 0 ? `; ${nearest.length > 0 ? 'nearest' : 'there are'}: ${known.join(', ')}` : '';
  const remedy = '; to search for it as words, write a space after the colon or add match:literal';
  const isSort = others === sortOrders;
  const position = keyPositionText(source, isMatch);
  return new PaperfieldError('bad_request', `${position} isn't a column of these papers${list}${isSort ? '' : remedy}`);
}

/** The names that a misspelled one may mean, nearest first. */
function nearestNames(names: readonly string[], typed: string): string[] {
  const max = Math.max(1, Math.floor(typed.length / 3));
  const codesOf = (text: string) => Int32Array.from(text, (letter) => letter.codePointAt(0) ?? 0);
  const own = codesOf(typed);
  return names
    .map((name) => {
      const codes = codesOf(name);
      const isPart = typed.length >= 3 && name.length >= 3 && (name.includes(typed) || typed.includes(name));
      const distance = editDistance(own, own.length, codes, codes.length, max);
      return { name, distance: isPart ? Math.min(distance, max) : distance };
    })
    .filter(({ distance }) => distance <= max)
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, SUGGESTED)
    .map(({ name }) => name);
}

type RowTest = (row: number) => boolean;

/** A condition on a column as a test of rows, and whether it is one of several values of which one is enough. */
export interface ColumnTest {
  readonly isValue: boolean;
  readonly passes: RowTest;
}

/** The test of a filter that `resolveColumns` has accepted. */
export function columnTest(fields: FieldColumns, { column, value }: ColumnFilter): ColumnTest {
  const info = findField(fields, column);
  const condition = info && parseColumnCondition(info.type, column, value);
  // Filters that are made by programs are not checked before.
  if (condition === undefined || typeof condition === 'string') {
    throw new PaperfieldError('bad_request', `${column}:${value} ${condition ?? "isn't a column of these papers"}`);
  }
  const isValue = condition.kind !== 'interval' || condition.isValue;
  return { isValue, passes: testOf(fields.read((info as FieldInfo).name), condition) };
}

function testOf(data: FieldData, condition: ColumnCondition): RowTest {
  switch (condition.kind) {
    case 'interval':
      if (data.type === 'number') return (row) => isWithin(condition, data.values[row]);
      if (data.type === 'date') {
        return (row) => data.from[row] !== UNKNOWN_DAY && isWithin(condition, data.from[row], data.to[row]);
      }
      break;
    case 'flag':
      if (data.type === 'flag') return (row) => data.values[row] === (condition.flag ? 1 : 0);
      break;
    case 'name': {
      if (data.type !== 'category' && data.type !== 'list') break;
      const codes = new Set(data.names.flatMap((name, code) => (name.toLowerCase() === condition.name ? [code] : [])));
      if (data.type === 'category') return (row) => codes.has(data.codes[row]);
      return (row) => data.codes.subarray(data.starts[row], data.starts[row + 1]).some((code) => codes.has(code));
    }
  }
  return () => false;
}

/** The test of `has:` and a column. */
export function presenceTest(fields: FieldColumns, key: string): RowTest {
  const info = findField(fields, key);
  return info ? isKnown(fields.read(info.name)) : () => false;
}

/**
 * The values of a column by which papers are sorted, higher first; NaN for papers without one, which are last. Categories
 * are in alphabetical order.
 */
export function sortKeys(fields: FieldColumns, key: string): Float64Array {
  const info = findField(fields, key);
  const data = info && fields.read(info.name);
  switch (data?.type) {
    case 'number':
      return data.values;
    case 'date':
      return Float64Array.from(data.from, (day) => (day === UNKNOWN_DAY ? Number.NaN : day));
    case 'flag':
      return Float64Array.from(data.values, (flag) => (flag === UNKNOWN_FLAG ? Number.NaN : flag));
    case 'category': {
      const order = [...data.names.keys()].sort((a, b) => (data.names[a] < data.names[b] ? 1 : -1));
      const rankOf = new Int32Array(order.length);
      for (const [rank, code] of order.entries()) rankOf[code] = rank;
      return Float64Array.from(data.codes, (code) => (code < 0 ? Number.NaN : rankOf[code]));
    }
    default:
      throw new PaperfieldError('bad_request', `sort:${key} isn't a column that papers can be sorted by`);
  }
}
