/** Reads the lines of a saved 'Daily Papers' page, which is parsed as a whole. */
import { Readable } from 'node:stream';
import { parseDailyPapersPage } from './daily-papers-page.ts';
import { sourceExcerpt } from './issues.ts';
import { LINE_TOO_LONG_MESSAGE, type Line, readLines } from './lines.ts';
import type { ParsedFile } from './parsed-paper.ts';
import { isBlank } from './parsed-paper.ts';

/**
 * Maximum number of lines and of characters of a saved page. A page is parsed as a whole, so its size must be limited
 * to bound memory. A paper takes about 4 lines that are not blank, and 1.6 kB: there is room for 40,000 papers, and a
 * page of the site has about a hundred.
 */
const MAX_PAGE_LINES = 200_000;
const MAX_PAGE_CHARACTERS = 64 * 2 ** 20;

const NOT_UTF8 =
  'the file is not UTF-8 from this line on, perhaps Latin-1: characters are lost; ' +
  'convert it with: iconv -f ISO-8859-1 -t UTF-8';

/**
 * Reads a saved page.
 *
 * @param file the file's name, for issues
 * @returns what the page has; or why it is not read at all
 * @throws what `bytes` throws; the signal's reason, if it is aborted
 */
export async function readDailyPapersPage(
  bytes: AsyncIterable<Uint8Array>,
  file: string,
  signal?: AbortSignal,
): Promise<ParsedFile | { readonly reason: string }> {
  const lines: Line[] = [];
  const issues: ParsedFile['issues'][number][] = [];
  const report = (kind: 'skipped' | 'incomplete', { number, text }: Line, reason: string) =>
    issues.push({ kind, file, line: number, reason, excerpt: sourceExcerpt(text) });
  let characters = 0;
  let isReported = false;
  for await (const line of readLines(Readable.from(bytes, { objectMode: false }), signal)) {
    if (line.isTooLong) {
      report('skipped', line, LINE_TOO_LONG_MESSAGE);
      continue;
    }
    if (line.isInvalidUtf8 && !isReported) {
      report('incomplete', line, NOT_UTF8);
      isReported = true;
    }
    if (isBlank(line.text)) continue;
    lines.push(line);
    characters += line.text.length;
    if (lines.length > MAX_PAGE_LINES || characters > MAX_PAGE_CHARACTERS) {
      return { reason: 'a saved page of more than 200,000 lines or 64 MiB: split it into several files' };
    }
  }
  const page = parseDailyPapersPage(lines, file);
  return { rows: page.rows, issues: [...issues, ...page.issues] };
}
