import axe, { type AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

/** The serious and critical violations that axe-core finds on a page, targets under 24 pixels included (WCAG 2.2, 2.5.8). */
export async function seriousViolations(page: Page): Promise<string[]> {
  // Evaluated through the browser, because the content security policy of the page blocks injected scripts.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  const options = { resultTypes: ['violations'], rules: { 'target-size': { enabled: true } } };
  const { violations } = await page.evaluate<AxeResults>(`axe.run(document, ${JSON.stringify(options)})`);
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${target} ${failureSummary}`));
}
