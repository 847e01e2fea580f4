/**
 * The fields of CSL-JSON items, as Zotero, Better BibTeX, Mendeley, pandoc, EndNote and the DOI agencies write them. The
 * items themselves are read as any JSON: a list of them, `{"items": […]}` (Zotero's web API), or one alone (DOI agencies).
 *
 * - `id` is an address (Zotero), 'library/KEY' (its web API), a citation key (Better BibTeX, pandoc), or a number of the
 *   export (`ITEM-1`, Mendeley), which names nothing. The citation key may be in `citation-key` or in the note.
 * - Dates: `date-parts` with numbers or texts; ranges have two lists, of which the first counts; `raw`, `literal` and
 *   `edtf`; month 21 to 24 and `season` are seasons, of which the year is kept. Old programs wrote a text.
 * - Names: particles in two fields, `literal` for organizations, Zotero's 'Martin Luther, Jr.' as given name.
 * - Titles have HTML (`<span class="nocase">`, Zotero), abstracts of Crossref have JATS and the heading 'Abstract'; titles
 *   of Crossref are lists.
 * - Identifiers: `DOI`, `PMID`, `PMCID`, also in the lines of the note ('PMID: 1', `{:DOI: …}`, 'arXiv:2301.01234
 *   [cs.CL]'); arXiv ids in `number`, `archive_location` or `URL`.
 * - Keywords are one text with commas or semicolons in it (`keyword`), or a list.
 */

import * as identifiers from '../../core/identifiers.ts';
import type { PaperIdentifiers } from '../../core/paper.ts';
import { nameOfParts } from './bibliographic/person-names.ts';
import { isoDate, publicationDate } from './bibliographic/publication-dates.ts';
import { distinct, firstUrl, plainText, recordFields, sourceIdOf } from './bibliographic/record-fields.ts';

type Item = Readonly<Record<string, unknown>>;

/** Names that only CSL has, so that an object with one of them is an item of CSL. */
const CSL_NAMES = [
  'issued',
  'container-title',
  'container-title-short',
  'collection-title',
  'citation-key',
  'event-title',
  'event-place',
  'publisher-place',
  'title-short',
  'original-date',
  'number-of-pages',
];

/** Other names that CSL has, as other formats do. */
const OTHER_NAMES = [
  'author',
  'editor',
  'DOI',
  'PMID',
  'PMCID',
  'URL',
  'ISSN',
  'ISBN',
  'abstract',
  'publisher',
  'genre',
];

/**
 * Whether a value is an item of CSL-JSON. Works of Crossref's API, whose titles are lists, and works of OpenAlex, whose
 * titles have authors of another form, are none.
 */
export function isCslItem(value: unknown): value is Item {
  if (!isObject(value) || Array.isArray(value.title)) return false;
  if (typeof value.type !== 'string' && typeof value.title !== 'string') return false;
  const hasCslName = CSL_NAMES.some((name) => value[name] !== undefined);
  return hasCslName || listOf(value.author).some((author) => isObject(author) && isNamePart(author));
}

function isNamePart(author: Item): boolean {
  return typeof author.family === 'string' || typeof author.literal === 'string';
}

/** The fields of an item of CSL-JSON; undefined if it has neither a title nor any other field of CSL. */
export function fieldsOfCslItem(item: Readonly<Record<string, unknown>>): Record<string, unknown> | undefined {
  const isCsl = ['title', ...CSL_NAMES, ...OTHER_NAMES].some((name) => isPresent(item[name]));
  if (!isCsl) return undefined;
  const rest = new Map(Object.entries(item));
  /** Takes the first of fields that gives a value. The others keep their own names. */
  const takeFirst = <T>(names: readonly string[], convert: (value: unknown) => T | undefined): T | undefined => {
    for (const name of names) {
      const value = convert(item[name]);
      if (value === undefined) continue;
      rest.delete(name);
      return value;
    }
    return undefined;
  };

  const found = identifiersOf(item);
  for (const [name, value] of [
    ['DOI', found.doi],
    ['PMID', found.pmid],
    ['PMCID', found.pmcid],
  ] as const) {
    if (value !== undefined) rest.delete(name);
  }
  const note = textOf(item.note) ?? '';
  const keyInNote = /^citation key:\s*(\S+)\s*$/im.exec(note.slice(0, 10_000))?.[1];
  const written = takeFirst(['citation-key', 'citekey'], scalarOf) ?? keyInNote;
  const id = sourceIdOf(written) ?? sourceIdOf(zoteroKeyOf(scalarOf(item.id) ?? ''));
  const isSameId = id === undefined || scalarOf(item.id) === id;
  if (isSameId || written === undefined) rest.delete('id');
  const keywords = distinct([
    ...keywordsOf(item.keyword),
    ...keywordsOf(item.keywords),
    ...listOf(item.tags).map((tag) => (isObject(tag) ? scalarOf(tag.tag) : scalarOf(tag)) ?? ''),
  ]);
  for (const name of ['keyword', 'keywords', 'tags']) rest.delete(name);
  const authors = distinct(listOf(item.author).map(nameOf));
  if (authors.length > 0) rest.delete('author');
  const arxivClass = identifiers.arxivClassIn(note) ?? identifiers.arxivClassIn(textOf(item.number) ?? '');
  const address = firstUrl([textOf(item.URL) ?? '', textOf(item.url) ?? '']);
  if (address !== undefined) for (const name of ['URL', 'url']) if (textOf(item[name]) === address) rest.delete(name);
  const fields = recordFields(
    {
      ...found,
      id,
      title: takeFirst(['title', 'title-short', 'shortTitle'], titleOf),
      abstract: takeFirst(['abstract'], titleOf),
      authors,
      date: takeFirst(['issued', 'published', 'published-print', 'published-online'], dateOf),
      categories: distinct([...listOf(item.categories).map((one) => scalarOf(one) ?? ''), arxivClass ?? '']),
      keywords,
      url: address,
      venue: takeFirst(['container-title', 'event-title', 'event'], titleOf),
      citations: takeFirst(['is-referenced-by-count', 'citation-count'], countOf),
      language: takeFirst(['language'], scalarOf),
      type: takeFirst(['type'], scalarOf),
    },
    [...rest].filter(([name]) => name !== 'categories'),
  );
  return Object.keys(fields).length > 0 ? fields : undefined;
}

function isObject(value: unknown): value is Item {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0);
}

/** A list as it is, and anything else but nothing as a list of one. */
function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
}

function scalarOf(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

/** A text, or the first of a list of texts, which is how Crossref writes titles. */
function textOf(value: unknown): string | undefined {
  return scalarOf(Array.isArray(value) ? value[0] : value);
}

/** Titles and abstracts have HTML, and abstracts of Crossref JATS, some of them with the heading 'Abstract'. */
function titleOf(value: unknown): string | undefined {
  const text = textOf(isObject(value) ? value.name : value)
    ?.slice(0, 2 ** 24)
    .replace(/^\s*(?:<jats:sec>\s*)?<(jats:title|title|h\d|strong|b)>\s*(?:abstract|summary)[.:]?\s*<\/\1>/i, '');
  const plain = plainText(text ?? '');
  return plain === '' ? undefined : plain;
}

function keywordsOf(value: unknown): string[] {
  const texts = listOf(value).map((one) => scalarOf(one) ?? '');
  const [only = ''] = texts;
  const parts = texts.length > 1 ? texts : only.split(only.includes(';') ? ';' : /[,\n]/);
  return parts.map(plainText);
}

function nameOf(author: unknown): string {
  if (typeof author === 'string') return plainText(author);
  if (!isObject(author)) return '';
  const text = (name: string) => scalarOf(author[name]);
  const literal = text('literal') ?? (text('family') === undefined ? text('name') : undefined);
  if (literal !== undefined) return plainText(literal);
  // 'Martin Luther, Jr.' is how Zotero keeps a suffix.
  const [given, suffix] = (text('given') ?? '').split(/,\s*/);
  const particle = [text('dropping-particle'), text('non-dropping-particle')].filter(Boolean).join(' ');
  return plainText(nameOfParts({ given, particle, family: text('family'), suffix: text('suffix') ?? suffix }));
}

/** A date of CSL: parts, of which a range has two lists, `raw` or `literal`; also what older programs wrote. */
function dateOf(value: unknown): string | undefined {
  if (typeof value === 'string' || typeof value === 'number') return publicationDate(String(value));
  const first = Array.isArray(value) ? value[0] : value;
  if (!isObject(first)) return undefined;
  const list = listOf(first['date-parts'] ?? first.date_parts);
  const parts: readonly unknown[] = Array.isArray(list[0]) ? list[0] : list;
  const [year, month, day] = (parts.length > 0 ? parts : [first.year, first.month, first.day]).map((part) =>
    scalarOf(part),
  );
  if (year !== undefined && /^\d{4}$/.test(year) && publicationDate(year) !== undefined)
    return isoDate(year, month, day);
  return publicationDate(
    scalarOf(first.raw) ?? scalarOf(first.literal) ?? scalarOf(first.edtf) ?? scalarOf(first['date-time']) ?? '',
  );
}

function countOf(value: unknown): number | undefined {
  const digits = scalarOf(value);
  return digits !== undefined && /^\d{1,15}$/.test(digits) ? Number(digits) : undefined;
}

/** The key of an item in Zotero: `ABCD2345` of `http://zotero.org/users/1/items/ABCD2345` and of `123/ABCD2345`. */
function zoteroKeyOf(id: string): string {
  return /^(?:https?:\/\/(?:www\.)?zotero\.org\/.*\/items\/|\d+\/)([A-Z0-9]{8})$/.exec(id)?.[1] ?? id;
}

function identifiersOf(item: Item): PaperIdentifiers {
  const text = (name: string) => textOf(item[name]) ?? '';
  const doi = identifiers.doiOf(text('DOI') || text('doi'));
  const pmid = identifiers.pmidOf(text('PMID') || text('pmid'));
  const pmcid = identifiers.pmcidOf(text('PMCID') || text('pmcid'));
  const isArxiv = /arxiv/i.test(`${text('archive')} ${text('publisher')} ${text('source')} ${text('container-title')}`);
  const arxivId = isArxiv
    ? ['number', 'archive_location', 'archive-location', 'archiveID', 'page']
        .map((name) => identifiers.arxivIdOf(text(name)))
        .find((id) => id !== undefined)
    : undefined;
  const places = 'DOI URL url number archive archive_location archive-location archiveID container-title id'.split(' ');
  return identifiers.mergeIdentifiers([
    {
      ...(doi !== undefined && { doi }),
      ...(pmid !== undefined && { pmid }),
      ...(pmcid !== undefined && { pmcid }),
      ...(arxivId !== undefined && { arxivId }),
    },
    ...places.map((name) => identifiers.identifiersIn(text(name))),
    ...['note', 'annote', 'extra'].map((name) => identifiers.identifiersInNote(text(name))),
  ]);
}
