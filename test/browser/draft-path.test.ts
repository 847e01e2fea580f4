import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { seriousFaults } from './axe.ts';
import { chromium, onSamplePage } from './sample-page.ts';

const draft = {
  title: 'Grasping by trial and error',
  abstract:
    'A robot arm learns to grasp unknown objects from camera images by reinforcement learning in simulation. The policy transfers to a real gripper without further training.',
};
const cake =
  'Peel six apples, beat butter with sugar and eggs, fold in flour, bake for fifty minutes, serve with cream.';

async function place(page: Page, { title, abstract }: { title: string; abstract: string }): Promise<void> {
  const form = page.getByRole('form', { name: 'My draft' });
  await form.getByRole('textbox', { name: 'Title' }).fill(title);
  await form.getByRole('textbox', { name: 'Abstract' }).fill(abstract);
  await form.getByRole('button', { name: 'Place it' }).click();
}

describe.skipIf(!chromium)('a draft', () => {
  const sample = onSamplePage(/status of 400/);
  const view = (page: Page) => page.getByRole('region', { name: 'My draft' });
  const open = async () => {
    const visited = await sample.go();
    await visited.page.getByRole('link', { name: 'Place my draft' }).click();
    await view(visited.page).getByRole('heading', { level: 2, name: 'Place my draft' }).waitFor();
    return visited;
  };

  it('gets a place on the map, its nearest work and its topic, and stays out of the address', async () => {
    const { page, onMap } = await open();
    await place(page, draft);
    await view(page)
      .getByRole('status')
      .getByText(/nearer relative/)
      .waitFor();
    const work = view(page)
      .getByRole('listitem')
      .filter({ hasText: /robot|grasp|manipulat/i });
    expect(await work.count()).toBeGreaterThan(4);
    await view(page)
      .getByRole('link', { name: /of its neighbors/ })
      .first()
      .waitFor();
    await expect.poll(async () => (await onMap()).map(({ text }) => text)).toContain('1');
    expect(await page.title()).toBe('Place my draft · paperfield');
    expect(decodeURIComponent(page.url())).not.toMatch(/grasp|robot|trial/i);
    const kept = await page.evaluate(() => JSON.stringify([localStorage, sessionStorage, history.state]));
    expect(kept).not.toMatch(/grasp|robot|trial/i);
    expect(await seriousFaults(page)).toEqual([]);
  });

  it('is still there after a paper near to it was read', async () => {
    const { page } = await open();
    await place(page, draft);
    await view(page)
      .getByRole('status')
      .getByText(/nearer relative/)
      .waitFor();
    await view(page).getByRole('heading', { name: 'Nearest work' }).waitFor();
    await view(page).locator('ol').getByRole('link').first().click();
    await page.getByRole('region', { name: 'Paper' }).getByRole('heading', { level: 2 }).waitFor();
    await page.goBack();
    expect(await view(page).getByRole('textbox', { name: 'Abstract' }).inputValue()).toBe(draft.abstract);
    expect(await view(page).getByRole('heading', { name: 'Nearest work' }).isVisible()).toBe(true);
  });

  it('is left by Escape, first its field and then the view, and stands as it was when one comes back', async () => {
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
    // It is the view that is left, not the selection that stands behind it.
    await page.goto(new URL('?sel=t:1&show=draft', page.url()).href);
    await heading.waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { name: /papers selected/ }).waitFor();
  });

  it('has its nearest work saved as BibTeX', async () => {
    const { page } = await open();
    await place(page, draft);
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      view(page)
        .getByRole('button', { name: /^Save these \d+ as BibTeX$/ })
        .click(),
    ]);
    expect(file.suggestedFilename()).toBe('papers.bib');
    expect((await readFile(await file.path(), 'utf8')).match(/^@/gm)).toHaveLength(10);
  });

  it('about something else is told that nothing here is about it', async () => {
    const { page } = await open();
    await place(page, { title: 'Apple cake', abstract: cake });
    await view(page).getByText('Nothing here is about that.').waitFor();
    expect(await view(page).getByRole('heading', { name: 'Nearest work' }).count()).toBe(0);
  });

  it('in a language that the model does not know is told so, and not that nothing is about it', async () => {
    const { page } = await open();
    await place(page, {
      title: 'Обучение с подкреплением для роботов',
      abstract: 'Мы предлагаем новый метод обучения роботов захвату предметов и сравниваем его с известными.',
    });
    await view(page).getByText('The model does not know these words.').waitFor();
    expect(await view(page).getByText('Nothing here is about that.').count()).toBe(0);
  });

  it('that is too short is told so, and letters of other keys are letters', async () => {
    const { page } = await open();
    await view(page).getByRole('textbox', { name: 'Title' }).pressSequentially('a/b');
    expect(await view(page).getByRole('textbox', { name: 'Title' }).inputValue()).toBe('a/b');
    await view(page).getByRole('button', { name: 'Place it' }).click();
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
  const begin = async () => {
    const visited = await sample.go('?q=robot+grasping');
    const { page } = visited;
    await page.getByRole('region', { name: 'Results' }).getByRole('link').first().click();
    await page.getByRole('link', { name: 'Path to …' }).click();
    await view(page).getByRole('combobox', { name: 'and leads to' }).fill('human feedback for language models');
    const offered = view(page).getByRole('listbox', { name: 'Papers' }).getByRole('option');
    await expect.poll(() => offered.count()).toBeGreaterThan(3);
    return { ...visited, offered };
  };

  it('is begun at a paper, led to another that is chosen by some words, and stands in the address', async () => {
    const { page, offered, onMap } = await begin();
    const title = (await offered.first().textContent()) ?? '';
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    const steps = view(page).getByRole('listitem');
    await expect.poll(() => steps.count()).toBeGreaterThan(2);
    const titles = await steps.getByRole('link').allTextContents();
    expect(title.startsWith(titles.at(-1) ?? '-')).toBe(true);
    expect(await steps.first().textContent()).toMatch(/Both speak of \w+/);
    expect(new URL(page.url()).searchParams.get('from')).not.toBeNull();
    await expect.poll(async () => (await onMap()).map(({ text }) => text)).toContain(String(titles.length));
    await page.reload();
    await expect.poll(() => steps.getByRole('link').allTextContents()).toEqual(titles);
    expect(await seriousFaults(page)).toEqual([]);
    await view(page).getByRole('link', { name: 'The other way round' }).click();
    await expect.poll(() => steps.getByRole('link').allTextContents()).toEqual(titles.toReversed());
  });

  it('is chosen as from a list: arrows move through it, what is gone to is told and seen, Escape closes it', async () => {
    const { page, offered } = await begin();
    const field = view(page).getByRole('combobox', { name: 'and leads to' });
    const state = () =>
      field.evaluate((element) => {
        const active = element.getAttribute('aria-activedescendant');
        return [
          element === document.activeElement,
          element.ariaExpanded,
          active && document.getElementById(active)?.textContent,
        ];
      });
    await view(page).getByRole('status').getByText('8 papers to choose from').waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    expect(await state()).toEqual([true, 'true', await offered.nth(1).textContent()]);
    expect(await view(page).getByRole('option', { selected: true }).textContent()).toBe(
      await offered.nth(1).textContent(),
    );
    expect(await seriousFaults(page)).toEqual([]);
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    expect(await state()).toEqual([true, 'true', null]);
    await page.keyboard.press('ArrowUp');
    expect(await state()).toEqual([true, 'true', await offered.last().textContent()]);
    await page.keyboard.press('Escape');
    expect(await state()).toEqual([true, 'false', null]);
    expect(await offered.count()).toBe(0);
    expect(new URL(page.url()).searchParams.get('from')).not.toBeNull();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.getByRole('region', { name: 'Paper' }).getByRole('heading', { level: 2 }).waitFor();
    expect(new URL(page.url()).searchParams.get('from')).toBeNull();
  });

  it('leads back to the paper that it was begun at', async () => {
    const { page, offered } = await begin();
    await offered.first().click();
    await expect.poll(() => view(page).getByRole('listitem').count()).toBeGreaterThan(2);
    await page.getByRole('button', { name: 'Back', exact: true }).click();
    await view(page).getByRole('combobox', { name: 'and leads to' }).waitFor();
    await page.getByRole('button', { name: 'Back', exact: true }).click();
    await page.getByRole('region', { name: 'Paper' }).getByRole('heading', { level: 2 }).waitFor();
  });

  it('to a paper that is gone says so', async () => {
    const { page } = await sample.go('?from=nobody&to=nothing');
    await view(page).getByRole('alert').getByText('nobody').waitFor();
  });
});
