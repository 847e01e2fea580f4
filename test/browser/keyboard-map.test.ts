import { describe, expect, it } from 'vitest';
import { chromium, onSamplePage } from './sample-page.ts';
import type { Visit } from './visit.ts';

const QUERY = '?q=robots+that+learn+to+push+and+grasp+objects';

describe.skipIf(!chromium)('the map by keyboard', () => {
  const { go } = onSamplePage();
  const map = (page: Visit['page']) => page.getByRole('application', { name: /^Walk the map/ });
  /** What is told of the paper under the cursor. */
  const told = (page: Visit['page']) =>
    page
      .getByRole('status')
      .filter({ hasText: /\. .+\.$/ })
      .textContent();
  const title = (text: string | null) => text!.replace(/^Nearest on the map: /, '');
  /** Presses a key and waits until another paper is told, or none that way. */
  const step = async (page: Visit['page'], key: string) => {
    const before = await told(page);
    await page.keyboard.press(key);
    await expect.poll(() => told(page)).not.toBe(before);
    return told(page);
  };

  it('is reached by Tab, shows its focus, and begins with the first result', async () => {
    const { page } = await go(QUERY);
    const first = page.getByRole('region', { name: 'Results' }).getByRole('link').first();
    await first.waitFor();
    await page.getByRole('button', { name: 'Select by a rectangle' }).focus();
    await page.keyboard.press('Shift+Tab');
    expect(await map(page).evaluate((place) => place === document.activeElement)).toBe(true);
    await page.getByText(/^Arrow keys step to a similar paper/).waitFor();
    expect(await map(page).evaluate((place) => getComputedStyle(place).outlineStyle)).toBe('solid');
    await expect.poll(() => told(page)).toContain((await first.textContent())!);
  });

  it('steps to true neighbors of the paper, that lie where the arrow points', async () => {
    const { page } = await go(QUERY);
    await page.getByRole('region', { name: 'Results' }).getByRole('link').first().waitFor();
    await map(page).focus();
    await expect.poll(() => page.getByRole('status').allTextContents()).not.toEqual([]);
    let from = await told(page);
    let neighbors = 0;
    for (const key of ['ArrowRight', 'ArrowDown', 'ArrowLeft', 'ArrowUp', 'ArrowRight']) {
      const to = await step(page, key);
      if (to?.startsWith('No paper')) continue;
      const [before, after] = await page.evaluate(
        async (names) => {
          const papers = await Promise.all(
            names.map(async (name) => {
              const found = await (await fetch(`api/search?q=${encodeURIComponent(name)}&limit=1`)).json();
              return (await fetch(`api/papers/${encodeURIComponent(found.hits[0].id)}`)).json();
            }),
          );
          return papers;
        },
        [from, to].map((text) => title(text).split('. ')[0]!),
      );
      const [dx, dy] = [after.x - before.x, after.y - before.y];
      // Map units have y upwards.
      const ahead = { ArrowRight: dx, ArrowLeft: -dx, ArrowUp: dy, ArrowDown: -dy }[key]!;
      expect(ahead).toBeGreaterThan(0);
      expect(Math.min(Math.abs(dx), Math.abs(dy))).toBeLessThanOrEqual(ahead + 1e-6);
      const isNeighbor = before.neighbors.some(({ id }: { id: string }) => id === after.id);
      expect(isNeighbor).toBe(!to!.startsWith('Nearest on the map'));
      if (isNeighbor) neighbors++;
      from = to;
    }
    expect(neighbors).toBeGreaterThan(1);
  });

  it('opens the paper by Enter and comes back by Escape', async () => {
    const { page } = await go();
    await map(page).focus();
    const here = await told(page);
    await page.keyboard.press('Enter');
    const heading = page.getByRole('region', { name: 'Paper' }).getByRole('heading').first();
    await heading.waitFor();
    expect(title(here)).toContain((await heading.textContent())!);
    await expect.poll(() => heading.evaluate((element) => element === document.activeElement)).toBe(true);
    await page.keyboard.press('Escape');
    await expect.poll(() => map(page).evaluate((place) => place === document.activeElement)).toBe(true);
    expect(new URL(page.url()).searchParams.get('paper')).toBeNull();
    await page.keyboard.press('Escape');
    expect(await map(page).evaluate((place) => place === document.activeElement)).toBe(false);
  });

  it('zooms and moves', async () => {
    const { page } = await go();
    await map(page).focus();
    const at = () => new URL(page.url()).searchParams.get('at')?.split(',').map(Number);
    await page.keyboard.press('+');
    await page.keyboard.press('+');
    await expect.poll(() => at()?.[2]).toBeCloseTo(2.56, 1);
    const [x, y] = at()!;
    await page.keyboard.press('Shift+ArrowRight');
    await expect.poll(() => at()![0]! > x!).toBe(true);
    expect(at()![1]).toBeCloseTo(y!, 1);
    await page.keyboard.press('-');
    await expect.poll(() => at()?.[2]).toBeCloseTo(1.6, 1);
    await page.keyboard.press('0');
    await expect.poll(at).toBeUndefined();
  });
});

describe.skipIf(!chromium)('the small map', () => {
  const { go } = onSamplePage();
  const at = (page: Visit['page']) => new URL(page.url()).searchParams.get('at')?.split(',').map(Number);
  const small = (page: Visit['page']) => page.locator('.minimap');

  it('is there where not all is seen, and moves the map by a press and by a drag', async () => {
    const { page } = await go();
    expect(await small(page).isVisible()).toBe(false);
    const zoom = page.getByRole('button', { name: 'Zoom in' });
    for (let i = 0; i < 3; i++) await zoom.click();
    await expect.poll(() => small(page).isVisible()).toBe(true);
    const box = (await small(page).boundingBox())!;
    await page.mouse.click(box.x + box.width * 0.25, box.y + box.height * 0.5);
    await expect.poll(() => at(page)?.[0]).toBeLessThan(0);
    const left = at(page)![0]!;
    await page.mouse.move(box.x + box.width * 0.25, box.y + box.height * 0.5);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.5, box.y + box.height * 0.5, { steps: 4 });
    await page.mouse.move(box.x + box.width * 0.7, box.y + box.height * 0.5, { steps: 4 });
    expect(at(page)![0]).toBe(left);
    await page.mouse.up();
    await expect.poll(() => at(page)![0]! > left).toBe(true);
    await page.getByRole('button', { name: 'Show the whole map' }).click();
    await expect.poll(() => small(page).isVisible()).toBe(false);
  });

  it('is not on a phone', async () => {
    const { page } = await go('?at=0,0,4', { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
    await page.getByRole('button', { name: 'Show the whole map' }).waitFor();
    expect(await small(page).isVisible()).toBe(false);
  });
});
