/** Converts the values of columns to the forms that `knownFields` states. */
import { authorsOf } from '../values/authors.ts';
import { type DateForms, dateOf } from '../values/dates.ts';
import { arxivIdOf, doiOf, openAlexIdOf, pmcidOf, pmidOf, semanticScholarIdOf, urlOf } from '../values/identifiers.ts';
import { textsOf } from '../values/lists.ts';
import { isNoAbstract, isNoValue, textOf } from '../values/text.ts';
import { type KnownField, plainName } from './known-names.ts';

/** A whole number of 0 or more, also with separators between thousands: `1,234`, `1.234`, `1 234`, `12.0`. */
function countOf(value: unknown): number | undefined {
  const text = typeof value === 'number' || typeof value === 'string' ? String(value).trim() : '';
  const isGrouped = /^\d{1,3}(?:([,.'’\s\u00A0\u202F])\d{3})(?:\1\d{3})*$/.test(text);
  const digits = isGrouped ? text.replace(/\D/g, '') : text.replace(/\.0+$/, '');
  return /^\d{1,15}$/.test(digits) ? Number(digits) : undefined;
}

/** Columns whose numbers may be days as spreadsheets count them: those that are called a date. */
function dateForms(name: string): DateForms {
  return { serialDays: /date|datum|fecha|data|published|issued|created|submitted/.test(plainName(name)) };
}

/** Columns of Web of Science in which commas belong to the name of a category. */
const HAS_COMMAS_IN_CATEGORIES = /^(?:wc|sc|woscategories|webofsciencecategories|researchareas)$/;

/** How a value of a column becomes the value of a field; undefined if it cannot. */
export const convertValue: Readonly<Record<KnownField, (value: unknown, name: string) => unknown>> = {
  id: textOf,
  title: textOf,
  abstract: (value) => (typeof value === 'string' && isNoAbstract(value) ? undefined : textOf(value)),
  authors: authorsOf,
  date: (value, name) => (typeof value === 'string' && isNoValue(value) ? undefined : dateOf(value, dateForms(name))),
  categories: (value, name) => textsOf(value, HAS_COMMAS_IN_CATEGORIES.test(plainName(name))),
  keywords: (value) => textsOf(value),
  url: urlOf,
  venue: (value) => textOf(value) ?? textsOf(value)?.[0],
  doi: doiOf,
  arxivId: arxivIdOf,
  pmid: pmidOf,
  pmcid: pmcidOf,
  openAlexId: openAlexIdOf,
  semanticScholarId: semanticScholarIdOf,
  citations: countOf,
  language: textOf,
  type: (value) => textOf(value),
};
