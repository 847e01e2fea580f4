import type { Projection } from '../../core/projection.ts';
import { runThread } from '../thread.ts';
import { type LayoutTask, openProjector, type ProjectorName } from './projector.ts';

/** Up to so many rows a thread would take longer to start than the layout does. */
const HERE_UP_TO = 500;

/**
 * Lays a graph out, a large one on a thread of its own. The places are the same either way.
 *
 * @param onEpoch told after each round how many are done
 * @param signal stops the layout: it is rejected with the signal's reason, and no further round is told
 */
export async function layOutAside(
  name: ProjectorName,
  task: LayoutTask,
  onEpoch: (done: number) => void,
  signal: AbortSignal,
): Promise<Projection> {
  signal.throwIfAborted();
  if (task.graph.count <= HERE_UP_TO) {
    const project = await openProjector(name);
    return project(task, (done) => {
      onEpoch(done);
      signal.throwIfAborted();
    });
  }
  const file = new URL('./layout-worker.mjs', import.meta.url);
  return runThread({ file, name: 'layout', task: { name, task } }, onEpoch, signal);
}
