/** Which snapshot this browser has seen. Kept in the browser, and told to nobody but as `since` of a question. */

const KEY = 'paperfield-seen';

interface Seen {
  /** The snapshot whose new papers have been looked at, or the one of the first visit. */
  snapshot: string;
  /** When that was: `YYYY-MM-DD`. */
  day: string;
}

/** What stands in the browser; null at a first visit, and where nothing may be kept. */
export function lastSeen(): Seen | null {
  try {
    const seen: unknown = JSON.parse(localStorage.getItem(KEY) ?? 'null');
    const isSeen = typeof seen === 'object' && seen !== null && 'snapshot' in seen && 'day' in seen;
    if (!isSeen || typeof seen.snapshot !== 'string' || typeof seen.day !== 'string') return null;
    return { snapshot: seen.snapshot, day: seen.day };
  } catch {
    return null;
  }
}

export function noteSeen(snapshot: string): void {
  try {
    localStorage.setItem(KEY, JSON.stringify({ snapshot, day: new Date().toISOString().slice(0, 10) }));
  } catch {
    // Nothing may be kept: every visit is a first one.
  }
}
