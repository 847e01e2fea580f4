/** Reads the rows of one input file, whatever its format. */
import { PaperfieldError } from '../core/errors.ts';
import type { IngestIssue } from '../core/ingest-issue.ts';
import type { DecompressedFile } from './archives/archives.ts';
import type { ColumnGuess } from './formats/columns/guess-columns.ts';
import type { SourceFormat } from './formats/detect-format.ts';
import { EXCERPT_INPUT_LENGTH, sourceExcerpt } from './issues.ts';
import { paperOfRecord } from './paper-of-record.ts';
import type { ParsedRow } from './parsed-paper.ts';
import { readDailyPapersPage } from './read-daily-papers-page.ts';
import type { NamedColumns, SourceFile } from './source-files.ts';

/** A parsed paper with the line where it was read, or an issue that says why a row is not a paper. */
export type RowOrIssue =
  | ParsedRow
  | {
      readonly issue: IngestIssue;
      /** The aliases of a paper that the source says it has deleted. */
      readonly deleted?: readonly string[] | undefined;
    };

/** Called for each file, once its format and, of a table, its columns are known. */
export type ContentListener = (name: string, format: SourceFormat, columns: ColumnGuess | undefined) => void;

/**
 * Reads the rows of one file, including repeated ones; of a zip file those of all its files. The format is recognized by
 * the content.
 *
 * @param signal stops reading, even if the file has no rows for minutes
 * @throws PaperfieldError bad_input, if the file cannot be read, or if the user named it and it has no known format;
 *   the signal's reason, if it is aborted
 */
export async function* readRows(
  source: SourceFile,
  signal?: AbortSignal,
  onContent: ContentListener = () => undefined,
): AsyncGenerator<RowOrIssue> {
  if (source.problem !== undefined) {
    yield skipped(source.name, source.isExplicit, source.problem);
    return;
  }
  for await (const file of source.open(signal)) {
    // A faulty file among others in an archive is only reported.
    const isExplicit = source.isExplicit && !file.isInArchive;
    const name = file.isInArchive ? `${source.name}/${file.name}` : source.name;
    if ('problem' in file) {
      yield skipped(name, isExplicit, file.problem);
      continue;
    }
    try {
      yield* rowsOfFile(file, { name, isExplicit, columns: source.columns ?? {}, onContent, signal });
    } catch (error) {
      if (!(error instanceof PaperfieldError && error.kind === 'bad_input')) throw error;
      // A damaged file in a folder must not cost the others; what was read of it is kept.
      yield skipped(name, isExplicit, withoutName(error.message, source.path ?? source.name, source.name, file.name));
    }
  }
}

interface FileContext {
  /** The name that issues show. */
  readonly name: string;
  readonly isExplicit: boolean;
  readonly columns: NamedColumns;
  readonly onContent: ContentListener;
  readonly signal: AbortSignal | undefined;
}

async function* rowsOfFile(
  file: Extract<DecompressedFile, { bytes: unknown }>,
  { name, isExplicit, columns, onContent, signal }: FileContext,
): AsyncGenerator<RowOrIssue> {
  const { headOf } = await import('./formats/content-head.ts');
  const { openReader } = await import('./formats/open-reader.ts');
  const { isEncodingProblem } = await import('./formats/utf8-content.ts');
  const { head, bytes, text } = await headOf(file.bytes);
  let guess: ColumnGuess | undefined;
  const onColumns = (guessed: ColumnGuess) => {
    guess = guessed;
  };
  const content = { name: file.name, path: file.path, head, bytes };
  const opened = openReader(content, { columns, onColumns }, signal);
  if ('reason' in opened) {
    yield skipped(name, isExplicit, opened.reason, text);
    return;
  }
  if (opened.format === 'daily-papers-page') {
    onContent(name, opened.format, undefined);
    const page = await readDailyPapersPage(bytes, name, signal);
    if ('reason' in page) yield skipped(name, isExplicit, page.reason, text);
    else {
      for (const issue of page.issues) yield { issue };
      yield* page.rows;
    }
    return;
  }
  const { format, idKind, records } = opened;
  let isReported = false;
  const report = () => {
    if (!isReported) onContent(name, format, guess);
    isReported = true;
  };
  for await (const record of records) {
    report();
    if ('problem' in record) {
      const { line, problem, excerpt } = record;
      const kind = isEncodingProblem(problem) ? 'incomplete' : 'skipped';
      yield { issue: { kind, file: name, line, reason: problem, excerpt } };
    } else if (guess && guess.columns.title === undefined) {
      yield skipped(name, isExplicit, noTitleReason(guess), text);
      return;
    } else {
      const result = paperOfRecord(record, idKind, name, guess?.columns);
      if (result.issue) yield { issue: result.issue, deleted: 'deleted' in result ? result.deleted : undefined };
      if (result.row) yield result.row;
    }
  }
  report();
}

/** A message without the name of the file at its beginning, which an issue has already. */
function withoutName(message: string, ...names: readonly string[]): string {
  const name = names.find((one) => message.startsWith(`${one}: `));
  return name === undefined ? message : message.slice(name.length + 2);
}

const MAX_NAMED_COLUMNS = 12;

function noTitleReason({ others, columns }: ColumnGuess): string {
  const names = [...Object.values(columns), ...others];
  const listed = names.slice(0, MAX_NAMED_COLUMNS).map((name) => `'${sourceExcerpt(name)}'`);
  const more = names.length > MAX_NAMED_COLUMNS ? ` and ${names.length - MAX_NAMED_COLUMNS} more` : '';
  return `none of its columns is a title (${listed.join(', ')}${more}); name it, for example --columns title=${names[0] ?? 'NAME'}`;
}

/**
 * The issue for a file that is skipped as a whole.
 *
 * @throws PaperfieldError bad_input, if the user named this very file
 */
function skipped(file: string, isExplicit: boolean, reason: string, text = ''): { readonly issue: IngestIssue } {
  if (isExplicit) throw new PaperfieldError('bad_input', `${file}: ${reason}`);
  const excerpt = sourceExcerpt(text.slice(0, EXCERPT_INPUT_LENGTH));
  return { issue: { kind: 'skipped', file, line: 1, reason, excerpt } };
}
