import { describe, expect, test } from 'vitest';
import type { PaperResponse } from '../../server/schemas/papers.ts';
import { chromium, onSamplePage } from './sample-page.ts';
import type { Visit } from './visit.ts';

const QUERY = '?q=robots+that+learn+to+push+and+grasp+objects';

const viewInAddress = (page: Visit['page']) => new URL(page.url()).searchParams.get('at')?.split(',').map(Number);

describe.skipIf(!chromium)('keyboard navigation of the map', () => {
  const { go } = onSamplePage();
  const map = (page: Visit['page']) => page.getByRole('application', { name: /^Navigate the map/ });
  const isFocused = (page: Visit['page']) => map(page).evaluate((element) => element === document.activeElement);
  /** The announcement of the current paper: its title and topic. */
  const announced = (page: Visit['page']) =>
    page
      .getByRole('status')
      .filter({ hasText: /\. .+\.$/ })
      .textContent();
  const titleIn = (announcement: string | null) => announcement!.replace(/^Nearest on the map: /, '');
  /** Presses a key and waits for the next announcement. */
  const press = async (page: Visit['page'], key: string) => {
    const before = await announced(page);
    await page.keyboard.press(key);
    await expect.poll(() => announced(page)).not.toBe(before);
    return announced(page);
  };

  test('is reached by Tab, shows its focus, and starts at the first result', async () => {
    const { page } = await go(QUERY);
    const first = page.getByRole('region', { name: 'Results' }).getByRole('link').first();
    await first.waitFor();
    await page.getByRole('button', { name: 'Rectangle select' }).focus();
    await page.keyboard.press('Shift+Tab');
    expect(await isFocused(page)).toBe(true);
    await page.getByText(/^Arrow keys move to a similar paper/).waitFor();
    expect(await map(page).evaluate((element) => getComputedStyle(element).outlineStyle)).toBe('solid');
    await expect.poll(() => announced(page)).toContain((await first.textContent())!);
  });

  test('moves to true neighbors in the direction of the arrow', async () => {
    const { page } = await go(QUERY);
    await page.getByRole('region', { name: 'Results' }).getByRole('link').first().waitFor();
    await map(page).focus();
    await expect.poll(() => page.getByRole('status').allTextContents()).not.toEqual([]);
    let from = await announced(page);
    let neighbors = 0;
    for (const key of ['ArrowRight', 'ArrowDown', 'ArrowLeft', 'ArrowUp', 'ArrowRight']) {
      const to = await press(page, key);
      if (to?.startsWith('No paper')) continue;
      const titles = [from, to].map((announcement) => titleIn(announcement).split('. ')[0]);
      const [before, after]: PaperResponse[] = await page.evaluate(
        (queries) =>
          Promise.all(
            queries.map(async (query) => {
              const { hits } = await (await fetch(`api/search?q=${encodeURIComponent(query)}&limit=1`)).json();
              return (await fetch(`api/papers/${encodeURIComponent(hits[0].id)}`)).json();
            }),
          ),
        titles,
      );
      const [dx, dy] = [after.x - before.x, after.y - before.y];
      // In map units y is upwards.
      const forward = { ArrowRight: dx, ArrowLeft: -dx, ArrowUp: dy, ArrowDown: -dy }[key]!;
      expect(forward).toBeGreaterThan(0);
      expect(Math.min(Math.abs(dx), Math.abs(dy))).toBeLessThanOrEqual(forward + 1e-6);
      const isNeighbor = before.neighbors.some(({ id }) => id === after.id);
      expect(isNeighbor).toBe(!to!.startsWith('Nearest on the map'));
      if (isNeighbor) neighbors++;
      from = to;
    }
    expect(neighbors).toBeGreaterThan(1);
  });

  test('opens the paper with Enter and returns with Escape', async () => {
    const { page } = await go();
    await map(page).focus();
    const paper = await announced(page);
    await page.keyboard.press('Enter');
    const heading = page.getByRole('region', { name: 'Paper' }).getByRole('heading').first();
    await heading.waitFor();
    expect(titleIn(paper)).toContain((await heading.textContent())!);
    await expect.poll(() => heading.evaluate((element) => element === document.activeElement)).toBe(true);
    await page.keyboard.press('Escape');
    await expect.poll(() => isFocused(page)).toBe(true);
    expect(new URL(page.url()).searchParams.get('paper')).toBeNull();
    await page.keyboard.press('Escape');
    expect(await isFocused(page)).toBe(false);
  });

  test('zooms and pans', async () => {
    const { page } = await go();
    await map(page).focus();
    const view = () => viewInAddress(page);
    await page.keyboard.press('+');
    await page.keyboard.press('+');
    await expect.poll(() => view()?.[2]).toBeCloseTo(2.56, 1);
    const [x, y] = view()!;
    await page.keyboard.press('Shift+ArrowRight');
    await expect.poll(() => view()![0]).toBeGreaterThan(x);
    expect(view()![1]).toBeCloseTo(y, 1);
    await page.keyboard.press('-');
    await expect.poll(() => view()?.[2]).toBeCloseTo(1.6, 1);
    await page.keyboard.press('0');
    await expect.poll(view).toBeUndefined();
  });
});

describe.skipIf(!chromium)('the minimap', () => {
  const { go } = onSamplePage();
  const minimap = (page: Visit['page']) => page.locator('.minimap');

  test('is shown when part of the map is hidden, and pans it by a click and by a drag', async () => {
    const { page } = await go();
    expect(await minimap(page).isVisible()).toBe(false);
    const zoomIn = page.getByRole('button', { name: 'Zoom in' });
    for (let i = 0; i < 3; i++) await zoomIn.click();
    await expect.poll(() => minimap(page).isVisible()).toBe(true);
    const box = (await minimap(page).boundingBox())!;
    const at = (part: number) => [box.x + box.width * part, box.y + box.height * 0.5] as const;
    const center = viewInAddress(page)![0];
    await page.mouse.click(...at(0.25));
    await expect.poll(() => viewInAddress(page)![0]).toBeLessThan(center);
    const x = viewInAddress(page)![0];
    await page.mouse.move(...at(0.25));
    await page.mouse.down();
    await page.mouse.move(...at(0.5), { steps: 4 });
    await page.mouse.move(...at(0.7), { steps: 4 });
    expect(viewInAddress(page)![0]).toBe(x);
    await page.mouse.up();
    await expect.poll(() => viewInAddress(page)![0]).toBeGreaterThan(x);
    await page.getByRole('button', { name: 'Show the whole map' }).click();
    await expect.poll(() => minimap(page).isVisible()).toBe(false);
  });

  test('is not shown on a phone', async () => {
    const { page } = await go('?at=0,0,4', { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
    await page.getByRole('button', { name: 'Show the whole map' }).waitFor();
    expect(await minimap(page).isVisible()).toBe(false);
  });
});
