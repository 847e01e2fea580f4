import { searchModes } from '../../pipeline/core/query/ast.ts';
import { existsSync, readFileSync } from 'node:fs';
import { Agent, get as httpGet } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { silentEffects } from '../../pipeline/cli/terminal.ts';
import { sampleRows, seededRandom } from '../../pipeline/core/algorithms/random.ts';
import { runToCompletion } from '../../pipeline/core/cooperative.ts';
import { similarityOf } from '../../pipeline/core/quantized-vectors.ts';
import { openEmbedder } from '../../pipeline/embedding/open-embedder.ts';
import { currentSnapshotFolder } from '../../pipeline/store/data-folder.ts';
import { openSnapshotForServing } from '../../pipeline/store/snapshot-reader.ts';
import type { SearchResponse } from '../../server/schemas/search.ts';
import { startPaperfield } from '../fixtures/paperfield-process.ts';
import { buildInto, temporaryFolder } from '../fixtures/sample-server.ts';
import { told } from './told.ts';

const corpus = join(import.meta.dirname, '../../../shared/corpus/hf-daily-papers.jsonl.xz');
const QUERIES = 200;
/** Exact search takes as long as a hundred by the index: fewer of them are asked. */
const EXACT = 40;
const HITS = 20;
/** So many queries before each list are not counted: the server's code is compiled while it runs. */
const WARMING = 60;
/** What the server does by itself after its start, reading papers ahead, is over when it took so little of a second. */
const IDLE = 0.05;

/**
 * Time of a query over HTTP, server and client each a process: titles of papers, and four words of each, 20 hits.
 *
 * @param folders data folders to serve as they are; of none, the daily papers are built first
 */
export async function benchApi(print: (line: string) => void, folders: readonly string[]): Promise<void> {
  for (const folder of folders) await benchFolder(folder, print);
  if (folders.length > 0) return;
  if (!existsSync(corpus))
    return print('  skipped: hf-daily-papers.jsonl.xz is not here, and no data folder was named');
  const made = temporaryFolder();
  try {
    await buildInto(made.path, [corpus]);
    await benchFolder(made.path, print);
  } finally {
    made.remove();
  }
}

async function benchFolder(dataDir: string, print: (line: string) => void): Promise<void> {
  const { titles, count, exact } = await timeExact(dataDir);
  const server = startPaperfield(['serve', '--data-dir', dataDir, '--port', '0'], { cwd: dataDir, timeoutMs: 900_000 });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  try {
    const [url] = (await server.waitForOutput(/http:\/\/\S+/)).split(/\s/);
    await untilIdle(server.child.pid ?? 0);
    print(`  ${count} papers, ${HITS} hits an answer`);
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
        for (const q of [...queries.slice(0, WARMING), ...queries]) {
          const began = performance.now();
          const answer = await ask(agent, `${url}/api/search?${new URLSearchParams({ q, mode, limit: String(HITS) })}`);
          times.push(performance.now() - began);
          if (!Array.isArray(answer.hits)) throw new Error(`no answer to ${q}`);
        }
        print(`    ${name.padEnd(10)} ${mode.padEnd(9)} ${told(times.slice(WARMING))}`);
      }
    }
    print(`    exact search by meaning alone, in a process without a server   ${told(exact)}`);
    print(`    memory of the server   ${memoryOf(server.child.pid ?? 0)}`);
  } finally {
    agent.destroy();
    server.child.kill('SIGTERM');
    await server.result;
  }
}

/** The titles to ask for, and how long it takes to hold the vectors of some of them against every paper. */
async function timeExact(dataDir: string) {
  const embedder = await openEmbedder('embedded', dataDir, silentEffects());
  const snapshot = runToCompletion(openSnapshotForServing(currentSnapshotFolder(dataDir)));
  const { vectors, papers } = snapshot;
  const titles = Array.from(sampleRows(papers.count, QUERIES, seededRandom(3)), (row) => papers.paper(row).title);
  const exact: number[] = [];
  for (const title of titles.slice(0, EXACT)) {
    const vector = await embedder.embed([title]);
    const began = performance.now();
    const scores = new Float32Array(vectors.count);
    for (let row = 0; row < vectors.count; row++) scores[row] = similarityOf(vectors, row, vector);
    exact.push(performance.now() - began);
  }
  snapshot.close();
  await embedder.close();
  return { titles, exact, count: vectors.count };
}

function ask(agent: Agent, url: string): Promise<SearchResponse> {
  return new Promise((resolve, reject) => {
    httpGet(url, { agent }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => resolve(JSON.parse(Buffer.concat(parts).toString()) as SearchResponse));
      response.on('error', reject);
    }).on('error', reject);
  });
}

/** Waits until a process takes next to none of the processor's time, a minute at the most; where that cannot be told, ten seconds. */
async function untilIdle(pid: number): Promise<void> {
  for (let second = 0; second < 60; second++) {
    const before = processorSeconds(pid);
    await pause(1000);
    const now = processorSeconds(pid);
    if (before === undefined || now === undefined) {
      if (second >= 10) return;
    } else if (now - before < IDLE) return;
  }
}

function processorSeconds(pid: number): number | undefined {
  const path = `/proc/${pid}/stat`;
  if (!existsSync(path)) return undefined;
  // After the name in brackets; user and system time in hundredths of a second.
  const fields = readFileSync(path, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function memoryOf(pid: number): string {
  const path = `/proc/${pid}/status`;
  if (!existsSync(path)) return 'not told here';
  const text = readFileSync(path, 'utf8');
  const gibibytes = (name: string) => (Number(new RegExp(`${name}:\\s+(\\d+)`).exec(text)?.[1]) / 2 ** 20).toFixed(2);
  return `${gibibytes('VmRSS')} GiB, at most ${gibibytes('VmHWM')}`;
}
