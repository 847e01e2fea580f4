import { describe, expect, it } from 'vitest';
import { chromium, onSamplePage } from './sample-page.ts';

/** The tests of a file share a profile for its cache: nothing else may go from one to the next. */
describe.skipIf(!chromium)('a visit', () => {
  const { go } = onSamplePage();
  const kept = { theme: 'dark', cookie: 'left=here', session: 'left', mayPaste: 'granted' };
  type Visited = Awaited<ReturnType<typeof go>>['page'];
  const found = (page: Visited) =>
    page.evaluate(async () => ({
      theme: localStorage.getItem('paperfield-theme'),
      cookie: document.cookie,
      session: sessionStorage.getItem('one'),
      mayPaste: (await navigator.permissions.query({ name: 'clipboard-read' as PermissionName })).state,
    }));

  it('leaves things behind in its profile', async () => {
    const { page, context } = await go();
    await context.grantPermissions(['clipboard-read']);
    await page.getByRole('button', { name: /^Switch to/ }).click();
    await page.evaluate(() => {
      localStorage.setItem('paperfield-theme', 'dark');
      sessionStorage.setItem('one', 'left');
      // biome-ignore lint/suspicious/noDocumentCookie: it is a cookie that must not be found again
      document.cookie = 'left=here';
    });
    expect(await found(page)).toEqual(kept);
  });

  it('finds nothing of the one before it', async () => {
    const { page } = await go();
    const { mayPaste, ...others } = await found(page);
    expect(others).toEqual({ theme: null, cookie: '', session: null });
    expect(mayPaste).not.toBe('granted');
  });
});
