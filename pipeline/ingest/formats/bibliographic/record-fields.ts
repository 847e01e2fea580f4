/** Puts the fields of a bibliographic record together. */

import { isIdentifier } from '../../../core/identifiers.ts';
import { isBlank, normalizeWhitespace } from '../../parsed-paper.ts';
import { decodeEntities, plainTextOfHtml } from '../html-text.ts';
import { knownFields } from '../source-record.ts';

/** Values by the names of `knownFields`. What is undefined, blank or an empty list is left out of the record. */
export type KnownValues = Partial<Record<keyof typeof knownFields, unknown>>;

/**
 * The fields of a record: the known ones, and every other one under its own name in lower case. A field of the format
 * that has the name of a known field without being it, such as the `type` of a thesis in BibTeX, becomes `type (field)`.
 */
export function recordFields(
  known: KnownValues,
  others: Iterable<readonly [name: string, value: unknown]>,
): Record<string, unknown> {
  const fields = new Map<string, unknown>();
  for (const [name, value] of Object.entries(known)) if (hasValue(value)) fields.set(name, value);
  for (const [name, value] of others) {
    if (!hasValue(value)) continue;
    const lowerCase = name.toLowerCase();
    fields.set(KNOWN_NAMES.get(lowerCase) ?? lowerCase, value);
  }
  // Unlike an assignment, this makes even '__proto__' a field.
  return Object.fromEntries(fields);
}

const KNOWN_NAMES: ReadonlyMap<string, string> = new Map(
  Object.keys(knownFields).flatMap((name) => [
    [name, `${name.toLowerCase()} (field)`],
    [name.toLowerCase(), `${name.toLowerCase()} (field)`],
  ]),
);

function hasValue(value: unknown): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value === 'string') return !isBlank(value);
  return !Array.isArray(value) || value.length > 0;
}

/** One value alone, several as a list, none as undefined. */
export function oneOrList(values: readonly string[]): string | readonly string[] | undefined {
  return values.length > 1 ? values : values[0];
}

/** The strings that are not blank, each once, in order. */
export function distinct(texts: Iterable<string>): string[] {
  return [...new Set([...texts].map((text) => text.trim()).filter((text) => !isBlank(text)))];
}

/**
 * A title, an abstract or the like as plain text in one line. Publishers leave HTML and its entities in records of every
 * format, also `&lt;i&gt;`.
 */
export function plainText(text: string): string {
  return /[<&]/.test(text) ? plainTextOfHtml(decodeEntities(text)) : normalizeWhitespace(text);
}

/** The first http or https address in texts, in order; undefined if there is none. */
export function firstUrl(texts: Iterable<string>): string | undefined {
  for (const text of texts) {
    const url = /https?:\/\/[^\s<>"]{1,4000}/i.exec(text)?.[0].replace(/[;,]+(?:https?:.*)?$/i, '');
    if (url !== undefined) return url;
  }
  return undefined;
}

/**
 * The name of a paper in its source. Identifiers are no such names, and neither are the numbers that EndNote and Mendeley
 * count from 1 in every library or file (`27`, `ITEM-1`): two papers of two libraries would become one.
 */
export function sourceIdOf(name: string | undefined): string | undefined {
  const trimmed = name?.trim() ?? '';
  return trimmed === '' || /^(?:ITEM-)?\d+$/.test(trimmed) || isIdentifier(trimmed) ? undefined : trimmed;
}
