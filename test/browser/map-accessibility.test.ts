import axe from 'axe-core';
import { describe, expect, it } from 'vitest';
import { chromium, onSamplePage } from './sample-page.ts';
import type { Visit } from './visit.ts';

/** What axe-core finds on the page that keeps people out. */
async function serious(page: Visit['page']): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { violations } = await (window as unknown as { axe: typeof axe }).axe.run();
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
  });
}

describe.skipIf(!chromium)('what stands around the map', () => {
  const { go } = onSamplePage();
  const picked = '?q=robots&sel=r:-900,-900,900,900&dates=2025-01..2025-12&at=0,0,2';

  it.each(['light', 'dark'] as const)('keeps nobody out, in %s colors', async (colorScheme) => {
    const { page } = await go(picked, { colorScheme });
    const region = page.getByRole('region', { name: 'Selection' });
    await expect.poll(() => region.getByRole('link').count()).toBe(20);
    expect(await serious(page)).toEqual([]);
    await page.getByRole('button', { name: 'Select what is listed' }).click();
    expect(await serious(page)).toEqual([]);
    await page.getByRole('button', { name: 'Select by a lasso' }).click();
    expect(await serious(page)).toEqual([]);
    await page.getByRole('button', { name: 'Save the map as a picture' }).click();
    await page.getByRole('button', { name: /^PNG/ }).waitFor();
    expect(await serious(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('application', { name: /^Walk the map/ }).focus();
    expect(await serious(page)).toEqual([]);
  });

  it('keeps nobody out on a phone', async () => {
    const { page } = await go(picked, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
    await page.getByRole('button', { name: 'Map tools' }).tap();
    await page.getByRole('button', { name: 'Dates', exact: true }).tap();
    expect(await serious(page)).toEqual([]);
  });
});
