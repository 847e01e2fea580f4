/** `papers.sqlite`: the papers of a snapshot by row and by id. No other file uses SQLite. */
import { existsSync } from 'node:fs';
import Database from 'libsql';
import { z } from 'zod';
import { type CooperativeTask, processInChunks, runToCompletion } from '../core/cooperative.ts';
import { errorMessage, PaperfieldError } from '../core/errors.ts';
import { aliasesNamedBy, aliasesOfPaper } from '../core/identifiers.ts';
import type { Paper, PaperIdentifiers } from '../core/paper.ts';
import type { PaperColumns } from '../core/paper-columns.ts';

// Journal and syncs of SQLite are off: the file is written once, into a folder that becomes a snapshot only when it is
// complete.
const SCHEMA = `
  PRAGMA page_size = 4096;
  PRAGMA journal_mode = OFF;
  PRAGMA synchronous = OFF;
  CREATE TABLE papers (
    row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, title TEXT NOT NULL, abstract TEXT NOT NULL,
    authors TEXT, author_count INTEGER, date TEXT, categories TEXT, url TEXT, venue TEXT,
    organization_slug TEXT, organization_name TEXT, comments INTEGER, gone_since TEXT, fields TEXT, identifiers TEXT
  ) STRICT;
  CREATE TABLE aliases (alias TEXT PRIMARY KEY, row INTEGER NOT NULL) STRICT, WITHOUT ROWID;
`;

/** Writes papers into a new database file. The first paper becomes row 0. */
export function* writePaperDatabase(path: string, papers: readonly Paper[]): CooperativeTask<void> {
  const database = new Database(path);
  try {
    database.exec(SCHEMA);
    const insert = database.prepare(`INSERT INTO papers VALUES (${'?, '.repeat(15)}?)`);
    // Of several papers with one alias the first has it.
    const insertAlias = database.prepare('INSERT OR IGNORE INTO aliases VALUES (?, ?)');
    database.exec('BEGIN');
    yield* processInChunks(papers.length, (from, to) => {
      for (let row = from; row < to; row++) {
        insert.run([row, ...valuesOf(papers[row])]);
        for (const alias of aliasesOfPaper(papers[row])) insertAlias.run([alias, row]);
      }
    });
    database.exec('COMMIT');
  } finally {
    database.close();
  }
}

/** The values of a paper in the order of the table's columns, without the column `row`. */
function valuesOf(paper: Paper): (string | number | null)[] {
  return [
    paper.id,
    paper.title,
    paper.abstract,
    paper.authors ? JSON.stringify(paper.authors) : null,
    paper.authorCount ?? paper.authors?.length ?? null,
    paper.date ?? null,
    paper.categories ? JSON.stringify(paper.categories) : null,
    paper.url ?? null,
    paper.venue ?? null,
    paper.organization?.slug ?? null,
    paper.organization?.name ?? null,
    paper.comments ?? null,
    paper.goneSince ?? null,
    paper.fields ? JSON.stringify(paper.fields) : null,
    paper.identifiers ? JSON.stringify(paper.identifiers) : null,
  ];
}

/** The papers of one snapshot, read only. */
export interface PaperDatabase {
  readonly count: number;
  /**
   * The paper of a row.
   *
   * @throws PaperfieldError corrupt, if there is no such row
   */
  paper(row: number): Paper;
  /** The papers of the rows `from` … `to` − 1. */
  papers(from: number, to: number): readonly Paper[];
  /** The row of the paper with this id; undefined if there is none. */
  rowOf(id: string): number | undefined;
  /** The row of the paper that an identifier or an address names: `doi:10.1000/xyz`, `arXiv:2301.01234v2`. */
  rowNamedBy(text: string): number | undefined;
  /** The ids of all papers, by row. */
  ids(): string[];
  /** The number of papers without an abstract. */
  countBlankAbstracts(): number;
  /** The method `ids` as a cooperative task. */
  idsTask(): CooperativeTask<string[]>;
  /** The fields of all papers that filters and sort orders compare. */
  columns(): CooperativeTask<PaperColumns>;
  /** For each paper of the rows `from` … `to` − 1, the names of its authors; an empty list if none are known. */
  authors(from: number, to: number): readonly (readonly string[])[];
  close(): void;
}

/** Papers read at a time by `eachPaper`. */
const CHUNK_ROWS = 1000;

/** All papers by row, without holding them all in memory; none without a database. */
export function* eachPaper(papers: Pick<PaperDatabase, 'count' | 'papers'> | undefined): Generator<Paper> {
  for (let from = 0; papers && from < papers.count; from += CHUNK_ROWS) yield* papers.papers(from, from + CHUNK_ROWS);
}

/**
 * Opens the database of a snapshot for reading.
 *
 * @throws PaperfieldError corrupt, if the file is missing or damaged
 */
export function openPaperDatabase(path: string): PaperDatabase {
  // The file's existence is checked first, because libsql creates a missing file even if `fileMustExist` is set.
  if (!existsSync(path)) throw new PaperfieldError('corrupt', `${path}: is missing; build again`);
  let database: Database.Database | undefined;
  try {
    database = new Database(path, { readonly: true, fileMustExist: true });
    database.pragma('query_only = ON');
    return createReader(database, path);
  } catch (error) {
    database?.close();
    throw new PaperfieldError('corrupt', `${path}: cannot be read (${errorMessage(error)}); build again`, {
      cause: error,
    });
  }
}

const strings = z.array(z.string());

function createReader(database: Database.Database, path: string): PaperDatabase {
  const selectPaper = database.prepare('SELECT * FROM papers WHERE row = ?');
  const selectPapers = database.prepare('SELECT * FROM papers WHERE row >= ? AND row < ? ORDER BY row');
  const selectRow = database.prepare('SELECT row FROM papers WHERE id = ?').raw();
  const selectAuthors = database.prepare('SELECT authors FROM papers WHERE row >= ? AND row < ? ORDER BY row').raw();
  const hasAliases = database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'aliases'").get() !== undefined;
  // Absent in snapshots of format 5.
  const selectAlias = hasAliases ? database.prepare('SELECT row FROM aliases WHERE alias = ?').raw() : undefined;
  const oneNumber = z.tuple([z.number()]);
  const [count] = oneNumber.parse(database.prepare('SELECT count(*) FROM papers').raw().get());
  return {
    count,
    paper(row) {
      const record = recordSchema.optional().parse(selectPaper.get(row));
      if (!record) throw new PaperfieldError('corrupt', `${path}: has no row ${row}; build again`);
      return paperOf(record);
    },
    papers: (from, to) => z.array(recordSchema).parse(selectPapers.all(from, to)).map(paperOf),
    rowOf(id) {
      return oneNumber.optional().parse(selectRow.get(id))?.[0];
    },
    rowNamedBy(text) {
      for (const alias of aliasesNamedBy(text)) {
        const row = oneNumber.optional().parse(selectAlias?.get(alias))?.[0];
        if (row !== undefined) return row;
      }
      return undefined;
    },
    ids: () => runToCompletion(readIds(database, count)),
    countBlankAbstracts: () =>
      oneNumber.parse(database.prepare("SELECT count(*) FROM papers WHERE abstract = ''").raw().get())[0],
    idsTask: () => readIds(database, count),
    columns: () => readPaperColumns(database, count),
    authors: (from, to) =>
      z
        .array(z.tuple([z.string().nullable()]))
        .parse(selectAuthors.all(from, to))
        .map(([authors]) => (authors === null ? [] : strings.parse(JSON.parse(authors)))),
    close: () => {
      database.close();
    },
  };
}

const recordSchema = z.object({
  row: z.number(),
  id: z.string(),
  title: z.string(),
  abstract: z.string(),
  authors: z.string().nullable(),
  author_count: z.number().nullable(),
  date: z.string().nullable(),
  categories: z.string().nullable(),
  url: z.string().nullable(),
  venue: z.string().nullable(),
  organization_slug: z.string().nullable(),
  organization_name: z.string().nullable(),
  comments: z.number().nullable(),
  // Absent in snapshots of format 5, from which papers are still taken over.
  gone_since: z.string().nullable().default(null),
  fields: z.string().nullable().default(null),
  identifiers: z.string().nullable().default(null),
});

const identifiersSchema = z
  .object({
    doi: z.string(),
    arxivId: z.string(),
    pmid: z.string(),
    pmcid: z.string(),
    openAlexId: z.string(),
    semanticScholarId: z.string(),
  } satisfies Record<keyof PaperIdentifiers, z.ZodString>)
  .partial()
  // JSON has no undefined values.
  .transform((identifiers) => identifiers as PaperIdentifiers);
const fieldsSchema = z.record(z.string(), z.union([z.number(), z.string(), z.boolean(), strings]));

function paperOf(record: z.infer<typeof recordSchema>): Paper {
  return {
    id: record.id,
    title: record.title,
    abstract: record.abstract,
    ...(record.authors !== null && { authors: strings.parse(JSON.parse(record.authors)) }),
    ...(record.author_count !== null && { authorCount: record.author_count }),
    ...(record.date !== null && { date: record.date }),
    ...(record.categories !== null && { categories: strings.parse(JSON.parse(record.categories)) }),
    ...(record.url !== null && { url: record.url }),
    ...(record.venue !== null && { venue: record.venue }),
    ...(record.organization_slug !== null &&
      record.organization_name !== null && {
        organization: { slug: record.organization_slug, name: record.organization_name },
      }),
    ...(record.comments !== null && { comments: record.comments }),
    ...(record.gone_since !== null && { goneSince: record.gone_since }),
    ...(record.identifiers !== null && { identifiers: identifiersSchema.parse(JSON.parse(record.identifiers)) }),
    ...(record.fields !== null && { fields: fieldsSchema.parse(JSON.parse(record.fields)) }),
  };
}

function* readIds(database: Database.Database, count: number): CooperativeTask<string[]> {
  const select = database.prepare('SELECT id FROM papers WHERE row >= ? AND row < ? ORDER BY row').raw();
  const chunk = z.array(z.tuple([z.string()]));
  const ids: string[] = [];
  yield* processInChunks(count, (from, to) => {
    for (const [id] of chunk.parse(select.all(from, to))) ids.push(id);
  });
  return ids;
}

const columnRowSchema = z.tuple([
  z.string().nullable(),
  z.number().nullable(),
  z.number().nullable(),
  z.string().nullable(),
  z.string().nullable(),
  z.string().nullable(),
]);

/** Reads the fields that filters compare. This takes a second for 300,000 papers, so it is done once per snapshot. */
function* readPaperColumns(database: Database.Database, count: number): CooperativeTask<PaperColumns> {
  const columns = {
    dates: new Array<string | null>(count).fill(null),
    authorCounts: new Int32Array(count).fill(-1),
    comments: new Int32Array(count).fill(-1),
    organizations: new Array<readonly string[] | null>(count).fill(null),
    categories: new Array<readonly string[] | null>(count).fill(null),
  };
  // Papers have few distinct dates and lists of categories. Each distinct one is kept in memory only once.
  const dates = new Map<string, string>();
  const shareDate = (date: string) => {
    const shared = dates.get(date) ?? date;
    dates.set(date, shared);
    return shared;
  };
  const lists = new Map<string, readonly string[]>();
  const shareList = (key: string, create: () => readonly string[]) => {
    const list = lists.get(key) ?? create().map((text) => text.toLowerCase());
    lists.set(key, list);
    return list;
  };
  const select = database
    .prepare(
      'SELECT date, author_count, comments, organization_slug, organization_name, categories FROM papers ' +
        'WHERE row >= ? AND row < ? ORDER BY row',
    )
    .raw();
  const readRow = (record: unknown, row: number) => {
    const [date, authorCount, comments, slug, name, categories] = columnRowSchema.parse(record);
    if (date !== null) columns.dates[row] = shareDate(date);
    columns.authorCounts[row] = authorCount ?? -1;
    columns.comments[row] = comments ?? -1;
    if (slug !== null && name !== null) columns.organizations[row] = shareList(`${slug}\n${name}`, () => [slug, name]);
    if (categories !== null)
      columns.categories[row] = shareList(categories, () => strings.parse(JSON.parse(categories)));
  };
  // One query per chunk of rows: a cursor left open across yields would block other queries.
  yield* processInChunks(count, (from, to) => {
    for (const [i, record] of select.all(from, to).entries()) readRow(record, from + i);
  });
  return columns;
}
