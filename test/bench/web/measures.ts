/** What people wait for, measured in a browser: each function returns lines to print. */
import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import {
  hoverToCard,
  type Motion,
  moveMap,
  recordFrames,
  recordTyping,
  type SearchTiming,
  submitQuery,
  takeKeyDelays,
  typeQuery,
} from './probes.ts';

const QUERIES = [
  'robots that learn to grasp',
  'image segmentation',
  'training with less memory',
  'reasoning step by step',
  'speech and sound',
  'diffusion models for video',
  'how to judge answers',
  'protein structures',
  'agents that use tools',
  'graphs',
];
const STARTS = 7;
const FRAMES = 120;

export async function measureStart(browser: Browser, url: string): Promise<string> {
  const times: number[] = [];
  for (let i = 0; i < STARTS; i++) {
    const page = await openPage(browser, url);
    times.push(await page.evaluate(() => window.frameProbe.firstMap));
    await page.context().close();
  }
  return `first map after ${formatSpread(times)}`;
}

export async function measureSearch(browser: Browser, url: string): Promise<string[]> {
  const page = await openPage(browser, url);
  await page.waitForTimeout(1500);
  const hover = await hoverToCard(page, 40);
  // The first search is slower and does not count.
  await submitQuery(page, 'a first question');
  const submitted: SearchTiming[] = [];
  const typed: SearchTiming[] = [];
  const keyDelays: number[] = [];
  for (const query of QUERIES) {
    submitted.push(await submitQuery(page, query));
    typed.push(await typeQuery(page, `${query} again`));
    keyDelays.push(...(await takeKeyDelays(page)));
  }
  await page.context().close();
  return [
    `hover to card ${formatSpread(hover)}`,
    `Enter to first results ${formatTimings(submitted)}`,
    `last key to first results ${formatTimings(typed)}`,
    `key to character in the search box ${formatSpread(keyDelays)}`,
  ];
}

/** @param ratio device pixels per CSS pixel */
export async function measureMotion(browser: Browser, url: string, ratio: number): Promise<string[]> {
  const page = await openPage(browser, url, ratio);
  await page.waitForTimeout(3000);
  const { firstMap, longestTask } = await page.evaluate(() => window.frameProbe);
  const pan = await measureFrames(page, 'pan');
  const zoom = await measureFrames(page, 'zoom');
  const hover = await hoverToCard(page, 20);
  await page.requestGC();
  const heap = await page.evaluate(
    () => (performance as unknown as { memory: { usedJSHeapSize: number } }).memory.usedJSHeapSize,
  );
  const memory = rendererMemory();
  await page.context().close();
  return [
    `first map after ${formatMs(firstMap)}, longest task ${formatMs(longestTask)}`,
    `pan ${pan}`,
    `zoom ${zoom}`,
    `hover to card ${formatSpread(hover)}; heap ${formatMebibytes(heap)}, process ${formatMebibytes(memory)}`,
  ];
}

async function openPage(browser: Browser, url: string, ratio = 1): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, deviceScaleFactor: ratio });
  const page = await context.newPage();
  // tsx compiles functions to calls of this helper, which does not exist in the page.
  await page.addInitScript('globalThis.__name = (named) => named');
  await page.addInitScript(recordFrames);
  await page.addInitScript(recordTyping);
  await page.goto(url);
  await page.waitForFunction(() => window.frameProbe.firstMap > 0, undefined, { timeout: 120_000 });
  return page;
}

/** Also measures the processor time of the page's thread, which other work on the machine does not prolong. */
async function measureFrames(page: Page, how: 'pan' | 'zoom'): Promise<string> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const processorMs = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return 1000 * (metrics.find(({ name }) => name === 'ThreadTime')?.value ?? Number.NaN);
  };
  const before = await processorMs();
  const motion = await moveMap(page, how, FRAMES);
  const perFrame = ((await processorMs()) - before) / motion.durations.length;
  return `${formatMotion(motion)}, ${formatMs(perFrame)} of processor time per frame`;
}

/** Memory that the page's process shares with no other, in bytes: of the largest renderer. Linux only; otherwise 0. */
function rendererMemory(): number {
  const processes = process.platform === 'linux' ? descendantsOf(process.pid) : [];
  const sizes = processes.map((pid) => {
    try {
      const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
      const isRenderer = readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--type=renderer');
      return isRenderer ? 1024 * Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0) : 0;
    } catch {
      return 0;
    }
  });
  return Math.max(0, ...sizes);
}

function descendantsOf(pid: number): number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
    return children.flatMap((child) => [child, ...descendantsOf(child)]);
  } catch {
    return [];
  }
}

function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(values.length * part)] ?? Number.NaN;
}

function formatMs(value: number): string {
  return `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ms`;
}

function formatSpread(values: readonly number[]): string {
  return `${formatMs(quantile(values, 0.5))} (p95 ${formatMs(quantile(values, 0.95))})`;
}

function formatMebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(0)} MiB`;
}

function formatMotion({ intervals, durations }: Motion): string {
  const rate = (part: number) => (1000 / quantile(intervals, part)).toFixed(0);
  return `${rate(0.5)} frames/s (p95 ${rate(0.95)}), ${formatSpread(durations)} of work each`;
}

/** The total, and medians of its parts. */
function formatTimings(timings: readonly SearchTiming[]): string {
  const median = (partOf: (timing: SearchTiming) => number) => formatMs(quantile(timings.map(partOf), 0.5));
  const parts = [
    `${median(({ requested }) => requested)} until the request`,
    `${median(({ answered, requested }) => answered - requested)} for the answer`,
    `${median(({ firstVisible, answered }) => firstVisible - answered)} to show its first papers`,
    `${median(({ allVisible, firstVisible }) => allVisible - firstVisible)} more for the others`,
  ];
  return `${formatSpread(timings.map(({ firstVisible }) => firstVisible))}: ${parts.join(', ')}`;
}
