import { fuzzyGraph } from './fuzzy-graph.ts';
import type { Projector } from './projector.ts';
import { fitUmapCurve, layOut, springsOf } from './umap.ts';

/** UMAP by our own code, in typed arrays. */
export const projectByKernel: Projector = (task, onEpoch) => {
  const { graph, start, epochs, minDist, negativeSampleRate, rate, seed } = task;
  const places = new Float32Array(2 * graph.count);
  for (let row = 0; row < graph.count; row++) {
    places[2 * row] = start.x[row];
    places[2 * row + 1] = start.y[row];
  }
  const springs = springsOf(fuzzyGraph(graph), epochs);
  const curve = fitUmapCurve(minDist);
  layOut(places, springs, { epochs, curve, negativeSampleRate, rate, seed, tailsMove: true }, onEpoch);
  return {
    x: Float32Array.from(start.x, (_, row) => places[2 * row]),
    y: Float32Array.from(start.y, (_, row) => places[2 * row + 1]),
  };
};
