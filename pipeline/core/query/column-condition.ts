/** What the value of a column in a query means: `>50`, `10..50`, `2026-07..`, `true`, `ICML`. */
import type { FieldType } from '../field-columns.ts';
import { parseDateSpan } from './dates.ts';

/** A range of numbers, or of days since 1970-01-01. */
export interface Interval {
  readonly kind: 'interval';
  readonly min: number;
  readonly max: number;
  readonly excludesMin: boolean;
  readonly excludesMax: boolean;
  /** Whether a single value was written and no comparison or range: of several single values one is enough. */
  readonly isValue: boolean;
}

/** A condition on the values of a column. */
export type ColumnCondition =
  | Interval
  | { readonly kind: 'flag'; readonly flag: boolean }
  /** The value in lower case. */
  | { readonly kind: 'name'; readonly name: string };

const DAY_MS = 86_400_000;

/** Converts a day, `YYYY-MM-DD`, to days since 1970-01-01. */
export function toEpochDay(day: string): number {
  return Date.parse(day) / DAY_MS;
}

/**
 * Interprets the value of a column in a query.
 *
 * @param key the key as it is written in the query, for examples in messages
 * @returns the condition, or what is wrong with the value and what to write instead
 */
export function parseColumnCondition(type: FieldType, key: string, value: string): ColumnCondition | string {
  switch (type) {
    case 'number':
      return (
        intervalOf(value, numberRange) ?? `isn't a number or a range; write ${key}:50, ${key}:>50 or ${key}:10..50`
      );
    case 'date':
      return (
        intervalOf(value, dateRange) ??
        `isn't a date or a range; write ${key}:2025, ${key}:2025-01.. or ${key}:2025-01-07..2025-03`
      );
    case 'flag': {
      const lower = value.toLowerCase();
      if (/^(?:true|yes|1)$/.test(lower)) return { kind: 'flag', flag: true };
      if (/^(?:false|no|0)$/.test(lower)) return { kind: 'flag', flag: false };
      return `isn't true or false; write ${key}:true or ${key}:false`;
    }
    case 'category':
    case 'list':
      return { kind: 'name', name: value.toLowerCase() };
    case 'text':
      return `can't be filtered by, because its values are long or all different; write has:${key} for papers that have it`;
  }
}

type Range = readonly [from: number, to: number];

function numberRange(text: string): Range | null {
  if (!/^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i.test(text)) return null;
  return [Number(text), Number(text)];
}

function dateRange(text: string): Range | null {
  const span = parseDateSpan(text);
  return span && [toEpochDay(span.from), toEpochDay(span.to)];
}

/** Null if the text is neither a value, nor a comparison, nor a range that contains anything. */
function intervalOf(text: string, rangeOf: (text: string) => Range | null): Interval | null {
  const all = { min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY, excludesMin: false, excludesMax: false };
  const [, operator, operand] = /^([<>]=?|[=≤≥])\s?(.*)$/.exec(text) ?? [];
  const single = rangeOf(operand ?? text);
  if (single) {
    const [min, max] = single;
    switch (operator) {
      case '>':
        return { kind: 'interval', ...all, min: max, excludesMin: true, isValue: false };
      case '>=':
      case '≥':
        return { kind: 'interval', ...all, min, isValue: false };
      case '<':
        return { kind: 'interval', ...all, max: min, excludesMax: true, isValue: false };
      case '<=':
      case '≤':
        return { kind: 'interval', ...all, max, isValue: false };
      default:
        return { kind: 'interval', ...all, min, max, isValue: true };
    }
  }
  const [range, from, to] = /^(.*?)\s?\.\.\s?(.*)$/.exec(text) ?? [];
  if (range === undefined || (from === '' && to === '')) return null;
  const [first, last] = [rangeOf(from), rangeOf(to)];
  if ((from !== '' && !first) || (to !== '' && !last)) return null;
  const [min, max] = [first?.[0] ?? all.min, last?.[1] ?? all.max];
  return min > max ? null : { kind: 'interval', ...all, min, max, isValue: false };
}

/** Whether a value, or a value that is only known to be between `from` and `to`, may be within an interval. */
export function isWithin({ min, max, excludesMin, excludesMax }: Interval, from: number, to = from): boolean {
  return (excludesMin ? to > min : to >= min) && (excludesMax ? from < max : from <= max);
}
