/** Reads the fields of a JSON object that are not those of every paper: the columns of the user's data. */
import type { FieldValue } from '../core/paper.ts';
import { fieldKey } from '../core/query/column-key.ts';
import { isBlank, normalizeWhitespace, type UnkeptField } from './parsed-paper.ts';

/** The longest name of a field, in UTF-16 code units: names are part of queries and addresses. */
const MAX_NAME_LENGTH = 80;
/** The longest text of a field that is kept, in UTF-16 code units: full texts are not what a field is for. */
const MAX_TEXT_LENGTH = 20_000;
/** The most values in a list of a field. */
const MAX_LIST_LENGTH = 1000;

interface ReadFields {
  /** By name, in the order of the names; undefined if there is none. */
  readonly fields: Readonly<Record<string, FieldValue>> | undefined;
  readonly unkept: readonly UnkeptField[];
}

/**
 * Reads all fields of an object but the known ones. A field of an object within it is named with a dot
 * (`metrics.stars`). Blank and null are no value.
 */
export function readFields(object: Readonly<Record<string, unknown>>, isKnown: (name: string) => boolean): ReadFields {
  const found = new Map<string, FieldValue>();
  const unkept: UnkeptField[] = [];
  const read = (written: string, value: unknown, isNested: boolean) => {
    if (value === null || value === undefined) return;
    if (!isNested && typeof value === 'object' && !Array.isArray(value)) {
      for (const [inner, one] of Object.entries(value)) read(`${written}.${inner}`, one, true);
      return;
    }
    const name = fieldKey(written);
    const result =
      name === '' || name.length > MAX_NAME_LENGTH ? 'its name has no letter or is too long' : fieldValueOf(value);
    if (typeof result === 'string') unkept.push({ name: name || written.slice(0, MAX_NAME_LENGTH), reason: result });
    else if (result) found.set(name, result.value);
  };
  for (const [name, value] of Object.entries(object)) if (!isKnown(name)) read(name, value, false);
  if (found.size === 0) return { fields: undefined, unkept };
  const sorted = [...found].sort(([a], [b]) => (a < b ? -1 : 1));
  return { fields: Object.fromEntries(sorted), unkept };
}

/** The value of a field; undefined if it is blank; why it is not kept, as text. */
function fieldValueOf(value: unknown): { readonly value: FieldValue } | string | undefined {
  if (typeof value === 'boolean') return { value };
  // JSON has numbers that are too large for a double, such as 1e999.
  if (typeof value === 'number') return Number.isFinite(value) ? { value } : 'a number that is too large';
  if (typeof value === 'string') {
    if (isBlank(value)) return undefined;
    if (value.length > MAX_TEXT_LENGTH) return `a text of more than ${MAX_TEXT_LENGTH} characters`;
    return { value: normalizeWhitespace(value) };
  }
  if (!Array.isArray(value)) return 'an object within an object';
  if (value.length > MAX_LIST_LENGTH) return `a list of more than ${MAX_LIST_LENGTH} values`;
  const isText = (one: unknown) => ['string', 'number', 'boolean'].includes(typeof one) || one === null;
  if (!value.every(isText)) return 'a list of lists or objects';
  const list = value
    .filter((one) => one !== null && !isBlank(String(one)))
    .map((one) => normalizeWhitespace(String(one)));
  if (list.some((one) => one.length > MAX_TEXT_LENGTH)) return `a text of more than ${MAX_TEXT_LENGTH} characters`;
  return list.length === 0 ? undefined : { value: [...new Set(list)] };
}
