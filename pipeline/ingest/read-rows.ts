import { PaperfieldError } from '../core/errors.ts';
import type { IngestIssue } from '../core/ingest-issue.ts';
import { isDailyPapersPage, MAX_LINES_BEFORE_HEADER, parseDailyPapersPage } from './daily-papers-page.ts';
import { EXCERPT_INPUT_LENGTH, sourceExcerpt } from './issues.ts';
import { LINE_TOO_LONG_MESSAGE, type Line } from './lines.ts';
import { parseJsonlLine } from './parse-jsonl-line.ts';
import type { ParsedRow } from './parsed-paper.ts';
import { isBlank } from './parsed-paper.ts';
import type { SourceFile } from './source-files.ts';

/** A parsed paper with the line where it was read, or an issue that says why a row is not a paper. */
type RowOrIssue = ParsedRow | { readonly issue: IngestIssue };

/**
 * Maximum number of lines and of characters of a saved page. A page is parsed as a whole, so its size must be limited
 * to bound memory. A paper takes about 4 lines that are not blank, and 1.6 kB: there is room for 40,000 papers, and a
 * page of the site has about a hundred.
 */
const MAX_PAGE_LINES = 200_000;
const MAX_PAGE_CHARACTERS = 64 * 2 ** 20;

/**
 * Reads the rows of one file, including repeated ones. The format is recognized by the content: JSONL if the first line
 * that is not blank begins with `{`, else a saved 'Daily Papers' page if the header of such a page is found.
 *
 * @param signal stops reading, even if the file has no rows for minutes
 * @throws PaperfieldError bad_input, if the file cannot be read, or if the user named it and it has no known format;
 *   the signal's reason, if it is aborted
 */
export async function* readRows(source: SourceFile, signal?: AbortSignal): AsyncGenerator<RowOrIssue> {
  if (source.problem !== undefined) {
    yield skippedFile(source, source.problem, []);
    return;
  }
  let format: 'unknown' | 'jsonl' | 'saved page' = 'unknown';
  const page: Line[] = [];
  let pageCharacters = 0;
  let hasTooLongLine = false;
  let firstInvalid: Line | undefined;
  for await (const line of source.lines(signal)) {
    if (line.isTooLong) {
      hasTooLongLine = true;
      yield skippedLine(source, line, LINE_TOO_LONG_MESSAGE);
      continue;
    }
    if (line.isInvalidUtf8) firstInvalid ??= line;
    if (format === 'unknown' && page.length === 0 && line.text.trimStart().startsWith('{')) format = 'jsonl';
    if (format === 'jsonl') {
      const { row, issue } = parseJsonlLine(line.text, source.name, line.number) ?? {};
      if (issue) yield { issue };
      if (row) yield row;
      continue;
    }
    if (isBlank(line.text)) continue;
    page.push(line);
    pageCharacters += line.text.length;
    const isTooLarge = page.length > MAX_PAGE_LINES || pageCharacters > MAX_PAGE_CHARACTERS;
    if (format === 'unknown' && (isTooLarge || line.number > MAX_LINES_BEFORE_HEADER)) {
      if (!isDailyPapersPage(page)) break;
      format = 'saved page';
    }
    if (isTooLarge) {
      yield skippedFile(source, 'a saved page of more than 200,000 lines or 64 MiB: split it into several files', page);
      return;
    }
  }
  const encodingIssue = () => {
    if (!firstInvalid) return [];
    const issue = skippedLine(source, firstInvalid, NOT_UTF8);
    return [{ issue: { ...issue.issue, kind: 'incomplete' as const } }];
  };
  if (format === 'jsonl') return yield* encodingIssue();
  if (isDailyPapersPage(page)) {
    yield* encodingIssue();
    const { rows, issues } = parseDailyPapersPage(page, source.name);
    for (const issue of issues) yield { issue };
    yield* rows;
  } else if (page.length > 0) {
    yield skippedFile(
      source,
      `in no format paperfield reads (JSONL, or a saved 'Daily Papers' page)${formatHint(page)}`,
      page,
    );
  } else if (!hasTooLongLine) yield skippedFile(source, 'the file is empty', []);
}

const NOT_UTF8 =
  'the file is not UTF-8 from this line on, perhaps Latin-1: characters are lost; ' +
  'convert it with: iconv -f ISO-8859-1 -t UTF-8';

/** What a file in no known format probably is, as the end of a reason. */
function formatHint([first]: readonly Line[]): string {
  if (first.text.includes('\0')) return '; it seems to be UTF-16, convert it with: iconv -f UTF-16 -t UTF-8';
  if (first.text.trimStart().startsWith('['))
    return "; it seems to be a JSON array, write one object per line with: jq -c '.[]'";
  return '';
}

/**
 * The issue for a file that is skipped as a whole.
 *
 * @throws PaperfieldError bad_input, if the user named this very file
 */
function skippedFile(source: SourceFile, reason: string, lines: readonly Line[]): RowOrIssue {
  if (source.isExplicit) throw new PaperfieldError('bad_input', `${source.name}: ${reason}`);
  const beginning = lines.slice(0, 40).map(({ text }) => text.slice(0, EXCERPT_INPUT_LENGTH));
  return skippedLine(source, { number: 1, text: beginning.join('\n') }, reason);
}

function skippedLine(
  source: SourceFile,
  { number, text }: Pick<Line, 'number' | 'text'>,
  reason: string,
): { readonly issue: IngestIssue } {
  return { issue: { kind: 'skipped', file: source.name, line: number, reason, excerpt: sourceExcerpt(text) } };
}
