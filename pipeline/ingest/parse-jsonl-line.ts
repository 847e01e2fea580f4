import { z } from 'zod';
import type { IngestIssue } from '../core/ingest-issue.ts';
import { isCalendarDay } from './dates.ts';
import { sourceExcerpt } from './issues.ts';
import { readFields } from './jsonl-fields.ts';
import type { ParsedPaper, ParsedRow } from './parsed-paper.ts';
import { isBlank, normalizeWhitespace } from './parsed-paper.ts';

/** What a line of JSONL gives: a paper, an issue if nothing of it could be kept, or both if only part of it could. */
type ParsedLine =
  | { readonly row: ParsedRow; readonly issue?: IngestIssue }
  | { readonly row?: never; readonly issue: IngestIssue };

/** The longest id that is kept, in UTF-16 code units: ids are part of URLs and file names. */
const MAX_ID_LENGTH = 200;

const nonBlankText = z
  .string()
  .refine((value) => !isBlank(value))
  .transform(normalizeWhitespace);
const authorName = z.union([z.string(), z.object({ name: z.string() }).transform((author) => author.name)]);

/**
 * The required fields: a line without them is skipped. The abstract may be null or blank, which is how sources write
 * that there is none.
 */
const requiredFields = z.object({
  title: nonBlankText,
  abstract: z
    .string()
    .nullable()
    .transform((value) => (value === null || isBlank(value) ? '' : normalizeWhitespace(value))),
});

const optionalFields = z
  .object({
    id: z
      // A numeric id must be a whole number: the arXiv papers 2301.10 and 2301.1 would be the same decimal number.
      .union([z.string(), z.int().transform(String)])
      .refine((id) => !isBlank(id) && id.length <= MAX_ID_LENGTH && !/[\p{Control}\p{Surrogate}]/u.test(id)),
    authors: z
      .union([
        z.string().transform((line) => normalizeWhitespace(line).split(/;(?: ?and )?| and /)),
        z.array(authorName),
      ])
      .transform(nonBlankEntries),
    date: z
      .union([z.string(), z.int().transform(String)])
      .transform(normalizeDate)
      .refine((date) => date !== undefined),
    categories: z
      .union([z.string().transform((line) => line.split(/[\s,;]+/)), z.array(z.string())])
      .transform((list) => nonBlankEntries([...new Set(list)])),
    url: z
      .string()
      .transform(normalizeUrl)
      .refine((url) => url !== undefined),
    venue: nonBlankText,
    comments: z.int().nonnegative(),
    organization: z.object({ slug: nonBlankText, name: nonBlankText }),
  })
  .partial();

type FieldName = keyof typeof requiredFields.shape | keyof typeof optionalFields.shape;

const KNOWN_FIELDS: ReadonlySet<string> = new Set([
  ...Object.keys(requiredFields.shape),
  ...Object.keys(optionalFields.shape),
]);

/** Description of the form that each field must have, for issues. */
const EXPECTED_FORM: Readonly<Record<FieldName, string>> = {
  title: 'a string that is not blank',
  abstract: 'a string (empty or null where there is none)',
  id: `a string, not blank, of at most ${MAX_ID_LENGTH} characters without control characters, or a whole number`,
  authors: "a list of names (or of objects with a name), or one string with ';' or ' and ' between the names",
  date: 'YYYY, YYYY-MM, YYYY-MM-DD or an ISO 8601 timestamp',
  categories: 'a list of strings, or one string with spaces or commas between them',
  url: 'an address that begins with http:// or https://',
  venue: 'a string',
  comments: 'a whole number of 0 or more',
  organization: 'an object with slug and name',
};

/**
 * Parses one line of a JSONL file: an object with `title` and `abstract`, and optionally `id, authors, date,
 * categories, url, venue, comments, organization`. Other fields are the user's own (`readFields`). An optional field that
 * is null or blank is ignored. A paper without an abstract is kept, because its title is enough to find it, and gives an issue.
 *
 * @param file the file's name, for issues
 * @param lineNumber 1-based
 * @returns undefined for a blank line
 */
export function parseJsonlLine(line: string, file: string, lineNumber: number): ParsedLine | undefined {
  if (isBlank(line)) return undefined;
  const issueOf = (kind: IngestIssue['kind'], reason: string): IngestIssue => ({
    kind,
    file,
    line: lineNumber,
    reason,
    excerpt: sourceExcerpt(line),
  });
  const object = parseObject(line);
  if ('problem' in object) return { issue: issueOf('skipped', object.problem) };

  const required = requiredFields.safeParse(object.fields);
  if (!required.success) {
    const problems = invalidFields(required.error).map((field) => describeProblem(field, object.fields[field]));
    return { issue: issueOf('skipped', problems.join('; ')) };
  }
  const { optional, problems } = parseOptionalFields(object.fields);
  if (required.data.abstract === '') problems.unshift('"abstract" is blank; the paper can be found by its title only');
  const { fields, unkept } = readFields(object.fields, (name) => KNOWN_FIELDS.has(name));
  const paper: ParsedPaper = { ...optional, ...required.data, ...(fields && { fields }) };
  const row = { paper, line: lineNumber, ...(unkept.length > 0 && { unkeptFields: unkept }) };
  return problems.length > 0 ? { row, issue: issueOf('incomplete', problems.join('; ')) } : { row };
}

type Fields = Readonly<Record<string, unknown>>;

function parseObject(line: string): { readonly fields: Fields } | { readonly problem: string } {
  const expected = 'expected one JSON object per line, with at least "title" and "abstract"';
  let value: unknown;
  try {
    value = JSON.parse(line.trim());
  } catch (error) {
    return { problem: `not valid JSON (${normalizeWhitespace((error as Error).message)}); ${expected}` };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { problem: `the line is ${jsonExcerpt(value)}; ${expected}` };
  }
  return { fields: value as Fields };
}

/** The optional fields that can be read, and a problem for each that cannot. */
function parseOptionalFields(fields: Fields): { optional: Partial<ParsedPaper>; problems: string[] } {
  const present: Record<string, unknown> = {};
  for (const field of Object.keys(optionalFields.shape)) {
    const value = fields[field];
    const isAbsent =
      value === undefined || value === null || (field !== 'id' && typeof value === 'string' && isBlank(value));
    if (!isAbsent) present[field] = value;
  }
  const problems: string[] = [];
  let result = optionalFields.safeParse(present);
  if (!result.success) {
    for (const field of invalidFields(result.error)) {
      problems.push(`${describeProblem(field, present[field])}; the paper is kept without it`);
      delete present[field];
    }
    result = optionalFields.safeParse(present);
  }
  return { optional: withoutUndefined(result.data ?? {}), problems };
}

function invalidFields(error: z.ZodError): FieldName[] {
  return [...new Set(error.issues.map((issue) => issue.path[0] as FieldName))];
}

function describeProblem(field: FieldName, value: unknown): string {
  return `"${field}" is ${value === undefined ? 'missing' : jsonExcerpt(value)}; expected ${EXPECTED_FORM[field]}`;
}

/** The beginning of a value as JSON. */
function jsonExcerpt(value: unknown): string {
  return sourceExcerpt(JSON.stringify(value));
}

/** The entries that are not blank; undefined if there is none, because a field without a value is absent. */
function nonBlankEntries(list: readonly string[]): readonly string[] | undefined {
  const entries = list.filter((entry) => !isBlank(entry)).map(normalizeWhitespace);
  return entries.length > 0 ? entries : undefined;
}

const ISO_DATE =
  /^([12]\d{3})(?:-(\d\d)(?:-(\d\d)(?:[Tt ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?\s*(?:[Zz]|[+-]\d\d(?::?\d\d)?)?)?)?)?$/;

/**
 * A date as `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, as precise as it was given. A timestamp gives the day that is written in
 * it, in its own time zone. Undefined if there is no such date.
 */
function normalizeDate(written: string): string | undefined {
  const match = ISO_DATE.exec(written.trim());
  if (!match) return undefined;
  const [, year, month, day] = match;
  if (!isCalendarDay(Number(year), Number(month ?? 1), Number(day ?? 1))) return undefined;
  return [year, month, day].filter((part) => part !== undefined).join('-');
}

/** The URL in standard form; undefined unless its scheme is http or https, so that it is safe as a link. */
function normalizeUrl(written: string): string | undefined {
  const url = URL.canParse(written) ? new URL(written) : undefined;
  return url && (url.protocol === 'https:' || url.protocol === 'http:') ? url.href : undefined;
}

function withoutUndefined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
