/** Publication dates in the many forms in which reference managers and databases write them. Pure functions. */
import { isCalendarDay } from '../../dates.ts';
import { normalizeWhitespace } from '../../parsed-paper.ts';

/** The longest text that is read as a date, in UTF-16 code units. */
const MAX_LENGTH = 200;

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const MONTH_NAME =
  '(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|' +
  'nov(?:ember)?|dec(?:ember)?)\\.?';
const YEAR = '((?:1[0-9]|20)\\d\\d)';

/** `2019`, `2019-07-03`, `2019/07/03/`, `2019/07//Summer`, `2019-07-03T12:00`, the beginning of `2019-07/2019-09`. */
const YEAR_FIRST = new RegExp(`^${YEAR}(?:\\s?[-/.]\\s?(\\d{1,2})(?!\\d)(?:\\s?[-/.]\\s?(\\d{1,2})(?!\\d))?)?(?!\\d)`);
const COMPACT = new RegExp(`^${YEAR}(\\d\\d)(\\d\\d)?$`);
const YEAR_LAST = new RegExp(`^(\\d{1,2})([-/.])(?:(\\d{1,2})\\2)?${YEAR}$`);
const ANY_YEAR = new RegExp(`(?<!\\d)${YEAR}(?!\\d)`);
const ANY_MONTH = new RegExp(`(?<![a-z])${MONTH_NAME}(?![a-z])`, 'i');
/** A day beside its month. A range of days or months is no day. */
const DAY_BEFORE_MONTH = new RegExp(
  `(?<![\\d–-]|[–-] )(\\d{1,2})(?:st|nd|rd|th)?\\.? ${MONTH_NAME}(?![a-z]| ?[–/-])`,
  'i',
);
const DAY_AFTER_MONTH = new RegExp(
  `(?<![a-z]|[–/-] ?)${MONTH_NAME} (\\d{1,2})(?:st|nd|rd|th)?(?!\\d| ?[–-]|\\s?[–-])`,
  'i',
);

/**
 * A date as YYYY, YYYY-MM or YYYY-MM-DD, as precise as the text is certain. Of a range it is the beginning. Seasons,
 * quarters and months that do not exist leave the year. Undefined if the text has no year from 1000 to 2099.
 */
export function publicationDate(text: string): string | undefined {
  const date = normalizeWhitespace(text.slice(0, MAX_LENGTH))
    .replace(/^[[(]|[\])]$/g, '')
    .replace(/^(?:\.\.|\/)+/, '')
    .replace(/^(\d{1,4})-([a-z]{3,9})-(\d{1,4})$/i, '$1 $2 $3')
    .replace(/(\d)(?:st|nd|rd|th)?(?: of)? (?=[a-z])/i, '$1 ');
  const first = YEAR_FIRST.exec(date);
  // 'YYYY Month' begins with a year as well.
  if (first && (first[2] !== undefined || !ANY_MONTH.test(date))) return isoDate(first[1], first[2], first[3]);
  const compact = COMPACT.exec(date);
  if (compact && isoDate(...yearMonthDay(compact)).length > 4) return isoDate(...yearMonthDay(compact));
  const last = YEAR_LAST.exec(date);
  if (last) return dateWithYearLast(last);
  const year = ANY_YEAR.exec(date)?.[1];
  if (year === undefined) return undefined;
  const month = ANY_MONTH.exec(date)?.[0];
  if (month === undefined) return year;
  const day = DAY_BEFORE_MONTH.exec(date)?.[1] ?? DAY_AFTER_MONTH.exec(date)?.[1];
  return isoDate(year, String(MONTHS.indexOf(month.slice(0, 3).toLowerCase()) + 1), day);
}

function yearMonthDay([, year, month, day]: readonly string[]): [string, string, string | undefined] {
  return [year, month, day];
}

/** `03.07.2019` is July 3. `07/03/2019` is March 7 in one country and July 3 in another: only the year is certain. */
function dateWithYearLast([, first, separator, second, year]: readonly (string | undefined)[]): string {
  if (second === undefined) return isoDate(year, first, undefined);
  if (separator === '.' || Number(first) > 12 || first === second) return isoDate(year, second, first);
  return Number(second) > 12 ? isoDate(year, first, second) : isoDate(year, undefined, undefined);
}

/** The date without the parts that do not exist: no month 21, which EDTF has for spring, and no day 0. */
export function isoDate(year = '', month = '', day = ''): string {
  const number = Number(month);
  if (!(number >= 1 && number <= 12)) return year;
  const yearAndMonth = `${year}-${String(number).padStart(2, '0')}`;
  return isCalendarDay(Number(year), number, Number(day || 0))
    ? `${yearAndMonth}-${day.padStart(2, '0')}`
    : yearAndMonth;
}

/** The most precise of dates; of equally precise ones the first. */
export function mostPrecise(dates: Iterable<string | undefined>): string | undefined {
  let best: string | undefined;
  for (const date of dates) if (date !== undefined && date.length > (best?.length ?? 0)) best = date;
  return best;
}
