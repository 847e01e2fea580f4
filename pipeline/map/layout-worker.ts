import { parentPort, workerData } from 'node:worker_threads';
import type { Projection } from '../core/map-positions.ts';
import type { Told } from '../runtime/worker-thread.ts';
import { type LayoutTask, openProjector, type ProjectorName } from './projector.ts';

/** A thread for one layout: says the number of each round that is done, then the places. */
const { name, task } = workerData as { name: ProjectorName; task: LayoutTask };
const tell = (told: Told<Projection>) => parentPort?.postMessage(told);

const project = await openProjector(name);
tell({ result: project(task, (done) => tell({ at: done })) });
