/** Two groupings of the same things: entry i of each is the number of the group that thing i is in, −1 … 2²⁴. */
type Groups = Int32Array;

/** How many things each pair of groups has in common, and each group holds; thing i counts `weights[i]` times. */
function contingency(a: Groups, b: Groups, weights?: ArrayLike<number>) {
  const both = new Map<number, number>();
  const sizesA = new Map<number, number>();
  const sizesB = new Map<number, number>();
  for (let i = 0; i < a.length; i++) {
    const weight = weights ? weights[i] : 1;
    // One number for the pair: as text, it took most of the time.
    const key = a[i] * 2 ** 25 + b[i];
    both.set(key, (both.get(key) ?? 0) + weight);
    sizesA.set(a[i], (sizesA.get(a[i]) ?? 0) + weight);
    sizesB.set(b[i], (sizesB.get(b[i]) ?? 0) + weight);
  }
  return { both, sizesA, sizesB };
}

/**
 * V-measure: the harmonic mean of homogeneity (a cluster holds one label) and completeness (a label is in one cluster)
 * (Rosenberg & Hirschberg, 2007). Between 0 and 1, 1 for equal groupings whatever their numbers.
 */
export function vMeasure(labels: Groups, clusters: Groups): number {
  const { both, sizesA, sizesB } = contingency(labels, clusters);
  const total = labels.length;
  const labelEntropy = entropy(sizesA.values(), total);
  const clusterEntropy = entropy(sizesB.values(), total);
  const mutual = labelEntropy + clusterEntropy - entropy(both.values(), total);
  const homogeneity = labelEntropy > 0 ? mutual / labelEntropy : 1;
  const completeness = clusterEntropy > 0 ? mutual / clusterEntropy : 1;
  const sum = homogeneity + completeness;
  return sum > 0 ? Math.max(0, (2 * homogeneity * completeness) / sum) : 0;
}

function entropy(sizes: Iterable<number>, total: number): number {
  let bits = 0;
  for (const size of sizes) bits -= (size / total) * Math.log(size / total);
  return bits;
}

/**
 * Adjusted Rand index: the share of pairs on which two groupings agree, 0 for what chance would give and 1 for equal
 * groupings (Hubert & Arabie, 1985).
 *
 * @param weights how many things each entry stands for; one, where they are left out
 */
export function adjustedRandIndex(a: Groups, b: Groups, weights?: ArrayLike<number>): number {
  const pairs = (n: number) => (n * (n - 1)) / 2;
  const sumOf = (sizes: Iterable<number>) => [...sizes].reduce((sum, size) => sum + pairs(size), 0);
  const { both, sizesA, sizesB } = contingency(a, b, weights);
  const things = [...sizesA.values()].reduce((sum, size) => sum + size, 0);
  const together = sumOf(both.values());
  const inA = sumOf(sizesA.values());
  const inB = sumOf(sizesB.values());
  const expected = things > 1 ? (inA * inB) / pairs(things) : 0;
  const most = (inA + inB) / 2;
  return most === expected ? 1 : (together - expected) / (most - expected);
}
