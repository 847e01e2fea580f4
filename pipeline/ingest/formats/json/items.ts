/** The objects of a JSON file, before it is known what they are. Pure functions. */
import { isNothing, otherName } from '../columns/fields-from.ts';
import type { KnownField } from '../columns/known-names.ts';

/** An object of a JSON file. */
export type Item = Readonly<Record<string, unknown>>;

/** Whether a value is an object and no list. */
export function isObject(value: unknown): value is Item {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The fields of a record: the known ones, and every other one of the object under its own name.
 *
 * @param known values in the form that `knownFields` states; those that say nothing are left out
 * @param used names of the object whose values are in `known`
 * @param added more fields
 */
export function fieldsOfItem(
  item: Item,
  known: Readonly<Partial<Record<KnownField, unknown>>>,
  used: readonly string[],
  added: Item = {},
): Item {
  const others = Object.entries(item)
    .filter(([name]) => !used.includes(name))
    .map(([name, value]): [string, unknown] => [otherName(name), value]);
  const fields = [...others, ...Object.entries(added), ...Object.entries(known)];
  return Object.fromEntries(fields.filter(([, value]) => !isNothing(value)));
}

/** The names of objects in a list, by the first of these keys that is a text; texts count as themselves. */
export function namesIn(list: unknown, ...keys: readonly string[]): string[] {
  if (!Array.isArray(list)) return [];
  const names = list.map((one: unknown) =>
    isObject(one) ? keys.map((key) => one[key]).find((name) => typeof name === 'string') : one,
  );
  return [...new Set(names.filter((name): name is string => typeof name === 'string' && name.trim() !== ''))];
}
