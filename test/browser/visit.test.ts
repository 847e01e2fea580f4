import { describe, expect, test } from 'vitest';
import { chromium, onSamplePage } from './sample-page.ts';

/** The tests of a file share a browser profile for its cache. Nothing else may be carried over. */
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
});
