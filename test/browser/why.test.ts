import { describe, expect, it } from 'vitest';
import { chromium, onSamplePage } from './sample-page.ts';

const QUESTION = 'robots learning from people';

describe.skipIf(!chromium)('why a paper was found', () => {
  const sample = onSamplePage();
  const go = async (search: string) => (await sample.go(search)).page;

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
    // Those who do not see what is underlined are told with the link.
    const told = await list
      .getByRole('link')
      .evaluateAll((links) =>
        links.map((link) => document.getElementById(link.getAttribute('aria-describedby') ?? '')?.textContent ?? ''),
      );
    expect(told.filter((words) => /^Near in meaning: .*human/i.test(words)).length).toBeGreaterThan(0);
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
    await page.goto(`${sample.url}/?paper=${encodeURIComponent(paper ?? '')}`);
    await page.locator('.abstract').first().waitFor();
    expect(await page.locator('.abstract').allTextContents()).toEqual(whole);
    expect(await page.locator('.answering').count()).toBe(0);
  });
});
