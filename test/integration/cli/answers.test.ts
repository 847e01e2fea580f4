import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silentEffects } from '../../../pipeline/cli/terminal.ts';
import type { Paper } from '../../../pipeline/core/paper.ts';
import { vectorAt } from '../../../pipeline/core/vectors.ts';
import { currentSnapshotFolder, currentSnapshotId } from '../../../pipeline/store/data-folder.ts';
import { readManifest } from '../../../pipeline/store/snapshot-files.ts';
import { openSnapshot } from '../../../pipeline/store/snapshot-reader.ts';
import { startServer } from '../../../server/app.ts';
import { similarPapersResponse } from '../../../server/schemas/papers.ts';
import { searchResponse } from '../../../server/schemas/search.ts';
import { callMain } from '../../fixtures/call-main.ts';
import { httpGet, queryString } from '../../fixtures/client.ts';
import { samplePapers, toJsonl, writeJsonl } from '../../fixtures/corpus.ts';
import { type ProcessResult, runPaperfield } from '../../fixtures/paperfield-process.ts';
import { sampleFolder, temporaryFolder } from '../../fixtures/sample-server.ts';

const checkout = process.cwd();
const folder = temporaryFolder();
const cwd = folder.path;
let papers: readonly Paper[];
/** The result of building the sample into the default data folder. */
let built: ProcessResult;

beforeAll(async () => {
  papers = await samplePapers();
  process.chdir(cwd);
  built = await runPaperfield(['build', '--source', sampleFolder], { cwd, timeoutMs: 60_000 });
});
afterAll(() => {
  process.chdir(checkout);
  folder.remove();
});

const dataDir = join(cwd, 'data');

function paperIds(dataFolder: string): string[] {
  const snapshot = openSnapshot(currentSnapshotFolder(dataFolder));
  try {
    return snapshot.papers.ids();
  } finally {
    snapshot.close();
  }
}

test('build prints one line to standard output and its progress to standard error, as plain lines', () => {
  expect(built.code, built.err).toBe(0);
  const id = currentSnapshotId(dataDir);
  expect(built.out).toMatch(
    /^snapshot \S+: 326 papers \(326 embedded, 0 from the cache\), \d+ topics, \d+ papers without a topic\n$/,
  );
  expect(built.out).toContain(`snapshot ${id}:`);
  const stages = [
    ...['parse', 'embed', 'vector index', 'kNN graph', 'inverted index', 'null distribution'],
    ...['topics', 'topic labels', 'map', 'evaluate index', 'known items', 'map quality', 'snapshot'],
  ];
  expect(
    built.err
      .trimEnd()
      .split('\n')
      .map((line) => line.split(/ {2,}/)[0])
      // A stage that takes ten seconds, on a busy machine, reports its progress before its end.
      .filter((stage, i, all) => stage !== all[i - 1]),
  ).toEqual(stages);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape codes are what it looks for
  expect(`${built.out}${built.err}`).not.toMatch(/[\r\u001b\u0007\b]/);
});

test('build reads files, folders, compressed files and standard input in the given order', async () => {
  const [a, b, c, d] = [0, 4, 8, 12].map((from) => papers.slice(from, from + 4));
  writeJsonl(join(cwd, 'a.jsonl'), a);
  mkdirSync(join(cwd, 'more', 'deep'), { recursive: true });
  writeJsonl(join(cwd, 'more', 'deep', 'b.jsonl'), b);
  writeJsonl(join(cwd, 'more', '.hidden.jsonl'), papers.slice(20));
  writeFileSync(join(cwd, 'c.jsonl.gz'), gzipSync(toJsonl(c)));
  const args = ['build', '--source', 'a.jsonl', 'more', '-', 'c.jsonl.gz', '--data-dir', 'several', '--epochs', '5'];
  const { code, out, err } = await runPaperfield(args, { cwd, input: toJsonl(d) });
  expect(code, err).toBe(0);
  expect(out).toContain(': 16 papers (');
  expect(paperIds(join(cwd, 'several'))).toEqual([...a, ...b, ...d, ...c].map((paper) => paper.id));
});

const hasXz = spawnSync('xz', ['--version']).status === 0;

// Files are decompressed by the program xz, which may not be installed.
test.skipIf(!hasXz)('build reads .xz', async () => {
  writeJsonl(join(cwd, 'compressed.jsonl'), papers.slice(0, 6));
  expect(spawnSync('xz', ['-k', join(cwd, 'compressed.jsonl')]).status).toBe(0);
  const args = ['build', '--source', 'compressed.jsonl.xz', '--data-dir', 'from-xz', '--epochs', '5'];
  const { code, err } = await callMain(args);
  expect(code, err).toBe(0);
  expect(paperIds(join(cwd, 'from-xz'))).toEqual(papers.slice(0, 6).map((paper) => paper.id));
});

describe('over the same snapshot, the command line and the API return the same:', () => {
  let server: Awaited<ReturnType<typeof startServer>>;
  beforeAll(async () => {
    server = await startServer({ dataDir, host: '127.0.0.1', port: 0 }, silentEffects());
  });
  afterAll(() => server.close());

  const q = 'robots that learn to grasp';
  const requests = [
    { mode: 'hybrid', limit: 7, offset: 0 },
    { mode: 'semantic', limit: 3, offset: 5 },
    { mode: 'keyword', limit: 200, offset: 0 },
  ];
  const argsOf = ({ mode, limit, offset }: (typeof requests)[number]) => [
    ...['search', ...q.split(' '), '--mode', mode, '--limit', `${limit}`, '--offset', `${offset}`, '--json'],
  ];

  test.each(requests)('search --json in $mode mode', async (request) => {
    const { code, out, err } = await callMain(argsOf(request));
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const { body } = await httpGet(`${server.url}/api/search?${queryString({ q, ...request })}`);
    expect(searchResponse.parse(body).hits.length).toBeGreaterThan(2);
    expect(JSON.parse(out)).toEqual(body);
  });

  test('search --json in a process of its own', async () => {
    const { code, out, err } = await runPaperfield(argsOf(requests[0]), { cwd });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const { body } = await httpGet(`${server.url}/api/search?${queryString({ q, ...requests[0] })}`);
    expect(JSON.parse(out)).toEqual(body);
  });

  test('similar --json', async () => {
    const { code, out, err } = await callMain(['similar', papers[3].id, '--limit', '5', '--json']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const { body } = await httpGet(`${server.url}/api/papers/${papers[3].id}/similar?limit=5`);
    expect(similarPapersResponse.parse(body).hits).toHaveLength(5);
    expect(JSON.parse(out)).toEqual(body);
  });
});

test('search and similar print rank, title and id of each hit', async () => {
  const search = await callMain(['search', 'human feedback', '--limit', '3', '--offset', '2']);
  const similar = await callMain(['similar', papers[0].id, '--limit', '3']);
  const titles = new Map(papers.map((paper) => [paper.id, paper.title]));
  for (const [{ code, out, err }, first] of [
    [search, 3],
    [similar, 1],
  ] as const) {
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const heads = [...out.matchAll(/^ *(\d+)\. (.+) {2}\(-?[\d.]+\)\n +(\S+)/gm)];
    expect(heads.map(([, rank]) => Number(rank))).toEqual([first, first + 1, first + 2]);
    for (const [, , title, id] of heads) expect(title).toBe(titles.get(id));
  }
  expect(similar.out).not.toContain(papers[0].title);
});

test('status prints facts of the snapshot, and with --json its whole manifest', async () => {
  const manifest = readManifest(currentSnapshotFolder(dataDir));
  const plain = await callMain(['status']);
  const json = await callMain(['status', '--json']);
  expect({ code: plain.code, err: plain.err }).toEqual({ code: 0, err: '' });
  for (const fact of [manifest.id, '326', `${manifest.counts.topics} topics`, manifest.model.name])
    expect(plain.out).toContain(fact);
  expect(JSON.parse(json.out)).toMatchObject({ ...manifest, verified: true, rollback: null, nights: { last: null } });
});

test('embed writes one float32 row per paper in input order: the vectors of the build', async () => {
  const order = [...papers.slice(100, 130), ...papers.slice(0, 40), papers[100]];
  const lines = [...order.map((paper) => JSON.stringify(paper)), 'no paper at all', ''];
  const { code, out, err } = await runPaperfield(['embed', '-', '--out', 'out.npy'], { cwd, input: lines.join('\n') });
  expect(code, err).toBe(0);
  expect(out).toMatch(/^out\.npy: 71 × \d+, 1 rows skipped.*\n$/);

  const snapshot = openSnapshot(currentSnapshotFolder(dataDir));
  const { dimensions } = snapshot.vectors;
  const bytes = readFileSync(join(cwd, 'out.npy'));
  expect(bytes.subarray(0, 8).toString('latin1')).toBe('\x93NUMPY\x01\x00');
  const headerEnd = 10 + bytes.readUInt16LE(8);
  expect(headerEnd % 64).toBe(0);
  expect(bytes.toString('latin1', 10, headerEnd)).toMatch(
    new RegExp(`^\\{'descr': '<f4', 'fortran_order': False, 'shape': \\(71, ${dimensions}\\), \\} *\n$`),
  );
  const rows = new Float32Array(new Uint8Array(bytes.subarray(headerEnd)).buffer);
  expect(rows).toHaveLength(71 * dimensions);
  for (const [i, paper] of order.entries()) {
    const expected = vectorAt(snapshot.vectors, snapshot.papers.rowOf(paper.id) ?? -1);
    const row = rows.subarray(i * dimensions, (i + 1) * dimensions);
    // Within rounding; that vectors are equal to the bit is tested in test/torture/determinism.test.ts.
    expect(Math.max(...row.map((value, d) => Math.abs(value - expected[d])))).toBeLessThan(1e-6);
  }
  snapshot.close();
});

test('options are read from a config file, and the command line overrides them', async () => {
  const own = join(cwd, 'configured');
  mkdirSync(own);
  writeJsonl(join(own, 'p.jsonl'), papers.slice(0, 20));
  const options = { source: ['p.jsonl'], dataDir: 'from-config', neighbors: 4, epochs: 5, seed: 7 };
  writeFileSync(join(own, 'paperfield.config.json'), JSON.stringify(options));
  writeFileSync(join(own, 'other.json'), JSON.stringify({ ...options, neighbors: 9, dataDir: 'other' }));
  process.chdir(own);
  const plain = await callMain(['build', '--neighbors', '6']);
  const other = await callMain(['build', '--config', 'other.json']);
  process.chdir(cwd);
  expect(plain.code, plain.err).toBe(0);
  expect(other.code, other.err).toBe(0);
  const optionsIn = (name: string) => readManifest(currentSnapshotFolder(join(own, name))).options;
  expect(optionsIn('from-config')).toMatchObject({ neighbors: 6, epochs: 5, seed: 7 });
  expect(optionsIn('other')).toMatchObject({ neighbors: 9, epochs: 5, seed: 7 });
});
