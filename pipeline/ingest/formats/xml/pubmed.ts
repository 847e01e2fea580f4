/**
 * Reads the XML of PubMed: what its API (efetch) gives, and the files of its yearly baseline and daily updates. The XML
 * of PubMed Central, JATS, is another format.
 *
 * What PubMed does:
 * - Titles end with a full stop, and those that were translated are in brackets; titles and abstracts have `<i>`,
 *   `<sup>` and MathML within the XML, and older ones as escaped HTML.
 * - Abstracts are in parts with labels; `UNLABELLED` is none. `OtherAbstract` is in another language or by another agency.
 * - Dates are `2021 Jul 3` in parts, a season, or text ('1998 Dec-1999 Jan'); that of the issue may be later than the
 *   electronic one.
 * - An author or an identifier with `ValidYN="N"` was corrected by another one. Groups have a `CollectiveName`.
 * - Keywords of the authors may have a full stop, and a star that marks the main ones.
 * - The updates name papers that were deleted, at the end of a file. A paper may come more than once; the last one holds.
 * - An empty set is no error. Errors are an `ERROR` in another root, or JSON for too many requests.
 */

import * as identifiers from '../../../core/identifiers.ts';
import { isBlank } from '../../parsed-paper.ts';
import { nameOfParts } from '../bibliographic/person-names.ts';
import { isoDate, publicationDate } from '../bibliographic/publication-dates.ts';
import { distinct, plainText, recordFields } from '../bibliographic/record-fields.ts';
import type { RecordReader } from '../source-record.ts';
import { childOf, childrenOf, type XmlElement } from './xml-element.ts';
import { readXmlElements } from './xml-elements.ts';

const ARTICLES = ['PubmedArticle', 'PubmedBookArticle', 'MedlineCitation'];
const DELETIONS = ['DeleteCitation', 'DeleteDocument'];

/**
 * Reads articles and chapters of books. Each paper that an update deletes is a record with the fields `pmid` and
 * `deleted`, which is true.
 */
export const readPubmed: RecordReader = async function* (bytes) {
  let isEmpty = true;
  let root: { readonly line: number; readonly name: string; readonly excerpt: string } | undefined;
  for await (const part of readXmlElements(bytes, [...ARTICLES, ...DELETIONS, 'ERROR'])) {
    if (part.kind === 'root') {
      root = part;
      if (!/^html$/i.test(part.name)) continue;
      yield { line: part.line, problem: 'a web page, not XML of PubMed; check the address', excerpt: part.excerpt };
      return;
    }
    const { line, excerpt } = part;
    isEmpty = false;
    if (part.kind === 'problem') {
      yield { line, problem: part.problem, excerpt };
      continue;
    }
    const { element } = part;
    if (element.name === 'ERROR') yield { line, problem: `PubMed answered: ${plainText(element.text)}`, excerpt };
    else if (ARTICLES.includes(element.name)) yield { line, fields: fieldsOf(element), excerpt };
    else {
      for (const fields of deletedBy(element)) {
        if (fields) yield { line, fields, excerpt };
        else yield { line, problem: 'deletes a paper whose PubMed id is not a number; get the file again', excerpt };
      }
    }
  }
  if (isEmpty && root) yield { line: root.line, problem: notPubmed(root.name), excerpt: root.excerpt };
};

/** Why a document has no articles, from the name of its outermost element. */
function notPubmed(root: string): string {
  if (/^(?:article|pmc-articleset)$/.test(root)) return 'JATS, the XML of full texts; expected the XML of PubMed';
  if (/^PubmedArticleSet$/.test(root)) return 'no articles: PubMed found nothing';
  return `<${root}> has no articles; expected <PubmedArticleSet>, as efetch gives it with db=pubmed&retmode=xml`;
}

/** The papers that an update deletes: their fields, or undefined for one without a valid id. */
function deletedBy(deletion: XmlElement): (Record<string, unknown> | undefined)[] {
  return childrenOf(deletion, 'PMID').map(({ text }) => {
    const pmid = identifiers.pmidOf(text);
    return pmid === undefined ? undefined : recordFields({ pmid }, [['deleted', true]]);
  });
}

/** The first element at the end of a path of names. */
function at(element: XmlElement | undefined, ...path: readonly string[]): XmlElement | undefined {
  return path.reduce<XmlElement | undefined>((parent, name) => childOf(parent, name), element);
}

function textAt(element: XmlElement | undefined, ...path: readonly string[]): string {
  return plainText(at(element, ...path)?.text ?? '');
}

function fieldsOf(element: XmlElement): Record<string, unknown> {
  if (element.name === 'PubmedBookArticle') return fieldsOfBook(element);
  const citation = element.name === 'MedlineCitation' ? element : childOf(element, 'MedlineCitation');
  const article = childOf(citation, 'Article');
  const data = childOf(element, 'PubmedData');
  const journal = childOf(article, 'Journal');
  const issue = childOf(journal, 'JournalIssue');
  const types = childrenOf(childOf(article, 'PublicationTypeList'), 'PublicationType').map(({ text }) =>
    plainText(text),
  );
  return commonFields(citation, {
    ids: [...childrenOf(article, 'ELocationID'), ...childrenOf(childOf(data, 'ArticleIdList'), 'ArticleId')],
    title: titleOf(childOf(article, 'ArticleTitle')) ?? titleOf(childOf(article, 'VernacularTitle')),
    abstract: abstractOf(childOf(article, 'Abstract')) || abstractOf(childOf(citation, 'OtherAbstract')),
    authorLists: childrenOf(article, 'AuthorList'),
    date:
      dateOf(childOf(issue, 'PubDate')) ??
      dateOf(childOf(article, 'ArticleDate')) ??
      dateOf(childrenOf(childOf(data, 'History'), 'PubMedPubDate').find(isEntryDate)),
    venue: textAt(journal, 'Title') || textAt(citation, 'MedlineJournalInfo', 'MedlineTA'),
    language: textAt(article, 'Language'),
    types,
    others: [
      ['issn', textAt(journal, 'ISSN')],
      ['volume', textAt(issue, 'Volume')],
      ['issue', textAt(issue, 'Issue')],
      ['pages', textAt(article, 'Pagination', 'MedlinePgn')],
    ],
  });
}

/** A chapter of a book, or a whole book. */
function fieldsOfBook(element: XmlElement): Record<string, unknown> {
  const document = childOf(element, 'BookDocument');
  const book = childOf(document, 'Book');
  const title = titleOf(childOf(document, 'ArticleTitle'));
  const bookTitle = titleOf(childOf(book, 'BookTitle'));
  const authorLists = childrenOf(document, 'AuthorList');
  return commonFields(document, {
    ids: [...childrenOf(childOf(document, 'ArticleIdList'), 'ArticleId'), ...childrenOf(book, 'ELocationID')],
    title: title ?? bookTitle,
    abstract: abstractOf(childOf(document, 'Abstract')),
    authorLists: authorLists.length > 0 ? authorLists : childrenOf(book, 'AuthorList'),
    // A chapter may be decades newer than the first edition of its book.
    date: dateOf(childOf(document, 'ContributionDate')) ?? dateOf(childOf(book, 'PubDate')),
    venue: title === undefined ? '' : (bookTitle ?? ''),
    language: textAt(document, 'Language'),
    types: childrenOf(document, 'PublicationType').map(({ text }) => plainText(text)),
    others: [['publisher', textAt(book, 'Publisher', 'PublisherName')]],
  });
}

interface Values {
  /** Elements with an `IdType` or `EIdType`. */
  readonly ids: readonly XmlElement[];
  readonly title: string | undefined;
  readonly abstract: string;
  readonly authorLists: readonly XmlElement[];
  readonly date: string | undefined;
  readonly venue: string;
  readonly language: string;
  readonly types: readonly string[];
  readonly others: readonly (readonly [string, string])[];
}

/** The fields from what articles and books have in different places, and from what both have in the same place. */
function commonFields(citation: XmlElement | undefined, values: Values): Record<string, unknown> {
  const idsOf = (type: string) =>
    values.ids.filter(
      ({ attributes }) => (attributes.IdType ?? attributes.EIdType) === type && attributes.ValidYN !== 'N',
    );
  const first = (type: string, read: (text: string) => string | undefined) =>
    idsOf(type)
      .map(({ text }) => read(text))
      .find((id) => id !== undefined);
  const pmid = identifiers.pmidOf(textAt(citation, 'PMID')) ?? first('pubmed', identifiers.pmidOf);
  const otherIds = childrenOf(citation, 'OtherID').map(({ text }) => identifiers.findPmcid(text));
  const keywords = childrenOf(citation, 'KeywordList').flatMap((list) => childrenOf(list, 'Keyword'));
  const headings = childrenOf(childOf(citation, 'MeshHeadingList'), 'MeshHeading');
  return recordFields(
    {
      pmid,
      pmcid: first('pmc', identifiers.pmcidOf) ?? otherIds.find((id) => id !== undefined),
      doi: first('doi', identifiers.doiOf),
      title: values.title,
      abstract: values.abstract,
      authors: distinct(values.authorLists.filter(isOfAuthors).flatMap(namesOf)),
      date: values.date,
      categories: distinct(headings.map((heading) => textAt(heading, 'DescriptorName'))),
      keywords: distinct(keywords.map(({ text }) => plainText(text).replace(/^\*|\.$/g, ''))),
      url: pmid === undefined ? undefined : `https://pubmed.ncbi.nlm.nih.gov/${pmid}/`,
      venue: values.venue,
      language: values.language,
      type: values.types[0],
    },
    [
      ...values.others,
      ['publicationtypes', values.types.length > 1 ? values.types : undefined],
      ['retracted', values.types.includes('Retracted Publication') ? true : undefined],
      ['bookaccession', first('bookaccession', (text) => text.trim())],
    ],
  );
}

/**
 * PubMed ends every title with a full stop, and puts the title of a translated paper into brackets. Undefined if there is
 * none.
 */
function titleOf(element: XmlElement | undefined): string | undefined {
  const withoutStop = (text: string) => text.replace(/(?<!\.)\.$/, '');
  const title = withoutStop(plainText(element?.text ?? ''));
  const bare = /^\[[^[\]]*\]$/.test(title) ? withoutStop(title.slice(1, -1)) : title;
  return isBlank(bare) || /^(?:not available|in process citation)$/i.test(bare) ? undefined : bare;
}

/** The parts of an abstract, those of a structured one with their labels. */
function abstractOf(abstract: XmlElement | undefined): string {
  const parts = childrenOf(abstract, 'AbstractText').map(({ text, attributes }) => {
    const label = plainText(attributes.Label ?? '').replace(/:$/, '');
    const part = plainText(text);
    return part === '' || label === '' || /^unlabell?ed$/i.test(label) ? part : `${label}: ${part}`;
  });
  return parts.filter((part) => part !== '').join(' ');
}

/** Books have a list of editors as well. */
function isOfAuthors({ attributes }: XmlElement): boolean {
  return (attributes.Type ?? 'authors') === 'authors';
}

/** The people and groups of a list. Entries that are not valid repeat another one with its name misspelled. */
function namesOf(list: XmlElement): string[] {
  return childrenOf(list, 'Author')
    .filter(({ attributes }) => attributes.ValidYN !== 'N')
    .map((author) => {
      const given = textAt(author, 'ForeName') || textAt(author, 'Initials');
      const person = nameOfParts({ given, family: textAt(author, 'LastName'), suffix: textAt(author, 'Suffix') });
      return person || textAt(author, 'CollectiveName');
    });
}

/** The day on which PubMed received a record; the others are of the history at the journal. */
function isEntryDate({ attributes }: XmlElement): boolean {
  return attributes.PubStatus === 'pubmed' || attributes.PubStatus === 'entrez';
}

/** A date with year, month ('7', '07' or 'Jul') and day, with a season, or in words: '2021 Jul-Aug', '1998 Dec-1999 Jan'. */
function dateOf(element: XmlElement | undefined): string | undefined {
  if (!element) return undefined;
  const [year, month, day] = ['Year', 'Month', 'Day'].map((name) => textAt(element, name));
  if (!/^\d{4}$/.test(year)) return publicationDate(textAt(element, 'MedlineDate'));
  return /^\d{1,2}$/.test(month) ? isoDate(year, month, day) : publicationDate(`${year} ${month} ${day}`);
}
