/** Compares and merges the content that a source had and has. Pure functions. */
import type { FetchedEntry } from './fetched-folder.ts';

/** Number of records, as far as they were counted. */
export const recordsIn = (entries: readonly FetchedEntry[]) =>
  entries.reduce((sum, { records = 0 }) => sum + records, 0);
/** Size before compression. */
export const bytesIn = (entries: readonly FetchedEntry[]) => entries.reduce((sum, { bytes }) => sum + bytes, 0);

/** The entries that stay when others come: neither with the same key nor with the same content as one of those. */
export function withoutReplaced(entries: readonly FetchedEntry[], others: readonly FetchedEntry[]): FetchedEntry[] {
  const keys = new Set(others.map(({ key }) => key));
  const files = new Set(others.filter(({ key }) => key === undefined).map(({ file }) => file));
  return entries.filter(({ key, file }) => (key === undefined ? !files.has(file) || file === '' : !keys.has(key)));
}

/** Whether a source has the same content as before, in whatever order. */
export function sameContent(a: readonly FetchedEntry[], b: readonly FetchedEntry[]): boolean {
  const identity = (entries: readonly FetchedEntry[]) =>
    entries
      .map(({ file, key }) => `${file} ${key ?? ''}`)
      .sort()
      .join('\n');
  return identity(a) === identity(b);
}

/** What is suspicious about a complete list that has much less than the one before; undefined if it has enough. */
export function shrinkingOf(
  before: readonly FetchedEntry[],
  now: readonly FetchedEntry[],
  minShare: number,
): string | undefined {
  const isCounted = [...before, ...now].every(({ records }) => records !== undefined);
  const [had, has] = isCounted ? [recordsIn(before), recordsIn(now)] : [bytesIn(before), bytesIn(now)];
  if (has >= had * minShare) return undefined;
  const unit = isCounted ? 'records' : 'bytes';
  return `it has ${has.toLocaleString('en-US')} ${unit} where it had ${had.toLocaleString('en-US')}, which looks incomplete; if it is meant, set minShare of this source to 0 for one run`;
}
