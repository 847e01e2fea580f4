import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Paper } from '../../../../pipeline/core/paper.ts';
import { toBibtex, toRis } from '../../../../server/export/export.ts';

const hostileText = fc.oneof(
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
      id: hostileText,
      title: hostileText,
      abstract: hostileText,
      authors: fc.array(hostileText, { minLength: 1, maxLength: 3 }),
      date: fc.constantFrom('2025', '2025-01', '2025-01-07'),
      venue: hostileText,
      url: hostileText,
      categories: fc.array(hostileText, { minLength: 1, maxLength: 2 }),
    },
    { requiredKeys: ['id', 'title', 'abstract'] },
  ),
  { minLength: 1, maxLength: 4 },
);

/** Parses BibTeX as the bibtex program does: it counts all braces, escaped ones too, and throws if one is left open. */
function parseBibtex(text: string): { type: string; key: string; fields: Map<string, string> }[] {
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
        // BibTeX counts braces even after a backslash.
        do {
          if (text[at] === '{') depth++;
          if (text[at] === '}') depth--;
          at++;
        } while (depth > 0 && at < text.length);
        if (depth > 0) throw new Error('unbalanced braces');
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
  test('can be parsed whatever the papers contain, and every entry has its own key', () => {
    fc.assert(
      fc.property(papers, (anyPapers: readonly Paper[]) => {
        const distinct = anyPapers.filter(({ id }, i) => anyPapers.findIndex((paper) => paper.id === id) === i);
        const entries = parseBibtex(toBibtex(distinct));
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

  const entry = (paper: Partial<Paper>) => toBibtex([{ id: 'x', title: 'T', abstract: '', ...paper }]);

  test('escapes what LaTeX would read as a command, and keeps accents', () => {
    expect(entry({ title: '100% of R&D_x #1 {a} ~ ^ \\ é 数' })).toContain(
      'title = {{100\\% of R\\&D\\_x \\#1 \\textbraceleft{}a\\textbraceright{} \\textasciitilde{} \\textasciicircum{} \\textbackslash{} é 数}}',
    );
  });

  test('keeps formulas, but escapes the dollar signs of prices', () => {
    expect(entry({ title: 'An $O(n^2)$ bound for $\\ell_1$' })).toContain('{{An $O(n^2)$ bound for $\\ell_1$}}');
    expect(entry({ title: 'From $5 to $6 or $a{$' })).toContain('{{From \\$5 to \\$6 or \\$a\\textbraceleft{}\\$}}');
  });

  test('makes keys from author, year and title, and appends the ids if two are equal', () => {
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
    expect(parseBibtex(toBibtex(two)).map(({ key }) => key)).toEqual([
      'vaswani2017attention-arxiv:1706.03762',
      'vaswani2017attention-b_2f_2',
    ]);
  });

  test('keeps a name with "and" in it one name', () => {
    expect(entry({ authors: ['Science and Art Lab', 'Anders Sand'] })).toContain(
      '{{Science and Art Lab} and Anders Sand}',
    );
  });
});

describe('RIS', () => {
  test('consists of lines with a tag and a value, TY first and ER last in each record, whatever the papers contain', () => {
    fc.assert(
      fc.property(papers, (anyPapers: readonly Paper[]) => {
        const lines = toRis(anyPapers)
          .split('\r\n')
          .filter((line) => line !== '');
        for (const line of lines) expect(line).toMatch(/^[A-Z][A-Z0-9] {2}- [^\r\n]*$/u);
        expect(lines.filter((line) => line.startsWith('TY  - '))).toHaveLength(anyPapers.length);
        expect(lines.filter((line) => line === 'ER  - ')).toHaveLength(anyPapers.length);
        lines.forEach((line, i) => {
          expect(line.startsWith('TY  - ')).toBe(i === 0 || lines[i - 1] === 'ER  - ');
        });
      }),
    );
  });

  test('has last names first, dates as exact as they are, and a line for each author', () => {
    const paper = {
      id: 'a',
      title: 'T',
      abstract: 'One\ntwo.',
      date: '2025-01',
      authors: ['Ada King Lovelace', 'Plato', 'Doe, J.'],
      venue: 'V',
    };
    expect(toRis([paper])).toBe(
      'TY  - JOUR\r\nID  - a\r\nTI  - T\r\nAU  - Lovelace, Ada King\r\nAU  - Plato\r\nAU  - Doe, J.\r\nPY  - 2025\r\nDA  - 2025/01//\r\nJO  - V\r\nAB  - One two.\r\nER  - \r\n\r\n',
    );
  });
});
