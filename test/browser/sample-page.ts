/** The page over a real server, with the sample papers or others, for the tests of one `describe`. */
import type { Browser, BrowserContext, BrowserContextOptions } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, inject } from 'vitest';
import { connectChromium } from './chromium.ts';
import { newProfile, type Visit, visit } from './visit.ts';

/** The address of the Chromium of this test run; null where there is none and these tests are skipped. */
export const chromium = inject('chromiumEndpoint');

// One worker runs many test files, which share its browser connection. Visits with equal options share a profile, so that
// its HTTP cache is filled once.
let browser: Promise<Browser> | undefined;
const profiles = new Map<string, Promise<BrowserContext>>();

async function profileFor(options: BrowserContextOptions): Promise<BrowserContext> {
  browser ??= connectChromium(chromium ?? '');
  const key = JSON.stringify(options);
  const profile = profiles.get(key) ?? newProfile(await browser, options);
  profiles.set(key, profile);
  return profile;
}

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
 * Starts a server for the tests of a `describe`. After each test the page must have reported no problem.
 *
 * @param expected problems that are no fault: a browser reports every response of status 400 by itself
 */
export function onPage(serve: () => Promise<PageServer>, expected?: RegExp): SamplePage {
  let server: PageServer | undefined;
  let open: Visit | undefined;

  const started = () => {
    if (!server) throw new Error('the server starts before the first test');
    return server;
  };
  beforeAll(async () => {
    server = await serve();
  });
  afterAll(() => server?.stop());
  afterEach(async ({ task }) => {
    const problems = open?.problems.filter((problem) => !expected?.test(problem));
    // A failed test may have left keys or buttons pressed: its tab is not used again.
    if (task.result?.state === 'fail') await open?.page.close();
    open = undefined;
    expect(problems ?? []).toEqual([]);
  });
  return {
    get url() {
      return started().url;
    },
    async go(search = '', options = {}) {
      open = await visit(await profileFor(options), `${started().url}/${search}`);
      return open;
    },
  };
}
