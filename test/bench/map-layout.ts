/** One layout in a process of its own, started by `map.ts`: `map-layout.ts FILE ALGORITHM NEGATIVE_SAMPLE_RATE EPOCHS`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { deserialize, serialize } from 'node:v8';
import type { KnnGraph } from '../../pipeline/core/knn-graph.ts';
import type { MapPositions } from '../../pipeline/core/map-positions.ts';
import { loadLayoutAlgorithm } from '../../pipeline/map/layout.ts';
import type { LayoutAlgorithmName } from '../../pipeline/map/layout-algorithm.ts';

/** What it writes to FILE.ALGORITHM. */
export interface LayoutRun {
  readonly map: MapPositions;
  readonly wallMs: number;
  /** CPU time of all threads, which does not depend on other load. */
  readonly cpuMs: number;
  /** Resident memory of the process before the layout, and its maximum during it, bytes. */
  readonly bytesBefore: number;
  readonly maxBytes: number;
}

const [file, name, negativeSampleRate, epochs] = process.argv.slice(2);
const { graph, start } = deserialize(readFileSync(file)) as { graph: KnnGraph; start: MapPositions };
const layoutAlgorithm = await loadLayoutAlgorithm(name as LayoutAlgorithmName);
// Read after each epoch: the peak that the system reports for a process may be that of its parent.
const bytesBefore = process.memoryUsage.rss();
let maxBytes = bytesBefore;
const readMemory = () => {
  maxBytes = Math.max(maxBytes, process.memoryUsage.rss());
};
const startTime = performance.now();
const startCpu = process.cpuUsage();
const task = layoutAlgorithm({
  graph,
  start,
  epochs: Number(epochs),
  minDist: 0.1,
  negativeSampleRate: Number(negativeSampleRate),
  learningRate: 1,
  seed: 42,
});
let step = task.next();
for (; !step.done; step = task.next()) readMemory();
const wallMs = performance.now() - startTime;
const { user, system } = process.cpuUsage(startCpu);
readMemory();
const run: LayoutRun = { map: step.value, wallMs, cpuMs: (user + system) / 1000, bytesBefore, maxBytes };
writeFileSync(`${file}.${name}`, serialize(run));
