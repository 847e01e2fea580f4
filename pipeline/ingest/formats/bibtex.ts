/**
 * Reads BibTeX and BibLaTeX, as Zotero, Better BibTeX, JabRef, Mendeley, Google Scholar, arXiv, the ACL Anthology, DBLP,
 * ADS, INSPIRE, Scopus and Web of Science write it. See docs/formats/bibtex.md.
 */
import { sourceExcerpt } from '../issues.ts';
import { isBlank } from '../parsed-paper.ts';
import { astronomyJournals } from './bibliographic/astronomy-journals.ts';
import { type BibtexBlock, BibtexBlocks } from './bibliographic/bibtex-blocks.ts';
import { inheritFromParents } from './bibliographic/bibtex-crossref.ts';
import { type BibtexEntry, parseBibtexEntry } from './bibliographic/bibtex-entry.ts';
import { bibtexNames, splitOutsideBraces, withoutOuterBraces } from './bibliographic/bibtex-names.ts';
import { LatexText, verbatimOfLatex } from './bibliographic/latex-text.ts';
import { publicationDate } from './bibliographic/publication-dates.ts';
import { distinct, firstUrl, oneOrList, plainText, recordFields, sourceIdOf } from './bibliographic/record-fields.ts';
import { textLines } from './bibliographic/text-lines.ts';
import * as identifiers from './identifiers.ts';
import type { RecordReader, SourceProblem, SourceRecord } from './source-record.ts';

/** Blocks that are no papers: preambles, and the settings that bibliography styles keep as entries. */
const NO_PAPERS = new Set(['preamble', 'control', 'ieeetranbstctl', 'set', 'xdata', 'bibnote']);

/** The length of all macros together, in UTF-16 code units, and of one of them. */
const MAX_MACROS = 2 ** 24;
const MAX_MACRO = 2 ** 16;

/** Reads a BibTeX or BibLaTeX file. An entry that is not closed is a problem, and the next one is read. */
export const readBibtex: RecordReader = (bytes) => inheritFromParents(readEntries(bytes));

async function* readEntries(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<SourceRecord | SourceProblem> {
  const blocks = new BibtexBlocks();
  const converter = new BibtexConverter();
  let firstLine: { readonly number: number; readonly text: string } | undefined;
  let isEmpty = true;
  for await (const line of textLines(bytes)) {
    if ('problem' in line) {
      yield line;
      continue;
    }
    firstLine ??= line;
    for (const block of blocks.push(line)) {
      isEmpty = false;
      yield* 'problem' in block ? [block] : converter.convert(block);
    }
  }
  for (const block of blocks.end()) {
    isEmpty = false;
    yield* 'problem' in block ? [block] : converter.convert(block);
  }
  if (isEmpty && firstLine) {
    const problem = "no BibTeX entry was found; expected '@article{key, title = {…}, …}'";
    yield { line: firstLine.number, problem, excerpt: sourceExcerpt(firstLine.text) };
  }
}

class BibtexConverter {
  readonly #latex = new LatexText();
  readonly #macros = new Map<string, string>(
    'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ').map((month) => [month, month]),
  );
  #macroLength = 0;

  /** The record of an entry, and a problem if a part of it could not be read. Remembers macros. */
  convert(block: BibtexBlock): (SourceRecord | SourceProblem)[] {
    if (NO_PAPERS.has(block.type)) return [];
    const entry = parseBibtexEntry(block.text, this.#macros);
    const excerpt = sourceExcerpt(block.text);
    const problems: SourceProblem[] = [];
    if (entry.skipped !== undefined) {
      const problem = `expected 'name = {value}' and found '${sourceExcerpt(entry.skipped)}'; this part was skipped`;
      problems.push({ line: block.line, problem, excerpt });
    }
    if (block.type === 'string') {
      this.#define(entry);
      return problems;
    }
    this.#latex.startEntry();
    return [{ line: block.line, fields: this.#fieldsOf(block.type, entry), excerpt }, ...problems];
  }

  #define({ fields }: BibtexEntry): void {
    for (const [name, [value]] of fields) {
      this.#macroLength += value.length;
      if (value.length <= MAX_MACRO && this.#macroLength <= MAX_MACROS) this.#macros.set(name, value);
    }
  }

  #fieldsOf(type: string, { key, fields }: BibtexEntry): Record<string, unknown> {
    const latex = this.#latex;
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

    const found = identifiersOf(verbatim, (text) => latex.toUnicode(text));
    const title = takeFirst('title', 'maintitle');
    const subtitle = title === undefined ? undefined : takeFirst('subtitle');
    const date = this.#dateOf(fields);
    if (date !== undefined) for (const name of date.from) rest.delete(name);
    const citations = citationsOf(fields);
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
    return splitOutsideBraces(withoutOuterBraces(list), separator).map((part) => plainText(this.#latex.toUnicode(part)));
  }
}

/**
 * The identifiers of an entry, from the fields made for them before others.
 *
 * @param verbatim the values of a field without LaTeX
 */
function identifiersOf(
  verbatim: (name: string) => string[],
  toUnicode: (latex: string) => string,
): identifiers.Identifiers {
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
      identifiers.identifiersInNote(verbatim(name).map(toUnicode).join('\n')),
    ),
  ]);
}

/** The number of citations, which Web of Science writes into a field and Scopus into the note: 'cited By 12'. */
function citationsOf(fields: BibtexEntry['fields']): number | undefined {
  const inField = (fields.get('times-cited') ?? fields.get('citations'))?.[0] ?? '';
  const digits =
    /^[{\s]*(\d{1,9})[}\s]*$/.exec(inField)?.[1] ??
    /\bcited by:?\s?(\d{1,9})/i.exec((fields.get('note')?.[0] ?? '').slice(0, 1000))?.[1];
  return digits === undefined ? undefined : Number(digits);
}
