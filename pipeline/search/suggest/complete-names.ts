/** Completions of names: topics, organizations, categories; and of dates. */

import type { PaperFacts } from '../../store/paper-database.ts';
import { wordsIn } from '../lexical/analyzer.ts';

/** A name as it is compared with what is typed: its words, a blank before each. */
export type FoldedName = string;

export function foldedName(name: string): FoldedName {
  return wordsIn(name)
    .map(({ surface }) => ` ${surface}`)
    .join('');
}

/**
 * How well a name fits what is typed of it: 0 where it begins so, 1 where one of its words does and the rest follows, 2
 * where each typed word begins one of its words; undefined where it does not fit. Nothing typed fits every name.
 */
export function fitOf(name: FoldedName, typed: FoldedName): number | undefined {
  const at = name.indexOf(typed);
  if (at >= 0) return Math.min(at, 1);
  return typed.split(/(?= )/).every((word) => name.includes(word)) ? 2 : undefined;
}

/** Something that papers have, by name. */
export interface Named {
  /** Its names, folded; any of them may be typed. */
  readonly names: readonly FoldedName[];
  /** How many papers have it. */
  readonly papers: number;
}

/**
 * The named that fit what is typed: the best fit first, then those of most papers, then in their own order.
 *
 * @param typed as a person wrote it; signs without a letter or digit fit nothing
 */
export function fitting<One extends Named>(all: readonly One[], typed: string, most: number): One[] {
  const folded = foldedName(typed);
  if (folded === '' && /\S/.test(typed)) return [];
  const fits = all.flatMap((one) => {
    const fit = Math.min(...one.names.map((name) => fitOf(name, folded) ?? Number.POSITIVE_INFINITY));
    return Number.isFinite(fit) ? [{ one, fit }] : [];
  });
  fits.sort((a, b) => a.fit - b.fit || b.one.papers - a.one.papers);
  return fits.slice(0, most).map(({ one }) => one);
}

/** An organization or a category; `row` is that of a paper that writes it as it is to be shown. */
export interface OfPapers extends Named {
  /** Lower case; of an organization its slug and its name. */
  readonly lower: readonly string[];
  readonly row: number;
}

export function organizationsOf(facts: PaperFacts): OfPapers[] {
  // One object stands for one organization, in all of its papers.
  return counted(facts.organizations, (one) => [one]);
}

export function categoriesOf(facts: PaperFacts): OfPapers[] {
  const lists = new Map<string, readonly string[]>();
  const listOf = (category: string) => {
    const list = lists.get(category) ?? [category];
    lists.set(category, list);
    return list;
  };
  return counted(facts.categories, (all) => [...new Set(all)].map(listOf));
}

/** @param heldBy by row; equal values are one object, which is looked at once */
function counted(
  heldBy: PaperFacts['categories'],
  valuesOf: (held: readonly string[]) => readonly (readonly string[])[],
): OfPapers[] {
  const found = new Map<readonly string[], { row: number; papers: number }>();
  for (const [held, { row, papers }] of timesOf(heldBy)) {
    for (const one of held === null ? [] : valuesOf(held)) {
      const known = found.get(one);
      if (known) known.papers += papers;
      else found.set(one, { row, papers });
    }
  }
  return [...found].map(([lower, { row, papers }]) => ({ lower, row, papers, names: lower.map(foldedName) }));
}

/** What rows have, in the order in which it first stands there, with that row and how many have it. */
function timesOf<Value>(heldBy: readonly Value[]): Map<Value, { readonly row: number; papers: number }> {
  const times = new Map<Value, { readonly row: number; papers: number }>();
  for (let row = 0; row < heldBy.length; row++) {
    const known = times.get(heldBy[row]);
    if (known) known.papers++;
    else times.set(heldBy[row], { row, papers: 1 });
  }
  return times;
}

/** How many papers each year, month and day has, the newest first: `2025-01-07`, `2025-01` and `2025`. */
export function datesOf(facts: PaperFacts): (readonly [date: string, papers: number])[] {
  const papers = new Map<string, number>();
  for (const [date, times] of timesOf(facts.dates)) {
    for (const length of [4, 7, 10]) {
      if (date !== null && date.length >= length) {
        const part = date.slice(0, length);
        papers.set(part, (papers.get(part) ?? 0) + times.papers);
      }
    }
  }
  return [...papers].sort(([a], [b]) => (a < b ? 1 : -1));
}

/** Years while a year is typed, then its months, then their days. */
export function datesFrom<Dated extends readonly [string, number]>(dates: readonly Dated[], typed: string): Dated[] {
  const length = typed.length < 4 ? 4 : typed.length < 7 ? 7 : 10;
  return dates.filter(([date]) => date.length === length && date.startsWith(typed));
}
