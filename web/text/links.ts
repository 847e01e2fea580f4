/**
 * Finds links: the PDF of a paper on arXiv, and web addresses in titles and abstracts, which are untrusted. Pure
 * functions.
 */
import type { PaperResponse } from '../../server/schemas/papers.ts';
import { findClosingBrace } from './find-tex.ts';

/**
 * Matches arXiv ids since April 2007: year, month and a number, which has four digits until 2014 and five since 2015.
 */
const ARXIV_ID =
  /^(?:0[7-9]|1[0-4])(?:0[1-9]|1[0-2])\.\d{4}(?:v\d+)?$|^(?:1[5-9]|[2-9]\d)(?:0[1-9]|1[0-2])\.\d{5}(?:v\d+)?$/;
/** Matches arXiv ids before April 2007, which contain the archive: `hep-th/9901001`, `math.GT/0309136`. */
const OLD_ARXIV_ID = /^[a-z]+(?:-[a-z]+)?(?:\.[A-Z]{2})?\/\d{7}(?:v\d+)?$/;

/** Match addresses of web pages that contain an arXiv id. */
const ARXIV_PAGES = [
  /^https?:\/\/(?:www\.|export\.)?arxiv\.org\/(?:abs|html)\/([^?#]+?)\/?(?:[?#]|$)/i,
  /^https?:\/\/(?:dx\.)?doi\.org\/10\.48550\/arxiv\.([^?#]+)$/i,
  /^https?:\/\/huggingface\.co\/papers\/([^?#]+)$/,
];

/**
 * Returns the address of a paper's PDF on arXiv. null if neither the paper's URL nor its id is one of arXiv, and if the
 * URL already is that of the PDF.
 */
export function arxivPdfUrl({ id, url }: Pick<PaperResponse, 'id' | 'url'>): string | null {
  if (url && /^https?:\/\/(?:www\.|export\.)?arxiv\.org\/pdf\//i.test(url)) return null;
  const fromUrl = ARXIV_PAGES.map((page) => url?.match(page)?.[1]).find((match) => match !== undefined);
  const fromId = /^arxiv:(.+)$/i.exec(id)?.[1];
  const arxivId =
    [fromUrl, fromId].find((one) => one !== undefined && (ARXIV_ID.test(one) || OLD_ARXIV_ID.test(one))) ??
    (ARXIV_ID.test(id) ? id : undefined);
  return arxivId === undefined ? null : `https://arxiv.org/pdf/${arxivId}`;
}

/** A link within a text. */
export interface TextLink {
  /** Start and end of the clickable part of the text: a half-open range in UTF-16 code units. */
  from: number;
  to: number;
  /** The address that the link leads to, http or https, as the browser normalizes it. */
  href: string;
  /** Whether the clickable text is a label, in contrast to the address itself. */
  isLabeled: boolean;
}

/**
 * Matches a web address in prose: characters of RFC 3986 (except those that rather end an address in prose), letters of
 * all scripts, and TeX escapes such as `\_`.
 */
const ADDRESS = /https?:\/\/(?:(?![,;]https?:\/\/)(?:[\p{L}\p{M}\p{N}\-._~:/?#@!&()*+,;=%]|\\[%&_#]))+/giu;
const TEX_HREF = /\\href\s?\{([^{}\s]+)\}(?=\{)/g;
const TRAILING_PUNCTUATION = /[.,;:!?*]+$/;
/** The longest address that becomes a link, in UTF-16 code units. */
const MAX_ADDRESS = 2000;
/** Matches a public host name: it has a dot, and the part after the last dot is not a number. */
const HOST = /[a-z0-9]\.(?:[a-z]{2,}|xn--[a-z0-9-]+)$/;

/**
 * Returns a URL in normalized form if it is http or https. null for any other scheme, such as `javascript:`, and for
 * text that is not a URL.
 */
export function safeUrl(url: string | null): string | null {
  if (!url) return null;
  try {
    const { protocol, href } = new URL(url);
    return protocol === 'https:' || protocol === 'http:' ? href : null;
  } catch {
    return null;
  }
}

/**
 * Finds the web addresses of a text, in order, without overlaps, trailing punctuation and surrounding brackets. For
 * TeX's `\href{address}{label}` the label becomes the link. Two kinds of addresses are not links: those with a user
 * name or password, which seem to lead to another host than they do, and those that a TeX command interrupts, because
 * the part before the command would be another address.
 */
export function findLinks(text: string): TextLink[] {
  if (!/:\/\//.test(text)) return [];
  const plain: TextLink[] = [];
  for (const match of text.matchAll(ADDRESS)) {
    const { index: from } = match;
    const to = from + addressLength(match[0]);
    const href = normalizedAddress(text.slice(from, to));
    const isInterrupted = to === from + match[0].length && /^\\[A-Za-z]/.test(text.slice(to));
    if (href && !isInterrupted) plain.push({ from, to, href, isLabeled: false });
  }
  const labeled: TextLink[] = [];
  for (const match of text.matchAll(TEX_HREF)) {
    const from = match.index + match[0].length + 1;
    const to = findClosingBrace(text, from - 1);
    const href = normalizedAddress(match[1]);
    // A label that is an address itself is linked to that address, not to the one in `\href`.
    const isAddress = plain.some((link) => link.from >= from && link.to <= to);
    if (href && to > from && !isAddress) labeled.push({ from, to, href, isLabeled: true });
  }
  return [...plain, ...labeled].sort((a, b) => a.from - b.from);
}

function normalizedAddress(written: string): string | null {
  if (written.length > MAX_ADDRESS || !/^https?:/i.test(written)) return null;
  const href = safeUrl(written.replace(/\\([%&_#])/g, '$1'));
  if (!href) return null;
  const { hostname, username, password } = new URL(href);
  return HOST.test(hostname) && username + password === '' ? href : null;
}

/**
 * Returns the length of the address at the start of a text: it ends at the first unbalanced bracket and before trailing
 * punctuation.
 */
function addressLength(written: string): number {
  const open: number[] = [];
  let end = written.length;
  for (let at = 0; at < end; at++) {
    if (written[at] === '(') open.push(at);
    else if (written[at] === ')' && open.pop() === undefined) end = at;
  }
  return written.slice(0, open[0] ?? end).replace(TRAILING_PUNCTUATION, '').length;
}
