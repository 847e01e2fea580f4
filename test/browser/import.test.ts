import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { breadPapers, serveWithImport } from '../fixtures/import-server.ts';
import { startSampleServer } from '../fixtures/sample-server.ts';
import { seriousViolations } from './axe.ts';
import { chromium, onPage } from './sample-page.ts';

const dialog = (page: Page) => page.getByRole('dialog', { name: 'Add papers' });
const file = (name: string, text: string) => ({ name, mimeType: '', buffer: Buffer.from(text) });
const choose = async (page: Page, ...files: { name: string; mimeType: string; buffer: Buffer }[]) => {
  await page.getByRole('button', { name: 'Add papers…' }).click();
  await dialog(page).getByLabel('Choose files…').setInputFiles(files);
};

/** Drops a file on an element as the browser does: the events with what is dragged. */
async function drop(page: Page, selector: string, name: string, text: string) {
  const transfer = await page.evaluateHandle(
    ([fileName, content]) => {
      const data = new DataTransfer();
      data.items.add(new File([content], fileName));
      return data;
    },
    [name, text],
  );
  await page.dispatchEvent(selector, 'dragenter', { dataTransfer: transfer });
  await page.getByText('Drop files to add papers').waitFor();
  await page.dispatchEvent(selector, 'dragover', { dataTransfer: transfer });
  await page.dispatchEvent(selector, 'drop', { dataTransfer: transfer });
  expect(await page.getByText('Drop files to add papers').isVisible()).toBe(false);
}

describe.skipIf(!chromium)('adding papers', () => {
  const { go } = onPage(() => serveWithImport());

  test.each(['light', 'dark'] as const)(
    'shows what files hold before anything is added, in %s',
    async (colorScheme) => {
      const { page } = await go('', { colorScheme });
      const again = breadPapers.split('\n')[0];
      await choose(page, file('bread.jsonl', `${breadPapers}${again}\nnot JSON\n`));
      await dialog(page).getByText('6 papers in 8 rows of 1 file.').waitFor();
      await dialog(page).getByText('1 duplicate merged, 1 row skipped.').waitFor();
      expect(await dialog(page).getByRole('list', { name: 'Columns of bread.jsonl' }).textContent()).toContain(
        'title ← title',
      );
      await dialog(page).getByText('Further columns, kept to filter and color by: upvotes, oven.').waitFor();
      await dialog(page).getByText('Skipped and incomplete rows (1)').click();
      await dialog(page).getByText('bread.jsonl, line 8').waitFor();
      expect(await seriousViolations(page)).toEqual([]);
      await dialog(page).getByRole('button', { name: 'Discard' }).click();
      await expect.poll(() => dialog(page).count()).toBe(0);
      expect(await page.getByRole('button', { name: 'Add papers…' }).isVisible()).toBe(true);
    },
  );

  test('says what is wrong with a file, and lets another be chosen', async () => {
    const { page } = await go();
    await choose(page, file('bad.jsonl', `${JSON.stringify({ title: 'fail' })}\n`));
    await dialog(page).getByRole('alert').filter({ hasText: 'bad.jsonl: line 1 is not what was expected' }).waitFor();
    await dialog(page)
      .getByLabel('Choose files…')
      .setInputFiles([file('bread.jsonl', breadPapers)]);
    await dialog(page).getByRole('button', { name: 'Import 6 papers' }).waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => dialog(page).count()).toBe(0);
  });

  test('fits on a phone', async () => {
    const { page } = await go('', { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
    await choose(page, file(`${'a-long-name-'.repeat(8)}.jsonl`, breadPapers));
    await dialog(page).getByRole('button', { name: 'Import 6 papers' }).waitFor();
    const box = await dialog(page).boundingBox();
    expect(box).toMatchObject({ x: 0, width: 390 });
    const overflow = await dialog(page).evaluate((element) => element.scrollWidth - element.clientWidth);
    expect(overflow).toBe(0);
    await dialog(page).getByRole('button', { name: 'Discard' }).tap();
  });

  // The last: it changes the papers of the server.
  test('takes a file that is dropped on the page, imports it, and shows what is new', async () => {
    const { page } = await go();
    await drop(page, '#map', 'bread.jsonl', breadPapers);
    await dialog(page).getByRole('button', { name: 'Import 6 papers' }).click();
    await dialog(page).getByRole('progressbar').waitFor();
    await page.waitForURL(/since=/, { timeout: 60_000 });
    await page.getByRole('status').filter({ hasText: 'Added 6 papers.' }).waitFor();
    const news = page.getByRole('region', { name: 'What’s new' });
    await news.getByRole('link', { name: 'Sourdough and salt' }).waitFor();
    expect(await news.getByRole('listitem').count()).toBe(6);
    expect(await page.getByText('New papers are available.').isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Dismiss' }).click();
    await page.reload();
    await news.getByRole('link', { name: 'Sourdough and salt' }).waitFor();
    expect(await page.getByText('Added 6 papers.').count()).toBe(0);
  });
});

describe.skipIf(!chromium)('a server that imports nothing', () => {
  const { go } = onPage(startSampleServer);

  test('offers no way to add papers', async () => {
    const { page } = await go();
    await page.getByRole('link', { name: 'Hidden gems' }).waitFor();
    expect(await page.getByRole('button', { name: 'Add papers…' }).count()).toBe(0);
  });
});
