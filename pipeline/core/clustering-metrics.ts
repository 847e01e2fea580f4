/** Two groupings of the same things: entry i of each is the number of the group that thing i is in. */
type Groups = Int32Array;

/** How often each pair of groups meets, and how large each group is. */
function contingency(a: Groups, b: Groups) {
  const both = new Map<string, number>();
  const sizesA = new Map<number, number>();
  const sizesB = new Map<number, number>();
  for (let i = 0; i < a.length; i++) {
    const key = `${a[i]},${b[i]}`;
    both.set(key, (both.get(key) ?? 0) + 1);
    sizesA.set(a[i], (sizesA.get(a[i]) ?? 0) + 1);
    sizesB.set(b[i], (sizesB.get(b[i]) ?? 0) + 1);
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
 */
export function adjustedRandIndex(a: Groups, b: Groups): number {
  const pairs = (n: number) => (n * (n - 1)) / 2;
  const sumOf = (sizes: Iterable<number>) => [...sizes].reduce((sum, size) => sum + pairs(size), 0);
  const { both, sizesA, sizesB } = contingency(a, b);
  const together = sumOf(both.values());
  const inA = sumOf(sizesA.values());
  const inB = sumOf(sizesB.values());
  const expected = a.length > 1 ? (inA * inB) / pairs(a.length) : 0;
  const most = (inA + inB) / 2;
  return most === expected ? 1 : (together - expected) / (most - expected);
}
