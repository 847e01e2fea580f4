/** From a key to the papers on the screen, by real keys. */
import type { Page } from 'playwright-core';

/** Milliseconds after the key. */
export interface Shown {
  /** The request for what then stands in the list was sent. */
  asked: number;
  answered: number;
  /** Its first papers stood on the screen, as far as the page's own thread is concerned. */
  seen: number;
  /** So did all that is listed. */
  whole: number;
}

declare global {
  interface Window {
    /** By the page's clock: the last key, and each time that papers came to stand on the screen. */
    results: { key: number; seen: number[]; rests: number[] };
  }
}

/** Between two letters, for a person who types well. */
const LETTER_MS = 120;
/** Nothing more is to come when the list has not changed for so long. */
const QUIET_MS = 600;

/** To run before the page's own scripts; it uses nothing from outside itself. */
export function watchResults(): void {
  window.results = { key: 0, seen: [], rests: [] };
  const { results } = window;
  /** A frame is made in the task before the one that this comes in. */
  const afterFrame = (then: () => void) =>
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = then;
      port2.postMessage(null);
    });
  addEventListener(
    'keydown',
    (event) => {
      results.key = event.timeStamp;
      if (event.key.length === 1) afterFrame(() => results.rests.push(performance.now() - event.timeStamp));
    },
    true,
  );
  addEventListener('DOMContentLoaded', () => {
    const watch = new MutationObserver((changes) => {
      const isPaper = changes.some(({ addedNodes }) =>
        [...addedNodes].some((node) => node instanceof Element && (node.matches('li') || node.querySelector('li'))),
      );
      if (isPaper) afterFrame(() => results.seen.push(performance.now()));
    });
    watch.observe(document.querySelector('#papers')!, { childList: true, subtree: true });
  });
}

async function shown(page: Page): Promise<Shown> {
  await page.waitForFunction(
    (quiet) => {
      const last = window.results.seen.at(-1) ?? 0;
      return last > window.results.key && performance.now() - last > quiet;
    },
    QUIET_MS,
    { timeout: 30_000 },
  );
  return page.evaluate(() => {
    const { key, seen } = window.results;
    const whole = seen.at(-1)!;
    const last = performance
      .getEntriesByType('resource')
      .filter((entry) => entry.name.includes('api/search?') && entry.startTime < whole)
      .at(-1) as PerformanceResourceTiming | undefined;
    if (!last) throw new Error('the list has changed without a search');
    const first = seen.find((time) => time > last.responseEnd)!;
    return { asked: last.startTime - key, answered: last.responseEnd - key, seen: first - key, whole: whole - key };
  });
}

const field = (page: Page) => page.getByRole('combobox', { name: 'Search papers' });

/** Types over what stands in the field, letter by letter; measured from the last of them. */
export async function typeToResults(page: Page, text: string): Promise<Shown> {
  await field(page).selectText();
  await page.evaluate(() => performance.clearResourceTimings());
  await page.keyboard.type(text, { delay: LETTER_MS });
  return shown(page);
}

/** A query that stands in the field and has not been asked, from Enter on. */
export async function enterToResults(page: Page, text: string): Promise<Shown> {
  await field(page).evaluate((input: HTMLInputElement, query) => {
    input.value = query;
    performance.clearResourceTimings();
  }, text);
  await field(page).press('Enter');
  return shown(page);
}

/** What letters have taken to come to stand in the field since this was asked last, in milliseconds. */
export function readRests(page: Page): Promise<number[]> {
  return page.evaluate(() => window.results.rests.splice(0));
}
