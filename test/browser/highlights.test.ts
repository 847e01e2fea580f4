import { describe, expect, test } from 'vitest';
import { chromium, onSamplePage } from './sample-page.ts';

const QUERY = 'robots learning from people';

describe.skipIf(!chromium)('the highlights of a hit', () => {
  const sample = onSamplePage();
  const go = async (search: string) => (await sample.go(search)).page;

  test('are query matches and semantic matches in titles and snippets', async () => {
    const page = await go(`?q=${QUERY}`);
    const list = page.getByRole('region', { name: 'Results' });
    await list.getByRole('listitem').first().waitFor();
    const matches = await list.locator('.hit-snippet mark').allTextContents();
    expect(matches.length).toBeGreaterThan(10);
    for (const word of matches) expect(word).toMatch(/^(robot|learn|people)/i);
    expect(await list.locator('.hit-title mark').count()).toBeGreaterThan(3);
    const semantic = await list.locator('.semantic-match').allTextContents();
    expect(semantic.map((word) => word.toLowerCase())).toContain('human');
    // For screen readers the link has a description.
    const descriptions = await list
      .getByRole('link')
      .evaluateAll((links) =>
        links.map((link) => document.getElementById(link.getAttribute('aria-describedby') ?? '')?.textContent ?? ''),
      );
    expect(descriptions.filter((text) => /^Similar in meaning: .*human/i.test(text)).length).toBeGreaterThan(0);
  });

  test('are in the abstract of a paper opened from the results, and not of one opened without a query', async () => {
    const page = await go(`?q=${QUERY}`);
    const hit = page.getByRole('region', { name: 'Results' }).getByRole('listitem').first();
    const sentence = await hit.locator('.hit-snippet').textContent();
    await hit.getByRole('link').first().click();
    const matched = page.locator('.abstract .matched-sentence');
    await matched.waitFor();
    expect(await matched.textContent()).toContain(sentence?.replace(/^… | …$/g, ''));
    expect(await matched.locator('mark').count()).toBeGreaterThan(0);
    const paragraphs = await page.locator('.abstract').allTextContents();
    const paper = new URL(page.url()).searchParams.get('paper');
    await page.goto(`${sample.url}/?paper=${encodeURIComponent(paper ?? '')}`);
    await page.locator('.abstract').first().waitFor();
    expect(await page.locator('.abstract').allTextContents()).toEqual(paragraphs);
    expect(await page.locator('.matched-sentence').count()).toBe(0);
  });
});
