/** Dates as people and programs write them. */
import { isoDate, publicationDate } from '../bibliographic/publication-dates.ts';

/** What a date may also be in the column that it is from. */
export interface DateForms {
  /** Whether whole numbers are days since 30 December 1899, as spreadsheets count them: 44380 is 3 July 2021. */
  readonly serialDays?: boolean;
}

/**
 * A written date as `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, as precise as it says without guessing: of `07/03/2021` only the
 * year is sure. Of a timestamp it is the day that is written in it, of seconds or milliseconds since 1970 the day in
 * UTC. A text with a year gives at least the year. Undefined for anything else.
 */
export function dateOf(value: unknown, forms: DateForms = {}): string | undefined {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : dayOf(value.getTime());
  if (typeof value === 'number') return dateOfNumber(value, forms);
  if (typeof value === 'string') return dateOfText(value.trim().slice(0, 100), forms);
  return dateOfParts(value);
}

function dateOfText(text: string, forms: DateForms): string | undefined {
  // `2021.0` is what pandas makes of a year in a column with gaps. Eight digits may be a date: `20210703`.
  if (!/^\d{4,19}(?:\.0+)?$/.test(text)) return publicationDate(text);
  const compact = text.length === 8 ? publicationDate(text) : undefined;
  return compact?.length === 10 ? compact : dateOfNumber(Number(text), forms);
}

const MILLISECONDS_PER_DAY = 86_400_000;
/** 30 December 1899, the day 0 of spreadsheets, in days since 1970. */
const SERIAL_DAY_ZERO = -25_569;

function dateOfNumber(value: number, { serialDays = false }: DateForms): string | undefined {
  if (Number.isInteger(value) && value >= 1400 && value < 2100) return String(value);
  // From 1930 on: smaller numbers could be years, or anything else.
  if (serialDays && value >= 10_959 && value < 73_051) {
    return dayOf((Math.floor(value) + SERIAL_DAY_ZERO) * MILLISECONDS_PER_DAY);
  }
  // Seconds, milliseconds, microseconds and nanoseconds since 1970, from 1973 to 2099.
  for (const perSecond of [1, 1e3, 1e6, 1e9]) {
    const seconds = value / perSecond;
    if (seconds >= 1e8 && seconds < 4.1e9) return dayOf(seconds * 1000);
  }
  return undefined;
}

/** The day in UTC; undefined before the year 1000 and after 9999, which are no dates of papers. */
function dayOf(milliseconds: number): string | undefined {
  return /^[1-9]\d{3}-\d\d-\d\d(?=T)/.exec(new Date(milliseconds).toISOString())?.[0];
}

/** A date of CSL and Crossref: `{"date-parts": [[2021, 7, 3]]}`. */
function dateOfParts(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('date-parts' in value)) return undefined;
  const list: unknown = value['date-parts'];
  const parts: unknown = Array.isArray(list) ? list[0] : undefined;
  if (!Array.isArray(parts)) return undefined;
  const [year, month, day] = parts.map((part: unknown) => String(part));
  return /^\d{4}$/.test(year ?? '') ? isoDate(year, month, day) : undefined;
}
