/** `paperfield eval` measures exactly what the server answers: unanswered queries and collapsed near-duplicates included. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { searchModes } from '../../../pipeline/core/query/ast.ts';
import { ndcgAt, recallAt, reciprocalRankAt } from '../../../pipeline/evaluation/ranking-metrics.ts';
import { searchResponse } from '../../../server/schemas/search.ts';
import { callMain } from '../../fixtures/call-main.ts';
import { samplePapers } from '../../fixtures/corpus.ts';
import { serveCorpus, temporaryFolder } from '../../fixtures/sample-server.ts';

const estimate = z.object({ mean: z.number() });
const figures = z.object({ ndcg10: estimate, mrr10: estimate, recall100: estimate, unanswered: z.number() });
const report = z.object({ modes: z.object({ hybrid: figures, semantic: figures, keyword: figures }) });

interface JudgedQuery {
  readonly id: string;
  readonly text: string;
  readonly answer: string;
}

describe('a judged set', () => {
  const folder = temporaryFolder();
  const set = join(folder.path, 'set');
  let server: Awaited<ReturnType<typeof serveCorpus>>;
  const queries: JudgedQuery[] = [];

  beforeAll(async () => {
    const papers = (await samplePapers()).slice(0, 150);
    // A near-duplicate that is collapsed into another hit, and queries that the corpus does not answer.
    const all = [...papers, { ...papers[3], id: 'duplicate' }];
    queries.push(
      ...papers.slice(0, 40).map(({ id, abstract }, i) => ({ id: `q${i}`, text: abstract.slice(0, 90), answer: id })),
    );
    queries.push({ id: 'duplicate', text: papers[3].title, answer: 'duplicate' });
    queries.push({ id: 'off-topic', text: 'sourdough bread with a crisp crust', answer: papers[0].id });
    const jsonl = (rows: readonly object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
    mkdirSync(set);
    writeFileSync(
      join(set, 'corpus.jsonl'),
      jsonl(all.map(({ id, title, abstract }) => ({ _id: id, title, text: abstract }))),
    );
    writeFileSync(join(set, 'queries.jsonl'), jsonl(queries.map(({ id, text }) => ({ _id: id, text }))));
    const judgments = queries.map(({ id, answer }) => `${id}\t${answer}\t1\n`);
    writeFileSync(join(set, 'qrels.tsv'), `query-id\tcorpus-id\tscore\n${judgments.join('')}`);
    const source = join(folder.path, 'papers.jsonl');
    writeFileSync(source, jsonl(all.map(({ id, title, abstract }) => ({ id, title, abstract }))));
    server = await serveCorpus([source]);
  });
  afterAll(async () => {
    await server.stop();
    folder.remove();
  });

  test('has the same figures in eval as over HTTP, to the fourth digit, in each mode', {
    timeout: 120_000,
  }, async () => {
    const { code, out, err } = await callMain(['eval', set, '--json']);
    expect(code, err).toBe(0);
    const { modes } = report.parse(JSON.parse(out));
    for (const mode of searchModes) {
      const served = { ndcg10: 0, mrr10: 0, recall100: 0, unanswered: 0 };
      for (const { text, answer } of queries) {
        const response = await fetch(
          `${server.url}/api/search?${new URLSearchParams({ q: text, mode, limit: '200' })}`,
        );
        const ids = searchResponse.parse(await response.json()).hits.map(({ id }) => id);
        const judged = new Map([[answer, 1]]);
        served.ndcg10 += ndcgAt(10, ids, judged) / queries.length;
        served.mrr10 += reciprocalRankAt(10, ids, judged) / queries.length;
        served.recall100 += recallAt(100, ids, judged) / queries.length;
        if (ids.length === 0) served.unanswered += 1 / queries.length;
      }
      const measured = modes[mode];
      expect(measured.ndcg10.mean, mode).toBeCloseTo(served.ndcg10, 4);
      expect(measured.mrr10.mean, mode).toBeCloseTo(served.mrr10, 4);
      expect(measured.recall100.mean, mode).toBeCloseTo(served.recall100, 4);
      expect(measured.unanswered, mode).toBeCloseTo(served.unanswered, 4);
    }
    // The set exercises both: a query without an answer, and a duplicate that is not a hit of its own.
    expect(modes.hybrid.unanswered).toBeGreaterThan(0);
    expect(modes.hybrid.recall100.mean).toBeLessThan(1);
  });
});
