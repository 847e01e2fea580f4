import { describe, expect, it } from 'vitest';
import type { SearchResponse } from '../../server/schemas/search.ts';
import { chromium, onSamplePage } from './sample-page.ts';
import type { Visit } from './visit.ts';

/** No sample paper is about it. */
const NONSENSE = 'how to bake sourdough bread';
const PAPER = 'hindsight-experience-replay-755eb3da';

describe.skipIf(!chromium)('asking', () => {
  const { go } = onSamplePage(/status of 400/);
  const results = (page: Visit['page']) => page.getByRole('region', { name: 'Results' });
  const field = (page: Visit['page']) => page.getByRole('combobox', { name: 'Search the papers' });
  const order = (page: Visit['page']) => page.getByRole('combobox', { name: 'Order of the papers' });
  const asked = (page: Visit['page']) => new URL(page.url()).searchParams.get('q');
  /** Changes what the server answers. */
  const change = (page: Visit['page'], how: (answer: SearchResponse) => void) =>
    page.route('**/api/search?*', async (route) => {
      const answer: SearchResponse = await (await route.fetch()).json();
      how(answer);
      await route.fulfill({ json: answer });
    });

  it('says that nothing is about a question, and sets the nearest papers apart', async () => {
    const { page, onMap } = await go();
    await field(page).fill(NONSENSE);
    await results(page).getByRole('heading', { name: 'Nothing about that yet' }).waitFor();
    await field(page).press('Enter');
    await results(page).getByRole('heading', { name: 'Nothing here is about that.' }).waitFor();
    await results(page).getByText(`You asked for “${NONSENSE}”.`).waitFor();
    await results(page).getByText('The nearest papers, though they are about something else:').waitFor();
    expect(await results(page).getByRole('listitem').count()).toBe(3);
    expect(
      await results(page)
        .getByText(/strong|possible|weak/)
        .count(),
    ).toBe(0);
    await page
      .getByRole('status')
      .filter({ hasText: /Nothing here is about that.*3 papers about something else/ })
      .waitFor({ state: 'attached' });
    expect((await onMap()).filter(({ text }) => /^\d+$/.test(text))).toEqual([]);
  });

  it('opens a paper that is set apart, and comes back to it', async () => {
    const { page } = await go(`?q=${NONSENSE}`);
    const second = results(page).getByRole('listitem').nth(1).getByRole('link');
    const title = (await second.textContent())!;
    await second.click();
    await page.getByRole('heading', { name: title }).waitFor();
    expect(await page.getByRole('button', { name: 'Next result' }).isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Back' }).click();
    await results(page).waitFor();
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(title);
  });

  it('asks whether another spelling was meant, and searches it when pressed', async () => {
    const { page } = await go('?q=reinforcment lerning');
    const meant = results(page).getByText(/^Did you mean .+\?$/);
    await meant.waitFor();
    const spelling = (await meant.getByRole('link').textContent())!;
    expect(spelling).toContain('learning');
    await meant.getByRole('link').click();
    await expect.poll(() => asked(page)).toBe(spelling);
    expect(await field(page).inputValue()).toBe(spelling);
    await results(page)
      .getByText(/Did you mean/)
      .waitFor({ state: 'detached' });
    await page.goBack();
    await expect.poll(() => field(page).inputValue()).toBe('reinforcment lerning');
  });

  it('offers another spelling above found papers too', async () => {
    const { page } = await go();
    await change(page, (answer) => {
      answer.didYouMean = 'robotics';
    });
    await field(page).fill('robot');
    await results(page).getByText('Did you mean robotics?').waitFor();
    expect(await results(page).getByRole('listitem').count()).toBe(30);
  });

  it('finds by filters: what is since 2025 and about robots', async () => {
    const { page } = await go();
    await field(page).fill('since:2025 robot');
    await results(page)
      .getByRole('heading', { name: /^\d+ papers$/ })
      .waitFor();
    expect(await order(page).locator('option:checked').textContent()).toBe('Nearest first');
    const facts = await results(page).getByRole('listitem').allTextContents();
    expect(facts.length).toBeGreaterThan(5);
    for (const text of facts) expect(text).toMatch(/\b2025\b/);
    await field(page).fill('since:2025');
    await expect.poll(() => order(page).locator('option').allTextContents()).not.toContain('Nearest first');
    expect(await order(page).locator('option:checked').textContent()).toBe('Newest first');
    await field(page).fill('since:2090');
    await results(page).getByRole('heading', { name: 'No paper fits these filters.' }).waitFor();
    expect(await order(page).isVisible()).toBe(false);
  });

  it('puts the papers into another order, which stands in the address and the query, and back', async () => {
    const { page } = await go('?q=robot');
    const papers = results(page).getByRole('listitem');
    const titles = () => papers.getByRole('link').allTextContents();
    await expect.poll(() => papers.count()).toBe(30);
    const nearest = await titles();
    await order(page).focus();
    await order(page).selectOption('Newest first');
    await expect.poll(() => asked(page)).toBe('robot sort:date');
    expect(await field(page).inputValue()).toBe('robot sort:date');
    expect(await order(page).evaluate((choice) => choice === document.activeElement)).toBe(true);
    await expect.poll(titles).not.toEqual(nearest);
    const years = (await papers.allTextContents()).map((text) => Number(/.*\b(20\d\d)\b/s.exec(text)?.[1]));
    expect(years).toEqual(years.toSorted((a, b) => b - a));
    await order(page).selectOption('Nearest first');
    await expect.poll(() => asked(page)).toBe('robot');
    await expect.poll(titles).toEqual(nearest);
  });

  it('says under the field what is wrong with a filter, and keeps the papers found before', async () => {
    const { page } = await go('?q=robot');
    const first = (await results(page).getByRole('link').first().textContent())!;
    await field(page).fill('robot since:20x5');
    await page.keyboard.press('Enter');
    const alert = page.getByRole('alert');
    await alert.getByText(/^Character 7: 'since:20x5' is no date; write since:2025/).waitFor();
    expect(await field(page).evaluate((input) => input.ariaDescribedByElements?.[0]?.textContent)).toBe(
      await alert.textContent(),
    );
    expect(await field(page).getAttribute('aria-invalid')).toBe('true');
    expect(await results(page).getByRole('link').first().textContent()).toBe(first);
    await results(page).getByRole('heading', { name: 'Still the answer to “robot”' }).waitFor();
    await results(page).getByRole('button', { name: 'Show 30 more' }).click();
    await expect.poll(() => results(page).getByRole('listitem').count()).toBe(60);

    await field(page).fill('robot since:2025');
    await alert.waitFor({ state: 'hidden' });
    expect(await field(page).getAttribute('aria-invalid')).toBeNull();
    await results(page)
      .getByRole('heading', { name: /^\d+ papers$/ })
      .waitFor();
  });

  it('says what is wrong with a query that came by a link', async () => {
    const { page } = await go('?q=topic:999');
    await page
      .getByRole('alert')
      .getByText(/^Character 1: 'topic:999' is no topic/)
      .waitFor();
    await page.getByRole('link', { name: 'paperfield' }).click();
    await page.getByRole('alert').waitFor({ state: 'hidden' });
  });

  it('says how well each paper matches, in words with a reason', async () => {
    const { page } = await go();
    await change(page, ({ hits }) => {
      for (const [i, relevance] of [1, 0.95, 0.7, null].entries()) hits[i]!.percentile = relevance;
    });
    await field(page).fill('robot');
    const item = (i: number) => results(page).getByRole('listitem').nth(i);
    await item(0).getByText('strong match').waitFor();
    await item(1).getByText('possible match').waitFor();
    await item(2)
      .getByTitle(/70 % of unrelated questions/)
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

  it('names the other titles of a paper, and opens them', async () => {
    const { page } = await go();
    await change(page, ({ hits }) => {
      hits[0]!.duplicates = [{ id: PAPER, title: 'Hindsight Experience Replay' }];
    });
    await field(page).fill('robot');
    const first = results(page).getByRole('listitem').first();
    await first.getByText('also as: Hindsight Experience Replay').waitFor();
    await first.getByRole('link', { name: 'Hindsight Experience Replay' }).click();
    await page.getByRole('heading', { name: 'Hindsight Experience Replay' }).waitFor();
  });

  it.each([
    ['a desk', {}],
    ['a phone', { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }],
  ])('tells how to ask, by keyboard too, on %s', async (_, options) => {
    const { page } = await go('?q=robot', options);
    const help = page.getByRole('dialog', { name: 'How to ask' });
    const button = page.getByRole('button', { name: 'How to ask' });
    expect(await help.isVisible()).toBe(false);
    await button.focus();
    await page.keyboard.press('Enter');
    await help.getByText('since:2025-01').waitFor();
    expect(await help.evaluate((dialog) => dialog.contains(document.activeElement))).toBe(true);
    const box = (await help.boundingBox())!;
    const window = page.viewportSize()!;
    expect(box.x >= 0 && box.x + box.width <= window.width && box.y + box.height <= window.height).toBe(true);
    await page.keyboard.press('Escape');
    await help.waitFor({ state: 'hidden' });
    expect(await button.evaluate((element) => element === document.activeElement)).toBe(true);
    expect(asked(page)).toBe('robot');
    await button.click();
    await help.getByRole('button', { name: 'Close' }).click();
    await help.waitFor({ state: 'hidden' });
  });

  it('searches for papers like one, to which words can be added, or without them', async () => {
    const { page } = await go('?q=robots that learn from demonstrations');
    const first = results(page).getByRole('link').first();
    const title = (await first.textContent())!;
    await first.click();
    const id = new URL(await page.getByRole('heading', { name: title }).evaluate(() => location.href)).searchParams.get(
      'paper',
    );
    await page.getByRole('button', { name: 'Not like this' }).click();
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

  it('offers papers like one, but nothing to leave them out of, where no query led to it', async () => {
    const { page } = await go(`?paper=${PAPER}`);
    await page.getByRole('button', { name: 'More like this' }).waitFor();
    expect(await page.getByRole('button', { name: 'Not like this' }).count()).toBe(0);
  });
});
