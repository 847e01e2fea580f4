/** Collects rows as papers: rows of one paper are merged, and every paper gets an id. */
import { excerptOf } from '../core/errors.ts';
import { addressAlias, addressOf, aliasesOf } from '../core/identifiers.ts';
import type { IngestIssue } from '../core/ingest-issue.ts';
import type { Paper } from '../core/paper.ts';
import { collectGarbage } from '../runtime/collect-garbage.ts';
import { sourceAliasOf } from './paper-of-record.ts';
import type { ParsedPaper, ParsedRow } from './parsed-paper.ts';
import {
  areOtherPapers,
  areTitlesNearlyEqual,
  familyName,
  haveCommonWords,
  haveConflictingIdentifiers,
  mayHaveSameAuthors,
  mergeRows,
} from './same-paper.ts';
import { createAbstractSpool } from './spooled-texts.ts';
import { idFromTitle, titleKey } from './title-id.ts';

/** Where the first row of a paper was read, and what is known of it beside its fields. */
interface Origin {
  readonly file: string;
  readonly line: number;
  sourceId: string | undefined;
  /** Whether every row was from a source that says when it deletes a paper. */
  isFromSource: boolean;
}

/** A paper that a row repeats, and how that is known. */
interface Match {
  readonly index: number;
  /** What both have, for the issue: `DOI 10.1000/xyz`, `title`. */
  readonly what: string;
}

const KIND_NAMES: Readonly<Record<string, string>> = {
  arxiv: 'arXiv id',
  doi: 'DOI',
  pmid: 'PubMed id',
  pmcid: 'PubMed Central id',
  openalex: 'OpenAlex id',
  s2: 'Semantic Scholar id',
  source: 'id in the source',
  url: 'address',
};

const MAX_SHARED_LISTS = 20_000;

/** In a large collection, garbage is collected after so many papers: it is several times what stays of them. */
const PAPERS_PER_COLLECTION = 20_000;

/** How much of the abstracts is held in memory, in characters: those of some 25,000 papers. */
const MAX_CHARACTERS_IN_MEMORY = 32 * 2 ** 20;

/** Length of the beginning and of the end of a title, in letters, of which one is equal in near-identical titles. */
const TITLE_PART_LENGTH = 16;

/** Ids of this form are row numbers, which count from 1 in every file. */
const ROW_NUMBER = /^\d{1,6}$/;

/**
 * Collects papers and merges rows of the same paper. Two rows are the same paper if
 *
 * - their own ids are equal (unless title and abstract have nothing in common: collections have ids such as `None`; or
 *   they are mere row numbers of two files, and the titles differ);
 * - they have an identifier or an address in common, and either their titles or their authors;
 * - their titles are near-identical, the first author of one is among those of the other, and neither own ids nor
 *   identifiers contradict that.
 */
export class PaperCollection {
  /** Number of rows added so far. */
  entries = 0;
  readonly #categories = new Map<string, readonly string[]>();
  #characters = 0;
  #spooled = 0;
  #spool: ReturnType<typeof createAbstractSpool> | undefined;
  /** By index in the order of their first rows; undefined for one that was found to be another one, or was deleted. */
  readonly #papers: (ParsedPaper | undefined)[] = [];
  readonly #origins: Origin[] = [];
  readonly #indexOfId = new Map<string, number>();
  readonly #indexOfAlias = new Map<string, number>();
  /** The last paper with a title, by the hash of its `titleKey`: of hundreds of thousands, the texts take too much. */
  readonly #indexOfTitle = new Map<number, number>();
  /** Papers by the hash of the family name of the first author and the beginning or the end of the title. */
  readonly #indexOfTitlePart = new Map<number, number>();

  /**
   * Adds a row as a new paper, or merges it into an earlier one.
   *
   * @returns an issue if the row was merged, and one for each earlier paper that turns out to be the same
   */
  add(row: ParsedRow, file: string): IngestIssue[] {
    this.entries++;
    const { line } = row;
    const paper = this.#withSharedLists(row.paper);
    const [match, ...others] = this.#find({ ...row, paper }, file);
    const owner = paper.id === undefined ? undefined : this.#indexOfId.get(paper.id);
    const isTaken = this.#isAlive(owner) && owner !== match?.index;
    const { id: _, ...withoutId } = paper;
    const kept = isTaken ? withoutId : paper;
    if (!match) {
      const index = this.#papers.push(this.#withoutText(kept)) - 1;
      this.#origins.push({ file, line, sourceId: row.sourceId, isFromSource: row.isFromSource === true });
      this.#register(index);
      if (!isTaken) return [];
      const reason = `the id ${paper.id} is that of another paper; this one gets another id`;
      return [{ kind: 'incomplete', file, line, reason, excerpt: excerptOf(paper.title) }];
    }
    const issues = [this.#mergedIssue(match, { file, line }, paper.title)];
    this.#merge(match.index, kept, { sourceId: row.sourceId, isFromSource: row.isFromSource === true });
    for (const other of others) {
      const same = this.#papers[other.index];
      const origin = this.#origins[other.index];
      const target = this.#papers[match.index];
      // Two ids of the user's are two papers, whatever a third row says.
      if (!same || (same.id !== undefined && target?.id !== undefined && same.id !== target.id)) continue;
      issues.push(this.#mergedIssue({ ...match, what: other.what }, origin, same.title));
      this.#papers[other.index] = undefined;
      const merged = this.#papers[match.index];
      // What was read last of the paper stays the last.
      if (merged) this.#papers[match.index] = this.#withoutText(mergeRows(same, merged));
      this.#register(match.index);
    }
    return issues;
  }

  /** The paper with the list of categories that other papers have, too: there are few of them. */
  #withSharedLists(paper: ParsedPaper): ParsedPaper {
    if (!paper.categories) return paper;
    const key = paper.categories.join('\n');
    const shared = this.#categories.get(key) ?? paper.categories;
    if (this.#categories.size < MAX_SHARED_LISTS) this.#categories.set(key, shared);
    return { ...paper, categories: shared };
  }

  /** The paper; once there are many, with its abstract in a file. */
  #withoutText(paper: ParsedPaper): ParsedPaper {
    this.#characters += paper.abstract.length;
    if (this.#characters < MAX_CHARACTERS_IN_MEMORY) return paper;
    this.#spool ??= createAbstractSpool();
    if (++this.#spooled % PAPERS_PER_COLLECTION === 0) collectGarbage();
    return this.#spool(paper);
  }

  /** Removes a paper that its source has deleted, unless another kind of source has it, too. */
  delete(aliases: readonly string[]): void {
    for (const alias of aliases) {
      const index = this.#indexOfAlias.get(alias);
      if (index !== undefined && this.#origins[index].isFromSource) this.#papers[index] = undefined;
    }
  }

  #mergedIssue({ index, what }: Match, { file, line }: Pick<Origin, 'file' | 'line'>, title: string): IngestIssue {
    const first = this.#origins[index];
    const reason = `same ${what} as ${first.file}:${first.line}`;
    return { kind: 'merged', file, line, reason, excerpt: excerptOf(title) };
  }

  #merge(index: number, paper: ParsedPaper, origin: Pick<Origin, 'sourceId' | 'isFromSource'>): void {
    const previous = this.#papers[index];
    const first = this.#origins[index];
    this.#papers[index] = this.#withoutText(previous ? mergeRows(previous, paper) : paper);
    first.sourceId ??= origin.sourceId;
    first.isFromSource &&= origin.isFromSource;
    this.#register(index);
  }

  /** Makes a paper known by all its names; those that another one has remain that one's. */
  #register(index: number): void {
    const paper = this.#papers[index];
    if (!paper) return;
    const { id, title } = paper;
    if (id !== undefined && !this.#isAlive(this.#indexOfId.get(id))) this.#indexOfId.set(id, index);
    for (const alias of this.#aliases(paper, this.#origins[index].sourceId)) {
      if (!this.#isAlive(this.#indexOfAlias.get(alias))) this.#indexOfAlias.set(alias, index);
    }
    const key = titleKey(title);
    if (key !== '') this.#indexOfTitle.set(hashOf(key), index);
    for (const part of titleParts(paper, key)) this.#indexOfTitlePart.set(hashOf(part), index);
  }

  #aliases({ identifiers, url }: ParsedPaper, sourceId: string | undefined): string[] {
    return [
      ...(identifiers ? aliasesOf(identifiers) : []),
      ...(sourceId === undefined ? [] : [sourceAliasOf(sourceId)]),
      ...(url === undefined ? [] : [addressAlias(url)]),
    ];
  }

  #isAlive(index: number | undefined): index is number {
    return index !== undefined && this.#papers[index] !== undefined;
  }

  /** The papers that a row repeats, the surest first; several, if the row shows that they are one. */
  #find({ paper, sourceId }: ParsedRow, file: string): Match[] {
    const found = new Map<number, Match>();
    const add = (index: number | undefined, what: string, isSame: (other: ParsedPaper) => boolean) => {
      const other = index === undefined ? undefined : this.#papers[index];
      if (index !== undefined && other && !found.has(index) && isSame(other)) found.set(index, { index, what });
    };
    const { id, title } = paper;
    if (id !== undefined) {
      const index = this.#indexOfId.get(id);
      const isElsewhere = index !== undefined && this.#origins[index].file !== file;
      add(index, `id ${id}`, (other) =>
        isElsewhere && ROW_NUMBER.test(id) ? haveCommonWords(title, other.title) : !areOtherPapers(paper, other),
      );
    }
    const haveDifferentIds = (other: ParsedPaper) => id !== undefined && other.id !== undefined && id !== other.id;
    for (const alias of this.#aliases(paper, sourceId)) {
      const [kind] = alias.split(':', 1);
      const what = `${KIND_NAMES[kind]} ${alias.slice(kind.length + 1)}`;
      // Chapters have the DOI of their book, and all papers of a conference may have its address.
      add(this.#indexOfAlias.get(alias), what, (other) =>
        kind === 'url'
          ? areTitlesNearlyEqual(title, other.title) && !haveDifferentIds(other)
          : !haveDifferentIds(other) &&
            (haveCommonWords(title, other.title) ||
              (paper.authors !== undefined && other.authors !== undefined && mayHaveSameAuthors(paper, other))),
      );
    }
    if (found.size > 0) return [...found.values()];
    const isSameByTitle = (other: ParsedPaper) =>
      !haveDifferentIds(other) && !haveConflictingIdentifiers(paper, other) && mayHaveSameAuthors(paper, other);
    const key = titleKey(title);
    if (key !== '') add(this.#indexOfTitle.get(hashOf(key)), 'title', isSameByTitle);
    for (const part of titleParts(paper, key)) {
      add(
        this.#indexOfTitlePart.get(hashOf(part)),
        'title and first author',
        (other) => areTitlesNearlyEqual(title, other.title) && isSameByTitle(other),
      );
    }
    return [...found.values()].slice(0, 1);
  }

  /**
   * All papers. The id of a paper is its own, else one of its identifiers, else what its source calls it, else made from
   * its title, with a number at its end if that id is taken. A paper without an address gets that of its identifier.
   */
  papers(): Paper[] {
    const taken = new Set(this.#indexOfId.keys());
    return this.#papers.flatMap((row, index) => {
      if (!row) return [];
      // In place: a copy would have the abstract in memory.
      const paper: { -readonly [K in keyof ParsedPaper]: ParsedPaper[K] } = row;
      const url = paper.url ?? addressOf(paper.identifiers ?? {});
      if (url !== undefined) paper.url = url;
      if (hasId(paper)) return [paper];
      const { arxivId, doi, pmid, pmcid, openAlexId, semanticScholarId } = paper.identifiers ?? {};
      const made = idFromTitle(paper.title);
      const candidates = [
        arxivId,
        doi,
        pmid && `pmid:${pmid}`,
        pmcid,
        openAlexId,
        semanticScholarId && `s2:${semanticScholarId}`,
        this.#origins[index].sourceId,
        made,
      ];
      let id = candidates.find((one) => one !== undefined && !taken.has(one)) ?? made;
      for (let n = 2; taken.has(id); n++) id = `${made}-${n}`;
      taken.add(id);
      paper.id = id;
      return hasId(paper) ? [paper] : [];
    });
  }
}

function hasId(paper: ParsedPaper): paper is Paper {
  return paper.id !== undefined;
}

/** Keys under which near-identical titles of one first author meet: of the beginning, and of the end of the title. */
function titleParts({ authors }: ParsedPaper, key: string): string[] {
  if (!authors || key.length < 2 * TITLE_PART_LENGTH) return [];
  const family = familyName(authors[0]);
  return [`${family}<${key.slice(0, TITLE_PART_LENGTH)}`, `${family}>${key.slice(-TITLE_PART_LENGTH)}`];
}

/** A hash of 53 bits: two of FNV-1a with different beginnings. Of a million texts, two have the same once in 20,000 times. */
function hashOf(text: string): number {
  let [low, high] = [0x811c9dc5, 0x9747b28c];
  for (let i = 0; i < text.length; i++) {
    low = Math.imul(low ^ text.charCodeAt(i), 0x01000193);
    high = Math.imul(high ^ text.charCodeAt(i), 0x85ebca6b);
  }
  return (high >>> 11) * 2 ** 32 + (low >>> 0);
}
