import type { Organisation } from '../../core/paper.ts';
import { type PageDate, readCountLine, readDateLine } from './saved-page-date.ts';
import type { PageLine, SavedPage } from './saved-page-head.ts';

/** What the small print under an abstract says. */
export interface Meta {
  readonly authorCount?: number;
  readonly organisation?: Organisation;
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
const ORGANISATION = /^([A-Za-z0-9][\w.-]*) (\S.*)$/;

/** Longer lines before a separator are the end of an abstract, not an organisation. */
const LONGEST_ORGANISATION = 100;
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
    return i > from && isOrganisationLine(lines[i - 1].text, i - 1 === 0) ? i - 1 : i;
  }
  return lines.length;
}

function isOrganisationLine(text: string, opensParagraph: boolean): boolean {
  return text.length <= LONGEST_ORGANISATION && (opensParagraph || (ORGANISATION.test(text) && !/[.!?]$/.test(text)));
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
    else if (end === start) readOrganisation(text, meta);
    else if (SEPARATOR.test(lines[end - 1].text) && meta.date === undefined && text.length <= LONGEST_DATE) {
      meta.unread.push(text);
    } else break;
  }
  const text = lines.slice(start, end).map((line) => line.text);
  units.push({ line: lines[start].line, text: text.join(' '), meta });
  return end;
}

function readOrganisation(text: string, meta: { organisation?: Organisation; unread: string[] }): void {
  const match = ORGANISATION.exec(text);
  if (match) meta.organisation = { slug: match[1], name: match[2] };
  else meta.unread.push(text);
}
