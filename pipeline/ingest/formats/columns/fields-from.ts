/** Makes the fields of a record of the columns of a row. */
import { identifiersInNote } from '../../../core/identifiers.ts';
import { knownFields } from '../source-record.ts';
import { arxivIdOf, identifierOf, identifiersOfUrl } from '../values/identifiers.ts';
import { isNoAbstract, isNoValue } from '../values/text.ts';
import { convertValue } from './convert-value.ts';
import type { ColumnGuess } from './guess-columns.ts';
import { KNOWN_FIELD_NAMES, type KnownField } from './known-names.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * The fields of a row or object in the forms that `knownFields` states. Identifiers that the id or the URL contains
 * are added. All other columns keep name and value, and so does a column of a known field whose value cannot be
 * converted; one that has the name of a known field without being it becomes `title (column)`. Values that say nothing
 * (`NaN`, `null`, an empty list) are left out.
 */
export function fieldsFrom(record: Fields, guess: ColumnGuess): Record<string, unknown> {
  const fields = new Map<string, unknown>();
  const converted = new Set<string>();
  for (const field of KNOWN_FIELD_NAMES) {
    const column = guess.columns[field];
    if (column === undefined) continue;
    for (const name of [column, ...(guess.alternatives[field] ?? [])]) {
      if (!Object.hasOwn(record, name)) continue;
      const value = convertValue[field](record[name], name);
      if (value === undefined) continue;
      fields.set(field, value);
      if (name === column) converted.add(name);
      break;
    }
  }
  addIdentifiers(fields, record, guess.columns.id);
  for (const [name, value] of Object.entries(record)) {
    if (converted.has(name) || isNothing(value) || (typeof value === 'string' && isNoAbstract(value))) continue;
    fields.set(otherName(name), value);
  }
  // Unlike an assignment, this makes even '__proto__' a field.
  return Object.fromEntries(fields);
}

/** Sets the fields that the user named columns for, whatever the format says. */
export function withNamedColumns(
  fields: Fields,
  record: Fields,
  named: Readonly<Partial<Record<KnownField, string>>>,
): Fields {
  const changed = new Map(Object.entries(fields));
  for (const field of KNOWN_FIELD_NAMES) {
    const name = named[field];
    const value = name === undefined ? undefined : convertValue[field](record[name], name);
    if (value !== undefined) changed.set(field, value);
  }
  return Object.fromEntries(changed);
}

/** The name of a column that is not the field of this name, because the user said which one is, or its value is none. */
export function otherName(name: string): string {
  return Object.hasOwn(knownFields, name) ? `${name} (column)` : name;
}

/** Whether a value says nothing: `null`, `NaN`, a blank text, an empty list or object. */
export function isNothing(value: unknown): boolean {
  if (value === undefined || value === null || (typeof value === 'number' && Number.isNaN(value))) return true;
  if (typeof value === 'string') return isNoValue(value);
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === 'object' && !(value instanceof Date) && Object.keys(value).length === 0;
}

/** What a column of ids or addresses tells besides: an id that is an arXiv id is `arxivId` and no `id`. */
function addIdentifiers(fields: Map<string, unknown>, record: Fields, idColumn: string | undefined): void {
  const add = (identifiers: Readonly<Record<string, string>>) => {
    for (const [name, value] of Object.entries(identifiers)) if (!fields.has(name)) fields.set(name, value);
  };
  if (idColumn !== undefined && fields.delete('id')) add(identifierOf(record[idColumn]));
  const url = fields.get('url');
  if (typeof url === 'string') add(identifiersOfUrl(url));
  // Zotero keeps the arXiv id of a preprint, and the PubMed id of an article, in a column `Extra`.
  if (typeof record.Extra === 'string') add({ ...identifiersInNote(record.Extra) });
  // `10.48550/arXiv.2301.01234` is the DOI that arXiv gives to a paper.
  const doi = fields.get('doi');
  const arxivId = typeof doi === 'string' ? arxivIdOf(doi) : undefined;
  if (arxivId !== undefined) add({ arxivId });
}
