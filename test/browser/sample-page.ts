/** The page over the real server and the sample papers, or others, for the tests of one file. */
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { startSampleServer } from '../fixtures/sample-server.ts';
import { ensureBuiltPage } from './built-page.ts';
import { findChromium, launchChromium } from './chromium.ts';
import { type Visit, visit } from './visit.ts';

/** Where Chromium is, or undefined: without it these tests are skipped. */
export const chromium = await findChromium();

export interface SamplePage {
  /** Of the server, once the tests run. */
  readonly url: string;
  /** Visits the page; what follows the address's last slash. One visit a test, closed after it. */
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
    await open?.context.close();
    open = undefined;
    expect(problems ?? []).toEqual([]);
  });
  return {
    get url() {
      return started().server.url;
    },
    async go(search = '', options = {}) {
      const running = started();
      open = await visit(running.browser, `${running.server.url}/${search}`, options);
      return open;
    },
  };
}
