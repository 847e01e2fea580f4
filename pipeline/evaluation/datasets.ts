import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { messageOf, PaperfieldError } from '../core/errors.ts';
import type { Paper } from '../core/paper.ts';
import type { SourceFile } from '../ingest/sources.ts';
import type { Judgments } from './ranking-metrics.ts';

/** Judged retrieval: a corpus, queries, and which documents answer which query how well. */
export interface RetrievalSet {
  readonly papers: readonly Paper[];
  /** Only queries that have a judgment. */
  readonly queries: readonly { readonly id: string; readonly text: string; readonly judged: Judgments }[];
}

/** Papers with the group that somebody put them into. */
export interface LabeledSet {
  readonly papers: readonly Paper[];
  /** Number of the label by paper. */
  readonly labelOfRow: Int32Array;
  readonly labels: readonly string[];
}

/** Opens files by path; unpacks `.gz` and `.xz`. */
export type OpenFile = (path: string) => Promise<SourceFile>;

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
 * Reads a folder in BEIR's layout: `corpus.jsonl` (`_id`, `title`, `text`), `queries.jsonl` (`_id`, `text`) and
 * `qrels.tsv` or `qrels/test.tsv` (`query-id corpus-id score`, a head line or none), each perhaps `.gz` or `.xz`.
 *
 * @throws PaperfieldError bad_input, with file and line of what does not fit
 */
export async function readRetrievalSet(folder: string, open: OpenFile): Promise<RetrievalSet> {
  const papers: Paper[] = [];
  for await (const { _id, title, text } of rowsOf(await open(find(folder, 'corpus.jsonl')), documentSchema)) {
    papers.push({ id: _id, title: title ?? '', abstract: text ?? '' });
  }
  const judged = await readJudgments(await open(find(folder, 'qrels.tsv', 'qrels/test.tsv')));
  const queries = [];
  for await (const { _id, text } of rowsOf(await open(find(folder, 'queries.jsonl')), querySchema)) {
    const judgments = judged.get(_id);
    if (judgments && text.trim() !== '') queries.push({ id: _id, text, judged: judgments });
  }
  if (papers.length === 0 || queries.length === 0) {
    throw new PaperfieldError(
      'bad_input',
      `${folder}: holds ${papers.length} documents and ${queries.length} judged queries`,
    );
  }
  return { papers, queries };
}

/**
 * Reads JSONL with `label`, `title` and `text` (or `abstract`).
 *
 * @throws PaperfieldError bad_input, with the line of what does not fit
 */
export async function readLabeledSet(file: SourceFile): Promise<LabeledSet> {
  const papers: Paper[] = [];
  const labeled: string[] = [];
  for await (const row of rowsOf(file, labeledSchema)) {
    papers.push({
      id: row.id ?? String(papers.length),
      title: row.title ?? '',
      abstract: row.text ?? row.abstract ?? '',
    });
    labeled.push(row.label);
  }
  const labels = [...new Set(labeled)];
  if (labels.length < 2) throw new PaperfieldError('bad_input', `${file.name}: needs papers of two labels at least`);
  const numberOf = new Map(labels.map((label, number) => [label, number]));
  return { papers, labels, labelOfRow: Int32Array.from(labeled, (label) => numberOf.get(label) ?? 0) };
}

function find(folder: string, ...names: string[]): string {
  for (const name of names) {
    for (const ending of ['', '.gz', '.xz']) {
      const path = join(folder, `${name}${ending}`);
      if (existsSync(path) && statSync(path).isFile()) return path;
    }
  }
  throw new PaperfieldError('bad_input', `${folder}: lacks ${names.join(' or ')} (.gz and .xz are read too)`);
}

async function* rowsOf<T>(file: SourceFile, schema: z.ZodType<T>): AsyncGenerator<T> {
  let line = 0;
  for await (const text of file.lines()) {
    line++;
    if (text.trim() === '') continue;
    let row: z.ZodSafeParseResult<T>;
    try {
      row = schema.safeParse(JSON.parse(text));
    } catch (error) {
      throw new PaperfieldError('bad_input', `${file.name}:${line}: is no JSON (${messageOf(error)})`);
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

async function readJudgments(file: SourceFile): Promise<Map<string, Map<string, number>>> {
  const judged = new Map<string, Map<string, number>>();
  let line = 0;
  for await (const text of file.lines()) {
    line++;
    const cells = text.trim().split(/\s+/);
    if (text.trim() === '') continue;
    // TREC's own form has four columns, the second of them unused.
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
