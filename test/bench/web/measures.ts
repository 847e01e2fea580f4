/** What a person waits for, measured in a browser: each answers lines to print. */
import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { hoverToCard, type Motion, move, watchFrames } from './probe.ts';
import { enterToResults, readRests, type Shown, typeToResults, watchResults } from './typing.ts';

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

const sorted = (values: readonly number[]) => [...values].sort((a, b) => a - b);
const quantile = (values: readonly number[], part: number) =>
  sorted(values)[Math.floor(values.length * part)] ?? Number.NaN;
const ms = (value: number) => `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ms`;
const spread = (values: readonly number[]) => `${ms(quantile(values, 0.5))} (p95 ${ms(quantile(values, 0.95))})`;
const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(0)} MiB`;

function toldMotion({ gaps, work }: Motion): string {
  const slow = 1000 / quantile(gaps, 0.95);
  return `${(1000 / quantile(gaps, 0.5)).toFixed(0)} frames/s (p95 ${slow.toFixed(0)}), ${spread(work)} of work each`;
}

/** Memory that belongs to no other process, of the largest renderer: the page's. */
function rendererMemory(): number {
  const tree = process.platform === 'linux' ? childrenOf(process.pid) : [];
  const own = tree.map((pid) => {
    try {
      const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
      const isRenderer = readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--type=renderer');
      return isRenderer ? 1024 * Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0) : 0;
    } catch {
      return 0;
    }
  });
  return Math.max(0, ...own);
}

function childrenOf(pid: number): number[] {
  try {
    const below = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
    return below.flatMap((child) => [child, ...childrenOf(child)]);
  } catch {
    return [];
  }
}

async function open(browser: Browser, url: string, ratio = 1): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, deviceScaleFactor: ratio });
  const page = await context.newPage();
  // tsx gives functions their names back by a call that the page does not know.
  await page.addInitScript('globalThis.__name = (named) => named');
  await page.addInitScript(watchFrames);
  await page.addInitScript(watchResults);
  await page.goto(url);
  await page.waitForFunction(() => window.probe.firstMap > 0, undefined, { timeout: 120_000 });
  return page;
}

export async function timeStart(browser: Browser, url: string): Promise<string> {
  const taken: number[] = [];
  for (let i = 0; i < 7; i++) {
    const page = await open(browser, url);
    taken.push(await page.evaluate(() => window.probe.firstMap));
    await page.context().close();
  }
  return `first map after ${spread(taken)}`;
}

/** The whole, and what of it is spent before asking, for the answer, and on showing it. */
function toldShown(shown: readonly Shown[]): string {
  const part = (of: (one: Shown) => number) => ms(quantile(shown.map(of), 0.5));
  const parts = [
    `${part((one) => one.asked)} until it is asked`,
    `${part((one) => one.answered - one.asked)} for the answer`,
    `${part((one) => one.seen - one.answered)} to show its first papers`,
    `${part((one) => one.whole - one.seen)} more for the others`,
  ];
  return `${spread(shown.map(({ seen }) => seen))}: ${parts.join(', ')}`;
}

export async function timeUse(browser: Browser, url: string): Promise<string[]> {
  const page = await open(browser, url);
  await page.waitForTimeout(1500);
  const hover = await hoverToCard(page, 40);
  await enterToResults(page, 'a first question');
  const enter: Shown[] = [];
  const typed: Shown[] = [];
  const rests: number[] = [];
  for (const query of QUERIES) {
    enter.push(await enterToResults(page, query));
    typed.push(await typeToResults(page, `${query} again`));
    rests.push(...(await readRests(page)));
  }
  await page.context().close();
  return [
    `hover to card ${spread(hover)}`,
    `Enter to first results ${toldShown(enter)}`,
    `last letter to results ${toldShown(typed)}`,
    `a letter typed to its place in the field ${spread(rests)}`,
  ];
}

/** Beside the clock the processor's time on the page's thread, which other work on the machine does not lengthen. */
async function timed(page: Page, how: 'pan' | 'zoom'): Promise<string> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const spent = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return 1000 * (metrics.find(({ name }) => name === 'ThreadTime')?.value ?? Number.NaN);
  };
  const before = await spent();
  const motion = await move(page, how, 120);
  const each = ((await spent()) - before) / motion.work.length;
  return `${toldMotion(motion)}, ${ms(each)} of the processor for a frame`;
}

export async function timeMotion(browser: Browser, url: string, ratio: number): Promise<string[]> {
  const page = await open(browser, url, ratio);
  await page.waitForTimeout(3000);
  const start = await page.evaluate(() => ({ first: window.probe.firstMap, longest: window.probe.longest }));
  const pan = await timed(page, 'pan');
  const zoom = await timed(page, 'zoom');
  const hover = await hoverToCard(page, 20);
  await page.requestGC();
  const heap = await page.evaluate(
    () => (performance as unknown as { memory: { usedJSHeapSize: number } }).memory.usedJSHeapSize,
  );
  const process = rendererMemory();
  await page.context().close();
  return [
    `first map after ${ms(start.first)}, longest task ${ms(start.longest)}`,
    `pan ${pan}`,
    `zoom ${zoom}`,
    `hover to card ${spread(hover)}; heap ${mebibytes(heap)}, process ${mebibytes(process)}`,
  ];
}
