import { describe, expect, test } from 'vitest';
import { chromium, onSamplePage } from './sample-page.ts';
import type { Visit } from './visit.ts';

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const QUERY = '?q=robots+that+learn+to+push+and+grasp+objects';

describe.skipIf(!chromium)('the map on a touch screen', () => {
  const { go } = onSamplePage();
  const touchOf = async ({ page, context }: Visit) => {
    const session = await context.newCDPSession(page);
    return (type: 'touchStart' | 'touchMove' | 'touchEnd', points: readonly (readonly [number, number])[]) =>
      session.send('Input.dispatchTouchEvent', { type, touchPoints: points.map(([x, y]) => ({ x, y })) });
  };
  const viewInAddress = (page: Visit['page']) => new URL(page.url()).searchParams.get('at')?.split(',').map(Number);
  const boxOf = async (page: Visit['page'], name: string) =>
    (await page.getByRole('button', { name, exact: true }).boundingBox())!;
  const searchBar = async (page: Visit['page']) => (await page.getByRole('banner').boundingBox())!;

  test('zooms with two fingers and pans with one', async () => {
    const visit = await go('', phone);
    const { page } = visit;
    const touch = await touchOf(visit);
    const fingers = (spread: number) =>
      [
        [150 - spread, 300],
        [240 + spread, 300],
      ] as const;
    await touch('touchStart', fingers(0));
    for (let i = 1; i <= 6; i++) await touch('touchMove', fingers(10 * i));
    await touch('touchEnd', []);
    await expect.poll(() => viewInAddress(page)?.[2]).toBeGreaterThan(1.5);
    const [x, , zoom] = viewInAddress(page)!;
    await touch('touchStart', [[200, 250]]);
    for (let i = 1; i <= 6; i++) await touch('touchMove', [[200 - 10 * i, 250]]);
    await touch('touchEnd', []);
    await expect.poll(() => viewInAddress(page)![0]).toBeGreaterThan(x);
    expect(viewInAddress(page)![2]).toBeCloseTo(zoom, 2);
  });

  test('shows the card of a paper on a long press, and opens the paper on a tap', async () => {
    const visit = await go(QUERY, phone);
    const { page, onMap } = visit;
    const touch = await touchOf(visit);
    const findFirstHit = async () => (await onMap()).find(({ text }) => text === '1');
    await expect.poll(findFirstHit).toBeDefined();
    const hit = (await findFirstHit())!;
    await touch('touchStart', [[hit.x, hit.y]]);
    const card = page.locator('.hover-card');
    await card.getByText(/\w{4}/).first().waitFor();
    const box = (await card.boundingBox())!;
    const panelTop = (await boxOf(page, 'Resize panel')).y;
    const bar = await searchBar(page);
    // Neither the paper nor any part of the card is covered.
    const isBesideHit = hit.y < box.y || hit.y > box.y + box.height || hit.x < box.x || hit.x > box.x + box.width;
    expect(isBesideHit).toBe(true);
    expect(box.y >= bar.y + bar.height && box.y + box.height <= panelTop).toBe(true);
    await touch('touchEnd', []);
    await page.waitForTimeout(100);
    expect(await card.isVisible()).toBe(true);
    expect(new URL(page.url()).searchParams.get('paper')).toBeNull();
    await page.touchscreen.tap(hit.x, hit.y);
    await page.waitForURL(/paper=/);
    await expect.poll(() => card.isVisible()).toBe(false);
  });

  test('has tools that are large enough, and overlap neither each other nor the search bar nor the panel', async () => {
    const { page } = await go(QUERY, phone);
    await page.getByRole('button', { name: 'Map tools' }).tap();
    const names = [
      'Show the whole map',
      'Map tools',
      'Rectangle select',
      'Lasso select',
      'Select listed papers',
      'Export map as image',
      'Dates',
    ];
    const boxes = await Promise.all(names.map((name) => boxOf(page, name)));
    const panelTop = (await boxOf(page, 'Resize panel')).y;
    const bar = await searchBar(page);
    for (const [i, box] of boxes.entries()) {
      const isClear = box.y >= bar.y + bar.height && box.y + box.height <= panelTop;
      expect([names[i], isClear]).toEqual([names[i], true]);
      expect(Math.min(box.width, box.height)).toBeGreaterThanOrEqual(44);
      for (const other of boxes.slice(i + 1)) {
        expect(other.y >= box.y + box.height - 1 || other.y + other.height <= box.y + 1).toBe(true);
      }
    }
  });
});
