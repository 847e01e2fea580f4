/** Papers with titles and abstracts that contain HTML, scripts, formulas and other hostile text, among harmless ones. */
import { join } from 'node:path';
import { writeJsonl } from '../fixtures/corpus.ts';
import { buildInto, serveFolder, temporaryFolder } from '../fixtures/sample-server.ts';
import { copySharedFolder } from '../fixtures/shared-folder.ts';

/** Elements that the reader of HTML in titles does not know, so that they reach the page, and that browsers do. */
export const titles = {
  picture: '<image src=x onerror="window.ran = true"> planning with a picture',
  script: '<details open ontoggle="window.ran = true"> planning with a script',
  drawing: '"><marquee onstart="window.ran = true"> planning with a drawing',
  leftwards: '\u202Eplanning from right to left \u05D0\u05D1\u05D2 \u0645\u0631\u062D\u0628\u0627',
  long: `planning ${'withoutanyspace'.repeat(20)}`,
  emoji: 'planning 🤖🦾👩‍👩‍👧‍👦 with $\\frac{broken LaTeX',
  marks: `planning with z${'\u0301\u0323\u0334'.repeat(60)}algo`,
  formula: 'Planning in $O(n^2)$ steps with $\\pi_0$',
  broken: 'Planning by $\\undefined{x}$ and $\\frac{1}{$ alone',
  trusted: 'Planning with $\\href{javascript:window.ran=true}{links}$ and $\\htmlId{q}{x}$',
  huge: 'Planning with $\\rule{9999em}{9999em}$ and $\\def\\a{\\a\\a}\\a$',
} as const;

const formulas =
  'We show that $\\mathcal{O}(n \\log n)$ robots need \\(n+1\\) plans, at a price of $5 to $10. ' +
  'In all, $$\\sum_{i=1}^{n} x_i = \\frac{a+b+c+d+e+f+g+h+i+j+k+l+m+n+o+p+q+r+s+t+u+v+w+x+y+z}{1+2+3+4+5+6+7+8+9}$$ holds.';
const links =
  ' Code (https://example.org/plan_(ning)), \\href{https://example.org/data}{data}; not javascript:window.ran=true.';
const hostileTitles = Object.values(titles);
const subjects = ['robots', 'maps', 'words', 'proofs'];

export const papers = Array.from({ length: 48 }, (_, i) => ({
  id: `p/${i}?&#<b>`,
  title: hostileTitles[i] ?? `Plain planning paper number ${i} about ${subjects[i % 4]}`,
  abstract: `${hostileTitles[i % hostileTitles.length]} We study planning for ${subjects[i % 4]} in ${i} ways. ${i % 3 === 1 ? formulas : ''}${i === 47 ? links : ''}`,
  authors: i % 2 === 0 ? ['<b>Ada</b> Lovelace', '\u05D0\u05D1\u05D2', 'X'.repeat(80)] : undefined,
  date: i % 5 === 0 ? undefined : `2025-${String((i % 12) + 1).padStart(2, '0')}-03`,
  url:
    i === 0 ? 'javascript:window.ran=true' : i === 47 ? 'https://arxiv.org/abs/2501.00047' : `https://example.org/${i}`,
}));

export const idOf = (title: string) => papers.find((paper) => paper.title === title)!.id;

export function serveHostilePapers() {
  return serveFolder((dataDir) =>
    copySharedFolder('hostile', dataDir, async (folder) => {
      const source = temporaryFolder();
      await buildInto(folder, [writeJsonl(join(source.path, 'hostile.jsonl'), papers)]);
      source.remove();
    }),
  );
}
