/** Facets of the columns of the user's data, and single columns for the map. */
import { binNumbers } from '../../pipeline/core/algorithms/number-bins.ts';
import { PaperfieldError } from '../../pipeline/core/errors.ts';
import {
  type FieldColumns,
  type FieldInfo,
  findField,
  isKnown,
  UNKNOWN_DAY,
  UNKNOWN_FLAG,
} from '../../pipeline/core/field-columns.ts';
import { columnKeyOf } from '../../pipeline/core/query/column-key.ts';
import { createTimeSliceCheckpoint } from '../../pipeline/runtime/scheduling.ts';
import type { ColumnFacet, ColumnInfo, MapFieldResponse } from '../schemas/columns.ts';

/** The largest number of values that a facet lists. */
const MAX_VALUES = 12;
/** Over more years, dates are counted by year. */
const MAX_YEARS_BY_MONTH = 4;
const DAY_MS = 86_400_000;

/** The columns that any paper has a value in. */
export function listColumns({ infos }: FieldColumns): ColumnInfo[] {
  return infos.filter(({ papers }) => papers > 0).map(describeColumn);
}

function describeColumn({ name, type, papers }: FieldInfo): ColumnInfo {
  return { name, key: columnKeyOf(name), type, papers };
}

/** Counts the values of all columns in some rows. Columns without a value there are left out, and columns of texts. */
export async function countColumns(fields: FieldColumns, rows: readonly number[]): Promise<ColumnFacet[]> {
  // If all papers are hits, each column takes some milliseconds, so other requests may run in between.
  const nextSlice = createTimeSliceCheckpoint();
  const facets: ColumnFacet[] = [];
  for (const info of fields.infos) {
    if (info.papers === 0 || info.type === 'text') continue;
    const facet = countColumn(fields, info, rows);
    if (facet) facets.push(facet);
    await nextSlice();
  }
  return facets;
}

function countColumn(
  fields: FieldColumns,
  { name, type }: FieldInfo,
  rows: readonly number[],
): ColumnFacet | undefined {
  const data = fields.read(name);
  const known = rows.filter(isKnown(data));
  if (known.length === 0) return undefined;
  const of = { name, key: columnKeyOf(name), count: known.length };
  switch (data.type) {
    case 'number': {
      const values = Float64Array.from(known, (row) => data.values[row]).sort();
      return {
        ...of,
        type: data.type,
        min: values[0],
        max: values[values.length - 1],
        areWhole: values.every(Number.isInteger),
        bins: binNumbers(values),
      };
    }
    case 'date': {
      const [first, last] = known.reduce(
        ([min, max], row) => [Math.min(min, data.from[row]), Math.max(max, data.to[row])],
        [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
      );
      const [min, max] = [dayOf(first), dayOf(last)];
      const byMonth = Number(max.slice(0, 4)) - Number(min.slice(0, 4)) < MAX_YEARS_BY_MONTH;
      // A date that is known only to the year has no month.
      const dates = countTexts(known, (row) => {
        const isYear = data.to[row] - data.from[row] > 31;
        return dayOf(data.from[row]).slice(0, byMonth && !isYear ? 7 : 4);
      });
      const sorted = [...dates].sort(([a], [b]) => (a < b ? 1 : -1)).map(([date, count]) => ({ date, count }));
      return { ...of, type: data.type, min, max, dates: sorted };
    }
    case 'flag': {
      const values = mostFrequent(countTexts(known, (row) => (data.values[row] === 1 ? 'true' : 'false')));
      return { ...of, type: data.type, values, distinct: values.length };
    }
    case 'category':
    case 'list': {
      const counts = new Int32Array(data.names.length);
      for (const row of known) {
        if (data.type === 'category') counts[data.codes[row]]++;
        else for (let at = data.starts[row]; at < data.starts[row + 1]; at++) counts[data.codes[at]]++;
      }
      const found = data.names.flatMap((value, code): [string, number][] =>
        counts[code] > 0 ? [[value, counts[code]]] : [],
      );
      return { ...of, type: data.type, values: mostFrequent(found), distinct: found.length };
    }
    default:
      throw new Error(`column ${name} of type ${type} has no facet`);
  }
}

function dayOf(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

function countTexts(rows: readonly number[], textOf: (row: number) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(textOf(row), (counts.get(textOf(row)) ?? 0) + 1);
  return counts;
}

function mostFrequent(counts: Iterable<[string, number]>): { value: string; count: number }[] {
  return [...counts]
    .sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1))
    .slice(0, MAX_VALUES)
    .map(([value, count]) => ({ value, count }));
}

/**
 * One column by row of the map.
 *
 * @throws PaperfieldError not_found, for an unknown column; bad_request, for one of texts
 */
export function mapField(fields: FieldColumns, name: string): Omit<MapFieldResponse, 'snapshot'> {
  const info = findField(fields, name);
  if (!info) {
    const known = fields.infos.map((one) => one.name).join(', ');
    throw new PaperfieldError(
      'not_found',
      `no column is named '${name}'${known === '' ? '' : `; there are: ${known}`}`,
    );
  }
  const data = fields.read(info.name);
  const column = describeColumn(info);
  const without = (unknown: number) => (value: number) => (value === unknown ? null : value);
  switch (data.type) {
    case 'number':
      return { ...column, values: Array.from(data.values, (value) => (Number.isNaN(value) ? null : value)), names: [] };
    case 'date':
      return { ...column, values: Array.from(data.from, without(UNKNOWN_DAY)), names: [] };
    case 'flag':
      return { ...column, values: Array.from(data.values, without(UNKNOWN_FLAG)), names: [] };
    case 'category':
      return { ...column, values: Array.from(data.codes, without(-1)), names: [...data.names] };
    case 'list': {
      const { starts, codes } = data;
      const firstOf = (_: unknown, row: number) => (starts[row + 1] > starts[row] ? codes[starts[row]] : null);
      return { ...column, values: Array.from({ length: starts.length - 1 }, firstOf), names: [...data.names] };
    }
    case 'text':
      throw new PaperfieldError('bad_request', `the column '${name}' has long or nearly all different texts`);
  }
}
