/** Exports papers as a file: CSV, JSON, BibTeX or RIS. */
import { PaperfieldError } from '../../pipeline/core/errors.ts';
import { type Table, toCsv } from '../../pipeline/core/export-table.ts';
import type { FieldValue, Paper } from '../../pipeline/core/paper.ts';
import { columnKeyOf } from '../../pipeline/core/query/column-key.ts';
import type { ExportRequest } from '../schemas/explore.ts';

// BibTeX and RIS, for reference managers.

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const latexCommands: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  // Braces become LaTeX commands, because BibTeX counts braces even after a backslash.
  '{': '\\textbraceleft{}',
  '}': '\\textbraceright{}',
};
/**
 * Matches a formula in dollar signs. No space follows the first dollar or precedes the last one, and no digit follows
 * the last one (`$5 and $6` are prices). The formula contains neither a line break nor an unescaped percent sign, which
 * would turn the rest of the line into a comment.
 */
const FORMULA = /\$(?!\s)((?:\\[^\r\n]|[^$\\%\r\n])+?)(?<!\s)\$(?!\d)/g;

/**
 * Writes papers as BibTeX entries. The key of an entry, such as `vaswani2017attention`, depends only on its paper: last
 * name of the first author (or the id), year, and the first word of the title with at least four letters. If several
 * papers would have the same key, their ids are appended.
 */
export function toBibtex(papers: readonly Paper[]): string {
  const keyCounts = new Map<string, number>();
  for (const key of papers.map(citationKey)) keyCounts.set(key, (keyCounts.get(key) ?? 0) + 1);
  return papers
    .map((paper) => {
      const key = citationKey(paper);
      return bibtexEntry(paper, keyCounts.get(key) === 1 ? key : `${key}-${keyFromId(paper.id)}`);
    })
    .join('\n');
}

function bibtexEntry({ id, title, authors, date = '', url, venue }: Paper, key: string): string {
  const [year, month] = date.split('-');
  const arxivId = /^(?:arxiv:)?(\d{4}\.\d{4,5}(?:v\d+)?)$/i.exec(id)?.[1];
  const fields = [
    // The inner pair of braces makes BibTeX keep capital letters.
    ['title', `{{${escapeTitle(oneLine(title))}}}`],
    ['author', authors?.length ? `{${authors.map(bibtexName).join(' and ')}}` : ''],
    ['year', year ? `{${year}}` : ''],
    ['month', months[Number(month) - 1] ?? ''],
    ['journal', venue ? `{${escapeLatex(oneLine(venue))}}` : ''],
    ['eprint', arxivId ? `{${arxivId}}` : ''],
    ['archiveprefix', arxivId ? '{arXiv}' : ''],
    ['url', url ? `{${url.replace(/[{}\\%\s]/g, escapeInUrl)}}` : ''],
  ];
  const lines = fields.filter(([, value]) => value !== '').map(([name, value]) => `  ${name} = ${value},\n`);
  return `@${venue ? 'article' : 'misc'}{${key},\n${lines.join('')}}\n`;
}

/**
 * Escapes a character of a URL. In LaTeX a bare percent sign starts a comment, in BibTeX it does not. Both read an
 * escaped one (`\%`) as a percent sign.
 */
function escapeInUrl(character: string): string {
  return character === '%' ? '\\%' : encodeURIComponent(character).replaceAll('%', '\\%');
}

function escapeLatex(text: string): string {
  return text.replace(/[\\~^{}&%$#_]/g, (character) => latexCommands[character] ?? `\\${character}`);
}

/** Escapes a title for LaTeX, except formulas with balanced braces, which are kept. */
function escapeTitle(text: string): string {
  let escaped = '';
  let at = 0;
  for (const match of text.matchAll(FORMULA)) {
    if (!hasBalancedBraces(match[1])) continue;
    escaped += escapeLatex(text.slice(at, match.index)) + match[0];
    at = match.index + match[0].length;
  }
  return escaped + escapeLatex(text.slice(at));
}

function hasBalancedBraces(tex: string): boolean {
  let depth = 0;
  // Escaped characters are ignored except braces, because BibTeX counts them even if they are escaped.
  for (const character of tex.replace(/\\./g, (pair) => (/[{}]/.test(pair) ? pair[1] : ''))) {
    if (character === '{') depth++;
    if (character === '}' && --depth < 0) return false;
  }
  return depth === 0;
}

/**
 * Writes an author's name. A name that contains the word `and`, which separates authors in BibTeX, is put in braces.
 */
function bibtexName(name: string): string {
  const escaped = escapeLatex(oneLine(name));
  return /(?:^|\s)and(?:\s|$)/i.test(escaped) ? `{${escaped}}` : escaped;
}

function citationKey({ id, title, authors, date }: Paper): string {
  const author = asciiLetters(authors?.[0]?.trim().split(/\s+/).at(-1) ?? '') || asciiLetters(id);
  const word = title
    .split(/\s+/)
    .map(asciiLetters)
    .find((letters) => letters.length > 3);
  return `${author}${date?.slice(0, 4) ?? ''}${word ?? ''}` || 'paper';
}

/** Returns the ASCII letters and digits of a text, in lower case and without accents. */
function asciiLetters(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9]+/g, '')
    .toLowerCase();
}

/**
 * Turns an id into characters that a BibTeX key may contain. Other characters become their hexadecimal code point, such
 * as `_2f_`, so that different ids stay different.
 */
function keyFromId(id: string): string {
  return id.replace(/[^A-Za-z0-9.-]/gu, (character) =>
    character === ':' ? ':' : `_${character.codePointAt(0)?.toString(16)}_`,
  );
}

/**
 * Writes papers as RIS records. A line consists of a tag of two characters, two spaces, a hyphen, a space and the
 * value, and ends with CR LF. The tag `ER` ends a record.
 */
export function toRis(papers: readonly Paper[]): string {
  return papers.map(risRecord).join('');
}

function risRecord(paper: Paper): string {
  const [year, month = '', day = ''] = (paper.date ?? '').split('-');
  const fields: [string, string | undefined][] = [
    ['TY', paper.venue ? 'JOUR' : 'GEN'],
    ['ID', paper.id],
    ['TI', paper.title],
    ...(paper.authors ?? []).map((name): [string, string] => ['AU', lastNameFirst(name)]),
    ['PY', year],
    ['DA', year && `${year}/${month}/${day}/`],
    ['JO', paper.venue],
    ['UR', paper.url],
    ...(paper.categories ?? []).map((category): [string, string] => ['KW', category]),
    ['AB', paper.abstract],
  ];
  const lines = fields.flatMap(([tag, value]) => {
    const line = oneLine(value ?? '');
    return line === '' ? [] : [`${tag}  - ${line}\r\n`];
  });
  return `${lines.join('')}ER  - \r\n\r\n`;
}

/**
 * Writes a name as RIS requires, last name first: `Lovelace, Ada`. A name with a comma, or of one word, stays
 * unchanged.
 */
function lastNameFirst(name: string): string {
  const words = oneLine(name).split(' ');
  return name.includes(',') || words.length < 2 ? name : `${words.at(-1)}, ${words.slice(0, -1).join(' ')}`;
}

/** Replaces each run of white space and control characters by one space. */
function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
}

/** A file with exported papers. */
export interface ExportedFile {
  readonly text: string;
  /** The content type of the file. */
  readonly type: string;
  readonly fileName: string;
  /** The number of requested ids that no paper has. */
  readonly missing: number;
}

interface ExportSource {
  paper(row: number): Paper;
  rowOf(id: string): number | undefined;
  /** The topic of a row on the default level; null for an outlier. */
  topicOf(row: number): { readonly id: number; readonly name: string } | null;
}

type ExportedPaper = Paper & { readonly topic: { readonly id: number; readonly name: string } | null };

interface Format {
  readonly type: string;
  readonly extension: string;
  write(papers: readonly ExportedPaper[]): string;
}

const formats: Readonly<Record<ExportRequest['format'], Format>> = {
  csv: { type: 'text/csv; charset=utf-8', extension: 'csv', write: (papers) => toCsv(toTable(papers)) },
  json: { type: 'application/json', extension: 'json', write: toJson },
  bibtex: { type: 'application/x-bibtex; charset=utf-8', extension: 'bib', write: toBibtex },
  ris: { type: 'application/x-research-info-systems; charset=utf-8', extension: 'ris', write: toRis },
};

/**
 * Creates a function that exports papers as a file, in the order of the requested ids and each paper once. Ids that no
 * paper has are skipped, because a saved list may be older than the snapshot. If no paper has any of the ids, the
 * function throws not_found.
 */
export function createPaperExporter({ paper, rowOf, topicOf }: ExportSource): (request: ExportRequest) => ExportedFile {
  return ({ ids, format }) => {
    const distinct = [...new Set(ids)];
    const rows = distinct.flatMap((id) => rowOf(id) ?? []);
    if (rows.length === 0) throw new PaperfieldError('not_found', 'no paper has any of these ids');
    const { type, extension, write } = formats[format];
    const text = write(rows.map((row) => ({ ...paper(row), topic: topicOf(row) })));
    const fileName = `paperfield-${rows.length}-${rows.length === 1 ? 'paper' : 'papers'}.${extension}`;
    return { text, type, fileName, missing: distinct.length - rows.length };
  };
}

function toJson(papers: readonly ExportedPaper[]): string {
  const objects = papers.map((paper) => ({
    id: paper.id,
    title: paper.title,
    abstract: paper.abstract,
    authors: paper.authors ?? null,
    authorCount: paper.authorCount ?? null,
    date: paper.date ?? null,
    categories: paper.categories ?? null,
    url: paper.url ?? null,
    venue: paper.venue ?? null,
    organization: paper.organization ?? null,
    comments: paper.comments ?? null,
    fields: paper.fields ?? {},
    topic: paper.topic,
  }));
  return `${JSON.stringify(objects, null, 1)}\n`;
}

function toTable(papers: readonly ExportedPaper[]): Table {
  const textColumn = (name: string, value: (paper: ExportedPaper) => string | null | undefined) => ({
    name,
    type: 'text' as const,
    values: papers.map((paper) => value(paper) ?? null),
  });
  return [
    textColumn('id', ({ id }) => id),
    textColumn('title', ({ title }) => title),
    textColumn('authors', ({ authors }) => authors?.join('; ')),
    textColumn('date', ({ date }) => date),
    textColumn('topic', ({ topic }) => topic?.name),
    textColumn('venue', ({ venue }) => venue),
    textColumn('organization', ({ organization }) => organization?.name),
    textColumn('categories', ({ categories }) => categories?.join('; ')),
    { name: 'comments', type: 'int32' as const, values: papers.map(({ comments }) => comments ?? null) },
    textColumn('url', ({ url }) => url),
    textColumn('abstract', ({ abstract }) => abstract),
    ...fieldColumns(papers),
  ];
}

/** A column for each field of the user's data that one of the papers has, in the order of their names. */
function fieldColumns(papers: readonly ExportedPaper[]): Table {
  const names = [...new Set(papers.flatMap(({ fields }) => Object.keys(fields ?? {})))].sort();
  return names.map((field) => {
    // The table has a column for the topic that was found.
    const name = field === 'topic' ? columnKeyOf(field) : field;
    // Not simply `fields[field]`: a field may be named 'constructor'.
    const values = papers.map(({ fields }) => (fields && Object.hasOwn(fields, field) ? fields[field] : null));
    if (values.every((value) => value === null || typeof value === 'number')) return { name, type: 'float64', values };
    const textOf = (value: FieldValue) => (typeof value === 'object' ? value.join('; ') : String(value));
    return { name, type: 'text', values: values.map((value) => (value === null ? null : textOf(value))) };
  });
}
