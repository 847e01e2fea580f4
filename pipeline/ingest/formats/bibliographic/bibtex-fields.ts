/** Makes the fields of a record of those of a BibTeX or BibLaTeX entry. */

import * as identifiers from '../../../core/identifiers.ts';
import type { PaperIdentifiers } from '../../../core/paper.ts';
import { isBlank } from '../../parsed-paper.ts';
import { astronomyJournals } from './astronomy-journals.ts';
import type { BibtexEntry } from './bibtex-entry.ts';
import { bibtexNames, splitOutsideBraces, withoutOuterBraces } from './bibtex-names.ts';
import { LatexText, verbatimOfLatex } from './latex-text.ts';
import { publicationDate } from './publication-dates.ts';
import { distinct, firstUrl, oneOrList, plainText, recordFields, sourceIdOf } from './record-fields.ts';

/** Converts the entries of one file. */
export class BibtexFields {
  readonly #latex = new LatexText();

  /**
   * The fields of the record, from those of the entry.
   *
   * @param type in lower case, without `@`
   */
  fieldsOf(type: string, { key, fields }: BibtexEntry): Record<string, unknown> {
    const latex = this.#latex;
    latex.startEntry();
    const rest = new Map(fields);
    /** Takes the values of a field out of those that keep their own name. */
    const take = (name: string): readonly string[] => {
      const values = rest.get(name) ?? [];
      rest.delete(name);
      return values;
    };
    /** Takes the first of fields that has text. The others keep their own names. */
    const takeFirst = (...names: readonly string[]): string | undefined => {
      for (const name of names) {
        const text = plainText(latex.toUnicode(rest.get(name)?.[0] ?? ''));
        if (isBlank(text)) continue;
        rest.delete(name);
        return text;
      }
      return undefined;
    };
    const verbatim = (name: string): string[] => (fields.get(name) ?? []).map(verbatimOfLatex);

    const found = identifiersOfEntry(verbatim, (text) => latex.toUnicode(text));
    const title = takeFirst('title', 'maintitle');
    const subtitle = title === undefined ? undefined : takeFirst('subtitle');
    const date = this.#dateOf(fields);
    if (date !== undefined) for (const name of date.from) rest.delete(name);
    const citations = citationsOfEntry(fields);
    if (citations !== undefined) for (const name of ['times-cited', 'citations']) rest.delete(name);
    const urls = verbatim('url').map((url) => url.replace(/\s+/g, ''));
    const url = firstUrl([...urls, ...['bdsk-url-1', 'adsurl', 'ee', 'link', 'howpublished'].flatMap(verbatim)]);
    if (urls.length === 1 && urls[0] === url) rest.delete('url');

    const known = {
      ...found,
      id: sourceIdOf(latex.toUnicode(key)),
      title: subtitle === undefined ? title : `${title}: ${subtitle}`,
      abstract: takeFirst('abstract', 'abstractnote'),
      authors: take('author').flatMap((list) => bibtexNames(list, (text) => latex.toUnicode(text))),
      date: date?.date,
      categories: distinct(
        ['primaryclass', 'eprintclass', 'web-of-science-categories', 'research-areas']
          .flatMap(take)
          .flatMap((list) => this.#listOf(list, /;/g)),
      ),
      keywords: distinct(
        ['author_keywords', 'keywords', 'keyword', 'mendeley-tags']
          .flatMap(take)
          .flatMap((list) => this.#keywordsOf(list)),
      ),
      url,
      venue: this.#venueOf(take, takeFirst, fields),
      citations,
      language: takeFirst('langid', 'language', 'hyphenation'),
      type,
    };
    // An identifier that is known says nothing new in the field from which it was taken.
    if (found.doi !== undefined && identifiers.doiOf(verbatim('doi')[0] ?? '') === found.doi) take('doi');
    if (found.arxivId !== undefined && identifiers.arxivIdOf(verbatim('eprint')[0] ?? '') === found.arxivId) {
      for (const name of ['eprint', 'archiveprefix', 'eprinttype', 'arxivid']) take(name);
    } else if (found.pmid !== undefined && verbatim('eprint')[0] === found.pmid) {
      for (const name of ['eprint', 'eprinttype']) take(name);
    }
    for (const name of ['pmid', 'pmcid', 'arxivid'] as const) {
      if (known[name === 'arxivid' ? 'arxivId' : name] !== undefined) take(name);
    }
    return recordFields(
      known,
      [...rest].map(([name, values]) => [
        name,
        oneOrList(values.map((value) => this.#ownValue(name, value)).filter(Boolean)),
      ]),
    );
  }

  /** The value of a field that keeps its own name. */
  #ownValue(name: string, value: string): string {
    const isVerbatim = /^(?:doi|eprint|file|files|pdf|url|ids|ee|biburl|adsurl|verb[abc]|(?:bdsk-|citeulike-).*)$/.test(
      name,
    );
    return isVerbatim ? verbatimOfLatex(value).replace(/\s+/g, ' ') : this.#latex.toUnicode(value);
  }

  /** The date, and the fields that it was made from. */
  #dateOf(fields: BibtexEntry['fields']): { readonly date: string; readonly from: readonly string[] } | undefined {
    const text = (name: string) => this.#latex.toUnicode(fields.get(name)?.[0] ?? '');
    for (const name of ['date', 'issued']) {
      const date = publicationDate(text(name));
      if (date !== undefined)
        return { date, from: [name, ...(fields.has('year') ? this.#yearFields(fields, date) : [])] };
    }
    const year = publicationDate(text('year'));
    if (year === undefined) return undefined;
    const [month, day] = [text('month'), text('day')];
    if (year.length > 4 || month === '') return { date: year, from: ['year'] };
    const isNumber = /^\d{1,2}$/.test(month);
    const date = publicationDate(
      isNumber ? [year, month, day].filter(Boolean).join('-') : `${day} ${month} ${year}`.trim(),
    );
    return date === undefined || date === year
      ? { date: year, from: ['year'] }
      : { date, from: ['year', 'month', ...(date.length > 7 ? ['day'] : [])] };
  }

  /** `year` and `month` if they repeat what `date` says. */
  #yearFields(fields: BibtexEntry['fields'], date: string): readonly string[] {
    return this.#latex.toUnicode(fields.get('year')?.[0] ?? '') === date.slice(0, 4) ? ['year', 'month'] : [];
  }

  #venueOf(
    take: (name: string) => readonly string[],
    takeFirst: (...names: readonly string[]) => string | undefined,
    fields: BibtexEntry['fields'],
  ): string | undefined {
    const journal = (fields.get('journal') ?? fields.get('journaltitle'))?.[0] ?? '';
    // `\apj`, also in braces; `apj` where the macro is defined in another file.
    const command = /^[{\s]*\\?([a-z]+)[}\s]*$/i.exec(journal)?.[1].toLowerCase();
    const ofAstronomy = command === undefined ? undefined : astronomyJournals.get(command);
    if (ofAstronomy !== undefined && (journal.includes('\\') || journal === command)) {
      take(fields.has('journal') ? 'journal' : 'journaltitle');
      return ofAstronomy;
    }
    const venue = takeFirst('journal', 'journaltitle', 'booktitle', 'maintitle', 'eventtitle');
    // Google Scholar: 'arXiv preprint arXiv:2301.01234', another 'journal' for every paper.
    return venue !== undefined && /^arxiv\b/i.test(venue) && identifiers.findArxivId(venue) !== undefined
      ? 'arXiv'
      : venue;
  }

  #keywordsOf(list: string): string[] {
    const written = withoutOuterBraces(list);
    const parts = splitOutsideBraces(written, /;/g);
    return (parts.length > 1 ? parts : splitOutsideBraces(written, /[,\n]/g)).map((part) =>
      plainText(this.#latex.toUnicode(part)),
    );
  }

  #listOf(list: string, separator: RegExp): string[] {
    return splitOutsideBraces(withoutOuterBraces(list), separator).map((part) =>
      plainText(this.#latex.toUnicode(part)),
    );
  }
}

/** How much of a note is searched, in UTF-16 code units. */
const MAX_NOTE = 10_000;

/**
 * The identifiers of an entry, from the fields made for them before others.
 *
 * @param verbatim the values of a field without LaTeX
 */
function identifiersOfEntry(
  verbatim: (name: string) => string[],
  toUnicode: (latex: string) => string,
): PaperIdentifiers {
  const first = (name: string) => verbatim(name)[0] ?? '';
  const eprintKind = (first('archiveprefix') || first('eprinttype')).toLowerCase();
  const eprint = first('eprint');
  // DBLP writes preprints as articles of the journal 'CoRR', volume 'abs/2301.01234'.
  const corr = /^corr$/i.test(first('journal')) ? first('volume') : '';
  const arxivId =
    (/^$|arxiv/.test(eprintKind) ? identifiers.arxivIdOf(eprint) : undefined) ??
    identifiers.arxivIdOf(first('arxivid') || first('arxiv')) ??
    (corr === '' ? undefined : identifiers.arxivIdOf(corr));
  const pmid =
    identifiers.pmidOf(first('pmid')) ?? (/pubmed|pmid/.test(eprintKind) ? identifiers.pmidOf(eprint) : undefined);
  const pmcid = identifiers.pmcidOf(first('pmcid') || first('pmc'));
  const doi = identifiers.doiOf(first('doi'));
  const addresses = ['url', 'ee', 'bdsk-url-1', 'howpublished', 'journal', 'number', 'eid', 'adsurl', 'openalex'];
  return identifiers.mergeIdentifiers([
    {
      ...(doi !== undefined && { doi }),
      ...(arxivId !== undefined && { arxivId }),
      ...(pmid !== undefined && { pmid }),
      ...(pmcid !== undefined && { pmcid }),
    },
    // A DOI field may hold the identifier of another kind.
    ...['doi', ...addresses].map((name) => identifiers.identifiersIn(verbatim(name).join(' '))),
    ...['note', 'annote', 'extra', 'annotation'].map((name) =>
      identifiers.identifiersInNote(linesOf(verbatim(name)).map(toUnicode).join('\n')),
    ),
  ]);
}

/** The first lines of notes. */
function linesOf(notes: readonly string[]): string[] {
  return notes.flatMap((note) => note.slice(0, MAX_NOTE).split('\n')).slice(0, 100);
}

/** The number of citations, which Web of Science writes into a field and Scopus into the note: 'cited By 12'. */
function citationsOfEntry(fields: BibtexEntry['fields']): number | undefined {
  const inField = (fields.get('times-cited') ?? fields.get('citations'))?.[0] ?? '';
  const digits =
    /^[{\s]*(\d{1,9})[}\s]*$/.exec(inField)?.[1] ??
    /\bcited by:?\s?(\d{1,9})/i.exec((fields.get('note')?.[0] ?? '').slice(0, 1000))?.[1];
  return digits === undefined ? undefined : Number(digits);
}
