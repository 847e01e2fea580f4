import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startSampleServer } from '../fixtures/sample-server.ts';
import { ensureBuiltPage } from './built-page.ts';
import { findChromium, launchChromium } from './chromium.ts';
import { type Visit, visit } from './visit.ts';

const chromium = await findChromium();
const QUESTION = 'robots learning from people';

describe.skipIf(!chromium)('why a paper was found', () => {
  let browser: Browser;
  let server: Awaited<ReturnType<typeof startSampleServer>>;
  let open: Visit | undefined;

  beforeAll(async () => {
    await ensureBuiltPage();
    [browser, server] = await Promise.all([launchChromium(chromium!), startSampleServer()]);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });
  afterEach(async () => {
    const problems = open?.problems;
    await open?.context.close();
    open = undefined;
    expect(problems ?? []).toEqual([]);
  });
  const go = async (search: string) => {
    open = await visit(browser, `${server.url}/${search}`);
    return open.page;
  };

  it('is marked in titles and sentences, by letters and by meaning', async () => {
    const page = await go(`?q=${QUESTION}`);
    const list = page.getByRole('region', { name: 'Results' });
    await list.getByRole('listitem').first().waitFor();
    const marked = await list.locator('.hit-snippet mark').allTextContents();
    expect(marked.length).toBeGreaterThan(10);
    for (const word of marked) expect(word).toMatch(/^(robot|learn|people)/i);
    expect(await list.locator('.hit-title mark').count()).toBeGreaterThan(3);
    const near = await list.locator('.near').allTextContents();
    expect(near.map((word) => word.toLowerCase())).toContain('human');
  });

  it('is marked in the abstract of a paper opened from the list, and in none that was opened without a question', async () => {
    const page = await go(`?q=${QUESTION}`);
    const hit = page.getByRole('region', { name: 'Results' }).getByRole('listitem').first();
    const sentence = await hit.locator('.hit-snippet').textContent();
    await hit.getByRole('link').first().click();
    const answering = page.locator('.abstract .answering');
    await answering.waitFor();
    expect(await answering.textContent()).toContain(sentence?.replace(/^… | …$/g, ''));
    expect(await answering.locator('mark').count()).toBeGreaterThan(0);
    const whole = await page.locator('.abstract').allTextContents();
    const paper = new URL(page.url()).searchParams.get('paper');
    await page.goto(`${server.url}/?paper=${encodeURIComponent(paper ?? '')}`);
    await page.locator('.abstract').first().waitFor();
    expect(await page.locator('.abstract').allTextContents()).toEqual(whole);
    expect(await page.locator('.answering').count()).toBe(0);
  });
});
