import { describe, expect, test } from 'vitest';
import type { StatusResponse } from '../../server/schemas/status.ts';
import { idOf, papers, serveHostilePapers, titles } from './hostile-papers.ts';
import { chromium, onPage } from './sample-page.ts';
import type { Visit } from './visit.ts';

describe.skipIf(!chromium)('errors', () => {
  const server = onPage(
    serveHostilePapers,
    /status of (?:404|500)|ERR_FAILED|broken on purpose|is not iterable|before initialization/,
  );
  const { go } = server;
  type Page = Visit['page'];
  const startPage = (page: Page) => page.getByRole('heading', { name: 'Find papers by what they mean' });
  const hits = (page: Page) => page.getByRole('region', { name: 'Results' }).getByRole('link', { name: /planning/i });
  /** Changes the status response of the server. */
  const changeStatus = async (page: Page, edit: (status: StatusResponse) => void) => {
    const status: StatusResponse = await (await fetch(`${server.url}/api/status`)).json();
    edit(status);
    await page.route('**/api/status', (route) => route.fulfill({ json: status }));
  };

  test('hostile titles are shown as text, and run nothing', async () => {
    const { page } = await go('?q=planning with a picture, a script or a drawing');
    const { picture, script, drawing } = titles;
    for (const title of [picture, script, drawing]) await page.getByRole('link', { name: title }).first().waitFor();
    await page.getByRole('link', { name: picture }).first().click();
    await page.getByRole('heading', { name: picture }).waitFor();
    await expect.poll(() => page.getByRole('region', { name: 'Paper' }).getByRole('listitem').count()).toBe(10);
    expect(await page.getByRole('link', { name: 'Open paper' }).count()).toBe(0);
    expect(await page.evaluate(() => 'ran' in window)).toBe(false);
    expect(await page.locator('#papers img, #papers script').count()).toBe(0);
  });

  test('ids with special characters survive the address and a reload', async () => {
    const { page } = await go(`?paper=${encodeURIComponent(papers[20].id)}`);
    const heading = page.getByRole('heading', { name: papers[20].title });
    await heading.waitFor();
    await page.reload();
    await heading.waitFor();
  });

  test('a failed search shows its error, and can be retried', async () => {
    const { page } = await go();
    let broken = true;
    await page.route('**/api/search?*', (route) =>
      broken
        ? route.fulfill({ status: 500, json: { error: { code: 'internal', message: 'The index is on fire.' } } })
        : route.continue(),
    );
    await page.getByRole('combobox', { name: 'Search papers' }).fill('planning');
    await page.getByRole('alert').getByText('The index is on fire.').waitFor();
    broken = false;
    await page.getByRole('button', { name: 'Try again' }).click();
    await page
      .getByRole('link', { name: /planning/i })
      .first()
      .waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  test('an unknown paper shows an error', async () => {
    const { page } = await go('?paper=unknown-id');
    await page.getByRole('alert').waitFor();
    await page.getByRole('button', { name: 'Back' }).click();
    await startPage(page).waitFor();
  });

  test('the answer to a previous query is dropped', async () => {
    const { page } = await go();
    await page.route('**/api/search?q=maps*', async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 900));
      await route.continue().catch(() => undefined);
    });
    await page.getByRole('combobox', { name: 'Search papers' }).fill('maps');
    await page.waitForURL(/q=maps/);
    await page.getByRole('combobox', { name: 'Search papers' }).fill('proofs');
    const first = page.getByRole('region', { name: 'Results' }).getByRole('link').first();
    await first.waitFor();
    const shown = await first.textContent();
    await page.waitForTimeout(1000);
    expect(await first.textContent()).toBe(shown);
    expect(new URL(page.url()).searchParams.get('q')).toBe('proofs');
  });

  test('newer papers are offered, and the user can postpone them', async () => {
    const { page } = await go();
    await changeStatus(page, (status) => {
      status.snapshot.id = 'tomorrow';
    });
    const notice = page.getByText('New papers are available.');
    expect(await notice.isVisible()).toBe(false);
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    await notice.waitFor();
    await page.getByRole('button', { name: 'Later', exact: true }).click();
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    expect(await notice.isVisible()).toBe(false);
    await startPage(page).waitFor();
  });

  test('a notice says that the papers are old after a week without a snapshot, until it is dismissed', async () => {
    const { page } = await go();
    const notice = page.getByRole('note');
    expect(await notice.isVisible()).toBe(false);
    await changeStatus(page, (status) => {
      status.snapshot.ageSeconds = 9 * 86_400;
    });
    await page.reload();
    await notice.getByText(/9 days ago.*nightly run/).waitFor();
    await page.getByRole('button', { name: 'Dismiss' }).click();
    expect(await notice.isVisible()).toBe(false);
    await page.reload();
    await startPage(page).waitFor();
    expect(await notice.isVisible()).toBe(false);
  });

  test('a skeleton is shown and announced while the papers load', async () => {
    const { page } = await go();
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route('**/api/map', async (route) => {
      await held;
      await route.continue();
    });
    await page.reload({ waitUntil: 'commit' });
    await page.getByRole('status').filter({ hasText: 'Loading papers' }).waitFor({ state: 'attached' });
    expect(await page.getByRole('region', { name: 'Start page' }).locator('.skeleton-line').count()).toBeGreaterThan(5);
    expect(await page.getByRole('combobox', { name: 'Search papers' }).isEnabled()).toBe(true);
    release();
    await startPage(page).waitFor();
    expect(await page.locator('.skeleton-line').count()).toBe(0);
  });

  test('a page without papers says how to add some', async () => {
    const { page } = await go();
    await changeStatus(page, (status) => {
      status.counts.papers = 0;
    });
    await page.route('**/api/map', (route) => route.abort());
    await page.reload();
    await page.getByText('paperfield build --source FILE').waitFor();
  });

  test('search works if the map cannot be loaded', async () => {
    const { page } = await go();
    await page.route('**/api/map', (route) => route.abort());
    await page.goto(`${server.url}/?q=planning`);
    await page.getByRole('alert').waitFor();
    await hits(page).first().waitFor();
    await page.goto(server.url);
    await page.getByText('Couldn’t load the map. Search, papers and topics still work.').waitFor();
    // The tools of the map are hidden.
    expect(await page.getByRole('region', { name: 'Map of papers' }).getByRole('button').allTextContents()).toEqual([
      'Try again',
    ]);
    await page.getByRole('treeitem').first().click();
    await page.getByRole('region', { name: 'Papers', exact: true }).getByRole('link').first().waitFor();
  });

  test('search and papers work if the map cannot be drawn', async () => {
    const { page } = await go();
    await page.addInitScript(() => {
      HTMLCanvasElement.prototype.getContext = () => {
        throw new Error('broken on purpose');
      };
    });
    await page.goto(`${server.url}/?q=planning`);
    await page.getByRole('alert').getByText('This browser can’t draw the map.').waitFor();
    await hits(page).first().click();
    await page.getByRole('region', { name: 'Paper' }).getByText('We study planning').waitFor();
    await page.keyboard.press('Escape');
    await hits(page).first().waitFor();
    await page.goto(server.url);
    await page.getByRole('tree', { name: 'Topics' }).getByRole('treeitem').first().click();
    await page.getByRole('region', { name: 'Papers', exact: true }).getByRole('link').first().waitFor();
  });

  test('the other views work if one fails', async () => {
    const { page } = await go();
    await page.addInitScript(() => {
      const { append } = Element.prototype;
      Element.prototype.append = function broken(this: Element, ...nodes: (Node | string)[]) {
        if (this.id === 'topic') throw new Error('broken on purpose');
        append.apply(this, nodes);
      };
    });
    await page.goto(server.url);
    await page.waitForFunction(() => window.drawnTexts.length > 0);
    await page.getByRole('treeitem').first().click();
    await page
      .getByRole('region', { name: 'Topic' })
      .getByText('Something went wrong in this part of the page.')
      .waitFor();
    await page.getByRole('button', { name: 'Back', exact: true }).click();
    await page.getByRole('combobox', { name: 'Search papers' }).fill('planning');
    await hits(page).first().click();
    await page.getByRole('region', { name: 'Paper' }).getByText('We study planning').waitFor();
  });

  test('the map and search work if the topics are malformed', async () => {
    const { page } = await go();
    await page.route('**/api/topics', (route) => route.fulfill({ json: { snapshot: 'x' } }));
    await page.goto(server.url);
    await page.getByRole('img', { name: 'Map of 48 papers in 0 topics.' }).waitFor();
    await page.getByRole('combobox', { name: 'Search papers' }).fill('planning');
    await hits(page).first().waitFor();
  });

  test('hostile titles fit a phone, in every list', async () => {
    const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
    const { page } = await go('', phone);
    const addresses = ['', '?q=planning', '?topic=0', `?paper=${encodeURIComponent(idOf(titles.long))}`];
    for (const address of addresses) {
      await page.goto(`${server.url}/${address}`);
      await page.getByRole('main').getByRole('link').or(page.getByRole('treeitem')).first().waitFor();
      const overflow = await page.evaluate(() => {
        const panel = document.querySelector('#papers')!;
        return [document.documentElement.scrollWidth - innerWidth, panel.scrollWidth - panel.clientWidth];
      });
      expect([address, ...overflow]).toEqual([address, 0, 0]);
    }
    expect(await page.evaluate(() => 'ran' in window)).toBe(false);
  });
});
