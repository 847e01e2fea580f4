/**
 * Reads RIS. Our own code, because the format is lines with a tag of two characters, and all the work is in what each
 * program means by a tag. No library of npm reads it in a stream and says where something is wrong.
 *
 * - Lines: tags in lower case, with one space, or indented (CINAHL, RefWorks). A long value goes on in lines without a
 *   tag; blank lines are anywhere, also within an abstract (Zotero) and between all tags (JabRef).
 * - Records: `ER` may be missing or repeated, or have lines behind it that belong to no record (GENIOS). Web sites put
 *   lines such as `Provider: …` in front (Springer); Web of Science ends the file with `EF`.
 * - Titles: `TI`, `T1` or `CT`; `BT` is the title of a book, and in a chapter the book around it. `T2` is the journal, the
 *   proceedings, the book around, or the series of a book.
 * - Names: `A1` (Mendeley) and `AU`; `A2` to `A4` and `ED` are editors, series editors or translators, never authors.
 *   EndNote ends names of organizations with a comma, IEEE and ASReview do not turn names around, Zotero writes
 *   'Family, Given, Suffix'. Several names in one value have semicolons between them.
 * - Dates: `PY` is the year, `Y1` or `DA` the day. The slashes of `2012/5//` are part of the form. `DA` may lack the year
 *   (Web of Science: 'OCT 21'), be a range ('15-18 May 2016', IEEE in `Y1`), or be of another year than `PY` (publishers
 *   that mean the print edition): then `PY` wins.
 * - Identifiers: DOIs are in `DO`, `DI` (older), `M3` (Mendeley), `L3`, `N1` or `UR`; PubMed ids in `AN` (PubMed,
 *   'PMID:1' Embase), `C2` (Scopus) or `PM`; `ID` is a citation key, an identifier, or a number that EndNote counts.
 * - Notes: Scopus and Web of Science write the number of citations into `N1`.
 * - Keywords: one in each `KW`, or all in one with line ends, semicolons or commas between them (EndNote, IEEE).
 */

import * as identifiers from '../../core/identifiers.ts';
import type { PaperIdentifiers } from '../../core/paper.ts';
import { normalizeWhitespace } from '../parsed-paper.ts';
import { nameReadAloud } from './bibliographic/person-names.ts';
import { mostPrecise, publicationDate } from './bibliographic/publication-dates.ts';
import { distinct, firstUrl, oneOrList, plainText, recordFields, sourceIdOf } from './bibliographic/record-fields.ts';
import { RemainingValues } from './bibliographic/remaining-values.ts';
import { readTaggedRecords, type TaggedFormat, type TaggedValue } from './bibliographic/tagged-records.ts';
import type { RecordReader } from './source-record.ts';

/** The tags that programs write. Others are tags only if they are written exactly as the format wants it. */
const TAGS = new Set(
  (
    'TY ER ID TI T1 T2 T3 TT ST CT BT AU A1 A2 A3 A4 A5 A6 ED AB N1 N2 KW PY Y1 Y2 DA DO DI UR LK L1 L2 L3 L4 JO JF JA J1 ' +
    'J2 VL IS SP EP SN PB PP CY AD AN LA DB DP M1 M2 M3 C1 C2 C3 C4 C5 C6 C7 C8 U1 U2 U3 U4 U5 CN CA ET SE LB NV OP RN RP ' +
    'RI SV TA CP U6 AV CR PM'
  ).split(' '),
);

const STRICT_LINE = /^\uFEFF?([A-Z][A-Z0-9]) {2}-(?: (.*))?$/s;
/** Tags in lower case, with one space, tabs or spaces before them: only those that are known. */
const LOOSE_LINE = /^[\s\uFEFF]{0,8}([a-z][a-z0-9])[ \t]{1,3}-(?:[ \t](.*))?$/is;

const RIS: TaggedFormat = {
  parseLine: (text) => {
    const strict = STRICT_LINE.exec(text);
    if (strict) return { tag: strict[1], value: (strict[2] ?? '').trim() };
    const loose = LOOSE_LINE.exec(text);
    const tag = loose?.[1].toUpperCase() ?? '';
    return loose && TAGS.has(tag) ? { tag, value: (loose[2] ?? '').trim() } : undefined;
  },
  beginsRecord: ({ tag }) => tag === 'TY',
  endTag: 'ER',
  example: 'TY  - JOUR',
};

/**
 * Reads a RIS file. A record ends at `ER`, at the next `TY` or at the end of the file. A record without anything but its
 * type is a problem, and so are lines before the first `TY` or behind an `ER` that have no title.
 *
 * @throws only what `bytes` throws
 */
export const readRis: RecordReader = async function* (bytes) {
  for await (const record of readTaggedRecords(bytes, RIS)) {
    if ('problem' in record) yield record;
    // Web of Science writes an empty 'EF' behind the last record.
    else if (record.values.every(({ value }) => value === '')) continue;
    else if (record.values.every(({ tag, value }) => tag === 'TY' || value === '')) {
      const problem = "the record is empty; expected lines such as 'TI  - A Title' between TY and ER";
      yield { line: record.line, problem, excerpt: record.excerpt };
    } else if (!record.values.some(({ tag, value }) => BEGIN_OR_TITLE.has(tag) && value !== '')) {
      const problem = "lines of no record were skipped: no line 'TY  - …' is before them, and no title is among them";
      yield { line: record.line, problem, excerpt: record.excerpt };
    } else yield { line: record.line, fields: fieldsOf(record.values), excerpt: record.excerpt };
  }
};

/** Lines of which a record has at least one. */
const BEGIN_OR_TITLE = new Set(['TY', 'TI', 'T1', 'CT', 'BT']);

/** Types whose title is the title of a book, and `T2` that of its series. */
const BOOKS = new Set(['BOOK', 'EBOOK', 'EDBOOK', 'WHOLE']);
/** The longest address, in UTF-16 code units. */
const MAX_ADDRESS = 10_000;

/** Types that are part of a book or of proceedings. */
const PARTS_OF_BOOKS = new Set(['CHAP', 'ECHAP', 'CONF', 'CPAPER', 'DICT', 'ENCYC']);

function fieldsOf(values: readonly TaggedValue[]): Record<string, unknown> {
  const rest = new RemainingValues(values);
  const found = identifiersOf(rest);
  const type = rest.takeFirst('TY');
  const kind = type?.toUpperCase() ?? '';
  const title = rest.takeFirst('TI', 'T1', 'CT', ...(PARTS_OF_BOOKS.has(kind) ? [] : ['BT']), 'ST', 'TT');
  const abstract = rest.takeFirst('AB', 'N2');
  const authors = distinct(rest.take('AU', 'A1').flatMap(namesOf));
  const editors = (['A2', 'A3', 'A4', 'ED'] as const).map((tag) => [tag, rest.take(tag).flatMap(namesOf)] as const);
  const keywords = keywordsOf(rest.take('KW'));
  const date = dateOf(rest);
  const url = firstUrl([...rest.all('UR'), ...rest.all('LK'), ...rest.all('L2'), ...rest.all('L1')]);
  const addresses = rest
    .take('UR')
    .flatMap((value) => value.split(/[\s;](?=https?:)/i))
    .map(withoutSeparator);
  const name = rest.takeFirst('ID');
  const id = sourceIdOf(name);
  const known = {
    ...found,
    id,
    title: title === undefined ? undefined : plainText(title),
    abstract: abstract === undefined ? undefined : plainText(abstract),
    authors,
    date,
    keywords,
    url,
    venue: venueOf(kind, rest),
    citations: citationsOf(rest),
    language: rest.takeFirst('LA'),
    type,
  };
  const doi = rest.take('DO', 'DI').filter((value) => identifiers.doiOf(value) !== found.doi);
  return recordFields(known, [
    ...[...rest.entries()].map(([tag, left]) => [tag, oneOrList(left)] as const),
    ...editors.map(([tag, names]) => [tag, oneOrList(names)] as const),
    ['UR', oneOrList(addresses.filter((address) => address !== url))],
    ['DO', oneOrList(doi)],
    ['ID', id === undefined && !Object.values(found).some((identifier) => identifier === name) ? name : undefined],
  ]);
}

/** The names of one value, usually one: some programs write several, on lines or with semicolons between them. */
function namesOf(value: string): string[] {
  return value
    .split(/[\n;]/)
    .map((name) => nameReadAloud(plainText(name)))
    .filter((name) => name !== '' && !/^et al\.?$/i.test(name));
}

/** An address without the semicolons and spaces that separated it from the next one. */
function withoutSeparator(address: string): string {
  return normalizeWhitespace(address.slice(0, MAX_ADDRESS)).replace(/[ ;]{1,20}$/, '');
}

function keywordsOf(values: readonly string[]): string[] {
  const separate = values.flatMap((value) => value.split(/[\n;]/));
  // One value with several commas is a list; one comma may be part of a term ('Arthritis, Rheumatoid').
  const [only = ''] = separate;
  const isCommaList = separate.length === 1 && only.split(',').length > 2;
  return distinct((isCommaList ? only.split(',') : separate).map((keyword) => plainText(keyword).replace(/^\*/, '')));
}

/**
 * The most precise date. `PY` is the year; `Y1` and `DA` are more precise, but `DA` may lack the year (Web of Science) or
 * be the day on which a page was visited (EndNote).
 */
function dateOf(rest: RemainingValues): string | undefined {
  const year = publicationDate(rest.first('PY')) ?? publicationDate(rest.first('Y1'));
  const dates = ['DA', 'Y1', 'PY'].map((tag) => {
    const written = rest.first(tag);
    const date =
      publicationDate(written) ?? (year === undefined ? undefined : publicationDate(`${written} ${year.slice(0, 4)}`));
    return year === undefined || date?.startsWith(year.slice(0, 4)) ? date : undefined;
  });
  const date = mostPrecise(dates);
  if (date !== undefined) {
    for (const tag of ['PY', 'Y1', 'DA']) if (isPartOf(rest.first(tag), date)) rest.takeFirst(tag);
  }
  return date;
}

/** Whether a written date says nothing that is not in the date that was made of it. */
function isPartOf(written: string, date: string): boolean {
  const own = publicationDate(written) ?? publicationDate(`${written} ${date.slice(0, 4)}`);
  return own !== undefined && date.startsWith(own);
}

function venueOf(kind: string, rest: RemainingValues): string | undefined {
  const journal = ['JF', 'T2', 'JO', 'BT', 'J1', 'JA', 'J2'];
  const order = PARTS_OF_BOOKS.has(kind) ? ['BT', 'T2', 'C3', 'JF', 'JO', 'JA', 'J2'] : BOOKS.has(kind) ? [] : journal;
  const venue = rest.takeFirst(...order) ?? rest.first('PB');
  const text = plainText(venue);
  return /^arxiv\b/i.test(text) && identifiers.findArxivId(text) !== undefined ? 'arXiv' : text;
}

/** The number of citations, which Scopus and Web of Science write among the notes. */
function citationsOf(rest: RemainingValues): number | undefined {
  for (const note of rest.all('N1')) {
    const digits = /\b(?:cited[ -]by|times cited[^:\n]{0,60}):\s{0,3}(\d{1,9})\b/i.exec(note.slice(0, 2000))?.[1];
    if (digits !== undefined) return Number(digits);
  }
  return undefined;
}

const IDENTIFIER_TAGS = 'UR LK L1 L2 L3 L4 M1 M3 AN ID C1 C2 C3 C4 C5 C6 C7 C8 U1 U2 U3 U4 U5 PB T2 JO JF'.split(' ');

function identifiersOf(rest: RemainingValues): PaperIdentifiers {
  const isPubMed = /pubmed|medline|\bnlm\b/i.test(`${rest.first('DB')} ${rest.first('DP')}`);
  const pmid =
    identifiers.pmidOf(rest.first('PM')) ??
    (isPubMed ? (identifiers.pmidOf(rest.first('AN')) ?? identifiers.pmidOf(rest.first('ID'))) : undefined) ??
    (/scopus/i.test(rest.first('DB')) ? identifiers.pmidOf(rest.first('C2')) : undefined);
  const doi = [...rest.all('DO'), ...rest.all('DI')].map(identifiers.doiOf).find((one) => one !== undefined);
  const arxivId = ['AN', 'M1', 'ID']
    .map((tag) => identifiers.arxivIdOf(rest.first(tag)))
    .find((one) => one !== undefined);
  return identifiers.mergeIdentifiers([
    {
      ...(doi !== undefined && { doi }),
      ...(pmid !== undefined && { pmid }),
      ...(arxivId !== undefined && { arxivId }),
    },
    ...['DO', ...IDENTIFIER_TAGS].flatMap((tag) =>
      rest.all(tag).map((value) => identifiers.identifiersIn(normalizeWhitespace(value))),
    ),
    ...rest.all('N1').map(identifiers.identifiersInNote),
  ]);
}
