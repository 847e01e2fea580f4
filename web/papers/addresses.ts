/** Web addresses in a text that a stranger wrote: pure. */
import { closing } from '../mathematics/text-commands.ts';

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
