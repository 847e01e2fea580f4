/** Measures of how much two clusterings of the same items agree. */

/** The number of the cluster of each item, an integer in −1 … 2²⁴. */
type Clustering = Int32Array;

/** The contingency table of two clusterings: the size of each cluster, and of each intersection of two clusters. */
function contingency(a: Clustering, b: Clustering, weights?: ArrayLike<number>) {
  const both = new Map<number, number>();
  const sizesA = new Map<number, number>();
  const sizesB = new Map<number, number>();
  for (let i = 0; i < a.length; i++) {
    const weight = weights ? weights[i] : 1;
    // The key of a pair of clusters is one number: with string keys, building the keys took most of the time.
    const key = a[i] * 2 ** 25 + b[i];
    both.set(key, (both.get(key) ?? 0) + weight);
    sizesA.set(a[i], (sizesA.get(a[i]) ?? 0) + weight);
    sizesB.set(b[i], (sizesB.get(b[i]) ?? 0) + weight);
  }
  return { both, sizesA, sizesB };
}

/**
 * V-measure: the harmonic mean of homogeneity (each cluster has only one label) and completeness (each label is in only
 * one cluster) (Rosenberg & Hirschberg, 2007). In [0, 1]; 1 for equal clusterings, however clusters are numbered.
 */
export function vMeasure(labels: Clustering, clusters: Clustering): number {
  const { both, sizesA, sizesB } = contingency(labels, clusters);
  const total = labels.length;
  const labelEntropy = entropy(sizesA.values(), total);
  const clusterEntropy = entropy(sizesB.values(), total);
  const mutualInformation = labelEntropy + clusterEntropy - entropy(both.values(), total);
  const homogeneity = labelEntropy > 0 ? mutualInformation / labelEntropy : 1;
  const completeness = clusterEntropy > 0 ? mutualInformation / clusterEntropy : 1;
  const sum = homogeneity + completeness;
  return sum > 0 ? Math.max(0, (2 * homogeneity * completeness) / sum) : 0;
}

/** Shannon entropy, in nats, of the distribution of `total` items over clusters of these sizes. */
function entropy(sizes: Iterable<number>, total: number): number {
  let sum = 0;
  for (const size of sizes) sum -= (size / total) * Math.log(size / total);
  return sum;
}

/**
 * Adjusted Rand index: the share of pairs of items on which two clusterings agree, adjusted for chance (Hubert &
 * Arabie, 1985). At most 1, for equal clusterings; 0 is the expected value of random ones.
 *
 * @param weights how many items each entry stands for; 1 if absent
 */
export function adjustedRandIndex(a: Clustering, b: Clustering, weights?: ArrayLike<number>): number {
  const pairs = (n: number) => (n * (n - 1)) / 2;
  const pairsWithin = (sizes: Iterable<number>) => [...sizes].reduce((sum, size) => sum + pairs(size), 0);
  const { both, sizesA, sizesB } = contingency(a, b, weights);
  const items = [...sizesA.values()].reduce((sum, size) => sum + size, 0);
  const index = pairsWithin(both.values());
  const inA = pairsWithin(sizesA.values());
  const inB = pairsWithin(sizesB.values());
  const expectedIndex = items > 1 ? (inA * inB) / pairs(items) : 0;
  const maxIndex = (inA + inB) / 2;
  return maxIndex === expectedIndex ? 1 : (index - expectedIndex) / (maxIndex - expectedIndex);
}
