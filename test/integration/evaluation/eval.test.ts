import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { callMain } from '../../fixtures/call-main.ts';
import { samplePapers } from '../../fixtures/corpus.ts';
import { temporaryFolder } from '../../fixtures/sample-server.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const estimate = z.object({ mean: z.number(), low: z.number(), high: z.number() });
const figures = z.object({ ndcg10: estimate, mrr10: estimate, recall100: estimate });
const modes = z.object({ keyword: figures, semantic: figures, hybrid: figures });
const retrieval = z.object({
  kind: z.literal('retrieval'),
  documents: z.number(),
  queries: z.number(),
  modes,
  similar: z.object({ papers: z.number(), modes }).nullable(),
});
const groups = z.object({
  kind: z.literal('groups'),
  labels: z.number(),
  figures: z.object({
    kMeansV: estimate,
    purity10: z.number(),
    topicsV: z.number(),
    topicsAri: z.number(),
    outlierShare: z.number(),
  }),
});

const jsonl = (rows: readonly object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

/** A BEIR folder of sixty sample papers without their titles, which are the queries; plain or gzip. */
async function titleSet(name: string, extension: '' | '.gz'): Promise<string> {
  const set = join(folder.path, name);
  mkdirSync(set);
  const papers = (await samplePapers()).slice(0, 60);
  const write = (file: string, text: string) =>
    writeFileSync(join(set, file + extension), extension === '.gz' ? gzipSync(text) : text);
  write('corpus.jsonl', jsonl(papers.map(({ id, abstract }) => ({ _id: id, title: '', text: abstract }))));
  write(
    'queries.jsonl',
    jsonl([...papers.map(({ id, title }) => ({ _id: `q-${id}`, text: title })), { _id: 'unjudged', text: 'x' }]),
  );
  write('qrels.tsv', `query-id\tcorpus-id\tscore\n${papers.map(({ id }) => `q-${id}\t${id}\t1\n`).join('')}`);
  return set;
}

describe('paperfield eval', () => {
  test('measures each search mode on a BEIR folder, compressed or not', async () => {
    const sets = [await titleSet('plain', ''), await titleSet('compressed', '.gz')];
    const { code, out, err } = await callMain(['eval', ...sets, '--json']);
    expect(code, err).toBe(0);
    const [plain, compressed] = out
      .trim()
      .split('\n')
      .map((line) => retrieval.parse(JSON.parse(line)));
    expect(plain.modes).toEqual(compressed.modes);
    expect([plain.documents, plain.queries]).toEqual([60, 60]);
    for (const { ndcg10, mrr10, recall100 } of Object.values(plain.modes)) {
      // Semantic search returns all sixty documents; keyword search may find fewer.
      expect(recall100.mean).toBeGreaterThan(0.9);
      // A title nearly always finds its abstract among sixty.
      expect(mrr10.mean).toBeGreaterThan(0.85);
      expect(ndcg10.mean).toBeGreaterThanOrEqual(mrr10.mean);
      expect(ndcg10.low).toBeLessThanOrEqual(ndcg10.mean);
    }
  });

  test('measures how embeddings and topics agree with labels', async () => {
    const path = join(folder.path, 'labeled.jsonl');
    const papers = await samplePapers();
    const isRobot = (text: string) => /robot|manipulat|grasp/i.test(text);
    const rows = papers.map(({ id, title, abstract }) => ({
      id,
      title,
      text: abstract,
      label: isRobot(abstract) ? 'robots' : 'other',
    }));
    writeFileSync(path, jsonl(rows));
    const { code, out, err } = await callMain(['eval', path, '--json']);
    expect(code, err).toBe(0);
    const report = groups.parse(JSON.parse(out));
    expect(report.labels).toBe(2);
    // Papers about robots are near each other: far above chance.
    expect(report.figures.purity10).toBeGreaterThan(0.75);
    expect(report.figures.topicsV).toBeGreaterThan(0.1);
    expect(report.figures.outlierShare).toBeLessThan(0.2);
  });

  test('prints a table without --json', async () => {
    const { out } = await callMain(['eval', await titleSet('table', '')]);
    expect(out).toMatch(/60 queries over 60 documents/);
    for (const mode of ['hybrid', 'semantic', 'keyword'])
      expect(out).toMatch(new RegExp(`${mode}\\s+0?1?\\.\\d{3} \\[`));
  });

  test.each([
    ['no set', [], 2, 'eval needs'],
    ['a folder without a corpus', ['empty'], 3, 'corpus.jsonl'],
    ['a missing file', ['nowhere.jsonl'], 3, 'nowhere.jsonl'],
    ['a line that is not JSON', ['broken.jsonl'], 3, 'broken.jsonl:2'],
    ['papers without labels', ['unlabeled.jsonl'], 3, 'unlabeled.jsonl:1'],
  ])('refuses %s', async (_, sets, code, text) => {
    mkdirSync(join(folder.path, 'empty'), { recursive: true });
    writeFileSync(join(folder.path, 'broken.jsonl'), '{"title":"a","text":"b","label":"x"}\n{nonsense\n');
    writeFileSync(join(folder.path, 'unlabeled.jsonl'), '{"title":"a","text":"b"}\n');
    const result = await callMain(['eval', ...sets.map((set) => join(folder.path, set))]);
    expect(result.code).toBe(code);
    expect(result.err).toContain(text);
  });

  test('measures similar papers if a query has several answers, and reports null if none has', async () => {
    const set = await titleSet('related', '');
    const papers = (await samplePapers()).slice(0, 60);
    const single = retrieval.parse(JSON.parse((await callMain(['eval', set, '--json'])).out));
    expect(single.similar).toBeNull();
    // The first three papers answer the first title, the third of them without relevance.
    const more = [[1, 1] as const, [2, 0] as const].map(
      ([i, score]) => `q-${papers[0].id}\t${papers[i].id}\t${score}\n`,
    );
    appendFileSync(join(set, 'qrels.tsv'), more.join(''));
    const { similar } = retrieval.parse(JSON.parse((await callMain(['eval', set, '--json'])).out));
    expect(similar?.papers).toBe(2);
    // Among sixty papers both find each other in the first hundred, and neither counts as its own answer.
    expect(similar?.modes.semantic.recall100.mean).toBe(1);
    expect(similar?.modes.semantic.mrr10.mean).toBeLessThan(1);
  });

  test('reads TREC judgments with four columns like those with three', async () => {
    const three = await titleSet('three', '');
    const four = await titleSet('four', '');
    const tsv = readFileSync(join(three, 'qrels.tsv'), 'utf8').trim().split('\n').slice(1);
    writeFileSync(join(four, 'qrels.tsv'), tsv.map((line) => line.replace('\t', '\t0\t')).join('\n'));
    const { out } = await callMain(['eval', three, four, '--json']);
    const [a, b] = out
      .trim()
      .split('\n')
      .map((line) => retrieval.parse(JSON.parse(line)));
    expect(b.modes).toEqual(a.modes);
  });
});
