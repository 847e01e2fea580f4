/** Reads the sets that `paperfield eval` measures on: queries with judged documents, and papers with labels. */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { errorMessage, PaperfieldError } from '../core/errors.ts';
import type { Paper } from '../core/paper.ts';
import { LINE_TOO_LONG_MESSAGE } from '../ingest/lines.ts';
import { readSourceLines, type SourceFile } from '../ingest/source-files.ts';
import type { Judgments } from './ranking-metrics.ts';

/** A judged retrieval set: a corpus, queries, and how relevant documents are to each query. */
export interface RetrievalSet {
  readonly papers: readonly Paper[];
  /** Only queries with at least one judgment. */
  readonly queries: readonly { readonly id: string; readonly text: string; readonly judged: Judgments }[];
}

/** Papers with a label each, assigned by people. */
export interface LabeledSet {
  readonly papers: readonly Paper[];
  /** For each paper, the index of its label in `labels`. */
  readonly labelOfRow: Int32Array;
  readonly labels: readonly string[];
}

/** A function that opens a file by its path and decompresses `.gz` and `.xz`. */
export type FileOpener = (path: string) => Promise<SourceFile>;

const idSchema = z.union([z.string(), z.number().transform(String)]);
const documentSchema = z.object({ _id: idSchema, title: z.string().nullish(), text: z.string().nullish() });
const querySchema = z.object({ _id: idSchema, text: z.string() });
const labeledSchema = z.object({
  id: idSchema.optional(),
  title: z.string().nullish(),
  text: z.string().nullish(),
  abstract: z.string().nullish(),
  label: z.union([z.string(), z.number()]).transform(String),
});

/**
 * Reads a judged retrieval set from a folder in BEIR's layout: `corpus.jsonl` (`_id`, `title`, `text`), `queries.jsonl`
 * (`_id`, `text`) and `qrels.tsv` or `qrels/test.tsv` (`query-id corpus-id score`, with or without a header line). Each
 * file may also have the ending `.gz` or `.xz`.
 *
 * @throws PaperfieldError bad_input, with file and line, if a file is missing or a line cannot be read
 */
export async function readRetrievalSet(folder: string, open: FileOpener, signal?: AbortSignal): Promise<RetrievalSet> {
  const papers: Paper[] = [];
  for await (const { _id, title, text } of rowsOf(await open(find(folder, 'corpus.jsonl')), documentSchema, signal)) {
    papers.push({ id: _id, title: title ?? '', abstract: text ?? '' });
  }
  const judged = await readJudgments(await open(find(folder, 'qrels.tsv', 'qrels/test.tsv')), signal);
  const queries = [];
  for await (const { _id, text } of rowsOf(await open(find(folder, 'queries.jsonl')), querySchema, signal)) {
    const judgments = judged.get(_id);
    if (judgments && text.trim() !== '') queries.push({ id: _id, text, judged: judgments });
  }
  if (papers.length === 0 || queries.length === 0) {
    throw new PaperfieldError(
      'bad_input',
      `${folder}: has ${papers.length} documents and ${queries.length} judged queries, expected at least one of each`,
    );
  }
  return { papers, queries };
}

/**
 * Reads labeled papers from a JSONL file with `label`, `title` and `text` (or `abstract`).
 *
 * @throws PaperfieldError bad_input, with the line, if a line cannot be read; also if all papers have the same label
 */
export async function readLabeledSet(file: SourceFile, signal?: AbortSignal): Promise<LabeledSet> {
  const papers: Paper[] = [];
  const labeled: string[] = [];
  for await (const row of rowsOf(file, labeledSchema, signal)) {
    papers.push({
      id: row.id ?? String(papers.length),
      title: row.title ?? '',
      abstract: row.text ?? row.abstract ?? '',
    });
    labeled.push(row.label);
  }
  const labels = [...new Set(labeled)];
  if (labels.length < 2)
    throw new PaperfieldError('bad_input', `${file.name}: expected papers with at least two different labels`);
  const indexOf = new Map(labels.map((label, index) => [label, index]));
  return { papers, labels, labelOfRow: Int32Array.from(labeled, (label) => indexOf.get(label) ?? 0) };
}

function find(folder: string, ...names: string[]): string {
  for (const name of names) {
    for (const extension of ['', '.gz', '.xz']) {
      const path = join(folder, `${name}${extension}`);
      if (existsSync(path) && statSync(path).isFile()) return path;
    }
  }
  throw new PaperfieldError('bad_input', `${folder}: has no ${names.join(' or ')} (.gz and .xz are read too)`);
}

async function* rowsOf<T>(file: SourceFile, schema: z.ZodType<T>, signal?: AbortSignal): AsyncGenerator<T> {
  for await (const { number: line, text, isTooLong } of readSourceLines(file, signal)) {
    if (isTooLong) throw new PaperfieldError('bad_input', `${file.name}:${line}: ${LINE_TOO_LONG_MESSAGE}`);
    if (text.trim() === '') continue;
    let row: z.ZodSafeParseResult<T>;
    try {
      row = schema.safeParse(JSON.parse(text));
    } catch (error) {
      throw new PaperfieldError('bad_input', `${file.name}:${line}: is not valid JSON (${errorMessage(error)})`);
    }
    if (!row.success) {
      throw new PaperfieldError(
        'bad_input',
        `${file.name}:${line}: ${z.prettifyError(row.error).replaceAll('\n', ' ')}`,
      );
    }
    yield row.data;
  }
}

async function readJudgments(file: SourceFile, signal?: AbortSignal): Promise<Map<string, Map<string, number>>> {
  const judged = new Map<string, Map<string, number>>();
  for await (const { number: line, text, isTooLong } of readSourceLines(file, signal)) {
    if (isTooLong) throw new PaperfieldError('bad_input', `${file.name}:${line}: ${LINE_TOO_LONG_MESSAGE}`);
    const cells = text.trim().split(/\s+/);
    if (text.trim() === '') continue;
    // TREC's format has four columns, the second of which is unused.
    const [query, document, score] = cells.length === 4 ? [cells[0], cells[2], cells[3]] : cells;
    const relevance = Number(score);
    if (cells.length < 3 || !Number.isFinite(relevance)) {
      if (line === 1) continue;
      throw new PaperfieldError('bad_input', `${file.name}:${line}: expected query-id, corpus-id and score`);
    }
    const ofQuery = judged.get(query);
    if (ofQuery) ofQuery.set(document, relevance);
    else judged.set(query, new Map([[document, relevance]]));
  }
  return judged;
}

/**
 * The largest number of queries in a set for the search of similar papers. If there are more, an evenly spaced sample
 * is taken, which is large enough for narrow confidence intervals.
 */
const MAX_QUERIES = 1000;

/**
 * Derives a judged set for the search for similar papers from a set of judged queries. Papers that are relevant to the
 * same query count as related. Each query of the derived set is the id of a paper, and its relevant documents are the
 * related papers. There are no such queries if no query of `set` has two relevant papers.
 */
export function deriveSimilarPapersSet(set: RetrievalSet): RetrievalSet {
  const related = new Map<string, Map<string, number>>();
  for (const { judged } of set.queries) {
    const relevant = [...judged].filter(([, score]) => score > 0).map(([id]) => id);
    for (const id of relevant) {
      const others = related.get(id) ?? new Map<string, number>();
      for (const other of relevant) if (other !== id) others.set(other, 1);
      if (others.size > 0) related.set(id, others);
    }
  }
  const candidates = set.papers.flatMap(({ id }): { id: string; text: string; judged: Judgments }[] => {
    const judged = related.get(id);
    return judged ? [{ id, text: id, judged }] : [];
  });
  const step = Math.max(1, candidates.length / MAX_QUERIES);
  const count = Math.min(MAX_QUERIES, candidates.length);
  const queries = Array.from({ length: count }, (_, i) => candidates[Math.floor(i * step)]);
  return { papers: set.papers, queries };
}
