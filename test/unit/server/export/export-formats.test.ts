import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Paper } from '../../../../pipeline/core/paper.ts';
import { bibtexOf } from '../../../../server/export/bibtex.ts';
import { risOf } from '../../../../server/export/ris.ts';

const nasty = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1 }),
  fc.string({
    unit: fc.constantFrom(
      '{',
      '}',
      '\\',
      '$',
      '%',
      '#',
      '&',
      '~',
      '^',
      '_',
      '@',
      ',',
      '=',
      '"',
      '\n',
      '\r',
      'a',
      ' ',
      'ER  - ',
    ),
    minLength: 1,
    maxLength: 30,
  }),
);
const papers = fc.array(
  fc.record(
    {
      id: nasty,
      title: nasty,
      abstract: nasty,
      authors: fc.array(nasty, { minLength: 1, maxLength: 3 }),
      date: fc.constantFrom('2025', '2025-01', '2025-01-07'),
      venue: nasty,
      url: nasty,
      categories: fc.array(nasty, { minLength: 1, maxLength: 2 }),
    },
    { requiredKeys: ['id', 'title', 'abstract'] },
  ),
  { minLength: 1, maxLength: 4 },
);

/** BibTeX as its own program reads it: entries, fields in braces; only bare braces count, and none is left open. */
function readBibtex(text: string): { type: string; key: string; fields: Map<string, string> }[] {
  const entries = [];
  let at = 0;
  const take = (pattern: RegExp) => {
    const sticky = new RegExp(pattern, 'y');
    sticky.lastIndex = at;
    const match = sticky.exec(text);
    if (!match) throw new Error(`at ${at}: ${JSON.stringify(text.slice(at, at + 40))}`);
    at = sticky.lastIndex;
    return match;
  };
  while (take(/\s*/) && at < text.length) {
    const [, type, key] = take(/@(\w+)\{([^\s,{}%#"'()=~\\]+),\s*/);
    const fields = new Map<string, string>();
    while (text[at] !== '}') {
      const [, name] = take(/(\w+) = /);
      let from = at;
      if (text[at] === '{') {
        let depth = 0;
        // BibTeX counts every brace, a backslash before it or not.
        do {
          if (text[at] === '{') depth++;
          if (text[at] === '}') depth--;
          at++;
        } while (depth > 0 && at < text.length);
        if (depth > 0) throw new Error('a brace is left open');
        fields.set(name, text.slice(++from, at - 1));
      } else fields.set(name, take(/[a-z]+/)[0]);
      take(/,\s*/);
    }
    at++;
    entries.push({ type, key, fields });
  }
  return entries;
}

describe('BibTeX', () => {
  test('can be read again whatever the papers hold, with keys of their own', () => {
    fc.assert(
      fc.property(papers, (some: readonly Paper[]) => {
        const distinct = some.filter(({ id }, i) => some.findIndex((one) => one.id === id) === i);
        const entries = readBibtex(bibtexOf(distinct));
        expect(entries).toHaveLength(distinct.length);
        expect(new Set(entries.map(({ key }) => key)).size).toBe(distinct.length);
        entries.forEach(({ type, fields }, i) => {
          expect(type).toBe(distinct[i].venue ? 'article' : 'misc');
          expect(fields.get('year')).toBe(distinct[i].date?.slice(0, 4));
        });
      }),
      { numRuns: 500 },
    );
  });

  const entry = (paper: Partial<Paper>) => bibtexOf([{ id: 'x', title: 'T', abstract: '', ...paper }]);

  test('writes what LaTeX would read as a command so that it is printed, and accents as they are', () => {
    expect(entry({ title: '100% of R&D_x #1 {a} ~ ^ \\ é 数' })).toContain(
      'title = {{100\\% of R\\&D\\_x \\#1 \\textbraceleft{}a\\textbraceright{} \\textasciitilde{} \\textasciicircum{} \\textbackslash{} é 数}}',
    );
  });

  test('keeps formulas, and takes prices for prices', () => {
    expect(entry({ title: 'An $O(n^2)$ bound for $\\ell_1$' })).toContain('{{An $O(n^2)$ bound for $\\ell_1$}}');
    expect(entry({ title: 'From $5 to $6 or $a{$' })).toContain('{{From \\$5 to \\$6 or \\$a\\textbraceleft{}\\$}}');
  });

  test('names an entry by author, year and word, and two of the same by their ids too', () => {
    const paper = {
      authors: ['Ashish Vaswani', 'Noam Shazeer'],
      date: '2017-06-12',
      title: 'Attention Is All You Need',
    };
    expect(entry({ ...paper, id: 'arxiv:1706.03762' })).toBe(
      [
        '@misc{vaswani2017attention,',
        '  title = {{Attention Is All You Need}},',
        '  author = {Ashish Vaswani and Noam Shazeer},',
        '  year = {2017},',
        '  month = jun,',
        '  eprint = {1706.03762},',
        '  archiveprefix = {arXiv},',
        '}\n',
      ].join('\n'),
    );
    const two = ['arxiv:1706.03762', 'b/2'].map((id) => ({ ...paper, id, abstract: '' }));
    expect(readBibtex(bibtexOf(two)).map(({ key }) => key)).toEqual([
      'vaswani2017attention-arxiv:1706.03762',
      'vaswani2017attention-b_2f_2',
    ]);
  });

  test('a name with "and" in it stays one name', () => {
    expect(entry({ authors: ['Science and Art Lab', 'Anders Sand'] })).toContain(
      '{{Science and Art Lab} and Anders Sand}',
    );
  });
});

describe('RIS', () => {
  test('is lines of a tag and a value, each record begun by TY and ended by ER, whatever the papers hold', () => {
    fc.assert(
      fc.property(papers, (some: readonly Paper[]) => {
        const lines = risOf(some)
          .split('\r\n')
          .filter((line) => line !== '');
        for (const line of lines) expect(line).toMatch(/^[A-Z][A-Z0-9] {2}- [^\r\n]*$/u);
        expect(lines.filter((line) => line.startsWith('TY  - '))).toHaveLength(some.length);
        expect(lines.filter((line) => line === 'ER  - ')).toHaveLength(some.length);
        lines.forEach((line, i) => {
          expect(line.startsWith('TY  - ')).toBe(i === 0 || lines[i - 1] === 'ER  - ');
        });
      }),
    );
  });

  test('has the last name first, dates as exact as they are, a line for each author', () => {
    const paper = {
      id: 'a',
      title: 'T',
      abstract: 'One\ntwo.',
      date: '2025-01',
      authors: ['Ada King Lovelace', 'Plato', 'Doe, J.'],
      venue: 'V',
    };
    expect(risOf([paper])).toBe(
      'TY  - JOUR\r\nID  - a\r\nTI  - T\r\nAU  - Lovelace, Ada King\r\nAU  - Plato\r\nAU  - Doe, J.\r\nPY  - 2025\r\nDA  - 2025/01//\r\nJO  - V\r\nAB  - One two.\r\nER  - \r\n\r\n',
    );
  });
});
