import type { Paper } from '../../pipeline/core/paper.ts';

/**
 * Papers in the RIS format: a line a field, a tag of two signs, two blanks, a hyphen and a blank before its value, lines
 * ended by CR LF, `ER` last. A value is one line: white space within it is one blank.
 */
export function risOf(papers: readonly Paper[]): string {
  return papers.map(recordOf).join('');
}

function recordOf(paper: Paper): string {
  const [year, month = '', day = ''] = (paper.date ?? '').split('-');
  const lines: [string, string | undefined][] = [
    ['TY', paper.venue ? 'JOUR' : 'GEN'],
    ['ID', paper.id],
    ['TI', paper.title],
    ...(paper.authors ?? []).map((name): [string, string] => ['AU', lastNameFirst(name)]),
    ['PY', year],
    ['DA', year && `${year}/${month}/${day}/`],
    ['JO', paper.venue],
    ['UR', paper.url],
    ...(paper.categories ?? []).map((category): [string, string] => ['KW', category]),
    ['AB', paper.abstract],
  ];
  const written = lines.flatMap(([tag, value]) => {
    const line = oneLine(value ?? '');
    return line === '' ? [] : [`${tag}  - ${line}\r\n`];
  });
  return `${written.join('')}ER  - \r\n\r\n`;
}

function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
}

/** As RIS wants names; one that has a comma, or is one word, is as it is. */
function lastNameFirst(name: string): string {
  const words = oneLine(name).split(' ');
  return name.includes(',') || words.length < 2 ? name : `${words.at(-1)}, ${words.slice(0, -1).join(' ')}`;
}
