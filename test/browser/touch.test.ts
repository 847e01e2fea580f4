import { describe, expect, it } from 'vitest';
import { chromium, onSamplePage } from './sample-page.ts';
import type { Visit } from './visit.ts';

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const QUERY = '?q=robots+that+learn+to+push+and+grasp+objects';

describe.skipIf(!chromium)('the map under fingers', () => {
  const { go } = onSamplePage();
  const fingers = async ({ page, context }: Visit) => {
    const session = await context.newCDPSession(page);
    return (type: 'touchStart' | 'touchMove' | 'touchEnd', points: readonly (readonly [number, number])[]) =>
      session.send('Input.dispatchTouchEvent', { type, touchPoints: points.map(([x, y]) => ({ x, y })) });
  };
  const at = (page: Visit['page']) => new URL(page.url()).searchParams.get('at')?.split(',').map(Number);

  it('is zoomed by two, and moved by one', async () => {
    const visit = await go('', phone);
    const { page } = visit;
    const touch = await fingers(visit);
    await touch('touchStart', [
      [150, 300],
      [240, 300],
    ]);
    for (let i = 1; i <= 6; i++)
      await touch('touchMove', [
        [150 - 10 * i, 300],
        [240 + 10 * i, 300],
      ]);
    await touch('touchEnd', []);
    await expect.poll(() => at(page)?.[2]).toBeGreaterThan(1.5);
    const [x, , zoom] = at(page)!;
    await touch('touchStart', [[200, 250]]);
    for (let i = 1; i <= 6; i++) await touch('touchMove', [[200 - 10 * i, 250]]);
    await touch('touchEnd', []);
    await expect.poll(() => at(page)![0]! > x!).toBe(true);
    expect(at(page)![2]).toBeCloseTo(zoom!, 2);
  });

  /** Where the number 1 stands on the map. */
  const first = async ({ onMap }: Visit) => {
    await expect.poll(async () => (await onMap()).some(({ text }) => text === '1')).toBe(true);
    return (await onMap()).find(({ text }) => text === '1')!;
  };

  it('tells in a card what a finger rests on, and opens it by a tap', async () => {
    const visit = await go(QUERY, phone);
    const { page } = visit;
    const touch = await fingers(visit);
    const one = await first(visit);
    await touch('touchStart', [[one.x, one.y]]);
    const card = page.locator('.hover-card');
    await card.getByText(/\w{4}/).first().waitFor();
    const box = (await card.boundingBox())!;
    const sheet = (await page.getByRole('button', { name: 'Show more or less of the list' }).boundingBox())!;
    const bar = (await page.getByRole('banner').boundingBox())!;
    // What is touched is still seen, and so is all of the card.
    expect(one.y < box.y || one.y > box.y + box.height || one.x < box.x || one.x > box.x + box.width).toBe(true);
    expect(box.y >= bar.y + bar.height && box.y + box.height <= sheet.y).toBe(true);
    await touch('touchEnd', []);
    await page.waitForTimeout(100);
    expect(await card.isVisible()).toBe(true);
    expect(new URL(page.url()).searchParams.get('paper')).toBeNull();
    await page.touchscreen.tap(one.x, one.y);
    await page.waitForURL(/paper=/);
    await expect.poll(() => card.isVisible()).toBe(false);
  });

  it('keeps its tools beside the search and the sheet, none of them over another', async () => {
    const { page } = await go(QUERY, phone);
    await page.getByRole('button', { name: 'Map tools' }).tap();
    const tools = ['Show the whole map', 'Map tools', 'Select by a rectangle', 'Select by a lasso'];
    const all = [...tools, 'Select what is listed', 'Save the map as a picture', 'Dates'];
    const boxes = await Promise.all(
      all.map(async (name) => (await page.getByRole('button', { name, exact: true }).boundingBox())!),
    );
    const bar = (await page.getByRole('banner').boundingBox())!;
    const sheet = (await page.getByRole('button', { name: 'Show more or less of the list' }).boundingBox())!;
    for (const [i, box] of boxes.entries()) {
      expect([all[i], box.y >= bar.y + bar.height && box.y + box.height <= sheet.y]).toEqual([all[i], true]);
      expect(Math.min(box.width, box.height)).toBeGreaterThanOrEqual(44);
      for (const other of boxes.slice(i + 1)) {
        expect(other.y >= box.y + box.height - 1 || other.y + other.height <= box.y + 1).toBe(true);
      }
    }
  });
});
