/** Papers as a file: CSV, JSON, BibTeX or RIS. */
import { PaperfieldError } from '../../pipeline/core/errors.ts';
import type { Paper } from '../../pipeline/core/paper.ts';
import { type Table, toCsv } from '../../pipeline/core/table.ts';
import type { ExportRequest } from '../schemas/export.ts';
import { toBibtex, toRis } from './citation-formats.ts';

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
