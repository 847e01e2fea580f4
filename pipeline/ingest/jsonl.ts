import { z } from 'zod';
import { excerptOf, type ParsedPaper, type ParsedRow, type Receipt } from '../core/paper.ts';
import { isCalendarDay } from './dates.ts';
import { isBlank, plainText } from './plain-text.ts';

/** What one line of JSONL gives: a paper, a receipt where nothing of it could be kept, or both where part of it was. */
export type ParsedLine =
  | { readonly row: ParsedRow; readonly receipt?: Receipt }
  | { readonly row?: never; readonly receipt: Receipt };

/** The longest id that is kept, in UTF-16 code units. */
const LONGEST_ID = 200;

const words = z
  .string()
  .refine((value) => !isBlank(value))
  .transform(plainText);
const name = z.union([z.string(), z.object({ name: z.string() }).transform((person) => person.name)]);

/** Without these a line is no paper. A source that knows no abstract writes null or a blank one. */
const required = z.object({
  title: words,
  abstract: z
    .string()
    .nullable()
    .transform((value) => (value === null || isBlank(value) ? '' : plainText(value))),
});

/** The fields that a line may leave out. */
const optional = z
  .object({
    id: z
      // No fractions: 2301.10 and 2301.1 are two papers of arXiv, and one number.
      .union([z.string(), z.int().transform(String)])
      .refine((id) => !isBlank(id) && id.length <= LONGEST_ID && !/[\p{Control}\p{Surrogate}]/u.test(id)),
    authors: z
      .union([z.string().transform((line) => plainText(line).split(/;(?: ?and )?| and /)), z.array(name)])
      .transform(filledOf),
    date: z
      .union([z.string(), z.int().transform(String)])
      .transform(isoDateOf)
      .refine((date) => date !== undefined),
    categories: z
      .union([z.string().transform((line) => line.split(/[\s,;]+/)), z.array(z.string())])
      .transform((list) => filledOf([...new Set(list)])),
    url: z
      .string()
      .transform(webAddressOf)
      .refine((url) => url !== undefined),
    venue: words,
    comments: z.int().nonnegative(),
    organization: z.object({ slug: words, name: words }),
  })
  .partial();

/** What a receipt says was expected. */
const EXPECTED: Readonly<Record<keyof typeof optional.shape | keyof typeof required.shape, string>> = {
  title: 'a string that is not blank',
  abstract: 'a string (empty or null where there is none)',
  id: `a string, not blank, of at most ${LONGEST_ID} characters without control characters, or a whole number`,
  authors: "a list of names (or of objects with a name), or one string with ';' or ' and ' between the names",
  date: 'YYYY, YYYY-MM, YYYY-MM-DD or an ISO 8601 timestamp',
  categories: 'a list of strings, or one string with spaces or commas between them',
  url: 'an address that begins with http:// or https://',
  venue: 'a string',
  comments: 'a whole number of 0 or more',
  organization: 'an object with slug and name',
};

/**
 * Reads one line of a JSONL file: an object with `title` and `abstract`, and perhaps `id, authors, date, categories, url,
 * venue, comments, organization`. Other fields are ignored, and so is an optional field that is null or blank. A title is
 * enough to be found by, so a paper without an abstract is kept, with a receipt. A blank line gives undefined.
 *
 * @param file what receipts call the file
 * @param lineNumber 1-based
 */
export function parseJsonlLine(line: string, file: string, lineNumber: number): ParsedLine | undefined {
  if (isBlank(line)) return undefined;
  const receipt = (kind: Receipt['kind'], reason: string): Receipt => ({
    kind,
    file,
    line: lineNumber,
    reason,
    excerpt: excerptOf(plainText(line.slice(0, 400))),
  });
  const object = objectOf(line);
  if ('problem' in object) return { receipt: receipt('skipped', object.problem) };

  const base = required.safeParse(object.fields);
  if (!base.success) {
    const problems = failedFields(base.error).map((field) => complaint(field, object.fields[field]));
    return { receipt: receipt('skipped', problems.join('; ')) };
  }
  const { extras, problems } = readOptional(object.fields);
  if (base.data.abstract === '') problems.unshift('"abstract" is blank; the paper can be found by its title only');
  const paper: ParsedPaper = { ...extras, ...base.data };
  const row = { paper, line: lineNumber };
  return problems.length > 0 ? { row, receipt: receipt('incomplete', problems.join('; ')) } : { row };
}

type Fields = Readonly<Record<string, unknown>>;

function objectOf(line: string): { readonly fields: Fields } | { readonly problem: string } {
  const wanted = 'expected one JSON object a line, with at least "title" and "abstract"';
  let value: unknown;
  try {
    value = JSON.parse(line.trim());
  } catch (error) {
    return { problem: `not valid JSON (${plainText((error as Error).message)}); ${wanted}` };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { problem: `the line is ${shown(value)}; ${wanted}` };
  }
  return { fields: value as Fields };
}

/** The optional fields that can be read, and a complaint about each that cannot. */
function readOptional(fields: Fields): { extras: Partial<ParsedPaper>; problems: string[] } {
  const given: Record<string, unknown> = {};
  for (const field of Object.keys(optional.shape)) {
    const value = fields[field];
    const isAbsent =
      value === undefined || value === null || (field !== 'id' && typeof value === 'string' && isBlank(value));
    if (!isAbsent) given[field] = value;
  }
  const problems: string[] = [];
  let result = optional.safeParse(given);
  if (!result.success) {
    for (const field of failedFields(result.error)) {
      problems.push(`${complaint(field, given[field])}; the paper is kept without it`);
      delete given[field];
    }
    result = optional.safeParse(given);
  }
  return { extras: withoutUndefined(result.data ?? {}), problems };
}

function failedFields(error: z.ZodError): (keyof typeof EXPECTED)[] {
  return [...new Set(error.issues.map((issue) => issue.path[0] as keyof typeof EXPECTED))];
}

function complaint(field: keyof typeof EXPECTED, value: unknown): string {
  return `"${field}" is ${value === undefined ? 'missing' : shown(value)}; expected ${EXPECTED[field]}`;
}

/** A value as the file writes it, cut to the length that a receipt has room for. */
function shown(value: unknown): string {
  return excerptOf(plainText(JSON.stringify(value).slice(0, 400)));
}

/** The entries that are not blank; undefined where none is left, since a field that was not given is absent. */
function filledOf(list: readonly string[]): readonly string[] | undefined {
  const entries = list.filter((entry) => !isBlank(entry)).map(plainText);
  return entries.length > 0 ? entries : undefined;
}

const ISO_DATE =
  /^([12]\d{3})(?:-(\d\d)(?:-(\d\d)(?:[Tt ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?\s*(?:[Zz]|[+-]\d\d(?::?\d\d)?)?)?)?)?$/;

/** The date as exact as it was given but no finer than a day (the day that was written, whatever the time zone). */
function isoDateOf(written: string): string | undefined {
  const match = ISO_DATE.exec(written.trim());
  if (!match) return undefined;
  const [, year, month, day] = match;
  if (!isCalendarDay(Number(year), Number(month ?? 1), Number(day ?? 1))) return undefined;
  return [year, month, day].filter((part) => part !== undefined).join('-');
}

/** The address in its standard form; undefined unless it is one of the web, so that it is safe to put into a link. */
function webAddressOf(written: string): string | undefined {
  const url = URL.canParse(written) ? new URL(written) : undefined;
  return url && (url.protocol === 'https:' || url.protocol === 'http:') ? url.href : undefined;
}

function withoutUndefined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
