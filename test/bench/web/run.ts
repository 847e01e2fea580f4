/**
 * `npm run bench:web [-- --data FOLDER] [-- --page FOLDER] [-- --papers N,N]`: what a person waits for, in Chromium
 * without a GPU. Prints, judges nothing.
 *
 * --data    a data folder with a snapshot; without it the sample
 * --page    another built page, to compare with: each measure is then taken of both in turn
 * --papers  how many papers the maps hold (100000,1000000)
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { quietEffects } from '../../../pipeline/effects.ts';
import { startServer } from '../../../server/main.ts';
import { ensureBuiltPage } from '../../browser/built-page.ts';
import { findChromium, launchChromium } from '../../browser/chromium.ts';
import { buildInto, sampleFolder } from '../../fixtures/sample-server.ts';
import { type MapServer, serveMany } from './many-papers.ts';
import { hoverToCard, keyToResults, type Motion, move, watchFrames } from './probe.ts';

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

const print = (line: string) => process.stdout.write(`${line}\n`);
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
  await page.goto(url);
  await page.waitForFunction(() => window.probe.firstMap > 0, undefined, { timeout: 120_000 });
  return page;
}

async function timeStart(browser: Browser, url: string): Promise<string> {
  const taken: number[] = [];
  for (let i = 0; i < 7; i++) {
    const page = await open(browser, url);
    taken.push(await page.evaluate(() => window.probe.firstMap));
    await page.context().close();
  }
  return `first map after ${spread(taken)}`;
}

async function timeUse(browser: Browser, url: string): Promise<string[]> {
  const page = await open(browser, url);
  await page.waitForTimeout(1500);
  const hover = await hoverToCard(page, 40);
  const enter: number[] = [];
  const letter: number[] = [];
  await keyToResults(page, 'a first question', 'Enter');
  for (const query of QUERIES) {
    enter.push(await keyToResults(page, query, 'Enter'));
    letter.push(await keyToResults(page, `${query} again`, 'letter'));
  }
  await page.context().close();
  return [
    `hover to card ${spread(hover)}`,
    `Enter to first results ${spread(enter)}; last letter, with the pause after it, ${spread(letter)}`,
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

async function timeMotion(browser: Browser, url: string, ratio: number): Promise<string[]> {
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

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    page: { type: 'string' },
    papers: { type: 'string', default: '100000,1000000' },
  },
});
const executable = await findChromium();
if (!executable) throw new Error('no Chromium to measure with');
await ensureBuiltPage();
const folder = values.data ?? mkdtempSync(join(tmpdir(), 'paperfield-bench-'));
if (!values.data) await buildInto(folder, [sampleFolder]);
const server = await startServer({ dataDir: folder, host: '127.0.0.1', port: 0 }, quietEffects());
const browser = await launchChromium(executable);
print(`${browser.version()}, ${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}, no GPU`);

/** One measure of this page and, where there is another, of that. */
async function each(
  papers: number | null,
  measure: (url: string) => Promise<string | readonly string[]>,
): Promise<void> {
  for (const page of values.page ? [values.page, null] : [null]) {
    const served: MapServer = await serveMany(server.url, papers, page);
    const lines = await measure(served.url);
    const name = values.page ? (page ? '  other' : '  this ') : '';
    for (const line of [lines].flat()) print(`  ${name} ${line}`);
    await served.close();
  }
}

try {
  print(values.data ?? 'the sample');
  await each(null, (url) => timeStart(browser, url));
  await each(null, (url) => timeUse(browser, url));
  for (const papers of values.papers.split(',').map(Number)) {
    for (const ratio of papers > 300_000 ? [1] : [1, 2]) {
      print(`${papers} papers, ${ratio} device ${ratio > 1 ? 'pixels' : 'pixel'} a pixel`);
      await each(papers, (url) => timeMotion(browser, url, ratio));
    }
  }
} finally {
  await browser.close();
  await server.close();
  if (!values.data) rmSync(folder, { recursive: true });
}
