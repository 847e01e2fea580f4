/** Reads papers from all sources, and merges the rows of one paper. */
import type { Effects } from '../core/effects.ts';
import { excerptOf, PaperfieldError } from '../core/errors.ts';
import type { IngestIssue } from '../core/ingest-issue.ts';
import type { Paper } from '../core/paper.ts';
import type { ColumnGuess } from './formats/columns/guess-columns.ts';
import type { SourceFormat } from './formats/detect-format.ts';
import { describeIssue } from './issues.ts';
import { PaperCollection } from './paper-collection.ts';
import { type ContentListener, readRows } from './read-rows.ts';
import type { SourceFile } from './source-files.ts';

/** The most fields that are reported as not kept: a file may have a new one in every row. */
const MAX_REPORTED_FIELDS = 100;

/** What was read from one file, for the receipt. */
export interface FileReceipt {
  readonly name: string;
  /** Undefined if the file has no known format. */
  readonly format?: SourceFormat;
  /** Of a table or of objects whose fields were guessed by their names. */
  readonly columns?: ColumnGuess;
  /** Rows that were read as papers; those of them that were merged; and rows that gave nothing. */
  readonly rows: number;
  readonly merged: number;
  readonly skipped: number;
}

export interface ParsedSources {
  /** Every paper once, in the order of its first row in the sources. */
  readonly papers: readonly Paper[];
  /** One issue for each row that did not become a paper of its own, or not completely. */
  readonly issues: readonly IngestIssue[];
  /** The number of rows that were read as papers, including repeated ones. */
  readonly entries: number;
  readonly files: readonly FileReceipt[];
}

/**
 * Reads all sources and merges repeated papers. The sources may differ in format.
 *
 * @throws PaperfieldError bad_input, if a file cannot be read, a file that the user named has no known format, or all
 *   sources together contain no paper; the signal's reason, if the run is stopped
 */
export async function readPapers(sources: readonly SourceFile[], effects: Effects): Promise<ParsedSources> {
  const collection = new PaperCollection();
  const issues: IngestIssue[] = [];
  const files = new Map<string, Mutable<FileReceipt>>();
  const reportedFields = new Set<string>();
  const progress = effects.startProgress('parse');
  for (const source of sources) {
    let receipt = receiptOf(files, source.name);
    const onContent: ContentListener = (name, format, columns) => {
      receipt = receiptOf(files, name);
      receipt.format = format;
      if (columns) receipt.columns = columns;
    };
    for await (const item of readRows(source, effects.signal, onContent)) {
      effects.signal.throwIfAborted();
      if ('issue' in item) {
        issues.push(item.issue);
        if (item.issue.kind === 'skipped') receiptOf(files, item.issue.file).skipped++;
        if (item.deleted) collection.delete(item.deleted);
        continue;
      }
      const noted = collection.add(item, receipt.name);
      issues.push(...noted);
      receipt.rows++;
      for (const { kind, file } of noted) if (kind === 'merged') receiptOf(files, file).merged++;
      for (const { name, reason } of item.unkeptFields ?? []) {
        if (reportedFields.has(name) || reportedFields.size >= MAX_REPORTED_FIELDS) continue;
        reportedFields.add(name);
        const what = `the field "${name}" is not kept here: ${reason} (said once, for the first such row)`;
        const excerpt = excerptOf(item.paper.title);
        issues.push({ kind: 'incomplete', file: receipt.name, line: item.line, reason: what, excerpt });
      }
      progress.update(collection.entries);
    }
  }
  const papers = collection.papers();
  if (papers.length === 0) {
    const why = issues.length > 0 ? ` (first of ${issues.length} ingest issues: ${describeIssue(issues[0])})` : '';
    throw new PaperfieldError('bad_input', `the sources contain no paper${why}`);
  }
  progress.finish(`${papers.length} papers from ${collection.entries} entries`);
  return { papers, issues, entries: collection.entries, files: [...files.values()] };
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

function receiptOf(files: Map<string, Mutable<FileReceipt>>, name: string): Mutable<FileReceipt> {
  const known = files.get(name);
  if (known) return known;
  const receipt = { name, rows: 0, merged: 0, skipped: 0 };
  files.set(name, receipt);
  return receipt;
}
