/**
 * Reads BibTeX and BibLaTeX, as Zotero, Better BibTeX, JabRef, Mendeley, Google Scholar, arXiv, the ACL Anthology, DBLP,
 * ADS, INSPIRE, Scopus and Web of Science write it.
 *
 * The syntax is read by our own code: the parsers of npm need the whole file in memory, and one missing brace costs them
 * the rest of it. Commands of LaTeX become Unicode by @retorquere/bibtex-parser (`bibliographic/latex-text.ts`).
 *
 * - What is outside of entries is a comment, as are `@comment` and lines that begin with `%` (JabRef keeps its groups
 *   there). `@preamble`, `@set`, `@xdata` and settings of styles are no papers. What entries would inherit from `@xdata`
 *   is not filled in.
 * - `@string` and the names of months are replaced, parts joined by `#`. A name that is not defined stays as it is:
 *   it often is defined in another file.
 * - Braces: counted as BibTeX does, also after a backslash; where that finds no end, without those (`\{` in abstracts).
 *   Values in quotes may have quotes in them.
 * - Missing: keys (Mendeley), commas, delimiters of values, the last brace of an entry.
 * - Names: 'Family, Given', 'Given Family', 'Family, Jr., Given', organizations in braces, `and others`, `family=…`
 *   (Better BibTeX), semicolons in place of `and`.
 * - Dates: `date` with ranges, times and seasons (BibLaTeX), `year` and `month` as a name, number, macro or
 *   `jul # "~9"` (ACL Anthology, ADS), 'AUG 15' (Web of Science).
 * - Braces around the whole value (Web of Science twice), `{\textless}p{\textgreater}` and `{\$}` for the HTML and TeX of
 *   abstracts (Mendeley), `\$5` and `\%` (Zotero), `&lt;` (Scopus), `{\ensuremath{\alpha}}` (ADS).
 * - arXiv ids: `eprint` with `archiveprefix` or `eprinttype`, `arxivid` (Mendeley), 'arXiv preprint arXiv:…' as journal
 *   (Google Scholar), `abs/…` as volume of 'CoRR' (DBLP), a note (Zotero). PubMed ids: `pmid`, `eprint`, a note.
 * - `crossref` gives papers the date and the venue of their proceedings (DBLP), which may be at the end of the file.
 * - Journals as commands, `\apj` (ADS); citations in `times-cited` (Web of Science) or the note (Scopus).
 */
import { sourceExcerpt } from '../issues.ts';
import { type BibtexBlock, BibtexBlocks } from './bibliographic/bibtex-blocks.ts';
import { inheritFromParents } from './bibliographic/bibtex-crossref.ts';
import { type BibtexEntry, parseBibtexEntry } from './bibliographic/bibtex-entry.ts';
import { BibtexFields } from './bibliographic/bibtex-fields.ts';
import { textLines } from './bibliographic/text-lines.ts';
import type { RecordReader, SourceProblem, SourceRecord } from './source-record.ts';

/** Blocks that are no papers: preambles, and the settings that bibliography styles keep as entries. */
const NO_PAPERS = new Set(['preamble', 'control', 'ieeetranbstctl', 'set', 'xdata', 'bibnote']);

/** The length of all macros together, in UTF-16 code units, and of one of them. */
const MAX_MACROS = 2 ** 24;
const MAX_MACRO = 2 ** 16;

/**
 * Reads a BibTeX or BibLaTeX file. An entry that is not closed is a problem, and the next one is read; if only its last
 * brace is missing, it is a record and a problem. Text between the fields of an entry is a problem beside its record.
 *
 * @throws only what `bytes` throws
 */
export const readBibtex: RecordReader = (bytes) => inheritFromParents(readEntries(bytes));

async function* readEntries(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<SourceRecord | SourceProblem> {
  const blocks = new BibtexBlocks();
  const converter = new BlockConverter();
  let firstLine: { readonly number: number; readonly text: string } | undefined;
  let isEmpty = true;
  for await (const line of textLines(bytes)) {
    if ('problem' in line) {
      yield line;
      continue;
    }
    firstLine ??= line;
    for (const block of blocks.push(line)) {
      isEmpty = false;
      yield* 'problem' in block ? [block] : converter.convert(block);
    }
  }
  for (const block of blocks.end()) {
    isEmpty = false;
    yield* 'problem' in block ? [block] : converter.convert(block);
  }
  if (isEmpty && firstLine) {
    const problem = "no BibTeX entry was found; expected '@article{key, title = {…}, …}'";
    yield { line: firstLine.number, problem, excerpt: sourceExcerpt(firstLine.text) };
  }
}

class BlockConverter {
  readonly #fields = new BibtexFields();
  readonly #macros = new Map<string, string>(
    'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ').map((month) => [month, month]),
  );
  #macroLength = 0;

  /** The record of an entry, and a problem if a part of it could not be read. Remembers macros. */
  convert(block: BibtexBlock): (SourceRecord | SourceProblem)[] {
    if (NO_PAPERS.has(block.type)) return [];
    const entry = parseBibtexEntry(block.text, this.#macros);
    const { line } = block;
    const excerpt = sourceExcerpt(block.text);
    const problems: SourceProblem[] = [];
    if (entry.skipped !== undefined) {
      const problem = `expected 'name = {value}' and found '${sourceExcerpt(entry.skipped)}'; this part was skipped`;
      problems.push({ line, problem, excerpt });
    }
    if (block.type === 'string') {
      this.#define(entry);
      return problems;
    }
    if (entry.fields.size > 0)
      return [{ line, fields: this.#fields.fieldsOf(block.type, entry), excerpt }, ...problems];
    const problem = "the entry has no fields; expected '@article{key, title = {…}, …}'";
    return problems.length > 0 ? problems : [{ line, problem, excerpt }];
  }

  #define({ fields }: BibtexEntry): void {
    for (const [name, [value]] of fields) {
      this.#macroLength += value.length;
      if (value.length <= MAX_MACRO && this.#macroLength <= MAX_MACROS) this.#macros.set(name, value);
    }
  }
}
