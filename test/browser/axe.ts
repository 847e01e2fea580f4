/** What axe-core finds on a page. */
import axe, { type AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

/** What axe-core calls serious or worse on what is shown now; targets of less than 24 pixels too (WCAG 2.2, 2.5.8). */
export async function seriousFaults(page: Page): Promise<string[]> {
  // Into the page by way of the browser: its content policy would let no script in.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  const options = { resultTypes: ['violations'], rules: { 'target-size': { enabled: true } } };
  const { violations } = await page.evaluate<AxeResults>(`axe.run(document, ${JSON.stringify(options)})`);
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${target} ${failureSummary}`));
}
