/** Plain text of the HTML that feeds, repositories and reference managers put into titles and abstracts. */
import sax from 'sax';
import { normalizeWhitespace } from '../parsed-paper.ts';

/** The named entities of HTML 4, such as `nbsp` and `eacute`, and the five of XML. */
const ENTITIES: Readonly<Record<string, string>> = sax.parser(true).ENTITIES;

/**
 * What Windows-1252 has for the bytes 0x80 to 0x9f. The `TextDecoder` of Node 20 cannot be asked: it takes Windows-1252 for
 * ISO-8859-1, and gives control characters.
 */
const WINDOWS_1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

/**
 * Replaces the control characters U+0080 to U+009F by what Windows-1252 has in their place. Nobody means them: they come
 * from references such as `&#146;` and from texts in Windows-1252 that say ISO-8859-1.
 */
export function withoutC1Controls(text: string): string {
  return text.replace(/[\u0080-\u009f]/g, (character) => WINDOWS_1252[character.charCodeAt(0) - 0x80]);
}

/** Decodes the character references of HTML once. An unknown one stays as it is. */
export function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#x([\da-f]{1,6})|#(\d{1,7})|([a-z][a-z\d]{1,31}));/gi, (written, hex, decimal, name) => {
    if (name !== undefined) return ENTITIES[name] ?? ENTITIES[name.toLowerCase()] ?? written;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    const isCharacter = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
    return isCharacter ? withoutC1Controls(String.fromCodePoint(code)) : written;
  });
}

/** Elements between which a reader sees a gap. */
const BLOCKS = new Set(
  (
    'address article aside blockquote body br caption center dd div dl dt fieldset figcaption figure footer form ' +
    'h1 h2 h3 h4 h5 h6 head header hr html li main nav ol p pre section table tbody td tfoot th thead tr ul ' +
    'title sec abstract'
  ).split(' '),
);

/** Other elements of HTML and MathML. */
const INLINE = new Set(
  (
    'a abbr acronym audio b bdi bdo big button cite code data del dfn em embed font i iframe img input ins kbd label ' +
    'link mark meta nobr noscript object q rp rt ruby s samp small source span strike strong sub sup svg time tt u ' +
    'var video wbr math mi mn mo ms mtext mspace mrow mfrac msqrt mroot mstyle merror mpadded mphantom mfenced ' +
    'menclose msub msup msubsup munder mover munderover mmultiscripts mprescripts none mtable mtr mlabeledtr mtd ' +
    'semantics maction italic bold sc underline monospace roman script style annotation annotation-xml'
  ).split(' '),
);

/** Elements whose content is not text for a reader: programs, and the TeX beside rendered MathML. */
const HIDDEN = new Set(['script', 'style', 'annotation', 'annotation-xml']);

/** Prefixes of MathML and JATS in HTML, and those of word processors. */
const PREFIXES = new Set(['mml', 'm', 'jats', 'o', 'w', 'st1']);

const TAG_START = /<\/?(?:([a-z][a-z\d]*):)?([a-z][a-z\d-]*)(?=[\s/>])/iy;
const TAG = /<(?:"[^"]*"|'[^']*'|[^"'>])*>/y;

/**
 * The text of a piece of HTML in one line: tags are removed, character references decoded once, scripts and comments
 * dropped, and white space takes the place of breaks and blocks. Only elements of HTML and MathML are tags, so that
 * the mathematics of 'for x<y and a > b' stays as it is. Takes time in proportion to the length, whatever the text.
 */
export function plainTextOfHtml(html: string): string {
  const parts: string[] = [];
  /** Whether quotes still pair up: once one does not, every further attempt would read to the end for nothing. */
  let quotesPair = true;
  let at = 0;
  /** Hidden elements that do not end: to look for that again would take quadratic time. */
  const unclosed = new Set<string>();
  const endOfTag = (open: number): number => {
    if (quotesPair) {
      TAG.lastIndex = open;
      if (TAG.test(html)) return TAG.lastIndex;
      quotesPair = false;
    }
    return html.indexOf('>', open) + 1 || html.length;
  };
  const lastGreater = html.lastIndexOf('>');
  for (let open = html.indexOf('<'); open >= 0 && open < lastGreater; open = html.indexOf('<', open)) {
    if (html.startsWith('<!--', open) || html.startsWith('<![', open)) {
      parts.push(html.slice(at, open));
      const isCdata = html.startsWith('<![CDATA[', open);
      const end = html.indexOf(isCdata ? ']]>' : html.startsWith('<!--', open) ? '-->' : '>', open);
      // CDATA within escaped HTML is a slip of the feed: its content is text.
      if (isCdata && end >= 0) parts.push(html.slice(open + 9, end));
      at = open = end < 0 ? html.length : end + (html[end] === '>' ? 1 : 3);
      continue;
    }
    TAG_START.lastIndex = open;
    const [, prefix, written] = TAG_START.exec(html) ?? [];
    const name = written?.toLowerCase();
    const isTag =
      name !== undefined && (prefix ? PREFIXES.has(prefix.toLowerCase()) : BLOCKS.has(name) || INLINE.has(name));
    if (!isTag) {
      open++;
      continue;
    }
    parts.push(html.slice(at, open));
    if (BLOCKS.has(name)) parts.push(' ');
    const isHidden = HIDDEN.has(name) && html[open + 1] !== '/';
    at = open = endOfTag(open);
    if (isHidden && html[at - 2] !== '/' && !unclosed.has(name)) {
      const close = new RegExp(`</(?:[a-z\\d]+:)?${name}\\b`, 'gi');
      close.lastIndex = at;
      const end = close.exec(html)?.index;
      // Without an end it is a word of the text: 'How <script> tags are used'.
      if (end === undefined) unclosed.add(name);
      else at = open = end;
    }
  }
  parts.push(html.slice(at));
  return normalizeWhitespace(decodeEntities(parts.join('')));
}
