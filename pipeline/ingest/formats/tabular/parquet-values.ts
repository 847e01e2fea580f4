/** Makes values of Parquet columns what they would be in JSON. Pure functions. */

/** How deep lists and objects are followed. */
const MAX_DEPTH = 20;

/**
 * A value as JSON could hold it: timestamps as ISO 8601 (only the day if it is midnight in UTC), integers beyond 2^53
 * as digits, typed arrays as lists, bytes as text if they are UTF-8. Undefined if it is nothing of this.
 */
export function plainValue(value: unknown, depth = 0): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'object' || value === null) return value;
  if (depth > MAX_DEPTH) return undefined;
  if (value instanceof Date) return isoOf(value);
  if (value instanceof Uint8Array) return textOf(value);
  if (ArrayBuffer.isView(value))
    return 'length' in value ? Array.from(value as unknown as ArrayLike<unknown>, plainOf(depth)) : undefined;
  if (Array.isArray(value)) return value.map(plainOf(depth));
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, plainValue(one, depth + 1)]));
}

function plainOf(depth: number): (value: unknown) => unknown {
  return (value) => plainValue(value, depth + 1) ?? null;
}

function isoOf(date: Date): string | undefined {
  if (Number.isNaN(date.getTime())) return undefined;
  const text = date.toISOString();
  return text.endsWith('T00:00:00.000Z') ? text.slice(0, -14) : text;
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
