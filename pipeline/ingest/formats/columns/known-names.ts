/** The names that columns of tables and fields of JSON objects have in exports, for the fields that paperfield knows. */
import { knownFields } from '../source-record.ts';

/** A field that paperfield knows. */
export type KnownField = keyof typeof knownFields;

/** All of them, in the order of `knownFields`. */
export const KNOWN_FIELD_NAMES: readonly KnownField[] = Object.keys(knownFields).filter((name): name is KnownField =>
  Object.hasOwn(knownFields, name),
);

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
    'authorsparsed authorshipsauthordisplayname authorshipsrawauthorname creators creator dccreator writers by autoren autor auteurs auteur autores autori contributors 作者 著者 저자',
  date:
    'publicationdate publisheddate datepublished dateofpublication publishedat publishedon published pubdate dcdate ' +
    'releasedate issued coverdate date datum fecha data onlinedate publishedonline submitteddate submissiondate submitted ' +
    'createddate createdat created year publicationyear publishedyear yearofpublication yearpublished pubyear py y1 yr ' +
    'jahr erscheinungsjahr annee ano anno earlyaccessdate updatedate updated dp pd 年份 年',
  categories:
    'categories category arxivcategories primarycategory fieldsofstudy fieldofstudy s2fieldsofstudy fields field topicsdisplayname topics ' +
    'topic subjects subject subjectareas subjectarea subjectcategories woscategories webofsciencecategories wc sc ' +
    'researchareas researcharea researchfields disciplines discipline areas area meshterms meshheadings mesh concepts ' +
    'fieldsofresearch classification themen',
  keywords:
    'authorkeywords keywords keyword keywordsdisplayname keywordlist kw de tags tag manualtags labels schlagworte schlusselworter stichworte motscles ' +
    'palabrasclave parolechiave 关键词 キーワード',
  url:
    'url link weblink paperurl paperlink articleurl articlelink documenturl landingpageurl primarylocationlandingpageurl abstracturl ur u1 uri href ' +
    'webaddress website sourceurl permalink urls links externalurl fulltexturl pdfurl pdflink pdf adresse',
  venue:
    'journaltitle journalname journal sourcetitle publicationtitle publicationname venue venuename publicationvenue ' +
    'containertitle container so jo jf t2 journalbook booktitle conferencename conference conferencetitle ' +
    'proceedingstitle proceedings event publication publishedin periodical outlet zeitschrift zeitschrifttitel revue ' +
    'revista rivista primarylocationsourcedisplayname hostvenuedisplayname seriestitle hostvenue 期刊',
  doi: 'doi di do doinumber digitalobjectidentifier articledoi paperdoi doilink doiurl externalidsdoi',
  arxivId: 'arxivid arxiv arxivnumber arxividentifier arxivurl arxivlink eprint externalidsarxiv',
  pmid: 'pmid pubmedid pubmed pm externalidspubmed idspmid',
  pmcid: 'pmcid pmc pubmedcentralid pubmedcentral',
  openAlexId: 'openalexid openalex openalexurl openalexworkid idsopenalex',
  semanticScholarId: 'semanticscholarid semanticscholar s2id s2paperid corpusid s2corpusid',
  citations:
    'citations citationcount citationscount numberofcitations numcitations ncitation ncitations citedby citedbycount ' +
    'citedbycounts timescited timescitedwoscore timescitedalldatabases totaltimescited tc z9 cites citescount ' +
    'citingworkscount isreferencedbycount articlecitationcount papercitationcount paperscitations inspirecitations zitate',
  language: 'language languages lang languageoforiginaldocument documentlanguage la lg sprache langue idioma lingua',
  type: 'documenttype itemtype articletype worktype entrytype typeofdocument dt type publicationtype pubtype genre ty dctype',
  id: 'id key citationkey citekey bibtexkey bibkey paperid articleid documentid workid recordid entryid uid ut utuniquewosid eid accessionnumber identifier',
};

/**
 * The tags of Web of Science mean other things than the same letters elsewhere: `ID` is not an id but keywords that an
 * algorithm found, and `DE` are the authors'.
 */
export const WEB_OF_SCIENCE_TAGS: ReadonlyMap<string, KnownField | undefined> = new Map([
  ['ID', undefined],
  ['PT', undefined],
  ['PD', 'date'],
  ['PM', 'pmid'],
  ['BE', undefined],
]);

const PLAIN_NAMES: ReadonlyMap<KnownField, readonly string[]> = new Map(
  KNOWN_FIELD_NAMES.map((field) => [field, NAMES[field].split(' ').map(plainName)]),
);

const FIELD_OF_NAME: ReadonlyMap<string, KnownField> = new Map(
  [...PLAIN_NAMES].flatMap(([field, names]) => names.map((name): [string, KnownField] => [name, field])),
);

/** A name without case, accents, spaces and punctuation: `Author(s)` is `authors`. */
export function plainName(name: string): string {
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
 * The place of a name in the order of preference of its field: first the field's own name, then as in `NAMES`; the number
 * of all its names for another one.
 */
export function rankOfName(field: KnownField, name: string): number {
  if (name === field) return -1;
  const order = PLAIN_NAMES.get(field) ?? [];
  const at = order.indexOf(plainName(name));
  return at < 0 ? order.length : at;
}
