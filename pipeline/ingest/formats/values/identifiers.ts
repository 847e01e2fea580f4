/** Identifiers and addresses of papers as values of tables and JSON: numbers, texts, URLs, lists. */
import * as identifiers from '../../../core/identifiers.ts';

/** A scalar as text: identifiers come as numbers too, and with `.0` where pandas read a column with gaps. */
function scalarText(value: unknown): string {
  const text = typeof value === 'number' && Number.isFinite(value) ? String(value) : value;
  return typeof text === 'string' && text.length < 2000 ? text.trim().replace(/^(\d+)\.0$/, '$1') : '';
}

/** The first DOI of a value. */
export function doiOf(value: unknown): string | undefined {
  return identifiers.doiOf(scalarText(value));
}

/** The arXiv id of a value that is nothing else. */
export function arxivIdOf(value: unknown): string | undefined {
  return identifiers.arxivIdOf(scalarText(value));
}

/** The PubMed id of a value that is nothing else. */
export function pmidOf(value: unknown): string | undefined {
  return identifiers.pmidOf(scalarText(value));
}

/** The id in PubMed Central of a value that is nothing else. */
export function pmcidOf(value: unknown): string | undefined {
  return identifiers.pmcidOf(scalarText(value));
}

/** The id of a work in OpenAlex, alone or in its URL. */
export function openAlexIdOf(value: unknown): string | undefined {
  return /^(?:https?:\/\/(?:api\.)?openalex\.org\/(?:works\/)?)?(W\d{1,12})$/i
    .exec(scalarText(value))?.[1]
    .toUpperCase();
}

/** The id in Semantic Scholar: 40 hexadecimal digits, alone or in a URL, or a corpus id. */
export function semanticScholarIdOf(value: unknown): string | undefined {
  const text = scalarText(value);
  const hash = /(?:^|[/:])([\da-f]{40})$/i.exec(text)?.[1];
  return hash?.toLowerCase() ?? /^(?:corpus_?id:?\s*)?(\d{1,12})(?:\.0)?$/i.exec(text)?.[1];
}

/** An http or https address, the first where several are given; `www.…` and `doi.org/…` are completed. */
export function urlOf(value: unknown): string | undefined {
  const text = Array.isArray(value) ? scalarText(value.find((one) => scalarText(one) !== '')) : scalarText(value);
  const first = /https?:\/\/[^\s"<>|]+/i.exec(text)?.[0].replace(/[;,]+$/, '');
  if (first !== undefined && text.search(/https?:\/\//i) < 40) return URL.canParse(first) ? first : undefined;
  if (/^(?:www\.[a-z\d-]|(?:dx\.)?doi\.org\/|arxiv\.org\/)[^\s]*$/i.test(text)) {
    return URL.canParse(`https://${text}`) ? `https://${text}` : undefined;
  }
  return undefined;
}

/** The identifiers that an address of a paper contains: its DOI, its arXiv id, … */
export function identifiersOfUrl(url: string): Readonly<Record<string, string>> {
  return { ...identifiers.mergeIdentifiers([identifiers.identifiersIn(url)]) };
}

/**
 * What a value in a column of ids is: one of the identifiers, or a name of the source (`id`). A number is a name: only the
 * column tells whether it is a PubMed id or a row number.
 */
export function identifierOf(value: unknown): Readonly<Record<string, string>> {
  const text = scalarText(value);
  if (text === '') return {};
  const arxivId = arxivIdOf(text);
  if (arxivId) return { arxivId };
  const openAlexId = openAlexIdOf(text);
  if (openAlexId) return { openAlexId };
  if (/(?:^|[/:])[\da-f]{40}$/i.test(text) || /^corpus_?id:/i.test(text)) {
    return present({ semanticScholarId: semanticScholarIdOf(text) });
  }
  if (/^(?:doi:\s*|https?:\/\/(?:dx\.)?doi\.org\/)?10\.\d{4,9}\/\S+$/i.test(text)) return present({ doi: doiOf(text) });
  if (/^pmc\d+$/i.test(text)) return present({ pmcid: pmcidOf(text) });
  if (/^pmid:?\s*\d+$/i.test(text)) return present({ pmid: pmidOf(text) });
  // The user's own id stays as it is written, spaces included.
  return { id: typeof value === 'string' ? value : text };
}

function present(fields: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) result[name] = value;
  return result;
}
