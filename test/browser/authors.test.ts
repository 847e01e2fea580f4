import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { serveCorpus, temporaryFolder } from '../fixtures/sample-server.ts';
import { chromium, onPage } from './sample-page.ts';
import type { Visit } from './visit.ts';

const subjects = [
  'robots that grasp cups',
  'models that translate speech',
  'maps of proteins',
  'agents that plan routes',
];
const authors = ['Grace Hopper', 'Ada Lovelace', 'Émilie du Châtelet', 'Emmy Noether', 'Sofia Kovalevskaya'];

/** Sixteen papers, each by two of five authors. */
function servePapersWithAuthors() {
  const folder = temporaryFolder();
  const lines = Array.from({ length: 16 }, (_, i) =>
    JSON.stringify({
      id: `p${i}`,
      title: `Study ${i} of ${subjects[i % 4]}`,
      abstract: `We study ${subjects[i % 4]}, and ${subjects[(i >> 2) % 4]} beside them, in ${i + 2} settings.${i === 15 ? ' We thank Emmy Noether.' : ''}`,
      authors: [authors[i % 5], authors[(i * 3 + 1) % 5]],
      date: `2024-0${1 + (i % 9)}-11`,
    }),
  );
  const file = join(folder.path, 'papers.jsonl');
  writeFileSync(file, lines.join('\n'));
  return serveCorpus([file]);
}

describe.skipIf(!chromium)('authors', () => {
  const { go } = onPage(servePapersWithAuthors, /status of 400/);
  const results = (page: Visit['page']) => page.getByRole('region', { name: 'Results' });
  const queryOf = (page: Visit['page']) => new URL(page.url()).searchParams.get('q');
  const expectAllBy = async (page: Visit['page'], name: string) => {
    await results(page)
      .getByRole('heading', { name: /^\d+ papers$/ })
      .waitFor();
    const texts = () => results(page).getByRole('listitem').filter({ hasText: 'Study' }).allTextContents();
    await expect.poll(async () => (await texts()).every((text) => text.includes(name))).toBe(true);
    expect((await texts()).length).toBeGreaterThan(2);
  };

  test('of a paper link to their other papers', async () => {
    const { page } = await go('?paper=p2');
    await page.getByRole('link', { name: 'Émilie du Châtelet', exact: true }).first().click();
    await expect.poll(() => queryOf(page)).toBe('author:"Émilie du Châtelet"');
    await expectAllBy(page, 'Émilie du Châtelet');
  });

  test('are completed from any part of their name, and found without accents', async () => {
    const { page } = await go();
    const field = page.getByRole('combobox', { name: 'Search papers' });
    await field.pressSequentially('author:chat');
    await page.getByRole('option', { name: /Émilie du Châtelet/ }).click();
    await expect.poll(() => field.inputValue()).toMatch(/^author:"Émilie du Châtelet"\s?$/);
    await field.fill('author:"e. chatelet"');
    await page.keyboard.press('Enter');
    await expectAllBy(page, 'Émilie du Châtelet');
  });

  test('are understood if the query is just a name, whose words can be searched literally', async () => {
    const { page } = await go('?q=noether, emmy&mode=keyword');
    await results(page).getByText('Searched for author:"Emmy Noether"').waitFor();
    await expectAllBy(page, 'Emmy Noether');
    expect(queryOf(page)).toBe('noether, emmy');
    await results(page).getByRole('link', { name: 'Search literally' }).click();
    await results(page).getByRole('heading', { name: '1 paper' }).waitFor();
    expect(queryOf(page)).toBe('noether, emmy match:literal');
  });

  test('are suggested if nothing is found and the query may be a part of a name', async () => {
    const { page } = await go('?q=Hopper&mode=keyword');
    await results(page).getByText('Did you mean author:Hopper?').getByRole('link').click();
    await expect.poll(() => queryOf(page)).toBe('author:Hopper');
    await expectAllBy(page, 'Grace Hopper');
  });

  test('are named in every list of papers', async () => {
    const { page } = await go();
    for (const search of ['?since=2024', '?from=p1&to=p2', '?sel=r:-99,99,99,-99', '?topic=0']) {
      await page.goto(new URL(search, page.url()).href);
      const entry = page.getByRole('listitem').filter({ has: page.getByRole('link', { name: /^Study/ }) });
      await expect.poll(() => entry.first().textContent()).toMatch(/(Hopper|Lovelace|telet|Noether|skaya).* 2024/);
    }
  });

  test('are a facet of the results', async () => {
    const { page } = await go('?q=robots');
    await results(page).getByRole('button', { name: 'Filter' }).click();
    const first = page.getByRole('list', { name: 'Authors' }).getByRole('button').first();
    const label = (await first.textContent())!;
    await first.click();
    const name = label.replace(/\d+$/, '');
    await expect.poll(() => queryOf(page)).toBe(`author:"${name}" robots`);
    await expectAllBy(page, name);
  });
});
