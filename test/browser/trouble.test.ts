import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { quietEffects } from '../../pipeline/effects.ts';
import { startServer } from '../../server/main.ts';
import { buildInto, temporaryFolder } from '../fixtures/sample-server.ts';
import { ensureBuiltPage } from './built-page.ts';
import { findChromium, launchChromium } from './chromium.ts';
import { type Visit, visit } from './visit.ts';

const chromium = await findChromium();

/** Titles that try to be more than text, among papers that do not. */
const hostile = [
  '<img src=x onerror="window.ran = true"> planning with a picture',
  '<script>window.ran = true</script> planning with a script',
  '"><svg onload="window.ran = true"> planning with a drawing',
  '\u202Eplanning from right to left \u05D0\u05D1\u05D2',
  `planning ${'withoutanyspace'.repeat(20)}`,
  'planning 🤖🦾 with $\\frac{broken LaTeX',
];
const papers = Array.from({ length: 40 }, (_, i) => ({
  id: `p/${i}?&#<b>`,
  title: hostile[i] ?? `Plain planning paper number ${i} about ${['robots', 'maps', 'words', 'proofs'][i % 4]}`,
  abstract: `${hostile[i % 6]} We study planning for ${['robots', 'maps', 'words', 'proofs'][i % 4]} in ${i} ways.`,
  url: i === 0 ? 'javascript:window.ran=true' : `https://example.org/${i}`,
}));

describe.skipIf(!chromium)('the page in trouble', () => {
  const folder = temporaryFolder();
  let browser: Browser;
  let server: Awaited<ReturnType<typeof startServer>>;
  let open: Visit | undefined;

  beforeAll(async () => {
    await ensureBuiltPage();
    const source = join(folder.path, 'hostile.jsonl');
    writeFileSync(source, papers.map((paper) => JSON.stringify(paper)).join('\n'));
    await buildInto(join(folder.path, 'data'), [source]);
    browser = await launchChromium(chromium!);
    server = await startServer({ dataDir: join(folder.path, 'data'), host: '127.0.0.1', port: 0 }, quietEffects());
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    folder.remove();
  });
  afterEach(async () => {
    await open?.context.close();
    open = undefined;
  });
  const go = async (search = '') => {
    open = await visit(browser, `${server.url}/${search}`);
    return open;
  };

  it('shows hostile titles as the text they are, and runs nothing', async () => {
    const { page, problems } = await go('?q=planning with a picture, a script or a drawing');
    for (const title of hostile.slice(0, 3)) await page.getByRole('link', { name: title }).first().waitFor();
    await page.getByRole('link', { name: hostile[0]! }).first().click();
    await page.getByRole('heading', { name: hostile[0]! }).waitFor();
    await expect.poll(() => page.getByRole('region', { name: 'Paper' }).getByRole('listitem').count()).toBe(10);
    expect(await page.getByRole('link', { name: 'Open the paper' }).count()).toBe(0);
    expect(await page.evaluate(() => 'ran' in window)).toBe(false);
    expect(await page.locator('#papers img, #papers script').count()).toBe(0);
    expect(problems).toEqual([]);
  });

  it('keeps ids with odd characters, in address and reload', async () => {
    const { page, problems } = await go(`?paper=${encodeURIComponent(papers[7]!.id)}`);
    const heading = page.getByRole('heading', { name: papers[7]!.title });
    await heading.waitFor();
    await page.reload();
    await heading.waitFor();
    expect(problems).toEqual([]);
  });

  it('says what went wrong with a search, and tries again when asked', async () => {
    const { page } = await go();
    let broken = true;
    await page.route('**/api/search?*', (route) =>
      broken
        ? route.fulfill({ status: 500, json: { error: { code: 'internal', message: 'The index is on fire.' } } })
        : route.continue(),
    );
    await page.getByRole('combobox').fill('planning');
    await page.getByRole('alert').getByText('The index is on fire.').waitFor();
    broken = false;
    await page.getByRole('button', { name: 'Try again' }).click();
    await page
      .getByRole('link', { name: /planning/i })
      .first()
      .waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  it('says that a paper is unknown', async () => {
    const { page } = await go('?paper=nobody');
    await page.getByRole('alert').waitFor();
    await page.getByRole('button', { name: 'Back' }).click();
    await page.getByRole('heading', { name: 'Find papers by what they mean' }).waitFor();
  });

  it('drops the answer to a query that is no longer asked', async () => {
    const { page, problems } = await go();
    await page.route('**/api/search?q=maps*', async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 900));
      await route.continue().catch(() => undefined);
    });
    await page.getByRole('combobox').fill('maps');
    await page.waitForURL(/q=maps/);
    await page.getByRole('combobox').fill('proofs');
    const first = page.getByRole('region', { name: 'Results' }).getByRole('link').first();
    await first.waitFor();
    const shown = await first.textContent();
    await page.waitForTimeout(1000);
    expect(await first.textContent()).toBe(shown);
    expect(new URL(page.url()).searchParams.get('q')).toBe('proofs');
    expect(problems).toEqual([]);
  });

  it('offers newer papers, and lets the reader choose', async () => {
    const { page } = await go();
    const status = await (await fetch(`${server.url}/api/status`)).json();
    status.snapshot.id = 'tomorrow';
    await page.route('**/api/status', (route) => route.fulfill({ json: status }));
    const offer = page.getByText('New papers are in.');
    expect(await offer.isVisible()).toBe(false);
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    await offer.waitFor();
    await page.getByRole('button', { name: 'Later' }).click();
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    expect(await offer.isVisible()).toBe(false);
  });

  it('still searches when the map cannot be had', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.route('**/api/map', (route) => route.abort());
    await page.goto(`${server.url}/?q=planning`);
    await page.getByRole('alert').waitFor();
    await page
      .getByRole('link', { name: /planning/i })
      .first()
      .waitFor();
    await context.close();
  });
});
