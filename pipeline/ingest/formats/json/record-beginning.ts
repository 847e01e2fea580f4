/** Recognizes by its first keys where a record of a JSON file begins, to go on after damage. Pure functions. */

const KEY = '"(?:[^"\\\\]|\\\\.){1,100}"';
const SCALAR = '(?:"(?:[^"\\\\]|\\\\.){0,2000}"|-?[\\d.eE+-]{1,30}|true|false|null)';
const FIRST_KEYS = new RegExp(`^\\{\\s*(${KEY})\\s*:\\s*(?:${SCALAR}\\s*,\\s*(${KEY})\\s*:)?`, 's');
/** Any object with a member. */
export const ANY_OBJECT = /\{\s*"/;
/** Keys with which objects within records begin too. */
const COMMON_KEYS = /^"(?:_?id|name|key|type|display_name)"$/;

/** Recognizes records that begin with the same keys as this one: with the same two if the first is a common one. */
export function beginningOf(text: string): RegExp | undefined {
  const [, first, second] = FIRST_KEYS.exec(text.slice(0, 3000)) ?? [];
  if (first === undefined) return undefined;
  const begin = `\\{\\s*${escaped(first)}\\s*:`;
  return new RegExp(
    COMMON_KEYS.test(first) && second !== undefined ? `${begin}\\s*${SCALAR}\\s*,\\s*${escaped(second)}\\s*:` : begin,
    's',
  );
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
