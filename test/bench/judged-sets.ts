/**
 * `npm run bench:judged -- SET_DIR…`: measures judged sets (folders in BEIR layout) as they are served: builds a snapshot of
 * the documents of each, starts the server, and sends every query over HTTP.
 *
 * `MODEL` is another model than the default. `FOLDS` is a file of fit.py with the ranker's weights of each fold: a query is
 * then ranked with weights that were learned without it.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { mean } from '../../pipeline/core/algorithms/statistics.ts';
import { searchModes } from '../../pipeline/core/query/ast.ts';
import { readRetrievalSet } from '../../pipeline/evaluation/datasets.ts';
import { ndcgAt, reciprocalRankAt } from '../../pipeline/evaluation/ranking-metrics.ts';
import { resolveSources } from '../../pipeline/ingest/source-files.ts';
import { RANKER_WEIGHTS } from '../../pipeline/search/rank.ts';
import type { SearchResponse } from '../../server/schemas/search.ts';
import { serveCorpus, temporaryFolder } from '../fixtures/sample-server.ts';

const DEPTH = 10;
const HITS = 100;

const weightRows = z.array(z.array(z.number()));
const foldsSchema = z.object({
  foldOf: z.record(z.string(), z.number()),
  weights: z.array(z.object({ hybrid: weightRows, semantic: weightRows })),
});
const folds = process.env.FOLDS ? foldsSchema.parse(JSON.parse(readFileSync(process.env.FOLDS, 'utf8'))) : undefined;

/** The kind of a query, if its id says so: `A-1-recall`, `2405.1|stranger`. */
const kindOf = (id: string) => /[-|]([a-z]+)$/.exec(id)?.[1];

for (const setFolder of process.argv.slice(2)) {
  const name = basename(setFolder);
  const set = await readRetrievalSet(setFolder, async (path) => (await resolveSources([path], process.stdin))[0]);
  const folder = temporaryFolder();
  try {
    const source = join(folder.path, 'papers.jsonl');
    writeFileSync(source, set.papers.map((paper) => JSON.stringify(paper)).join('\n'));
    const server = await serveCorpus([source], process.env.MODEL ? { model: process.env.MODEL } : {});
    try {
      process.stdout.write(`${name}: ${set.papers.length} papers, ${set.queries.length} queries\n`);
      for (const mode of searchModes) {
        const figures = new Map<string, { mrr: number[]; success: number[]; ndcg: number[]; status: string[] }>();
        for (const { id, text, judged } of set.queries) {
          if (![...judged.values()].some((grade) => grade > 0)) continue;
          const fold = folds?.foldOf[id];
          if (fold !== undefined) Object.assign(RANKER_WEIGHTS, folds?.weights[fold]);
          const response = await fetch(`${server.url}/api/search`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ q: text, mode, limit: HITS }),
          });
          const answer = (await response.json()) as SearchResponse;
          if (!response.ok) throw new Error(`${id}: ${JSON.stringify(answer)}`);
          // As in BEIR, a document with the id of the query is no answer.
          const ids = answer.hits.map((hit) => hit.id).filter((hit) => hit !== id);
          for (const key of new Set(['all', kindOf(id) ?? 'all'])) {
            const entry = figures.get(key) ?? { mrr: [], success: [], ndcg: [], status: [] };
            figures.set(key, entry);
            const reciprocalRank = reciprocalRankAt(DEPTH, ids, judged);
            entry.mrr.push(reciprocalRank);
            entry.success.push(reciprocalRank > 0 ? 1 : 0);
            entry.ndcg.push(ndcgAt(DEPTH, ids, judged));
            entry.status.push(answer.status);
          }
        }
        for (const [key, { mrr, success, ndcg, status }] of figures) {
          const share = (wanted: string) =>
            `${((100 * status.filter((one) => one === wanted).length) / status.length).toFixed(1)}%`;
          process.stdout.write(
            `  ${mode.padEnd(9)} ${key.padEnd(9)} MRR ${mean(mrr).toFixed(4)}  success ${mean(success).toFixed(4)}  ` +
              `nDCG ${mean(ndcg).toFixed(4)}  answered ${share('answered')}  uncertain ${share('uncertain')}  ` +
              `no match ${share('no_match')}  unknown language ${share('unknown_language')}\n`,
          );
        }
      }
    } finally {
      await server.stop();
    }
  } finally {
    folder.remove();
  }
}
