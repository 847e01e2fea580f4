import { parentPort, workerData } from 'node:worker_threads';
import { type LayoutTask, openProjector, type ProjectorName } from './projector.ts';

/** A thread for one layout: says the number of each round that is done, then the places. */
const { name, task } = workerData as { name: ProjectorName; task: LayoutTask };

const project = await openProjector(name);
parentPort?.postMessage(project(task, (done) => parentPort?.postMessage(done)));
