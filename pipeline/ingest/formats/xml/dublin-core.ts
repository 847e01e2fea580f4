/**
 * Metadata in Dublin Core (`oai_dc`) as repositories write it: abstracts among notes, the date of publication among
 * others, identifiers of all kinds in elements of any name.
 */

import * as identifiers from '../../../core/identifiers.ts';
import { isBlank } from '../../parsed-paper.ts';
import { arxivText, firstVersionDate, isWithdrawn } from '../arxiv-records.ts';
import { nameReadAloud } from '../bibliographic/person-names.ts';
import { publicationDate } from '../bibliographic/publication-dates.ts';
import { distinct, firstUrl, oneOrList, plainText, recordFields, sourceIdOf } from '../bibliographic/record-fields.ts';
import type { XmlElement } from './xml-element.ts';

/** What the header of a record says. */
export interface OaiHeader {
  /** The name of the record in the repository: `oai:arXiv.org:2301.00001`. */
  readonly name: string;
  readonly datestamp: string;
  readonly sets: readonly string[];
}

/** The arXiv id of a record that arXiv itself gives. */
export function arxivIdOfHeader({ name }: OaiHeader): string | undefined {
  return /^oai:arxiv\.org:/i.test(name) ? identifiers.findArxivId(name) : undefined;
}

/** The fields of a record in Dublin Core, which every repository uses in its own way. */
export function fieldsOfDublinCore(metadata: XmlElement, header: OaiHeader): Record<string, unknown> {
  const rest = new Map<string, readonly XmlElement[]>();
  for (const element of metadata.children) {
    if (!isBlank(element.text)) rest.set(element.name, [...(rest.get(element.name) ?? []), element]);
  }
  const take = (name: string): readonly XmlElement[] => {
    const elements = rest.get(name) ?? [];
    rest.delete(name);
    return elements;
  };
  const written = take('identifier').map(({ text }) => text.trim());
  const alternatives = (rest.get('relation') ?? [])
    .map(({ text }) => text)
    .filter((text) => /altIdentifier/i.test(text));
  const arxivId = arxivIdOfHeader(header);
  const found = identifiers.mergeIdentifiers([
    ...(arxivId === undefined ? [] : [{ arxivId }]),
    ...[...written, ...alternatives].map(identifiers.identifiersIn),
  ]);
  const clean = arxivId === undefined ? plainText : arxivText;
  const { abstract, comments } = descriptionsOf(inEnglish(take('abstract')), inEnglish(take('description')), clean);
  const subjects = distinct(take('subject').flatMap(({ text }) => subjectsOf(clean(text))));
  const types = take('type').map(({ text }) => plainText(text).replace(/^info:eu-repo\/semantics\//, ''));
  const titles = inEnglish(take('title')).map(({ text }) => clean(text));
  const venue = take('source').map(({ text }) => plainText(text));
  const date = publishedOn(['issued', 'date', 'created', 'dateSubmitted'].flatMap(take).map(({ text }) => text));
  // arXiv has the reference to the journal among the identifiers.
  const reference = arxivId === undefined ? undefined : written.find((text) => !/^(?:https?|doi|arxiv):/i.test(text));
  const arxivComment = comments.find((text) => /^comments?:/i.test(text))?.replace(/^comments?:\s*/i, '');
  const others = comments.filter((text) => !/^comments?:/i.test(text));
  return recordFields(
    {
      ...found,
      id: found.arxivId === undefined || arxivId === undefined ? sourceIdOf(header.name) : undefined,
      title: titles[0],
      abstract,
      authors: distinct(take('creator').flatMap(({ text }) => namesOf(plainText(text)))),
      date: firstVersionDate(arxivId, date),
      categories: arxivId === undefined ? [] : distinct([...header.sets.flatMap(arxivClassOf), ...subjects]),
      keywords: arxivId === undefined ? subjects : [],
      url: firstUrl(written),
      venue: venue.map(journalOf).find((journal) => journal !== undefined) ?? reference,
      language: take('language')[0]?.text.trim(),
      type: types.find((type) => !/^(?:text|info:eu-repo\/.*)$/i.test(type)) ?? types[0],
    },
    [
      ['comment', arxivComment],
      ...(isWithdrawn(arxivComment, abstract) ? [['withdrawn', true] as const] : []),
      ['description', oneOrList(others)],
      ['alternative', oneOrList(titles.slice(1))],
      ['source', oneOrList(venue)],
      ...[...rest].map(([name, elements]) => [name, oneOrList(elements.map(({ text }) => plainText(text)))] as const),
      ['datestamp', header.datestamp],
    ],
  );
}

/** Elements in English first, if some say that they are; else in their order. */
function inEnglish(elements: readonly XmlElement[]): readonly XmlElement[] {
  const isEnglish = ({ attributes }: XmlElement) => /^en/i.test(attributes.lang ?? '');
  return [...elements.filter(isEnglish), ...elements.filter((element) => !isEnglish(element))];
}

/** Notes of repositories, and of HAL on the audience, that are no abstracts. */
const NOTE =
  /^(?:comments?:|(?:submitted|made available|approved|item|rejected|deposited) (?:by|in|for|withdrawn)\b|(?:inter)?national audience\b|(?:non )?peer[- ]?reviewed\b|\d+ (?:p\.|pages|leaves|hojas)|https?:\/\/\S+$)/i;

/**
 * The abstract comes first, comments after it. But repositories put notes before it, and a first description may be
 * short because the abstract is another one.
 */
function descriptionsOf(
  abstracts: readonly XmlElement[],
  descriptions: readonly XmlElement[],
  clean: (text: string) => string,
): { readonly abstract: string; readonly comments: readonly string[] } {
  const texts = [...abstracts, ...descriptions].map(({ text }) => clean(text).replace(/^abstract\s*[:.]\s*/i, ''));
  const candidates = texts.filter((text) => !NOTE.test(text));
  const long = candidates.find((text, i) => i < abstracts.length || text.length >= 100);
  const longest = candidates.reduce((best, text) => (text.length > best.length ? text : best), '');
  const [first = ''] = candidates;
  const abstract = long ?? (longest.length > 2 * first.length ? longest : first);
  return { abstract, comments: distinct(texts.filter((text) => text !== abstract)) };
}

/** One subject, or several with semicolons between them. */
function subjectsOf(text: string): string[] {
  return text.split(';').map((subject) => subject.trim());
}

/** One person, or several with semicolons between them; without the addresses of their ORCID. */
function namesOf(text: string): string[] {
  return text
    .split(';')
    .filter((name) => !/https?:|^\s*(?:orcid|[\d-]{15,}x?)/i.test(name))
    .map(nameReadAloud);
}

/** The class of a set of arXiv: `cs.CL` of `cs:cs:CL`, `hep-th` of `physics:hep-th`. */
function arxivClassOf(set: string): string[] {
  const parts = set.split(':');
  return parts.length < 2 ? [] : [parts.slice(1).join('.')];
}

/** The journal of 'Journal; Vol. 3 No. 2 (2020); 1-9' (Open Journal Systems), 'Journal, Vol 3, Iss 2, Pp 1-9' (DOAJ). */
function journalOf(source: string): string | undefined {
  return /^([^;]{2,300}?)(?:;|,) (?:vol|n[o°º]|bd|jg|ano|año|tome)\b/i.exec(source)?.[1];
}

/**
 * The date of publication among the dates of a record. Others are those of the deposit, of later versions and of the
 * end of an embargo: they are later.
 */
function publishedOn(texts: readonly string[]): string | undefined {
  const dates = texts.filter((text) => !/embargo/i.test(text)).map(publicationDate);
  const sorted = dates.filter((date) => date !== undefined).sort();
  const [earliest] = sorted;
  // '2012' is before '2012-05-03' in the order of strings, and says less.
  return sorted
    .filter((date) => date.startsWith(earliest ?? ''))
    .reduce((a, b) => (b.length > a.length ? b : a), earliest);
}
