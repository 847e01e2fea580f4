import { describe, expect, test } from 'vitest';
import { chromium, onSamplePage } from './sample-page.ts';
import type { Visit } from './visit.ts';

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const small = { ...phone, viewport: { width: 320, height: 640 } };
const QUERY = '?q=robots+that+learn+to+push+and+grasp+objects';

type Page = Visit['page'];
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const handle = (page: Page) => button(page, 'Resize panel');
const boxOf = async (page: Page, name: string) => (await button(page, name).boundingBox())!;
/** The upper edge of the sheet. */
const sheetTop = async (page: Page) => (await handle(page).boundingBox())!.y;

describe.skipIf(!chromium)('the sheet on a phone', () => {
  const { go } = onSamplePage();

  test('is raised while the user types on it, and lowered to show the position of the draft', async () => {
    const { page } = await go('?show=draft', phone);
    const half = await sheetTop(page);
    await page.getByRole('textbox', { name: 'Title' }).tap();
    await expect.poll(() => sheetTop(page)).toBeLessThan(half - 100);
    await page.getByRole('textbox', { name: 'Title' }).fill('Robots that learn to grasp');
    await page.getByRole('textbox', { name: 'Abstract' }).fill('We teach a robot to grasp and push things by trial.');
    await page.getByRole('button', { name: 'Place on map' }).tap();
    await page.getByRole('heading', { name: 'Closest work' }).waitFor();
    await expect.poll(() => sheetTop(page)).toBeCloseTo(half, -1);
    const novelty = page.getByRole('region', { name: 'Draft' }).getByText(/existing work|Almost the same text/);
    await expect.poll(async () => (await novelty.boundingBox())!.y).toBeLessThan(844 - 40);
    expect((await novelty.boundingBox())!.y).toBeGreaterThan(half);
  });

  test('stays above a virtual keyboard, and shows hits while the user types', async () => {
    const { page } = await go(QUERY, phone);
    const first = page.getByRole('region', { name: 'Results' }).getByRole('link').first();
    await first.waitFor();
    await page.evaluate(() => {
      Object.defineProperty(visualViewport, 'height', { configurable: true, get: () => 450 });
      visualViewport?.dispatchEvent(new Event('resize'));
    });
    await expect.poll(async () => (await first.boundingBox())!.y).toBeLessThan(300);
    await page.evaluate(() => {
      Object.defineProperty(visualViewport, 'height', { configurable: true, get: () => 844 });
      visualViewport?.dispatchEvent(new Event('resize'));
    });
    await expect.poll(() => sheetTop(page)).toBeGreaterThan(450);
  });

  test('is lowered for a focused button on the map', async () => {
    const { page } = await go(QUERY, phone);
    await handle(page).tap();
    await expect.poll(() => sheetTop(page)).toBeLessThan(200);
    await button(page, 'Show the whole map').focus();
    await expect.poll(() => sheetTop(page)).toBeGreaterThan(400);
  });
});

describe.skipIf(!chromium)('the map on a phone', () => {
  const { go } = onSamplePage();

  test('can be zoomed by buttons', async () => {
    const { page } = await go('', phone);
    await button(page, 'Map tools').tap();
    await button(page, 'Zoom in').tap();
    const zoom = () => Number(new URL(page.url()).searchParams.get('at')?.split(',')[2] ?? 1);
    await expect.poll(zoom).toBeCloseTo(1.6, 1);
    await button(page, 'Zoom out').tap();
    await button(page, 'Zoom out').tap();
    await expect.poll(zoom).toBeLessThan(1);
  });

  test('has room for all its tools on the smallest phone', async () => {
    const { page } = await go(QUERY, small);
    await button(page, 'Map tools').tap();
    const tools = ['Zoom in', 'Zoom out', 'Show the whole map', 'Map tools', 'Lasso select', 'Dates'];
    await expect
      .poll(async () => {
        const lowest = Math.max(
          ...(await Promise.all(tools.map((name) => boxOf(page, name)))).map((box) => box.y + box.height),
        );
        return lowest <= (await sheetTop(page));
      })
      .toBe(true);
    const boxes = await Promise.all(tools.map((name) => boxOf(page, name)));
    for (const [i, box] of boxes.entries()) {
      for (const other of boxes.slice(i + 1)) {
        const distance = Math.max(
          other.x - box.x - box.width,
          box.x - other.x - other.width,
          other.y - box.y - box.height,
          box.y - other.y - other.height,
        );
        expect(distance).toBeGreaterThanOrEqual(-1);
      }
    }
  });

  test('has no label under its buttons', async () => {
    const { page, onMap } = await go('', phone);
    const [whole, tools] = [await boxOf(page, 'Show the whole map'), await boxOf(page, 'Map tools')];
    const under = (await onMap()).filter(
      ({ x, y }) => x > whole.x && y > whole.y && y < tools.y + tools.height && x < whole.x + whole.width,
    );
    expect(under).toEqual([]);
  });

  test('shows the update notice beside its buttons, not over them', async () => {
    const { page } = await go('', small);
    await page.route('**/api/status', async (route) => {
      const status = await (await route.fetch()).json();
      await route.fulfill({ json: { ...status, snapshot: { ...status.snapshot, id: 'tomorrow' } } });
    });
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    await button(page, 'Refresh').waitFor();
    const later = await boxOf(page, 'Later');
    expect(later.x + later.width).toBeLessThanOrEqual((await boxOf(page, 'Show the whole map')).x);
    expect(later.x).toBeGreaterThan(0);
  });
});

describe.skipIf(!chromium)('a small window', () => {
  const { go } = onSamplePage();

  test.each([
    { name: 'a phone on its side', width: 844, height: 390 },
    { name: 'a wide window enlarged four times', width: 320, height: 256 },
  ])('of $name still has room for search, list and map', async ({ width, height }) => {
    const { page } = await go(QUERY, { viewport: { width, height } });
    const first = page.getByRole('region', { name: 'Results' }).getByRole('link').first();
    await first.waitFor();
    const bar = (await page.getByRole('banner').boundingBox())!;
    expect(bar.y + bar.height).toBeLessThan(height * 0.36);
    expect((await first.boundingBox())!.y).toBeLessThan(height - 24);
    const whole = await boxOf(page, 'Show the whole map');
    expect(whole.y + whole.height).toBeLessThanOrEqual(height);
    // The search modes are visible while the search field has the focus.
    await page.getByRole('combobox', { name: 'Search papers' }).focus();
    await page.getByRole('radio', { name: 'Semantic' }).waitFor();
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow).toBe(0);
  });
});
