import { describe, expect, test } from 'vitest';
import type { SearchResponse } from '../../server/schemas/search.ts';
import { chromium, onSamplePage } from './sample-page.ts';
import type { Visit } from './visit.ts';

/** No sample paper is about it. */
const OFF_TOPIC = 'how to bake sourdough bread';
const PAPER = 'hindsight-experience-replay-755eb3da';

describe.skipIf(!chromium)('search', () => {
  const { go } = onSamplePage(/status of 400/);
  const results = (page: Visit['page']) => page.getByRole('region', { name: 'Results' });
  const field = (page: Visit['page']) => page.getByRole('combobox', { name: 'Search papers' });
  const sortMenu = (page: Visit['page']) => page.getByRole('combobox', { name: 'Sort by' });
  const queryOf = (page: Visit['page']) => new URL(page.url()).searchParams.get('q');
  /** Changes the responses of the server. */
  const change = (page: Visit['page'], edit: (response: SearchResponse) => void) =>
    page.route('**/api/search?*', async (route) => {
      const response: SearchResponse = await (await route.fetch()).json();
      edit(response);
      await route.fulfill({ json: response });
    });

  test('says that no paper is about a query, and lists the closest papers without ranks', async () => {
    const { page, onMap } = await go();
    await field(page).fill(OFF_TOPIC);
    await results(page).getByRole('heading', { name: 'No matches yet' }).waitFor();
    await field(page).press('Enter');
    await results(page)
      .getByRole('heading', { name: `No papers about “${OFF_TOPIC}”` })
      .waitFor();
    await results(page).getByText('Closest papers:').waitFor();
    expect(await results(page).getByRole('listitem').count()).toBe(10);
    expect(
      await results(page)
        .getByText(/strong|possible|weak/)
        .count(),
    ).toBe(0);
    await page
      .getByRole('status')
      .filter({ hasText: /No papers about.*The closest 10 papers listed/ })
      .waitFor({ state: 'attached' });
    expect((await onMap()).filter(({ text }) => /^\d+$/.test(text))).toEqual([]);
  });

  test('opens one of the closest papers, and returns to it', async () => {
    const { page } = await go(`?q=${OFF_TOPIC}`);
    const second = results(page).getByRole('listitem').nth(1).getByRole('link');
    const title = (await second.textContent())!;
    await second.click();
    await page.getByRole('heading', { name: title }).waitFor();
    expect(await page.getByRole('button', { name: 'Next result' }).isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Back' }).click();
    await results(page).waitFor();
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(title);
  });

  test('says what was searched for instead of misspelled words, and searches literally when asked', async () => {
    const { page } = await go('?q=reinforcemnt lerning');
    const understood = results(page).getByText(/^Searched for/);
    await understood.waitFor();
    expect(await understood.textContent()).toBe(
      'Searched for reinforcement instead of reinforcemnt, learning instead of lerning · Search literally',
    );
    expect(await field(page).inputValue()).toBe('reinforcemnt lerning');
    await expect.poll(() => results(page).getByRole('listitem').count()).toBe(30);
    await page
      .getByRole('status')
      .filter({ hasText: 'papers found, 30 listed. Searched for reinforcement instead of reinforcemnt' })
      .waitFor({ state: 'attached' });
    await understood.getByRole('link', { name: 'Search literally' }).click();
    await expect.poll(() => queryOf(page)).toBe('reinforcemnt lerning match:literal');
    expect(await field(page).inputValue()).toBe('reinforcemnt lerning match:literal');
    await understood.waitFor({ state: 'detached' });
    await page.goBack();
    await expect.poll(() => field(page).inputValue()).toBe('reinforcemnt lerning');
    await understood.waitFor();
  });

  test('says which dates and exclusions it understood, and lists only papers that match them', async () => {
    const { page } = await go();
    await field(page).fill('robots since 2025 other than humanoids');
    await results(page).getByText('Searched for since:2025, -humanoids').waitFor();
    await expect
      .poll(async () => {
        const texts = await results(page).getByRole('listitem').allTextContents();
        return texts.length > 5 && texts.every((text) => /\b2025\b/.test(text) && !/humanoid/i.test(text));
      })
      .toBe(true);
  });

  test('suggests a phrase that no paper contains without its quotes, and searches it when clicked', async () => {
    const { page } = await go('?q="robots that grasp quickly"');
    const suggestion = results(page).getByText('Did you mean robots that grasp quickly?');
    await suggestion.getByRole('link').click();
    await expect.poll(() => queryOf(page)).toBe('robots that grasp quickly');
    await suggestion.waitFor({ state: 'detached' });
    await expect.poll(() => results(page).getByRole('listitem').count()).toBeGreaterThan(5);
    await page.goBack();
    await expect.poll(() => field(page).inputValue()).toBe('"robots that grasp quickly"');
  });

  test('filters by date, alone and with words', async () => {
    const { page } = await go();
    await field(page).fill('since:2025 robot');
    await results(page)
      .getByRole('heading', { name: /^\d+ papers$/ })
      .waitFor();
    expect(await sortMenu(page).locator('option:checked').textContent()).toBe('Most relevant');
    const texts = await results(page).getByRole('listitem').allTextContents();
    expect(texts.length).toBeGreaterThan(5);
    for (const text of texts) expect(text).toMatch(/\b2025\b/);
    await field(page).fill('since:2025');
    await expect.poll(() => sortMenu(page).locator('option').allTextContents()).not.toContain('Most relevant');
    expect(await sortMenu(page).locator('option:checked').textContent()).toBe('Newest');
    await field(page).fill('since:2090');
    await results(page).getByRole('heading', { name: 'No papers match these filters' }).waitFor();
    expect(await sortMenu(page).isVisible()).toBe(false);
  });

  test('sorts the hits by date and back, in the query and the address', async () => {
    const { page } = await go('?q=robot');
    const papers = results(page).getByRole('listitem');
    const titles = () => papers.getByRole('link').allTextContents();
    await expect.poll(() => papers.count()).toBe(30);
    const byRelevance = await titles();
    await sortMenu(page).focus();
    await sortMenu(page).selectOption('Newest');
    await expect.poll(() => queryOf(page)).toBe('robot sort:date');
    expect(await field(page).inputValue()).toBe('robot sort:date');
    expect(await sortMenu(page).evaluate((menu) => menu === document.activeElement)).toBe(true);
    await expect.poll(titles).not.toEqual(byRelevance);
    const years = (await papers.allTextContents()).map((text) => Number(/.*\b(20\d\d)\b/s.exec(text)?.[1]));
    expect(years).toEqual(years.toSorted((a, b) => b - a));
    await sortMenu(page).selectOption('Most relevant');
    await expect.poll(() => queryOf(page)).toBe('robot');
    await expect.poll(titles).toEqual(byRelevance);
  });

  test('says below the field what is wrong with a filter, and keeps the previous hits', async () => {
    const { page } = await go('?q=robot');
    const first = (await results(page).getByRole('link').first().textContent())!;
    await field(page).fill('robot since:20x5');
    await page.keyboard.press('Enter');
    const alert = page.getByRole('alert');
    await alert.getByText(/^Character 7: 'since:20x5' isn't a date; write since:2025/).waitFor();
    expect(await field(page).evaluate((input) => input.ariaDescribedByElements?.[0]?.textContent)).toBe(
      await alert.textContent(),
    );
    expect(await field(page).getAttribute('aria-invalid')).toBe('true');
    expect(await results(page).getByRole('link').first().textContent()).toBe(first);
    await results(page).getByRole('heading', { name: 'Still showing results for “robot”' }).waitFor();
    await results(page).getByRole('button', { name: 'Show 30 more' }).click();
    await expect.poll(() => results(page).getByRole('listitem').count()).toBe(60);

    await field(page).fill('robot since:2025');
    await alert.waitFor({ state: 'hidden' });
    expect(await field(page).getAttribute('aria-invalid')).toBeNull();
    await results(page)
      .getByRole('heading', { name: /^\d+ papers$/ })
      .waitFor();
  });

  test('says what is wrong with a query from a link', async () => {
    const { page } = await go('?q=topic:999');
    await page
      .getByRole('alert')
      .getByText(/^Character 1: 'topic:999' isn't a topic/)
      .waitFor();
    await page.getByRole('link', { name: 'paperfield' }).click();
    await page.getByRole('alert').waitFor({ state: 'hidden' });
  });

  test('says how well each paper matches, with an explanation', async () => {
    const { page } = await go();
    await change(page, ({ hits }) => {
      for (const [i, percentile] of [1, 0.95, 0.7, null].entries()) hits[i]!.percentile = percentile;
    });
    await field(page).fill('robot');
    const item = (i: number) => results(page).getByRole('listitem').nth(i);
    await item(0).getByText('strong match').waitFor();
    await item(1).getByText('possible match').waitFor();
    await item(2)
      .getByTitle(/70% of unrelated searches/)
      .waitFor();
    expect(await item(2).getByText('weak match').count()).toBe(1);
    expect(
      await item(3)
        .getByText(/match$/)
        .count(),
    ).toBe(0);
    const title = (await item(1).getByRole('link').textContent())!;
    await item(1).getByText('possible match').click();
    await page.getByRole('heading', { name: title }).waitFor();
  });

  test('names near-duplicates of a paper, and opens them', async () => {
    const { page } = await go();
    await change(page, ({ hits }) => {
      hits[0]!.duplicates = [{ id: PAPER, title: 'Hindsight Experience Replay' }];
    });
    await field(page).fill('robot');
    const first = results(page).getByRole('listitem').first();
    await first.getByText('Near-duplicates: Hindsight Experience Replay').waitFor();
    await first.getByRole('link', { name: 'Hindsight Experience Replay' }).click();
    await page.getByRole('heading', { name: 'Hindsight Experience Replay' }).waitFor();
  });

  test.each([
    ['a desktop', {}],
    ['a phone', { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }],
  ])('has search tips, by keyboard too, on %s', async (_, options) => {
    const { page } = await go('?q=robot', options);
    const tips = page.getByRole('dialog', { name: 'Search tips' });
    const button = page.getByRole('button', { name: 'Search tips' });
    expect(await tips.isVisible()).toBe(false);
    await button.focus();
    await page.keyboard.press('Enter');
    await tips.getByText('since:2025-01').waitFor();
    expect(await tips.evaluate((dialog) => dialog.contains(document.activeElement))).toBe(true);
    const box = (await tips.boundingBox())!;
    const window = page.viewportSize()!;
    expect(box.x >= 0 && box.x + box.width <= window.width && box.y + box.height <= window.height).toBe(true);
    await page.keyboard.press('Escape');
    await tips.waitFor({ state: 'hidden' });
    expect(await button.evaluate((element) => element === document.activeElement)).toBe(true);
    expect(queryOf(page)).toBe('robot');
    await button.click();
    await tips.getByRole('button', { name: 'Close' }).click();
    await tips.waitFor({ state: 'hidden' });
  });

  test('searches for papers like or unlike one, and takes more words', async () => {
    const { page } = await go('?q=robots that learn from demonstrations');
    const first = results(page).getByRole('link').first();
    const title = (await first.textContent())!;
    await first.click();
    const id = new URL(await page.getByRole('heading', { name: title }).evaluate(() => location.href)).searchParams.get(
      'paper',
    );
    await page.getByRole('button', { name: 'Less like this' }).click();
    await expect.poll(() => field(page).inputValue()).toBe(`not:${id} robots that learn from demonstrations`);
    await expect.poll(() => results(page).getByRole('listitem').count()).toBeGreaterThan(5);
    const papers = results(page).getByRole('listitem').getByRole('link');
    await expect.poll(async () => (await papers.allTextContents()).includes(title)).toBe(false);

    const next = papers.first();
    const other = (await next.textContent())!;
    await next.click();
    await page.getByRole('heading', { name: other }).waitFor();
    await page.getByRole('button', { name: 'More like this' }).click();
    await expect
      .poll(() => field(page).inputValue())
      .toMatch(/^like:\S+ not:\S+ robots that learn from demonstrations$/);
    await expect.poll(() => results(page).getByRole('listitem').count()).toBe(30);
    await field(page).press('End');
    await field(page).pressSequentially(' since:2025');
    await expect
      .poll(async () =>
        (await results(page).getByRole('listitem').allTextContents()).every((text) => text.includes('2025')),
      )
      .toBe(true);
  });

  test('offers more papers like one, but not less, if no query led to it', async () => {
    const { page } = await go(`?paper=${PAPER}`);
    await page.getByRole('button', { name: 'More like this' }).waitFor();
    expect(await page.getByRole('button', { name: 'Less like this' }).count()).toBe(0);
  });
});
