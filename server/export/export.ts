/** Papers as a file: CSV, JSON, BibTeX or RIS. */
import { PaperfieldError } from '../../pipeline/core/errors.ts';
import { type Table, toCsv } from '../../pipeline/core/export-table.ts';
import type { Paper } from '../../pipeline/core/paper.ts';
import type { ExportRequest } from '../schemas/explore.ts';

// Papers as BibTeX and as RIS, for reference managers.

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const latexCommands: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  // As commands, because BibTeX counts braces even if they are escaped by a backslash.
  '{': '\\textbraceleft{}',
  '}': '\\textbraceright{}',
};
/**
 * A formula in dollar signs. The character after the first dollar and the one before the last is not a space, and no digit
 * follows the last one (`$5 and $6` are prices). It contains neither a line break nor an unescaped percent sign, which
 * would comment out what follows.
 */
const FORMULA = /\$(?!\s)((?:\\[^\r\n]|[^$\\%\r\n])+?)(?<!\s)\$(?!\d)/g;

/**
 * BibTeX entries in UTF-8. The key of an entry depends only on its paper (`vaswani2017attention`): last name of the first
 * author (or the start of the id), year, and the first word of the title that has four letters. If several papers would
 * have the same key, their ids are appended.
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
    // The second pair of braces keeps capitals.
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

/** A percent sign starts a comment in LaTeX, but not in BibTeX. Escaped by a backslash, both read it as it is. */
function escapeInUrl(character: string): string {
  return character === '%' ? '\\%' : encodeURIComponent(character).replaceAll('%', '\\%');
}

function escapeLatex(text: string): string {
  return text.replace(/[\\~^{}&%$#_]/g, (character) => latexCommands[character] ?? `\\${character}`);
}

/** Keeps formulas whose braces are balanced, and escapes everything else. */
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
  // Of escaped characters only braces count, because BibTeX counts them.
  for (const character of tex.replace(/\\./g, (pair) => (/[{}]/.test(pair) ? pair[1] : ''))) {
    if (character === '{') depth++;
    if (character === '}' && --depth < 0) return false;
  }
  return depth === 0;
}

/** In braces if it contains the word `and`, which separates names. */
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

/** Its ASCII letters and digits in lower case, without accents. */
function asciiLetters(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9]+/g, '')
    .toLowerCase();
}

/** An id in characters that a key may contain, different for every id: others become their code point, `_2f_`. */
function keyFromId(id: string): string {
  return id.replace(/[^A-Za-z0-9.-]/gu, (character) =>
    character === ':' ? ':' : `_${character.codePointAt(0)?.toString(16)}_`,
  );
}

/**
 * RIS records. A line is a tag of two characters, two spaces, a hyphen, a space and the value, and ends with CR LF. `ER`
 * ends a record.
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

/** `Lovelace, Ada`, as RIS wants it. A name that has a comma, or is one word, stays as it is. */
function lastNameFirst(name: string): string {
  const words = oneLine(name).split(' ');
  return name.includes(',') || words.length < 2 ? name : `${words.at(-1)}, ${words.slice(0, -1).join(' ')}`;
}

/** Each run of white space and control characters as one space. */
function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
}

export interface ExportedFile {
  readonly text: string;
  /** Its content type. */
  readonly type: string;
  readonly fileName: string;
  /** How many of the requested ids no paper has. */
  readonly missing: number;
}

interface ExportSource {
  paper(row: number): Paper;
  rowOf(id: string): number | undefined;
  /** The topic of the default level; null for an outlier. */
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
 * A function that writes papers into a file, in the order of the ids, each once. Ids that no paper has are skipped, because
 * a saved list may be older than the snapshot; if no paper has any of them, it throws not_found.
 */
export function createExport({ paper, rowOf, topicOf }: ExportSource): (request: ExportRequest) => ExportedFile {
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
  ];
}
