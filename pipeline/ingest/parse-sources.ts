import type { Effects } from '../core/effects.ts';
import { PaperfieldError } from '../core/errors.ts';
import { excerptOf, idFromTitle, type Paper, type ParsedPaper, type Receipt, titleKey } from '../core/paper.ts';
import { parseJsonlLine } from './jsonl.ts';
import { isSavedPage, parseSavedPage } from './saved-page.ts';
import type { SourceFile } from './sources.ts';

/** Every paper once, in the order in which the sources name them first, and a receipt for every row that is not one. */
export interface ParsedSources {
  readonly papers: readonly Paper[];
  readonly receipts: readonly Receipt[];
  /** Rows that were read as papers, the repeated ones counted. */
  readonly entries: number;
}

/**
 * Reads the sources. Files may differ in format; each is known by its content: saved 'Daily Papers' pages, or JSONL.
 *
 * @throws PaperfieldError bad_input, where a file named by the user is in no known format or cannot be read, or where
 *   all the sources together hold no paper
 */
export async function parse(sources: readonly SourceFile[], effects: Effects): Promise<ParsedSources> {
  const collection = new Collection();
  const receipts: Receipt[] = [];
  const progress = effects.begin('parse');
  for (const source of sources) {
    for await (const piece of readRows(source)) {
      effects.signal.throwIfAborted();
      if ('receipt' in piece) receipts.push(piece.receipt);
      else {
        const merged = collection.add(piece.paper, source.name, piece.line);
        if (merged) receipts.push(merged);
        progress.at(collection.entries);
      }
    }
  }
  const papers = collection.papers();
  if (papers.length === 0) {
    const why = receipts[0] ? ` (first of ${receipts.length} receipts: ${describe(receipts[0])})` : '';
    throw new PaperfieldError('bad_input', `the sources hold no paper${why}`);
  }
  progress.end(`${papers.length} papers from ${collection.entries} entries`);
  return { papers, receipts, entries: collection.entries };
}

/** One receipt as one line. */
export function describe(receipt: Receipt): string {
  return `${receipt.file}:${receipt.line}: ${receipt.kind}: ${receipt.reason} [${receipt.excerpt}]`;
}

/** A paper and where it stands, or why a row is none. */
export type Piece = { readonly paper: ParsedPaper; readonly line: number } | { readonly receipt: Receipt };

/**
 * The rows of one source as they stand there, repeated ones too.
 *
 * @throws PaperfieldError bad_input, where the user named this file and it is in no known format, or it cannot be read
 */
export async function* readRows(source: SourceFile): AsyncGenerator<Piece> {
  if (source.fault !== undefined) {
    yield { receipt: { kind: 'skipped', file: source.name, line: 1, reason: source.fault, excerpt: '' } };
    return;
  }
  const head: string[] = [];
  let lineNumber = 0;
  let isJsonl = false;
  for await (const line of source.lines()) {
    lineNumber++;
    if (!isJsonl && head.every((earlier) => earlier.trim() === '') && line.trimStart().startsWith('{')) isJsonl = true;
    if (!isJsonl) {
      head.push(line);
      continue;
    }
    const { row, receipt } = parseJsonlLine(line, source.name, lineNumber) ?? {};
    if (receipt) yield { receipt };
    if (row) yield { paper: row.paper, line: row.line };
  }
  if (isJsonl) return;
  const text = head.join('\n');
  if (isSavedPage(text)) {
    const page = parseSavedPage(text, source.name);
    for (const receipt of page.receipts) yield { receipt };
    for (const row of page.rows) yield { paper: row.paper, line: row.line };
    return;
  }
  const reason =
    text.trim() === '' ? 'the file is empty' : "in no format paperfield reads (JSONL, or a saved 'Daily Papers' page)";
  if (source.explicit) throw new PaperfieldError('bad_input', `${source.name}: ${reason}`);
  yield { receipt: { kind: 'skipped', file: source.name, line: 1, reason, excerpt: excerptOf(text.slice(0, 400)) } };
}

/**
 * The papers so far. A row is a paper that stood there before where its id did, or, where either of the two has no id
 * of its own, where its title did. The later row's fields win where it has them: it is the fresher reading.
 */
class Collection {
  entries = 0;
  readonly #papers: ParsedPaper[] = [];
  readonly #placeOfId = new Map<string, number>();
  readonly #placesOfTitle = new Map<string, number>();

  add(paper: ParsedPaper, file: string, line: number): Receipt | undefined {
    this.entries++;
    const key = titleKey(paper.title);
    const place = this.#placeOf(paper, key);
    if (place === undefined) {
      const fresh = this.#papers.push(paper) - 1;
      if (paper.id !== undefined) this.#placeOfId.set(paper.id, fresh);
      if (key !== '') this.#placesOfTitle.set(key, fresh);
      return undefined;
    }
    const previous = this.#papers[place];
    this.#papers[place] = {
      ...previous,
      ...paper,
      abstract: paper.abstract === '' ? previous.abstract : paper.abstract,
    };
    if (paper.id !== undefined) this.#placeOfId.set(paper.id, place);
    if (key !== '') this.#placesOfTitle.set(key, place);
    const by = paper.id !== undefined && paper.id === previous.id ? `id ${paper.id}` : 'title';
    return { kind: 'merged', file, line, reason: `same ${by} as an earlier row`, excerpt: excerptOf(paper.title) };
  }

  #placeOf(paper: ParsedPaper, key: string): number | undefined {
    if (paper.id !== undefined && this.#placeOfId.has(paper.id)) return this.#placeOfId.get(paper.id);
    const place = this.#placesOfTitle.get(key);
    if (place === undefined) return undefined;
    // Two different ids are two papers, whatever their titles say.
    return paper.id === undefined || this.#papers[place].id === undefined ? place : undefined;
  }

  papers(): Paper[] {
    const taken = new Set(this.#placeOfId.keys());
    return this.#papers.map((paper) => {
      if (paper.id !== undefined) return { ...paper, id: paper.id };
      let id = idFromTitle(paper.title);
      for (let n = 2; taken.has(id); n++) id = `${idFromTitle(paper.title)}-${n}`;
      taken.add(id);
      return { ...paper, id };
    });
  }
}
