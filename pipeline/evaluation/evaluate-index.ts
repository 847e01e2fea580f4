import { sampleRows, seededRandom } from '../core/algorithms/random.ts';
import type { Effects } from '../core/effects.ts';
import type { Quality } from '../core/manifest.ts';
import type { Passage } from '../core/paper.ts';
import { exactNeighbors, type Vectors, vectorAt } from '../core/vectors.ts';
import { type Embedder, queryText } from '../embedding/embedder.ts';
import { pause } from '../runtime/scheduling.ts';
import type { NeighborIndex } from '../search/vector/hnsw.ts';

export interface ExamineOptions {
  /** Candidates the index looks at, as the server will. */
  readonly efSearch: number;
  readonly seed: number;
}

/** Papers looked at: enough for the second digit, few enough for a build of any size. */
const SAMPLE = 200;
/** Neighbors that are looked for. */
const DEPTHS = [10, 100] as const;

type Measured = Pick<Quality, 'recallAt10' | 'recallAt100' | 'titleRecallAt1'>;

/** What the index and the model are worth on a sample of the build's own papers. */
export async function examine(
  papers: readonly Passage[],
  vectors: Vectors,
  index: NeighborIndex,
  embedder: Embedder,
  options: ExamineOptions,
  effects: Effects,
): Promise<Measured> {
  const rows = sampleRows(vectors.count, SAMPLE, seededRandom(options.seed));
  const progress = effects.begin('examine', rows.length);
  const recall = DEPTHS.map(() => ({ wanted: 0, found: 0 }));
  for (const [i, row] of rows.entries()) {
    await pause(effects.signal);
    const query = vectorAt(vectors, row);
    const truth = exactNeighbors(vectors, query, Math.max(...DEPTHS));
    for (const [at, depth] of DEPTHS.entries()) {
      const wanted = Math.min(depth, truth.rows.length);
      const answer = index.search(query, wanted, options.efSearch);
      recall[at].wanted += wanted;
      // By similarity, not by row: among equally near papers any choice is right.
      const bar = truth.similarities[wanted - 1] - 1e-6;
      for (const similarity of answer.similarities) if (similarity >= bar) recall[at].found++;
    }
    progress.at(i + 1);
  }
  const titles = await embedder.embed(Array.from(rows, (row) => queryText(embedder.card, papers[row].title)));
  let first = 0;
  rows.forEach((row, i) => {
    const title = titles.subarray(i * vectors.dimensions, (i + 1) * vectors.dimensions);
    if (index.search(title, 1, options.efSearch).rows[0] === row) first++;
  });
  const [recallAt10, recallAt100] = recall.map(({ found, wanted }) => share(found, wanted));
  const quality = { recallAt10, recallAt100, titleRecallAt1: share(first, rows.length) };
  progress.end(`recall@10 ${recallAt10}, recall@100 ${recallAt100}, a title finds its paper ${quality.titleRecallAt1}`);
  return quality;
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.round((part / whole) * 1e4) / 1e4;
}
