import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { serveCorpus, temporaryFolder } from '../fixtures/sample-server.ts';
import { chromium, onPage } from './sample-page.ts';
import type { Visit } from './visit.ts';

const subjects = [
  'robots that grasp cups',
  'models that translate speech',
  'maps of proteins',
  'agents that plan routes',
];
const people = ['Grace Hopper', 'Ada Lovelace', 'Émilie du Châtelet', 'Emmy Noether', 'Sofia Kovalevskaya'];

/** Sixteen papers, each by two of five people. */
function serveWritten() {
  const folder = temporaryFolder();
  const lines = Array.from({ length: 16 }, (_, i) =>
    JSON.stringify({
      id: `p${i}`,
      title: `Study ${i} of ${subjects[i % 4]}`,
      abstract: `We study ${subjects[i % 4]}, and ${subjects[(i >> 2) % 4]} beside them, in ${i + 2} settings.${i === 15 ? ' We thank Emmy Noether.' : ''}`,
      authors: [people[i % 5], people[(i * 3 + 1) % 5]],
      date: `2024-0${1 + (i % 9)}-11`,
    }),
  );
  const file = join(folder.path, 'written.jsonl');
  writeFileSync(file, lines.join('\n'));
  return serveCorpus([file]);
}

describe.skipIf(!chromium)('authors', () => {
  const { go } = onPage(serveWritten, /status of 400/);
  const results = (page: Visit['page']) => page.getByRole('region', { name: 'Results' });
  const asked = (page: Visit['page']) => new URL(page.url()).searchParams.get('q');
  const allBy = async (page: Visit['page'], name: string) => {
    await results(page)
      .getByRole('heading', { name: /^\d+ papers$/ })
      .waitFor();
    const texts = () => results(page).getByRole('listitem').filter({ hasText: 'Study' }).allTextContents();
    await expect.poll(async () => (await texts()).every((text) => text.includes(name))).toBe(true);
    expect((await texts()).length).toBeGreaterThan(2);
  };

  it('of a paper lead to what else they wrote', async () => {
    const { page } = await go('?paper=p2');
    await page.getByRole('link', { name: 'Émilie du Châtelet', exact: true }).first().click();
    await expect.poll(() => asked(page)).toBe('author:"Émilie du Châtelet"');
    await allBy(page, 'Émilie du Châtelet');
  });

  it('are completed by any of their names, and found without accents', async () => {
    const { page } = await go();
    const field = page.getByRole('combobox', { name: 'Search the papers' });
    await field.pressSequentially('author:chat');
    await page.getByRole('option', { name: /Émilie du Châtelet/ }).click();
    await expect.poll(() => field.inputValue()).toMatch(/^author:"Émilie du Châtelet"\s?$/);
    await field.fill('author:"e. chatelet"');
    await page.keyboard.press('Enter');
    await allBy(page, 'Émilie du Châtelet');
  });

  it('are offered where a name alone is asked for, whether papers speak of them or not', async () => {
    const { page } = await go('?q=Grace Hopper&mode=keyword');
    await results(page).getByText('Did you mean author:"Grace Hopper"?').getByRole('link').click();
    await expect.poll(() => asked(page)).toBe('author:"Grace Hopper"');
    await allBy(page, 'Grace Hopper');
    await page.goto(new URL('?q=noether, emmy&mode=keyword', page.url()).href);
    await results(page).getByRole('heading', { name: '1 paper' }).waitFor();
    await results(page).getByText('Did you mean author:"Emmy Noether"?').waitFor();
  });

  it('are named with their papers in every list', async () => {
    const { page } = await go();
    for (const search of ['?since=2024', '?from=p1&to=p2', '?sel=r:-99,99,99,-99', '?topic=0']) {
      await page.goto(new URL(search, page.url()).href);
      const entry = page.getByRole('listitem').filter({ has: page.getByRole('link', { name: /^Study/ }) });
      await expect.poll(() => entry.first().textContent()).toMatch(/(Hopper|Lovelace|telet|Noether|skaya).* 2024/);
    }
  });

  it('narrow an answer by who wrote the most of it', async () => {
    const { page } = await go('?q=robots');
    await results(page).getByRole('button', { name: 'Narrow' }).click();
    const first = page.getByRole('list', { name: 'Authors' }).getByRole('button').first();
    const words = (await first.textContent())!;
    await first.click();
    const name = words.replace(/\d+$/, '');
    await expect.poll(() => asked(page)).toBe(`author:"${name}" robots`);
    await allBy(page, name);
  });
});
