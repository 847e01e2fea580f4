/**
 * Parses saved 'Daily Papers' pages. A saved page is the text of the page as a browser copies it. Two layouts are known
 * (┆ is a blank line):
 *
 *     blocks                               lines
 *
 *     new                                  Get trending papers in your email inbox once a day!
 *     ┆                                    Get trending papers in your email inbox!
 *     Get trending papers in your …!       SubscribeThe first title          ◀ glued to the header
 *     ┆                                    The first abstract …
 *     Subscribe                            The second title
 *     ┆                                    The second abstract …
 *     Daily Papers                         …
 *     ┆
 *     byAK and the research community
 *     ┆
 *     Jan 7                   ◀ the day that the page lists, not the date of a paper
 *     ┆
 *     A title
 *     ┆
 *     Its abstract …
 *     ┆
 *       • 6 authors           ◀ or an organization: `nvidia NVIDIA`
 *     ·
 *     Sep 19, 2025 3          ◀ date, without its year if that is the year of saving; then a comment count, if any
 *
 *     page     = header paper*
 *     paper    = title abstract [metadata]
 *     metadata = [authors | organization] · date [comments]       (each part may be missing)
 *
 * Only position and appearance tell a title from an abstract. Therefore unlikely roles of blocks have a cost, and the
 * blocks of a page get the roles with the lowest total cost (`assignRoles`). A title without an abstract is a paper
 * only if metadata follows; otherwise it may be any line, and becomes an issue.
 */
import { excerptOf } from '../core/errors.ts';
import type { IngestIssue } from '../core/ingest-issue.ts';
import type { Organization } from '../core/paper.ts';
import {
  inferYearPageWasSaved,
  type PageDate,
  parseCommentCountLine,
  parseDateLine,
  resolvePageDate,
} from './dates.ts';
import type { Line } from './lines.ts';
import type { ParsedFile, ParsedPaper, ParsedRow } from './parsed-paper.ts';
import { isBlank, normalizeWhitespace } from './parsed-paper.ts';

/** The header of a page begins within this many lines of the file. Only the navigation of the site may precede it. */
export const MAX_LINES_BEFORE_HEADER = 200;

/** Whether a file is a saved 'Daily Papers' page: whether the header of such a page is within its first 200 lines. */
export function isDailyPapersPage(lines: readonly Pick<Line, 'number' | 'text'>[]): boolean {
  const beyond = lines.findIndex(({ number }) => number > MAX_LINES_BEFORE_HEADER);
  return findHeaders(normalizeLines(beyond < 0 ? lines : lines.slice(0, beyond))).length > 0;
}

/**
 * Parses a saved 'Daily Papers' page. Every line that is neither blank nor part of the header is in a row or an issue.
 * A paper that is twice on the page is in two rows. Never throws.
 *
 * @param lines the lines of the file; line numbers that are missing stand for blank lines
 * @param file the file's name, for issues
 */
export function parseDailyPapersPage(lines: readonly Pick<Line, 'number' | 'text'>[], file: string): ParsedFile {
  const { pages, preamble } = splitPages(normalizeLines(lines));
  const rows: ParsedRow[] = [];
  const issues: IngestIssue[] = [];
  const report = (kind: IngestIssue['kind'], { line, text }: PageLine, reason: string) =>
    issues.push({ kind, file, line, reason, excerpt: excerptOf(text) });

  for (const line of preamble) report('skipped', line, 'precedes the header of the page');
  for (const page of pages) {
    const { entries, strays, dates } = readEntries(page);
    const yearSaved = inferYearPageWasSaved(dates);
    for (const block of strays) report('skipped', block, describeStray(block));
    for (const entry of entries) {
      const { paper, problems } = paperOf(entry, yearSaved);
      rows.push({ paper, line: entry.title.line });
      if (problems.length > 0) report('incomplete', entry.title, problems.join('; '));
    }
  }
  issues.sort((a, b) => a.line - b.line);
  return { rows, issues };
}

// ── From lines to pages ──────────────────────────────────────────────────────────────────────────────────────────────

/** A line with its white space normalized; empty if it is blank. */
interface PageLine {
  /** 1-based line number. */
  readonly line: number;
  readonly text: string;
}

/** One page of a file; a file may be several pages one after the other. */
interface SavedPage {
  /** The lines after the header, including blank ones. */
  readonly body: readonly PageLine[];
  /** Whether blank lines separate the paragraphs of the page; otherwise every line is a paragraph. */
  readonly hasBlankLines: boolean;
  /** The day that the page lists. It is no paper's date, but its year helps to infer the year of saving. */
  readonly headerDate?: PageDate;
}

/** Normalizes the white space of lines. Each gap in the line numbers becomes one blank line. */
function normalizeLines(lines: readonly Pick<Line, 'number' | 'text'>[]): PageLine[] {
  const normalized: PageLine[] = [];
  let expected = lines[0]?.number;
  for (const { number, text } of lines) {
    if (number > expected) normalized.push({ line: expected, text: '' });
    normalized.push({ line: number, text: isBlank(text) ? '' : normalizeWhitespace(text) });
    expected = number + 1;
  }
  return normalized;
}

const TRENDING = /^Get trending papers in your email inbox(?: once a day)?!?$/;
// In one of the two layouts of the page, the first title follows 'Subscribe' on the same line.
const SUBSCRIBE = /^Subscribe(.*)$/;
const DAILY_PAPERS = /^Daily Papers$/;
const COMMUNITY = /^by\s?AK and the research community$/;
const HEADER_DATE = /^[A-Z][a-z]{2} \d{1,2}(?:, \d{4})?$/;

/**
 * Splits lines into pages at their headers. `preamble` is the list of lines before the first header that are not blank,
 * such as the navigation of the site. Lines without any header are one page.
 */
function splitPages(lines: readonly PageLine[]): {
  readonly pages: readonly SavedPage[];
  readonly preamble: readonly PageLine[];
} {
  const starts = findHeaders(lines);
  if (starts.length === 0) return { pages: [{ body: lines, hasBlankLines: hasInnerBlankLine(lines) }], preamble: [] };
  const pages = starts.map((start, i) => readPage(lines.slice(start, starts[i + 1])));
  return { pages, preamble: lines.slice(0, starts[0]).filter((line) => line.text !== '') };
}

/** The indices of the lines at which a header begins. */
function findHeaders(lines: readonly PageLine[]): number[] {
  const starts: number[] = [];
  const filled: number[] = [];
  for (let i = 0; i < lines.length; i++) if (lines[i].text !== '') filled.push(i);
  const textAt = (i: number) => (i in filled ? lines[filled[i]].text : '');
  for (let i = 0; i < filled.length; i++) {
    if (TRENDING.test(textAt(i))) {
      // A header may have the line 'Get trending papers …' twice in a row.
      if (!TRENDING.test(textAt(i - 1))) starts.push(filled[textAt(i - 1) === 'new' ? i - 1 : i]);
    } else if (DAILY_PAPERS.test(textAt(i)) && COMMUNITY.test(textAt(i + 1))) {
      const previous = textAt(i - 1);
      if (previous !== 'Subscribe' && !TRENDING.test(previous)) starts.push(filled[i]);
    }
  }
  return starts;
}

/**
 * Reads a page: separates its body from its header. The lines of a header are in this order, and any of them may be
 * missing.
 */
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
  const firstTitle = take(SUBSCRIBE)?.[1].trim();
  if (firstTitle) {
    const body = [{ line: lines[at - 1].line, text: firstTitle }, ...lines.slice(at)];
    return { body, hasBlankLines: false };
  }
  const dailyPapers = take(DAILY_PAPERS);
  const community = take(COMMUNITY);
  const dateLine = dailyPapers || community ? take(HEADER_DATE)?.[0] : undefined;
  const headerDate = dateLine === undefined ? undefined : parseDateLine(dateLine)?.date;
  return { body: lines.slice(at), hasBlankLines: hasInnerBlankLine(lines), ...(headerDate && { headerDate }) };
}

function hasInnerBlankLine(lines: readonly PageLine[]): boolean {
  const first = lines.findIndex((line) => line.text !== '');
  const last = lines.findLastIndex((line) => line.text !== '');
  return lines.slice(Math.max(first, 0), last + 1).some((line) => line.text === '');
}

// ── From pages to blocks ─────────────────────────────────────────────────────────────────────────────────────────────

/** A paragraph of the page's body, or the metadata below an abstract. */
interface Block {
  /** 1-based line at which it begins. */
  readonly line: number;
  readonly text: string;
  /** Present if the block is metadata, recognized by its author bullet or its separator line. */
  readonly metadata?: Metadata;
}

interface Metadata {
  readonly authorCount?: number;
  readonly organization?: Organization;
  readonly date?: PageDate;
  readonly comments?: number;
  /** Parts of the metadata that are in no known form. */
  readonly unrecognized: readonly string[];
}

const SEPARATOR = /^[·•∙]$/;
const AUTHORS = /^[·•∙]\s*(\d{1,6}|\d{1,3}(?:,\d{3})+) authors?$/;
const ORGANIZATION = /^([A-Za-z0-9][\w.-]*) (\S.*)$/;

/** Maximum length of an organization line in characters. A longer line before a separator is the end of an abstract. */
const MAX_ORGANIZATION_LENGTH = 100;
/** Maximum length, in characters, of a date in an unknown form. A longer line after a separator is the next title. */
const MAX_DATE_LENGTH = 40;

/** Splits a page's body into blocks, in order. Every line that is not blank is in one of them. */
function splitBlocks(page: SavedPage): Block[] {
  const blocks: Block[] = [];
  let paragraph: PageLine[] = [];
  const endParagraph = () => {
    if (paragraph.length > 0) splitParagraph(paragraph, page.hasBlankLines, blocks);
    paragraph = [];
  };
  for (const line of page.body) {
    if (line.text !== '') paragraph.push(line);
    else if (page.hasBlankLines) endParagraph();
  }
  endParagraph();
  return blocks;
}

/**
 * Splits a paragraph into blocks of text and blocks of metadata: both are in one paragraph where the saved text lost a
 * blank line.
 */
function splitParagraph(lines: readonly PageLine[], isOneText: boolean, blocks: Block[]): void {
  let at = 0;
  while (at < lines.length) {
    const start = findMetadata(lines, at);
    const texts = lines.slice(at, start);
    if (isOneText && texts.length > 0) {
      blocks.push({ line: texts[0].line, text: texts.map(({ text }) => text).join(' ') });
    } else for (const { line, text } of texts) blocks.push({ line, text });
    at = start;
    if (at < lines.length) at = readMetadata(lines, at, blocks);
  }
}

/** The index of the first line from `from` on at which metadata begins; the number of lines if there is none. */
function findMetadata(lines: readonly PageLine[], from: number): number {
  for (let i = from; i < lines.length; i++) {
    if (AUTHORS.test(lines[i].text)) return i;
    if (!SEPARATOR.test(lines[i].text)) continue;
    return i > from && isOrganizationLine(lines[i - 1].text, i - 1 === 0) ? i - 1 : i;
  }
  return lines.length;
}

function isOrganizationLine(text: string, beginsParagraph: boolean): boolean {
  const isShort = text.length <= MAX_ORGANIZATION_LENGTH;
  return isShort && (beginsParagraph || (ORGANIZATION.test(text) && !/[.!?]$/.test(text)));
}

/** Appends the metadata that begins at `start`, and returns the index of the first line after it. */
function readMetadata(lines: readonly PageLine[], start: number, blocks: Block[]): number {
  const metadata: { -readonly [K in keyof Metadata]: Metadata[K] } & { unrecognized: string[] } = { unrecognized: [] };
  let end = start;
  for (; end < lines.length; end++) {
    const { text } = lines[end];
    if (SEPARATOR.test(text)) continue;
    const authors = AUTHORS.exec(text);
    const dated = parseDateLine(text);
    const comments = parseCommentCountLine(text);
    if (authors && metadata.authorCount === undefined) metadata.authorCount = Number(authors[1].replaceAll(',', ''));
    else if (dated && metadata.date === undefined) Object.assign(metadata, dated);
    else if (comments !== undefined && metadata.date && metadata.comments === undefined) metadata.comments = comments;
    else if (end === start) readOrganization(text, metadata);
    else if (SEPARATOR.test(lines[end - 1].text) && metadata.date === undefined && text.length <= MAX_DATE_LENGTH) {
      metadata.unrecognized.push(text);
    } else break;
  }
  const texts = lines.slice(start, end).map(({ text }) => text);
  blocks.push({ line: lines[start].line, text: texts.join(' '), metadata });
  return end;
}

function readOrganization(text: string, metadata: { organization?: Organization; unrecognized: string[] }): void {
  const match = ORGANIZATION.exec(text);
  if (match) metadata.organization = { slug: match[1], name: match[2] };
  else metadata.unrecognized.push(text);
}

// ── Roles of blocks ──────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * The role of a block on the page. `date` and `comments` are metadata without a bullet or separator; a `stray` is a
 * block that belongs to no paper.
 */
type Role = 'title' | 'abstract' | 'continuation' | 'metadata' | 'date' | 'comments' | 'stray';

/**
 * How far the current paper has been read. A paper needs an abstract or metadata, so no reading ends in `afterTitle`.
 * After an abstract or a date a title begins the next paper; between two papers there may be strays. `afterDate`
 * differs from `betweenPapers` because a lone number after a date may be the comment count of the paper.
 *
 *                     title             abstract              metadata, date
 *      betweenPapers ───────▶ afterTitle ───────▶ afterAbstract ─────────────▶ afterDate
 *            ▲                                     │ ▲└─┐ continuation              │
 *            │                                     │ └──┘                           │
 *            └─────────────────────────────────────┴────────────────────────────────┘
 *                                          comments, stray
 */
type State = 'betweenPapers' | 'afterTitle' | 'afterAbstract' | 'afterDate';
const STATES: readonly State[] = ['betweenPapers', 'afterTitle', 'afterAbstract', 'afterDate'];

interface Transition {
  readonly role: Role;
  readonly to: State;
  readonly cost: number;
}

/**
 * Minimum length of a text that looks like an abstract, in characters. Of 9,876 Daily Papers no title has more than 175
 * characters and no abstract fewer than 279; the limit is between the two.
 */
const MIN_ABSTRACT_LENGTH = 230;
/** Maximum length of a usual title, in characters: only one title in a thousand is longer. */
const LONG_TITLE_LENGTH = 150;
/** Minimum length of a sentence in characters. A shorter text is not a sentence, even with a full stop: `Attention.` */
const MIN_SENTENCE_LENGTH = 20;

/**
 * Costs of unlikely roles of blocks. Usual roles are free, so a well-formed page has a reading of cost 0. Only their
 * relation matters. `stray` leaves a block out, which is reported. A guess that would silently merge or hide a paper,
 * such as taking a short line without a full stop for an abstract, must cost more than `stray`.
 */
const COST = {
  stray: 4,
  metadataWithoutAbstract: 6,
  bareDateOrCount: 0.5,
  title: { long: 6, sentence: 2, dateOrCount: 1 },
  abstract: { sentence: 2, question: 3, unfinished: 5, other: 9 },
  continuation: { listItem: 1, lowerCaseProse: 1, prose: 3.5, lowerCase: 5, other: 6 },
};

/**
 * Finds the role of each block, above all which blocks are titles and which are abstracts: the roles with the lowest
 * total cost. If titles and abstracts were taken in turn, a missing line would shift every paper after it; by length
 * alone, short abstracts would be lost.
 *
 * The algorithm is Viterbi's: it computes the cheapest way to each state after each block, then goes back from the
 * cheapest final state. Among equal costs, the first transition of `transitionsFrom` is taken.
 */
function assignRoles(blocks: readonly Block[]): Role[] {
  const backPointers: Map<State, { readonly from: State; readonly role: Role }>[] = [];
  let costs = new Map<State, number>([['betweenPapers', 0]]);
  for (const block of blocks) {
    const backPointer = new Map<State, { readonly from: State; readonly role: Role }>();
    const next = new Map<State, number>();
    for (const from of STATES) {
      const costSoFar = costs.get(from);
      if (costSoFar === undefined) continue;
      for (const { role, to, cost } of transitionsFrom(from, block)) {
        if (costSoFar + cost >= (next.get(to) ?? Number.POSITIVE_INFINITY)) continue;
        next.set(to, costSoFar + cost);
        backPointer.set(to, { from, role });
      }
    }
    backPointers.push(backPointer);
    costs = next;
  }
  let state = STATES.filter((end) => end !== 'afterTitle' && costs.has(end)).reduce((best, other) =>
    costs.get(other)! < costs.get(best)! ? other : best,
  );
  const roles: Role[] = [];
  for (let i = blocks.length - 1; i >= 0; i--) {
    const { from, role } = backPointers[i].get(state)!;
    roles.push(role);
    state = from;
  }
  return roles.reverse();
}

function transitionsFrom(from: State, block: Block): Transition[] {
  const { text, metadata } = block;
  if (metadata) {
    if (from === 'betweenPapers' || from === 'afterDate') {
      return [{ role: 'stray', to: 'betweenPapers', cost: COST.stray }];
    }
    const to = metadata.comments === undefined ? 'afterDate' : 'betweenPapers';
    return [{ role: 'metadata', to, cost: from === 'afterTitle' ? COST.metadataWithoutAbstract : 0 }];
  }
  if (from === 'afterTitle') return [{ role: 'abstract', to: 'afterAbstract', cost: abstractCost(text) }];
  const dated = parseDateLine(text);
  const isCount = parseCommentCountLine(text) !== undefined;
  const transitions: Transition[] = [
    { role: 'title', to: 'afterTitle', cost: titleCost(text, dated !== undefined || isCount) },
    { role: 'stray', to: 'betweenPapers', cost: COST.stray },
  ];
  if (from === 'afterAbstract') {
    transitions.push({ role: 'continuation', to: 'afterAbstract', cost: continuationCost(text) });
    const to = dated?.comments === undefined ? 'afterDate' : 'betweenPapers';
    if (dated) transitions.push({ role: 'date', to, cost: COST.bareDateOrCount });
  }
  if (isCount && from !== 'betweenPapers') {
    transitions.push({ role: 'comments', to: 'betweenPapers', cost: COST.bareDateOrCount });
  }
  return transitions;
}

function titleCost(text: string, isDateOrCount: boolean): number {
  if (isDateOrCount) return COST.title.dateOrCount;
  return (text.length > MIN_ABSTRACT_LENGTH ? COST.title.long : 0) + (isSentence(text) ? COST.title.sentence : 0);
}

function abstractCost(text: string): number {
  if (text.length > MIN_ABSTRACT_LENGTH) return 0;
  if (isSentence(text)) return COST.abstract.sentence;
  if (text.length >= MIN_SENTENCE_LENGTH && /[?!？！]["'”’)\]]*$/.test(text)) return COST.abstract.question;
  return text.length > LONG_TITLE_LENGTH ? COST.abstract.unfinished : COST.abstract.other;
}

function continuationCost(text: string): number {
  const { listItem, lowerCaseProse, prose, lowerCase, other } = COST.continuation;
  if (isListItem(text)) return listItem;
  if (beginsLowerCase(text)) return isProse(text) ? lowerCaseProse : lowerCase;
  return isProse(text) ? prose : other;
}

/**
 * Whether a text may be the abstract of a paper whose title is missing, and not only the continuation of another
 * abstract.
 */
function mayBeAbstract(text: string): boolean {
  return isProse(text) && !isListItem(text) && !beginsLowerCase(text);
}

function isProse(text: string): boolean {
  return text.length > MIN_ABSTRACT_LENGTH || isSentence(text);
}

function isSentence(text: string): boolean {
  return text.length >= MIN_SENTENCE_LENGTH && /[.。…]["'”’)\]]*$/.test(text);
}

/** Whether the text begins like an item of a list: `- `, `• `, `1. `, `(ii) `, `b) `. */
function isListItem(text: string): boolean {
  return /^(?:[-*•–—◦▪]|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)])\s/i.test(text);
}

function beginsLowerCase(text: string): boolean {
  return /^\p{Lowercase}/u.test(text);
}

// ── From blocks to papers ────────────────────────────────────────────────────────────────────────────────────────────

/** The blocks of one paper, and what is wrong with them. */
interface Entry {
  readonly title: Block;
  readonly abstract: string[];
  readonly metadata: Metadata[];
  readonly problems: string[];
}

interface PageContent {
  readonly entries: readonly Entry[];
  /** Blocks that belong to no paper. */
  readonly strays: readonly Block[];
  /** All dates on the page, from which the year of saving is inferred. */
  readonly dates: readonly PageDate[];
}

function readEntries(page: SavedPage): PageContent {
  const blocks = splitBlocks(page);
  const roles = assignRoles(blocks);
  const entries: Entry[] = [];
  const strays: Block[] = [];
  const dates: PageDate[] = page.headerDate ? [page.headerDate] : [];
  let entry: Entry | undefined;
  blocks.forEach((block, i) => {
    const role = roles[i];
    const metadata = block.metadata ?? bareMetadata(block.text, role);
    if (metadata?.date) dates.push(metadata.date);
    if (role === 'title') {
      entry = { title: block, abstract: [], metadata: [], problems: [] };
      entries.push(entry);
    } else if (role === 'stray' || !entry) strays.push(block);
    else if (metadata) entry.metadata.push(metadata);
    else {
      entry.abstract.push(block.text);
      if (role === 'continuation' && mayBeAbstract(block.text)) {
        entry.problems.push(
          `line ${block.line} was read as part of the abstract; if it is another paper, its title is missing`,
        );
      }
    }
  });
  return { entries, strays, dates };
}

/** Why a block belongs to no paper, judged by its appearance. */
function describeStray(block: Block): string {
  if (block.metadata) return 'authors, a date or comments without a paper above them';
  if (mayBeAbstract(block.text)) return 'looks like an abstract, but no title precedes it';
  return 'looks like a title, but no abstract follows it';
}

/**
 * The metadata of a block that is a date alone or a number alone, if its role is `date` or `comments`; else undefined.
 */
function bareMetadata(text: string, role: Role): Metadata | undefined {
  if (role === 'date') return { ...parseDateLine(text), unrecognized: [] };
  if (role === 'comments') return { comments: Number(text), unrecognized: [] };
  return undefined;
}

/** Makes a paper from an entry, and lists which of its parts could not be read. */
function paperOf(entry: Entry, yearSaved: number | undefined): { paper: ParsedPaper; problems: string[] } {
  const { date, unrecognized: _, ...fields }: Metadata = Object.assign({ unrecognized: [] }, ...entry.metadata);
  const problems = [...entry.problems];
  for (const text of entry.metadata.flatMap(({ unrecognized }) => unrecognized)) {
    problems.push(`'${excerptOf(text)}' is no author count, organization, date or comment count`);
  }
  const resolved = date && resolvePageDate(date, yearSaved);
  if (resolved && 'problem' in resolved) problems.push(resolved.problem);
  if (entry.abstract.length === 0) problems.push('no abstract between the title and its metadata');
  const paper = {
    title: entry.title.text,
    abstract: entry.abstract.join(' '),
    ...fields,
    ...(resolved && 'iso' in resolved && { date: resolved.iso }),
  };
  return { paper, problems };
}
