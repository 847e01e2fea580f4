/** Recognizes the format of a file by its content, and by its name where the content leaves it open. */
import { isDailyPapersPage } from '../daily-papers-page.ts';
import { LineSplitter } from '../lines.ts';
import { textOf } from './content-head.ts';
import { foreignKindOf, notTextReason } from './detect/file-signatures.ts';
import { markupKindOf } from './detect/markup.ts';
import { dialectOf, type JsonDialect } from './json/dialects.ts';
import { type Item, isObject } from './json/items.ts';
import { layoutOfJson } from './json/json-layout.ts';
import { layoutOf } from './tabular/table-layout.ts';
import { PIECE_BYTES } from './utf8-content.ts';

/** A format that paperfield reads. The dialects of JSON may be one document or JSON Lines. */
export type SourceFormat =
  | JsonDialect
  | 'bibtex'
  | 'ris'
  | 'medline'
  | 'csv'
  | 'tsv'
  | 'json'
  | 'jsonl'
  | 'parquet'
  | 'feed'
  | 'oai-pmh'
  | 'pubmed-xml'
  | 'zotero-sqlite'
  | 'daily-papers-page';

/** The format of a file, or what the file is instead, and what to do about it. */
export type DetectedFormat = { readonly format: SourceFormat } | { readonly reason: string };

/**
 * Recognizes the format of a file. The content decides; the name only where a content could be several, or has too
 * little of any: comments before the first entry of BibTeX, a table of unknown columns.
 *
 * @param head the first 64 KiB of the decompressed content, or all of it if it is shorter
 * @param name the name of the file, without the ending of a compression
 */
export function detectFormat(head: Uint8Array, name = ''): DetectedFormat {
  const bytes = Buffer.from(head.buffer, head.byteOffset, Math.min(head.byteLength, PIECE_BYTES));
  const ending = /\.([a-z0-9]+)$/i.exec(name)?.[1].toLowerCase() ?? '';
  if (bytes.length === 0) return { reason: 'the file is empty' };
  if (bytes.toString('latin1', 0, 4) === 'PAR1') return { format: 'parquet' };
  if (bytes.toString('latin1', 0, 15) === 'SQLite format 3') return databaseKind(bytes, name);
  const foreign = foreignKindOf(bytes) ?? notTextReason(bytes);
  if (foreign !== undefined) return { reason: foreign };
  const text = textOf(bytes);
  const isWhole = head.byteLength < PIECE_BYTES;
  if (text.trim() === '') {
    return {
      reason: isWhole ? 'the file is empty: it has nothing but white space' : 'it begins with 64 KiB of white space',
    };
  }
  return (
    markupKindOf(text) ??
    taggedKind(text) ??
    jsonKind(text, isWhole) ??
    tableKind(text, isWhole, ending, true) ??
    pageKind(text) ??
    tableKind(text, isWhole, ending, false) ??
    kindByName(text, ending) ?? { reason: otherTextReason(text) }
  );
}

/** Names of tables in every library of Zotero. */
const ZOTERO_TABLES =
  /CREATE TABLE "?(?:itemData|itemDataValues|itemTypesCombined|itemTypeFields|itemCreators|syncedSettings)\b/;

function databaseKind(bytes: Buffer, name: string): DetectedFormat {
  if (ZOTERO_TABLES.test(bytes.toString('latin1')) || /zotero/i.test(name)) return { format: 'zotero-sqlite' };
  return { reason: "an SQLite database, but not Zotero's; export its table as CSV" };
}

const BIBTEX_ENTRY = /^[ \t]*@[ \t]*[a-z][a-z_-]{2,30}\s*[{(]\s*(?:[^\s,{}=]{0,200}\s*,|[a-z]\w*\s*=)/im;
const BIBTEX_BLOCK = /^[ \t]*@(?:comment|string|preamble)\s*[{(]/im;

/** Formats in which a tag begins every line, or an entry. */
function taggedKind(text: string): DetectedFormat | undefined {
  if (/^\uFEFF?[ \t]*TY {1,3}- ?/im.test(text)) return { format: 'ris' };
  if (/^PMID- ?\d/m.test(text) || (text.match(/^[A-Z]{2,4} {0,2}- \S/gm) ?? []).length >= 3)
    return { format: 'medline' };
  if (/^\s*[{[]/.test(text)) return undefined;
  if (BIBTEX_ENTRY.test(text) || /^\s*@(?:comment|string|preamble)\s*[{(]/i.test(text)) return { format: 'bibtex' };
  if (/^FN (?:Clarivate|Thomson|ISI)/m.test(text) || (/^PT [JCSB]\s*$/m.test(text) && /^TI \S/m.test(text))) {
    return { reason: 'plain text of Web of Science; export it as tab-delimited file, BibTeX or RIS' };
  }
  if (/^%0 \S/m.test(text) && /^%[TA] \S/m.test(text))
    return { reason: 'tags of EndNote (Refer); export RIS or BibTeX' };
  return undefined;
}

function jsonKind(text: string, isWhole: boolean): DetectedFormat | undefined {
  if (!/^\s*[{[]/.test(text)) {
    const isLines = layoutOfJson(text, isWhole).kind === 'lines';
    if (!isLines) return undefined;
  }
  const layout = layoutOfJson(text, isWhole);
  // Text may begin with a bracket.
  if (layout.kind === 'problem') return /^\s*(?:\{\s*"|\[\s*[{\]])/.test(text) ? { reason: layout.problem } : undefined;
  const dialects = layout.sample.map((item) => dialectOf(isObject(item._source) ? item._source : item));
  const counts = new Map<JsonDialect, number>();
  for (const dialect of dialects) if (dialect) counts.set(dialect, (counts.get(dialect) ?? 0) + 1);
  const [best] = [...counts].sort((a, b) => b[1] - a[1]);
  if (best && best[1] >= layout.sample.length / 2) return { format: best[0] };
  if (layout.kind === 'lines') return { format: 'jsonl' };
  const isText = layout.sample.length === 0 && !/^\s*(?:\{\s*["}]|\[\s*[{\]"])/.test(text);
  return isText ? undefined : { format: layout.sample.some(isCitation) ? 'semantic-scholar' : 'json' };
}

/** Semantic Scholar lists the papers of citations within objects. */
function isCitation(item: Item): boolean {
  const paper = item.citingPaper ?? item.citedPaper;
  return isObject(paper) && typeof paper.paperId === 'string';
}

/** @param needsNames whether two names of columns must be known, so that there is no doubt */
function tableKind(text: string, isWhole: boolean, ending: string, needsNames: boolean): DetectedFormat | undefined {
  const bytes = Buffer.from(text);
  const layout = layoutOf(isWhole ? bytes : bytes.subarray(0, PIECE_BYTES));
  if ('problem' in layout) return undefined;
  const isTable = layout.columns.length >= 2;
  const isNamed = ['csv', 'tsv', 'tab', 'psv'].includes(ending);
  const isSure = isTable && layout.known >= 2;
  const isLikely =
    isTable && layout.consistency >= 0.8 ? layout.known >= 1 || isNamed || layout.delimiter === '\t' : isNamed;
  const isList = !isTable && layout.known === 1 && layout.problems.length === 0 && isNamed;
  if (!(needsNames ? isSure : isLikely || isList)) return undefined;
  return { format: layout.delimiter === '\t' ? 'tsv' : 'csv' };
}

function pageKind(text: string): DetectedFormat | undefined {
  const splitter = new LineSplitter();
  const lines = [...splitter.push(Buffer.from(text)), ...splitter.end()];
  return isDailyPapersPage(lines) ? { format: 'daily-papers-page' } : undefined;
}

const FORMAT_OF_ENDING: Readonly<Record<string, SourceFormat>> = {
  bib: 'bibtex',
  bibtex: 'bibtex',
  ris: 'ris',
  nbib: 'medline',
};

function kindByName(text: string, ending: string): DetectedFormat | undefined {
  const format = FORMAT_OF_ENDING[ending];
  if (format !== undefined) return { format };
  if (BIBTEX_BLOCK.test(text)) return { format: 'bibtex' };
  if (['json', 'jsonl', 'ndjson'].includes(ending)) return { reason: 'not JSON, though the name says so' };
  return undefined;
}

function otherTextReason(text: string): string {
  if (/\\(?:documentclass|begin\{document\})/.test(text)) {
    return 'a LaTeX document: paperfield reads lists of papers; name its .bib file';
  }
  if (/\\bibitem/.test(text)) return 'a LaTeX bibliography (.bbl); name the .bib file that it was made of';
  if (/^(?:From|Received|Subject): /m.test(text.slice(0, 2000))) return 'an e-mail';
  if (/^(?:import|from|def|class|function|const|#include|package) /m.test(text.slice(0, 2000)))
    return 'the source of a program';
  return (
    'text in no format that is known: expected BibTeX, RIS, PubMed, CSV with the names of its columns in the first line, ' +
    'JSON, a feed, or a saved Daily Papers page'
  );
}
