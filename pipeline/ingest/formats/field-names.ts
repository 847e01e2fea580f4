/** Which columns of a table, or fields of JSON objects, are the fields that paperfield knows, and their values in known form. */
import { PaperfieldError } from '../../core/errors.ts';
import { knownFields } from './source-record.ts';
import { authorsOf } from './values/authors.ts';
import { type DateForms, dateOf } from './values/dates.ts';
import {
  arxivIdOf,
  doiOf,
  identifierOf,
  identifiersOfUrl,
  openAlexIdOf,
  pmcidOf,
  pmidOf,
  semanticScholarIdOf,
  urlOf,
} from './values/identifiers.ts';
import { textsOf } from './values/lists.ts';
import { isNoValue, textOf } from './values/text.ts';

/** A field that paperfield knows. */
export type KnownField = keyof typeof knownFields;

/** Where the known fields of a table come from. */
export interface ColumnGuess {
  /** The column that each known field is taken from. */
  readonly columns: Readonly<Partial<Record<KnownField, string>>>;
  /**
   * More columns with the same meaning, in order of preference. They are used in rows in which the first has no usable
   * value: conference papers have no journal, and some rows no full date but a year.
   */
  readonly alternatives: Readonly<Partial<Record<KnownField, readonly string[]>>>;
  /** All columns that are not in `columns`; they keep name and value. */
  readonly others: readonly string[];
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * The names of columns that mean a field, without case, accents, spaces and punctuation, the best first. They are from
 * the exports of Scopus, Web of Science, PubMed, IEEE Xplore, Zotero, Mendeley, EndNote, Lens, Dimensions, Publish or
 * Perish, from data sets of papers, and in the languages of spreadsheets.
 */
const NAMES: Readonly<Record<KnownField, string>> = {
  title:
    'title papertitle articletitle documenttitle worktitle titleofpaper titleofarticle fulltitle originaltitle ti t1 ' +
    'dctitle titel titre titulo titolo tytul displayname headline titles name 标题 题名 タイトル 제목',
  abstract:
    'abstract abstracttext abstractnote paperabstract articleabstract documentabstract ab n2 summary description ' +
    'dcdescription zusammenfassung kurzfassung resume resumen resumo riassunto abstracts abs 摘要 要旨 초록',
  authors:
    'authorfullnames fullnames af authors author authornames authorsnames authorname authorlist authorslist au a1 names ' +
    'authorsparsed creators creator dccreator writers by autoren autor auteurs auteur autores autori contributors 作者 著者 저자',
  date:
    'publicationdate publisheddate datepublished dateofpublication publishedat publishedon published pubdate dcdate ' +
    'releasedate issued coverdate date datum fecha data onlinedate publishedonline submitteddate submissiondate submitted ' +
    'createddate createdat created year publicationyear publishedyear yearofpublication yearpublished pubyear py y1 yr ' +
    'jahr erscheinungsjahr annee ano anno earlyaccessdate updatedate updated dp pd 年份 年',
  categories:
    'categories category arxivcategories primarycategory fieldsofstudy fieldofstudy s2fieldsofstudy fields field topics ' +
    'topic subjects subject subjectareas subjectarea subjectcategories woscategories webofsciencecategories wc sc ' +
    'researchareas researcharea researchfields disciplines discipline areas area meshterms meshheadings mesh concepts ' +
    'fieldsofresearch classification themen',
  keywords:
    'authorkeywords keywords keyword keywordlist kw de tags tag manualtags labels schlagworte schlusselworter stichworte motscles ' +
    'palabrasclave parolechiave 关键词 キーワード',
  url:
    'url link weblink paperurl paperlink articleurl articlelink documenturl landingpageurl abstracturl ur u1 uri href ' +
    'webaddress website sourceurl permalink urls links externalurl fulltexturl pdfurl pdflink pdf adresse',
  venue:
    'journaltitle journalname journal sourcetitle publicationtitle publicationname venue venuename publicationvenue ' +
    'containertitle container so jo jf t2 journalbook booktitle conferencename conference conferencetitle ' +
    'proceedingstitle proceedings event publication publishedin periodical outlet zeitschrift zeitschrifttitel revue ' +
    'revista rivista seriestitle source hostvenue 期刊',
  doi: 'doi di do doinumber digitalobjectidentifier articledoi paperdoi doilink doiurl externalidsdoi',
  arxivId: 'arxivid arxiv arxivnumber arxividentifier arxivurl arxivlink eprint externalidsarxiv',
  pmid: 'pmid pubmedid pubmed pm externalidspubmed',
  pmcid: 'pmcid pmc pubmedcentralid pubmedcentral',
  openAlexId: 'openalexid openalex openalexurl openalexworkid',
  semanticScholarId: 'semanticscholarid semanticscholar s2id s2paperid corpusid s2corpusid',
  citations:
    'citations citationcount citationscount numberofcitations numcitations ncitation ncitations citedby citedbycount ' +
    'citedbycounts timescited timescitedwoscore timescitedalldatabases totaltimescited tc z9 cites citescount ' +
    'citingworkscount articlecitationcount papercitationcount paperscitations inspirecitations zitate',
  language: 'language languages lang languageoforiginaldocument documentlanguage la lg sprache langue idioma lingua',
  type: 'documenttype itemtype articletype worktype entrytype typeofdocument dt type publicationtype pubtype genre ty dctype',
  id: 'id key citationkey citekey bibtexkey bibkey paperid articleid documentid workid recordid entryid uid ut utuniquewosid eid accessionnumber identifier',
};

/**
 * The tags of Web of Science mean other things than the same letters elsewhere: `ID` is not an id but keywords that an
 * algorithm found, and `DE` are the authors'.
 */
const WEB_OF_SCIENCE_TAGS: ReadonlyMap<string, KnownField | undefined> = new Map([
  ['ID', undefined],
  ['PT', undefined],
  ['PD', 'date'],
  ['PM', 'pmid'],
  ['BE', undefined],
]);

/** Columns with long texts that are no abstract, and columns with short ones that are no title. */
const NEITHER_TITLE_NOR_ABSTRACT =
  /affiliation|address|reference|funding|correspond|editor|fulltext|^notes?$|note$|^extra$|comment|publisher|isbn|issn|file|attachment|license|rights|copyright|biograph|citation|review|embedding|vector|bibtex|html|checksum|hash|orcid|email|e-mail|chemical|tradename|shorttitle|runningtitle|abbrev/;

const FIELD_OF_NAME: ReadonlyMap<string, KnownField> = new Map(
  knownFieldNames().flatMap((field) =>
    NAMES[field].split(' ').map((name): [string, KnownField] => [plainName(name), field]),
  ),
);

function knownFieldNames(): KnownField[] {
  const isKnown = (name: string): name is KnownField => Object.hasOwn(knownFields, name);
  return Object.keys(knownFields).filter(isKnown);
}

/** A name without case, accents, spaces and punctuation: `Author(s)` is `authors`. */
function plainName(name: string): string {
  return name
    .slice(0, 200)
    .normalize('NFKD')
    .replace(/[^\p{L}\p{N}]/gu, '')
    .toLowerCase();
}

/** The known field that a column of this name is, or undefined: `paper_title`, `Article Title` and `TI` are the title. */
export function knownFieldOf(name: string): KnownField | undefined {
  return FIELD_OF_NAME.get(plainName(name));
}

/**
 * Finds the columns of the known fields by their names and, for title and abstract, by their content where no name
 * says it. Where several columns mean the same, the one is taken of which the samples have the most usable values; between
 * equals the order of preference decides, and a full date goes before a year.
 *
 * @param names the columns in their order
 * @param samples the first rows, 20 to 200 of them
 * @param explicit columns that the user named, which win over every guess
 * @throws PaperfieldError (`bad_input`) if `explicit` names a column that does not exist
 */
export function guessColumns(
  names: readonly string[],
  samples: readonly Fields[],
  explicit: Readonly<Partial<Record<KnownField, string>>> = {},
): ColumnGuess {
  const columns: Partial<Record<KnownField, string>> = {};
  const alternatives: Partial<Record<KnownField, readonly string[]>> = {};
  const taken = new Set<string>();
  for (const field of knownFieldNames()) {
    const column = explicit[field];
    if (column === undefined) continue;
    if (!names.includes(column)) throw unknownColumn(field, column, names);
    columns[field] = column;
    taken.add(column);
  }
  const isWebOfScience = names.includes('TI') && names.includes('SO') && (names.includes('PT') || names.includes('UT'));
  const fieldOf = (name: string) =>
    isWebOfScience && WEB_OF_SCIENCE_TAGS.has(name) ? WEB_OF_SCIENCE_TAGS.get(name) : knownFieldOf(name);
  for (const field of knownFieldNames()) {
    const candidates = names.filter((name) => !taken.has(name) && fieldOf(name) === field);
    const [best, ...others] = sortedByUse(field, candidates, samples);
    if (columns[field] === undefined && best !== undefined) {
      columns[field] = best;
      taken.add(best);
      if (others.length > 0) alternatives[field] = others;
    }
  }
  guessByContent(
    columns,
    names.filter((name) => !taken.has(name) && fieldOf(name) === undefined),
    samples,
  );
  const used = new Set(Object.values(columns));
  return { columns, alternatives, others: names.filter((name) => !used.has(name)) };
}

function unknownColumn(field: string, column: string, names: readonly string[]): PaperfieldError {
  const some = names.slice(0, 20).map((name) => `'${name}'`);
  const list = names.length > 20 ? `${some.join(', ')} and ${names.length - 20} more` : some.join(', ');
  return new PaperfieldError('bad_input', `there is no column '${column}' for the ${field}; the columns are ${list}`);
}

/** Candidates with a usable value in most samples first; in the order of preference where that is equal. */
function sortedByUse(field: KnownField, candidates: readonly string[], samples: readonly Fields[]): string[] {
  const order = NAMES[field].split(' ').map(plainName);
  const rank = (name: string) => {
    const at = order.indexOf(plainName(name));
    return at < 0 ? order.length : at;
  };
  const uses = new Map(candidates.map((name) => [name, usableShare(field, name, samples)]));
  // Ten steps: a column that two rows more have is not better for that.
  const use = (name: string) => Math.round((uses.get(name) ?? 0) * 10);
  const isEmpty = (name: string) => samples.length > 0 && use(name) < 5;
  return [...candidates].sort((a, b) => Number(isEmpty(a)) - Number(isEmpty(b)) || rank(a) - rank(b));
}

/** The share of the samples in which a column has a value that the field can be made of. */
function usableShare(field: KnownField, name: string, samples: readonly Fields[]): number {
  const usable = samples.filter((sample) => convert[field](sample[name], name) !== undefined);
  return samples.length === 0 ? 0 : usable.length / samples.length;
}

/** Measures of the texts of a column. */
interface TextMeasures {
  readonly name: string;
  /** Mean length in characters, of the samples that have a text. */
  readonly length: number;
  readonly words: number;
  /** The share of texts that occur once. */
  readonly unique: number;
}

const MIN_ABSTRACT_LENGTH = 150;

function guessByContent(
  columns: Partial<Record<KnownField, string>>,
  names: readonly string[],
  samples: readonly Fields[],
): void {
  if (columns.title !== undefined && columns.abstract !== undefined) return;
  let measures = names
    .filter((name) => !NEITHER_TITLE_NOR_ABSTRACT.test(plainName(name)))
    .map((name) => measure(name, samples))
    .filter((one) => one !== undefined);
  const longest = measures.reduce<TextMeasures | undefined>((a, b) => (a && a.length >= b.length ? a : b), undefined);
  if (columns.abstract === undefined && longest && longest.length >= MIN_ABSTRACT_LENGTH && longest.words >= 20) {
    // A single column of texts of middling length is rather of titles.
    if (columns.title !== undefined || measures.length > 1 || longest.length > 300) {
      columns.abstract = longest.name;
      measures = measures.filter((one) => one !== longest);
    }
  }
  if (columns.title !== undefined) return;
  const titles = measures.filter(
    ({ length, words, unique }) => length >= 20 && length <= 300 && words >= 3 && unique >= 0.8,
  );
  // The first such column: titles come before other texts.
  if (titles.length > 0) columns.title = titles[0].name;
}

function measure(name: string, samples: readonly Fields[]): TextMeasures | undefined {
  const texts = samples.map((sample) => sample[name]).filter((value) => typeof value === 'string' && !isNoValue(value));
  const words = texts.map((text) => String(text).trim().split(/\s+/));
  // Lists of names and addresses are texts too, but no sentences.
  const isOther = texts.filter((text) => /^\s*(?:https?:|\[|\{)|;.*;|\|/.test(String(text))).length;
  if (texts.length === 0 || texts.length < samples.length / 3 || isOther > texts.length / 2) return undefined;
  const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
  return {
    name,
    length: sum(texts.map((text) => String(text).length)) / texts.length,
    words: sum(words.map((one) => one.length)) / texts.length,
    unique: new Set(texts).size / texts.length,
  };
}

/** A whole number of 0 or more, also with separators between thousands: `1,234`, `1.234`, `1 234`, `12.0`. */
function countOf(value: unknown): number | undefined {
  const text = typeof value === 'number' || typeof value === 'string' ? String(value).trim() : '';
  const isGrouped = /^\d{1,3}(?:([,.'’\s\u00A0\u202F])\d{3})(?:\1\d{3})*$/.test(text);
  const digits = isGrouped ? text.replace(/\D/g, '') : text.replace(/\.0+$/, '');
  return /^\d{1,15}$/.test(digits) ? Number(digits) : undefined;
}

/** Columns whose numbers may be days as spreadsheets count them: those that are called a date. */
function dateForms(name: string): DateForms {
  return { serialDays: /date|datum|fecha|data|published|issued|created|submitted/.test(plainName(name)) };
}

/** Columns of Web of Science in which commas belong to the name of a category. */
const HAS_COMMAS_IN_CATEGORIES = /^(?:wc|sc|woscategories|webofsciencecategories|researchareas)$/;

/** How a value of a column becomes the value of a field; undefined if it cannot. */
const convert: Readonly<Record<KnownField, (value: unknown, name: string) => unknown>> = {
  id: textOf,
  title: textOf,
  abstract: textOf,
  authors: authorsOf,
  date: (value, name) => (typeof value === 'string' && isNoValue(value) ? undefined : dateOf(value, dateForms(name))),
  categories: (value, name) => textsOf(value, HAS_COMMAS_IN_CATEGORIES.test(plainName(name))),
  keywords: (value) => textsOf(value),
  url: urlOf,
  venue: (value) => textOf(value) ?? textsOf(value)?.[0],
  doi: doiOf,
  arxivId: arxivIdOf,
  pmid: pmidOf,
  pmcid: pmcidOf,
  openAlexId: openAlexIdOf,
  semanticScholarId: semanticScholarIdOf,
  citations: countOf,
  language: textOf,
  type: (value) => textOf(value),
};

/**
 * The fields of a row or object in the forms that `knownFields` states. Identifiers that the id or the URL contains
 * are added. All other columns keep name and value, and so does a column of a known field whose value cannot be
 * converted; one that has the name of a known field without being it becomes `title (column)`. Values that say nothing
 * (`NaN`, `null`) are left out.
 */
export function fieldsFrom(record: Fields, guess: ColumnGuess): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  const put = (name: string, value: unknown) =>
    Object.defineProperty(fields, name, { value, writable: true, enumerable: true, configurable: true });
  for (const field of knownFieldNames()) {
    const column = guess.columns[field];
    if (column === undefined) continue;
    for (const name of [column, ...(guess.alternatives[field] ?? [])]) {
      const value = convert[field](record[name], name);
      if (value === undefined) continue;
      put(field, value);
      break;
    }
  }
  addIdentifiers(fields, record, guess);
  const chosen = new Set(Object.values(guess.columns));
  for (const [name, value] of Object.entries(record)) {
    const isUsed = chosen.has(name) && isConverted(name, value, guess);
    const isNothing = value === undefined || value === null || (typeof value === 'string' && isNoValue(value));
    // A column that is not the title although it is called so, because the user said which one is.
    if (!isUsed && !isNothing) put(Object.hasOwn(knownFields, name) ? `${name} (column)` : name, value);
  }
  return fields;
}

function isConverted(name: string, value: unknown, guess: ColumnGuess): boolean {
  return knownFieldNames().some((field) => guess.columns[field] === name && convert[field](value, name) !== undefined);
}

/** What a column of ids or addresses tells besides: an id that is an arXiv id is `arxivId` and no `id`. */
function addIdentifiers(fields: Record<string, unknown>, record: Fields, guess: ColumnGuess): void {
  const add = (identifiers: Readonly<Record<string, string>>) => {
    for (const [name, value] of Object.entries(identifiers)) fields[name] ??= value;
  };
  if (guess.columns.id !== undefined && fields.id !== undefined) {
    delete fields.id;
    add(identifierOf(record[guess.columns.id]));
  }
  if (typeof fields.url === 'string') add(identifiersOfUrl(fields.url));
  // `10.48550/arXiv.2301.01234` is the DOI that arXiv gives to a paper.
  if (typeof fields.doi === 'string') {
    const arxivId = arxivIdOf(fields.doi);
    if (arxivId !== undefined) fields.arxivId ??= arxivId;
  }
}
