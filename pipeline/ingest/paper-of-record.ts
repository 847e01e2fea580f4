/** Makes a paper of a record of any format: checks the fields that every paper has, and keeps all others. */
import { z } from 'zod';
import { excerptOf } from '../core/errors.ts';
import { aliasesOf } from '../core/identifiers.ts';
import type { IngestIssue } from '../core/ingest-issue.ts';
import type { PaperIdentifiers } from '../core/paper.ts';
import type { ColumnGuess } from './formats/columns/guess-columns.ts';
import type { SourceRecord } from './formats/source-record.ts';
import { sourceExcerpt } from './issues.ts';
import { readFields } from './other-fields.ts';
import { isBlank, normalizeWhitespace, type ParsedPaper, type ParsedRow } from './parsed-paper.ts';

/**
 * What the `id` of a record is in its format: the user's own id of the paper (tables and plain JSON), which wins over all
 * identifiers; an id of the source, which is the same every time (Zotero, feeds); or a citation key, which another file
 * may give to another paper.
 */
export type IdKind = 'own' | 'source' | 'citation key';

/** What a record gives: a paper, an issue if nothing of it could be kept, or both if only part of it could. */
export type RecordResult =
  | { readonly row: ParsedRow; readonly issue?: IngestIssue }
  | {
      readonly row?: never;
      readonly issue: IngestIssue;
      /** The names of a paper that the source says it has deleted (`aliasesOf`, `source:` and its id). */
      readonly deleted?: readonly string[];
    };

/** The longest id that is kept, in UTF-16 code units: ids are part of URLs and file names. */
const MAX_ID_LENGTH = 200;

const nonBlankText = z
  .string()
  .refine((value) => !isBlank(value))
  .transform(normalizeWhitespace);
const identifier = z.string().min(1).max(500);

/** The fields of a paper, in the form that `knownFields` states; and those that the formats of our own sources have. */
const paperFields = z
  .object({
    id: z
      .string()
      .refine((id) => !isBlank(id) && id.length <= MAX_ID_LENGTH && !/[\p{Control}\p{Surrogate}]/u.test(id)),
    title: nonBlankText,
    abstract: z.string().transform((text) => (isBlank(text) ? '' : normalizeWhitespace(text))),
    authors: z.array(z.string()).transform(nonBlankEntries),
    date: z.string().regex(/^[12]\d{3}(?:-\d\d(?:-\d\d)?)?$/),
    categories: z.array(z.string()).transform((list) => nonBlankEntries([...new Set(list)])),
    url: z
      .string()
      .transform(normalizeUrl)
      .refine((url) => url !== undefined),
    venue: nonBlankText,
    comments: z.int().nonnegative(),
    organization: z.union([
      z.object({ slug: nonBlankText, name: nonBlankText }),
      nonBlankText.transform((name) => ({ slug: slugOf(name), name })),
    ]),
  })
  .partial();
type FieldName = keyof typeof paperFields.shape;
const FIELD_NAMES = Object.keys(paperFields.shape) as FieldName[];

const identifierFields = z
  .object({
    doi: identifier,
    arxivId: identifier,
    pmid: identifier,
    pmcid: identifier,
    openAlexId: identifier,
    semanticScholarId: identifier,
  })
  .partial();
const IDENTIFIER_NAMES: ReadonlySet<string> = new Set(Object.keys(identifierFields.shape));

/** Description of the form that each field must have, for issues. */
const EXPECTED_FORM: Readonly<Record<FieldName, string>> = {
  title: 'a text that is not blank',
  abstract: 'a text',
  id: `a text of at most ${MAX_ID_LENGTH} characters without control characters, or a whole number`,
  authors: "a list of names (or of objects with a name), or one text with ';' or ' and ' between the names",
  date: 'a date such as 2025, 2025-01, 2025-01-07 or an ISO 8601 timestamp',
  categories: 'a list of texts, or one text with spaces or commas between them',
  url: 'an address that begins with http:// or https://',
  venue: 'a text',
  comments: 'a whole number of 0 or more',
  organization: 'a name, or an object with slug and name',
};

/**
 * Makes a paper of a record. A record without a title is skipped. A paper without an abstract is kept, because its title
 * is enough to find it, and gives an issue; so does an optional field whose value cannot be read.
 *
 * @param file the file's name, for issues
 * @param names what the user calls the known fields; for those that are columns of the user's, the name is kept
 */
export function paperOfRecord(
  record: SourceRecord,
  idKind: IdKind,
  file: string,
  names: ColumnGuess['columns'] = {},
): RecordResult {
  const { fields, line, excerpt } = record;
  const issueOf = (kind: IngestIssue['kind'], reason: string): IngestIssue => ({ kind, file, line, reason, excerpt });
  const written = withCounts(fields);
  const problems: string[] = [];
  const paper: Partial<Record<FieldName, unknown>> = {};
  for (const name of FIELD_NAMES) {
    const value = written[name] ?? unreadValue(written, name);
    if (value === undefined || value === null) continue;
    const result = paperFields.shape[name].safeParse(value);
    if (result.success) {
      if (result.data !== undefined) paper[name] = result.data;
    } else problems.push(`"${name}" is ${jsonExcerpt(value)}; expected ${EXPECTED_FORM[name]}`);
  }
  const identifiers = identifierFields.safeParse(written).data ?? {};
  if (paper.title === undefined && fields.deleted === true) {
    const sourceAlias = typeof paper.id === 'string' ? [sourceAliasOf(paper.id)] : [];
    return {
      issue: issueOf('skipped', 'the source says that the paper was deleted'),
      deleted: [...aliasesOf(inOrder(identifiers)), ...sourceAlias],
    };
  }
  if (paper.title === undefined) {
    const problem = problems.find((text) => text.startsWith('"title"'));
    return { issue: issueOf('skipped', problem ?? `"title" is missing; expected ${EXPECTED_FORM.title}`) };
  }
  const kept = problems.map((problem) => `${problem}; the paper is kept without it`);
  const abstract = typeof paper.abstract === 'string' ? paper.abstract : '';
  if (abstract === '') kept.unshift('"abstract" is blank; the paper can be found by its title only');

  const { id, ...others } = paper;
  const parsed = {
    ...(idKind === 'own' && id !== undefined && { id }),
    ...others,
    abstract,
    ...(Object.keys(identifiers).length > 0 && { identifiers: inOrder(identifiers) }),
  } as ParsedPaper;
  const isKnown = (name: string) =>
    IDENTIFIER_NAMES.has(name) ||
    FIELD_NAMES.some((field) => name === field || (name === `${field} (column)` && !(field in paper)));
  const columns = renamed(written, names);
  if (idKind === 'citation key' && id !== undefined) columns.citation_key = id;
  const { fields: own, unkept } = readFields(columns, isKnown);
  const row: ParsedRow = {
    paper: own ? { ...parsed, fields: own } : parsed,
    line,
    ...(idKind === 'source' && { isFromSource: true, ...(typeof id === 'string' && { sourceId: id }) }),
    ...(unkept.length > 0 && { unkeptFields: unkept }),
  };
  return kept.length > 0 ? { row, issue: issueOf('incomplete', kept.join('; ')) } : { row };
}

/** The alias of a paper by what its source calls it. */
export function sourceAliasOf(sourceId: string): string {
  return `source:${sourceId}`;
}

/**
 * `comments` is a number of comments in our own sources, a text in many tables: 'see also the appendix'. A text stays with
 * the paper under another name.
 */
function withCounts(fields: SourceRecord['fields']): Readonly<Record<string, unknown>> {
  const { comments, ...others } = fields;
  if (comments === undefined || typeof comments === 'number') return fields;
  if (typeof comments === 'string' && /^\s*\d{1,15}\s*$/.test(comments))
    return { ...others, comments: Number(comments) };
  return { ...others, comment: others.comment ?? comments };
}

/** Known fields that are columns of the user's, not fields of a paper: whoever calls them `tags` looks for `tags`. */
const NAMED_BY_USER = ['keywords', 'language', 'type'] as const;

function renamed(fields: SourceRecord['fields'], names: ColumnGuess['columns']): Record<string, unknown> {
  const columns: Record<string, unknown> = { ...fields };
  for (const field of NAMED_BY_USER) {
    const name = names[field];
    if (name === undefined || name === field || !(field in columns)) continue;
    const { [field]: value } = columns;
    delete columns[field];
    columns[name] = value;
  }
  // A column `published` is the date of the paper, and whoever has it filters by `published:`. Of a year, there is nothing
  // to add to the date.
  const { date } = names;
  if (date !== undefined && !/^date$|year|jahr|ann?ee|a[nñ]o/i.test(date) && !(date in columns))
    columns[date] = fields.date;
  return columns;
}

/** The value of a column that is a field by its name, and which its reader could not convert to the field. */
function unreadValue(fields: SourceRecord['fields'], name: FieldName): unknown {
  return fields[`${name} (column)`];
}

const IDENTIFIER_ORDER = ['doi', 'arxivId', 'pmid', 'pmcid', 'openAlexId', 'semanticScholarId'] as const;

/** In one order, so that equal papers are equal texts. */
function inOrder(identifiers: z.output<typeof identifierFields>): PaperIdentifiers {
  return Object.fromEntries(
    IDENTIFIER_ORDER.flatMap((name) => (identifiers[name] === undefined ? [] : [[name, identifiers[name]]])),
  );
}

/** The beginning of a value as JSON. */
function jsonExcerpt(value: unknown): string {
  return sourceExcerpt(JSON.stringify(value) ?? String(value));
}

/** The entries that are not blank; undefined if there is none, because a field without a value is absent. */
function nonBlankEntries(list: readonly string[]): readonly string[] | undefined {
  const entries = list.filter((entry) => !isBlank(entry)).map(normalizeWhitespace);
  return entries.length > 0 ? entries : undefined;
}

/** The URL in standard form; undefined unless its scheme is http or https, so that it is safe as a link. */
function normalizeUrl(written: string): string | undefined {
  const url = URL.canParse(written) ? new URL(written) : undefined;
  return url && (url.protocol === 'https:' || url.protocol === 'http:') ? url.href : undefined;
}

/** A name in the form of the slugs that our own sources give: lower case, with hyphens. */
function slugOf(name: string): string {
  const slug = name
    .normalize('NFKD')
    .replace(/\p{Mark}+/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '');
  return slug || excerptOf(name);
}
