import { searchModes } from '../../../pipeline/core/query/ast.ts';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silentEffects } from '../../../pipeline/cli/terminal.ts';
import type { Paper } from '../../../pipeline/core/paper.ts';
import { type Hit, paperResponse, similarResponse } from '../../../server/schemas/papers.ts';
import { mapResponse } from '../../../server/schemas/map.ts';
import { searchResponse } from '../../../server/schemas/search.ts';
import { topicsResponse } from '../../../server/schemas/topics.ts';
import { startServer } from '../../../server/start-server.ts';
import { callMain } from '../../fixtures/call-main.ts';
import { httpGet } from '../../fixtures/client.ts';
import { toJsonl, samplePapers, writeJsonl } from '../../fixtures/corpus.ts';
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

/** Real papers in so many are enough that most of them have to do with others. */
const withTopics = ['16 papers', '20 papers', '60 papers'];

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
    '9 papers of words that no model knows',
    () => Array.from({ length: 9 }, (_, i) => ({ id: `odd-${i}`, title: '𐤀𐤁𐤂'.repeat(i + 1), abstract: '🜁🜂' })),
  ],
];

/** Of hits and of their near-duplicates. */
const idsOf = (hits: readonly Hit[]) => hits.flatMap((hit) => [hit.id, ...hit.duplicates.map(({ id }) => id)]);

/** The others are built by a process of its own, which can be ended if it hangs. */
const inProcess = /^(5|7|8|16|20|60) papers|^2 equal|words|abstracts|others/;

describe.each(corpora)('%s', (name, corpus) => {
  const dataDir = join(folder.path, name.replaceAll(' ', '-'));
  let url = '';
  let stop: () => Promise<void>;
  let ids: string[] = [];

  beforeAll(async () => {
    ids = corpus().map((paper) => paper.id ?? '');
    const source = writeJsonl(`${dataDir}.jsonl`, corpus());
    if (inProcess.test(name)) await buildInto(dataDir, [source]);
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

  test('make a map on which every paper has a place of its own, and topics that count them all', async () => {
    const map = mapResponse.parse(await get('/api/map'));
    expect(map.ids).toEqual(ids);
    for (const place of [...map.x, ...map.y]) {
      expect(Number.isFinite(place)).toBe(true);
      expect(Math.abs(place)).toBeLessThan(100);
    }
    expect(new Set(map.ids.map((_, row) => `${map.x[row]} ${map.y[row]}`)).size).toBe(ids.length);
    const { topics, outliers } = topicsResponse.parse(await get('/api/topics'));
    expect(topics.reduce((sum, topic) => sum + topic.size, outliers)).toBe(ids.length);
    expect(new Set(topics.map((topic) => topic.name)).size).toBe(topics.length);
    if (withTopics.includes(name)) {
      expect(topics.length).toBeGreaterThanOrEqual(1);
      expect(outliers).toBeLessThan(ids.length / 2);
    }
  });

  test('are searched in every mode: few are all found by meaning, of many those that are about the question', async () => {
    for (const mode of searchModes) {
      const answer = searchResponse.parse(await get(`/api/search?q=learning+to+grasp&mode=${mode}&limit=200`));
      const found = idsOf(answer.hits);
      expect(answer.hits).toHaveLength(answer.total);
      expect(new Set(found).size).toBe(found.length);
      // Among fewer papers than 20 nobody can tell what is near by chance.
      if (mode === 'semantic' && ids.length < 20) expect(found.sort()).toEqual([...ids].sort());
      if (mode !== 'keyword' && ids.length >= 20)
        expect(answer.status).toBe(name === '20 equal papers' ? 'no_match' : 'answered');
      if (answer.status === 'no_match')
        expect({ total: answer.total, hits: answer.hits }).toEqual({ total: 0, hits: [] });
      else expect(answer.nearMisses).toEqual([]);
      for (const { score } of [...answer.hits, ...answer.nearMisses]) expect(Number.isFinite(score)).toBe(true);
    }
  });

  test('are all listed where nothing is asked by words, and each is found by its id', async () => {
    const { total, hits } = searchResponse.parse(await get('/api/search?q=-nosuchword&limit=200'));
    expect(hits).toHaveLength(total);
    expect(idsOf(hits).sort()).toEqual([...ids].sort());
    for (const id of ids) expect(paperResponse.parse(await get(`/api/papers/${id}`)).id).toBe(id);
  });

  test('each have all the others as similar papers', async () => {
    for (const id of ids.slice(0, 5)) {
      const { hits } = similarResponse.parse(await get(`/api/papers/${id}/similar?limit=200`));
      expect([id, ...idsOf(hits)].sort()).toEqual([...ids].sort());
    }
  });
});

describe('nothing to build from is told, and nothing is left behind:', () => {
  const at = (name: string) => join(folder.path, 'sources', name);
  beforeAll(() => {
    mkdirSync(at('empty-folder'), { recursive: true });
    mkdirSync(at('folder-of-nothing'));
    writeFileSync(at('folder-of-nothing/empty.jsonl'), '');
    writeFileSync(at('folder-of-nothing/notes.txt'), 'Buy milk.\n');
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
    ['a folder without papers', 'folder-of-nothing', 'no paper'],
    ['a folder in place of a file', 'papers.jsonl', 'no files'],
    ['a link that leads nowhere', 'dangling.jsonl', 'cannot be read'],
    ['an empty file', 'empty.jsonl', 'empty'],
    ['a file of blank lines', 'blank.jsonl', 'empty'],
    ['an empty .gz', 'empty.jsonl.gz', 'empty.jsonl.gz'],
    ['a .gz that is none', 'no-gzip.jsonl.gz', 'cannot be read'],
    ['a .gz that was cut', 'cut.jsonl.gz', 'cannot be read'],
    ['a .xz that is none', 'no-xz.jsonl.xz', 'no-xz.jsonl.xz'],
    ['a file in which no row is a paper', 'no-papers.jsonl', 'no paper'],
    ['bytes that are no text', 'binary.bin', 'no format'],
  ])('%s', async (_, name, said) => {
    const dataDir = join(folder.path, `from-${name}`);
    const { code, out, err } = await callMain(['build', '--source', at(name), '--data-dir', dataDir]);
    expect(code, err).toBe(3);
    expect(out).toBe('');
    expect(err).toContain(said);
    expect(err).toContain(
      name.split('.')[0] === 'no-papers' ? 'no-papers.jsonl:1' : name === 'folder-of-nothing' ? 'empty.jsonl' : name,
    );
    expect(err).not.toMatch(/fault of ours|\n\s+at /);
    expect(listFiles(dataDir)).toEqual([]);
  });

  test('one bad file among good ones is told, and the previous snapshot stays', async () => {
    const dataDir = join(folder.path, 'kept');
    const good = writeJsonl(join(folder.path, 'good.jsonl'), papers.slice(0, 6));
    await buildInto(dataDir, [good]);
    const before = listFiles(dataDir);
    const { code } = await callMain(['build', '--source', good, at('cut.jsonl.gz'), '--data-dir', dataDir]);
    expect(code).toBe(3);
    expect(listFiles(dataDir)).toEqual(before);
  });
});

test('a link to a file is read in a folder too', async () => {
  const source = join(folder.path, 'linked');
  mkdirSync(source);
  writeJsonl(join(source, 'own.jsonl'), papers.slice(0, 3));
  symlinkSync(writeJsonl(join(folder.path, 'elsewhere.jsonl'), papers.slice(3, 6)), join(source, 'linked.jsonl'));
  const { out } = await callMain(['build', '--source', source, '--data-dir', join(folder.path, 'from-links')]);
  expect(out).toContain(': 6 papers');
});

test('a link that leads nowhere is told in a folder too', async () => {
  const source = join(folder.path, 'with-lost');
  mkdirSync(source);
  writeJsonl(join(source, 'own.jsonl'), papers.slice(0, 3));
  symlinkSync(join(folder.path, 'gone'), join(source, 'lost.jsonl'));
  const { err } = await callMain(['build', '--source', source, '--data-dir', join(folder.path, 'from-lost')]);
  expect(err).toContain('lost.jsonl');
});
