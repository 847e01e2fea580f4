import { describe, expect, test } from 'vitest';
import { chromium, onSamplePage } from './sample-page.ts';
import type { Visit } from './visit.ts';

describe.skipIf(!chromium)('the count of papers while an area is drawn', () => {
  const { go } = onSamplePage();
  const badge = (page: Visit['page']) =>
    page.getByRole('region', { name: 'Map of papers' }).getByText(/^[\d,]+ papers?$/);
  const announcements = (page: Visit['page']) => page.getByRole('status').allTextContents();
  const heading = (page: Visit['page']) => page.getByRole('heading', { name: /papers? selected$/ }).textContent();
  const startDrag = async (page: Visit['page'], tool: string, partX: number, partY: number) => {
    await page.getByRole('button', { name: tool }).click();
    const { x, y, width, height } = (await page.getByRole('img', { name: /^Map of \d/ }).boundingBox())!;
    const dragTo = (toX: number, toY: number) => page.mouse.move(x + toX * width, y + toY * height, { steps: 6 });
    await dragTo(partX, partY);
    expect(await badge(page).isVisible()).toBe(false);
    await page.mouse.down();
    return dragTo;
  };

  test('is beside the pointer, and is announced when the area is finished', async () => {
    const { page } = await go();
    const dragTo = await startDrag(page, 'Rectangle select', 0.3, 0.2);
    await dragTo(0.5, 0.5);
    const first = (await badge(page).textContent())!;
    await dragTo(0.6, 0.7);
    const last = (await badge(page).textContent())!;
    expect(Number.parseInt(last, 10)).toBeGreaterThan(Number.parseInt(first, 10));
    const map = (await page.getByRole('img', { name: /^Map of \d/ }).boundingBox())!;
    const box = (await badge(page).boundingBox())!;
    const [pointerX, pointerY] = [map.x + 0.6 * map.width, map.y + 0.7 * map.height];
    expect(Math.hypot(box.x - pointerX, box.y - pointerY)).toBeLessThan(40);
    expect((await announcements(page)).join(' ')).not.toContain('selected');
    await page.mouse.up();
    expect(await heading(page)).toBe(`${last} selected`);
    expect(await announcements(page)).toContain(`${last} selected.`);
    expect(await badge(page).isVisible()).toBe(false);
  });

  test('is that of the selection afterwards: fewer with Alt, and only papers that match the date filter', async () => {
    const { page } = await go('?sel=r:-99,-99,0,99&dates=2023..2024');
    const before = Number.parseInt((await heading(page))!, 10);
    await page.keyboard.down('Alt');
    const dragTo = await startDrag(page, 'Lasso select', 0.1, 0.3);
    await dragTo(0.1, 0.8);
    await dragTo(0.45, 0.5);
    const counted = (await badge(page).textContent())!;
    expect(Number.parseInt(counted, 10)).toBeGreaterThan(0);
    expect(Number.parseInt(counted, 10)).toBeLessThan(before);
    await page.mouse.up();
    await page.keyboard.up('Alt');
    await expect.poll(() => heading(page)).toBe(`${counted} selected`);
  });

  test('disappears when drawing is canceled', async () => {
    const { page } = await go();
    const dragTo = await startDrag(page, 'Rectangle select', 0.3, 0.2);
    await dragTo(0.5, 0.5);
    expect(await badge(page).isVisible()).toBe(true);
    await page.keyboard.press('Escape');
    expect(await badge(page).isVisible()).toBe(false);
    await page.mouse.up();
    expect(new URL(page.url()).searchParams.get('sel')).toBeNull();
  });
});
