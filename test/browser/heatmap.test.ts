import { describe, expect, test } from 'vitest';
import { chromium, onSamplePage } from './sample-page.ts';
import type { Visit } from './visit.ts';

describe.skipIf(!chromium)('the relevance heatmap', () => {
  const { go } = onSamplePage();
  const toggle = (page: Visit['page']) => page.getByRole('switch', { name: 'Relevance heatmap' });
  const scale = (page: Visit['page']) => page.getByText('less relevant');
  const searchBox = (page: Visit['page']) => page.getByRole('combobox', { name: 'Search papers' });
  const waitForResults = (page: Visit['page']) =>
    page.getByRole('region', { name: 'Results' }).getByRole('link').first().waitFor();
  /** The map as it looks once it has come to rest. */
  const screenshot = async (page: Visit['page']) => {
    await page.waitForTimeout(400);
    return (await page.getByRole('img', { name: /^Map of/ }).screenshot()).toString('base64');
  };

  test('is offered during a search, is drawn when it is switched on, and is kept in the address', async () => {
    const { page } = await go();
    expect(await toggle(page).isVisible()).toBe(false);
    await searchBox(page).fill('robots that learn to grasp');
    await waitForResults(page);
    const without = await screenshot(page);
    await toggle(page).focus();
    await page.keyboard.press('Space');
    await page.waitForURL(/heatmap=on/);
    expect(await toggle(page).getAttribute('aria-checked')).toBe('true');
    await scale(page).waitFor();
    await page.getByText(/^Strongest color: .* 90% of unrelated searches/).waitFor();
    expect(await screenshot(page)).not.toBe(without);
    await page.reload();
    await scale(page).waitFor();
    await waitForResults(page);
    expect(await toggle(page).getAttribute('aria-checked')).toBe('true');
    await toggle(page).click();
    await expect.poll(() => scale(page).isVisible()).toBe(false);
    expect(new URL(page.url()).searchParams.has('heatmap')).toBe(false);
  });

  test('follows the query, and is not drawn if no papers match', async () => {
    const { page } = await go('?q=robots+that+learn+to+grasp&heatmap=on');
    await scale(page).waitFor();
    await searchBox(page).fill('blorfx qwerzu');
    await page
      .getByRole('region', { name: 'Map of papers' })
      .getByText('No papers about this, so there is no heatmap.')
      .waitFor();
    expect(await scale(page).isVisible()).toBe(false);
  });
});
