/** The page over the real server and the sample papers, or others, for the tests of one file. */
import type { Browser, BrowserContext, BrowserContextOptions } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { startSampleServer } from '../fixtures/sample-server.ts';
import { ensureBuiltPage } from './built-page.ts';
import { findChromium, launchChromium } from './chromium.ts';
import { newProfile, type Visit, visit } from './visit.ts';

/** Where Chromium is, or undefined: without it these tests are skipped. */
export const chromium = await findChromium();

export interface SamplePage {
  /** Of the server, once the tests run. */
  readonly url: string;
  /** Visits the page as for the first time; what follows the address's last slash. One visit a test, closed after it. */
  go(search?: string, options?: BrowserContextOptions): Promise<Visit>;
}

/** As `onPage`, over the sample papers. */
export function onSamplePage(expected?: RegExp): SamplePage {
  return onPage(startSampleServer, expected);
}

/**
 * Starts a browser and a server for the tests of a `describe`. After each test nothing may have gone wrong on the page.
 *
 * @param expected problems that are no fault: a browser notes every answer of 400 by itself
 */
export function onPage(serve: typeof startSampleServer, expected?: RegExp): SamplePage {
  let browser: Browser | undefined;
  let server: Awaited<ReturnType<typeof startSampleServer>> | undefined;
  let open: Visit | undefined;
  /** The profile of the last visit, for a next one with the same options. */
  let profile: { readonly options: string; readonly context: BrowserContext } | undefined;

  const profileFor = async (running: Browser, options: BrowserContextOptions): Promise<BrowserContext> => {
    const written = JSON.stringify(options);
    if (profile?.options !== written) {
      await profile?.context.close();
      profile = { options: written, context: await newProfile(running, options) };
    }
    return profile.context;
  };
  const started = () => {
    if (!browser || !server) throw new Error('the browser and the server start before the first test');
    return { browser, server };
  };
  beforeAll(async () => {
    await ensureBuiltPage();
    [browser, server] = await Promise.all([launchChromium(chromium ?? ''), serve()]);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });
  afterEach(async () => {
    const problems = open?.problems.filter((problem) => !expected?.test(problem));
    await open?.page.close();
    open = undefined;
    expect(problems ?? []).toEqual([]);
  });
  return {
    get url() {
      return started().server.url;
    },
    async go(search = '', options = {}) {
      const running = started();
      open = await visit(await profileFor(running.browser, options), `${running.server.url}/${search}`);
      return open;
    },
  };
}
