/** Matching and counting of names for completions: topics, organizations, categories; and of dates. */
import type { PaperColumns } from '../../core/paper-columns.ts';
import type { TopicRecord } from '../../core/topic-tree.ts';
import { type FoldedName, foldName } from '../lexical/analyzer.ts';

/**
 * How well a name matches what is typed: 0 if it starts with it, 1 if a later word starts it, 2 if each typed word is the prefix
 * of one of its words; undefined if it does not match. Nothing typed matches every name.
 */
export function matchQuality(name: FoldedName, typed: FoldedName): number | undefined {
  const at = name.indexOf(typed);
  if (at >= 0) return Math.min(at, 1);
  return typed.split(/(?= )/).every((word) => name.includes(word)) ? 2 : undefined;
}

/** A value that papers have, with its names. */
export interface NamedValue {
  /** Folded; any of them may be typed. */
  readonly names: readonly FoldedName[];
  /** The number of papers with it. */
  readonly papers: number;
}

/**
 * The values that match what is typed: the best match first, then by papers, then in their own order.
 *
 * @param typed as typed; text without a letter or digit matches nothing
 */
export function bestMatches<Value extends NamedValue>(values: readonly Value[], typed: string, max: number): Value[] {
  const folded = foldName(typed);
  if (folded === '' && /\S/.test(typed)) return [];
  const matches = values.flatMap((value) => {
    const quality = Math.min(...value.names.map((name) => matchQuality(name, folded) ?? Number.POSITIVE_INFINITY));
    return Number.isFinite(quality) ? [{ value, quality }] : [];
  });
  matches.sort((a, b) => a.quality - b.quality || b.value.papers - a.value.papers);
  return matches.slice(0, max).map(({ value }) => value);
}

/** An organization or a category; `row` is a paper that has it in its display form. */
export interface CountedValue extends NamedValue {
  /** In lower case; an organization's slug and name. */
  readonly lower: readonly string[];
  readonly row: number;
}

export function listOrganizations(columns: PaperColumns): CountedValue[] {
  // All papers of an organization share one array.
  return countValues(columns.organizations, (names) => [names]);
}

export function listCategories(columns: PaperColumns): CountedValue[] {
  const lists = new Map<string, readonly string[]>();
  const listOf = (category: string) => {
    const list = lists.get(category) ?? [category];
    lists.set(category, list);
    return list;
  };
  return countValues(columns.categories, (all) => [...new Set(all)].map(listOf));
}

/** @param byRow the list of each row; equal lists are the same array, which is processed once */
function countValues(
  byRow: PaperColumns['categories'],
  valuesOf: (list: readonly string[]) => readonly (readonly string[])[],
): CountedValue[] {
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

/** The distinct values of a column in order of appearance, with their first row and number of rows. */
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
export function countDates(columns: PaperColumns): (readonly [date: string, papers: number])[] {
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

/** Years while a year is typed, then its months, then its days. */
export function completeDates<Dated extends readonly [string, number]>(
  dates: readonly Dated[],
  typed: string,
): Dated[] {
  const length = typed.length < 4 ? 4 : typed.length < 7 ? 7 : 10;
  return dates.filter(([date]) => date.length === length && date.startsWith(typed));
}

type Nameable = Pick<TopicRecord, 'id' | 'name' | 'size' | 'keywords'>;

/** Less similar names are not suggested. */
const MIN_SIMILARITY = 0.4;
/** Weight of a topic's keyword relative to its name. */
const KEYWORD_WEIGHT = 0.8;

/**
 * The topics whose names or keywords are most similar to an unknown name, by the share of its letter trigrams that
 * they contain; of equals the larger topic first. Empty if nothing is similar.
 */
export function similarTopicNames<Topic extends Nameable>(
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
