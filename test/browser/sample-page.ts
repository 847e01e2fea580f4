/** The page over a real server, with the sample papers or others, for the tests of one `describe`. */
import type { Browser, BrowserContext, BrowserContextOptions } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, inject } from 'vitest';
import { connectChromium } from './chromium.ts';
import { newProfile, type Visit, visit } from './visit.ts';

/** The address of the Chromium of this test run; null where there is none and these tests are skipped. */
export const chromium = inject('chromiumEndpoint');

/** A server whose page is visited. */
interface PageServer {
  readonly url: string;
  stop(): Promise<void>;
}

export interface SamplePage {
  /** The address of the server, once the tests run. */
  readonly url: string;
  /**
   * Visits the page as if for the first time; each test may visit once.
   *
   * @param search the query string of the address, with its `?`
   */
  go(search?: string, options?: BrowserContextOptions): Promise<Visit>;
}

/** The page over the sample papers, from the server that all browser tests share. */
export function onSamplePage(expected?: RegExp): SamplePage {
  return onPage(async () => ({ url: inject('sampleServerUrl'), stop: async () => undefined }), expected);
}

/**
 * Opens a browser connection and a server for the tests of a `describe`. After each test the page must have reported no
 * problem.
 *
 * @param expected problems that are no fault: a browser reports every response of status 400 by itself
 */
export function onPage(serve: () => Promise<PageServer>, expected?: RegExp): SamplePage {
  let browser: Browser | undefined;
  let server: PageServer | undefined;
  let open: Visit | undefined;
  /** The profile of the last visit, for a next one with the same options. */
  let profile: { readonly options: string; readonly context: BrowserContext } | undefined;

  const profileFor = async (running: Browser, options: BrowserContextOptions): Promise<BrowserContext> => {
    const key = JSON.stringify(options);
    if (profile?.options !== key) {
      await profile?.context.close();
      profile = { options: key, context: await newProfile(running, options) };
    }
    return profile.context;
  };
  const started = () => {
    if (!browser || !server) throw new Error('the browser and the server start before the first test');
    return { browser, server };
  };
  beforeAll(async () => {
    [browser, server] = await Promise.all([connectChromium(chromium ?? ''), serve()]);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });
  afterEach(async () => {
    const problems = open?.problems.filter((problem) => !expected?.test(problem));
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
