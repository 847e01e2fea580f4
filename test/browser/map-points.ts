/** What the map shows of its papers, read from its SVG export: not from pixels, which depend on overlaps and on fonts. */
import type { Page } from 'playwright-core';
import { downloadedText } from './download.ts';

/** Exports the map as SVG. */
export async function exportSvg(page: Page): Promise<{ name: string; svg: string }> {
  await page.getByRole('button', { name: 'Export map as image' }).click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'SVG vector graphic' }).click(),
  ]);
  return { name: download.suggestedFilename(), svg: await downloadedText(download) };
}

/** How many of the visible papers are dimmed, and how many are not. */
export async function countPoints(page: Page): Promise<{ dimmed: number; shown: number }> {
  const { svg } = await exportSvg(page);
  const papers = /<g id="papers">(.*?)<g id="labels"/s.exec(svg)?.[1] ?? '';
  const counts = { dimmed: 0, shown: 0 };
  for (const [, opacity, path] of papers.matchAll(/stroke-opacity="([\d.]+)".*? d="([^"]*)"/g)) {
    counts[Number(opacity) < 0.5 ? 'dimmed' : 'shown'] += path.split('M').length - 1;
  }
  return counts;
}
