import { describe, expect, test } from 'vitest';
import { chromium, onSamplePage } from './sample-page.ts';
import type { Visit } from './visit.ts';

describe.skipIf(!chromium)('the map', () => {
  const { go } = onSamplePage();
  const button = (page: Visit['page'], name: string) => page.getByRole('button', { name, exact: true });
  const viewInAddress = (page: Visit['page']) => new URL(page.url()).searchParams.get('at');

  test('opens the topic of a paper that is double-clicked', async () => {
    const { page, onMap } = await go('?q=robots+that+learn+to+grasp');
    const firstHit = async () => (await onMap()).find(({ text }) => text === '1');
    await expect.poll(firstHit).toBeDefined();
    const { x, y } = (await firstHit())!;
    await page.mouse.dblclick(x, y);
    await page.waitForURL(/topic=\d+/);
    await page.getByRole('region', { name: 'Topic' }).getByRole('heading').first().waitFor();
  });

  test('zooms in on a double click on its background', async () => {
    const { page } = await go();
    const box = (await page.getByRole('img', { name: /^Map of/ }).boundingBox())!;
    await page.mouse.dblclick(box.x + box.width - 90, box.y + 12);
    await page.waitForURL(/at=/);
    expect(new URL(page.url()).searchParams.has('topic')).toBe(false);
  });

  test('has a history of views of its own, apart from the browser’s', async () => {
    const { page } = await go();
    expect(await button(page, 'Previous view').isDisabled()).toBe(true);
    await button(page, 'Zoom in').click();
    await expect.poll(() => viewInAddress(page)).not.toBe(null);
    const first = viewInAddress(page);
    await button(page, 'Zoom in').click();
    await expect.poll(() => viewInAddress(page)).not.toBe(first);
    const second = viewInAddress(page);
    await button(page, 'Previous view').click();
    await expect.poll(() => viewInAddress(page)).toBe(first);
    await button(page, 'Previous view').click();
    await expect.poll(() => viewInAddress(page)).toBe(null);
    expect(await button(page, 'Previous view').isDisabled()).toBe(true);
    await button(page, 'Next view').click();
    await button(page, 'Next view').click();
    await expect.poll(() => viewInAddress(page)).toBe(second);
    expect(await button(page, 'Next view').isDisabled()).toBe(true);
  });
});
