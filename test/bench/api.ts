import { existsSync, readFileSync } from 'node:fs';
import { Agent, get as httpGet } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { silentEffects } from '../../pipeline/cli/terminal.ts';
import { createSeededRandom, sampleRows } from '../../pipeline/core/algorithms/random.ts';
import { runToCompletion } from '../../pipeline/core/cooperative.ts';
import { searchModes } from '../../pipeline/core/query/ast.ts';
import { cosineWithRow } from '../../pipeline/core/vectors.ts';
import { openEmbedder } from '../../pipeline/embedding/open-embedder.ts';
import { currentSnapshotFolder } from '../../pipeline/store/data-folder.ts';
import { openSnapshotForServing } from '../../pipeline/store/snapshot-reader.ts';
import type { SearchResponse } from '../../server/schemas/search.ts';
import { startPaperfield } from '../fixtures/paperfield-process.ts';
import { buildInto, temporaryFolder } from '../fixtures/sample-server.ts';
import { formatPercentiles } from './percentiles.ts';

const corpus = join(import.meta.dirname, '../../../shared/corpus/hf-daily-papers.jsonl.xz');
const QUERIES = 200;
/** Exact search takes a hundred times as long: fewer queries are enough. */
const EXACT_QUERIES = 40;
const HITS = 20;
/** Queries before each list that are not measured: the server's code is still being compiled. */
const WARMUP_QUERIES = 60;
/** Processor seconds per second below which the server counts as idle: it has finished its work in idle time. */
const IDLE_LOAD = 0.05;

/**
 * Latency of searches over HTTP, with server and client in processes of their own. Queries are titles of papers, and four
 * words of each.
 *
 * @param folders data folders to serve; if there are none, the daily papers are built first
 */
export async function benchApi(print: (line: string) => void, folders: readonly string[]): Promise<void> {
  for (const folder of folders) await benchFolder(folder, print);
  if (folders.length > 0) return;
  if (!existsSync(corpus))
    return print('  skipped: hf-daily-papers.jsonl.xz does not exist, and no data folder was given');
  const folder = temporaryFolder();
  try {
    await buildInto(folder.path, [corpus]);
    await benchFolder(folder.path, print);
  } finally {
    folder.remove();
  }
}

async function benchFolder(dataDir: string, print: (line: string) => void): Promise<void> {
  const { titles, count, exact } = await measureExactSearch(dataDir);
  const server = startPaperfield(['serve', '--data-dir', dataDir, '--port', '0'], { cwd: dataDir, timeoutMs: 900_000 });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  try {
    const [url] = (await server.waitForOutput(/http:\/\/\S+/)).split(/\s/);
    await waitUntilIdle(server.child.pid ?? 0);
    print(`  ${count} papers, ${HITS} hits per response`);
    const fourWords = titles.map((title) =>
      title
        .replace(/^.*?: /, '')
        .split(' ')
        .slice(0, 4)
        .join(' '),
    );
    for (const [name, queries] of [
      ['titles', titles],
      ['four words', fourWords],
    ] as const) {
      for (const mode of searchModes) {
        const times: number[] = [];
        for (const q of [...queries.slice(0, WARMUP_QUERIES), ...queries]) {
          const start = performance.now();
          const response = await search(
            agent,
            `${url}/api/search?${new URLSearchParams({ q, mode, limit: String(HITS) })}`,
          );
          times.push(performance.now() - start);
          if (!Array.isArray(response.hits)) throw new Error(`no hits for ${q}`);
        }
        print(`    ${name.padEnd(10)} ${mode.padEnd(9)} ${formatPercentiles(times.slice(WARMUP_QUERIES))}`);
      }
    }
    print(`    exact vector search, in this process   ${formatPercentiles(exact)}`);
    print(`    memory of the server   ${memoryOf(server.child.pid ?? 0)}`);
  } finally {
    agent.destroy();
    server.child.kill('SIGTERM');
    await server.result;
  }
}

/** The titles to search for, and how long an exact vector search takes for some of them. */
async function measureExactSearch(dataDir: string) {
  const embedder = await openEmbedder('embedded', dataDir, silentEffects());
  const snapshot = runToCompletion(openSnapshotForServing(currentSnapshotFolder(dataDir)));
  const { vectors, papers } = snapshot;
  const titles = Array.from(sampleRows(papers.count, QUERIES, createSeededRandom(3)), (row) => papers.paper(row).title);
  const exact: number[] = [];
  for (const title of titles.slice(0, EXACT_QUERIES)) {
    const vector = await embedder.embed([title]);
    const start = performance.now();
    const scores = new Float32Array(vectors.count);
    for (let row = 0; row < vectors.count; row++) scores[row] = cosineWithRow(vectors, row, vector);
    exact.push(performance.now() - start);
  }
  snapshot.close();
  await embedder.close();
  return { titles, exact, count: vectors.count };
}

function search(agent: Agent, url: string): Promise<SearchResponse> {
  return new Promise((resolve, reject) => {
    httpGet(url, { agent }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve(JSON.parse(Buffer.concat(chunks).toString()) as SearchResponse));
      response.on('error', reject);
    }).on('error', reject);
  });
}

/** Waits until a process is idle, at most a minute; ten seconds if its load cannot be measured (without /proc). */
async function waitUntilIdle(pid: number): Promise<void> {
  for (let second = 0; second < 60; second++) {
    const before = processorSeconds(pid);
    await pause(1000);
    const after = processorSeconds(pid);
    if (before === undefined || after === undefined) {
      if (second >= 10) return;
    } else if (after - before < IDLE_LOAD) return;
  }
}

function processorSeconds(pid: number): number | undefined {
  const path = `/proc/${pid}/stat`;
  if (!existsSync(path)) return undefined;
  // Fields after the name in parentheses; user and system time are in hundredths of a second.
  const fields = readFileSync(path, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function memoryOf(pid: number): string {
  const path = `/proc/${pid}/status`;
  if (!existsSync(path)) return 'unknown without /proc';
  const text = readFileSync(path, 'utf8');
  const gibibytes = (name: string) => (Number(new RegExp(`${name}:\\s+(\\d+)`).exec(text)?.[1]) / 2 ** 20).toFixed(2);
  return `${gibibytes('VmRSS')} GiB, peak ${gibibytes('VmHWM')}`;
}
