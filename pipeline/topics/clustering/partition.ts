import { centersOf } from '../../core/algorithms/k-means.ts';
import { seededRandom } from '../../core/algorithms/random.ts';
import { allocateVectors, dotWithRow, type Vectors, vectorAt } from '../../core/vectors.ts';
import { louvain, modularity, numbered } from './louvain.ts';
import { resolutionsAround } from './resolution-sweep.ts';
import type { OnShare } from './share.ts';
import { type PreviousGroups, previousGroupsAt } from './warm-start.ts';
import { induced, type WeightedGraph } from './weighted-graph.ts';

/** The group of each paper, 0 … count−1, or −1. */
export interface Groups {
  readonly count: number;
  readonly groupOf: Int32Array;
}

/**
 * Spherical k-means from given groups, in which a paper looks only at the centers of its own and its neighbors' groups:
 * its features are made of its neighbors, the nearest center is hardly ever another one, and the time does not grow with
 * the number of groups. A paper none of whose neighbors is in a group looks at all centers.
 *
 * @param network of the same papers as the features, none of them with itself
 * @returns the group of each paper, and the cosine with that group's center before its papers moved last
 */
export function settle(
  network: WeightedGraph,
  features: Vectors,
  start: Groups,
  mostRounds: number,
): { readonly groupOf: Int32Array; readonly fitOf: Float32Array } {
  let { groupOf } = start;
  const fitOf = new Float32Array(features.count);
  const every = Int32Array.from({ length: start.count }, (_, group) => group);
  const near = new Int32Array(start.count);
  const metBy = new Int32Array(start.count).fill(-1);
  const nearGroups = (row: number): Int32Array => {
    let found = 0;
    const meet = (group: number) => {
      if (group < 0 || metBy[group] === row) return;
      metBy[group] = row;
      near[found++] = group;
    };
    meet(groupOf[row]);
    for (let edge = network.starts[row]; edge < network.starts[row + 1]; edge++) meet(groupOf[network.targets[edge]]);
    return found > 0 ? near.subarray(0, found) : every;
  };
  for (let round = 0; round < mostRounds; round++) {
    const centers = centersOf(features, groupOf, start.count);
    metBy.fill(-1);
    let moved = 0;
    const next = groupOf.slice();
    for (let row = 0; row < features.count; row++) {
      const vector = vectorAt(features, row);
      fitOf[row] = Number.NEGATIVE_INFINITY;
      for (const group of nearGroups(row)) {
        const fit = Math.fround(dotWithRow(centers, group, vector));
        if (fit <= fitOf[row]) continue;
        fitOf[row] = fit;
        next[row] = group;
      }
      if (next[row] !== groupOf[row]) moved++;
    }
    groupOf = next;
    if (moved === 0) break;
  }
  return { groupOf, fitOf };
}

/** What topics are made from. */
interface Part {
  readonly network: WeightedGraph;
  readonly features: Vectors;
  /** Papers that make a group at the least. */
  readonly smallest: number;
}

export interface Material extends Part {
  readonly seed: number;
  /** Where papers were before: groups that are as good still are kept. */
  readonly previous?: PreviousGroups | undefined;
}

/** Papers parted into groups. Columns, and the nodes of the network, are parallel to the rows that were parted. */
export interface Division {
  readonly network: WeightedGraph;
  readonly count: number;
  /** The nearest group of each, whether or not the paper fits it. */
  readonly groupOf: Int32Array;
  /** Cosine with the group's center, without what all papers have in common. */
  readonly fitOf: Float32Array;
}

/** Rounds of moving to the nearest center: what moves later is a handful. */
const ROUNDS = 8;
/** Rounds after which a trial is judged. */
const TRIAL_ROUNDS = 3;
/** Trials at a resolution, from different starts. */
const RUNS = 3;
/** Trials are made at resolutions up to this factor from the wished one: what is chosen cannot leap far. */
const TRIAL_REACH = 1.15;
/** A group is not smaller than this share of the mean group: beside topics of hundreds, five papers are none. */
const SMALLEST_SHARE = 1 / 20;
/**
 * New groups take the place of previous ones where so much more of the weight is within groups, less chance. Two seeds differ
 * by less.
 */
const CLEARLY_BETTER = 0.02;

/**
 * Parts papers into the communities of the network at a resolution; then each paper goes to the group whose center is
 * nearest, as in spherical k-means, and groups left with too few papers are given up.
 *
 * @param rows ascending, without repeats
 */
export function divide(material: Material, rows: Int32Array, resolution: number): Division {
  const part: Part = {
    network: induced(material.network, rows),
    features: rowsOf(material.features, rows),
    smallest: material.smallest,
  };
  const found = settled(part, louvain(part.network, resolution, seededRandom(material.seed)), ROUNDS);
  if (!material.previous) return found;
  return better(found, startOf(previousGroupsAt(material.previous, resolution), rows), part, resolution);
}

/** The previous groups of which more than half is among the rows; −1 for papers of others, which came from elsewhere. */
function startOf(before: Int32Array, rows: Int32Array): Int32Array {
  const sizes = new Map<number, number>();
  const here = new Map<number, number>();
  for (const group of before) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  for (const row of rows) here.set(before[row], (here.get(before[row]) ?? 0) + 1);
  return rows.map((row) => (2 * (here.get(before[row]) ?? 0) > (sizes.get(before[row]) ?? 0) ? before[row] : -1));
}

/** Previous groups, settled, unless what was found is clearly the better of the two at a resolution, or most papers are in none. */
function better(found: Division, previous: Int32Array, part: Part, resolution: number): Division {
  if (2 * previous.filter((group) => group >= 0).length < previous.length) return found;
  const kept = settled(part, previous, ROUNDS);
  const { network } = part;
  const worth = ({ groupOf, count }: Division) => modularity(network, groupOf, count, resolution);
  const weight = network.strengths.reduce((sum, strength) => sum + strength, 0) / network.total;
  return worth(found) > worth(kept) + CLEARLY_BETTER * weight ? found : kept;
}

/**
 * Parts all papers at several resolutions near the wished one, and keeps the parting whose groups are the best communities
 * still (modularity at the wished resolution) after their papers went to the nearest centers: there graph and vectors
 * agree.
 */
export function divideWell(material: Material, wished: number, onShare: OnShare): Division {
  const { network, seed } = material;
  const resolutions = resolutionsAround(wished, TRIAL_REACH);
  const steps = resolutions.length * RUNS + 1;
  let done = 0;
  let best: Division | undefined;
  let most = Number.NEGATIVE_INFINITY;
  for (const resolution of resolutions) {
    for (let run = 0; run < RUNS; run++) {
      const trial = settled(material, louvain(network, resolution, seededRandom(seed + run)), TRIAL_ROUNDS);
      const worth = modularity(network, trial.groupOf, trial.count, wished);
      onShare(++done / steps);
      if (best !== undefined && worth <= most) continue;
      best = trial;
      most = worth;
    }
  }
  const found = settled(material, best?.groupOf ?? new Int32Array(network.count), ROUNDS);
  if (!material.previous) return found;
  return better(found, previousGroupsAt(material.previous, wished), material, wished);
}

/** @param communities −1 for papers that are in none yet */
function settled({ network, features, smallest }: Part, communities: Int32Array, rounds: number): Division {
  let groups = kept(communities, smallest);
  for (;;) {
    if (groups.count <= 1) groups = { groupOf: new Int32Array(features.count), count: 1 };
    const { groupOf, fitOf } = settle(network, features, groups, rounds);
    const next = kept(groupOf, smallest);
    if (next.count === groups.count || groups.count === 1) return { network, count: groups.count, groupOf, fitOf };
    groups = next;
  }
}

/** Groups of enough papers, numbered anew; the papers of the others are in −1. */
function kept(groupOf: Int32Array, smallest: number) {
  const { groupOf: groups, count } = numbered(groupOf);
  const sizes = new Int32Array(count);
  for (const group of groups) sizes[group]++;
  const least = Math.max(smallest, Math.ceil((groups.length / Math.max(1, count)) * SMALLEST_SHARE));
  let left = 0;
  const none = groups[groupOf.indexOf(-1)];
  const numberOf = sizes.map((size, group) => (size >= least && group !== none ? left++ : -1));
  return { groupOf: groups.map((group) => numberOf[group]), count: left };
}

function rowsOf(vectors: Vectors, rows: Int32Array): Vectors {
  const some = allocateVectors(rows.length, vectors.dimensions);
  rows.forEach((row, at) => {
    vectorAt(some, at).set(vectorAt(vectors, row));
  });
  return some;
}
