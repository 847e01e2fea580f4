/**
 * Standard error of the mean of values that come in clusters: values of one cluster may depend on each other, those of
 * different clusters do not. Cluster-robust variance with the small-sample factor G / (G − 1) for G clusters (Cameron &
 * Miller, A Practitioner's Guide to Cluster-Robust Inference, 2015). With one value per cluster it is the usual standard
 * error.
 *
 * @param clusters the cluster of each value
 * @returns null with fewer than two clusters
 */
export function clusteredStandardError(values: ArrayLike<number>, clusters: ArrayLike<number>): number | null {
  const count = values.length;
  let mean = 0;
  for (let i = 0; i < count; i++) mean += values[i] / count;
  const residuals = new Map<number, number>();
  for (let i = 0; i < count; i++) residuals.set(clusters[i], (residuals.get(clusters[i]) ?? 0) + values[i] - mean);
  const { size } = residuals;
  if (size < 2) return null;
  let squares = 0;
  for (const residual of residuals.values()) squares += residual * residual;
  return Math.sqrt((squares * size) / (size - 1)) / count;
}
