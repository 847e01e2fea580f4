import { describe, expect, it } from 'vitest';
import type { TopicsResponse, TopicResponse, TopicPapersResponse } from '../../server/schemas/topics.ts';
import { chromium, onSamplePage } from './sample-page.ts';
import type { Visit } from './visit.ts';

describe.skipIf(!chromium)('topics', () => {
  const sample = onSamplePage(/status of 404/);
  const { go } = sample;
  const tree = (page: Visit['page']) => page.getByRole('tree', { name: 'Topics' });
  const view = (page: Visit['page']) => page.getByRole('region', { name: 'Topic' });
  const focused = (page: Visit['page']) => page.evaluate(() => document.activeElement?.textContent ?? '');
  const ask = async <Answer>(path: string): Promise<Answer> => (await fetch(`${sample.url}/api/${path}`)).json();
  /** One that has parts, and is a part itself. */
  const middle = async () => {
    const { tree: all } = await ask<TopicsResponse>('topics');
    return all.find(({ id, parent }) => parent !== null && all.some((part) => part.parent === id))!;
  };

  it('stand as an outline with one way in, walked, opened and closed by arrows', async () => {
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
    const part = await focused(page);
    expect(part).not.toBe(top);
    await page.keyboard.press('ArrowLeft');
    expect(await focused(page)).toBe(top);
    await page.keyboard.press('End');
    expect(await focused(page)).not.toBe(top);
    await page.keyboard.press('Home');
    await page.keyboard.press(part.charAt(0));
    expect((await focused(page)).charAt(0)).toBe(part.charAt(0));
    await page.keyboard.press('Enter');
    await expect.poll(() => page.title()).toMatch(/. · paperfield$/);
    await view(page)
      .getByRole('heading', { name: (await page.title()).replace(' · paperfield', '') })
      .waitFor();
    await page.waitForURL(/topic=\d+/);
  });

  it('light on the map when they are pointed at in the outline, whole fields too', async () => {
    const { page, opaquePixels } = await go();
    const all = await opaquePixels();
    await tree(page).getByRole('treeitem').first().hover();
    await expect.poll(opaquePixels).not.toBe(all);
    await page.getByRole('combobox').hover();
    await expect.poll(opaquePixels).toBe(all);
  });

  it('have a page: where it stands, how it grows, its words, papers, parts and neighbors', async () => {
    const { id } = await middle();
    const told = await ask<TopicResponse>(`topics/${id}`);
    const { page } = await go(`?topic=${id}`);
    const topic = view(page);
    await topic.getByRole('heading', { level: 2, name: told.name }).waitFor();
    expect(await page.title()).toBe(`${told.name} · paperfield`);
    const trail = topic.getByRole('navigation', { name: 'Part of' }).getByRole('link');
    expect(await trail.allTextContents()).toEqual(told.ancestors.map(({ name }) => name));
    await topic.getByText(told.sentence!.text).waitFor();
    for (const { text, weight } of told.keywords) {
      await topic.getByRole('link', { name: `${text} (weight ${weight.toFixed(2)})`, exact: true }).waitFor();
    }
    for (const part of told.subtopics)
      expect(await topic.getByRole('link', { name: part.name }).count()).toBeGreaterThan(0);
    await topic.getByRole('link', { name: told.siblings[0]!.name }).waitFor();
    await topic.getByText('Between them').first().click();
    await topic.getByText(/Of the papers nearest to those of either, [\d.]+ % are in the other/).waitFor();
    await topic.getByText('Among all topics').click();
    const current = page.getByRole('tree', { name: 'All topics' }).locator('[aria-current=page]');
    expect(await current.textContent()).toContain(told.name);
  });

  it('are told with the name that their papers gave them, where somebody gave another', async () => {
    const { page } = await go();
    await page.route('**/api/topics/0', async (route) => {
      const told: TopicResponse = await (await route.fetch()).json();
      await route.fulfill({ json: { ...told, name: 'My own field' } });
    });
    const { generatedName } = await ask<TopicResponse>('topics/0');
    await page.goto(`${sample.url}/?topic=0`);
    await view(page).getByRole('heading', { level: 2, name: 'My own field' }).waitFor();
    await view(page).getByText(`You named it. By its papers: ${generatedName}.`).waitFor();
  });

  it('tell their months as bars in a sentence, and as a table', async () => {
    const { tree: all } = await ask<TopicsResponse>('topics');
    const { page } = await go(`?topic=${all[0]!.id}`);
    const told = await ask<TopicResponse>(`topics/${all[0]!.id}`);
    await view(page)
      .getByRole('img', { name: /^Share of all papers by month: [\d.]+ % in/ })
      .waitFor();
    await view(page).getByText('As a table').click();
    const newest = told.months.at(-1)!;
    const cells = view(page)
      .getByRole('row')
      .filter({ hasText: String(newest.papers) })
      .getByRole('cell');
    expect(await cells.allTextContents()).toContain(String(newest.papers));
  });

  it('list all their papers by page, in an order that stands in the address', async () => {
    const { tree: all } = await ask<TopicsResponse>('topics');
    const { page } = await go(`?topic=${all[0]!.id}`);
    const list = view(page).getByRole('region', { name: 'Its papers' });
    await expect.poll(() => list.getByRole('listitem').count()).toBe(5);
    await list.getByRole('button', { name: 'Show 20 more' }).click();
    await expect.poll(() => list.getByRole('listitem').count()).toBe(25);
    expect(await focused(page)).toBe(await list.getByRole('listitem').nth(5).getByRole('link').textContent());
    const mostRepresentative = await list.getByRole('link').first().textContent();
    await list.getByRole('radio', { name: 'Newest first' }).check();
    await page.waitForURL(/by=date/);
    await expect.poll(() => list.getByRole('link').first().textContent()).not.toBe(mostRepresentative);
    await page.reload();
    await expect.poll(() => list.getByRole('listitem').count()).toBe(5);
    expect(await list.getByRole('radio', { name: 'Newest first' }).isChecked()).toBe(true);
    const second = list.getByRole('link').nth(1);
    const title = (await second.textContent())!;
    await second.click();
    await page.getByRole('heading', { name: title }).waitFor();
    await page.getByRole('button', { name: 'Back', exact: true }).click();
    await expect.poll(() => focused(page)).toBe(title);
    expect(await page.title()).toContain(all[0]!.name);
  });

  it('list the most discussed first, where papers have comments', async () => {
    const { tree: all } = await ask<TopicsResponse>('topics');
    const { id } = all[0]!;
    const { papers } = await ask<TopicPapersResponse>(`topics/${id}/papers?sort=comments&limit=5`);
    expect(papers[0]!.comments).toBeGreaterThan(papers[4]!.comments!);
    const { page } = await go(`?topic=${id}`);
    const list = view(page).getByRole('region', { name: 'Its papers' });
    await list.getByRole('radio', { name: 'Most discussed' }).check();
    await page.waitForURL(/by=comments/);
    await expect.poll(() => list.getByRole('link').allTextContents()).toEqual(papers.map(({ title }) => title));
    await list.getByRole('listitem').first().getByText(`${papers[0]!.comments} comments`).waitFor();
    await page.reload();
    await expect.poll(() => list.getByRole('link').first().textContent()).toBe(papers[0]!.title);
    expect(await list.getByRole('radio', { name: 'Most discussed' }).isChecked()).toBe(true);
  });

  it('fill the map where an address names one and no place, and leave a named place as it is', async () => {
    const { tree: all } = await ask<TopicsResponse>('topics');
    const smallest = all.reduce((a, b) => (b.size < a.size ? b : a));
    const { page } = await go(`?topic=${smallest.id}`);
    await view(page).getByRole('heading', { level: 2, name: smallest.name }).waitFor();
    const at = () => (new URL(page.url()).searchParams.get('at') ?? '').split(',').map(Number);
    await expect.poll(() => at()[2]).toBeGreaterThan(1.5);
    const { bounds } = await ask<TopicResponse>(`topics/${smallest.id}`);
    const [x, y] = at() as [number, number];
    expect(x).toBeGreaterThan(bounds.x0);
    expect(x).toBeLessThan(bounds.x1);
    expect(y).toBeGreaterThan(bounds.y0);
    expect(y).toBeLessThan(bounds.y1);
    await page.goto(`${sample.url}/?topic=${smallest.id}&at=0,0,1.25`);
    await view(page).getByRole('heading', { level: 2, name: smallest.name }).waitFor();
    expect(new URL(page.url()).searchParams.get('at')).toBe('0,0,1.25');
  });

  it('say so where there is none of that number', async () => {
    const { page } = await go('?topic=987654');
    await page.getByRole('heading', { name: 'No such topic' }).waitFor();
    await page
      .getByRole('alert')
      .getByText(/no topic has the id/i)
      .waitFor();
    expect(await page.getByRole('region', { name: 'Its papers' }).isVisible()).toBe(false);
  });
});
