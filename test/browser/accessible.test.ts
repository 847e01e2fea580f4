import axe, { type AxeResults } from 'axe-core';
import { describe, expect, it } from 'vitest';
import { chromium, onSamplePage } from './sample-page.ts';
import { views } from './views.ts';
import type { Visit } from './visit.ts';

const sizes = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
];

/** What axe finds that keeps people out: WCAG 2 A and AA, and its own rules, from 'serious' on. */
async function faultsOf(page: Visit['page']): Promise<string[]> {
  const { violations } = await page.evaluate<AxeResults>('axe.run(document, { resultTypes: ["violations"] })');
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')} ${failureSummary}`),
    );
}

describe.skipIf(!chromium)('for everyone', () => {
  const { go } = onSamplePage(/status of (?:400|404|500)/);

  it.each(views)(
    '$name: nothing keeps anyone out, light and dark, wide and narrow',
    { timeout: 60_000 },
    async (view) => {
      const { page } = await go(view.search);
      await view.reach(page);
      await page.evaluate(axe.source);
      const faults: string[] = [];
      for (const colorScheme of ['light', 'dark'] as const) {
        for (const size of sizes) {
          await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
          await page.setViewportSize(size);
          for (const fault of await faultsOf(page)) faults.push(`${colorScheme} ${size.width}: ${fault}`);
        }
      }
      expect(faults).toEqual([]);
    },
  );

  it.each(views)('$name: nothing stands beyond the edge of a phone', async (view) => {
    const { page } = await go(view.search);
    await view.reach(page);
    await page.setViewportSize(sizes[1]!);
    const beyond = await page.evaluate(() => {
      const panel = document.querySelector('#papers')!;
      return [document.documentElement.scrollWidth - innerWidth, panel.scrollWidth - panel.clientWidth];
    });
    expect(beyond).toEqual([0, 0]);
  });

  it('finds a fault where there is one', async () => {
    const { page } = await go();
    await page.evaluate(axe.source);
    await page.evaluate(() => document.querySelector('#fit')?.removeAttribute('aria-label'));
    await page.evaluate(() => document.querySelector('#fit')?.removeAttribute('title'));
    expect((await faultsOf(page)).join()).toMatch(/button-name/);
  });
});
