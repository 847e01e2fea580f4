import { describe, expect, it } from 'vitest';
import type { StatusResponse } from '../../server/schemas/status.ts';
import { idOf, papers, serveHostilePapers, titles } from './hostile-papers.ts';
import { chromium, onPage } from './sample-page.ts';
import type { Visit } from './visit.ts';

describe.skipIf(!chromium)('the page in trouble', () => {
  const server = onPage(
    serveHostilePapers,
    /status of (?:404|500)|ERR_FAILED|broken on purpose|is not iterable|before initialization/,
  );
  const { go } = server;
  type Page = Visit['page'];
  const welcome = (page: Page) => page.getByRole('heading', { name: 'Find papers by what they mean' });
  const found = (page: Page) => page.getByRole('region', { name: 'Results' }).getByRole('link', { name: /planning/i });
  /** What the server says of itself, changed. */
  const changeStatus = async (page: Page, how: (status: StatusResponse) => void) => {
    const status: StatusResponse = await (await fetch(`${server.url}/api/status`)).json();
    how(status);
    await page.route('**/api/status', (route) => route.fulfill({ json: status }));
  };

  it('shows hostile titles as the text they are, and runs nothing', async () => {
    const { page } = await go('?q=planning with a picture, a script or a drawing');
    const { picture, script, drawing } = titles;
    for (const title of [picture, script, drawing]) await page.getByRole('link', { name: title }).first().waitFor();
    await page.getByRole('link', { name: picture }).first().click();
    await page.getByRole('heading', { name: picture }).waitFor();
    await expect.poll(() => page.getByRole('region', { name: 'Paper' }).getByRole('listitem').count()).toBe(10);
    expect(await page.getByRole('link', { name: 'Open the paper' }).count()).toBe(0);
    expect(await page.evaluate(() => 'ran' in window)).toBe(false);
    expect(await page.locator('#papers img, #papers script').count()).toBe(0);
  });

  it('keeps ids with odd characters, in address and reload', async () => {
    const { page } = await go(`?paper=${encodeURIComponent(papers[20]!.id)}`);
    const heading = page.getByRole('heading', { name: papers[20]!.title });
    await heading.waitFor();
    await page.reload();
    await heading.waitFor();
  });

  it('says what went wrong with a search, and tries again when asked', async () => {
    const { page } = await go();
    let broken = true;
    await page.route('**/api/search?*', (route) =>
      broken
        ? route.fulfill({ status: 500, json: { error: { code: 'internal', message: 'The index is on fire.' } } })
        : route.continue(),
    );
    await page.getByRole('combobox').fill('planning');
    await page.getByRole('alert').getByText('The index is on fire.').waitFor();
    broken = false;
    await page.getByRole('button', { name: 'Try again' }).click();
    await page
      .getByRole('link', { name: /planning/i })
      .first()
      .waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  it('says that a paper is unknown', async () => {
    const { page } = await go('?paper=nobody');
    await page.getByRole('alert').waitFor();
    await page.getByRole('button', { name: 'Back' }).click();
    await welcome(page).waitFor();
  });

  it('drops the answer to a query that is no longer asked', async () => {
    const { page } = await go();
    await page.route('**/api/search?q=maps*', async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 900));
      await route.continue().catch(() => undefined);
    });
    await page.getByRole('combobox').fill('maps');
    await page.waitForURL(/q=maps/);
    await page.getByRole('combobox').fill('proofs');
    const first = page.getByRole('region', { name: 'Results' }).getByRole('link').first();
    await first.waitFor();
    const shown = await first.textContent();
    await page.waitForTimeout(1000);
    expect(await first.textContent()).toBe(shown);
    expect(new URL(page.url()).searchParams.get('q')).toBe('proofs');
  });

  it('offers newer papers, and lets the reader choose', async () => {
    const { page } = await go();
    await changeStatus(page, (status) => {
      status.snapshot.id = 'tomorrow';
    });
    const offer = page.getByText('New papers are in.');
    expect(await offer.isVisible()).toBe(false);
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    await offer.waitFor();
    await page.getByRole('button', { name: 'Later', exact: true }).click();
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    expect(await offer.isVisible()).toBe(false);
    await welcome(page).waitFor();
  });

  it('says how old papers are once a week has brought no snapshot, until that is closed', async () => {
    const { page } = await go();
    const note = page.getByRole('note');
    expect(await note.isVisible()).toBe(false);
    await changeStatus(page, (status) => {
      status.snapshot.ageSeconds = 9 * 86_400;
    });
    await page.reload();
    await note.getByText(/9 days ago.*nightly run/).waitFor();
    await page.getByRole('button', { name: 'Close this note' }).click();
    expect(await note.isVisible()).toBe(false);
    await page.reload();
    await welcome(page).waitFor();
    expect(await note.isVisible()).toBe(false);
  });

  it('has the outline of a page while the papers load, and says so', async () => {
    const { page } = await go();
    let answer = () => {};
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await page.route('**/api/map', async (route) => {
      await held;
      await route.continue();
    });
    await page.reload({ waitUntil: 'commit' });
    await page.getByRole('status').filter({ hasText: 'Loading the papers.' }).waitFor({ state: 'attached' });
    expect(await page.getByRole('region', { name: 'Welcome' }).locator('.bone').count()).toBeGreaterThan(5);
    expect(await page.getByRole('combobox').isEnabled()).toBe(true);
    answer();
    await welcome(page).waitFor();
    expect(await page.locator('.bone').count()).toBe(0);
  });

  it('says what to do where there are no papers yet', async () => {
    const { page } = await go();
    await changeStatus(page, (status) => {
      status.counts.papers = 0;
    });
    await page.route('**/api/map', (route) => route.abort());
    await page.reload();
    await page.getByText('paperfield build --source FILE').waitFor();
  });

  it('still searches when the map cannot be had', async () => {
    const { page } = await go();
    await page.route('**/api/map', (route) => route.abort());
    await page.goto(`${server.url}/?q=planning`);
    await page.getByRole('alert').waitFor();
    await found(page).first().waitFor();
    await page.goto(server.url);
    await page.getByText('The map could not be had. Search, papers and topics still work.').waitFor();
    // What works on a map is not offered without one.
    expect(await page.getByRole('region', { name: 'Map of papers' }).getByRole('button').allTextContents()).toEqual([
      'Try again',
    ]);
    await page.getByRole('treeitem').first().click();
    await page.getByRole('region', { name: 'Its papers' }).getByRole('link').first().waitFor();
  });

  it('still searches and reads when the map cannot be drawn', async () => {
    const { page } = await go();
    await page.addInitScript(() => {
      HTMLCanvasElement.prototype.getContext = () => {
        throw new Error('broken on purpose');
      };
    });
    await page.goto(`${server.url}/?q=planning`);
    await page.getByRole('alert').getByText('The map cannot be drawn here.').waitFor();
    await found(page).first().click();
    await page.getByRole('region', { name: 'Paper' }).getByText('We study planning').waitFor();
    await page.keyboard.press('Escape');
    await found(page).first().waitFor();
    await page.goto(server.url);
    await page.getByRole('tree', { name: 'Topics' }).getByRole('treeitem').first().click();
    await page.getByRole('region', { name: 'Its papers' }).getByRole('link').first().waitFor();
  });

  it('still draws, searches and reads when one view fails', async () => {
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
    await page.getByRole('region', { name: 'Topic' }).getByText('This part of the page failed.').waitFor();
    await page.getByRole('button', { name: 'Back', exact: true }).click();
    await page.getByRole('combobox').fill('planning');
    await found(page).first().click();
    await page.getByRole('region', { name: 'Paper' }).getByText('We study planning').waitFor();
  });

  it('draws and searches where the topics make no sense', async () => {
    const { page } = await go();
    await page.route('**/api/topics', (route) => route.fulfill({ json: { snapshot: 'x' } }));
    await page.goto(server.url);
    await page.getByRole('img', { name: 'Map of 48 papers in 0 topics.' }).waitFor();
    await page.getByRole('combobox').fill('planning');
    await found(page).first().waitFor();
  });

  it('fits a phone with any text, in every list', async () => {
    const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
    const { page } = await go('', phone);
    const places = ['', '?q=planning', '?topic=0', `?paper=${encodeURIComponent(idOf(titles.long))}`];
    for (const place of places) {
      await page.goto(`${server.url}/${place}`);
      await page.getByRole('main').getByRole('link').or(page.getByRole('treeitem')).first().waitFor();
      const beyond = await page.evaluate(() => {
        const panel = document.querySelector('#papers')!;
        return [document.documentElement.scrollWidth - innerWidth, panel.scrollWidth - panel.clientWidth];
      });
      expect([place, ...beyond]).toEqual([place, 0, 0]);
    }
    expect(await page.evaluate(() => 'ran' in window)).toBe(false);
  });
});
