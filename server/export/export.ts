import { PaperfieldError } from '../../pipeline/core/errors.ts';
import type { Paper } from '../../pipeline/core/paper.ts';
import { csvOf } from '../../pipeline/core/table.ts';
import type { ExportRequest } from '../schemas/export.ts';
import { bibtexOf } from './bibtex.ts';
import { risOf } from './ris.ts';

/** Papers as a file. */
export interface Exported {
  readonly text: string;
  readonly type: string;
  readonly fileName: string;
  /** How many of the ids no paper has. */
  readonly missing: number;
}

interface ExportSource {
  paper(row: number): Paper;
  rowOf(id: string): number | undefined;
  /** The topic of the chosen level; null for a paper in none. */
  topicOf(row: number): { readonly id: number; readonly name: string } | null;
}

type Row = Paper & { readonly topic: { readonly id: number; readonly name: string } | null };

const formats = {
  csv: { type: 'text/csv; charset=utf-8', ending: 'csv', write: (rows: readonly Row[]) => csvOf(tableOf(rows)) },
  json: { type: 'application/json', ending: 'json', write: jsonOf },
  bibtex: { type: 'application/x-bibtex; charset=utf-8', ending: 'bib', write: bibtexOf },
  ris: { type: 'application/x-research-info-systems; charset=utf-8', ending: 'ris', write: risOf },
} as const;

/**
 * Papers as a file, in the order of the ids, each once. Ids that no paper has are passed over: a list may be older than
 * the snapshot.
 *
 * @throws PaperfieldError not_found, where no paper has any of them
 */
export function exported(source: ExportSource, { ids, format }: ExportRequest): Exported {
  const distinct = [...new Set(ids)];
  const rows = distinct.flatMap((id) => source.rowOf(id) ?? []);
  if (rows.length === 0) throw new PaperfieldError('not_found', 'no paper has any of these ids');
  const { type, ending, write } = formats[format];
  const text = write(rows.map((row): Row => ({ ...source.paper(row), topic: source.topicOf(row) })));
  const fileName = `paperfield-${rows.length}-${rows.length === 1 ? 'paper' : 'papers'}.${ending}`;
  return { text, type, fileName, missing: distinct.length - rows.length };
}

function jsonOf(rows: readonly Row[]): string {
  const papers = rows.map((paper) => ({
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
  return `${JSON.stringify(papers, null, 1)}\n`;
}

function tableOf(rows: readonly Row[]) {
  const column = (name: string, value: (paper: Row) => string | null | undefined) => ({
    name,
    type: 'text' as const,
    values: rows.map((paper) => value(paper) ?? null),
  });
  return [
    column('id', ({ id }) => id),
    column('title', ({ title }) => title),
    column('authors', ({ authors }) => authors?.join('; ')),
    column('date', ({ date }) => date),
    column('topic', ({ topic }) => topic?.name),
    column('venue', ({ venue }) => venue),
    column('organization', ({ organization }) => organization?.name),
    column('categories', ({ categories }) => categories?.join('; ')),
    { name: 'comments', type: 'int32' as const, values: rows.map(({ comments }) => comments ?? null) },
    column('url', ({ url }) => url),
    column('abstract', ({ abstract }) => abstract),
  ];
}
