/**
 * Recognizes the identifiers of papers (DOI, arXiv, PubMed, OpenAlex, Semantic Scholar) in the forms in which sources
 * write them. Pure functions. Every pattern is bounded, so that no text takes more than linear time.
 */

import type { PaperIdentifiers as Identifiers, Paper } from './paper.ts';

/** Identifiers are at the beginning of a text or nowhere: more of it, in UTF-16 code units, is not searched. */
const MAX_SEARCHED = 10_000;

// DOI

const DOI = /(?<![\d.])10\.\d{4,9}(?:\.\d{1,9}){0,4}\/[^\s"]{1,400}/;
/** What publishers write behind a DOI in the addresses of their pages. */
const PAGE_OF_ARTICLE =
  /(?:\/(?:full|abstract|pdf|epdf|pdfdirect|html|meta|fulltext|summary|references|citations|download|figures)|\.(?:full|abstract|pdf|html|full\.pdf|full-text))+$/i;

/**
 * The first DOI in a text, in lower case: of `https://doi.org/10.1000/XYZ`, `doi:10.1000/xyz.` and
 * `https://publisher.org/doi/abs/10.1000/xyz?a=b` it is `10.1000/xyz`. Undefined if there is none.
 */
export function doiOf(text: string): string | undefined {
  const searched = text
    .slice(0, MAX_SEARCHED)
    .replace(/\p{Format}/gu, '')
    .replace(/&(lt|gt|amp);/gi, (_, name: string) => ({ lt: '<', gt: '>' })[name.toLowerCase()] ?? '&');
  const isAddress = /https?:\/\//i.test(searched);
  // In an address, even the slash may be encoded.
  const decoded = isAddress ? searched.replace(/%([2-7][0-9a-f])/gi, (_, hex) => asciiOf(hex)) : searched;
  const match = DOI.exec(decoded);
  if (!match) return undefined;
  let doi = match[0];
  // Angle brackets are part of old DOIs of Wiley ('…49:8<693::AID-ASI4>3.0.CO;2-O'); elsewhere they begin a tag.
  if (!/<\d+:[^<>]*>/.test(doi)) doi = doi.replace(/[<>].*$/, '');
  doi = doi.replace(/[,;]10\.\d{4}.*$/, '');
  const before = decoded.slice(Math.max(0, match.index - 300), match.index);
  const address = /https?:\/\/([^\s/]{1,200})[^\s]*$/i.exec(before);
  if (address) {
    doi = doi.replace(/[?#&].*$/, '');
    if (!/(?:^|\.)doi\.org$/i.test(address[1])) {
      doi = doi.replace(PAGE_OF_ARTICLE, '');
      // bioRxiv and medRxiv write the version behind the DOI.
      if (/(?:bio|med)rxiv\.org$/i.test(address[1])) doi = doi.replace(/v\d{1,3}$/, '');
    }
  }
  doi = withoutClosingPunctuation(doi).toLowerCase();
  return doi.endsWith('/') ? undefined : doi;
}

function asciiOf(hex: string): string {
  return String.fromCharCode(Number.parseInt(hex, 16));
}

/** Removes punctuation of the sentence around: full stops, quotes, brackets that were opened before the text. */
function withoutClosingPunctuation(text: string): string {
  let end = text.length;
  for (; end > 0; end--) {
    const last = text[end - 1];
    if (/[.,;:!?'*`’”»|\\]/.test(last)) continue;
    const opening = { ')': '(', ']': '[', '}': '{', '>': '<' }[last];
    if (opening === undefined) break;
    const kept = text.slice(0, end);
    if (kept.split(opening).length >= kept.split(last).length) break;
  }
  return text.slice(0, end);
}

// arXiv

const ARCHIVES =
  'acc-phys|adap-org|alg-geom|ao-sci|astro-ph|atom-ph|bayes-an|chao-dyn|chem-ph|cmp-lg|comp-gas|cond-mat|cs|dg-ga|' +
  'funct-an|gr-qc|hep-ex|hep-lat|hep-ph|hep-th|math-ph|math|mtrl-th|nlin|nucl-ex|nucl-th|patt-sol|physics|plasm-ph|' +
  'q-alg|q-bio|quant-ph|solv-int|supr-con';
/** `2301.01234`, or `hep-th/9901001`, also with a subject class: `math.GT/0309136`. Both begin with year and month. */
const ARXIV_ID =
  '((?:0[7-9]|[1-9]\\d)(?:0[1-9]|1[0-2])\\.\\d{4,5}|' +
  `(?:${ARCHIVES})(?:\\.[a-z]{2})?\\/\\d\\d(?:0[1-9]|1[0-2])\\d{3})(?!\\.?\\d)`;
const BARE_ARXIV_ID = new RegExp(
  `^\\s*(?:abs\\/)?${ARXIV_ID}(?:v\\d{1,3})?(?:\\.pdf)?\\s*(?:\\[[^\\]]*\\])?[.,;]?\\s*$`,
  'i',
);
const NAMED_ARXIV_ID = new RegExp(
  '(?:arxiv|ar5iv|alphaxiv|huggingface\\.co\\/papers)[\\w.-]{0,20}[\\s:/.]{1,4}' +
    `(?:(?:abs|pdf|html|format|ps|src|e-?prints?|preprint)[\\s:/]{1,3})?${ARXIV_ID}`,
  'i',
);

/** The arXiv id in a field that holds nothing else, in any form: `2301.01234v2`, `arXiv:2301.01234 [cs.CL]`, an address. */
export function arxivIdOf(text: string): string | undefined {
  const bare = BARE_ARXIV_ID.exec(text.slice(0, MAX_SEARCHED));
  return bare ? canonicalArxivId(bare[1]) : findArxivId(text);
}

/** The first arXiv id in a text that says that it is one: `arXiv:2301.01234`, `https://arxiv.org/abs/2301.01234v2`. */
export function findArxivId(text: string): string | undefined {
  const match = NAMED_ARXIV_ID.exec(text.slice(0, MAX_SEARCHED));
  return match ? canonicalArxivId(match[1]) : undefined;
}

/** arXiv itself resolves old ids without their subject class: `math/0309136` for `math.GT/0309136`. */
function canonicalArxivId(id: string): string {
  return id.toLowerCase().replace(/\.[a-z]{2}\//, '/');
}

/** The subject class that follows an arXiv id: `cs.CL` of `arXiv:2301.01234 [cs.CL]`. */
export function arxivClassIn(text: string): string | undefined {
  return /arxiv:\s?[\w./-]{1,40}\s*\[([a-z-]{2,20}(?:\.[A-Za-z-]{2,20})?)\]/i.exec(text.slice(0, MAX_SEARCHED))?.[1];
}

// PubMed, OpenAlex, Semantic Scholar

const PMID =
  /(?:\bPMID[\s:=]{0,3}|pubmed\.ncbi\.nlm\.nih\.gov\/|ncbi\.nlm\.nih\.gov\/pubmed\/(?:\?term=)?|europepmc\.org\/(?:abstract|article)\/med\/|\bpubmed:\s?|info:pmid\/)([1-9]\d{0,7})(?!\d)/i;
const PMCID = /(?<![a-z0-9])PMC(\d{4,9})(?!\d)/i;

/** The PubMed id in a field that holds nothing else: bare digits, or as in `findPmid`. */
export function pmidOf(text: string): string | undefined {
  return /^\s*0*([1-9]\d{0,7})\s*$/.exec(text)?.[1] ?? findPmid(text);
}

/** The first PubMed id in a text that says that it is one: `PMID: 123`, an address of PubMed or Europe PMC. */
export function findPmid(text: string): string | undefined {
  return PMID.exec(text.slice(0, MAX_SEARCHED))?.[1];
}

/** The PubMed Central id in a field that holds nothing else: bare digits, or as in `findPmcid`. */
export function pmcidOf(text: string): string | undefined {
  const digits = /^\s*([1-9]\d{0,8})\s*$/.exec(text)?.[1];
  return digits === undefined ? findPmcid(text) : `PMC${digits}`;
}

/** The first PubMed Central id in a text: `PMC1234567`, also within an address. */
export function findPmcid(text: string): string | undefined {
  const digits = PMCID.exec(text.slice(0, MAX_SEARCHED))?.[1];
  return digits === undefined ? undefined : `PMC${digits}`;
}

/** The first OpenAlex id in a text: of `https://openalex.org/W2741809807` it is `W2741809807`. */
export function findOpenAlexId(text: string): string | undefined {
  return /openalex\.org\/(?:works\/)?(w\d{1,12})(?!\d)/i.exec(text.slice(0, MAX_SEARCHED))?.[1].toUpperCase();
}

/** The first Semantic Scholar id in a text: 40 hexadecimal digits in an address, or the corpus id. */
export function findSemanticScholarId(text: string): string | undefined {
  const searched = text.slice(0, MAX_SEARCHED);
  const hash = /semanticscholar\.org\/paper\/(?:[^\s/]{1,300}\/)?([0-9a-f]{40})(?![0-9a-f])/i.exec(searched);
  return hash?.[1].toLowerCase() ?? /(?:corpusid|\bS2CID)[:\s]{1,2}(\d{1,12})(?!\d)/i.exec(searched)?.[1];
}

// All of them

/** Every identifier of a text that names the kind of its identifiers, such as an address. */
export function identifiersIn(text: string): Identifiers {
  const doi = doiOf(text);
  const arxivId = findArxivId(text);
  const pmid = findPmid(text);
  const pmcid = findPmcid(text);
  const openAlexId = findOpenAlexId(text);
  const semanticScholarId = findSemanticScholarId(text);
  return {
    ...(doi !== undefined && { doi }),
    ...(arxivId !== undefined && { arxivId }),
    ...(pmid !== undefined && { pmid }),
    ...(pmcid !== undefined && { pmcid }),
    ...(openAlexId !== undefined && { openAlexId }),
    ...(semanticScholarId !== undefined && { semanticScholarId }),
  };
}

/**
 * The identifiers in the lines of a note that begin with one: `arXiv:2301.01234 [cs]`, `PMID: 123`, `{:DOI: 10.1000/x}`,
 * an address. Other lines may speak of other papers. A semicolon ends a line, too.
 */
export function identifiersInNote(note: string): Identifiers {
  const lines = note
    .slice(0, MAX_SEARCHED)
    .split(/[\n;]/)
    .filter((line) => /^[\s{:]*(?:doi|pmid|pmcid|pmc\d|arxiv|s2cid|openalex|https?:\/\/)/i.test(line));
  return mergeIdentifiers(lines.map(identifiersIn));
}

/** Of each kind the first identifier. */
export function mergeIdentifiers(found: Iterable<Identifiers>): Identifiers {
  let merged: Identifiers = {};
  for (const identifiers of found) merged = { ...identifiers, ...merged };
  const ofDoi = merged.doi === undefined ? undefined : findArxivId(merged.doi);
  return ofDoi === undefined || merged.arxivId !== undefined ? merged : { ...merged, arxivId: ofDoi };
}

/** Whether a name is one of the identifiers and therefore says nothing as the name of a paper in its source. */
export function isIdentifier(name: string): boolean {
  const trimmed = name.trim();
  return (
    arxivIdOf(trimmed) !== undefined ||
    /^(?:https?:\/\/(?:dx\.)?doi\.org\/|doi:\s?)?10\.\d{4,9}\//i.test(trimmed) ||
    /^(?:PMC\d{4,9}|PMID:?\s?\d{1,8}|https?:\/\/(?:pubmed\.ncbi|www\.ncbi)\S+)$/i.test(trimmed)
  );
}

/**
 * The names of a paper that are the same everywhere, each with its kind, such as `doi:10.1000/xyz` and
 * `arxiv:2301.01234`: two papers with a common one are the same paper.
 */
export function aliasesOf(identifiers: Identifiers): string[] {
  const { doi, arxivId, pmid, pmcid, openAlexId, semanticScholarId } = identifiers;
  const named = [
    ['arxiv', arxivId],
    ['doi', doi],
    ['pmid', pmid],
    ['pmcid', pmcid],
    ['openalex', openAlexId],
    ['s2', semanticScholarId],
  ] as const;
  return named.flatMap(([kind, id]) => (id === undefined ? [] : [`${kind}:${id}`]));
}

/** The identifiers of a text that is one and nothing else: an address, or an id with or without the name of its kind. */
export function identifiersNamedBy(text: string): Identifiers {
  const trimmed = text.trim();
  const arxivId = arxivIdOf(trimmed);
  const openAlexId = /^W\d{4,12}$/i.test(trimmed) ? trimmed.toUpperCase() : undefined;
  return {
    ...(arxivId !== undefined && { arxivId }),
    ...(openAlexId !== undefined && { openAlexId }),
    ...mergeIdentifiers([identifiersIn(trimmed)]),
  };
}

/** The identifiers that the id of a paper is itself, for papers of which no more is known. */
export function identifiersOfId(id: string): Identifiers {
  if (/^10\.\d{4,9}\//.test(id)) return mergeIdentifiers([{ doi: id.toLowerCase() }]);
  return identifiersNamedBy(id);
}

/** The alias of a paper by its address, whatever the protocol, `www.` and a slash at the end. */
export function addressAlias(url: string): string {
  return `url:${url.replace(/^https?:\/\/(?:www\.)?|[/#?]+$/gi, '')}`;
}

/** What names a paper beside its own id: its identifiers, also one that is its id, and its address. */
export function aliasesOfPaper({ id, identifiers, url }: Pick<Paper, 'id' | 'identifiers' | 'url'>): string[] {
  return [...aliasesOf({ ...identifiersOfId(id), ...identifiers }), ...(url === undefined ? [] : [addressAlias(url)])];
}

/** All aliases under which a text may name a paper: those of an identifier, and that of an address. */
export function aliasesNamedBy(text: string): string[] {
  const trimmed = text.trim();
  const isAddress = /^(?:https?:\/\/|www\.|(?:[\w-]+\.)+[a-z]{2,}\/)\S+$/i.test(trimmed);
  return [...aliasesOf(identifiersNamedBy(trimmed)), ...(isAddress ? [addressAlias(trimmed)] : [])];
}

/** A page of the paper: of the preprint, which anyone can read, or of another identifier; undefined if there is none. */
export function addressOf({ doi, arxivId, pmid, pmcid, openAlexId }: Identifiers): string | undefined {
  if (arxivId !== undefined) return `https://arxiv.org/abs/${arxivId}`;
  if (doi !== undefined) return `https://doi.org/${doi}`;
  if (pmid !== undefined) return `https://pubmed.ncbi.nlm.nih.gov/${pmid}/`;
  if (pmcid !== undefined) return `https://www.ncbi.nlm.nih.gov/pmc/articles/${pmcid}/`;
  return openAlexId === undefined ? undefined : `https://openalex.org/${openAlexId}`;
}
