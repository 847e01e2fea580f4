import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { quietEffects } from '../../pipeline/cli/terminal.ts';
import { sampleRows, seededRandom } from '../../pipeline/core/algorithms/random.ts';
import { finished } from '../../pipeline/core/cooperative.ts';
import type { KnnGraph } from '../../pipeline/core/knn-graph.ts';
import type { Vectors } from '../../pipeline/core/vectors.ts';
import { embedPapers } from '../../pipeline/embedding/embed-papers.ts';
import { openEmbedder } from '../../pipeline/embedding/open-embedder.ts';
import { parse } from '../../pipeline/ingest/parse-sources.ts';
import { openSources } from '../../pipeline/ingest/sources.ts';
import { principalPlane } from '../../pipeline/map/principal-plane.ts';
import { measureMap } from '../../pipeline/map/quality.ts';
import { scaleToRadius, separateEqualPlaces } from '../../pipeline/map/scale.ts';
import { buildKnnGraph } from '../../pipeline/search/vector/build-knn-graph.ts';
import { buildIndex } from '../../pipeline/search/vector/hnsw.ts';
import type { LayoutRun } from './map-layout.ts';

const corpus = join(import.meta.dirname, '../../../shared/corpus/papers-cs.jsonl.xz');
const PAPERS = 30_000;
/** UMAP's own choices, for both; then what a build does. */
const RUNS = [
  ['kernel', 5, 200],
  ['umap-js', 5, 200],
  ['kernel', 5, 200],
  ['kernel', 20, 300],
] as const;

/** Layout alone from one graph and start, by each projector in a process of its own; what the maps are worth. */
export async function benchMap(print: (line: string) => void): Promise<void> {
  if (!existsSync(corpus)) return print('  skipped: papers-cs.jsonl.xz is not here');
  const { vectors, graph } = await graphOfPapers();
  const start = principalPlane(vectors, 42);
  scaleToRadius(start, 10);
  separateEqualPlaces(start);
  const folder = mkdtempSync(join(tmpdir(), 'paperfield-map-'));
  try {
    const file = join(folder, 'task');
    writeFileSync(file, serialize({ graph, start }));
    print(`  ${graph.count} papers, ${graph.k} neighbors each`);
    for (const [name, negativeSampleRate, epochs] of RUNS) {
      const { map, milliseconds, processor, before, after } = layOutApart(file, name, negativeSampleRate, epochs);
      const trust = finished(measureMap(vectors, graph, map, 1));
      print(
        `    ${name.padEnd(8)} ${epochs} rounds, ${String(negativeSampleRate).padStart(2)} negativeSampleRate   ` +
          `${(milliseconds / 1000).toFixed(1).padStart(6)} s (processor ${(processor / 1000).toFixed(1)} s)   ` +
          `peak ${mebibytes(after)} MiB, ${mebibytes(after - before)} of them for the layout   ` +
          `trustworthiness ${trust.trustworthiness?.toFixed(4)}, preservation ${trust.neighborRecall?.toFixed(4)}, ` +
          `distances ${trust.distanceCorrelation?.toFixed(3)}`,
      );
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function layOutApart(file: string, name: string, negativeSampleRate: number, epochs: number): LayoutRun {
  const script = join(import.meta.dirname, 'map-layout.ts');
  const run = spawnSync(process.execPath, [
    '--import',
    'tsx',
    script,
    file,
    name,
    `${negativeSampleRate}`,
    `${epochs}`,
  ]);
  if (run.status !== 0) throw new Error(`${name}: ${run.stderr}`);
  return deserialize(readFileSync(`${file}.${name}`)) as LayoutRun;
}

async function graphOfPapers(): Promise<{ vectors: Vectors; graph: KnnGraph }> {
  const quiet = quietEffects();
  const { papers } = await parse(await openSources([corpus], process.stdin), quiet);
  const some = Array.from(sampleRows(papers.length, PAPERS, seededRandom(5)), (row) => papers[row]);
  const embedder = await openEmbedder('embedded', tmpdir(), quiet);
  const { vectors } = await embedPapers(some, embedder, { read: () => false, append: () => undefined }, quiet);
  await embedder.close();
  const leading = embedder.card.leadingDimensions;
  const index = await buildIndex(vectors, { m: 16, efConstruction: 200, seed: 42, leading }, quiet);
  return { vectors, graph: await buildKnnGraph(vectors, index, { k: 15 }, quiet) };
}

function mebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(0);
}
