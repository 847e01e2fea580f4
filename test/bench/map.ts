import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { silentEffects } from '../../pipeline/cli/terminal.ts';
import { createSeededRandom, sampleRows } from '../../pipeline/core/algorithms/random.ts';
import { runToCompletion } from '../../pipeline/core/cooperative.ts';
import type { KnnGraph } from '../../pipeline/core/knn-graph.ts';
import type { Vectors } from '../../pipeline/core/vectors.ts';
import { embedPapers } from '../../pipeline/embedding/embed-papers.ts';
import { openEmbedder } from '../../pipeline/embedding/open-embedder.ts';
import { readPapers } from '../../pipeline/ingest/read-and-merge-papers.ts';
import { resolveSources } from '../../pipeline/ingest/source-files.ts';
import { pcaPlane } from '../../pipeline/map/layout.ts';
import { centerAndScale, spreadDuplicates } from '../../pipeline/map/normalize-positions.ts';
import { mapQuality } from '../../pipeline/map/quality.ts';
import { buildKnnGraph } from '../../pipeline/search/vector/build-knn-graph.ts';
import { buildHnswWithProgress } from '../../pipeline/search/vector/hnsw.ts';
import type { LayoutRun } from './map-layout.ts';

const corpus = join(import.meta.dirname, '../../../shared/corpus/papers-cs.jsonl.xz');
const PAPERS = 30_000;
/** Layout algorithm, negative sample rate and epochs: UMAP's defaults for both layout algorithms, then those of a build. */
const RUNS = [
  ['umap', 5, 200],
  ['umap-js', 5, 200],
  ['umap', 5, 200],
  ['umap', 20, 300],
] as const;

/** The layout alone, from one graph and start, by each layout algorithm in a process of its own; and the quality of the maps. */
export async function benchMap(print: (line: string) => void): Promise<void> {
  if (!existsSync(corpus)) return print('  skipped: papers-cs.jsonl.xz is missing');
  const { vectors, graph } = await graphOfPapers();
  const start = runToCompletion(pcaPlane(vectors, 42));
  centerAndScale(start, 10);
  spreadDuplicates(start);
  const folder = mkdtempSync(join(tmpdir(), 'paperfield-map-'));
  try {
    const file = join(folder, 'task');
    writeFileSync(file, serialize({ graph, start }));
    print(`  ${graph.count} papers, ${graph.k} neighbors each`);
    for (const [name, negativeSampleRate, epochs] of RUNS) {
      const { map, wallMs, cpuMs, bytesBefore, maxBytes } = runInProcess(file, name, negativeSampleRate, epochs);
      const quality = runToCompletion(mapQuality(vectors, graph, map, 1));
      print(
        `    ${name.padEnd(8)} ${epochs} epochs, ${String(negativeSampleRate).padStart(2)} negative samples   ` +
          `${(wallMs / 1000).toFixed(1).padStart(6)} s (CPU ${(cpuMs / 1000).toFixed(1)} s)   ` +
          `peak ${mebibytes(maxBytes)} MiB, ${mebibytes(maxBytes - bytesBefore)} of them for the layout   ` +
          `trustworthiness ${quality.trustworthiness?.toFixed(4)}, neighbor recall ${quality.neighborRecall?.toFixed(4)}, ` +
          `distance correlation ${quality.distanceCorrelation?.toFixed(3)}`,
      );
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function runInProcess(file: string, name: string, negativeSampleRate: number, epochs: number): LayoutRun {
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
  const effects = silentEffects();
  const { papers } = await readPapers(await resolveSources([corpus], process.stdin), effects);
  const sample = Array.from(sampleRows(papers.length, PAPERS, createSeededRandom(5)), (row) => papers[row]);
  const embedder = await openEmbedder('embedded', tmpdir(), effects);
  const { vectors } = await embedPapers(sample, embedder, { read: () => false, append: () => undefined }, effects);
  await embedder.close();
  const leading = embedder.settings.leadingDimensions;
  const index = await buildHnswWithProgress(
    vectors,
    { m: 16, efConstruction: 200, seed: 42, leadingDimensions: leading },
    effects,
  );
  return { vectors, graph: await buildKnnGraph(vectors, index, { k: 15 }, effects) };
}

function mebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(0);
}
