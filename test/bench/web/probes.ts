/**
 * What is measured inside the page: frames of the map, hovering, and typing a query. Functions that are sent to the page (by
 * `addInitScript` or `evaluate`) use nothing from outside themselves.
 */
import type { Page } from 'playwright-core';

declare global {
  interface Window {
    /** Start times and durations of the frames that drew the map, when it was first drawn, and the longest task. */
    frameProbe: { starts: number[]; durations: number[]; firstMap: number; longestTask: number };
    /** The last key press, each time that papers became visible in the list, and how long each character took. */
    typingProbe: { lastKey: number; listChanges: number[]; keyDelays: number[] };
  }
}

/** Runs before the page's own scripts: records the map's frames in `frameProbe`. */
export function recordFrames(): void {
  window.frameProbe = { starts: [], durations: [], firstMap: 0, longestTask: 0 };
  const { frameProbe } = window;
  const context = CanvasRenderingContext2D.prototype;
  const { putImageData, fillText } = context;
  let hasDrawn = false;
  context.putImageData = function record(this: CanvasRenderingContext2D, ...args: unknown[]) {
    hasDrawn = true;
    return Reflect.apply(putImageData, this, args);
  };
  context.fillText = function record(this: CanvasRenderingContext2D, ...args: unknown[]) {
    // Labels are drawn after papers, in the same frame.
    frameProbe.firstMap ||= performance.now();
    return Reflect.apply(fillText, this, args);
  };
  const { requestAnimationFrame } = window;
  window.requestAnimationFrame = (callback) =>
    requestAnimationFrame((time) => {
      hasDrawn = false;
      const start = performance.now();
      callback(time);
      if (!hasDrawn) return;
      frameProbe.starts.push(start);
      frameProbe.durations.push(performance.now() - start);
    });
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) frameProbe.longestTask = Math.max(frameProbe.longestTask, duration);
  }).observe({ type: 'longtask', buffered: true });
}

/** In milliseconds. */
export interface Motion {
  /** From the start of one frame to the start of the next. */
  intervals: number[];
  /** The page's own work in each frame. */
  durations: number[];
}

/** Pans the map to and fro, or zooms in and out, a little in each frame. */
export async function moveMap(page: Page, how: 'pan' | 'zoom', frames: number): Promise<Motion> {
  return page.evaluate(
    async ([kind, count]) => {
      const canvas = document.querySelector<HTMLCanvasElement>('#map')!;
      const box = canvas.getBoundingClientRect();
      const [x, y] = [box.x + box.width * 0.5, box.y + box.height * 0.5];
      const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));
      const mouse = (type: string, dx: number, dy: number) =>
        new MouseEvent(type, { bubbles: true, cancelable: true, view: window, clientX: x + dx, clientY: y + dy });
      const { frameProbe } = window;
      const from = frameProbe.starts.length;
      if (kind === 'pan') canvas.dispatchEvent(mouse('mousedown', 0, 0));
      for (let i = 0; i < count; i++) {
        const angle = (2 * Math.PI * i) / count;
        if (kind === 'pan') window.dispatchEvent(mouse('mousemove', 160 * Math.sin(angle), 90 * Math.sin(2 * angle)));
        else {
          const deltaY = i < count / 2 ? -24 : 24;
          const at = { bubbles: true, cancelable: true, view: window, clientX: x, clientY: y, deltaY };
          canvas.dispatchEvent(new WheelEvent('wheel', at));
        }
        await nextFrame();
      }
      if (kind === 'pan') window.dispatchEvent(mouse('mouseup', 0, 0));
      const starts = frameProbe.starts.slice(from);
      const intervals = starts.slice(1).map((start, i) => start - starts[i]);
      return { intervals, durations: frameProbe.durations.slice(from) };
    },
    [how, frames] as const,
  );
}

/** The time from moving the pointer onto a paper to its card, for some papers around the center; in milliseconds. */
export async function hoverToCard(page: Page, times: number): Promise<number[]> {
  return page.evaluate(async (count) => {
    const canvas = document.querySelector<HTMLCanvasElement>('#map')!;
    const box = canvas.getBoundingClientRect();
    const card = document.querySelector<HTMLElement>('.hover-card')!;
    const durations: number[] = [];
    const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
    const point = (type: string, x: number, y: number) =>
      canvas.dispatchEvent(new PointerEvent(type, { bubbles: true, pointerType: 'mouse', clientX: x, clientY: y }));
    // Not every position has a paper.
    for (let i = 0; durations.length < count && i < 40 * count; i++) {
      const angle = i * 2.4;
      const radius = 0.3 * Math.sqrt((i % 97) / 97);
      const x = box.x + box.width * (0.5 + radius * Math.cos(angle));
      const y = box.y + box.height * (0.5 + radius * Math.sin(angle));
      point('pointerleave', x, y);
      await pause(30);
      const start = performance.now();
      point('pointermove', x, y);
      for (let frame = 0; frame < 12 && card.hidden; frame++)
        await new Promise((resolve) => requestAnimationFrame(resolve));
      if (!card.hidden) durations.push(performance.now() - start);
    }
    return durations;
  }, times);
}

/** Runs before the page's own scripts: records key presses and changes of the list in `typingProbe`. */
export function recordTyping(): void {
  window.typingProbe = { lastKey: 0, listChanges: [], keyDelays: [] };
  const { typingProbe } = window;
  /** A message that is posted during a frame arrives after it was painted. */
  const afterPaint = (callback: () => void) =>
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = callback;
      port2.postMessage(null);
    });
  addEventListener(
    'keydown',
    (event) => {
      typingProbe.lastKey = event.timeStamp;
      const isCharacter = event.key.length === 1;
      if (isCharacter) afterPaint(() => typingProbe.keyDelays.push(performance.now() - event.timeStamp));
    },
    true,
  );
  addEventListener('DOMContentLoaded', () => {
    const observer = new MutationObserver((changes) => {
      const hasPaper = changes.some(({ addedNodes }) =>
        [...addedNodes].some((node) => node instanceof Element && (node.matches('li') || node.querySelector('li'))),
      );
      if (hasPaper) afterPaint(() => typingProbe.listChanges.push(performance.now()));
    });
    observer.observe(document.querySelector('#papers')!, { childList: true, subtree: true });
  });
}

/** Milliseconds after the key press. */
export interface SearchTiming {
  /** The request was sent. */
  requested: number;
  answered: number;
  /** The first papers of the answer were visible. */
  firstVisible: number;
  /** All listed papers were visible. */
  allVisible: number;
}

/** Between two characters of a person who types well. */
const KEY_INTERVAL_MS = 120;
/** The list counts as complete when it has not changed for this long. */
const SETTLE_MS = 600;

const searchBox = (page: Page) => page.getByRole('combobox', { name: 'Search papers' });

/** Types over the text in the search box, character by character; measured from the last key. */
export async function typeQuery(page: Page, text: string): Promise<SearchTiming> {
  await searchBox(page).selectText();
  await page.evaluate(() => performance.clearResourceTimings());
  await page.keyboard.type(text, { delay: KEY_INTERVAL_MS });
  return searchTiming(page);
}

/** Presses Enter on a query that was not typed, so that it has not been searched yet. */
export async function submitQuery(page: Page, text: string): Promise<SearchTiming> {
  await searchBox(page).evaluate((input: HTMLInputElement, query) => {
    input.value = query;
    performance.clearResourceTimings();
  }, text);
  await searchBox(page).press('Enter');
  return searchTiming(page);
}

async function searchTiming(page: Page): Promise<SearchTiming> {
  await page.waitForFunction(
    (settleMs) => {
      const { lastKey, listChanges } = window.typingProbe;
      const lastChange = listChanges.at(-1) ?? 0;
      return lastChange > lastKey && performance.now() - lastChange > settleMs;
    },
    SETTLE_MS,
    { timeout: 30_000 },
  );
  return page.evaluate(() => {
    const { lastKey, listChanges } = window.typingProbe;
    const lastChange = listChanges[listChanges.length - 1];
    const request = performance
      .getEntriesByType('resource')
      .filter((entry) => entry.name.includes('api/search?') && entry.startTime < lastChange)
      .at(-1) as PerformanceResourceTiming | undefined;
    if (!request) throw new Error('the list changed without a search request');
    const firstChange = listChanges.find((time) => time > request.responseEnd) ?? lastChange;
    return {
      requested: request.startTime - lastKey,
      answered: request.responseEnd - lastKey,
      firstVisible: firstChange - lastKey,
      allVisible: lastChange - lastKey,
    };
  });
}

/** How long the characters typed since the last call took to become visible in the search box, in milliseconds. */
export function takeKeyDelays(page: Page): Promise<number[]> {
  return page.evaluate(() => window.typingProbe.keyDelays.splice(0));
}
