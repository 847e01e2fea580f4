/** `p50 3.1 ms, p95 4.0 ms`, of times in milliseconds. */
export function told(times: readonly number[], digits = 1): string {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))].toFixed(digits);
  return `p50 ${at(0.5)} ms, p95 ${at(0.95)} ms`;
}
