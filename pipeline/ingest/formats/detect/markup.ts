/** Recognizes XML and HTML by the first element. Pure functions. */

/** What a file in XML or HTML is. */
export type MarkupKind = { readonly format: 'feed' | 'oai-pmh' | 'pubmed-xml' } | { readonly reason: string };

const HTML =
  'an HTML page: the address may be one of a page and not of its data; for a Daily Papers page, copy its text from the ' +
  'browser into a file';

/** Other roots, and what to do about them. */
const OTHER_ROOTS: readonly (readonly [root: RegExp, reason: string])[] = [
  [/^(?:html|body|head|div|p|table|script|meta|title)$/i, HTML],
  [/^opml$/i, 'a list of feeds (OPML), not a feed; save the feeds themselves'],
  [/^TEI$/i, 'a paper as TEI (of GROBID?): paperfield reads lists of papers, not papers'],
  [/^(?:article|pmc-articleset)$/i, 'a paper as JATS XML: paperfield reads lists of papers, not papers'],
  [/^(?:mods|modsCollection)$/i, 'MODS; export BibTeX, RIS or CSL JSON'],
  [/^(?:collection|record)$/i, 'MARC XML; export BibTeX, RIS or CSL JSON'],
  [/^xml$/i, 'XML of EndNote; export RIS or BibTeX'],
  [
    /^(?:eSearchResult|eSummaryResult|eLinkResult)$/i,
    'a search result of PubMed without the records; get them with efetch and retmode=xml',
  ],
  [/^svg$/i, 'an image (SVG)'],
];

/** What XML or HTML is, by its beginning; undefined if it is neither. */
export function markupKindOf(text: string): MarkupKind | undefined {
  const start = text.trimStart();
  if (!start.startsWith('<')) return undefined;
  if (/^<!doctype\s+html/i.test(start)) return { reason: HTML };
  const root = rootOf(start);
  if (root === undefined) return /^<[?!]/.test(start) ? { reason: 'XML without an element' } : undefined;
  const name = root.replace(/^.*:/, '');
  if (/^(?:feed|rss|channel)$/i.test(name)) return { format: 'feed' };
  if (/^OAI-PMH$/i.test(name)) return { format: 'oai-pmh' };
  if (/^(?:PubmedArticleSet|PubmedArticle|PubmedBookArticle|MedlineCitationSet|MedlineCitation)$/i.test(name)) {
    return { format: 'pubmed-xml' };
  }
  if (/^rdf$/i.test(name)) {
    return /purl\.org\/rss\/1\.0/.test(start.slice(0, 5000))
      ? { format: 'feed' }
      : { reason: 'RDF (of Zotero?), not a feed; export CSL JSON, BibTeX or RIS' };
  }
  const other = OTHER_ROOTS.find(([pattern]) => pattern.test(name));
  if (other) return { reason: other[1] };
  return { reason: `XML with the root <${root.slice(0, 60)}>; expected a feed, OAI-PMH or PubMed XML` };
}

/** The name of the first element, behind declarations and comments. */
function rootOf(start: string): string | undefined {
  let at = 0;
  for (;;) {
    at = start.indexOf('<', at);
    if (at < 0) return undefined;
    const end = start.startsWith('<!--', at)
      ? start.indexOf('-->', at)
      : /^<[?!]/.test(start.slice(at, at + 2))
        ? endOfDeclaration(start, at)
        : undefined;
    if (end === undefined) return /^<([\p{L}_][\p{L}\p{N}_:.-]*)/u.exec(start.slice(at, at + 200))?.[1];
    if (end < 0) return undefined;
    at = end + 1;
  }
}

/** A document type may have declarations of its own in brackets. */
function endOfDeclaration(text: string, at: number): number {
  const end = text.indexOf('>', at);
  const bracket = text.indexOf('[', at);
  if (text.startsWith('<?', at) || bracket < 0 || bracket > end) return end;
  const close = text.indexOf(']', bracket);
  return close < 0 ? -1 : text.indexOf('>', close);
}
