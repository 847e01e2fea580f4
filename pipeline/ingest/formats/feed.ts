/**
 * Reads feeds of papers: Atom, RSS 2.0 and RSS 1.0 (RDF), as arXiv, bioRxiv, PubMed, journals and blogs write them. See
 * docs/formats/feed.md.
 */
import { isBlank, normalizeWhitespace } from '../parsed-paper.ts';
import { arxivAuthors, arxivText, firstVersionDate, isWithdrawn, withoutParentheses } from './arxiv-records.ts';
import { nameReadAloud } from './bibliographic/person-names.ts';
import { publicationDate } from './bibliographic/publication-dates.ts';
import { distinct, plainText, recordFields, sourceIdOf } from './bibliographic/record-fields.ts';
import { plainTextOfHtml } from './html-text.ts';
import * as identifiers from './identifiers.ts';
import type { RecordReader } from './source-record.ts';
import { authorsOf } from './values/authors.ts';
import { childOf, childrenOf, readXmlElements, type XmlElement } from './xml-elements.ts';

const ATOM = /^(?:http:\/\/www\.w3\.org\/2005\/Atom|http:\/\/purl\.org\/atom\/ns#|atom(?:10)?)$/i;
const DUBLIN_CORE = /^(?:https?:\/\/purl\.org\/(?:dc|metadata\/dublin_core)\b|dc(?:terms)?$)/i;
const PRISM = /prism/i;
const ARXIV = /arxiv/i;
const CONTENT = /purl\.org\/rss\/1\.0\/modules\/content|^content$/i;
const FEEDBURNER = /feedburner/i;

/** What a feed says of itself. */
interface Feed {
  readonly title: string;
  /** `prism:publicationName` of the feed. */
  readonly journal: string;
  readonly language: string;
}

/** Reads a feed. Other XML, and a web page in place of a feed, are one problem. */
export const readFeed: RecordReader = async function* (bytes) {
  let feed: Feed = { title: '', journal: '', language: '' };
  const headNames = ['title', 'publicationName', 'language'];
  for await (const part of readXmlElements(bytes, ['item', 'entry'], { headNames })) {
    if (part.kind === 'root') {
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
      if (/^(?:channel|feed)$/i.test(parent)) feed = { ...feed, ...headOf(element) };
      continue;
    }
    const problem = element.name === 'entry' ? errorOf(element) : undefined;
    if (problem !== undefined) yield { line, problem, excerpt };
    else
      yield {
        line,
        fields: element.name === 'entry' ? fieldsOfEntry(element, feed) : fieldsOfItem(element, feed),
        excerpt,
      };
  }
};

function notFeed(root: string): string {
  return /^html$/i.test(root)
    ? 'a web page, not a feed: the address may be wrong, or the server answered with an error; open it in a browser'
    : `<${root}> is not a feed; expected Atom (<feed>) or RSS (<rss>, <rdf:RDF>)`;
}

function headOf({ name, text }: XmlElement): Partial<Feed> {
  const value = plainText(text);
  if (value === '') return {};
  return name === 'title' ? { title: value } : name === 'language' ? { language: value } : { journal: value };
}

/** The API of arXiv answers a wrong question with an entry that is the error message. */
function errorOf(entry: XmlElement): string | undefined {
  const id = childOf(entry, 'id')?.text ?? '';
  if (!/arxiv\.org\/api\/errors/i.test(id)) return undefined;
  return `arXiv answered with an error: ${normalizeWhitespace(childOf(entry, 'summary')?.text ?? id)}`;
}

/** What Atom and RSS say of an entry, in the same form. */
interface Entry {
  readonly feed: Feed;
  /** The id or guid: the name of the entry in the feed. */
  readonly name: string;
  readonly url: string | undefined;
  readonly title: string;
  /** HTML or plain text of what may be the abstract, the likeliest first. */
  readonly texts: readonly string[];
  /** Names of authors, or lists of them. */
  readonly people: readonly string[];
  readonly date: string | undefined;
  /** Texts that hold identifiers and nothing else, the surest first. */
  readonly identifiers: readonly string[];
  readonly subjects: readonly string[];
  /** The categories of Atom and RSS: classes with arXiv, tags elsewhere. */
  readonly terms: readonly string[];
  readonly venue: string;
  readonly language: string;
  readonly type: string;
  /** Notes of arXiv: the authors' comment, and whether this announces a new paper or another version. */
  readonly comment: string;
  readonly announced: string;
}

function fieldsOf(entry: Entry): Record<string, unknown> {
  const isArxiv = identifiers.findArxivId(`${entry.url ?? ''} ${entry.name}`) !== undefined;
  const found = identifiers.mergeIdentifiers(entry.identifiers.map(identifiers.identifiersIn));
  const { known, others } = isArxiv ? arxivValues(entry, found) : values(entry, found);
  return recordFields(
    {
      ...found,
      // A name that is an address or an identifier says nothing beyond it.
      id: /^(?:https?|pubmed|pmid|doi):/i.test(entry.name) ? undefined : sourceIdOf(entry.name),
      url: entry.url,
      language: entry.language || entry.feed.language,
      type: entry.type,
      ...known,
    },
    [...Object.entries(others), ['feed', entry.feed.title]],
  );
}

type Values = { readonly known: Record<string, unknown>; readonly others: Record<string, unknown> };

/** 'Title. (arXiv:2301.00001v2 [cs.CL] UPDATED)', as the feeds of arXiv had it until 2024. */
const OLD_ARXIV_TITLE = /\.?\s*\(arXiv:[^\s()]{6,40}(?:\s\[([\w.-]{2,20})\])?[^()]{0,40}\)\s*$/i;

const ARXIV_ANNOUNCEMENT = /^\s*arXiv:\S{6,40}\s+Announce Type:\s*(\S{1,20})\s+(?:Abstract:\s*)?/i;

function arxivValues(entry: Entry, { arxivId }: identifiers.Identifiers): Values {
  const [description = ''] = entry.texts.filter((text) => !isBlank(text));
  const abstract = arxivText(
    (/^\s*<p[\s>]/i.test(description) ? plainTextOfHtml(description) : description).replace(ARXIV_ANNOUNCEMENT, ''),
  );
  const announced = entry.announced || (ARXIV_ANNOUNCEMENT.exec(description)?.[1] ?? '');
  const title = arxivText(entry.title);
  const [, subjectClass = ''] = OLD_ARXIV_TITLE.exec(title) ?? [];
  // The date of such an announcement is that of the last version.
  const date = /^replace/i.test(announced) ? undefined : entry.date;
  return {
    known: {
      title: title.replace(OLD_ARXIV_TITLE, ''),
      abstract,
      authors: entry.people.length === 1 ? arxivAuthors(plainTextOfHtml(entry.people[0])) : peopleOf(entry.people),
      date: firstVersionDate(arxivId, date),
      categories: distinct([...entry.subjects, subjectClass, ...entry.terms]),
      venue: arxivText(entry.venue),
    },
    others: {
      comment: arxivText(entry.comment),
      announced,
      ...(isWithdrawn(entry.comment, abstract) && { withdrawn: true }),
    },
  };
}

function values(entry: Entry, found: identifiers.Identifiers): Values {
  const isPaper = found.doi !== undefined || found.pmid !== undefined || entry.venue !== '';
  const title = entry.title;
  const descriptions = entry.texts
    .map((text) => descriptionOf(text, found.pmid !== undefined))
    .filter(({ abstract }) => abstract !== title);
  const abstracts = descriptions.map(({ abstract }) => abstract).filter((text) => text !== '');
  // Blogs describe an article, and then have all of it; journals cut the abstract, and then have all of it.
  if (isPaper) abstracts.sort((a, b) => b.length - a.length);
  const notes = descriptions.find(({ venue }) => venue !== undefined);
  const people = peopleOf(entry.people);
  return {
    known: {
      title,
      abstract: abstracts[0],
      authors: people.length > 0 ? people : notes?.authors,
      date: entry.date ?? notes?.date,
      categories: distinct(entry.subjects.map(plainText)),
      keywords: distinct(entry.terms.map(plainText)),
      venue: plainText(entry.venue) || notes?.venue || entry.feed.journal || venueOfFeed(entry.feed.title),
    },
    others: {},
  };
}

interface Description {
  readonly abstract: string;
  /** What ScienceDirect writes in place of an abstract. */
  readonly authors?: readonly string[];
  readonly date?: string | undefined;
  readonly venue?: string;
}

/** '<h3>Abstract</h3>', '<p><b>ABSTRACT</b></p>' at the beginning. */
const HEADING = /^\s*(?:<[^<>]{1,200}>\s*){1,5}(?:abstract|summary)\s*:?\s*(?=<\/)/i;
/** 'Author(s): A. B., C. D., and E. F.<br/>', as the American Physical Society writes before an abstract … */
const APS_AUTHORS = /^\s*(?:<p[^<>]{0,100}>)?\s*Author\(s\):[^<]{0,50000}<(?:br|\/?p)[^<>]{0,100}>/i;
/** … and what it writes behind it: '[Phys. Rev. X 10, 011001] Published Fri Jan 03, 2020'. */
const APS_ISSUE = /\s*\[[^\][]{5,100}\] Published [^.]{6,60}$/;
const NATURE_ISSUE = /^[^;]{1,150}, Published online: [^;]{4,40}; doi:\s?10\.\S{4,100}\s?/i;
/** 'Journal, Volume 10, Issue 2, Page 1-9, May 2024.', 'Journal, EarlyView.': Wiley, Science, ACS, PNAS. */
const ATYPON_ISSUE = /^[^.]{2,150}?, (?:Volume \d|Ahead of Print|Early ?View|Accepted Article)[^.]{0,150}\.\s?/i;
const SCIENCE_DIRECT = /^Publication date: (.{3,60}?) Source: (.{1,300}?)(?: Author\(s\): (.{0,100000}))?$/;
/** Citation, 'ABSTRACT', the abstract, 'PMID:1 | DOI:…', as PubMed writes. */
const PUBMED_CITATION = /^.{0,600}?\bABSTRACT\b\s*/;
const PUBMED_IDS = /\s*PMID:\s?\d{1,8}(?: \|.{0,300})?$/;

/** The abstract in a description, without what publishers write around it. */
function descriptionOf(markup: string, isPubmed: boolean): Description {
  const text = plainTextOfHtml(markup.replace(APS_AUTHORS, '').replace(HEADING, ''));
  const [, date, source, authors] = SCIENCE_DIRECT.exec(text) ?? [];
  if (date !== undefined && source !== undefined) {
    const venue = source.replace(/,? Volumes? .*$|, Issue .*$/, '');
    return { abstract: '', authors: authorsOf(authors) ?? [], date: publicationDate(date), venue };
  }
  if (isPubmed) {
    const cited = text.replace(PUBMED_IDS, '');
    return { abstract: PUBMED_CITATION.test(cited) ? cited.replace(PUBMED_CITATION, '') : '' };
  }
  return { abstract: text.replace(NATURE_ISSUE, '').replace(ATYPON_ISSUE, '').replace(APS_ISSUE, '') };
}

/** The journal in the title of a feed, where the publisher always writes it so. */
function venueOfFeed(title: string): string | undefined {
  return (
    /^ScienceDirect Publication: (.+)$/.exec(title)?.[1] ??
    /^(?:Latest (?:Results|Articles) for|Recent Articles in) (.+)$/.exec(title)?.[1] ??
    /^(?:Wiley|tandf|SAGE)?:? ?(.+): (?:Table of Contents|Latest Issue|Early View|Ahead of Print)$/i.exec(title)?.[1]
  );
}

/** One list of names, or names one by one. */
function peopleOf(people: readonly string[]): string[] {
  const names = people
    .map((name) => plainTextOfHtml(name))
    // RSS 2.0 wants an address of e-mail as the author, and the name in parentheses.
    .map((name) => /^\S+@\S+\s*\(([^()]+)\)$/.exec(name)?.[1] ?? name)
    .map(withoutParentheses)
    .filter((name) => !isBlank(name) && !/^\S+@\S+$/.test(name));
  return names.length === 1 ? (authorsOf(names[0]) ?? []) : distinct(names.map(nameReadAloud));
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

function fieldsOfEntry(element: XmlElement, feed: Feed): Record<string, unknown> {
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
  return fieldsOf({
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

function fieldsOfItem(element: XmlElement, feed: Feed): Record<string, unknown> {
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
  return fieldsOf({
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
