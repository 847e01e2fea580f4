import { describe, expect, it } from 'vitest';
import { chromium, onSamplePage } from './sample-page.ts';
import type { Visit } from './visit.ts';

describe.skipIf(!chromium)('the similarity field', () => {
  const { go } = onSamplePage();
  const toggle = (page: Visit['page']) => page.getByRole('switch', { name: 'Similarity field' });
  const found = (page: Visit['page']) =>
    page.getByRole('region', { name: 'Results' }).getByRole('link').first().waitFor();
  /** What a person sees of the map, when it has come to rest. */
  const seen = async (page: Visit['page']) => {
    await page.waitForTimeout(400);
    return (await page.getByRole('img', { name: /^Map of/ }).screenshot()).toString('base64');
  };

  it('is offered while there is a query, laid over the map when switched on, and stands in the address', async () => {
    const { page } = await go();
    expect(await toggle(page).isVisible()).toBe(false);
    await page.getByRole('combobox', { name: 'Search the papers' }).fill('robots that learn to grasp');
    await found(page);
    const before = await seen(page);
    await toggle(page).focus();
    await page.keyboard.press('Space');
    await page.waitForURL(/field=on/);
    expect(await toggle(page).getAttribute('aria-checked')).toBe('true');
    await page.getByText('less to do with it').waitFor();
    // What a color says does not depend on what is asked, and is told.
    await page.getByText(/Strongest: papers there are closer to it than .* 90 % of unrelated questions/).waitFor();
    const warm = await seen(page);
    expect(warm).not.toBe(before);
    await page.reload();
    await page.getByText('less to do with it').waitFor();
    await found(page);
    expect(await toggle(page).getAttribute('aria-checked')).toBe('true');
    await toggle(page).click();
    await expect.poll(() => page.getByText('less to do with it').isVisible()).toBe(false);
    expect(new URL(page.url()).searchParams.has('field')).toBe(false);
  });

  it('follows the query, and paints nothing where nothing is about it', async () => {
    const { page } = await go('?q=robots+that+learn+to+grasp&field=on');
    await page.getByText('less to do with it').waitFor();
    await page.getByRole('combobox', { name: 'Search the papers' }).fill('blorfx qwerzu');
    await page
      .getByRole('region', { name: 'Map of papers' })
      .getByText('Nothing here is about that: no place is warm.')
      .waitFor();
    expect(await page.getByText('less to do with it').isVisible()).toBe(false);
  });
});
