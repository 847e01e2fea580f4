import {
  excerptOf,
  type Organization,
  type ParsedFile,
  type ParsedPaper,
  type ParsedRow,
  type Receipt,
} from '../core/paper.ts';
import { type PageDate, readCountLine, readDateLine, resolveDate, yearSaved } from './dates.ts';
import { isBlank, plainText } from './plain-text.ts';

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

/** What the small print under an abstract says. */
export interface Meta {
  readonly authorCount?: number;
  readonly organization?: Organization;
  readonly date?: PageDate;
  readonly comments?: number;
  /** Pieces of the small print that are not in any form we know. */
  readonly unread: readonly string[];
}

/** A piece of a page's body: a paragraph of text, or the small print of a paper. */
export interface Unit {
  /** 1-based line at which it begins. */
  readonly line: number;
  readonly text: string;
  /** Present where the unit is small print, known by its author bullet or its separator line. */
  readonly meta?: Meta;
}

const SEPARATOR = /^[·•∙]$/;
const AUTHORS = /^[·•∙]\s*(\d{1,6}|\d{1,3}(?:,\d{3})+) authors?$/;
const ORGANIZATION = /^([A-Za-z0-9][\w.-]*) (\S.*)$/;

/** Longer lines before a separator are the end of an abstract, not an organization. */
const LONGEST_ORGANIZATION = 100;
/** Longer lines after a separator are the next title, not a date in an unknown form. */
const LONGEST_DATE = 40;

/** Cuts a page's body into its units, in order. Every line that is not blank is in one of them. */
export function splitUnits(page: SavedPage): Unit[] {
  const units: Unit[] = [];
  let paragraph: PageLine[] = [];
  const close = () => {
    if (paragraph.length > 0) splitParagraph(paragraph, page.hasBlocks, units);
    paragraph = [];
  };
  for (const line of page.body) {
    if (line.text !== '') paragraph.push(line);
    else if (page.hasBlocks) close();
  }
  close();
  return units;
}

/** The small print need not stand apart: a dump that lost a blank line puts it into the paragraph of the abstract. */
function splitParagraph(lines: readonly PageLine[], isOneText: boolean, units: Unit[]): void {
  let at = 0;
  while (at < lines.length) {
    const start = metaStart(lines, at);
    const texts = lines.slice(at, start);
    if (isOneText && texts.length > 0) units.push({ line: texts[0].line, text: texts.map((l) => l.text).join(' ') });
    else for (const line of texts) units.push({ line: line.line, text: line.text });
    at = start;
    if (at < lines.length) at = takeMeta(lines, at, units);
  }
}

/** The first line from `from` on that begins small print; the number of lines where none does. */
function metaStart(lines: readonly PageLine[], from: number): number {
  for (let i = from; i < lines.length; i++) {
    if (AUTHORS.test(lines[i].text)) return i;
    if (!SEPARATOR.test(lines[i].text)) continue;
    return i > from && isOrganizationLine(lines[i - 1].text, i - 1 === 0) ? i - 1 : i;
  }
  return lines.length;
}

function isOrganizationLine(text: string, opensParagraph: boolean): boolean {
  return text.length <= LONGEST_ORGANIZATION && (opensParagraph || (ORGANIZATION.test(text) && !/[.!?]$/.test(text)));
}

/** Reads small print from `start` on and gives the place of the first line that is not of it. */
function takeMeta(lines: readonly PageLine[], start: number, units: Unit[]): number {
  const meta: { -readonly [K in keyof Meta]: Meta[K] } & { unread: string[] } = { unread: [] };
  let end = start;
  for (; end < lines.length; end++) {
    const { text } = lines[end];
    if (SEPARATOR.test(text)) continue;
    const authors = AUTHORS.exec(text);
    const dated = readDateLine(text);
    const comments = readCountLine(text);
    if (authors && meta.authorCount === undefined) meta.authorCount = Number(authors[1].replaceAll(',', ''));
    else if (dated && meta.date === undefined) Object.assign(meta, dated);
    else if (comments !== undefined && meta.date && meta.comments === undefined) meta.comments = comments;
    else if (end === start) readOrganization(text, meta);
    else if (SEPARATOR.test(lines[end - 1].text) && meta.date === undefined && text.length <= LONGEST_DATE) {
      meta.unread.push(text);
    } else break;
  }
  const text = lines.slice(start, end).map((line) => line.text);
  units.push({ line: lines[start].line, text: text.join(' '), meta });
  return end;
}

function readOrganization(text: string, meta: { organization?: Organization; unread: string[] }): void {
  const match = ORGANIZATION.exec(text);
  if (match) meta.organization = { slug: match[1], name: match[2] };
  else meta.unread.push(text);
}

/** What a unit is to the page. `date` and `comments` are small print without its marks; a `stray` is of no paper. */
export type Role = 'title' | 'abstract' | 'continuation' | 'meta' | 'date' | 'comments' | 'stray';

/**
 * How far the reading of a paper has come. A paper needs its abstract or its small print, so no reading ends at
 * `titled`; after `told` and `dated` a title begins the next paper, and a stray lies between two. `dated` is apart from
 * `ready` because a lone number after it may be the paper's comments.
 *
 *              title          abstract         meta, date
 *      ready ────────▶ titled ────────▶ told ─────────────▶ dated
 *        ▲                              │ ▲└─┐ continuation   │
 *        │                              │ └──┘                │
 *        └──────────────────────────────┴─────────────────────┘
 *                           comments, stray
 */
type State = 'ready' | 'titled' | 'told' | 'dated';
const STATES: readonly State[] = ['ready', 'titled', 'told', 'dated'];

interface Step {
  readonly role: Role;
  readonly to: State;
  readonly cost: number;
}

/** No title of 9,876 Daily Papers is longer than 175 characters, no abstract shorter than 279: half way between. */
const LONG = 230;
/** One title in a thousand is longer. */
const LONG_FOR_A_TITLE = 150;
/** A shorter text is no sentence, even with a full stop: `Attention.` */
const SHORTEST_SENTENCE = 20;

/**
 * What a reading pays for the unlikely; the usual costs nothing, so a clean page has one free reading. The sizes matter
 * only against each other: `lost` is the price of leaving something out, and a guess that would hide a lost paper (a
 * short line without a full stop as an abstract, or as more of one) must cost more than that.
 */
const COST = {
  lost: 4,
  metaWithoutAbstract: 6,
  bareDateOrCount: 0.5,
  title: { long: 6, sentence: 2, dateOrCount: 1 },
  abstract: { sentence: 2, question: 3, unfinished: 5, other: 9 },
  continuation: { item: 1, lowerCaseProse: 1, prose: 3.5, lowerCase: 5, other: 6 },
};

/**
 * Tells titles from abstracts: the cheapest way to read the units as papers, as one role a unit. Alternation alone would
 * shift every paper after a missing line; length alone would lose a short abstract. (Viterbi's algorithm: for each unit
 * and state the cheapest way there, then back from the cheapest end. Of equals the first in `stepsFrom` wins.)
 */
export function readRoles(units: readonly Unit[]): Role[] {
  const arrivals: Map<State, { readonly from: State; readonly role: Role }>[] = [];
  let costs = new Map<State, number>([['ready', 0]]);
  for (const unit of units) {
    const arrival = new Map<State, { readonly from: State; readonly role: Role }>();
    const next = new Map<State, number>();
    for (const from of STATES) {
      const soFar = costs.get(from);
      if (soFar === undefined) continue;
      for (const { role, to, cost } of stepsFrom(from, unit)) {
        if (soFar + cost >= (next.get(to) ?? Number.POSITIVE_INFINITY)) continue;
        next.set(to, soFar + cost);
        arrival.set(to, { from, role });
      }
    }
    arrivals.push(arrival);
    costs = next;
  }
  let state = STATES.filter((end) => end !== 'titled' && costs.has(end)).reduce((best, other) =>
    costs.get(other)! < costs.get(best)! ? other : best,
  );
  const roles: Role[] = [];
  for (let i = units.length - 1; i >= 0; i--) {
    const { from, role } = arrivals[i].get(state)!;
    roles.push(role);
    state = from;
  }
  return roles.reverse();
}

function stepsFrom(from: State, unit: Unit): Step[] {
  const { text, meta } = unit;
  if (meta) {
    if (from === 'ready' || from === 'dated') return [{ role: 'stray', to: 'ready', cost: COST.lost }];
    const cost = from === 'titled' ? COST.metaWithoutAbstract : 0;
    return [{ role: 'meta', to: meta.comments === undefined ? 'dated' : 'ready', cost }];
  }
  if (from === 'titled') return [{ role: 'abstract', to: 'told', cost: abstractCost(text) }];
  const dated = readDateLine(text);
  const isCount = readCountLine(text) !== undefined;
  const steps: Step[] = [
    { role: 'title', to: 'titled', cost: titleCost(text, dated !== undefined || isCount) },
    { role: 'stray', to: 'ready', cost: COST.lost },
  ];
  if (from === 'told') {
    steps.push({ role: 'continuation', to: 'told', cost: continuationCost(text) });
    const afterDate = dated?.comments === undefined ? 'dated' : 'ready';
    if (dated) steps.push({ role: 'date', to: afterDate, cost: COST.bareDateOrCount });
  }
  if (isCount && from !== 'ready') steps.push({ role: 'comments', to: 'ready', cost: COST.bareDateOrCount });
  return steps;
}

function titleCost(text: string, isDateOrCount: boolean): number {
  if (isDateOrCount) return COST.title.dateOrCount;
  return (text.length > LONG ? COST.title.long : 0) + (isSentence(text) ? COST.title.sentence : 0);
}

function abstractCost(text: string): number {
  if (text.length > LONG) return 0;
  if (isSentence(text)) return COST.abstract.sentence;
  if (text.length >= SHORTEST_SENTENCE && /[?!？！]["'”’)\]]*$/.test(text)) return COST.abstract.question;
  return text.length > LONG_FOR_A_TITLE ? COST.abstract.unfinished : COST.abstract.other;
}

function continuationCost(text: string): number {
  if (isItem(text)) return COST.continuation.item;
  if (startsLowerCase(text)) return isProse(text) ? COST.continuation.lowerCaseProse : COST.continuation.lowerCase;
  return isProse(text) ? COST.continuation.prose : COST.continuation.other;
}

/** Whether a continuation may as well be the abstract of another paper, one whose title is lost. */
export function mayBeAbstract(text: string): boolean {
  return isProse(text) && !isItem(text) && !startsLowerCase(text);
}

function isProse(text: string): boolean {
  return text.length > LONG || isSentence(text);
}

function isSentence(text: string): boolean {
  return text.length >= SHORTEST_SENTENCE && /[.。…]["'”’)\]]*$/.test(text);
}

/** Whether the text starts as an item of a list does: `- `, `• `, `1. `, `(ii) `, `b) `. */
function isItem(text: string): boolean {
  return /^(?:[-*•–—◦▪]|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)])\s/i.test(text);
}

function startsLowerCase(text: string): boolean {
  return /^\p{Lowercase}/u.test(text);
}

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
 *       • 6 authors           ◀ or an organization: `nvidia NVIDIA`
 *     ·
 *     Sep 19, 2025 3          ◀ date, without its year if that is the year of saving; then a comment count, if any
 *
 *     page  = head paper*
 *     paper = title abstract [ [authors | organization] · date [comments] ]       (each part may be missing)
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
  const problems = unknown.map((piece) => `${piece} is no author count, organization, date or comment count`);
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
