import { existsSync } from 'node:fs';
import Database from 'libsql';
import { z } from 'zod';
import { finished, type Steps, spans } from '../core/cooperative.ts';
import { messageOf, PaperfieldError } from '../core/errors.ts';
import type { Paper } from '../core/paper.ts';

/** What filters ask of papers, by row. Texts are lower case. */
export interface PaperFacts {
  readonly dates: readonly (string | null)[];
  /** −1 where it is not known. */
  readonly authorCounts: Int32Array;
  readonly comments: Int32Array;
  /** Slug and name. */
  readonly organizations: readonly (readonly string[] | null)[];
  readonly categories: readonly (readonly string[] | null)[];
}

/** The earliest and the latest date of all papers. */
export function dateRange({ dates }: Pick<PaperFacts, 'dates'>): { from: string | null; to: string | null } {
  const [first = null, ...others] = [...new Set(dates)].filter((date) => date !== null).sort();
  return { from: first, to: others.at(-1) ?? first };
}

const rowSchema = z.tuple([
  z.string().nullable(),
  z.number().nullable(),
  z.number().nullable(),
  z.string().nullable(),
  z.string().nullable(),
  z.string().nullable(),
]);

/** Rows between two steps: about a millisecond. */

/** Reads the facts of all papers: a second for 300,000 of them, so once a snapshot. In steps. */
export function* readPaperFacts(database: Database.Database, count: number): Steps<PaperFacts> {
  const facts = {
    dates: new Array<string | null>(count).fill(null),
    authorCounts: new Int32Array(count).fill(-1),
    comments: new Int32Array(count).fill(-1),
    organizations: new Array<readonly string[] | null>(count).fill(null),
    categories: new Array<readonly string[] | null>(count).fill(null),
  };
  // Few different dates and lists stand in many papers: one object for each.
  const known = new Map<string, readonly string[]>();
  const shared = (key: string, make: () => readonly string[]) => {
    const list = known.get(key) ?? make().map((text) => text.toLowerCase());
    known.set(key, list);
    return list;
  };
  const dates = new Map<string, string>();
  const date = (text: string) => {
    const one = dates.get(text) ?? text;
    dates.set(text, one);
    return one;
  };
  const rows = database
    .prepare(
      'SELECT date, author_count, comments, organization_slug, organization_name, categories FROM papers ' +
        'WHERE row >= ? AND row < ? ORDER BY row',
    )
    .raw();
  const read = (record: unknown, row: number) => {
    const [day, authorCount, comments, slug, name, categories] = rowSchema.parse(record);
    if (day !== null) facts.dates[row] = date(day);
    facts.authorCounts[row] = authorCount ?? -1;
    facts.comments[row] = comments ?? -1;
    if (slug !== null && name !== null) facts.organizations[row] = shared(`${slug}\n${name}`, () => [slug, name]);
    if (categories !== null) facts.categories[row] = shared(categories, () => strings.parse(JSON.parse(categories)));
  };
  // Part by part: a cursor that stands open would be in the way of whatever else is asked meanwhile.
  yield* spans(count, ROWS_A_STEP, (from, to) => {
    for (const [i, record] of rows.all(from, to).entries()) read(record, from + i);
  });
  return facts;
}

/** The one door to SQLite: papers by row and id. */

const SCHEMA = `
  PRAGMA page_size = 4096;
  PRAGMA journal_mode = OFF;
  PRAGMA synchronous = OFF;
  CREATE TABLE papers (
    row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, title TEXT NOT NULL, abstract TEXT NOT NULL,
    authors TEXT, author_count INTEGER, date TEXT, categories TEXT, url TEXT, venue TEXT,
    organization_slug TEXT, organization_name TEXT, comments INTEGER
  ) STRICT;
`;

/** Rows between two steps: a few milliseconds. */
const ROWS_A_STEP = 256;

/** Writes the papers, row 0 first, into a new file. */
export function* writePaperDatabase(path: string, papers: readonly Paper[]): Steps<void> {
  const database = new Database(path);
  try {
    database.exec(SCHEMA);
    const insert = database.prepare(`INSERT INTO papers VALUES (${'?, '.repeat(12)}?)`);
    database.exec('BEGIN');
    for (const [row, paper] of papers.entries()) {
      if (row % ROWS_A_STEP === 0) yield row / papers.length;
      insert.run([
        row,
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
      ]);
    }
    database.exec('COMMIT');
  } finally {
    database.close();
  }
}

const strings = z.array(z.string());
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
});

/** The papers of one snapshot, read only. */
export interface PaperDatabase {
  readonly count: number;
  paper(row: number): Paper;
  /** The row of an id, or undefined. */
  rowOf(id: string): number | undefined;
  /** Every id, by row. */
  ids(): string[];
  /** The same in steps of about a millisecond. */
  idsInSteps(): Steps<string[]>;
  /** What filters ask of all papers; reads them all. */
  facts(): Steps<PaperFacts>;
  /** The names of the authors of the rows `from` … `to` − 1; none where they are not known. */
  authors(from: number, to: number): readonly (readonly string[])[];
  close(): void;
}

/** @throws PaperfieldError corrupt, where the file is missing or damaged */
export function openPaperDatabase(path: string): PaperDatabase {
  // The library makes a file that is not there, even when it is told not to.
  if (!existsSync(path)) throw new PaperfieldError('corrupt', `${path}: is missing; build again`);
  let database: Database.Database | undefined;
  try {
    database = new Database(path, { readonly: true, fileMustExist: true });
    database.pragma('query_only = ON');
    return readerOf(database, path);
  } catch (error) {
    database?.close();
    throw new PaperfieldError('corrupt', `${path}: cannot be read (${messageOf(error)}); build again`, {
      cause: error,
    });
  }
}

function readerOf(database: Database.Database, path: string): PaperDatabase {
  const byRow = database.prepare('SELECT * FROM papers WHERE row = ?');
  const byId = database.prepare('SELECT row FROM papers WHERE id = ?').raw();
  const authorsFrom = database.prepare('SELECT authors FROM papers WHERE row >= ? AND row < ? ORDER BY row').raw();
  const single = z.tuple([z.number()]);
  const [count] = single.parse(database.prepare('SELECT count(*) FROM papers').raw().get());
  return {
    count,
    paper(row) {
      const record = recordSchema.optional().parse(byRow.get(row));
      if (!record) throw new PaperfieldError('corrupt', `${path}: has no row ${row}; build again`);
      return paperOf(record);
    },
    rowOf(id) {
      return single.optional().parse(byId.get(id))?.[0];
    },
    ids: () => finished(readIds(database, count)),
    idsInSteps: () => readIds(database, count),
    facts: () => readPaperFacts(database, count),
    authors: (from, to) =>
      z
        .array(z.tuple([z.string().nullable()]))
        .parse(authorsFrom.all(from, to))
        .map(([authors]) => (authors === null ? [] : strings.parse(JSON.parse(authors)))),
    close: () => {
      database.close();
    },
  };
}

function* readIds(database: Database.Database, count: number): Steps<string[]> {
  const between = database.prepare('SELECT id FROM papers WHERE row >= ? AND row < ? ORDER BY row').raw();
  const part = z.array(z.tuple([z.string()]));
  const ids: string[] = [];
  yield* spans(count, ROWS_A_STEP, (from, to) => {
    for (const [id] of part.parse(between.all(from, to))) ids.push(id);
  });
  return ids;
}

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
  };
}
