/**
 * `npm run bench:web [-- --data FOLDER] [-- --page FOLDER] [-- --papers N,N]`: measures what people wait for, in Chromium without
 * a GPU. Only prints, and has no limits that could fail.
 *
 * --data    a data folder with a snapshot (default: the sample papers)
 * --page    another built page to compare with: then each measure is taken of both in turn
 * --papers  numbers of papers on the maps whose frames are measured (default: 100000,1000000), or none
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentEffects } from '../../../pipeline/cli/terminal.ts';
import { errorKinds, PaperfieldError } from '../../../pipeline/core/errors.ts';
import { startServer } from '../../../server/app.ts';
import { ensureBuiltPage } from '../../browser/built-page.ts';
import { findChromium, launchChromium } from '../../browser/chromium.ts';
import { buildInto, sampleFolder } from '../../fixtures/sample-server.ts';
import { measureMotion, measureSearch, measureStart } from './measures.ts';
import { parseOptions, type WebBenchOptions } from './options.ts';
import { serveSyntheticMap } from './synthetic-map-server.ts';

/** On larger maps only one device pixel per CSS pixel is measured. */
const MAX_PAPERS_AT_TWO = 300_000;

const print = (line: string) => process.stdout.write(`${line}\n`);

/** @param folder a data folder with a snapshot */
async function measureAll(folder: string, { data, page: otherPage, papers }: WebBenchOptions): Promise<void> {
  const executable = await findChromium();
  if (!executable) throw new PaperfieldError('not_found', 'there is no Chromium to measure with');
  await ensureBuiltPage();
  const server = await startServer({ dataDir: folder, host: '127.0.0.1', port: 0 }, silentEffects());
  const browser = await launchChromium(executable);
  print(`${browser.version()}, ${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}, no GPU`);

  /** Takes a measure of this page and, if there is one, of the other page. */
  const measure = async (count: number | null, take: (url: string) => Promise<string | readonly string[]>) => {
    for (const page of otherPage ? [otherPage, null] : [null]) {
      // Without a proxy if none is needed, because it takes time too.
      const proxy = count === null && !otherPage ? null : await serveSyntheticMap(server.url, count, page);
      const lines = await take(proxy?.url ?? server.url);
      const name = otherPage ? (page ? '  other' : '  this ') : '';
      for (const line of [lines].flat()) print(`  ${name} ${line}`);
      await proxy?.close();
    }
  };
  try {
    print(data ?? 'sample papers');
    await measure(null, (url) => measureStart(browser, url));
    await measure(null, (url) => measureSearch(browser, url));
    for (const count of papers) {
      for (const ratio of count > MAX_PAPERS_AT_TWO ? [1] : [1, 2]) {
        print(`${count} papers, ${ratio} device ${ratio > 1 ? 'pixels' : 'pixel'} per CSS pixel`);
        await measure(count, (url) => measureMotion(browser, url, ratio));
      }
    }
  } finally {
    await browser.close();
    await server.close();
  }
}

try {
  const options = parseOptions(process.argv.slice(2));
  const folder = options.data ?? mkdtempSync(join(tmpdir(), 'paperfield-bench-'));
  try {
    if (!options.data) await buildInto(folder, [sampleFolder]);
    await measureAll(folder, options);
  } finally {
    if (!options.data) rmSync(folder, { recursive: true });
  }
} catch (error) {
  if (!(error instanceof PaperfieldError)) throw error;
  process.stderr.write(`bench:web: ${error.message}\n`);
  process.exitCode = errorKinds[error.kind].exit;
}
