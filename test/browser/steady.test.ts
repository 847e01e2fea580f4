import { describe, expect, it } from 'vitest';
import { chromium, onSamplePage } from './sample-page.ts';
import { views } from './views.ts';

/** Above this a person feels that a page jumps (Cumulative Layout Shift, 'good'). */
const FELT = 0.1;

describe.skipIf(!chromium)('nothing jumps while a view comes', () => {
  const { go } = onSamplePage();

  it.each(views.filter(({ name }) => ['results', 'a paper', 'a topic', 'a selection'].includes(name)))(
    '$name',
    async ({ search, reach }) => {
      const { page } = await go(search);
      await reach(page);
      const shifts = await page.evaluate(
        () =>
          new Promise<number>((resolve) => {
            new PerformanceObserver((list) => {
              const all = list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[];
              resolve(all.reduce((sum, one) => sum + (one.hadRecentInput ? 0 : one.value), 0));
            }).observe({ type: 'layout-shift', buffered: true });
            setTimeout(() => resolve(0), 1000);
          }),
      );
      expect(shifts).toBeLessThan(FELT);
    },
  );
});
