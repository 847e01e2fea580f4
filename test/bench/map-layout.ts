/** One layout in a process of its own: `map-layout.ts FILE NAME NEGATIVES EPOCHS`. Used by `map.ts`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { deserialize, serialize } from 'node:v8';
import type { KnnGraph } from '../../pipeline/core/knn-graph.ts';
import type { Projection } from '../../pipeline/core/map-positions.ts';
import { openProjector, type ProjectorName } from '../../pipeline/map/projector.ts';

/** What it writes to FILE.NAME. */
export interface LayoutRun {
  readonly map: Projection;
  readonly milliseconds: number;
  /** Processor time of all threads, which a busy machine does not stretch. */
  readonly processor: number;
  /** Resident memory of the process before the layout, and the most of it while it ran, bytes. */
  readonly before: number;
  readonly after: number;
}

const [file, name, negativeSampleRate, epochs] = process.argv.slice(2);
const { graph, start } = deserialize(readFileSync(file)) as { graph: KnnGraph; start: Projection };
const project = await openProjector(name as ProjectorName);
// Asked for after each round: what the system calls a process's peak may be that of the process it was made by.
const before = process.memoryUsage.rss();
let after = before;
const look = () => {
  after = Math.max(after, process.memoryUsage.rss());
};
const began = performance.now();
const used = process.cpuUsage();
const task = {
  graph,
  start,
  epochs: Number(epochs),
  minDist: 0.1,
  negativeSampleRate: Number(negativeSampleRate),
  rate: 1,
  seed: 42,
};
const map = project(task, look);
const milliseconds = performance.now() - began;
const { user, system } = process.cpuUsage(used);
look();
writeFileSync(
  `${file}.${name}`,
  serialize({ map, milliseconds, processor: (user + system) / 1000, before, after } satisfies LayoutRun),
);
