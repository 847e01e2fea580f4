import type { PaperAnswer } from '../../server/schemas/search.ts';
import { closing } from './text-commands.ts';

/** What arXiv has of a paper, told from facts that came with it: pure. */

/** Since April 2007, by year and month: four digits until 2014, then five. */
const NEW =
  /^(?:0[7-9]|1[0-4])(?:0[1-9]|1[0-2])\.\d{4}(?:v\d+)?$|^(?:1[5-9]|[2-9]\d)(?:0[1-9]|1[0-2])\.\d{5}(?:v\d+)?$/;
/** Before, within an archive: `hep-th/9901001`, `math.GT/0309136`. */
const OLD = /^[a-z]+(?:-[a-z]+)?(?:\.[A-Z]{2})?\/\d{7}(?:v\d+)?$/;

/** Pages that have one of arXiv's numbers in their address. */
const PAGES = [
  /^https?:\/\/(?:www\.|export\.)?arxiv\.org\/(?:abs|html)\/([^?#]+?)\/?(?:[?#]|$)/i,
  /^https?:\/\/(?:dx\.)?doi\.org\/10\.48550\/arxiv\.([^?#]+)$/i,
  /^https?:\/\/huggingface\.co\/papers\/([^?#]+)$/,
];

/** Where arXiv has a paper as PDF; null where neither address nor id says that it is there, or the address is the PDF. */
export function arxivPdf({ id, url }: Pick<PaperAnswer, 'id' | 'url'>): string | null {
  if (url && /^https?:\/\/(?:www\.|export\.)?arxiv\.org\/pdf\//i.test(url)) return null;
  const inUrl = PAGES.map((page) => url?.match(page)?.[1]).find((number) => number !== undefined);
  const named = /^arxiv:(.+)$/i.exec(id)?.[1];
  const number = [inUrl, named].find((one) => one !== undefined && (NEW.test(one) || OLD.test(one)));
  const known = number ?? (NEW.test(id) ? id : undefined);
  return known === undefined ? null : `https://arxiv.org/pdf/${known}`;
}

/** Web addresses in a text that a stranger wrote: pure. */

export interface Address {
  /** Half-open range of UTF-16 code units: what is pressed. */
  from: number;
  to: number;
  /** Of http or https, as browsers write it. */
  href: string;
  /** The text says it in words of its own, and not as the address. */
  isNamed: boolean;
}

/** The signs of RFC 3986 less those that end an address in prose, letters of all scripts, and signs that TeX escapes. */
const ADDRESS = /https?:\/\/(?:(?![,;]https?:\/\/)(?:[\p{L}\p{M}\p{N}\-._~:/?#@!&()*+,;=%]|\\[%&_#]))+/giu;
const NAMED = /\\href\s?\{([^{}\s]+)\}(?=\{)/g;
const TRAILING = /[.,;:!?*]+$/;
/** Longer ones are nobody's. */
const LONGEST = 2000;
/** A host that stands in the open web: with a dot, and no number behind the last one. */
const HOST = /[a-z0-9]\.(?:[a-z]{2,}|xn--[a-z0-9-]+)$/;

/** An address that is safe to link to, or null: only the web's own schemes, whatever the input said. */
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
 * The addresses of a text, in order and apart, without the punctuation behind them and the brackets around; of TeX's
 * `\href` the words. Those with a name and password in them say one host and mean another: they stay text, as do those that a
 * command of TeX breaks off, for what stands before it is an address too, and another.
 */
export function addressesIn(text: string): Address[] {
  if (!/:\/\//.test(text)) return [];
  const written: Address[] = [];
  for (const match of text.matchAll(ADDRESS)) {
    const { index: from } = match;
    const to = from + endOf(match[0]);
    const href = hrefOf(text.slice(from, to));
    const isBroken = to === from + match[0].length && /^\\[A-Za-z]/.test(text.slice(to));
    if (href && !isBroken) written.push({ from, to, href, isNamed: false });
  }
  const named: Address[] = [];
  for (const match of text.matchAll(NAMED)) {
    const from = match.index + match[0].length + 1;
    const to = closing(text, from - 1);
    const href = hrefOf(match[1]!);
    // What is written is where it leads.
    const isWritten = written.some((one) => one.from >= from && one.to <= to);
    if (href && to > from && !isWritten) named.push({ from, to, href, isNamed: true });
  }
  return [...written, ...named].sort((a, b) => a.from - b.from);
}

function hrefOf(written: string): string | null {
  if (written.length > LONGEST || !/^https?:/i.test(written)) return null;
  const href = safeLink(written.replace(/\\([%&_#])/g, '$1'));
  if (!href) return null;
  const { hostname, username, password } = new URL(href);
  return HOST.test(hostname) && username + password === '' ? href : null;
}

/** Where an address ends: before a bracket that is closed and not opened, or the other way round, and before punctuation. */
function endOf(written: string): number {
  const open: number[] = [];
  let end = written.length;
  for (let at = 0; at < end; at++) {
    if (written[at] === '(') open.push(at);
    else if (written[at] === ')' && open.pop() === undefined) end = at;
  }
  return written.slice(0, open[0] ?? end).replace(TRAILING, '').length;
}
