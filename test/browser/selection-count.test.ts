import { describe, expect, it } from 'vitest';
import { chromium, onSamplePage } from './sample-page.ts';
import type { Visit } from './visit.ts';

describe.skipIf(!chromium)('an area under the hand', () => {
  const { go } = onSamplePage();
  const counted = (page: Visit['page']) =>
    page.getByRole('region', { name: 'Map of papers' }).getByText(/^[\d,]+ papers?$/);
  const said = (page: Visit['page']) => page.getByRole('status').allTextContents();
  const heading = (page: Visit['page']) => page.getByRole('heading', { name: /papers? selected$/ }).textContent();
  const boxOf = async (page: Visit['page']) => (await page.getByRole('img', { name: /^Map of \d/ }).boundingBox())!;

  it('tells beside the pointer how many papers it holds, and aloud when it is done', async () => {
    const { page } = await go();
    await page.getByRole('button', { name: 'Select by a rectangle' }).click();
    const { x, y, width, height } = await boxOf(page);
    await page.mouse.move(x + 0.3 * width, y + 0.2 * height);
    expect(await counted(page).isVisible()).toBe(false);
    await page.mouse.down();
    await page.mouse.move(x + 0.5 * width, y + 0.5 * height, { steps: 4 });
    const some = (await counted(page).textContent())!;
    await page.mouse.move(x + 0.6 * width, y + 0.7 * height, { steps: 4 });
    const more = (await counted(page).textContent())!;
    expect(Number.parseInt(more, 10)).toBeGreaterThan(Number.parseInt(some, 10));
    const sign = (await counted(page).boundingBox())!;
    expect(Math.hypot(sign.x - (x + 0.6 * width), sign.y - (y + 0.7 * height))).toBeLessThan(40);
    expect((await said(page)).join(' ')).not.toContain('selected');
    await page.mouse.up();
    expect(await heading(page)).toBe(`${more} selected`);
    expect(await said(page)).toContain(`${more} selected.`);
    expect(await counted(page).isVisible()).toBe(false);
  });

  it('counts what would be selected: less with Alt held, only what is open to dates, as much as the list then has', async () => {
    const { page } = await go('?sel=r:-99,-99,0,99&dates=2023..2024');
    const before = Number.parseInt((await heading(page))!, 10);
    await page.getByRole('button', { name: 'Select by a lasso' }).click();
    const { x, y, width, height } = await boxOf(page);
    await page.keyboard.down('Alt');
    await page.mouse.move(x + 0.1 * width, y + 0.1 * height);
    await page.mouse.down();
    await page.mouse.move(x + 0.1 * width, y + 0.8 * height, { steps: 6 });
    await page.mouse.move(x + 0.45 * width, y + 0.5 * height, { steps: 6 });
    const left = (await counted(page).textContent())!;
    expect(Number.parseInt(left, 10)).toBeGreaterThan(0);
    expect(Number.parseInt(left, 10)).toBeLessThan(before);
    await page.mouse.up();
    await page.keyboard.up('Alt');
    await expect.poll(() => heading(page)).toBe(`${left} selected`);
  });

  it('is no longer told where it is given up', async () => {
    const { page } = await go();
    await page.getByRole('button', { name: 'Select by a rectangle' }).click();
    const { x, y, width, height } = await boxOf(page);
    await page.mouse.move(x + 0.3 * width, y + 0.2 * height);
    await page.mouse.down();
    await page.mouse.move(x + 0.5 * width, y + 0.5 * height, { steps: 4 });
    expect(await counted(page).isVisible()).toBe(true);
    await page.keyboard.press('Escape');
    expect(await counted(page).isVisible()).toBe(false);
    await page.mouse.up();
    expect(new URL(page.url()).searchParams.get('sel')).toBeNull();
  });
});
