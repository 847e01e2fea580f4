import { describe, expect, test } from 'vitest';
import { seriousViolations } from './axe.ts';
import { chromium, onSamplePage } from './sample-page.ts';
import type { Visit } from './visit.ts';

describe.skipIf(!chromium)('the filters of an answer', () => {
  const { go } = onSamplePage();
  const results = (page: Visit['page']) => page.getByRole('region', { name: 'Results' });
  const values = (page: Visit['page'], kind: string) => page.getByRole('list', { name: kind }).getByRole('button');
  const queryOf = (page: Visit['page']) => new URL(page.url()).searchParams.get('q');
  const total = async (page: Visit['page']) =>
    Number.parseInt((await results(page).getByRole('heading', { level: 2 }).textContent()) ?? '', 10);
  const open = async (q: string) => {
    const visit = await go(`?q=${encodeURIComponent(q)}`);
    await results(visit.page).getByRole('button', { name: 'Filter' }).click();
    await values(visit.page, 'Topics').first().waitFor();
    return visit;
  };

  test('are the topics of its papers with counts; a click adds one to the query, another removes it', async () => {
    const { page } = await open('reinforcement learning');
    const before = await total(page);
    const first = values(page, 'Topics').first();
    const label = (await first.textContent())!;
    const count = Number(/(\d+)$/.exec(label)?.[1]);
    expect(count).toBeGreaterThan(0);
    expect(count).toBeLessThan(before);
    await first.focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => queryOf(page)).toMatch(/^topic:\d+ reinforcement learning$/);
    const pressed = values(page, 'Topics').and(page.getByRole('button', { pressed: true }));
    await pressed.waitFor();
    // Among fewer papers the search may find more, never less.
    expect(await total(page)).toBeGreaterThanOrEqual(count);
    expect(await total(page)).toBeLessThan(before);
    expect(await pressed.evaluate((button) => button === document.activeElement)).toBe(true);
    await page.keyboard.press('Enter');
    await expect.poll(() => queryOf(page)).toBe('reinforcement learning');
    await pressed.waitFor({ state: 'detached' });
    expect(await total(page)).toBe(before);
  });

  test('are years, and the months of one year, and find no paper of another time', async () => {
    const { page } = await open('reinforcement learning');
    const year = values(page, 'Dates').first();
    const [, name] = /^(\d{4})/.exec((await year.textContent())!)!;
    await year.click();
    await expect.poll(() => queryOf(page)).toBe(`since:${name} until:${name} reinforcement learning`);
    const pressed = values(page, 'Dates').and(page.getByRole('button', { pressed: true }));
    await expect.poll(() => pressed.textContent()).toContain(name);
    for (const text of await results(page)
      .getByRole('listitem')
      .filter({ has: page.getByRole('link') })
      .allTextContents())
      expect(text).toContain(name);
    const months = await values(page, 'Dates').allTextContents();
    expect(months.slice(1).every((month) => new RegExp(`^[A-Z][a-z]{2} ${name}`).test(month))).toBe(true);
    await pressed.click();
    await expect.poll(() => queryOf(page)).toBe('reinforcement learning');
  });

  test('stay open for the next query, and are hidden if nothing matches', async () => {
    const { page } = await open('reinforcement learning');
    const field = page.getByRole('combobox', { name: 'Search papers' });
    await field.fill('robots that grasp');
    await page.keyboard.press('Enter');
    await expect.poll(() => queryOf(page)).toBe('robots that grasp');
    await values(page, 'Topics').first().waitFor();
    await field.fill('how to bake sourdough bread');
    await page.keyboard.press('Enter');
    await results(page)
      .getByRole('heading', { name: /^No papers about/ })
      .waitFor();
    expect(await results(page).getByRole('button', { name: 'Filter' }).isVisible()).toBe(false);
    expect(await values(page, 'Topics').count()).toBe(0);
  });

  test.each(['light', 'dark'] as const)('are accessible, in %s', async (colorScheme) => {
    const { page } = await go('?q=reinforcement learning', { colorScheme });
    const button = results(page).getByRole('button', { name: 'Filter' });
    expect(await button.getAttribute('aria-expanded')).toBe('false');
    await button.click();
    await values(page, 'Topics').first().waitFor();
    expect(await button.getAttribute('aria-expanded')).toBe('true');
    expect(await seriousViolations(page)).toEqual([]);
  });
});
