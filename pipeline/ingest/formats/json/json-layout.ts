/** Finds out where in a JSON file the records are. Pure functions. */
import { knownFieldOf, rankOfName } from '../columns/known-names.ts';
import { dialectOf } from './dialects.ts';
import { type Item, isObject } from './items.ts';
import { type PartialValue, parseJson, partialValuesOf } from './json-text.ts';

/** Where in a JSON file the records are. */
export interface RecordsPlace {
  /** The keys of the objects around the list of records, from outside. */
  readonly keys: readonly string[];
  /** Whether the records are the elements of an array, the members of an object, or the values of the file themselves. */
  readonly unit: 'elements' | 'members' | 'values';
}

/** How a JSON file is written. */
export type JsonLayout =
  /** One object in each line. */
  | { readonly kind: 'lines'; readonly sample: readonly Item[] }
  /** One value, or several one after the other. */
  | { readonly kind: 'document'; readonly place: RecordsPlace; readonly sample: readonly Item[] }
  | { readonly kind: 'problem'; readonly problem: string };

/** Keys of the lists of records in the answers of APIs and in exports, the most certain first. */
const LIST_KEYS = [
  'results',
  'data',
  'items',
  'papers',
  'works',
  'records',
  'articles',
  'publications',
  'documents',
  'docs',
  'hits',
  'entries',
  'recommendedPapers',
  'matches',
];
const MAX_LEVELS = 3;

/**
 * Finds out how a JSON file is written, by its beginning.
 *
 * @param head the first 64 kB, or the whole file
 * @param isWhole whether that is the whole file
 */
export function layoutOfJson(head: string, isWhole: boolean): JsonLayout {
  const values = partialValuesOf(head);
  const place = placeOf(values);
  if (place && 'problem' in place) return { kind: 'problem', problem: place.problem };
  const hasList = place !== undefined && place.unit !== 'values';
  // Answers of an API, one in each line, are no records.
  if (!hasList) {
    const sample = lineSample(head, isWhole);
    if (sample) return { kind: 'lines', sample };
  }
  if (place === undefined) {
    const isEmpty = head.trim() === '';
    const problem = isEmpty
      ? 'the file is empty; expected JSON'
      : 'not JSON; expected a list of papers ([{"title": …}, …]) or one object in each line';
    return { kind: 'problem', problem };
  }
  return { kind: 'document', place, sample: sampleAt(values, place) };
}

/** The objects of the first lines, if most of them are one; undefined if the file is not written so. */
function lineSample(head: string, isWhole: boolean): Item[] | undefined {
  const lines = head.split(/\r\n|\r|\n/);
  const isCut = !isWhole && lines.length > 0;
  const last = isCut ? lines.pop() : undefined;
  const written = lines.filter((line) => line.trim() !== '').slice(0, 20);
  if (written.length === 0) {
    // A first line of more than 64 kB.
    const first = last?.trimStart().startsWith('{') ? partialValuesOf(last)[0]?.value : undefined;
    return isObject(first) && isPaper(first) ? [first] : undefined;
  }
  const objects = written.map(objectIn).filter((object) => object !== undefined);
  return objects.length >= written.length / 2 ? objects : undefined;
}

function objectIn(line: string): Item | undefined {
  try {
    const value = parseJson(line);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function placeOf(values: readonly PartialValue[]): RecordsPlace | { readonly problem: string } | undefined {
  const [first] = values;
  if (first === undefined || typeof first.value !== 'object' || first.value === null) return undefined;
  if (Array.isArray(first.value)) return { keys: [], unit: 'elements' };
  if (!isObject(first.value)) return undefined;
  const root = first.value;
  const list = listsIn(root, []).sort((a, b) => a.rank - b.rank)[0];
  if (list && list.rank < LIST_KEYS.length) return list.place;
  if (isPaper(root)) return { keys: [], unit: 'values' };
  if (list) return list.place;
  return columnProblem(root) ?? { keys: [], unit: 'values' };
}

/** A list that may be the one of the records. The lower its rank, the more certain. */
interface ListOfRecords {
  readonly place: RecordsPlace;
  readonly rank: number;
}

function listsIn(object: Item, keys: readonly string[]): ListOfRecords[] {
  return Object.entries(object)
    .slice(0, 200)
    .flatMap(([key, value]): ListOfRecords[] => {
      const path = [...keys, key];
      const rankOfKey = LIST_KEYS.indexOf(key);
      if (Array.isArray(value)) {
        const first: unknown = value.find((one) => one !== null);
        const isList = isObject(first) ? isPaper(first) || rankOfKey >= 0 : first === undefined && rankOfKey >= 0;
        const rank =
          rankOfKey < 0 ? LIST_KEYS.length : isObject(first) && !isPaper(first) ? rankOfKey + 0.5 : rankOfKey;
        return isList ? [{ place: { keys: path, unit: 'elements' }, rank }] : [];
      }
      if (!isObject(value)) return [];
      if (isPaper(value)) return [{ place: { keys, unit: 'members' }, rank: LIST_KEYS.length + 1 }];
      return path.length < MAX_LEVELS ? listsIn(value, path) : [];
    });
}

/** The tables that pandas writes in other orientations than one object for each row. */
function columnProblem(root: Item): { readonly problem: string } | undefined {
  const isSplit = Array.isArray(root.columns) && Array.isArray(root.data);
  const columns = Object.entries(root);
  const isColumns =
    columns.length > 0 &&
    columns.every(([, value]) => isColumn(value)) &&
    columns.some(([name]) => knownFieldOf(name) === 'title');
  if (!isSplit && !isColumns) return undefined;
  return {
    problem:
      'a table by columns; expected one object for each paper: in pandas, write it with ' +
      'to_json(path, orient="records", lines=True)',
  };
}

function isColumn(value: unknown): boolean {
  return Array.isArray(value)
    ? value.length > 1
    : isObject(value) && Object.keys(value).every((key) => /^\d+$/.test(key));
}

function sampleAt(values: readonly PartialValue[], { keys, unit }: RecordsPlace): Item[] {
  const lists = values.map(({ value }) =>
    keys.reduce<unknown>((container, key) => (isObject(container) ? container[key] : undefined), value),
  );
  const records =
    unit === 'values'
      ? lists
      : lists.flatMap((list) => (isObject(list) || Array.isArray(list) ? Object.values(list) : []));
  return records.filter(isObject).slice(0, 20);
}

/** Whether an object seems to be a paper: it is one of a known API, or has a title and something else that papers have. */
function isPaper(object: Item): boolean {
  if (dialectOf(object) !== undefined) return true;
  const names = Object.keys(object).slice(0, 200);
  const isTitle = (name: string) =>
    knownFieldOf(name) === 'title' && rankOfName('title', name) < rankOfName('title', 'name') && isText(object[name]);
  const others = new Set(names.map(knownFieldOf).filter((field) => field !== undefined && field !== 'title'));
  return names.some(isTitle) && (others.size > 0 || names.length <= 3);
}

function isText(value: unknown): boolean {
  return typeof value === 'string' || (Array.isArray(value) && typeof value[0] === 'string');
}
