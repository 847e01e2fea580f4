/** Percentiles of durations in milliseconds, as `p50 3.1 ms, p95 4.0 ms`. */
export function formatPercentiles(times: readonly number[], digits = 1): string {
  const sorted = [...times].sort((a, b) => a - b);
  const percentile = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))].toFixed(digits);
  return `p50 ${percentile(0.5)} ms, p95 ${percentile(0.95)} ms`;
}
