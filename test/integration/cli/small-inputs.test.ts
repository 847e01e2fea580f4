import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silentEffects } from '../../../pipeline/cli/terminal.ts';
import type { Paper } from '../../../pipeline/core/paper.ts';
import { searchModes } from '../../../pipeline/core/query/ast.ts';
import { startServer } from '../../../server/app.ts';
import { mapResponse } from '../../../server/schemas/map.ts';
import { type Hit, paperResponse, similarPapersResponse } from '../../../server/schemas/papers.ts';
import { searchResponse } from '../../../server/schemas/search.ts';
import { topicsResponse } from '../../../server/schemas/topics.ts';
import { callMain } from '../../fixtures/call-main.ts';
import { httpGet } from '../../fixtures/client.ts';
import { samplePapers, toJsonl, writeJsonl } from '../../fixtures/corpus.ts';
import { listFiles } from '../../fixtures/folder-state.ts';
import { runPaperfield } from '../../fixtures/paperfield-process.ts';
import { buildInto, temporaryFolder } from '../../fixtures/sample-server.ts';

const folder = temporaryFolder();
let papers: readonly Paper[];

beforeAll(async () => {
  papers = await samplePapers();
});
afterAll(() => folder.remove());

const copies = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ id: `copy-${i}`, title: 'One title', abstract: 'The very same text.' }));

/** With this many real papers, most are similar to others. */
const corporaWithTopics = ['16 papers', '20 papers', '60 papers'];

const corpora: [string, () => readonly Partial<Paper>[]][] = [
  ...[1, 2, 5, 7, 8, 16, 20, 60].map((count): [string, () => readonly Paper[]] => [
    `${count} papers`,
    () => papers.slice(0, count),
  ]),
  ['2 equal papers', () => copies(2)],
  ['20 equal papers', () => copies(20)],
  ['20 equal papers and 3 others', () => [...copies(20), ...papers.slice(0, 3)]],
  ['10 papers without abstracts', () => papers.slice(0, 10).map(({ id, title }) => ({ id, title, abstract: '' }))],
  [
    '9 papers of words that the model does not know',
    () => Array.from({ length: 9 }, (_, i) => ({ id: `odd-${i}`, title: '𐤀𐤁𐤂'.repeat(i + 1), abstract: '🜁🜂' })),
  ],
];

/** The ids of hits and of their near-duplicates. */
const idsOf = (hits: readonly Hit[]) => hits.flatMap((hit) => [hit.id, ...hit.duplicates.map(({ id }) => id)]);

/** The others are built in a process of their own, which can be killed if it hangs. */
const builtInThisProcess = /^(5|7|8|16|20|60) papers|^2 equal|words|abstracts|others/;

describe.each(corpora)('%s', (name, corpus) => {
  const dataDir = join(folder.path, name.replaceAll(' ', '-'));
  let url = '';
  let stop: () => Promise<void>;
  let ids: string[] = [];

  beforeAll(async () => {
    ids = corpus().map((paper) => paper.id ?? '');
    const source = writeJsonl(`${dataDir}.jsonl`, corpus());
    if (builtInThisProcess.test(name)) await buildInto(dataDir, [source]);
    else {
      const args = ['build', '--source', source, '--data-dir', dataDir];
      const { code, signal, err } = await runPaperfield(args, { cwd: folder.path, timeoutMs: 20_000 });
      expect({ code, signal }, err).toEqual({ code: 0, signal: null });
    }
    const server = await startServer({ dataDir, host: '127.0.0.1', port: 0 }, silentEffects());
    url = server.url;
    stop = server.close;
  }, 30_000);
  afterAll(() => stop());

  const get = async (path: string) => {
    const { status, body, text } = await httpGet(`${url}${path}`);
    expect(status, text).toBe(200);
    return body;
  };

  test('get a map on which every paper has its own position, and topics that contain all of them or count them as outliers', async () => {
    const map = mapResponse.parse(await get('/api/map'));
    expect(map.ids).toEqual(ids);
    for (const coordinate of [...map.x, ...map.y]) {
      expect(Number.isFinite(coordinate)).toBe(true);
      expect(Math.abs(coordinate)).toBeLessThan(100);
    }
    expect(new Set(map.ids.map((_, row) => `${map.x[row]} ${map.y[row]}`)).size).toBe(ids.length);
    const { topics, outliers } = topicsResponse.parse(await get('/api/topics'));
    expect(topics.reduce((sum, topic) => sum + topic.size, outliers)).toBe(ids.length);
    expect(new Set(topics.map((topic) => topic.name)).size).toBe(topics.length);
    if (corporaWithTopics.includes(name)) {
      expect(topics.length).toBeGreaterThanOrEqual(1);
      expect(outliers).toBeLessThan(ids.length / 2);
    }
  });

  test('can be searched in every mode: semantic search finds all of few papers, and the relevant ones of many', async () => {
    for (const mode of searchModes) {
      const answer = searchResponse.parse(await get(`/api/search?q=learning+to+grasp&mode=${mode}&limit=200`));
      const found = idsOf(answer.hits);
      expect(answer.hits).toHaveLength(answer.total);
      expect(new Set(found).size).toBe(found.length);
      // Below 20 papers there is no null distribution: every query counts as answered.
      if (mode === 'semantic' && ids.length < 20) expect(found.sort()).toEqual([...ids].sort());
      if (mode !== 'keyword' && ids.length >= 20)
        expect(answer.status).toBe(name === '20 equal papers' ? 'no_match' : 'answered');
      if (answer.status === 'no_match')
        expect({ total: answer.total, hits: answer.hits }).toEqual({ total: 0, hits: [] });
      else expect(answer.nearMisses).toEqual([]);
      for (const { score } of [...answer.hits, ...answer.nearMisses]) expect(Number.isFinite(score)).toBe(true);
    }
  });

  test('are all listed by a query without words, and each is found by its id', async () => {
    const { total, hits } = searchResponse.parse(await get('/api/search?q=-nosuchword&limit=200'));
    expect(hits).toHaveLength(total);
    expect(idsOf(hits).sort()).toEqual([...ids].sort());
    for (const id of ids) expect(paperResponse.parse(await get(`/api/papers/${id}`)).id).toBe(id);
  });

  test('have all others as similar papers', async () => {
    for (const id of ids.slice(0, 5)) {
      const { hits } = similarPapersResponse.parse(await get(`/api/papers/${id}/similar?limit=200`));
      expect([id, ...idsOf(hits)].sort()).toEqual([...ids].sort());
    }
  });
});

describe('a source without papers is reported, and nothing is left behind:', () => {
  const at = (name: string) => join(folder.path, 'sources', name);
  beforeAll(() => {
    mkdirSync(at('empty-folder'), { recursive: true });
    mkdirSync(at('folder-without-papers'));
    writeFileSync(at('folder-without-papers/empty.jsonl'), '');
    writeFileSync(at('folder-without-papers/notes.txt'), 'Buy milk.\n');
    mkdirSync(at('papers.jsonl'));
    symlinkSync(at('gone'), at('dangling.jsonl'));
    writeFileSync(at('empty.jsonl'), '');
    writeFileSync(at('blank.jsonl'), '\n\n  \n');
    writeFileSync(at('empty.jsonl.gz'), '');
    writeFileSync(at('no-gzip.jsonl.gz'), toJsonl(papers.slice(0, 3)));
    writeFileSync(at('cut.jsonl.gz'), gzipSync(toJsonl(papers.slice(0, 40))).subarray(0, 9000));
    writeFileSync(at('no-papers.jsonl'), '{"id":"a"}\n{"title":""}\n[]\n{"title":"cut off');
    writeFileSync(at('no-xz.jsonl.xz'), 'not packed at all');
    writeFileSync(at('binary.bin'), Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7919) % 256)));
  });

  test.each([
    ['an empty folder', 'empty-folder', 'no files'],
    ['a folder without papers', 'folder-without-papers', 'no paper'],
    ['an empty folder with the name of a file', 'papers.jsonl', 'no files'],
    ['a broken symbolic link', 'dangling.jsonl', 'cannot be read'],
    ['an empty file', 'empty.jsonl', 'empty'],
    ['a file of blank lines', 'blank.jsonl', 'empty'],
    ['an empty .gz', 'empty.jsonl.gz', 'empty.jsonl.gz'],
    ['a truncated .gz', 'cut.jsonl.gz', 'is damaged'],
    ['a .xz that is not xz', 'no-xz.jsonl.xz', 'no-xz.jsonl.xz'],
    ['a file in which no row is a paper', 'no-papers.jsonl', 'no paper'],
    ['bytes that are not text', 'binary.bin', 'no format'],
  ])('%s', async (_, name, text) => {
    const dataDir = join(folder.path, `from-${name}`);
    const { code, out, err } = await callMain(['build', '--source', at(name), '--data-dir', dataDir]);
    expect(code, err).toBe(3);
    expect(out).toBe('');
    expect(err).toContain(text);
    expect(err).toContain(
      name.split('.')[0] === 'no-papers'
        ? 'no-papers.jsonl:1'
        : name === 'folder-without-papers'
          ? 'empty.jsonl'
          : name,
    );
    expect(err).not.toMatch(/internal error|\n\s+at /);
    expect(listFiles(dataDir)).toEqual([]);
  });

  test('one unreadable file among good ones is reported, and the previous snapshot stays', async () => {
    const dataDir = join(folder.path, 'kept');
    const good = writeJsonl(join(folder.path, 'good.jsonl'), papers.slice(0, 6));
    await buildInto(dataDir, [good]);
    const before = listFiles(dataDir);
    const { code } = await callMain(['build', '--source', good, at('cut.jsonl.gz'), '--data-dir', dataDir]);
    expect(code).toBe(3);
    expect(listFiles(dataDir)).toEqual(before);
  });
});

test('a symbolic link in a folder is followed', async () => {
  const source = join(folder.path, 'linked');
  mkdirSync(source);
  writeJsonl(join(source, 'own.jsonl'), papers.slice(0, 3));
  symlinkSync(writeJsonl(join(folder.path, 'elsewhere.jsonl'), papers.slice(3, 6)), join(source, 'linked.jsonl'));
  const { out } = await callMain(['build', '--source', source, '--data-dir', join(folder.path, 'from-links')]);
  expect(out).toContain(': 6 papers');
});

test('a broken symbolic link in a folder is reported', async () => {
  const source = join(folder.path, 'with-broken-link');
  mkdirSync(source);
  writeJsonl(join(source, 'own.jsonl'), papers.slice(0, 3));
  symlinkSync(join(folder.path, 'gone'), join(source, 'broken-link.jsonl'));
  const { err } = await callMain(['build', '--source', source, '--data-dir', join(folder.path, 'from-broken-link')]);
  expect(err).toContain('broken-link.jsonl');
});
