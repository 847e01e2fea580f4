import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bibtexOf } from '../../web/citation.ts';

const paper = {
  id: 'arxiv:2602.20945',
  title: 'The Art of Efficient Reasoning: Data & Reward',
  authors: ['Taiqiang Wu', 'José Ñandú'],
  date: '2026-02-26',
  url: 'https://arxiv.org/abs/2602.20945',
  venue: null,
};

describe('a paper as BibTeX', () => {
  it('has what is known, and a key that a person would choose', () => {
    expect(bibtexOf(paper)).toBe(
      [
        '@misc{wu2026efficient,',
        '  title = {{The Art of Efficient Reasoning: Data \\& Reward}},',
        '  author = {Taiqiang Wu and José Ñandú},',
        '  year = {2026},',
        '  month = feb,',
        '  eprint = {2602.20945},',
        '  archiveprefix = {arXiv},',
        '  url = {https://arxiv.org/abs/2602.20945},',
        '}\n',
      ].join('\n'),
    );
  });

  it('leaves out what is not known', () => {
    const bare = { id: 'a/1', title: 'On it', authors: null, date: null, url: null, venue: 'A Journal' };
    expect(bibtexOf(bare)).toBe('@article{a1,\n  title = {{On it}},\n  journal = {A Journal},\n}\n');
  });

  it('keeps formulas, and escapes what is none', () => {
    const title = 'Costs of 5% with $\\pi_0$ and $\\frac{1}{$ in a_b {';
    expect(bibtexOf({ ...paper, title })).toContain(
      '{{Costs of 5\\% with $\\pi_0$ and \\$\\textbackslash{}frac\\{1\\}\\{\\$ in a\\_b \\{}},\n',
    );
  });

  it('closes every brace that it opens, whatever the paper says', () => {
    const text = fc
      .array(fc.constantFrom('{', '}', '\\', '$', '%', 'a', ' ', '\n', '@'))
      .map((signs) => signs.join(''));
    fc.assert(
      fc.property(text, text, text, (title, author, url) => {
        const entry = bibtexOf({ ...paper, title, authors: [author], url, venue: author });
        let depth = 0;
        for (const sign of entry.replace(/\\./gs, '')) {
          if (sign === '{') depth++;
          if (sign === '}') depth--;
          expect(depth).toBeGreaterThanOrEqual(0);
        }
        expect(depth).toBe(0);
      }),
    );
  });
});
