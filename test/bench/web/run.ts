/**
 * `npm run bench:web [-- --data FOLDER] [-- --page FOLDER] [-- --papers N,N]`: what a person waits for, in Chromium
 * without a GPU. Prints, judges nothing.
 *
 * --data    a data folder with a snapshot; without it the sample
 * --page    another built page, to compare with: each measure is then taken of both in turn
 * --papers  how many papers the maps hold that are moved (100000,1000000); none: no map is
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentEffects } from '../../../pipeline/cli/terminal.ts';
import { errorKinds, PaperfieldError } from '../../../pipeline/core/errors.ts';
import { startServer } from '../../../server/start-server.ts';
import { ensureBuiltPage } from '../../browser/built-page.ts';
import { findChromium, launchChromium } from '../../browser/chromium.ts';
import { buildInto, sampleFolder } from '../../fixtures/sample-server.ts';
import { serveMany } from './many-papers.ts';
import { timeMotion, timeStart, timeUse } from './measures.ts';
import { readOptions, type WebBenchOptions } from './options.ts';

const print = (line: string) => process.stdout.write(`${line}\n`);

/** @param folder a data folder with a snapshot */
async function measure(folder: string, { data, page: other, papers }: WebBenchOptions): Promise<void> {
  const executable = await findChromium();
  if (!executable) throw new PaperfieldError('not_found', 'no Chromium to measure with');
  await ensureBuiltPage();
  const server = await startServer({ dataDir: folder, host: '127.0.0.1', port: 0 }, silentEffects());
  const browser = await launchChromium(executable);
  print(`${browser.version()}, ${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}, no GPU`);

  /** One measure of this page and, where there is another, of that. */
  const each = async (count: number | null, take: (url: string) => Promise<string | readonly string[]>) => {
    for (const page of other ? [other, null] : [null]) {
      // Nothing stands between page and server where nothing need: it would take its own time.
      const served = count === null && !other ? null : await serveMany(server.url, count, page);
      const lines = await take(served?.url ?? server.url);
      const name = other ? (page ? '  other' : '  this ') : '';
      for (const line of [lines].flat()) print(`  ${name} ${line}`);
      await served?.close();
    }
  };
  try {
    print(data ?? 'the sample');
    await each(null, (url) => timeStart(browser, url));
    await each(null, (url) => timeUse(browser, url));
    for (const count of papers) {
      for (const ratio of count > 300_000 ? [1] : [1, 2]) {
        print(`${count} papers, ${ratio} device ${ratio > 1 ? 'pixels' : 'pixel'} a pixel`);
        await each(count, (url) => timeMotion(browser, url, ratio));
      }
    }
  } finally {
    await browser.close();
    await server.close();
  }
}

try {
  const options = readOptions(process.argv.slice(2));
  const folder = options.data ?? mkdtempSync(join(tmpdir(), 'paperfield-bench-'));
  try {
    if (!options.data) await buildInto(folder, [sampleFolder]);
    await measure(folder, options);
  } finally {
    if (!options.data) rmSync(folder, { recursive: true });
  }
} catch (error) {
  if (!(error instanceof PaperfieldError)) throw error;
  process.stderr.write(`bench:web: ${error.message}\n`);
  process.exitCode = errorKinds[error.kind].exit;
}
