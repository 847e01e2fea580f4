/**
 * Reads feeds of papers: Atom, RSS 2.0 and RSS 1.0 (RDF), as arXiv, bioRxiv, PubMed, journals and blogs write them.
 *
 * What real feeds do:
 * - The API of arXiv answers a wrong question with an entry that is the error message, and now and then, when it is busy,
 *   with a page without entries though it says that there are some. Too many requests get the text 'Rate exceeded.'.
 * - arXiv's RSS has all authors in one `dc:creator`, 'Announce Type' before the abstract, and the date of the
 *   announcement; its RDF, which old archives have, the id and class in the title, and links in the list of authors.
 * - bioRxiv and medRxiv write 'Family, I.' and several names in one element, and the version behind the DOI.
 * - Publishers put citation, heading or authors before the abstract, or have them in its place (see `feed-entry.ts`).
 * - Springer's guid is a bare DOI, PubMed's is 'pubmed:1'. FeedBurner has the true address in an element of its own.
 * - Titles have HTML whatever they say of their type; those of arXiv have TeX, in which '<' is no tag.
 * - Media RSS and iTunes repeat `title`, `description` and `category` under other namespaces.
 * - RSS dates are RFC 822, also with wrong names of days; Atom's `updated` is later than `published`.
 */

import * as identifiers from '../../../core/identifiers.ts';
import { isBlank, normalizeWhitespace } from '../../parsed-paper.ts';
import { publicationDate } from '../bibliographic/publication-dates.ts';
import { plainText } from '../bibliographic/record-fields.ts';
import { plainTextOfHtml } from '../html-text.ts';
import type { RecordReader, SourceProblem } from '../source-record.ts';
import { type FeedHead, fieldsOfFeedEntry } from './feed-entry.ts';
import { childOf, childrenOf, type XmlElement } from './xml-element.ts';
import { readXmlElements } from './xml-elements.ts';

const ATOM = /^(?:http:\/\/www\.w3\.org\/2005\/Atom|http:\/\/purl\.org\/atom\/ns#|atom(?:10)?)$/i;
const DUBLIN_CORE = /^(?:https?:\/\/purl\.org\/(?:dc|metadata\/dublin_core)\b|dc(?:terms)?$)/i;
const PRISM = /prism/i;
const ARXIV = /arxiv/i;
const CONTENT = /purl\.org\/rss\/1\.0\/modules\/content|^content$/i;
const FEEDBURNER = /feedburner/i;

const HEAD_NAMES = ['title', 'publicationName', 'language', 'totalResults', 'startIndex', 'itemsPerPage'];

/**
 * Reads a feed, or several that are written one after the other. Other XML, a web page in place of a feed, and an empty
 * page of arXiv that should not be empty are one problem each.
 */
export const readFeed: RecordReader = async function* (bytes) {
  let feed: FeedHead = { title: '', journal: '', language: '' };
  let page = new Page();
  for await (const part of readXmlElements(bytes, ['item', 'entry'], { headNames: HEAD_NAMES })) {
    if (part.kind === 'root') {
      yield* page.problems();
      page = new Page();
      if (/^(?:feed|rss|rdf)$/i.test(part.name)) continue;
      yield { line: part.line, problem: notFeed(part.name), excerpt: part.excerpt };
      return;
    }
    if (part.kind === 'problem') {
      yield { line: part.line, problem: part.problem, excerpt: part.excerpt };
      continue;
    }
    const { line, parent, element, excerpt } = part;
    if (element.name !== 'item' && element.name !== 'entry') {
      page.note(element, line, excerpt);
      if (/^(?:channel|feed)$/i.test(parent)) feed = { ...feed, ...headOf(element) };
      continue;
    }
    page.isEmpty = false;
    const problem = element.name === 'entry' ? errorOf(element) : undefined;
    if (problem !== undefined) yield { line, problem, excerpt };
    else
      yield {
        line,
        fields: element.name === 'entry' ? fieldsOfEntry(element, feed) : fieldsOfItem(element, feed),
        excerpt,
      };
  }
  yield* page.problems();
};

/** What a page of search results says of its size, in the elements of OpenSearch. */
class Page {
  isEmpty = true;
  readonly #counts = new Map<string, number>();
  #total: Pick<SourceProblem, 'line' | 'excerpt'> | undefined;

  note({ name, text }: XmlElement, line: number, excerpt: string): void {
    if (!/^\s*\d{1,15}\s*$/.test(text)) return;
    this.#counts.set(name, Number(text));
    if (name === 'totalResults') this.#total = { line, excerpt };
  }

  /** The problem of a page that is empty though results were asked for and there are some. */
  *problems(): Generator<SourceProblem> {
    const results = this.#counts.get('totalResults') ?? 0;
    const start = this.#counts.get('startIndex') ?? 0;
    if (!this.isEmpty || !this.#total || results <= start || this.#counts.get('itemsPerPage') === 0) return;
    const problem = `an empty page, though there are ${results} results and it begins at ${start}; ask again in a minute`;
    yield { ...this.#total, problem };
  }
}

function notFeed(root: string): string {
  return /^html$/i.test(root)
    ? 'a web page, not a feed: the address may be wrong, or the server answered with an error; open it in a browser'
    : `<${root}> is not a feed; expected Atom (<feed>) or RSS (<rss>, <rdf:RDF>)`;
}

function headOf({ name, text }: XmlElement): Partial<FeedHead> {
  const value = plainText(text);
  if (value === '' || /^(?:totalResults|startIndex|itemsPerPage)$/.test(name)) return {};
  return name === 'title' ? { title: value } : name === 'language' ? { language: value } : { journal: value };
}

/** The API of arXiv answers a wrong question with an entry that is the error message. */
function errorOf(entry: XmlElement): string | undefined {
  const id = childOf(entry, 'id')?.text ?? '';
  if (!/arxiv\.org\/api\/errors/i.test(id)) return undefined;
  return `arXiv answered with an error: ${normalizeWhitespace(childOf(entry, 'summary')?.text ?? id)}`;
}

function firstDate(...texts: readonly string[]): string | undefined {
  for (const text of texts) {
    const date = publicationDate(text);
    if (date !== undefined) return date;
  }
  return undefined;
}

function firstAddress(...texts: readonly (string | undefined)[]): string | undefined {
  return texts.map((text) => text?.trim()).find((text) => text !== undefined && /^https?:\/\/\S+$/i.test(text));
}

/** The text of the first element that has any. */
function firstText(element: XmlElement, ...names: readonly (readonly [name: string, namespace?: RegExp])[]): string {
  for (const [name, namespace] of names) {
    for (const { text } of childrenOf(element, name, namespace)) if (!isBlank(text)) return text.trim();
  }
  return '';
}

const textsOf = (elements: readonly XmlElement[]) => elements.map(({ text }) => text).filter((text) => !isBlank(text));

/** What Dublin Core, PRISM and arXiv say of an entry, in Atom and RSS alike. */
function extensionsOf(element: XmlElement) {
  return {
    people: textsOf(childrenOf(element, 'creator', DUBLIN_CORE)),
    identifiers: [
      firstText(element, ['doi', PRISM]),
      firstText(element, ['doi', ARXIV], ['DOI', ARXIV]),
      ...textsOf(childrenOf(element, 'identifier', DUBLIN_CORE)),
    ],
    subjects: textsOf([...childrenOf(element, 'subject', DUBLIN_CORE), ...childrenOf(element, 'section', PRISM)]),
    venue: firstText(element, ['publicationName', PRISM], ['journal_ref', ARXIV], ['journal_reference', ARXIV]),
    language: firstText(element, ['language', DUBLIN_CORE]),
    type: firstText(element, ['type', DUBLIN_CORE]),
    comment: firstText(element, ['comment', ARXIV]),
    announced: firstText(element, ['announce_type', ARXIV]),
  };
}

// Atom

function fieldsOfEntry(element: XmlElement, feed: FeedHead): Record<string, unknown> {
  const extensions = extensionsOf(element);
  const name = firstText(element, ['id', ATOM]);
  const links = childrenOf(element, 'link', ATOM).map(({ attributes }) => attributes);
  const hrefs = (rel: string) => links.filter((link) => (link.rel ?? 'alternate') === rel).map(({ href }) => href);
  const url = firstAddress(
    firstText(element, ['origLink', FEEDBURNER]),
    ...hrefs('alternate'),
    name,
    ...hrefs('related'),
  );
  const doiLinks = links.filter(({ title }) => title === 'doi').map(({ href }) => href ?? '');
  const authors = childrenOf(element, 'author', ATOM).map((author) => childOf(author, 'name', ATOM)?.text ?? '');
  const primary = childOf(element, 'primary_category', ARXIV)?.attributes.term ?? '';
  const isArxiv = ARXIV.test(`${url ?? ''}${name}`);
  const title = childOf(element, 'title', ATOM);
  return fieldsOfFeedEntry({
    ...extensions,
    feed,
    name,
    url,
    // Many feeds have HTML in titles, whatever they say of them; arXiv has none.
    title: isArxiv ? (title?.text ?? '') : plainTextOfHtml(markupOf(title)),
    texts: [childOf(element, 'summary', ATOM), childOf(element, 'content', ATOM)].map(markupOf),
    people: authors.some((author) => !isBlank(author)) ? authors : extensions.people,
    date: firstDate(
      firstText(element, ['published', ATOM], ['issued', ATOM], ['publicationDate', PRISM], ['date', DUBLIN_CORE]),
      firstText(element, ['created', ATOM], ['updated', ATOM], ['modified', ATOM]),
    ),
    identifiers: [...extensions.identifiers, ...doiLinks, name, url ?? ''],
    subjects: [primary, ...extensions.subjects],
    terms: childrenOf(element, 'category', ATOM).map(({ attributes, text }) => attributes.term ?? text),
    language: extensions.language || (element.attributes.lang ?? ''),
  });
}

/** The HTML or plain text of an element, which may also be XHTML. */
function markupOf(element: XmlElement | undefined): string {
  if (!element) return '';
  if (element.children.length === 0) return element.text;
  const escaped = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');
  return element.content
    .map((part) => (typeof part === 'string' ? escaped(part) : `<${part.name}>${markupOf(part)}</${part.name}>`))
    .join('');
}

// RSS

function fieldsOfItem(element: XmlElement, feed: FeedHead): Record<string, unknown> {
  const extensions = extensionsOf(element);
  // Media RSS, iTunes and others have elements with the same names.
  const own = element.children.filter(({ namespace }) => namespace === element.namespace);
  const ownText = (name: string) => own.find((child) => child.name === name && !isBlank(child.text))?.text.trim() ?? '';
  const guid = own.find(({ name }) => name === 'guid');
  const guidText = guid?.text.trim() ?? '';
  const atomLinks = childrenOf(element, 'link', ATOM).filter(({ attributes }) => attributes.rel !== 'self');
  const url = firstAddress(
    firstText(element, ['origLink', FEEDBURNER]),
    ownText('link'),
    firstText(element, ['url', PRISM]),
    ...atomLinks.map(({ attributes }) => attributes.href),
    element.attributes.about,
    guid?.attributes.isPermaLink === 'false' ? undefined : guidText,
  );
  const name = guidText || (element.attributes.about ?? '');
  const isArxiv = identifiers.findArxivId(`${url ?? ''} ${name}`) !== undefined;
  const title = ownText('title') || firstText(element, ['title', DUBLIN_CORE]);
  const description = own.find((child) => child.name === 'description');
  const texts = [description, childOf(element, 'encoded', CONTENT), childOf(element, 'description', DUBLIN_CORE)];
  const others = own.filter(({ name }) => name === 'author' || name === 'authors').map(({ text }) => text);
  const ofAtom = childrenOf(element, 'author', ATOM).map(
    (author) => childOf(author, 'name', ATOM)?.text ?? author.text,
  );
  const people = [extensions.people, others, ofAtom].find((list) => list.some((text) => !isBlank(text))) ?? [];
  const journal = firstText(element, ['source', DUBLIN_CORE]);
  return fieldsOfFeedEntry({
    ...extensions,
    feed,
    name,
    url,
    title: isArxiv ? title : plainTextOfHtml(title),
    texts: texts.map(markupOf),
    people,
    date: firstDate(
      firstText(element, ['publicationDate', PRISM]),
      firstText(element, ['date', DUBLIN_CORE], ['issued', DUBLIN_CORE]),
      ownText('pubDate'),
      firstText(element, ['coverDate', PRISM], ['coverDisplayDate', PRISM]),
      ownText('date'),
    ),
    // The guid of Springer is a bare DOI, that of PubMed 'pubmed:1'.
    identifiers: [...extensions.identifiers, guidText, url ?? ''],
    terms: own.filter(({ name }) => name === 'category').map(({ text }) => text),
    venue: extensions.venue || (/^pubmed:/.test(guidText) ? journal : ''),
  });
}
