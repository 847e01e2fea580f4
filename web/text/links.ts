/** Web addresses: of a paper's PDF on arXiv, and within texts that strangers wrote. Pure. */
import type { PaperResponse } from '../../server/schemas/papers.ts';
import { closingBrace } from './tex.ts';

/** arXiv ids since April 2007: year, month and a number of four digits until 2014, five since then. */
const ARXIV_ID =
  /^(?:0[7-9]|1[0-4])(?:0[1-9]|1[0-2])\.\d{4}(?:v\d+)?$|^(?:1[5-9]|[2-9]\d)(?:0[1-9]|1[0-2])\.\d{5}(?:v\d+)?$/;
/** arXiv ids before April 2007, with their archive: `hep-th/9901001`, `math.GT/0309136`. */
const OLD_ARXIV_ID = /^[a-z]+(?:-[a-z]+)?(?:\.[A-Z]{2})?\/\d{7}(?:v\d+)?$/;

/** Web pages that have an arXiv id in their address. */
const ARXIV_PAGES = [
  /^https?:\/\/(?:www\.|export\.)?arxiv\.org\/(?:abs|html)\/([^?#]+?)\/?(?:[?#]|$)/i,
  /^https?:\/\/(?:dx\.)?doi\.org\/10\.48550\/arxiv\.([^?#]+)$/i,
  /^https?:\/\/huggingface\.co\/papers\/([^?#]+)$/,
];

/** The address of a paper's PDF on arXiv; null if neither URL nor id is one of arXiv's, or the URL is the PDF already. */
export function arxivPdf({ id, url }: Pick<PaperResponse, 'id' | 'url'>): string | null {
  if (url && /^https?:\/\/(?:www\.|export\.)?arxiv\.org\/pdf\//i.test(url)) return null;
  const fromUrl = ARXIV_PAGES.map((page) => url?.match(page)?.[1]).find((match) => match !== undefined);
  const fromId = /^arxiv:(.+)$/i.exec(id)?.[1];
  const arxivId =
    [fromUrl, fromId].find((one) => one !== undefined && (ARXIV_ID.test(one) || OLD_ARXIV_ID.test(one))) ??
    (ARXIV_ID.test(id) ? id : undefined);
  return arxivId === undefined ? null : `https://arxiv.org/pdf/${arxivId}`;
}

export interface TextLink {
  /** Half-open range of UTF-16 code units: the part of the text that is clickable. */
  from: number;
  to: number;
  /** An http or https address as the browser normalizes it. */
  href: string;
  /** The clickable text is a label, not the address itself. */
  isLabeled: boolean;
}

/** The characters of RFC 3986 except those that end an address in prose, letters of all scripts, and TeX escapes. */
const ADDRESS = /https?:\/\/(?:(?![,;]https?:\/\/)(?:[\p{L}\p{M}\p{N}\-._~:/?#@!&()*+,;=%]|\\[%&_#]))+/giu;
const TEX_HREF = /\\href\s?\{([^{}\s]+)\}(?=\{)/g;
const TRAILING_PUNCTUATION = /[.,;:!?*]+$/;
/** In UTF-16 code units. */
const MAX_ADDRESS = 2000;
/** A public host name: with a dot, and no number after the last one. */
const HOST = /[a-z0-9]\.(?:[a-z]{2,}|xn--[a-z0-9-]+)$/;

/** A URL that is safe to link to: http or https. null for any other scheme and for anything that is no URL. */
export function safeLink(url: string | null): string | null {
  if (!url) return null;
  try {
    const { protocol, href } = new URL(url);
    return protocol === 'https:' || protocol === 'http:' ? href : null;
  } catch {
    return null;
  }
}

/**
 * The web addresses of a text, in order, without overlaps, without trailing punctuation and surrounding brackets; for TeX's
 * `\href{address}{label}` the label. Two kinds stay text: addresses with a user name or password, which look like another
 * host than they lead to, and addresses that a TeX command interrupts, whose first part would be another address.
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
    const to = closingBrace(text, from - 1);
    const href = normalizedAddress(match[1]);
    // A label that is an address itself leads where it says.
    const isAddress = plain.some((link) => link.from >= from && link.to <= to);
    if (href && to > from && !isAddress) labeled.push({ from, to, href, isLabeled: true });
  }
  return [...plain, ...labeled].sort((a, b) => a.from - b.from);
}

function normalizedAddress(written: string): string | null {
  if (written.length > MAX_ADDRESS || !/^https?:/i.test(written)) return null;
  const href = safeLink(written.replace(/\\([%&_#])/g, '$1'));
  if (!href) return null;
  const { hostname, username, password } = new URL(href);
  return HOST.test(hostname) && username + password === '' ? href : null;
}

/** Where an address ends: at the first unbalanced bracket, and before trailing punctuation. */
function addressLength(written: string): number {
  const open: number[] = [];
  let end = written.length;
  for (let at = 0; at < end; at++) {
    if (written[at] === '(') open.push(at);
    else if (written[at] === ')' && open.pop() === undefined) end = at;
  }
  return written.slice(0, open[0] ?? end).replace(TRAILING_PUNCTUATION, '').length;
}
