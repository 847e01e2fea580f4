import type { Paper } from '../../pipeline/core/paper.ts';

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const spelled: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  // BibTeX counts a brace whether a backslash stands before it or not.
  '{': '\\textbraceleft{}',
  '}': '\\textbraceright{}',
};
/**
 * A formula as papers write it: a sign that is no space behind the first dollar and before the last, no digit behind that
 * (`$5 and $6` are prices). Without a line break or a percent sign, which would comment out what follows.
 */
const FORMULA = /\$(?!\s)((?:\\[^\r\n]|[^$\\%\r\n])+?)(?<!\s)\$(?!\d)/g;

/**
 * Papers as entries of BibTeX, in UTF-8, one after another. A key is made of the paper alone (`vaswani2017attention`): the
 * first author's last name, or without authors what the id begins with, the year, and the first word of the title with
 * four letters. Where two papers of one export would have the same, both have their ids behind it.
 */
export function bibtexOf(papers: readonly Paper[]): string {
  const times = new Map<string, number>();
  for (const key of papers.map(keyOf)) times.set(key, (times.get(key) ?? 0) + 1);
  return papers
    .map((paper) => {
      const key = keyOf(paper);
      return entryOf(paper, times.get(key) === 1 ? key : `${key}-${idKey(paper.id)}`);
    })
    .join('\n');
}

function entryOf({ id, title, authors, date = '', url, venue }: Paper, key: string): string {
  const [year, month] = date.split('-');
  const arxiv = /^(?:arxiv:)?(\d{4}\.\d{4,5}(?:v\d+)?)$/i.exec(id)?.[1];
  const fields = [
    // In a second pair of braces: capitals stay.
    ['title', `{{${withFormulas(oneLine(title))}}}`],
    ['author', authors?.length ? `{${authors.map(nameOf).join(' and ')}}` : ''],
    ['year', year ? `{${year}}` : ''],
    ['month', months[Number(month) - 1] ?? ''],
    ['journal', venue ? `{${escaped(oneLine(venue))}}` : ''],
    ['eprint', arxiv ? `{${arxiv}}` : ''],
    ['archiveprefix', arxiv ? '{arXiv}' : ''],
    ['url', url ? `{${url.replace(/[{}\\%\s]/g, escapedInAddress)}}` : ''],
  ];
  const lines = fields.filter(([, value]) => value !== '').map(([name, value]) => `  ${name} = ${value},\n`);
  return `@${venue ? 'article' : 'misc'}{${key},\n${lines.join('')}}\n`;
}

/** A percent sign begins a comment in LaTeX, not in BibTeX; with a backslash before it both read it as it is. */
function escapedInAddress(sign: string): string {
  return sign === '%' ? '\\%' : encodeURIComponent(sign).replaceAll('%', '\\%');
}

function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
}

function escaped(text: string): string {
  return text.replace(/[\\~^{}&%$#_]/g, (sign) => spelled[sign] ?? `\\${sign}`);
}

/** Formulas stay as they are where their braces close; every other sign stands for itself. */
function withFormulas(text: string): string {
  let value = '';
  let at = 0;
  for (const match of text.matchAll(FORMULA)) {
    if (!isBalanced(match[1])) continue;
    value += escaped(text.slice(at, match.index)) + match[0];
    at = match.index + match[0].length;
  }
  return value + escaped(text.slice(at));
}

function isBalanced(tex: string): boolean {
  let depth = 0;
  for (const sign of tex.replace(/\\./g, (pair) => (/[{}]/.test(pair) ? pair[1] : ''))) {
    if (sign === '{') depth++;
    if (sign === '}' && --depth < 0) return false;
  }
  return depth === 0;
}

/** `and` in a name would part it in two. */
function nameOf(name: string): string {
  const value = escaped(oneLine(name));
  return /(?:^|\s)and(?:\s|$)/i.test(value) ? `{${value}}` : value;
}

function keyOf({ id, title, authors, date }: Paper): string {
  const author = plain(authors?.[0]?.trim().split(/\s+/).at(-1) ?? '') || plain(id);
  const word = title
    .split(/\s+/)
    .map(plain)
    .find((one) => one.length > 3);
  return `${author}${date?.slice(0, 4) ?? ''}${word ?? ''}` || 'paper';
}

function plain(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9]+/g, '')
    .toLowerCase();
}

/** An id in letters that a key may have, no two alike: every other sign is its number between underscores. */
function idKey(id: string): string {
  return id.replace(/[^A-Za-z0-9.-]/gu, (sign) => (sign === ':' ? ':' : `_${sign.codePointAt(0)?.toString(16)}_`));
}
