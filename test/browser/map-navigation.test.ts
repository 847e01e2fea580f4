import { describe, expect, it } from 'vitest';
import { chromium, onSamplePage } from './sample-page.ts';
import type { Visit } from './visit.ts';

describe.skipIf(!chromium)('moving on the map', () => {
  const { go } = onSamplePage();
  const button = (page: Visit['page'], name: string) => page.getByRole('button', { name, exact: true });
  const at = (page: Visit['page']) => new URL(page.url()).searchParams.get('at');

  it('goes to the topic of a paper that is pressed twice', async () => {
    const { page, onMap } = await go('?q=robots+that+learn+to+grasp');
    await expect.poll(async () => (await onMap()).some(({ text }) => text === '1')).toBe(true);
    const one = (await onMap()).find(({ text }) => text === '1')!;
    await page.mouse.dblclick(one.x, one.y);
    await page.waitForURL(/topic=\d+/);
    await page.getByRole('region', { name: 'Topic' }).getByRole('heading').first().waitFor();
  });

  it('zooms in where the ground is pressed twice', async () => {
    const { page } = await go();
    const box = (await page.getByRole('img', { name: /^Map of/ }).boundingBox())!;
    await page.mouse.dblclick(box.x + box.width - 90, box.y + 12);
    await page.waitForURL(/at=/);
    expect(new URL(page.url()).searchParams.has('topic')).toBe(false);
  });

  it('goes back and forward through what one has looked at, apart from the browser’s own steps', async () => {
    const { page } = await go();
    expect(await button(page, 'Earlier view').isDisabled()).toBe(true);
    await button(page, 'Zoom in').click();
    await expect.poll(() => at(page)).not.toBe(null);
    const first = at(page);
    await button(page, 'Zoom in').click();
    await expect.poll(() => at(page)).not.toBe(first);
    const second = at(page);
    await button(page, 'Earlier view').click();
    await expect.poll(() => at(page)).toBe(first);
    await button(page, 'Earlier view').click();
    await expect.poll(() => at(page)).toBe(null);
    expect(await button(page, 'Earlier view').isDisabled()).toBe(true);
    await button(page, 'Later view').click();
    await button(page, 'Later view').click();
    await expect.poll(() => at(page)).toBe(second);
    expect(await button(page, 'Later view').isDisabled()).toBe(true);
  });
});
