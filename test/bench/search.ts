import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentEffects } from '../../pipeline/cli/terminal.ts';
import { createSeededRandom, sampleRows } from '../../pipeline/core/algorithms/random.ts';
import type { Paper } from '../../pipeline/core/paper.ts';
import type { SearchMode } from '../../pipeline/core/query/ast.ts';
import { exactKnn, type Vectors, vectorAt } from '../../pipeline/core/vectors.ts';
import type { Embedder } from '../../pipeline/embedding/embedder.ts';
import { openEmbedder } from '../../pipeline/embedding/open-embedder.ts';
import { embedAndMeasureRate } from '../../pipeline/evaluation/retrieval.ts';
import { readPapers } from '../../pipeline/ingest/read-and-merge-papers.ts';
import { resolveSources } from '../../pipeline/ingest/source-files.ts';
import { createRetrievalIndex, filteredKnn, type RetrievalIndex } from '../../pipeline/search/candidates.ts';
import {
  analyzeAbstract,
  createHighlightQuery,
  highlightBestSentence,
  highlightWords,
} from '../../pipeline/search/highlight/highlight.ts';
import {
  createCorpusHighlighter,
  type SemanticHighlighter,
} from '../../pipeline/search/highlight/semantic-highlight.ts';
import { wordsIn } from '../../pipeline/search/lexical/analyzer.ts';
import { queryTerms } from '../../pipeline/search/lexical/bm25.ts';
import { buildInvertedIndex } from '../../pipeline/search/lexical/build-inverted-index.ts';
import { rankPapers } from '../../pipeline/search/rank.ts';
import { buildHnswWithProgress } from '../../pipeline/search/vector/hnsw.ts';
import { formatPercentiles } from './percentiles.ts';

const corpora = join(import.meta.dirname, '../../../shared/corpus');
const QUERIES = 200;
/** Exact search takes a hundred times as long per query: fewer are run. */
const EXACT = 40;
const EF_SEARCH = 200;
/** Hits per page. */
const PAGE = 20;

/** Time of ranking by mode beside exact search in the same run, and recall of the index with and without a filter. */
export async function benchSearch(print: (line: string) => void): Promise<void> {
  for (const name of ['hf-daily-papers.jsonl.xz', 'papers-cs.jsonl.xz']) {
    const path = join(corpora, name);
    if (!existsSync(path)) print(`  skipped: ${name} is missing`);
    else await benchCorpus(path, name, print);
  }
}

async function benchCorpus(path: string, name: string, print: (line: string) => void): Promise<void> {
  const { papers } = await readPapers(await resolveSources([path], process.stdin), silentEffects());
  const embedder = await openEmbedder('embedded', tmpdir(), silentEffects());
  const started = performance.now();
  const { vectors } = await embedAndMeasureRate(papers, embedder, silentEffects());
  const { leadingDimensions } = embedder.settings;
  const hnsw = { m: 16, efConstruction: 200, seed: 42, leadingDimensions };
  const vectorIndex = await buildHnswWithProgress(vectors, hnsw, silentEffects());
  const invertedIndex = await buildInvertedIndex(papers, silentEffects());
  print(`  ${name}: ${papers.length} papers, ready after ${seconds(performance.now() - started)}`);
  const corpus = createRetrievalIndex(invertedIndex, vectors, vectorIndex, EF_SEARCH, embedder.settings.parts);
  const queries = await titles(papers, embedder);
  await timeRanking(corpus, vectors, queries, print);
  timeHighlighting(
    corpus,
    papers,
    queries,
    createCorpusHighlighter(corpus.invertedIndex, embedder.tokenVectors?.()),
    print,
  );
  findNeighbors(corpus, vectors, print);
  print(
    `    memory of this process   ${(process.memoryUsage().rss / 2 ** 30).toFixed(2)} GiB, papers and build included`,
  );
  await embedder.close();
}

interface TimedQuery {
  readonly text: string;
  readonly vector: Float32Array;
}

async function titles(papers: readonly Paper[], embedder: Embedder): Promise<TimedQuery[]> {
  const rows = sampleRows(papers.length, QUERIES, createSeededRandom(3));
  const texts = Array.from(rows, (row) => papers[row].title);
  const vectors = await embedder.embed(texts);
  const { dimensions } = embedder.settings;
  return texts.map((text, i) => ({ text, vector: vectors.subarray(i * dimensions, (i + 1) * dimensions) }));
}

async function timeRanking(
  corpus: RetrievalIndex,
  vectors: Vectors,
  queries: readonly TimedQuery[],
  print: (line: string) => void,
) {
  const times: Record<SearchMode, number[]> = { hybrid: [], semantic: [], keyword: [] };
  for (const round of [0, 1]) {
    for (const { text, vector } of queries) {
      for (const mode of ['keyword', 'semantic', 'hybrid'] as const) {
        const began = performance.now();
        rankPapers(corpus, { terms: queryTerms(corpus.invertedIndex, text), vectors: [vector] }, mode);
        // The first round warms up.
        if (round > 0) times[mode].push(performance.now() - began);
      }
    }
  }
  for (const mode of ['keyword', 'semantic', 'hybrid'] as const)
    print(`    ${mode.padEnd(9)} ${formatPercentiles(times[mode])}`);
  const exact = queries.slice(0, EXACT).map(({ vector }) => timed(() => exactKnn(vectors, vector, 100)));
  print(`    exact kNN, 100 nearest   ${formatPercentiles(exact)}`);
}

/** Time of highlighting each hit of a page whose papers are not cached, lexically and semantically. */
function timeHighlighting(
  corpus: RetrievalIndex,
  papers: readonly Paper[],
  queries: readonly TimedQuery[],
  reader: SemanticHighlighter | undefined,
  print: (line: string) => void,
) {
  const times: Record<'keyword' | 'hybrid', number[]> = { keyword: [], hybrid: [] };
  for (const round of [0, 1]) {
    for (const { text, vector } of queries) {
      const query = { terms: queryTerms(corpus.invertedIndex, text), vectors: [vector], text };
      const { rows } = rankPapers(corpus, query, 'hybrid');
      for (const mode of ['keyword', 'hybrid'] as const) {
        const took = timed(() => {
          const highlight = createHighlightQuery(corpus.invertedIndex, reader, query, mode);
          for (const row of rows.subarray(0, PAGE)) {
            highlightWords(wordsIn(papers[row].title), highlight);
            highlightBestSentence(
              papers[row].abstract,
              analyzeAbstract(papers[row].abstract, mode === 'keyword' ? undefined : reader),
              highlight,
            );
          }
        });
        if (round > 0) times[mode].push(took / PAGE);
      }
    }
  }
  for (const mode of ['keyword', 'hybrid'] as const) {
    print(`    highlighting, ${mode.padEnd(8)} ${formatPercentiles(times[mode], 3)} a hit, of ${PAGE}`);
  }
}

/** recall@10 of the index with papers as queries, without a filter and with filters of different strictness. */
function findNeighbors(corpus: RetrievalIndex, vectors: Vectors, print: (line: string) => void): void {
  const rows = sampleRows(vectors.count, EXACT, createSeededRandom(4));
  const some = new Uint8Array(vectors.count).map((_, row) => (row % 100 === 7 ? 1 : 0));
  const filter = { mask: some, count: some.reduce((sum, one) => sum + one, 0) };
  const all = { mask: some.slice().fill(1), count: vectors.count };
  const half = { mask: some.map((_, row) => row % 2), count: vectors.count >> 1 };
  for (const [what, passed] of [
    ['all papers', all],
    ['one in two', half],
    ['one in a hundred', filter],
  ] as const) {
    let found = 0;
    for (const row of rows) {
      const truth = new Set(exactAmong(vectors, vectorAt(vectors, row), passed.mask));
      for (const other of filteredKnn(corpus, vectorAt(vectors, row), 10, passed).rows) if (truth.has(other)) found++;
    }
    print(`    recall@10 among ${what.padEnd(17)} ${(found / (10 * rows.length)).toFixed(4)}`);
  }
}

function exactAmong(vectors: Vectors, query: Float32Array, mask: Uint8Array): number[] {
  const near = exactKnn(vectors, query, vectors.count <= 20_000 ? vectors.count : 4000);
  return Array.from(near.rows.filter((row) => mask[row] === 1).subarray(0, 10));
}

function timed(work: () => unknown): number {
  const began = performance.now();
  work();
  return performance.now() - began;
}

function seconds(time: number): string {
  return `${(time / 1000).toFixed(1)} s`;
}
