/** The fields of an item of Zotero, whether it comes from the database or from the API. Pure functions. */

import * as identifiers from '../../../core/identifiers.ts';
import type { PaperIdentifiers } from '../../../core/paper.ts';
import { nameOfParts } from '../bibliographic/person-names.ts';
import { isoDate, publicationDate } from '../bibliographic/publication-dates.ts';
import { distinct, firstUrl, plainText, recordFields, sourceIdOf } from '../bibliographic/record-fields.ts';

/** An item of a library. */
export interface ZoteroItem {
  /** 8 letters and digits. */
  readonly key: string;
  /** 'journalArticle', 'preprint'. */
  readonly itemType: string;
  /** Its fields by their names in Zotero, such as `abstractNote`. Those of some types have names of their own. */
  readonly fields: ReadonlyMap<string, string>;
  /** In their order. */
  readonly creators: readonly ZoteroCreator[];
  readonly tags: readonly string[];
  /** Names of collections with those around them: 'Thesis / Chapter 2'; keys, where names are not known. */
  readonly collections: readonly string[];
  /** In UTC: '2024-02-03 10:11:12' in the database, '2024-02-03T10:11:12Z' in the API. */
  readonly dateAdded: string;
  /** The name of the group whose library it is in; undefined in the user's own. */
  readonly group?: string | undefined;
  readonly isRetracted?: boolean;
}

export interface ZoteroCreator {
  /** 'author', 'editor', 'inventor'. */
  readonly type: string;
  /** '' for organizations and for names in one part. */
  readonly firstName: string;
  readonly lastName: string;
}

/** Items that belong to another one, and are no papers. */
const PARTS = new Set(['attachment', 'note', 'annotation']);

/** Whether an item is a file, a note or an annotation: no paper, and no row of the library. */
export function isZoteroPart(itemType: string): boolean {
  return PARTS.has(itemType);
}

const TITLES = ['title', 'caseName', 'nameOfAct', 'subject'];
const DATES = ['date', 'dateDecided', 'issueDate', 'dateEnacted'];
const VENUES = [
  'publicationTitle',
  'proceedingsTitle',
  'bookTitle',
  'encyclopediaTitle',
  'dictionaryTitle',
  'websiteTitle',
  'blogTitle',
  'forumTitle',
  'programTitle',
  'conferenceName',
  'meetingName',
  'journalAbbreviation',
];

/** Who made items of types that have no author. */
const MAKERS = new Set([
  'author',
  'artist',
  'cartographer',
  'composer',
  'director',
  'interviewee',
  'inventor',
  'performer',
  'podcaster',
  'presenter',
  'programmer',
  'sponsor',
]);

/**
 * The fields of an item in the form of `knownFields`. `collections` is a list of names and `dateAdded` a time of ISO 8601;
 * every other field of Zotero has its own name in lower case.
 */
export function fieldsOfZoteroItem(item: ZoteroItem): Record<string, unknown> {
  const rest = new Map(item.fields);
  /** Takes the first of these fields that gives a value. The others keep their own names. */
  const take = (names: readonly string[], convert: (text: string) => string | undefined): string | undefined => {
    for (const name of names) {
      const text = rest.get(name);
      const value = text === undefined ? undefined : convert(text);
      if (value === undefined || value === '') continue;
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
    ['archiveID', found.arxivId],
  ] as const) {
    if (value !== undefined) rest.delete(name);
  }
  const extra = item.fields.get('extra') ?? '';
  const { citationKey, citations } = parseExtra(extra);
  const key = sourceIdOf(take(['citationKey'], (text) => text.trim()) ?? citationKey);
  const makers = item.creators.filter(({ type }) => MAKERS.has(type));
  const authors = makers.some(({ type }) => type === 'author')
    ? makers.filter(({ type }) => type === 'author')
    : makers;
  const others = item.creators.filter((creator) => !authors.includes(creator));
  const arxivClass = identifiers.arxivClassIn(extra);
  const time = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)/.exec(item.dateAdded);
  return {
    ...recordFields(
      {
        ...found,
        id: key ?? item.key,
        title: take(TITLES, plainText),
        abstract: take(['abstractNote'], (text) => plainText(text).replace(/^abstract\s*[:.]\s*/i, '')),
        authors: distinct(authors.map(nameOf)),
        date: take(DATES, dateOf),
        categories: arxivClass === undefined ? [] : [arxivClass],
        keywords: distinct(item.tags),
        url: take(['url'], (text) => firstUrl([text])),
        venue: take(VENUES, plainText),
        citations,
        language: take(['language'], (text) => text.trim()),
        type: item.itemType,
      },
      [
        ...[...rest].map(([name, text]) => [name, text.trim()] as const),
        ...[...new Set(others.map(({ type }) => type))].map(
          (type) => [type, distinct(others.filter((other) => other.type === type).map(nameOf))] as const,
        ),
        ['zoterokey', key === undefined ? undefined : item.key],
        ['group', item.group],
        ['retracted', item.isRetracted ? true : undefined],
      ],
    ),
    ...(item.collections.length > 0 && { collections: distinct(item.collections) }),
    ...(time && { dateAdded: `${time[1]}T${time[2]}Z` }),
  };
}

/** A suffix is written behind the first name: 'Martin Luther, Jr.'. */
function nameOf({ firstName, lastName }: ZoteroCreator): string {
  const [given, suffix] = firstName.split(/,\s*/);
  return plainText(nameOfParts({ given, family: lastName, suffix }));
}

/** The database has the date in numbers before the one that the user sees: '2019-07-00 July 2019', '0000-00-00 n.d.'. */
function dateOf(text: string): string | undefined {
  const [written, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)(?: |$)/.exec(text) ?? [];
  if (written === undefined || year === undefined || year === '0000') {
    return publicationDate(written === undefined ? text : text.slice(written.length));
  }
  return publicationDate(isoDate(year, month, day));
}

function identifiersOf({ fields }: ZoteroItem): PaperIdentifiers {
  const text = (name: string) => fields.get(name) ?? '';
  const doi = identifiers.doiOf(text('DOI'));
  const pmid = identifiers.pmidOf(text('PMID'));
  const pmcid = identifiers.pmcidOf(text('PMCID'));
  const isArxiv = /arxiv/i.test(['repository', 'archive', 'publisher', 'libraryCatalog', 'url'].map(text).join(' '));
  const arxivId = isArxiv
    ? ['archiveID', 'archiveLocation', 'number', 'reportNumber']
        .map((name) => identifiers.arxivIdOf(text(name)))
        .find((id) => id !== undefined)
    : undefined;
  return identifiers.mergeIdentifiers([
    {
      ...(doi !== undefined && { doi }),
      ...(pmid !== undefined && { pmid }),
      ...(pmcid !== undefined && { pmcid }),
      ...(arxivId !== undefined && { arxivId }),
    },
    ...['archiveID', 'url', 'publicationTitle', 'reportNumber'].map((name) => identifiers.identifiersIn(text(name))),
    identifiers.identifiersInNote(text('extra')),
  ]);
}

/** What `extra` says of a paper, beside its identifiers. */
interface Extra {
  /** 'Citation Key: lovelace1843' (Better BibTeX), or 'bibtex: lovelace1843' as it wrote until 2019. */
  readonly citationKey?: string;
  /** '12 citations (Crossref) [2024-02-01]', as plug-ins write it; of several the largest. */
  readonly citations?: number;
}

/** `extra` may be any text; more of it, in UTF-16 code units, is not searched. */
const MAX_SEARCHED = 10_000;

/** Reads `extra`: lines of 'Name: value' for what Zotero has no field for, among lines of notes. */
function parseExtra(extra: string): Extra {
  let citationKey: string | undefined;
  let citations: number | undefined;
  for (const line of extra.slice(0, MAX_SEARCHED).split(/\r\n?|\n/)) {
    citationKey ??= /^\s*(?:citation[ -]key|citekey|bibtex\*?)\s*:\s*(\S{1,500})\s*$/i.exec(line)?.[1];
    const count = /^\s*(\d{1,9}) citations? \([^()]{1,60}\)/i.exec(line)?.[1];
    if (count !== undefined) citations = Math.max(citations ?? 0, Number(count));
  }
  return { ...(citationKey !== undefined && { citationKey }), ...(citations !== undefined && { citations }) };
}
