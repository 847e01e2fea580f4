/**
 * Reads responses of OAI-PMH, by which arXiv and the repositories of universities give their records, with metadata in
 * Dublin Core (`oai_dc`), `arXiv` and `arXivRaw`.
 *
 * What real servers do:
 * - A list comes in pages; each has the token of the next one, the last page an empty token or none. Tokens expire, those
 *   of arXiv within a day, and a list cannot be entered in the middle without one.
 * - Harvesters write pages one after the other into a file, each with its own XML declaration.
 * - A list without records is the error `noRecordsMatch`; a busy server answers with a web page or a bare text.
 * - Deleted records have a header and no metadata. Not every server keeps them.
 * - arXiv gives names in parts (`arXiv`) or as one text with affiliations in parentheses (`arXivRaw`), several DOIs in
 *   one element, and the date of the last change as `datestamp`; `created` may be of a later version than the first.
 * - DSpace puts notes of its workflow before the abstract and the dates of deposit and embargo among the dates; HAL has
 *   'International audience' as the first description; Open Journal Systems and DOAJ have volume and pages in `source`.
 */

import * as identifiers from '../../../core/identifiers.ts';
import { normalizeWhitespace } from '../../parsed-paper.ts';
import { arxivAuthors, arxivText, firstVersionDate, isWithdrawn } from '../arxiv-records.ts';
import { nameOfParts } from '../bibliographic/person-names.ts';
import { publicationDate } from '../bibliographic/publication-dates.ts';
import { distinct, recordFields } from '../bibliographic/record-fields.ts';
import type { RecordReader, SourceProblem, SourceRecord } from '../source-record.ts';
import { arxivIdOfHeader, fieldsOfDublinCore, type OaiHeader } from './dublin-core.ts';
import { childOf, childrenOf, type XmlElement } from './xml-element.ts';
import { readXmlElements } from './xml-elements.ts';

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
  /** When the server forgets the token, as it writes it: '2024-02-12T08:00:01Z'. */
  readonly expirationDate?: string;
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
  const expirationDate = attributes.expirationDate?.trim();
  return {
    token,
    ...(completeListSize !== undefined && { completeListSize }),
    ...(cursor !== undefined && { cursor }),
    ...(expirationDate && { expirationDate }),
  };
}

function recordOf(record: XmlElement, line: number, excerpt: string): SourceRecord | SourceProblem {
  const headerElement = childOf(record, 'header');
  const header: OaiHeader = {
    name: textOf(headerElement, 'identifier'),
    datestamp: textOf(headerElement, 'datestamp'),
    sets: distinct(childrenOf(headerElement, 'setSpec').map(({ text }) => text)),
  };
  if (headerElement?.attributes.status === 'deleted') {
    const fields = recordFields({ id: header.name, arxivId: arxivIdOfHeader(header) }, [['deleted', true]]);
    return { line, fields, excerpt };
  }
  const metadata = childOf(record, 'metadata')?.children[0];
  const fields = metadata && fieldsOf(metadata, header);
  if (fields) return { line, fields, excerpt };
  const expected = 'expected oai_dc, arXiv or arXivRaw';
  const problem = metadata ? `metadata in <${metadata.name}> cannot be read; ${expected}` : `no metadata; ${expected}`;
  return { line, problem, excerpt };
}

function fieldsOf(metadata: XmlElement, header: OaiHeader): Record<string, unknown> | undefined {
  if (/arxivraw/i.test(metadata.name)) return fieldsOfArxiv(metadata, header, rawValues(metadata));
  if (/^arxiv$/i.test(metadata.name)) return fieldsOfArxiv(metadata, header, structuredValues(metadata));
  const isDublinCore = /dc/i.test(metadata.name) || metadata.children.some(({ name }) => name === 'title');
  return isDublinCore ? fieldsOfDublinCore(metadata, header) : undefined;
}

function textOf(element: XmlElement | undefined, name: string): string {
  return childOf(element, name)?.text.trim() ?? '';
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

function fieldsOfArxiv(
  metadata: XmlElement,
  header: OaiHeader,
  { authors, date }: ArxivValues,
): Record<string, unknown> {
  const arxivId = identifiers.arxivIdOf(textOf(metadata, 'id')) ?? arxivIdOfHeader(header);
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
