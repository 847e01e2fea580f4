/** The bins that a brush keeps, from one to another, both within. Pure. */

export interface Window {
  from: number;
  to: number;
}

/** A window within `bins` bins, its ends in order. */
export function windowOf(a: number, b: number, bins: number): Window {
  const clamp = (bin: number) => Math.min(bins - 1, Math.max(0, Math.round(bin)));
  return { from: clamp(Math.min(a, b)), to: clamp(Math.max(a, b)) };
}

export function isAll({ from, to }: Window, bins: number): boolean {
  return from === 0 && to === bins - 1;
}

/** The window moved by some bins, as far as there are any, as wide as before. */
export function moved({ from, to }: Window, by: number, bins: number): Window {
  const step = Math.min(bins - 1 - to, Math.max(-from, by));
  return { from: from + step, to: to + step };
}

/** What is shown next when time plays: one bin on; from all, or from the end, a window at the beginning. */
export function nextWindow(now: Window, bins: number): Window {
  const width = isAll(now, bins) ? Math.max(1, Math.round(bins / 12)) : now.to - now.from + 1;
  if (isAll(now, bins) || now.to === bins - 1) return { from: 0, to: Math.min(bins - 1, width - 1) };
  return moved(now, 1, bins);
}
