/** Partitions of papers: communities of the graph, refined by the vectors. */
import { seededRandom } from '../../core/algorithms/random.ts';
import type { CooperativeTask } from '../../core/cooperative.ts';
import { allocateVectors, type Vectors, vectorAt } from '../../core/vectors.ts';
import { louvain, modularity } from './louvain.ts';
import { type ClusteringInput, type Partition, refine } from './refine.ts';
import { resolutionsAround } from './resolution-sweep.ts';
import { previousClustersAt, previousClustersWithin, type WarmStart } from './warm-start.ts';
import { inducedSubgraph } from './weighted-graph.ts';

/** All papers of a corpus, and how they are to be clustered. */
export interface ClusteringTask extends ClusteringInput {
  readonly seed: number;
  /** Previous clusters are kept while they are about as good as new ones. */
  readonly warmStart?: WarmStart | undefined;
}

/** Iterations of k-means for a final partition; later ones move a handful of papers. */
const MAX_ITERATIONS = 8;
/** Iterations of k-means after which a trial is judged. */
const TRIAL_ITERATIONS = 3;
/** Trials per resolution, with different seeds. */
const TRIALS = 3;
/** Trials use resolutions up to this factor from the requested one: small enough that the result cannot change abruptly. */
const TRIAL_REACH = 1.15;
/**
 * New clusters replace previous ones only if their modularity, relative to the weight of the papers, is higher by more
 * than this. Two seeds differ by less.
 */
const MIN_MODULARITY_GAIN = 0.02;

/**
 * Partitions some of the papers at a resolution: Louvain communities of their subgraph, refined by k-means.
 *
 * @param rows ascending, without duplicates
 */
export function partition(task: ClusteringTask, rows: Int32Array, resolution: number): Partition {
  const input: ClusteringInput = {
    graph: inducedSubgraph(task.graph, rows),
    features: selectRows(task.features, rows),
    minSize: task.minSize,
  };
  const found = refine(input, louvain(input.graph, resolution, seededRandom(task.seed)), MAX_ITERATIONS);
  if (!task.warmStart) return found;
  const previous = previousClustersWithin(previousClustersAt(task.warmStart, resolution), rows);
  return betterOf(found, previous, input, resolution);
}

/**
 * Partitions all papers: tries several resolutions near the requested one with several seeds, and takes the trial whose
 * refined clusters have the highest modularity at the requested resolution. There graph and vectors agree best.
 */
export function* bestPartition(task: ClusteringTask, resolution: number): CooperativeTask<Partition> {
  const { graph, seed } = task;
  const trialResolutions = resolutionsAround(resolution, TRIAL_REACH);
  const steps = trialResolutions.length * TRIALS + 1;
  let done = 0;
  let best: Partition | undefined;
  let bestModularity = Number.NEGATIVE_INFINITY;
  for (const trialResolution of trialResolutions) {
    for (let run = 0; run < TRIALS; run++) {
      const trial = refine(task, louvain(graph, trialResolution, seededRandom(seed + run)), TRIAL_ITERATIONS);
      const trialModularity = modularity(graph, trial.clusterOf, trial.count, resolution);
      yield ++done / steps;
      if (best !== undefined && trialModularity <= bestModularity) continue;
      best = trial;
      bestModularity = trialModularity;
    }
  }
  const found = refine(task, best?.clusterOf ?? new Int32Array(graph.count), MAX_ITERATIONS);
  if (!task.warmStart) return found;
  return betterOf(found, previousClustersAt(task.warmStart, resolution), task, resolution);
}

/**
 * The refined previous clusters, or the partition that was found if that is clearly better or if most papers are in no
 * previous cluster.
 */
function betterOf(found: Partition, previous: Int32Array, input: ClusteringInput, resolution: number): Partition {
  if (2 * previous.filter((cluster) => cluster >= 0).length < previous.length) return found;
  const kept = refine(input, previous, MAX_ITERATIONS);
  const { graph } = input;
  const modularityOf = ({ clusterOf, count }: Partition) => modularity(graph, clusterOf, count, resolution);
  const weight = graph.strengths.reduce((sum, strength) => sum + strength, 0) / graph.totalStrength;
  return modularityOf(found) > modularityOf(kept) + MIN_MODULARITY_GAIN * weight ? found : kept;
}

function selectRows(vectors: Vectors, rows: Int32Array): Vectors {
  const selected = allocateVectors(rows.length, vectors.dimensions);
  rows.forEach((row, at) => {
    vectorAt(selected, at).set(vectorAt(vectors, row));
  });
  return selected;
}
