import { describe, expect, test } from 'vitest';
import { chromium, onSamplePage } from './sample-page.ts';
import type { Visit } from './visit.ts';

interface Change {
  text: string;
  /** Whether a skeleton is visible. */
  hasSkeleton: boolean;
  /** Milliseconds since the first keystroke, and since the last. */
  sinceFirst: number;
  sinceLast: number;
}

describe.skipIf(!chromium)('typing a query', () => {
  const { go } = onSamplePage();
  const results = (page: Visit['page']) => page.getByRole('region', { name: 'Results' });
  const field = (page: Visit['page']) => page.getByRole('combobox', { name: 'Search papers' });
  /** Records every change of the panel from now on. */
  const watch = (page: Visit['page']) =>
    page.evaluate(() => {
      const changes: Change[] = [];
      Object.assign(window, { changes });
      const main = document.querySelector<HTMLElement>('main')!;
      const keystrokes: number[] = [];
      addEventListener('input', () => keystrokes.push(performance.now()), true);
      const record = () => {
        const hasSkeleton = [...main.querySelectorAll<HTMLElement>('.skeleton')].some((one) => one.offsetHeight > 0);
        // biome-ignore lint/performance/useDomNodeTextContent: hidden text must be left out
        const text = main.innerText.trim();
        const [sinceFirst, sinceLast] = [0, -1].map((at) => performance.now() - (keystrokes.at(at) ?? -Infinity));
        changes.push({ text, hasSkeleton, sinceFirst, sinceLast });
      };
      new MutationObserver(record).observe(main, { childList: true, subtree: true, attributeFilter: ['hidden'] });
    });
  const watched = (page: Visit['page']) => page.evaluate(() => (window as unknown as { changes: Change[] }).changes);

  test('never sends two searches at a time, and ends with the answer to the last keystroke', async () => {
    const { page } = await go();
    const searches: string[] = [];
    let running = 0;
    let maxRunning = 0;
    await page.route('**/api/search?*', async (route) => {
      searches.push(new URL(route.request().url()).searchParams.get('q')!);
      maxRunning = Math.max(maxRunning, ++running);
      await new Promise((resolve) => setTimeout(resolve, 200));
      running--;
      await route.continue();
    });
    await field(page).pressSequentially('robots that grasp', { delay: 40 });
    await expect.poll(() => searches.at(-1)).toBe('robots that grasp');
    await results(page).getByText(/grasp/i).first().waitFor();
    expect(maxRunning).toBe(1);
    expect(new Set(searches).size).toBe(searches.length);
    await expect.poll(() => new URL(page.url()).searchParams.get('q')).toBe('robots that grasp');
  });

  test('goes from the start page to hits, by a skeleton only if they are slow', async () => {
    const { page } = await go();
    // biome-ignore lint/performance/useDomNodeTextContent: hidden text must be left out
    const before = (await page.getByRole('main').innerText()).trim();
    await watch(page);
    await field(page).pressSequentially('robot', { delay: 30 });
    await results(page).getByRole('link').first().waitFor();
    const changes = await watched(page);
    expect(changes.some(({ text }) => /^\d+ papers/.test(text))).toBe(true);
    for (const { text, hasSkeleton, sinceFirst } of changes) {
      // The delay starts with the first search, which may be that of the first keystroke.
      if (hasSkeleton) expect(sinceFirst).toBeGreaterThan(150);
      else if (text !== before) expect(text).toMatch(/^\d+ papers?/);
    }
  });

  test('shows a skeleton if hits are slow', async () => {
    const { page } = await go();
    await page.route('**/api/search?*', async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 800));
      await route.continue();
    });
    await watch(page);
    await field(page).fill('robot');
    await results(page).getByRole('link').first().waitFor();
    expect((await watched(page)).some(({ hasSkeleton }) => hasSkeleton)).toBe(true);
  });

  test('says that nothing matches when the query is complete, not at every keystroke', async () => {
    const { page } = await go('?q=robot');
    await results(page).getByRole('link').first().waitFor();
    await watch(page);
    await field(page).press('End');
    await field(page).pressSequentially(' qwertzuiop', { delay: 60 });
    await results(page)
      .getByRole('heading', { name: /^No (?:papers|matches|clear)/ })
      .waitFor();
    const empty = (await watched(page)).filter(({ text }) => /^No (?:papers|matches|clear)/.test(text));
    expect(empty.length).toBeGreaterThan(0);
    for (const { sinceLast } of empty) expect(sinceLast).toBeGreaterThan(395);
  });

  test('changes the address no more often than browsers allow, and includes the last keystroke', async () => {
    const { page } = await go();
    await page.evaluate(() => {
      const addresses: string[] = [];
      Object.assign(window, { addresses });
      const { replaceState, pushState } = history;
      history.replaceState = (...change) => {
        addresses.push(String(change[2]));
        replaceState.apply(history, change);
      };
      history.pushState = (...change) => {
        addresses.push(String(change[2]));
        pushState.apply(history, change);
      };
    });
    await field(page).pressSequentially('robots that learn to grasp', { delay: 30 });
    await page.waitForURL(/q=robots\+that\+learn\+to\+grasp/);
    const addresses = await page.evaluate(() => (window as unknown as { addresses: string[] }).addresses);
    expect(addresses.length).toBeLessThan(12);
    await page.goBack();
    await page.waitForURL((url) => !url.searchParams.has('q'));
    expect(await field(page).inputValue()).toBe('');
  });
});
