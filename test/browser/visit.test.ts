import { describe, expect, test } from 'vitest';
import { chromium, onSamplePage } from './sample-page.ts';

/** Visits share a browser profile, for its cache, and a tab. Nothing else may be carried over from one to the next. */
describe.skipIf(!chromium)('a visit', () => {
  const { go } = onSamplePage();
  const stored = { theme: 'dark', cookie: 'left=here', session: 'left', mayPaste: 'granted' };
  type Visited = Awaited<ReturnType<typeof go>>['page'];
  const storedIn = (page: Visited) =>
    page.evaluate(async () => ({
      theme: localStorage.getItem('paperfield-theme'),
      cookie: document.cookie,
      session: sessionStorage.getItem('one'),
      mayPaste: (await navigator.permissions.query({ name: 'clipboard-read' as PermissionName })).state,
    }));

  test('stores something in its profile', async () => {
    const { page, context } = await go();
    await context.grantPermissions(['clipboard-read']);
    await page.getByRole('button', { name: /^Switch to/ }).click();
    await page.evaluate(() => {
      localStorage.setItem('paperfield-theme', 'dark');
      sessionStorage.setItem('one', 'left');
      // biome-ignore lint/suspicious/noDocumentCookie: the next visit must not find this cookie
      document.cookie = 'left=here';
    });
    expect(await storedIn(page)).toEqual(stored);
  });

  test('finds nothing that the previous visit stored', async () => {
    const { page } = await go();
    const { mayPaste, ...others } = await storedIn(page);
    expect(others).toEqual({ theme: null, cookie: '', session: null });
    expect(mayPaste).not.toBe('granted');
  });

  /** Counted by a listener of one visit. */
  let requests = 0;

  test('may have routes and listeners', async () => {
    const { page } = await go();
    await page.route('**/api/topics', (route) => route.fulfill({ status: 202, body: '' }));
    page.on('request', () => requests++);
    expect(await page.evaluate(async () => (await fetch('/api/topics')).status)).toBe(202);
    expect(requests).toBe(1);
  });

  test('has neither the routes nor the listeners of the previous visit', async () => {
    const { page } = await go();
    expect(await page.evaluate(async () => (await fetch('/api/topics')).status)).toBe(200);
    expect(requests).toBe(1);
  });

  test('may change its window and what runs in it', async () => {
    const { page } = await go();
    await page.setViewportSize({ width: 800, height: 600 });
    await page.addInitScript(() => {
      window.name = 'left';
    });
    await page.reload();
    expect(await page.evaluate(() => [innerWidth, window.name])).toEqual([800, 'left']);
  });

  test('has the window of its profile after that, and nothing else runs in it', async () => {
    const { page } = await go();
    expect(await page.evaluate(() => [innerWidth, window.name])).toEqual([1440, '']);
  });
});
