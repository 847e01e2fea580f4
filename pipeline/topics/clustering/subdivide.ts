import { type Merge, paris } from './paris.ts';
import { type Division, divide, type Material } from './partition.ts';
import { type OnShare, stretch } from './share.ts';
import { contract } from './weighted-graph.ts';

/** A node of a tree that grows. */
export interface Branch {
  /** Papers in it, ascending. */
  readonly rows: Int32Array;
  readonly parts: readonly Branch[];
  /** The resolution from which its parts stand in its place; infinite without any. */
  readonly splitResolution: number;
}

/** From the topics to their parts, and on: each floor is so many times as fine. */
export const FINER = 3;
/** Floors below the topics at the most. */
export const MOST_FLOORS = 3;
/** A floor is made only where its mean node holds so many times the papers that the smallest must. */
const MEAN_OVER_SMALLEST = 3;
/** A paper whose cosine with its group's center is below this has not much in common with it, and stays out. */
const LEAST_FIT = 0.25;
/** Where a split would be due at the resolution of its own floor or before, it comes just beyond. */
const BEYOND = 1.01;

/**
 * Grows the parts of each branch, and theirs, as long as a floor's nodes are of a size worth a name. A floor is made as a
 * whole or not at all.
 *
 * @param resolution at which the branches were parted
 */
export function growParts(
  material: Material,
  branches: readonly Branch[],
  resolution: number,
  onShare: OnShare,
  floors = MOST_FLOORS,
): readonly Branch[] {
  if (floors === 0) return branches;
  const finer = resolution * FINER;
  const papers = branches.reduce((sum, { rows }) => sum + rows.length, 0);
  let parted = 0;
  const divisions = branches.map(({ rows }) => {
    const division = divide(material, rows, finer);
    parted += rows.length;
    onShare(parted / papers / floors);
    return division;
  });
  const nodes = divisions.reduce((sum, { count }) => sum + count, 0);
  if (papers < nodes * material.smallest * MEAN_OVER_SMALLEST) return branches;
  const parts = divisions.map((division, at) =>
    division.count > 1 ? fitting(branches[at].rows, division, material.smallest, LEAST_FIT) : [branches[at]],
  );
  // All nodes of a floor grow together: whether there is a next one is one question. What did not part may yet.
  const grown = growParts(material, parts.flat(), finer, stretch(onShare, 1 / floors, 1), floors - 1);
  let next = 0;
  return branches.map((branch, at) => {
    const own = grown.slice(next, next + parts[at].length);
    next += own.length;
    if (own.length === 1) return own[0];
    const splitResolution = Math.min(finer, Math.max(resolution * BEYOND, middle(mergesOf(divisions[at]))));
    return { ...branch, splitResolution, parts: own };
  });
}

/**
 * The groups of a division as branches, in its order. A paper that does not fit its group is left out of it; a group that
 * too few fit is kept whole.
 */
export function fitting(rows: Int32Array, division: Division, smallest: number, leastFit: number): Branch[] {
  const { count, groupOf, fitOf } = division;
  return Array.from({ length: count }, (_, group) => {
    const all = rows.filter((_row, at) => groupOf[at] === group);
    const fit = rows.filter((_row, at) => groupOf[at] === group && fitOf[at] >= leastFit);
    return { rows: fit.length >= smallest ? fit : all, parts: [], splitResolution: Number.POSITIVE_INFINITY };
  });
}

/** The bar for a fit that leaves out at most this share, the worst of them; lower than the usual one only where many fit badly. */
export function leastFitFor({ fitOf }: Division, mostShare: number): number {
  const ordered = fitOf.slice().sort();
  return Math.min(LEAST_FIT, ordered[Math.floor(ordered.length * mostShare)] ?? 0);
}

/**
 * Topics put together into fields. Of the merges that leave a half to a quarter as many fields as topics, the two that lie
 * furthest apart in resolution are cut between: there the number of fields stands still the longest. A topic that has
 * not merged by then stands beside the fields. Undefined for fewer than four topics, and where none are linked.
 *
 * @param topics the branches of the division, in its order
 * @param resolution of the topics
 */
export function fieldsOf(
  division: Division,
  topics: readonly Branch[],
  resolution: number,
): { readonly roots: readonly Branch[]; readonly resolution: number } | undefined {
  const merges = mergesOf(division);
  const cut = widestGap(merges, Math.max(2, Math.ceil(topics.length / 4)), topics.length >> 1);
  if (cut === undefined) return undefined;
  const clusters: (Field | undefined)[] = topics.map((topic) => ({ topics: [topic], merges: [] }));
  for (const merge of merges.slice(0, cut)) {
    const both = [clusters[merge.a], clusters[merge.b]].filter((field) => field !== undefined);
    clusters[merge.a] = undefined;
    clusters[merge.b] = undefined;
    clusters.push({
      topics: both.flatMap((field) => field.topics),
      merges: [...both.flatMap((field) => field.merges), merge],
    });
  }
  const roots = clusters.filter((field) => field !== undefined).map((field) => asBranch(field, resolution));
  // Where nothing links the clusters of the next merge, just below the last.
  const below = merges[cut].resolution || merges[cut - 1].resolution / 2;
  const between = Math.sqrt(merges[cut - 1].resolution * below);
  return { roots, resolution: Math.min(between, resolution / BEYOND) };
}

interface Field {
  readonly topics: readonly Branch[];
  readonly merges: readonly Merge[];
}

function asBranch({ topics, merges }: Field, finest: number): Branch {
  if (topics.length === 1) return topics[0];
  const rows = Int32Array.from(topics.flatMap((topic) => [...topic.rows])).sort();
  return { rows, parts: topics, splitResolution: Math.min(finest, middle(merges)) };
}

/** How many merges to make so that `fewest` … `most` clusters are left, and the next merge is as far off as can be. */
function widestGap(merges: readonly Merge[], fewest: number, most: number): number | undefined {
  const nodes = merges.length + 1;
  let best: number | undefined;
  // Merges at one resolution cannot be cut between, and islands, which merge at 0, have nothing in common.
  let widest = 1 + Number.EPSILON * nodes;
  for (let made = nodes - most; made <= nodes - fewest; made++) {
    if (merges[made - 1].resolution === 0) break;
    const gap = merges[made - 1].resolution / merges[made].resolution;
    if (gap <= widest) continue;
    best = made;
    widest = gap;
  }
  return best;
}

/** The resolution at which what merged so is about half apart: the geometric mean of the merges, 0 where one is of nothing. */
function middle(merges: readonly Merge[]): number {
  return Math.exp(merges.reduce((sum, { resolution }) => sum + Math.log(resolution), 0) / merges.length);
}

function mergesOf({ network, groupOf, count }: Division) {
  return paris(contract(network, groupOf, count));
}
