import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { chromium, onSamplePage } from './sample-page.ts';
import type { Visit } from './visit.ts';

describe.skipIf(!chromium)('an answer', () => {
  const { go } = onSamplePage();
  const results = (page: Visit['page']) => page.getByRole('region', { name: 'Results' });

  it('saves what is listed, and tells by its title which paper a query is to be like', async () => {
    const { page } = await go('?q=replay like:hindsight-experience-replay-755eb3da');
    await results(page).getByText('Like Hindsight Experience Replay').waitFor();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    const saving = page.getByRole('group', { name: 'Save', exact: true });
    const listed = await results(page).getByRole('listitem').count();
    await saving.getByText(`${listed} listed papers as a file`).waitFor();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      saving.getByRole('button', { name: 'BibTeX' }).click(),
    ]);
    const text = await readFile(await file.path(), 'utf8');
    expect(text.match(/^@\w+\{/gm)).toHaveLength(listed);
  });
});
