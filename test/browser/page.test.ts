import { describe, expect, test } from 'vitest';
import { chromium, onSamplePage } from './sample-page.ts';
import type { Visit } from './visit.ts';

const QUERY = 'robots that learn to push and grasp objects';
const FOUND = /^Learning Synergies between Pushing and Grasping/;
const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

describe.skipIf(!chromium)('the page', () => {
  const sample = onSamplePage();
  const { go } = sample;
  const results = (page: Visit['page']) => page.getByRole('region', { name: 'Results' }).getByRole('link');

  /** The names of the topics in the outline whose subtopics are not visible, without their sizes. */
  const shownTopics = async (page: Visit['page']) => {
    const rows = page.getByRole('tree', { name: 'Topics' }).getByRole('treeitem');
    await rows.first().waitFor();
    const closed = rows.and(page.locator(':not([aria-expanded=true])'));
    return (await closed.allTextContents()).map((text) => text.replace(/ [\d,]+ papers$/, ''));
  };

  test('shows the papers and the names of their topics on the map', async () => {
    const { page, onMap, opaquePixels } = await go();
    expect(await opaquePixels()).toBeGreaterThan(5000);
    const labels = (await onMap()).map(({ text }) => text).join(' ');
    const names = await shownTopics(page);
    expect(names.length).toBeGreaterThan(4);
    const words = names.at(-1)!.split(' · ');
    for (const word of words) expect(labels).toContain(word);
  });

  test('searches while the user types, and highlights the hits on the map', async () => {
    const { page, onMap, opaquePixels } = await go();
    const before = await opaquePixels();
    await page.getByRole('combobox', { name: 'Search papers' }).fill(QUERY);
    await page.getByRole('link', { name: FOUND }).waitFor();
    expect(await results(page).first().textContent()).toMatch(FOUND);
    await page
      .getByRole('status')
      .filter({ hasText: /papers? found, 30 listed/ })
      .waitFor({ state: 'attached' });
    await expect.poll(async () => (await onMap()).filter(({ text }) => /^\d+$/.test(text)).length).toBe(10);
    // Papers are dimmed once it is known which ones match.
    await expect.poll(opaquePixels).toBeLessThan(before);
    expect(new URL(page.url()).searchParams.get('q')).toBe(QUERY);
  });

  test('searches for the query of a link before the map is loaded, and only once', async () => {
    const { page } = await go();
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route('**/api/map', async (route) => {
      await held;
      await route.continue();
    });
    const searches: string[] = [];
    page.on('request', (request) => {
      if (/api\/search\?/.test(request.url())) searches.push(request.url());
    });
    await page.goto(`${sample.url}/?q=${QUERY}`, { waitUntil: 'commit' });
    await expect.poll(() => searches.length).toBe(1);
    release();
    await page.getByRole('link', { name: FOUND }).waitFor();
    expect(searches.length).toBe(1);
  });

  test('shows more results on demand', async () => {
    const { page } = await go(`?q=${QUERY}`);
    await page.getByRole('button', { name: 'Show 30 more' }).click();
    await expect.poll(() => results(page).count()).toBe(60);
  });

  test('searches by keywords alone, and says so if no paper contains them', async () => {
    const { page } = await go(`?q=${QUERY}`);
    await page.getByRole('radio', { name: 'Keyword' }).check();
    await page.waitForURL(/mode=keyword/);
    await page.getByRole('combobox', { name: 'Search papers' }).fill('zygomorphic');
    await page
      .getByRole('region', { name: 'Results' })
      .getByText(/^No paper contains these words\./)
      .waitFor();
    expect(await results(page).count()).toBe(0);
  });

  test('shows a card for the hit whose number is hovered on the map', async () => {
    const { page, onMap } = await go(`?q=${QUERY}`);
    await expect.poll(async () => (await onMap()).some(({ text }) => text === '1')).toBe(true);
    const label = (await onMap()).find(({ text }) => text === '1')!;
    await page.mouse.move(label.x - 5, label.y);
    await page.mouse.move(label.x, label.y);
    await page.locator('.hover-card').getByText(FOUND).waitFor();
    await page.mouse.click(label.x, label.y);
    await page.getByRole('heading', { name: FOUND }).waitFor();
  });

  test('opens a paper with its abstract and similar papers, and goes back', async () => {
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

  test('keeps its state in the address: reload, back and forward', async () => {
    const { page } = await go();
    await page.getByRole('combobox', { name: 'Search papers' }).fill(QUERY);
    await page.getByRole('link', { name: FOUND }).click();
    const heading = page.getByRole('heading', { name: FOUND });
    await heading.waitFor();
    await page.getByRole('button', { name: 'Zoom in' }).click();
    await page.waitForURL(/at=/);
    const address = page.url();
    await page.reload();
    await heading.waitFor();
    expect(page.url()).toBe(address);
    expect(await page.getByRole('combobox', { name: 'Search papers' }).inputValue()).toBe(QUERY);
    await page.goBack();
    await expect.poll(() => results(page).count()).toBe(30);
    await page.goBack();
    await page.getByRole('heading', { name: 'Find papers by what they mean' }).waitFor();
    await page.goForward();
    await page.goForward();
    await heading.waitFor();
    expect(page.url()).toBe(address);
  });

  test('leaves the focus on a result that a later answer lists too', async () => {
    const { page } = await go('?q=robots');
    const focused = () => page.evaluate(() => document.activeElement?.textContent ?? '');
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route('**/api/search?*', async (route) => {
      await held;
      await route.continue();
    });
    const third = (await results(page).nth(2).textContent())!;
    await page.getByRole('combobox', { name: 'Search papers' }).press('End');
    // The third result is about manipulation, and comes first then.
    await page.keyboard.type(' manipulation');
    await page.locator('[aria-busy]').waitFor();
    await results(page).nth(2).focus();
    expect(await focused()).toBe(third);
    release();
    await page.locator('[aria-busy]').waitFor({ state: 'detached' });
    expect(new URL(page.url()).searchParams.get('q')).toBe('robots manipulation');
    const listed = await results(page).allTextContents();
    expect(listed).toContain(third);
    expect(listed[2]).not.toBe(third);
    expect(await focused()).toBe(third);
  });

  test('works by keyboard', async () => {
    const { page } = await go();
    const focused = () => page.evaluate(() => document.activeElement?.textContent ?? '');
    // Until then, the results are those of the beginning of the query.
    const answered = page.waitForResponse((response) => new URL(response.url()).searchParams.get('q') === QUERY);
    await page.keyboard.press('/');
    await page.keyboard.type(QUERY);
    await page.keyboard.press('Enter');
    await answered;
    await page.locator('[aria-busy]').waitFor({ state: 'detached' });
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
      await page.getByRole('combobox', { name: 'Search papers' }).evaluate((input) => input === document.activeElement),
    ).toBe(true);
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { name: 'Find papers by what they mean' }).waitFor();
    expect(new URL(page.url()).search).toBe('');
  });

  test('moves the focus from the last hit to the button for more, and on to the new hits', async () => {
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

  test('opens a topic by its name on the map, with its key terms and representative papers', async () => {
    const { page, onMap } = await go();
    const names = await shownTopics(page);
    // A name may have several lines: one that only one topic has.
    const topicsWith = (line: string) => names.filter((name) => name.split(' · ').includes(line));
    const line = (await onMap()).find(({ text }) => topicsWith(text).length === 1)!;
    await page.mouse.click(line.x, line.y);
    const topic = page.getByRole('region', { name: 'Topic' });
    await topic.getByRole('heading', { name: topicsWith(line.text)[0] }).waitFor();
    await expect
      .poll(() => topic.getByRole('region', { name: 'Papers', exact: true }).getByRole('listitem').count())
      .toBe(5);
    await page.waitForURL(/topic=\d+&at=/);
    const keyword = topic.getByRole('link', { name: /\(weight 1/ }).first();
    const text = (await keyword.textContent())!.replace(/ \(weight.*/, '');
    await keyword.click();
    await page.waitForURL(new RegExp(`q=${text.replaceAll(' ', '\\+')}`));
  });

  test('shows more and smaller topics on demand, and keeps the level in the address', async () => {
    const { page } = await go();
    const before = (await shownTopics(page)).length;
    await page.getByRole('link', { name: 'Finer' }).click();
    await page.waitForURL(/level=\d/);
    await expect.poll(async () => (await shownTopics(page)).length).toBeGreaterThan(before);
    // The tag of a paper is one of the shown topics.
    const finer = await shownTopics(page);
    await page.getByRole('combobox', { name: 'Search papers' }).fill(QUERY);
    const first = page.getByRole('region', { name: 'Results' }).getByRole('listitem').first();
    await first.getByRole('link').first().waitFor();
    const [tag] = await first.getByTitle(/^Topic: /).allTextContents();
    if (tag !== undefined) expect(finer).toContain(tag);
    await page.goto(`${sample.url}/`);
    await expect.poll(async () => (await shownTopics(page)).length).toBe(before);
  });

  test('fits a phone: no sideways scrolling, and a sheet to raise', async () => {
    const { page } = await go('', phone);
    const wide = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(await wide()).toBe(0);
    const sheet = page.getByRole('button', { name: 'Resize panel' });
    const height = async () => page.viewportSize()!.height - (await sheet.boundingBox())!.y;
    const half = await height();
    await sheet.tap();
    await expect.poll(height).toBeGreaterThan(half + 100);
    await page.getByRole('combobox', { name: 'Search papers' }).fill(QUERY);
    await page.getByRole('link', { name: FOUND }).tap();
    await page.getByRole('heading', { name: FOUND }).waitFor();
    expect(await wide()).toBe(0);
  });

  test('remembers the chosen theme', async () => {
    const { page } = await go('', { colorScheme: 'light' });
    const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await background();
    await page.getByRole('button', { name: 'Switch to dark theme' }).click();
    const dark = await background();
    expect(dark).not.toBe(light);
    await page.reload();
    await page.getByRole('button', { name: 'Switch to light theme' }).waitFor();
    expect(await background()).toBe(dark);
  });
});
