import type { BrowserContextOptions, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { chromium, onSamplePage } from './sample-page.ts';

const TITLE = 'Hindsight Experience Replay';
const ID = 'hindsight-experience-replay-755eb3da';
const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

describe.skipIf(!chromium)('the completion of a query', () => {
  // A half-typed id is looked up too, and not found.
  const sample = onSamplePage(/status of 40[04]/);
  const go = async (search = '', options: BrowserContextOptions = {}) => (await sample.go(search, options)).page;
  const field = (page: Page) => page.getByRole('combobox', { name: 'Search papers' });
  const list = (page: Page) => page.getByRole('listbox', { name: 'Suggestions' });
  const options = (page: Page) => list(page).getByRole('option');
  const option = (page: Page, name: string | RegExp) => list(page).getByRole('option', { name });
  const value = (page: Page) => field(page).inputValue();
  const queryOf = (page: Page) => new URL(page.url()).searchParams.get('q');
  const type = (page: Page, text: string) => field(page).pressSequentially(text, { delay: 10 });
  /** The text of the option that Enter would take, as a screen reader announces it. */
  const active = (page: Page) =>
    field(page).evaluate((input) => input.ariaActiveDescendantElement?.querySelector('span')?.textContent ?? null);
  const isExpanded = async (page: Page) => (await field(page).getAttribute('aria-expanded')) === 'true';

  test('offers papers by the beginning of their titles, and inserts the id of the chosen one', async () => {
    const page = await go();
    await type(page, 'robots like:hindsight ex');
    await option(page, /^Hindsight Experience Replay/).waitFor();
    expect(await isExpanded(page)).toBe(true);
    expect(await active(page)).toBeNull();
    await page.keyboard.press('ArrowDown');
    expect(await active(page)).toBe(TITLE);
    expect(await option(page, /^Hindsight/).getAttribute('aria-selected')).toBe('true');
    await page.keyboard.press('Enter');
    expect(await value(page)).toBe(`robots like:${ID} `);
    await list(page).waitFor({ state: 'hidden' });
    await expect.poll(() => queryOf(page)).toBe(`robots like:${ID}`);
    await page
      .getByRole('region', { name: 'Results' })
      .getByRole('heading', { name: /^\d+ papers/ })
      .waitFor();
    await type(page, 'grasp');
    expect(await value(page)).toBe(`robots like:${ID} grasp`);
  });

  test('offers a key, then its topics, through which arrow keys cycle', async () => {
    const page = await go();
    await type(page, 'to');
    await option(page, 'topic: papers of a topic').click();
    expect(await value(page)).toBe('topic:');
    await expect.poll(() => options(page).count()).toBeGreaterThan(3);
    const names = await options(page).evaluateAll((all) => all.map((one) => one.querySelector('span')!.textContent));
    await page.keyboard.press('ArrowUp');
    expect(await active(page)).toBe(names.at(-1));
    await page.keyboard.press('ArrowDown');
    expect(await active(page)).toBeNull();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Tab');
    expect(await value(page)).toBe(`topic:"${names[0]}" `);
    expect(await field(page).evaluate((input) => input === document.activeElement)).toBe(true);
    await expect.poll(() => queryOf(page)).toBe(`topic:"${names[0]}"`);
  });

  test('is closed by Escape, which keeps the text, and by moving the focus or the cursor', async () => {
    const page = await go();
    await type(page, 'topic:');
    await options(page).first().waitFor();
    await page.keyboard.press('Escape');
    await list(page).waitFor({ state: 'hidden' });
    expect(await isExpanded(page)).toBe(false);
    expect(await value(page)).toBe('topic:');
    await page.keyboard.press('Escape');
    expect(await value(page)).toBe('');

    await type(page, 'sort:');
    await options(page).first().waitFor();
    await page.keyboard.press('Tab');
    await list(page).waitFor({ state: 'hidden' });
    expect(await value(page)).toBe('sort:');

    await field(page).fill('x sort:');
    await options(page).first().waitFor();
    await page.keyboard.press('Home');
    await list(page).waitFor({ state: 'hidden' });
  });

  test('lets Enter search as typed if no option is active', async () => {
    const page = await go();
    await type(page, 'reinforcem');
    await option(page, 'reinforcement').waitFor();
    await page.keyboard.press('Enter');
    await list(page).waitFor({ state: 'hidden' });
    await expect.poll(() => queryOf(page)).toBe('reinforcem');
    expect(await value(page)).toBe('reinforcem');
    // A response that is on its way opens nothing after Enter.
    await type(page, ' transfo');
    await page.keyboard.press('Enter');
    await page.waitForTimeout(400);
    expect(await list(page).isVisible()).toBe(false);
  });

  test('offers words on one line that covers no paper, with arrow keys into it, along it and on to the papers', async () => {
    const page = await go();
    await type(page, 'robots lear');
    await page.getByRole('region', { name: 'Results' }).getByRole('link').first().waitFor();
    await expect.poll(() => options(page).count()).toBeGreaterThan(1);
    const box = (await list(page).boundingBox())!;
    const papers = (await page.getByRole('main').boundingBox())!;
    expect(box.y + box.height).toBeLessThanOrEqual(papers.y);
    for (const option of await options(page).evaluateAll((all) =>
      all.map((one) => one.getBoundingClientRect().toJSON()),
    )) {
      expect(option.right <= box.x + box.width && option.bottom <= box.y + box.height).toBe(true);
    }
    await page.keyboard.press('ArrowDown');
    const first = await active(page);
    await page.keyboard.press('ArrowRight');
    expect(await active(page)).not.toBe(first);
    await page.keyboard.press('ArrowLeft');
    expect(await active(page)).toBe(first);
    await page.keyboard.press('ArrowDown');
    expect(await page.evaluate(() => document.activeElement?.className)).toContain('hit-title');
    expect(await list(page).isVisible()).toBe(false);
    expect(await value(page)).toBe('robots lear');
  });

  test('does not move anything on the page when it opens or closes', async () => {
    const page = await go('?q=robots');
    const boxes = () =>
      page.evaluate(() =>
        ['#q', '.segmented', '#papers', '#map'].map((one) =>
          document.querySelector(one)!.getBoundingClientRect().toJSON(),
        ),
      );
    await page.getByRole('region', { name: 'Results' }).getByRole('link').first().waitFor();
    const before = await boxes();
    await field(page).press('End');
    await type(page, ' org:');
    await options(page).first().waitFor();
    expect(await boxes()).toEqual(before);
    await page.keyboard.press('Escape');
    expect(await boxes()).toEqual(before);
  });

  test('hides the error of a half-typed value while it offers options', async () => {
    const page = await go();
    await type(page, 'like:hinds');
    await options(page).first().waitFor();
    await page.waitForTimeout(1600);
    expect(await page.getByRole('alert').count()).toBe(0);
    await page.keyboard.press('Enter');
    await page
      .getByRole('alert')
      .getByText(/^Character 1: 'like:hinds' names no paper/)
      .waitFor();
  });

  test('drops responses that come too late', async () => {
    const page = await go();
    await page.route('**/api/complete?*', async (route) => {
      const isFirst = /q=topic%3A(?:&|$)/.test(route.request().url());
      if (isFirst) await new Promise((resolve) => setTimeout(resolve, 700));
      await route.continue().catch(() => undefined);
    });
    await type(page, 'topic:');
    await page.waitForTimeout(200);
    await field(page).fill('sort:');
    await option(page, /^relevance/).waitFor();
    await page.waitForTimeout(900);
    expect(await options(page).count()).toBe(3);
    await option(page, /^date/).click();
    expect(await value(page)).toBe('sort:date ');
  });

  test('works by touch on a phone, within the screen and over the list of papers', async () => {
    const page = await go('', phone);
    await page.getByRole('button', { name: 'Resize panel' }).tap();
    await field(page).tap();
    await type(page, 'topic:');
    await expect.poll(() => options(page).count()).toBeGreaterThan(3);
    const box = (await list(page).boundingBox())!;
    expect(box.x >= 0 && box.x + box.width <= 390 && box.y + box.height <= 844).toBe(true);
    for (const { height } of await options(page).evaluateAll((all) =>
      all.map((one) => one.getBoundingClientRect().toJSON()),
    ))
      expect(height).toBeGreaterThanOrEqual(40);
    const third = options(page).nth(2);
    const name = await third.locator('span').first().textContent();
    await third.tap();
    expect(await value(page)).toBe(`topic:"${name}" `);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
    await expect.poll(() => queryOf(page)).toBe(`topic:"${name}"`);
  });

  test('has a button that clears the field and focuses it', async () => {
    const page = await go('?q=robots');
    await page.getByRole('button', { name: 'Clear search' }).click();
    expect(await value(page)).toBe('');
    expect(await field(page).evaluate((input) => input === document.activeElement)).toBe(true);
    expect(await page.getByRole('button', { name: 'Clear search' }).isVisible()).toBe(false);
    await page.getByRole('heading', { name: 'Find papers by what they mean' }).waitFor();
  });

  test('does not leave the relevance of a paper alone on a line, on a phone', async () => {
    const page = await go('?q=robots that learn', phone);
    const levels = page.getByText(/^(?:strong|possible|weak) match$/);
    await levels.first().waitFor();
    const isAlone = await levels.evaluateAll((all) =>
      all.map((one) => {
        const { top, bottom } = one.getBoundingClientRect();
        const others = [...one.parentElement!.children].filter((other) => other !== one);
        const boxes = others.map((other) => other.getBoundingClientRect());
        return !boxes.some((box) => box.top < bottom && box.bottom > top);
      }),
    );
    expect(isAlone.length).toBeGreaterThan(10);
    expect(isAlone).not.toContain(true);
  });
});
