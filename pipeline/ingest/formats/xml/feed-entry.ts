/** The fields of an entry of a feed, without what arXiv, PubMed and publishers write around titles and abstracts. */

import * as identifiers from '../../../core/identifiers.ts';
import type { PaperIdentifiers } from '../../../core/paper.ts';
import { isBlank } from '../../parsed-paper.ts';
import { arxivAuthors, arxivText, firstVersionDate, isWithdrawn, withoutParentheses } from '../arxiv-records.ts';
import { nameReadAloud } from '../bibliographic/person-names.ts';
import { publicationDate } from '../bibliographic/publication-dates.ts';
import { distinct, plainText, recordFields, sourceIdOf } from '../bibliographic/record-fields.ts';
import { plainTextOfHtml } from '../html-text.ts';
import { authorsOf } from '../values/authors.ts';

/** What a feed says of itself. */
export interface FeedHead {
  readonly title: string;
  /** `prism:publicationName` of the feed. */
  readonly journal: string;
  readonly language: string;
}

/** What Atom and RSS say of an entry, in the same form. */
export interface FeedEntry {
  readonly feed: FeedHead;
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

/** The fields of an entry: those of a paper of arXiv, or of any other paper or article. */
export function fieldsOfFeedEntry(entry: FeedEntry): Record<string, unknown> {
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

function arxivValues(entry: FeedEntry, { arxivId }: PaperIdentifiers): Values {
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

function values(entry: FeedEntry, found: PaperIdentifiers): Values {
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
