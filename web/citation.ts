/** A paper as an entry of BibTeX: pure. */
import type { PaperAnswer } from '../server/contract.ts';
import { formulasOf } from './mathematics/find.ts';

type Cited = Pick<PaperAnswer, 'id' | 'title' | 'authors' | 'date' | 'url' | 'venue'>;

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const special: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
};

function escaped(text: string): string {
  return text.replace(/[\\{}~^]|[&%$#_]/g, (sign) => special[sign] ?? `\\${sign}`);
}

/** True where every brace that opens closes again: else what follows would be read as part of it. */
function isBalanced(tex: string): boolean {
  let depth = 0;
  for (const sign of tex.replace(/\\./g, '')) {
    if (sign === '{') depth++;
    if (sign === '}' && --depth < 0) return false;
  }
  return depth === 0;
}

/** A title keeps its formulas; every other sign stands for itself. */
function titleValue(title: string): string {
  let value = '';
  let at = 0;
  for (const { from, to, tex } of formulasOf(title)) {
    const whole = isBalanced(tex) ? title.slice(from, to) : escaped(title.slice(from, to));
    value += escaped(title.slice(at, from)) + whole;
    at = to;
  }
  return value + escaped(title.slice(at));
}

/** What an entry is named by: the first author, or what the id begins with, the year, and a word of the title. */
function keyOf({ id, title, authors, date }: Cited): string {
  const plain = (text: string) => text.normalize('NFKD').replace(/[^A-Za-z0-9]+/g, '');
  const author = plain(authors?.[0]?.trim().split(/\s+/).at(-1) ?? '') || plain(id);
  const word = title
    .split(/\s+/)
    .map(plain)
    .find((one) => one.length > 3);
  return `${author}${date?.slice(0, 4) ?? ''}${word ?? ''}`.toLowerCase() || 'paper';
}

/** @returns the entry, with a line end; a field that is not known is left out */
export function bibtexOf(paper: Cited): string {
  const { id, title, authors, date, url, venue } = paper;
  const arxiv = /^(?:arxiv:)?(\d{4}\.\d{4,5})$/i.exec(id)?.[1];
  const month = months[Number(/^\d{4}-(\d{2})/.exec(date ?? '')?.[1] ?? 0) - 1];
  const fields: [string, string | null][] = [
    // In a second pair of braces: capitals stay.
    ['title', `{{${titleValue(title)}}}`],
    ['author', authors?.length ? `{${authors.map(escaped).join(' and ')}}` : null],
    ['year', date ? `{${date.slice(0, 4)}}` : null],
    ['month', month ?? null],
    ['journal', venue ? `{${escaped(venue)}}` : null],
    ['eprint', arxiv ? `{${arxiv}}` : null],
    ['archiveprefix', arxiv ? '{arXiv}' : null],
    ['url', url ? `{${url.replace(/[{}\\\s]/g, encodeURIComponent)}}` : null],
  ];
  const lines = fields.filter(([, value]) => value !== null).map(([name, value]) => `  ${name} = ${value},\n`);
  return `@${venue ? 'article' : 'misc'}{${keyOf(paper)},\n${lines.join('')}}\n`;
}
