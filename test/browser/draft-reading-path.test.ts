import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { seriousViolations } from './axe.ts';
import { downloadedText } from './download.ts';
import { chromium, onSamplePage } from './sample-page.ts';

const draft = {
  title: 'Grasping by trial and error',
  abstract:
    'A robot arm learns to grasp unknown objects from camera images by reinforcement learning in simulation. The policy transfers to a real gripper without further training.',
};
const cake =
  'Peel six apples, beat butter with sugar and eggs, fold in flour, bake for fifty minutes, serve with cream.';

async function place(page: Page, { title, abstract }: { title: string; abstract: string }): Promise<void> {
  const form = page.getByRole('form', { name: 'Draft' });
  await form.getByRole('textbox', { name: 'Title' }).fill(title);
  await form.getByRole('textbox', { name: 'Abstract' }).fill(abstract);
  await form.getByRole('button', { name: 'Place on map' }).click();
}

describe.skipIf(!chromium)('a draft', () => {
  const sample = onSamplePage(/status of 400/);
  const view = (page: Page) => page.getByRole('region', { name: 'Draft' });
  const open = async () => {
    const visited = await sample.go();
    await visited.page.getByRole('link', { name: 'Where does my draft fit?' }).click();
    await view(visited.page).getByRole('heading', { level: 2, name: 'Where does my draft fit?' }).waitFor();
    return visited;
  };

  test('gets a position on the map, its closest work and its topic, and stays out of the address', async () => {
    const { page, onMap } = await open();
    await place(page, draft);
    await view(page)
      .getByRole('status')
      .getByText(/existing work/)
      .waitFor();
    const closest = view(page)
      .getByRole('listitem')
      .filter({ hasText: /robot|grasp|manipulat/i });
    expect(await closest.count()).toBeGreaterThan(4);
    await view(page)
      .getByRole('link', { name: /of closest papers/ })
      .first()
      .waitFor();
    await expect.poll(async () => (await onMap()).map(({ text }) => text)).toContain('1');
    expect(await page.title()).toBe('Where does my draft fit? · paperfield');
    expect(decodeURIComponent(page.url())).not.toMatch(/grasp|robot|trial/i);
    const stored = await page.evaluate(() => JSON.stringify([localStorage, sessionStorage, history.state]));
    expect(stored).not.toMatch(/grasp|robot|trial/i);
    expect(await seriousViolations(page)).toEqual([]);
  });

  test('is still there after one of its closest papers was read', async () => {
    const { page } = await open();
    await place(page, draft);
    await view(page)
      .getByRole('status')
      .getByText(/existing work/)
      .waitFor();
    await view(page).getByRole('heading', { name: 'Closest work' }).waitFor();
    await view(page).locator('ol').getByRole('link').first().click();
    await page.getByRole('region', { name: 'Paper' }).getByRole('heading', { level: 2 }).waitFor();
    await page.goBack();
    expect(await view(page).getByRole('textbox', { name: 'Abstract' }).inputValue()).toBe(draft.abstract);
    expect(await view(page).getByRole('heading', { name: 'Closest work' }).isVisible()).toBe(true);
  });

  test('is left by Escape, first its field and then the view, and is kept when the user returns', async () => {
    const { page } = await open();
    const abstract = view(page).getByRole('textbox', { name: 'Abstract' });
    await abstract.fill(draft.abstract);
    await page.keyboard.press('Escape');
    const heading = view(page).getByRole('heading', { level: 2 });
    expect(await heading.evaluate((element) => element === document.activeElement)).toBe(true);
    await page.keyboard.press('Escape');
    await view(page).waitFor({ state: 'hidden' });
    await page.goForward();
    expect(await abstract.inputValue()).toBe(draft.abstract);
    // The view is left, not the selection below it.
    await page.goto(new URL('?sel=t:1&show=draft', page.url()).href);
    await heading.waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { name: /papers selected/ }).waitFor();
  });

  test('has its closest work exported as BibTeX', async () => {
    const { page } = await open();
    await place(page, draft);
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      view(page)
        .getByRole('button', { name: /^Export these \d+ as BibTeX$/ })
        .click(),
    ]);
    expect(file.suggestedFilename()).toBe('papers.bib');
    expect((await downloadedText(file)).match(/^@/gm)).toHaveLength(10);
  });

  test('about another field gets a message that no papers are about it', async () => {
    const { page } = await open();
    await place(page, { title: 'Apple cake', abstract: cake });
    await view(page).getByText('No papers about this').waitFor();
    expect(await view(page).getByRole('heading', { name: 'Closest work' }).count()).toBe(0);
  });

  test('in an unknown language gets a message about the language', async () => {
    const { page } = await open();
    await place(page, {
      title: 'Обучение с подкреплением для роботов',
      abstract: 'Мы предлагаем новый метод обучения роботов захвату предметов и сравниваем его с известными.',
    });
    await view(page).getByText('We can’t place this draft').waitFor();
    expect(await view(page).getByText('No papers about this').count()).toBe(0);
  });

  test('that is too short gets an error; its fields take letters that are shortcuts elsewhere', async () => {
    const { page } = await open();
    await view(page).getByRole('textbox', { name: 'Title' }).pressSequentially('a/b');
    expect(await view(page).getByRole('textbox', { name: 'Title' }).inputValue()).toBe('a/b');
    await view(page).getByRole('button', { name: 'Place on map' }).click();
    await view(page)
      .getByRole('alert')
      .getByText(/too short/)
      .waitFor();
    await view(page).getByRole('button', { name: 'Clear' }).click();
    expect(await view(page).getByRole('alert').count()).toBe(0);
  });
});

describe.skipIf(!chromium)('a reading path', () => {
  const sample = onSamplePage(/status of 404/);
  const view = (page: Page) => page.getByRole('region', { name: 'Reading path' });
  const startPath = async () => {
    const visited = await sample.go('?q=robot+grasping');
    const { page } = visited;
    await page.getByRole('region', { name: 'Results' }).getByRole('link').first().click();
    await page.getByRole('link', { name: 'Reading path to …' }).click();
    await view(page).getByRole('combobox', { name: 'To' }).fill('human feedback for language models');
    const options = view(page).getByRole('listbox', { name: 'Papers' }).getByRole('option');
    await expect.poll(() => options.count()).toBeGreaterThan(3);
    return { ...visited, options };
  };

  test('leads from a paper to another that is found by words, and is in the address', async () => {
    const { page, options, onMap } = await startPath();
    const title = (await options.first().textContent()) ?? '';
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    const steps = view(page).getByRole('listitem');
    await expect.poll(() => steps.count()).toBeGreaterThan(2);
    const titles = await steps.getByRole('link').allTextContents();
    expect(title.startsWith(titles.at(-1) ?? '-')).toBe(true);
    expect(await steps.first().textContent()).toMatch(/Shared terms: \w+/);
    expect(new URL(page.url()).searchParams.get('from')).not.toBeNull();
    await expect.poll(async () => (await onMap()).map(({ text }) => text)).toContain(String(titles.length));
    await page.reload();
    await expect.poll(() => steps.getByRole('link').allTextContents()).toEqual(titles);
    expect(await seriousViolations(page)).toEqual([]);
    await view(page).getByRole('link', { name: 'Reverse' }).click();
    await expect.poll(() => steps.getByRole('link').allTextContents()).toEqual(titles.toReversed());
  });

  test('has a combobox for its destination: arrow keys move through it, the active option is announced, Escape closes it', async () => {
    const { page, options } = await startPath();
    const field = view(page).getByRole('combobox', { name: 'To' });
    const state = () =>
      field.evaluate((element) => {
        const active = element.getAttribute('aria-activedescendant');
        return [
          element === document.activeElement,
          element.ariaExpanded,
          active && document.getElementById(active)?.textContent,
        ];
      });
    await view(page).getByRole('status').getByText('8 papers found').waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    expect(await state()).toEqual([true, 'true', await options.nth(1).textContent()]);
    expect(await view(page).getByRole('option', { selected: true }).textContent()).toBe(
      await options.nth(1).textContent(),
    );
    expect(await seriousViolations(page)).toEqual([]);
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    expect(await state()).toEqual([true, 'true', null]);
    await page.keyboard.press('ArrowUp');
    expect(await state()).toEqual([true, 'true', await options.last().textContent()]);
    await page.keyboard.press('Escape');
    expect(await state()).toEqual([true, 'false', null]);
    expect(await options.count()).toBe(0);
    expect(new URL(page.url()).searchParams.get('from')).not.toBeNull();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.getByRole('region', { name: 'Paper' }).getByRole('heading', { level: 2 }).waitFor();
    expect(new URL(page.url()).searchParams.get('from')).toBeNull();
  });

  test('returns to the paper that it starts at', async () => {
    const { page, options } = await startPath();
    await options.first().click();
    await expect.poll(() => view(page).getByRole('listitem').count()).toBeGreaterThan(2);
    await page.getByRole('button', { name: 'Back', exact: true }).click();
    await view(page).getByRole('combobox', { name: 'To' }).waitFor();
    await page.getByRole('button', { name: 'Back', exact: true }).click();
    await page.getByRole('region', { name: 'Paper' }).getByRole('heading', { level: 2 }).waitFor();
  });

  test('to an unknown paper shows an error', async () => {
    const { page } = await sample.go('?from=unknown-id&to=another-id');
    await view(page).getByRole('alert').getByText('unknown-id').waitFor();
  });
});
