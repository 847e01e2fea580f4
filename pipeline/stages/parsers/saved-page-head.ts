import { isBlank, plainText } from './plain-text.ts';
import { type PageDate, readDateLine } from './saved-page-date.ts';

/** One line of a file, folded to plain text; empty where the line is blank. */
export interface PageLine {
  /** 1-based. */
  readonly line: number;
  readonly text: string;
}

/** One saved page: a file that was put together from several holds several. */
export interface SavedPage {
  /** The lines after the head, blank ones included. */
  readonly body: readonly PageLine[];
  /** Whether paragraphs are set apart by blank lines; otherwise every line is a paragraph. */
  readonly hasBlocks: boolean;
  /** The day whose papers the page lists. No paper's date, but it may write a year. */
  readonly headDate?: PageDate;
}

const TRENDING = /^Get trending papers in your email inbox(?: once a day)?!?$/;
// One of the two layouts glues the first title to this line.
const SUBSCRIBE = /^Subscribe(.*)$/;
const DAILY_PAPERS = /^Daily Papers$/;
const COMMUNITY = /^by\s?AK and the research community$/;
const HEAD_DATE = /^[A-Z][a-z]{2} \d{1,2}(?:, \d{4})?$/;

/** The lines of a text, or the first of them. A line may end with LF, CR LF or, in a text without any LF, with CR. */
export function linesOf(text: string, limit?: number): PageLine[] {
  return text
    .split(text.includes('\n') ? '\n' : '\r', limit)
    .map((line, i) => ({ line: i + 1, text: isBlank(line) ? '' : plainText(line) }));
}

/**
 * Cuts the lines into pages at their heads. `outside` are the lines before the first head (a site's navigation, say),
 * without the blank ones. Lines without any head are one page.
 */
export function splitPages(lines: readonly PageLine[]): {
  readonly pages: readonly SavedPage[];
  readonly outside: readonly PageLine[];
} {
  const starts = headStarts(lines);
  if (starts.length === 0) return { pages: [{ body: lines, hasBlocks: hasBlankLineWithin(lines) }], outside: [] };
  const pages = starts.map((start, i) => readPage(lines.slice(start, starts[i + 1])));
  return { pages, outside: lines.slice(0, starts[0]).filter((line) => line.text !== '') };
}

/** Where in the lines a page's head begins; none where the text is no saved page. */
export function headStarts(lines: readonly PageLine[]): number[] {
  const starts: number[] = [];
  const filled: number[] = [];
  for (let i = 0; i < lines.length; i++) if (lines[i].text !== '') filled.push(i);
  const textAt = (place: number) => (place in filled ? lines[filled[place]].text : '');
  for (let place = 0; place < filled.length; place++) {
    if (TRENDING.test(textAt(place))) {
      // The head of a page may say it twice in a row.
      if (!TRENDING.test(textAt(place - 1))) starts.push(filled[textAt(place - 1) === 'new' ? place - 1 : place]);
    } else if (DAILY_PAPERS.test(textAt(place)) && COMMUNITY.test(textAt(place + 1))) {
      const before = textAt(place - 1);
      if (before !== 'Subscribe' && !TRENDING.test(before)) starts.push(filled[place]);
    }
  }
  return starts;
}

/** Takes the head off a page. Its lines come in this order, and any of them may be missing. */
function readPage(lines: readonly PageLine[]): SavedPage {
  let at = 0;
  const take = (pattern: RegExp) => {
    while (at < lines.length && lines[at].text === '') at++;
    const match = at < lines.length ? pattern.exec(lines[at].text) : null;
    if (match) at++;
    return match;
  };
  take(/^new$/);
  while (take(TRENDING));
  const glued = take(SUBSCRIBE)?.[1].trim();
  if (glued) {
    const firstTitle = { line: lines[at - 1].line, text: glued };
    return { body: [firstTitle, ...lines.slice(at)], hasBlocks: false };
  }
  const named = take(DAILY_PAPERS);
  const signed = take(COMMUNITY);
  const dateLine = named || signed ? take(HEAD_DATE)?.[0] : undefined;
  const headDate = dateLine === undefined ? undefined : readDateLine(dateLine)?.date;
  return { body: lines.slice(at), hasBlocks: hasBlankLineWithin(lines), ...(headDate && { headDate }) };
}

function hasBlankLineWithin(lines: readonly PageLine[]): boolean {
  const first = lines.findIndex((line) => line.text !== '');
  const last = lines.findLastIndex((line) => line.text !== '');
  return lines.slice(Math.max(first, 0), last + 1).some((line) => line.text === '');
}
