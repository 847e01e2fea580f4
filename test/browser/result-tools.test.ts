import { describe, expect, test } from 'vitest';
import { downloadedText } from './download.ts';
import { chromium, onSamplePage } from './sample-page.ts';
import type { Visit } from './visit.ts';

describe.skipIf(!chromium)('search results', () => {
  const { go } = onSamplePage();
  const results = (page: Visit['page']) => page.getByRole('region', { name: 'Results' });

  test('are exported as listed, and name the paper of like: by its title', async () => {
    const { page } = await go('?q=replay like:hindsight-experience-replay-755eb3da');
    await results(page).getByText('Similar to Hindsight Experience Replay').waitFor();
    await page.getByRole('button', { name: 'Export', exact: true }).click();
    const panel = page.getByRole('group', { name: 'Export', exact: true });
    const listed = await results(page).getByRole('listitem').count();
    await panel.getByText(`Export these ${listed}`).waitFor();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      panel.getByRole('button', { name: 'BibTeX' }).click(),
    ]);
    const text = await downloadedText(file);
    expect(text.match(/^@\w+\{/gm)).toHaveLength(listed);
  });
});
