import { describe, expect, test } from 'vitest';
import type { TopicPapersResponse, TopicResponse, TopicsResponse } from '../../server/schemas/topics.ts';
import { chromium, onSamplePage } from './sample-page.ts';
import type { Visit } from './visit.ts';

describe.skipIf(!chromium)('topics', () => {
  const sample = onSamplePage(/status of 404/);
  const { go } = sample;
  const tree = (page: Visit['page']) => page.getByRole('tree', { name: 'Topics' });
  const view = (page: Visit['page']) => page.getByRole('region', { name: 'Topic' });
  const focused = (page: Visit['page']) => page.evaluate(() => document.activeElement?.textContent ?? '');
  const fetchJson = async <Body>(path: string): Promise<Body> => (await fetch(`${sample.url}/api/${path}`)).json();
  /** A topic with a parent and subtopics. */
  const innerTopic = async () => {
    const { tree: all } = await fetchJson<TopicsResponse>('topics');
    return all.find(({ id, parent }) => parent !== null && all.some((other) => other.parent === id))!;
  };

  test('are a tree with one tab stop, in which arrow keys move, open and close', async () => {
    const { page } = await go();
    const rows = tree(page).getByRole('treeitem');
    await rows.first().waitFor();
    expect(await tree(page).locator('[tabindex="0"]').count()).toBe(1);
    await rows.first().focus();
    const closed = tree(page).getByRole('treeitem', { expanded: false });
    const before = await closed.count();
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => closed.count()).toBeLessThan(before + 1);
    const top = await focused(page);
    expect(await rows.first().getAttribute('aria-expanded')).toBe('false');
    await page.keyboard.press('ArrowRight');
    expect(await rows.first().getAttribute('aria-expanded')).toBe('true');
    await page.keyboard.press('ArrowRight');
    const subtopic = await focused(page);
    expect(subtopic).not.toBe(top);
    await page.keyboard.press('ArrowLeft');
    expect(await focused(page)).toBe(top);
    await page.keyboard.press('End');
    expect(await focused(page)).not.toBe(top);
    await page.keyboard.press('Home');
    await page.keyboard.press(subtopic.charAt(0));
    expect((await focused(page)).charAt(0)).toBe(subtopic.charAt(0));
    await page.keyboard.press('Enter');
    await expect.poll(() => page.title()).toMatch(/. · paperfield$/);
    await view(page)
      .getByRole('heading', { name: (await page.title()).replace(' · paperfield', '') })
      .waitFor();
    await page.waitForURL(/topic=\d+/);
  });

  test('are highlighted on the map when they are hovered in the tree, super-topics too', async () => {
    const { page, opaquePixels } = await go();
    const all = await opaquePixels();
    await tree(page).getByRole('treeitem').first().hover();
    await expect.poll(opaquePixels).not.toBe(all);
    await page.getByRole('combobox', { name: 'Search papers' }).hover();
    await expect.poll(opaquePixels).toBe(all);
  });

  test('have a view with breadcrumb, sentence, key terms, subtopics and related topics', async () => {
    const { id } = await innerTopic();
    const expected = await fetchJson<TopicResponse>(`topics/${id}`);
    const { page } = await go(`?topic=${id}`);
    const topic = view(page);
    await topic.getByRole('heading', { level: 2, name: expected.name }).waitFor();
    expect(await page.title()).toBe(`${expected.name} · paperfield`);
    const breadcrumb = topic.getByRole('navigation', { name: 'Breadcrumb' }).getByRole('link');
    expect(await breadcrumb.allTextContents()).toEqual(expected.ancestors.map(({ name }) => name));
    await topic.getByText(expected.sentence?.text ?? '').waitFor();
    for (const { text, weight } of expected.keywords) {
      await topic.getByRole('link', { name: `${text} (weight ${weight.toFixed(2)})`, exact: true }).waitFor();
    }
    for (const subtopic of expected.subtopics)
      expect(await topic.getByRole('link', { name: subtopic.name }).count()).toBeGreaterThan(0);
    // A name may be the beginning of another topic's name.
    await topic.getByRole('link', { name: new RegExp(`^${expected.relatedTopics[0].name} related`) }).waitFor();
    await topic.locator('summary').filter({ hasText: 'Compare' }).first().click();
    await topic.getByText(/[\d.]+% of their papers’ closest papers are in the other topic/).waitFor();
    await topic.locator('summary').filter({ hasText: 'All topics' }).click();
    const current = page.getByRole('tree', { name: 'All topics' }).locator('[aria-current=page]');
    expect(await current.textContent()).toContain(expected.name);
  });

  test('show their automatic name if the user gave them another', async () => {
    const { page } = await go();
    await page.route('**/api/topics/0', async (route) => {
      const response: TopicResponse = await (await route.fetch()).json();
      await route.fulfill({ json: { ...response, name: 'My own field' } });
    });
    const { generatedName } = await fetchJson<TopicResponse>('topics/0');
    await page.goto(`${sample.url}/?topic=0`);
    await view(page).getByRole('heading', { level: 2, name: 'My own field' }).waitFor();
    await view(page).getByText(`You named this topic. Automatic name: ${generatedName}.`).waitFor();
  });

  test('show their months as a chart with a description, and as a table', async () => {
    const { tree: all } = await fetchJson<TopicsResponse>('topics');
    const { page } = await go(`?topic=${all[0].id}`);
    const { months } = await fetchJson<TopicResponse>(`topics/${all[0].id}`);
    await view(page)
      .getByRole('img', { name: /^Share of all papers by month: from [\d.]+% in/ })
      .waitFor();
    await view(page).getByText('Show as table').click();
    const papers = String(months.at(-1)?.papers);
    const cells = view(page).getByRole('row').filter({ hasText: papers }).getByRole('cell');
    expect(await cells.allTextContents()).toContain(papers);
  });

  test('list all their papers page by page, in an order that is in the address', async () => {
    const { tree: all } = await fetchJson<TopicsResponse>('topics');
    const { page } = await go(`?topic=${all[0].id}`);
    const list = view(page).getByRole('region', { name: 'Papers', exact: true });
    await expect.poll(() => list.getByRole('listitem').count()).toBe(5);
    await list.getByRole('button', { name: 'Show 20 more' }).click();
    await expect.poll(() => list.getByRole('listitem').count()).toBe(25);
    expect(await focused(page)).toBe(await list.getByRole('listitem').nth(5).getByRole('link').textContent());
    const mostRepresentative = await list.getByRole('link').first().textContent();
    await list.getByRole('radio', { name: 'Newest' }).check();
    await page.waitForURL(/sort=date/);
    await expect.poll(() => list.getByRole('link').first().textContent()).not.toBe(mostRepresentative);
    await page.reload();
    await expect.poll(() => list.getByRole('listitem').count()).toBe(5);
    expect(await list.getByRole('radio', { name: 'Newest' }).isChecked()).toBe(true);
    const second = list.getByRole('link').nth(1);
    const title = (await second.textContent())!;
    await second.click();
    await page.getByRole('heading', { name: title }).waitFor();
    await page.getByRole('button', { name: 'Back', exact: true }).click();
    await expect.poll(() => focused(page)).toBe(title);
    expect(await page.title()).toContain(all[0].name);
  });

  test('list the most discussed papers first, if papers have comments', async () => {
    const { tree: all } = await fetchJson<TopicsResponse>('topics');
    const { id } = all[0];
    const { papers } = await fetchJson<TopicPapersResponse>(`topics/${id}/papers?sort=comments&limit=5`);
    expect(papers[0].comments).toBeGreaterThan(papers[4].comments ?? Infinity);
    const { page } = await go(`?topic=${id}`);
    const list = view(page).getByRole('region', { name: 'Papers', exact: true });
    await list.getByRole('radio', { name: 'Most discussed' }).check();
    await page.waitForURL(/sort=comments/);
    await expect.poll(() => list.getByRole('link').allTextContents()).toEqual(papers.map(({ title }) => title));
    await list.getByRole('listitem').first().getByText(`${papers[0].comments} comments`).waitFor();
    await page.reload();
    await expect.poll(() => list.getByRole('link').first().textContent()).toBe(papers[0].title);
    expect(await list.getByRole('radio', { name: 'Most discussed' }).isChecked()).toBe(true);
  });

  test('fill the map if the address has no map position, else leave it as it is', async () => {
    const { tree: all } = await fetchJson<TopicsResponse>('topics');
    const smallest = all.reduce((a, b) => (b.size < a.size ? b : a));
    const { page } = await go(`?topic=${smallest.id}`);
    await view(page).getByRole('heading', { level: 2, name: smallest.name }).waitFor();
    const at = () => (new URL(page.url()).searchParams.get('at') ?? '').split(',').map(Number);
    await expect.poll(() => at()[2]).toBeGreaterThan(1.5);
    const { bounds } = await fetchJson<TopicResponse>(`topics/${smallest.id}`);
    const [x, y] = at() as [number, number];
    expect(x).toBeGreaterThan(bounds.x0);
    expect(x).toBeLessThan(bounds.x1);
    expect(y).toBeGreaterThan(bounds.y0);
    expect(y).toBeLessThan(bounds.y1);
    await page.goto(`${sample.url}/?topic=${smallest.id}&at=0,0,1.25`);
    await view(page).getByRole('heading', { level: 2, name: smallest.name }).waitFor();
    expect(new URL(page.url()).searchParams.get('at')).toBe('0,0,1.25');
  });

  test('show an error if there is none with that id', async () => {
    const { page } = await go('?topic=987654');
    await page.getByRole('heading', { name: 'Topic not found' }).waitFor();
    await page
      .getByRole('alert')
      .getByText(/no topic has the id/i)
      .waitFor();
    expect(await page.getByRole('region', { name: 'Papers', exact: true }).isVisible()).toBe(false);
  });
});
