import { excerptOf, type ParsedFile, type ParsedPaper, type ParsedRow, type Receipt } from '../../core/paper.ts';
import { type PageDate, readDateLine, resolveDate, yearSaved } from './saved-page-date.ts';
import { headStarts, linesOf, type SavedPage, splitPages } from './saved-page-head.ts';
import { mayBeAbstract, type Role, readRoles } from './saved-page-reading.ts';
import { type Meta, splitUnits, type Unit } from './saved-page-units.ts';

/*
 * A saved 'Daily Papers' page is the text of the page as a browser copies it. Two layouts are known (┆ is a blank line):
 *
 *     blocks                               lines
 *
 *     new                                  Get trending papers in your email inbox once a day!
 *     ┆                                    Get trending papers in your email inbox!
 *     Get trending papers in your …!       SubscribeThe first title          ◀ glued to the head
 *     ┆                                    The first abstract …
 *     Subscribe                            The second title
 *     ┆                                    The second abstract …
 *     Daily Papers                         …
 *     ┆
 *     byAK and the research community
 *     ┆
 *     Jan 7                   ◀ the day that is listed: no paper's date
 *     ┆
 *     A title
 *     ┆
 *     Its abstract …
 *     ┆
 *       • 6 authors           ◀ or an organisation: `nvidia NVIDIA`
 *     ·
 *     Sep 19, 2025 3          ◀ date, without its year if that is the year of saving; then a comment count, if any
 *
 *     page  = head paper*
 *     paper = title abstract [ [authors | organisation] · date [comments] ]       (each part may be missing)
 *
 * Nothing but its place and its look tells a title from an abstract: see saved-page-reading.ts. A title that gets no
 * abstract is a paper only where small print follows it; else it may as well be any line, and goes into a receipt.
 */

/** How many lines may stand before the head of a page: a site's navigation, at most. */
const HEAD_WITHIN_LINES = 200;

/** Whether the text is a saved 'Daily Papers' page: whether the head of one stands in its first 200 lines. */
export function isSavedPage(text: string): boolean {
  return headStarts(linesOf(text, HEAD_WITHIN_LINES)).length > 0;
}

/**
 * Reads a saved 'Daily Papers' page. Every line that is not blank and not of the page's head is in a row or a receipt;
 * a paper that stands twice on the page is in two rows. Never throws.
 *
 * @param file what receipts call the file
 */
export function parseSavedPage(text: string, file: string): ParsedFile {
  const { pages, outside } = splitPages(linesOf(text));
  const rows: ParsedRow[] = [];
  const receipts: Receipt[] = [];
  const note = (kind: Receipt['kind'], place: { readonly line: number; readonly text: string }, reason: string) =>
    receipts.push({ kind, file, line: place.line, reason, excerpt: excerptOf(place.text) });

  for (const line of outside) note('skipped', line, 'stands before the head of the page');
  for (const page of pages) {
    const { entries, left, dates } = readEntries(page);
    const saved = yearSaved(dates);
    for (const unit of left) note('skipped', unit, reasonLeft(unit));
    for (const entry of entries) {
      const { paper, problems } = paperOf(entry, saved);
      rows.push({ paper, line: entry.title.line });
      if (problems.length > 0) note('incomplete', entry.title, problems.join('; '));
    }
  }
  receipts.sort((a, b) => a.line - b.line);
  return { rows, receipts };
}

/** A paper while it is read. */
interface Entry {
  readonly title: Unit;
  readonly abstract: string[];
  readonly meta: Meta[];
  /** What is to be said in its receipt. */
  readonly problems: string[];
}

/** What a page holds: papers, units that are of no paper, and every date that is written on it. */
interface PageReading {
  readonly entries: readonly Entry[];
  readonly left: readonly Unit[];
  readonly dates: readonly PageDate[];
}

function readEntries(page: SavedPage): PageReading {
  const units = splitUnits(page);
  const roles = readRoles(units);
  const entries: Entry[] = [];
  const left: Unit[] = [];
  const dates: PageDate[] = page.headDate ? [page.headDate] : [];
  let entry: Entry | undefined;
  units.forEach((unit, i) => {
    const role = roles[i];
    const meta = unit.meta ?? bareMeta(unit.text, role);
    if (meta?.date) dates.push(meta.date);
    if (role === 'title') {
      entry = { title: unit, abstract: [], meta: [], problems: [] };
      entries.push(entry);
    } else if (role === 'stray' || !entry) left.push(unit);
    else if (meta) entry.meta.push(meta);
    else {
      entry.abstract.push(unit.text);
      if (role === 'continuation' && mayBeAbstract(unit.text)) {
        const doubt = 'was read as more of the abstract; if it is another paper, its title is missing';
        entry.problems.push(`line ${unit.line} ${doubt}`);
      }
    }
  });
  return { entries, left, dates };
}

/** Why a unit is of no paper, as far as its look tells. */
function reasonLeft(unit: Unit): string {
  if (unit.meta) return 'authors, a date or comments, but no paper stands above them';
  if (mayBeAbstract(unit.text)) return 'looks like an abstract, but no title stands before it';
  return 'looks like a title, but no abstract follows it';
}

/** The small print that a lone date or a lone number is, where it has that role. */
function bareMeta(text: string, role: Role): Meta | undefined {
  if (role === 'date') return { ...readDateLine(text), unread: [] };
  if (role === 'comments') return { comments: Number(text), unread: [] };
  return undefined;
}

/** The paper, and in words for a receipt what of it could not be read. `saved` is the year the page was saved in. */
function paperOf(entry: Entry, saved: number | undefined): { paper: ParsedPaper; problems: string[] } {
  const { date, unread: _, ...known }: Meta = Object.assign({ unread: [] }, ...entry.meta);
  const unknown = entry.meta.flatMap((meta) => meta.unread).map((piece) => `'${excerptOf(piece)}'`);
  const problems = unknown.map((piece) => `${piece} is no author count, organisation, date or comment count`);
  problems.unshift(...entry.problems);
  const resolved = date && resolveDate(date, saved);
  if (resolved && 'problem' in resolved) problems.push(resolved.problem);
  if (entry.abstract.length === 0) problems.push('no abstract stands between the title and its small print');
  const paper = {
    title: entry.title.text,
    abstract: entry.abstract.join(' '),
    ...known,
    ...(resolved && 'iso' in resolved && { date: resolved.iso }),
  };
  return { paper, problems };
}
