/** Groups topics into super-topics. */
import { type Merge, meanResolution } from './paris.ts';
import type { Partition } from './refine.ts';
import { type ClusterNode, mergesOf, SPLIT_MARGIN } from './subdivide.ts';

/**
 * Groups topics into super-topics by agglomerative clustering. Among the cuts that give a quarter to a half as many
 * super-topics as topics, takes the one with the widest gap between the resolutions of the merges on both sides: over
 * that range of resolutions the number of super-topics stays the same. A topic that has not merged by then becomes a root
 * beside the super-topics.
 *
 * @param partition the topics came from, with the clusters in their order
 * @param resolution of the topics
 * @returns the roots, and the resolution of the cut that consists of them; undefined for fewer than four topics and if
 *   no two topics are connected
 */
export function groupIntoSuperTopics(
  partition: Partition,
  topics: readonly ClusterNode[],
  resolution: number,
): { readonly roots: readonly ClusterNode[]; readonly resolution: number } | undefined {
  const merges = mergesOf(partition);
  const made = widestGap(merges, Math.max(2, Math.ceil(topics.length / 4)), topics.length >> 1);
  if (made === undefined) return undefined;
  const clusters: (Cluster | undefined)[] = topics.map((topic) => ({ topics: [topic], merges: [] }));
  for (const merge of merges.slice(0, made)) {
    const pair = [clusters[merge.a], clusters[merge.b]].filter((cluster) => cluster !== undefined);
    clusters[merge.a] = undefined;
    clusters[merge.b] = undefined;
    clusters.push({
      topics: pair.flatMap((cluster) => cluster.topics),
      merges: [...pair.flatMap((cluster) => cluster.merges), merge],
    });
  }
  const roots = clusters.filter((cluster) => cluster !== undefined).map((cluster) => toNode(cluster, resolution));
  const last = merges[made - 1].resolution;
  // If the next merge would join unconnected clusters, its resolution is 0: cut just below the last merge.
  const next = merges[made].resolution || last / 2;
  return { roots, resolution: Math.min(Math.sqrt(last * next), resolution / SPLIT_MARGIN) };
}

interface Cluster {
  readonly topics: readonly ClusterNode[];
  /** The merges that made it. */
  readonly merges: readonly Merge[];
}

function toNode({ topics, merges }: Cluster, maxResolution: number): ClusterNode {
  if (topics.length === 1) return topics[0];
  const rows = Int32Array.from(topics.flatMap((topic) => [...topic.rows])).sort();
  return { rows, children: topics, splitResolution: Math.min(maxResolution, meanResolution(merges)) };
}

/** How many merges to make so that `min` … `max` clusters are left and the next merge is relatively farthest off. */
function widestGap(merges: readonly Merge[], min: number, max: number): number | undefined {
  const nodes = merges.length + 1;
  let best: number | undefined;
  // Rounding aside, equal resolutions are no gap.
  let widest = 1 + Number.EPSILON * nodes;
  for (let made = nodes - max; made <= nodes - min; made++) {
    // Unconnected clusters merge at 0; they have nothing in common.
    if (merges[made - 1].resolution === 0) break;
    const gap = merges[made - 1].resolution / merges[made].resolution;
    if (gap <= widest) continue;
    best = made;
    widest = gap;
  }
  return best;
}
