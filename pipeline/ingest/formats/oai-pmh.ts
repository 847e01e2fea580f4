/**
 * Reads responses of OAI-PMH, by which arXiv and the repositories of universities give their records, with metadata in
 * Dublin Core (`oai_dc`), `arXiv` and `arXivRaw`. See docs/formats/oai-pmh.md.
 */
import { isBlank, normalizeWhitespace } from '../parsed-paper.ts';
import { arxivAuthors, arxivText, firstVersionDate, isWithdrawn } from './arxiv-records.ts';
import { nameOfParts, nameReadAloud } from './bibliographic/person-names.ts';
import { publicationDate } from './bibliographic/publication-dates.ts';
import { distinct, firstUrl, oneOrList, plainText, recordFields, sourceIdOf } from './bibliographic/record-fields.ts';
import * as identifiers from './identifiers.ts';
import type { RecordReader, SourceProblem, SourceRecord } from './source-record.ts';
import { childOf, childrenOf, readXmlElements, type XmlElement } from './xml-elements.ts';

/** One response of OAI-PMH. */
export interface OaiResponse {
  readonly records: readonly SourceRecord[];
  readonly problems: readonly SourceProblem[];
  /** Where the list goes on; absent on its last page. */
  readonly resumptionToken?: OaiResumptionToken;
  /** The error that the server answered with, for example `noRecordsMatch`, `badResumptionToken`. */
  readonly error?: { readonly code: string; readonly message: string };
}

export interface OaiResumptionToken {
  readonly token: string;
  /** Number of records of the whole list, as far as the server knows. */
  readonly completeListSize?: number;
  /** Number of records before this response. */
  readonly cursor?: number;
}

type OaiPart =
  | SourceRecord
  | SourceProblem
  | { readonly resumptionToken: OaiResumptionToken }
  | { readonly error: NonNullable<OaiResponse['error']>; readonly line: number; readonly excerpt: string };

/**
 * Reads the records of a response, or of several that are written one after the other. A deleted record has the fields
 * `id` and `deleted`, which is true, and no title. An error of the server is a problem.
 */
export const readOaiPmh: RecordReader = async function* (bytes) {
  for await (const part of readParts(bytes)) {
    if ('error' in part) {
      const { code, message } = part.error;
      const problem = `the server answered: ${[code, message].filter(Boolean).join(': ')}`;
      yield { line: part.line, problem, excerpt: part.excerpt };
    } else if ('line' in part) yield part;
  }
};

/** Reads one response completely. An error of the server is no problem: a list without records is one of them. */
export async function parseOaiResponse(bytes: AsyncIterable<Uint8Array>): Promise<OaiResponse> {
  const records: SourceRecord[] = [];
  const problems: SourceProblem[] = [];
  let resumptionToken: OaiResponse['resumptionToken'];
  let error: OaiResponse['error'];
  for await (const part of readParts(bytes)) {
    if ('resumptionToken' in part) resumptionToken = part.resumptionToken;
    else if ('error' in part) error = part.error;
    else if ('problem' in part) problems.push(part);
    else records.push(part);
  }
  return { records, problems, ...(resumptionToken && { resumptionToken }), ...(error && { error }) };
}

async function* readParts(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<OaiPart> {
  let isEmpty = true;
  let root: { readonly line: number; readonly name: string; readonly excerpt: string } | undefined;
  for await (const part of readXmlElements(bytes, ['record', 'resumptionToken', 'error'])) {
    if (part.kind === 'root') {
      if (/^html$/i.test(part.name)) {
        const problem = 'a web page, not a response of OAI-PMH; check the address';
        yield { line: part.line, problem, excerpt: part.excerpt };
        return;
      }
      root = part;
      continue;
    }
    const { line, excerpt } = part;
    isEmpty = false;
    if (part.kind === 'problem') yield { line, problem: part.problem, excerpt };
    else if (part.element.name === 'record') yield recordOf(part.element, line, excerpt);
    else if (part.element.name === 'error') {
      const code = part.element.attributes.code ?? 'unknown error';
      const message = normalizeWhitespace(part.element.text);
      yield { error: { code, message }, line, excerpt };
    } else {
      const resumptionToken = tokenOf(part.element);
      if (resumptionToken) yield { resumptionToken };
    }
  }
  if (isEmpty && root) {
    const problem = `<${root.name}> has no records; expected a response of OAI-PMH to verb=ListRecords`;
    yield { line: root.line, problem, excerpt: root.excerpt };
  }
}

/** The last page of a list has an empty token: undefined. */
function tokenOf({ text, attributes }: XmlElement): OaiResumptionToken | undefined {
  const token = text.trim();
  if (token === '') return undefined;
  const numberOf = (name: string) => (/^\d{1,15}$/.test(attributes[name] ?? '') ? Number(attributes[name]) : undefined);
  const completeListSize = numberOf('completeListSize');
  const cursor = numberOf('cursor');
  return {
    token,
    ...(completeListSize !== undefined && { completeListSize }),
    ...(cursor !== undefined && { cursor }),
  };
}

/** What the header of a record says. */
interface Header {
  /** The name of the record in the repository: `oai:arXiv.org:2301.00001`. */
  readonly name: string;
  readonly datestamp: string;
  readonly sets: readonly string[];
}

function recordOf(record: XmlElement, line: number, excerpt: string): SourceRecord | SourceProblem {
  const headerElement = childOf(record, 'header');
  const header: Header = {
    name: textOf(headerElement, 'identifier'),
    datestamp: textOf(headerElement, 'datestamp'),
    sets: distinct(childrenOf(headerElement, 'setSpec').map(({ text }) => text)),
  };
  if (headerElement?.attributes.status === 'deleted') {
    const fields = recordFields({ id: header.name, arxivId: arxivIdOf(header) }, [['deleted', true]]);
    return { line, fields, excerpt };
  }
  const metadata = childOf(record, 'metadata')?.children[0];
  const fields = metadata && fieldsOf(metadata, header);
  if (fields) return { line, fields, excerpt };
  const expected = 'expected oai_dc, arXiv or arXivRaw';
  const problem = metadata ? `metadata in <${metadata.name}> cannot be read; ${expected}` : `no metadata; ${expected}`;
  return { line, problem, excerpt };
}

function fieldsOf(metadata: XmlElement, header: Header): Record<string, unknown> | undefined {
  if (/arxivraw/i.test(metadata.name)) return fieldsOfArxiv(metadata, header, rawValues(metadata));
  if (/^arxiv$/i.test(metadata.name)) return fieldsOfArxiv(metadata, header, structuredValues(metadata));
  const isDublinCore = /dc/i.test(metadata.name) || metadata.children.some(({ name }) => name === 'title');
  return isDublinCore ? fieldsOfDublinCore(metadata, header) : undefined;
}

function textOf(element: XmlElement | undefined, name: string): string {
  return childOf(element, name)?.text.trim() ?? '';
}

function arxivIdOf({ name }: Header): string | undefined {
  return /^oai:arxiv\.org:/i.test(name) ? identifiers.findArxivId(name) : undefined;
}

// Metadata of arXiv

/** What `arXiv` and `arXivRaw` have in different forms. */
interface ArxivValues {
  readonly authors: readonly string[];
  readonly date: string | undefined;
}

function structuredValues(metadata: XmlElement): ArxivValues {
  const authors = childrenOf(childOf(metadata, 'authors'), 'author').map((author) => {
    const [family, given, suffix] = ['keyname', 'forenames', 'suffix'].map((name) => arxivText(textOf(author, name)));
    return nameOfParts({ given, family, suffix });
  });
  return { authors: distinct(authors), date: publicationDate(textOf(metadata, 'created')) };
}

function rawValues(metadata: XmlElement): ArxivValues {
  const versions = childrenOf(metadata, 'version');
  const first = versions.find(({ attributes }) => attributes.version === 'v1') ?? versions[0];
  return { authors: arxivAuthors(textOf(metadata, 'authors')), date: publicationDate(textOf(first, 'date')) };
}

/** Elements of arXiv that are fields of their own. */
const OTHERS_OF_ARXIV = ['report-no', 'msc-class', 'acm-class', 'license', 'submitter', 'updated'];

function fieldsOfArxiv(metadata: XmlElement, header: Header, { authors, date }: ArxivValues): Record<string, unknown> {
  const arxivId = identifiers.arxivIdOf(textOf(metadata, 'id')) ?? arxivIdOf(header);
  const doi = identifiers.doiOf(textOf(metadata, 'doi'));
  const abstract = arxivText(textOf(metadata, 'abstract'));
  const comment = arxivText(textOf(metadata, 'comments'));
  return recordFields(
    {
      title: arxivText(textOf(metadata, 'title')),
      abstract,
      authors,
      date: firstVersionDate(arxivId, date),
      categories: distinct(textOf(metadata, 'categories').split(/\s+/)),
      url: arxivId === undefined ? undefined : `https://arxiv.org/abs/${arxivId}`,
      venue: arxivText(textOf(metadata, 'journal-ref')),
      arxivId,
      doi,
    },
    [
      ['comment', comment],
      ...(isWithdrawn(comment, abstract) ? [['withdrawn', true] as const] : []),
      ...OTHERS_OF_ARXIV.map((name) => [name, arxivText(textOf(metadata, name))] as const),
      ['datestamp', header.datestamp],
    ],
  );
}

// Dublin Core

function fieldsOfDublinCore(metadata: XmlElement, header: Header): Record<string, unknown> {
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
  const arxivId = arxivIdOf(header);
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
