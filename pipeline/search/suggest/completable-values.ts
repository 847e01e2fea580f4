/** Matches and counts the names of topics, organizations and categories, and dates, to complete a query. */
import type { PaperColumns } from '../../core/paper-columns.ts';
import type { TopicRecord } from '../../core/topic-tree.ts';
import { type FoldedName, foldName } from '../lexical/analyzer.ts';

/**
 * How well a name matches typed text, lower is better: 0 if the name starts with the text, 1 if the text starts at a
 * later word of the name, 2 if each typed word is a prefix of some word of the name, undefined without a match. Empty
 * text matches every name.
 */
export function matchQuality(name: FoldedName, typed: FoldedName): number | undefined {
  const at = name.indexOf(typed);
  if (at >= 0) return Math.min(at, 1);
  return typed.split(/(?= )/).every((word) => name.includes(word)) ? 2 : undefined;
}

/** A value that can be completed (a topic, an organization or a category), with the names by which it can be typed. */
export interface CompletableValue {
  /** Names in the normal form of `foldName`; the user may type any of them. */
  readonly names: readonly FoldedName[];
  /** The number of papers with this value. */
  readonly papers: number;
}

/**
 * The values whose names match typed text: the best match first, then most papers first, then in the order of `values`.
 *
 * @param typed text without a letter or digit matches no value, but empty or blank text matches all
 */
export function bestMatches<Value extends CompletableValue>(
  values: readonly Value[],
  typed: string,
  max: number,
): Value[] {
  const folded = foldName(typed);
  if (folded === '' && /\S/.test(typed)) return [];
  const matches = values.flatMap((value) => {
    const quality = Math.min(...value.names.map((name) => matchQuality(name, folded) ?? Number.POSITIVE_INFINITY));
    return Number.isFinite(quality) ? [{ value, quality }] : [];
  });
  matches.sort((a, b) => a.quality - b.quality || b.value.papers - a.value.papers);
  return matches.slice(0, max).map(({ value }) => value);
}

/** An organization or a category, with the number of its papers. */
export interface OrganizationOrCategory extends CompletableValue {
  /** All names in lower case: an organization's slug and name, or only the category. */
  readonly lower: readonly string[];
  /** The row of a paper with this value, from which its spelling with capitals can be read. */
  readonly row: number;
}

export function listOrganizations(columns: PaperColumns): OrganizationOrCategory[] {
  // The papers of an organization share one array of its names, so the array identifies the organization.
  return countValues(columns.organizations, (names) => [names]);
}

export function listCategories(columns: PaperColumns): OrganizationOrCategory[] {
  const lists = new Map<string, readonly string[]>();
  const listOf = (category: string) => {
    const list = lists.get(category) ?? [category];
    lists.set(category, list);
    return list;
  };
  return countValues(columns.categories, (all) => [...new Set(all)].map(listOf));
}

/**
 * Counts the papers of each value of a column whose rows hold lists of strings.
 *
 * @param byRow the list of each row; equal lists are one shared array, which is processed once
 * @param valuesOf splits a list into values, each an array of names that is the same object wherever the value occurs
 */
function countValues(
  byRow: PaperColumns['categories'],
  valuesOf: (list: readonly string[]) => readonly (readonly string[])[],
): OrganizationOrCategory[] {
  const values = new Map<readonly string[], { row: number; papers: number }>();
  for (const [list, { row, papers }] of countRows(byRow)) {
    for (const value of list === null ? [] : valuesOf(list)) {
      const known = values.get(value);
      if (known) known.papers += papers;
      else values.set(value, { row, papers });
    }
  }
  return [...values].map(([lower, { row, papers }]) => ({ lower, row, papers, names: lower.map(foldName) }));
}

/** The distinct values of a column in order of appearance, each with its first row and its number of rows. */
function countRows<Value>(byRow: readonly Value[]): Map<Value, { readonly row: number; papers: number }> {
  const counts = new Map<Value, { readonly row: number; papers: number }>();
  for (let row = 0; row < byRow.length; row++) {
    const known = counts.get(byRow[row]);
    if (known) known.papers++;
    else counts.set(byRow[row], { row, papers: 1 });
  }
  return counts;
}

/** The number of papers of each year, month and day (`2025`, `2025-01`, `2025-01-07`), newest first. */
export function countPapersByDate(columns: PaperColumns): (readonly [date: string, papers: number])[] {
  const papers = new Map<string, number>();
  for (const [date, rows] of countRows(columns.dates)) {
    for (const length of [4, 7, 10]) {
      if (date !== null && date.length >= length) {
        const part = date.slice(0, length);
        papers.set(part, (papers.get(part) ?? 0) + rows.papers);
      }
    }
  }
  return [...papers].sort(([a], [b]) => (a < b ? 1 : -1));
}

/**
 * Dates that complete a typed date: years until the year is complete, then its months, then its days (for `2025-0` the
 * months from `2025-01` to `2025-09`).
 */
export function completeDates<Dated extends readonly [string, number]>(
  dates: readonly Dated[],
  typed: string,
): Dated[] {
  const length = typed.length < 4 ? 4 : typed.length < 7 ? 7 : 10;
  return dates.filter(([date]) => date.length === length && date.startsWith(typed));
}

type Nameable = Pick<TopicRecord, 'id' | 'name' | 'size' | 'keywords'>;

/** A topic is suggested only if its similarity to the typed name, in [0, 1], is at least this. */
const MIN_SIMILARITY = 0.4;
/**
 * The similarity of a typed name to a keyword of a topic is multiplied by this; the similarity to the topic's name is
 * not.
 */
const KEYWORD_WEIGHT = 0.8;

/**
 * The topics whose names or keywords are most similar to an unknown name, the most similar first, of equals the larger
 * topic. Similarity is the share of the unknown name's letter trigrams that the topic's name or keyword contains. Empty
 * if nothing is similar.
 */
export function topicsWithSimilarNames<Topic extends Nameable>(
  topics: readonly Topic[],
  name: string,
  max: number,
): Topic[] {
  const typed = trigramsOf(name);
  if (typed.size === 0) return [];
  const similarity = (topic: Topic) =>
    Math.max(
      shareOf(typed, trigramsOf(topic.name)),
      ...topic.keywords.map(({ text }) => KEYWORD_WEIGHT * shareOf(typed, trigramsOf(text))),
    );
  return topics
    .map((topic) => ({ topic, similarity: similarity(topic) }))
    .filter(({ similarity }) => similarity >= MIN_SIMILARITY)
    .sort((a, b) => b.similarity - a.similarity || b.topic.size - a.topic.size || a.topic.id - b.topic.id)
    .slice(0, max)
    .map(({ topic }) => topic);
}

function trigramsOf(name: string): Set<string> {
  const letters = `${foldName(name)} `;
  const trigrams = new Set<string>();
  for (let at = 0; at + 3 <= letters.length; at++) trigrams.add(letters.slice(at, at + 3));
  return trigrams;
}

function shareOf(trigrams: ReadonlySet<string>, others: ReadonlySet<string>): number {
  let both = 0;
  for (const trigram of trigrams) if (others.has(trigram)) both++;
  return both / trigrams.size;
}
