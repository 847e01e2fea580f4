import { describe, expect, it } from 'vitest';
import { seriousFaults } from './axe.ts';
import { chromium, onSamplePage } from './sample-page.ts';
import type { Visit } from './visit.ts';

describe.skipIf(!chromium)('narrowing an answer', () => {
  const { go } = onSamplePage();
  const results = (page: Visit['page']) => page.getByRole('region', { name: 'Results' });
  const values = (page: Visit['page'], kind: string) => page.getByRole('list', { name: kind }).getByRole('button');
  const asked = (page: Visit['page']) => new URL(page.url()).searchParams.get('q');
  const total = async (page: Visit['page']) =>
    Number.parseInt((await results(page).getByRole('heading', { level: 2 }).textContent()) ?? '', 10);
  const open = async (q: string) => {
    const visit = await go(`?q=${encodeURIComponent(q)}`);
    await results(visit.page).getByRole('button', { name: 'Narrow' }).click();
    await values(visit.page, 'Topics').first().waitFor();
    return visit;
  };

  it('offers the topics of its papers with their numbers; a press asks for one, another lets it go', async () => {
    const { page } = await open('reinforcement learning');
    const before = await total(page);
    const first = values(page, 'Topics').first();
    const words = (await first.textContent())!;
    const papers = Number(/(\d+)$/.exec(words)?.[1]);
    expect(papers).toBeGreaterThan(0);
    expect(papers).toBeLessThan(before);
    await first.focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => asked(page)).toMatch(/^topic:\d+ reinforcement learning$/);
    const pressed = values(page, 'Topics').and(page.getByRole('button', { pressed: true }));
    await pressed.waitFor();
    // The search may reach further down among fewer papers, never less far.
    expect(await total(page)).toBeGreaterThanOrEqual(papers);
    expect(await total(page)).toBeLessThan(before);
    expect(await pressed.evaluate((button) => button === document.activeElement)).toBe(true);
    await page.keyboard.press('Enter');
    await expect.poll(() => asked(page)).toBe('reinforcement learning');
    await pressed.waitFor({ state: 'detached' });
    expect(await total(page)).toBe(before);
  });

  it('offers years, of one year its months, and finds no paper of another time', async () => {
    const { page } = await open('reinforcement learning');
    const year = values(page, 'Dates').first();
    const [, name] = /^(\d{4})/.exec((await year.textContent())!)!;
    await year.click();
    await expect.poll(() => asked(page)).toBe(`since:${name} until:${name} reinforcement learning`);
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
    await expect.poll(() => asked(page)).toBe('reinforcement learning');
  });

  it('stays open over the next question, and is away where nothing is about it', async () => {
    const { page } = await open('reinforcement learning');
    const field = page.getByRole('combobox', { name: 'Search the papers' });
    await field.fill('robots that grasp');
    await page.keyboard.press('Enter');
    await expect.poll(() => asked(page)).toBe('robots that grasp');
    await values(page, 'Topics').first().waitFor();
    await field.fill('how to bake sourdough bread');
    await page.keyboard.press('Enter');
    await results(page).getByRole('heading', { name: 'Nothing here is about that.' }).waitFor();
    expect(await results(page).getByRole('button', { name: 'Narrow' }).isVisible()).toBe(false);
    expect(await values(page, 'Topics').count()).toBe(0);
  });

  it.each(['light', 'dark'] as const)('is sound for those who hear the page, in %s', async (colorScheme) => {
    const { page } = await go('?q=reinforcement learning', { colorScheme });
    const button = results(page).getByRole('button', { name: 'Narrow' });
    expect(await button.getAttribute('aria-expanded')).toBe('false');
    await button.click();
    await values(page, 'Topics').first().waitFor();
    expect(await button.getAttribute('aria-expanded')).toBe('true');
    expect(await seriousFaults(page)).toEqual([]);
  });
});
