/** Reads papers from all sources, gives each an id, and merges the rows of one paper. */
import type { Effects } from '../core/effects.ts';
import { excerptOf, PaperfieldError } from '../core/errors.ts';
import type { IngestIssue } from '../core/ingest-issue.ts';
import type { Paper } from '../core/paper.ts';
import { describeIssue } from './issues.ts';
import type { ParsedPaper, ParsedRow } from './parsed-paper.ts';
import { readRows } from './read-rows.ts';
import type { SourceFile } from './source-files.ts';

/**
 * The letters and digits of a title in lower case and without accents, for comparing titles: equal for titles that
 * differ only in case, accents or punctuation. Empty only if the title has no letter or digit of any script.
 */
export function titleKey(title: string): string {
  return title
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number}]+/gu, '');
}

/** The longest slug of an id, in characters, including the hyphen before the hash. */
const MAX_SLUG_LENGTH = 60;

/**
 * An id for a paper that has none: a readable slug of its title and a 32-bit hash of its `titleKey`. The hash keeps
 * titles apart that begin alike, or whose script a slug cannot contain.
 *
 * @example idFromTitle('Attention Is All You Need') // 'attention-is-all-you-need-4b4bbf8f'
 */
export function idFromTitle(title: string): string {
  const words = title
    .normalize('NFKD')
    .replace(/\p{Mark}+/gu, '')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
  let slug = '';
  for (const word of words) {
    if (slug.length + word.length + 1 > MAX_SLUG_LENGTH) break;
    slug += `${word}-`;
  }
  // A title of symbols alone has an empty key; then the title itself is hashed.
  return `${slug}${fnv1a(titleKey(title) || title)}`;
}

/** FNV-1a over UTF-16 code units, 32 bits, as eight hexadecimal digits (Fowler, Noll & Vo; public domain). */
function fnv1a(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}

/** The most fields that are reported as not kept: a file may have a new one in every row. */
const MAX_REPORTED_FIELDS = 100;

interface ParsedSources {
  /** Every paper once, in the order of its first row in the sources. */
  readonly papers: readonly Paper[];
  /** One issue for each row that did not become a paper of its own, or not completely. */
  readonly issues: readonly IngestIssue[];
  /** The number of rows that were read as papers, including repeated ones. */
  readonly entries: number;
}

/**
 * Reads all sources and merges repeated papers. The sources may differ in format.
 *
 * @throws PaperfieldError bad_input, if a file cannot be read, a file that the user named has no known format, or all
 *   sources together contain no paper; the signal's reason, if the run is stopped
 */
export async function readPapers(sources: readonly SourceFile[], effects: Effects): Promise<ParsedSources> {
  const collection = new PaperCollection();
  const issues: IngestIssue[] = [];
  const reportedFields = new Set<string>();
  const progress = effects.startProgress('parse');
  for (const source of sources) {
    for await (const item of readRows(source, effects.signal)) {
      effects.signal.throwIfAborted();
      if ('issue' in item) issues.push(item.issue);
      else {
        const merged = collection.add(item, source.name);
        if (merged) issues.push(merged);
        for (const { name, reason } of item.unkeptFields ?? []) {
          if (reportedFields.has(name) || reportedFields.size >= MAX_REPORTED_FIELDS) continue;
          reportedFields.add(name);
          const what = `the field "${name}" is not kept here: ${reason} (said once, for the first such row)`;
          const excerpt = excerptOf(item.paper.title);
          issues.push({ kind: 'incomplete', file: source.name, line: item.line, reason: what, excerpt });
        }
        progress.update(collection.entries);
      }
    }
  }
  const papers = collection.papers();
  if (papers.length === 0) {
    const why = issues.length > 0 ? ` (first of ${issues.length} ingest issues: ${describeIssue(issues[0])})` : '';
    throw new PaperfieldError('bad_input', `the sources contain no paper${why}`);
  }
  progress.finish(`${papers.length} papers from ${collection.entries} entries`);
  return { papers, issues, entries: collection.entries };
}

type Fields = NonNullable<Paper['fields']>;

/** All fields of two rows of a paper in the order of their names, the later value of a field winning. */
function mergeFields(earlier: Fields, later: Fields): Fields {
  return Object.fromEntries(Object.entries({ ...earlier, ...later }).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * Collects papers and merges rows of the same paper. Two rows are the same paper if their ids are equal, or if their
 * titles are equal and at least one of them has no id. Of two values of a field the later one is kept, because it was
 * read more recently.
 */
class PaperCollection {
  /** Number of rows added so far. */
  entries = 0;
  readonly #papers: ParsedPaper[] = [];
  readonly #indexOfId = new Map<string, number>();
  readonly #indexOfTitle = new Map<string, number>();

  /**
   * Adds a row as a new paper, or merges it into an earlier one.
   *
   * @returns an issue if the row was merged
   */
  add({ paper, line }: ParsedRow, file: string): IngestIssue | undefined {
    this.entries++;
    const key = titleKey(paper.title);
    const index = this.#find(paper, key);
    if (index === undefined) {
      this.#register(paper, key, this.#papers.push(paper) - 1);
      return undefined;
    }
    const previous = this.#papers[index];
    this.#papers[index] = {
      ...previous,
      ...paper,
      abstract: paper.abstract === '' ? previous.abstract : paper.abstract,
      ...(previous.fields && paper.fields && { fields: mergeFields(previous.fields, paper.fields) }),
    };
    this.#register(paper, key, index);
    const what = paper.id !== undefined && paper.id === previous.id ? `id ${paper.id}` : 'title';
    return { kind: 'merged', file, line, reason: `same ${what} as an earlier row`, excerpt: excerptOf(paper.title) };
  }

  #register({ id }: ParsedPaper, key: string, index: number): void {
    if (id !== undefined) this.#indexOfId.set(id, index);
    if (key !== '') this.#indexOfTitle.set(key, index);
  }

  #find({ id }: ParsedPaper, key: string): number | undefined {
    const sameId = id === undefined ? undefined : this.#indexOfId.get(id);
    if (sameId !== undefined) return sameId;
    const sameTitle = this.#indexOfTitle.get(key);
    if (sameTitle === undefined) return undefined;
    // Two different ids are two papers, even if their titles are equal.
    return id === undefined || this.#papers[sameTitle].id === undefined ? sameTitle : undefined;
  }

  /** All papers. A paper without an id gets one made from its title, with a number at its end if that id is taken. */
  papers(): Paper[] {
    const taken = new Set(this.#indexOfId.keys());
    return this.#papers.map((paper) => {
      if (paper.id !== undefined) return { ...paper, id: paper.id };
      let id = idFromTitle(paper.title);
      for (let n = 2; taken.has(id); n++) id = `${idFromTitle(paper.title)}-${n}`;
      taken.add(id);
      return { ...paper, id };
    });
  }
}
