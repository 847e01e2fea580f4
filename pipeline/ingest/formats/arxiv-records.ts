/** What arXiv writes about its papers in all of its interfaces: the API, the feeds, OAI-PMH. Pure functions. */
import { normalizeWhitespace } from '../parsed-paper.ts';
import { authorsOf } from './values/authors.ts';
import { withoutTexAccents } from './values/tex-accents.ts';

/** A title or an abstract in one line. It is no HTML: '<' is part of the mathematics. */
export function arxivText(text: string): string {
  return normalizeWhitespace(withoutTexAccents(text));
}

/** The names in a list such as 'A. B. Cee (1), D. Eff (2), for the X Collaboration ((1) Here, (2) There)'. */
export function arxivAuthors(list: string): string[] {
  const names = withoutParentheses(arxivText(list)).replace(/,?\s+(?:for|on behalf of) (?=the\s)/i, ', ');
  return authorsOf(names) ?? [];
}

/** Affiliations of authors are in parentheses, also within each other. */
export function withoutParentheses(text: string): string {
  if (!text.includes('(')) return text;
  const parts: string[] = [];
  let depth = 0;
  for (const part of text.split(/([()])/)) {
    if (part === '(') depth++;
    else if (part === ')') depth = Math.max(0, depth - 1);
    else if (depth === 0) parts.push(part);
  }
  return normalizeWhitespace(parts.join(' ')).replace(/ (?=[,;])/g, '');
}

const WITHDRAWN =
  /\b(?:paper|article|submission|manuscript|preprint|work|note|version)\s+(?:has\s+been|have\s+been|is|was|is\s+being)\s+(?:temporarily\s+)?withdrawn\b|^\W{0,3}withdrawn\b/i;

/** Whether the comment or the abstract of a paper is the notice that its authors or arXiv withdrew it. */
export function isWithdrawn(...texts: readonly (string | undefined)[]): boolean {
  // A notice is short, or stands at the beginning.
  return texts.some((text) => text !== undefined && WITHDRAWN.test(text.slice(0, 300)));
}

/**
 * The date of the first version. An id says the month in which it was given; what an interface gives as the date may
 * be that of a later version, and is taken only if it fits.
 */
export function firstVersionDate(arxivId: string | undefined, written: string | undefined): string | undefined {
  const [, year, month] = /^(?:[a-z-]+\/)?(\d\d)(\d\d)/.exec(arxivId ?? '') ?? [];
  if (year === undefined) return written;
  const fullYear = Number(year) + (Number(year) >= 91 ? 1900 : 2000);
  const [writtenYear, writtenMonth = month] = written?.split('-') ?? [];
  // A paper of the last day of a month gets an id of the next one.
  const distance = (Number(writtenYear) - fullYear) * 12 + Number(writtenMonth) - Number(month);
  return Math.abs(distance) <= 1 ? written : `${fullYear}-${month}`;
}
