import { describe, expect, test } from 'vitest';
import { chromium, onSamplePage } from './sample-page.ts';
import { views } from './views.ts';

/** The upper limit of a good Cumulative Layout Shift. */
const MAX_SHIFT = 0.1;

describe.skipIf(!chromium)('the layout does not shift while a view loads', () => {
  const { go } = onSamplePage();

  test.each(views.filter(({ name }) => ['results', 'a paper', 'a topic', 'a selection'].includes(name)))(
    '$name',
    async ({ search, reach }) => {
      const { page } = await go(search);
      await reach(page);
      const shifts = await page.evaluate(
        () =>
          new Promise<number>((resolve) => {
            new PerformanceObserver((list) => {
              const entries = list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[];
              resolve(entries.reduce((sum, entry) => sum + (entry.hadRecentInput ? 0 : entry.value), 0));
            }).observe({ type: 'layout-shift', buffered: true });
            setTimeout(() => resolve(0), 1000);
          }),
      );
      expect(shifts).toBeLessThan(MAX_SHIFT);
    },
  );
});
