import { describe, expect, it } from 'vitest';
import { chromium, onSamplePage } from './sample-page.ts';
import type { Visit } from './visit.ts';

const QUERY = 'robots that learn to push and grasp objects';
const FOUND = /^Learning Synergies between Pushing and Grasping/;
const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

describe.skipIf(!chromium)('the page', () => {
  const sample = onSamplePage();
  const { go } = sample;
  const results = (page: Visit['page']) => page.getByRole('region', { name: 'Results' }).getByRole('link');

  /** The names of the outline whose parts are not shown, without their sizes. */
  const shownTopics = async (page: Visit['page']) => {
    const rows = page.getByRole('tree', { name: 'Topics' }).getByRole('treeitem');
    await rows.first().waitFor();
    const closed = rows.and(page.locator(':not([aria-expanded=true])'));
    return (await closed.allTextContents()).map((text) => text.replace(/ [\d,]+ papers$/, ''));
  };

  it('shows the papers and the names of their topics on the map', async () => {
    const { page, onMap, opaquePixels } = await go();
    expect(await opaquePixels()).toBeGreaterThan(5000);
    const written = (await onMap()).map(({ text }) => text).join(' ');
    const names = await shownTopics(page);
    expect(names.length).toBeGreaterThan(4);
    const words = names.at(-1)!.split(' · ');
    for (const word of words) expect(written).toContain(word);
  });

  it('finds papers while one types, and lights them on the map', async () => {
    const { page, onMap, opaquePixels } = await go();
    const before = await opaquePixels();
    await page.getByRole('combobox', { name: 'Search the papers' }).fill(QUERY);
    await page.getByRole('link', { name: FOUND }).waitFor();
    expect(await results(page).first().textContent()).toMatch(FOUND);
    await page
      .getByRole('status')
      .filter({ hasText: /papers? found, 30 listed/ })
      .waitFor({ state: 'attached' });
    await expect.poll(async () => (await onMap()).filter(({ text }) => /^\d+$/.test(text)).length).toBe(10);
    expect(await opaquePixels()).toBeLessThan(before);
    expect(new URL(page.url()).searchParams.get('q')).toBe(QUERY);
  });

  it('searches for what a link asks before the map is there, and once', async () => {
    const { page } = await go();
    let answer = () => {};
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await page.route('**/api/map', async (route) => {
      await held;
      await route.continue();
    });
    const asked: string[] = [];
    page.on('request', (request) => {
      if (/api\/search/.test(request.url())) asked.push(request.url());
    });
    await page.goto(`${sample.url}/?q=${QUERY}`, { waitUntil: 'commit' });
    await expect.poll(() => asked.length).toBe(1);
    answer();
    await page.getByRole('link', { name: FOUND }).waitFor();
    expect(asked.length).toBe(1);
  });

  it('shows more results when asked', async () => {
    const { page } = await go(`?q=${QUERY}`);
    await page.getByRole('button', { name: 'Show 30 more' }).click();
    await expect.poll(() => results(page).count()).toBe(60);
  });

  it('searches by words alone, and says so where no paper holds them', async () => {
    const { page } = await go(`?q=${QUERY}`);
    await page.getByRole('radio', { name: 'Words' }).check();
    await page.waitForURL(/mode=keyword/);
    await page.getByRole('combobox', { name: 'Search the papers' }).fill('zygomorphic');
    await page.getByRole('region', { name: 'Results' }).getByText('No paper here holds these words.').waitFor();
    expect(await results(page).count()).toBe(0);
  });

  it('lights the result whose number is pointed at, and names it in a card', async () => {
    const { page, onMap } = await go(`?q=${QUERY}`);
    await expect.poll(async () => (await onMap()).some(({ text }) => text === '1')).toBe(true);
    const one = (await onMap()).find(({ text }) => text === '1')!;
    await page.mouse.move(one.x - 5, one.y);
    await page.mouse.move(one.x, one.y);
    await page.locator('.hover-card').getByText(FOUND).waitFor();
    await page.mouse.click(one.x, one.y);
    await page.getByRole('heading', { name: FOUND }).waitFor();
  });

  it('opens a paper with its abstract and similar papers, and goes back', async () => {
    const { page } = await go(`?q=${QUERY}`);
    await page.getByRole('link', { name: FOUND }).click();
    const paper = page.getByRole('region', { name: 'Paper' });
    await paper.getByRole('heading', { name: FOUND }).waitFor();
    await paper.getByText(/Skilled robotic manipulation benefits from complex synergies/).waitFor();
    await expect.poll(() => paper.getByRole('listitem').count()).toBe(10);
    await expect.poll(() => page.title()).toMatch(FOUND);
    await page.getByRole('button', { name: 'Next result' }).click();
    await expect.poll(() => paper.getByRole('heading', { name: FOUND }).count()).toBe(0);
    await page.getByRole('button', { name: 'Back' }).click();
    await expect.poll(() => results(page).count()).toBe(30);
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(
      await results(page).nth(1).textContent(),
    );
  });

  it('keeps everything in the address: reload, back and forward', async () => {
    const { page } = await go();
    await page.getByRole('combobox', { name: 'Search the papers' }).fill(QUERY);
    await page.getByRole('link', { name: FOUND }).click();
    const heading = page.getByRole('heading', { name: FOUND });
    await heading.waitFor();
    await page.getByRole('button', { name: 'Zoom in' }).click();
    await page.waitForURL(/at=/);
    const address = page.url();
    await page.reload();
    await heading.waitFor();
    expect(page.url()).toBe(address);
    expect(await page.getByRole('combobox', { name: 'Search the papers' }).inputValue()).toBe(QUERY);
    await page.goBack();
    await expect.poll(() => results(page).count()).toBe(30);
    await page.goBack();
    await page.getByRole('heading', { name: 'Find papers by what they mean' }).waitFor();
    await page.goForward();
    await page.goForward();
    await heading.waitFor();
    expect(page.url()).toBe(address);
  });

  it('is walked by keyboard', async () => {
    const { page } = await go();
    const focused = () => page.evaluate(() => document.activeElement?.textContent ?? '');
    await page.keyboard.press('/');
    await page.keyboard.type(QUERY);
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: FOUND }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    const second = (await results(page).nth(1).textContent())!;
    expect(await focused()).toBe(second);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: second, exact: true }).waitFor();
    await expect.poll(focused).toBe(second);
    await page.keyboard.press('Escape');
    await expect.poll(() => results(page).count()).toBe(30);
    await page.keyboard.press('Escape');
    expect(
      await page
        .getByRole('combobox', { name: 'Search the papers' })
        .evaluate((input) => input === document.activeElement),
    ).toBe(true);
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { name: 'Find papers by what they mean' }).waitFor();
    expect(new URL(page.url()).search).toBe('');
  });

  it('is walked to its last result, and on to more of them', async () => {
    const { page } = await go(`?q=${QUERY}`);
    const button = page.getByRole('button', { name: 'Show 30 more' });
    await results(page).last().focus();
    await page.keyboard.press('ArrowDown');
    expect(await button.evaluate((element) => element === document.activeElement)).toBe(true);
    await page.keyboard.press('Enter');
    await expect.poll(() => results(page).count()).toBe(60);
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(
      await results(page).nth(30).textContent(),
    );
  });

  it('opens a topic by its name on the map: its words and its representative papers', async () => {
    const { page, onMap } = await go();
    const names = await shownTopics(page);
    // A name may stand in several lines: one that is of one topic alone.
    const holding = (line: string) => names.filter((name) => name.split(' · ').includes(line));
    const line = (await onMap()).find(({ text }) => holding(text).length === 1)!;
    await page.mouse.click(line.x, line.y);
    const topic = page.getByRole('region', { name: 'Topic' });
    await topic.getByRole('heading', { name: holding(line.text)[0] }).waitFor();
    await expect.poll(() => topic.getByRole('region', { name: 'Its papers' }).getByRole('listitem').count()).toBe(5);
    await page.waitForURL(/topic=\d+&at=/);
    const word = topic.getByRole('link', { name: /\(weight 1/ }).first();
    const text = (await word.textContent())!.replace(/ \(weight.*/, '');
    await word.click();
    await page.waitForURL(new RegExp(`q=${text.replaceAll(' ', '\\+')}`));
  });

  it('shows more and smaller topics when asked, and keeps them in the address', async () => {
    const { page } = await go();
    const before = (await shownTopics(page)).length;
    await page.getByRole('link', { name: 'Finer' }).click();
    await page.waitForURL(/level=\d/);
    await expect.poll(async () => (await shownTopics(page)).length).toBeGreaterThan(before);
    // A paper is told its topic among those that are shown.
    const finer = await shownTopics(page);
    await page.getByRole('combobox', { name: 'Search the papers' }).fill(QUERY);
    const first = page.getByRole('region', { name: 'Results' }).getByRole('listitem').first();
    await first.getByRole('link').first().waitFor();
    const [told] = await first.getByTitle(/^Topic: /).allTextContents();
    if (told !== undefined) expect(finer).toContain(told);
    await page.goto(`${sample.url}/`);
    await expect.poll(async () => (await shownTopics(page)).length).toBe(before);
  });

  it('fits a phone: nothing to scroll sideways, a sheet to draw up', async () => {
    const { page } = await go('', phone);
    const wide = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(await wide()).toBe(0);
    const sheet = page.getByRole('button', { name: 'Show more or less of the list' });
    const height = async () => page.viewportSize()!.height - (await sheet.boundingBox())!.y;
    const half = await height();
    await sheet.tap();
    await expect.poll(height).toBeGreaterThan(half + 100);
    await page.getByRole('combobox', { name: 'Search the papers' }).fill(QUERY);
    await page.getByRole('link', { name: FOUND }).tap();
    await page.getByRole('heading', { name: FOUND }).waitFor();
    expect(await wide()).toBe(0);
  });

  it('remembers the colors one chose', async () => {
    const { page } = await go('', { colorScheme: 'light' });
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await ground();
    await page.getByRole('button', { name: 'Switch to dark colors' }).click();
    const dark = await ground();
    expect(dark).not.toBe(light);
    await page.reload();
    await page.getByRole('button', { name: 'Switch to light colors' }).waitFor();
    expect(await ground()).toBe(dark);
  });
});
