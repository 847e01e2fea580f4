import { describe, expect, it } from 'vitest';
import { chromium, onSamplePage } from './sample-page.ts';
import type { Visit } from './visit.ts';

interface Change {
  text: string;
  /** Gray bars stand where papers will. */
  areGrey: boolean;
  /** Milliseconds since the first letter, and since the last. */
  afterFirst: number;
  afterLast: number;
}

describe.skipIf(!chromium)('typing a query', () => {
  const { go } = onSamplePage();
  const results = (page: Visit['page']) => page.getByRole('region', { name: 'Results' });
  const field = (page: Visit['page']) => page.getByRole('combobox', { name: 'Search the papers' });
  /** Notes from now on whenever the list changes: what it shows, and how long letters had been coming. */
  const watch = (page: Visit['page']) =>
    page.evaluate(() => {
      const seen: Change[] = [];
      Object.assign(window, { seen });
      const main = document.querySelector<HTMLElement>('main')!;
      const letters: number[] = [];
      addEventListener('input', () => letters.push(performance.now()), true);
      const look = () => {
        const areGrey = [...main.querySelectorAll<HTMLElement>('.bones')].some((bones) => bones.offsetHeight > 0);
        // biome-ignore lint/performance/useDomNodeTextContent: what is hidden is not seen
        const text = main.innerText.trim();
        const [afterFirst, afterLast] = [0, -1].map((at) => performance.now() - letters.at(at)!);
        seen.push({ text, areGrey, afterFirst: afterFirst!, afterLast: afterLast! });
      };
      new MutationObserver(look).observe(main, { childList: true, subtree: true, attributeFilter: ['hidden'] });
    });
  const watched = (page: Visit['page']) => page.evaluate(() => (window as unknown as { seen: Change[] }).seen);

  it('never asks two questions at a time, and ends with the answer to the last letter', async () => {
    const { page } = await go();
    const asked: string[] = [];
    let [now, most] = [0, 0];
    await page.route('**/api/search?*', async (route) => {
      asked.push(new URL(route.request().url()).searchParams.get('q')!);
      most = Math.max(most, ++now);
      await new Promise((resolve) => setTimeout(resolve, 200));
      now--;
      await route.continue();
    });
    await field(page).pressSequentially('robots that grasp', { delay: 40 });
    await expect.poll(() => asked.at(-1)).toBe('robots that grasp');
    await results(page).getByText(/grasp/i).first().waitFor();
    expect(most).toBe(1);
    expect(new Set(asked).size).toBe(asked.length);
    await expect.poll(() => new URL(page.url()).searchParams.get('q')).toBe('robots that grasp');
  });

  it('goes from the first view to papers; to gray bars only where papers are long in coming', async () => {
    const { page } = await go();
    // biome-ignore lint/performance/useDomNodeTextContent: what is hidden is not seen
    const before = (await page.getByRole('main').innerText()).trim();
    await watch(page);
    await field(page).pressSequentially('robot', { delay: 30 });
    await results(page).getByRole('link').first().waitFor();
    const seen = await watched(page);
    expect(seen.some(({ text }) => /^\d+ papers/.test(text))).toBe(true);
    for (const { text, areGrey, afterFirst } of seen) {
      // They wait from the first question on, which may be that of the first letter.
      if (areGrey) expect(afterFirst).toBeGreaterThan(150);
      else if (text !== before) expect(text).toMatch(/^\d+ papers?/);
    }
  });

  it('shows gray bars where papers are long in coming', async () => {
    const { page } = await go();
    await page.route('**/api/search?*', async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 800));
      await route.continue();
    });
    await watch(page);
    await field(page).fill('robot');
    await results(page).getByRole('link').first().waitFor();
    expect((await watched(page)).some(({ areGrey }) => areGrey)).toBe(true);
  });

  it('says that nothing is about a query when it is written, not of every half of a word', async () => {
    const { page } = await go('?q=robot');
    await results(page).getByRole('link').first().waitFor();
    await watch(page);
    await field(page).press('End');
    await field(page).pressSequentially(' qwertzuiop', { delay: 60 });
    await results(page)
      .getByRole('heading', { name: /^Nothing/ })
      .waitFor();
    const nothing = (await watched(page)).filter(({ text }) => text.startsWith('Nothing'));
    expect(nothing.length).toBeGreaterThan(0);
    for (const { afterLast } of nothing) expect(afterLast).toBeGreaterThan(395);
  });

  it('tells the address no more often than a browser lets it, and the last letter at once or soon', async () => {
    const { page } = await go();
    await page.evaluate(() => {
      const told: string[] = [];
      Object.assign(window, { told });
      const { replaceState, pushState } = history;
      history.replaceState = (...change) => {
        told.push(String(change[2]));
        replaceState.apply(history, change);
      };
      history.pushState = (...change) => {
        told.push(String(change[2]));
        pushState.apply(history, change);
      };
    });
    await field(page).pressSequentially('robots that learn to grasp', { delay: 30 });
    await page.waitForURL(/q=robots\+that\+learn\+to\+grasp/);
    const told = await page.evaluate(() => (window as unknown as { told: string[] }).told);
    expect(told.length).toBeLessThan(12);
    await page.goBack();
    await page.waitForURL((url) => !url.searchParams.has('q'));
    expect(await field(page).inputValue()).toBe('');
  });
});
