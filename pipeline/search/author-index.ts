/** Authors of papers, looked up by full names or names with initials. */
import { type CooperativeTask, processInChunks } from '../core/cooperative.ts';
import type { ParsedQuery } from '../core/query/ast.ts';
import { printValue } from '../core/query/printer.ts';
import { foldName } from './lexical/analyzer.ts';
import { matchQuality } from './suggest/completable-values.ts';

/** The authors of all papers. Names that differ only in case and accents are one author. */
export interface AuthorIndex {
  /**
   * Returns a function that tests whether the paper of a row has an author who may be meant by a name; see `nameTest`.
   */
  writtenBy(name: string): (row: number) => boolean;
  /** Whether a name may mean any author of the corpus. */
  knows(name: string): boolean;
  /**
   * The displayed name of the author with exactly this name. Case, accents and order (`Levine, Sergey`) are ignored,
   * and so are initials of the author that `name` lacks. Of several authors the one with most papers; null if there is
   * none, and for a single word, which is too ambiguous.
   */
  exactName(name: string): string | null;
  /**
   * The authors who have most papers among these rows, with the number of these papers; of equals the author who comes
   * first in the rows.
   */
  topAuthors(rows: readonly number[], max: number): readonly { readonly name: string; readonly papers: number }[];
  /**
   * Authors whose names match typed text, with the number of their papers: the best match first, then most papers
   * first.
   */
  complete(typed: string, max: number): readonly { readonly name: string; readonly papers: number }[];
}

/** A query of more words than this is not taken for a name. */
export const MAX_NAME_WORDS = 4;

const hasWordsOnly = ({ like, not, filters, excluded, wanted }: ParsedQuery) =>
  like.length + not.length + filters.length + excluded.length === 0 && wanted.every(({ kind }) => kind === 'word');

/** If the words of a query may be an author's name, the query `author:…` for this name; else null. */
export function possibleAuthorQuery(authors: Pick<AuthorIndex, 'knows'>, query: ParsedQuery): string | null {
  const { text, wanted } = query;
  if (!hasWordsOnly(query) || wanted.length === 0 || wanted.length > MAX_NAME_WORDS || !authors.knows(text))
    return null;
  return `author:${printValue(text)}`;
}

/** If the words of a query are exactly an author's name, the query `author:…` for this name; else null. */
export function authorQueryForExactName(authors: Pick<AuthorIndex, 'exactName'>, query: ParsedQuery): string | null {
  const name = hasWordsOnly(query) ? authors.exactName(query.text) : null;
  return name === null ? null : `author:${printValue(name)}`;
}

/** Creates a function that tests whether an author may be meant by any of some names. */
export function createAuthorMatcher(names: readonly string[]): (author: string) => boolean {
  const tests = names.map((name) => nameTest(wordsOf(foldName(name))));
  return (author) => tests.some((matches) => matches(foldName(author)));
}

const BLANK = 32;

/**
 * Builds the index of all authors.
 *
 * @param count the number of papers
 * @param namesFrom returns the authors' names of each paper in the rows `from` … `to` − 1
 */
export function* buildAuthorIndex(
  count: number,
  namesFrom: (from: number, to: number) => readonly (readonly string[])[],
): CooperativeTask<AuthorIndex> {
  const numbers = new Map<string, number>();
  const displayNames: string[] = [];
  const papers: number[] = [];
  const hashList: number[] = [];
  const starts = [0];
  const mentions: number[] = [];
  const add = (name: string, seen: Set<number>) => {
    const folded = foldName(name);
    if (folded === '') return;
    let number = numbers.get(folded);
    if (number === undefined) {
      number = displayNames.length;
      numbers.set(folded, number);
      displayNames.push(name);
      hashList.push(hashOf(folded));
      papers.push(0);
    }
    if (seen.has(number)) return;
    seen.add(number);
    mentions.push(number);
    papers[number]++;
  };
  yield* processInChunks(count, (from, to) => {
    for (const names of namesFrom(from, to)) {
      const seen = new Set<number>();
      for (const name of names) add(name, seen);
      starts.push(mentions.length);
    }
  });
  const folded = [...numbers.keys()];
  const hashes = Int32Array.from(hashList);
  const startOf = Int32Array.from(starts);
  const authorAt = Int32Array.from(mentions);

  const best = (numbers: readonly number[], max: number, weightOf: (number: number) => number) =>
    numbers.toSorted((a, b) => weightOf(b) - weightOf(a)).slice(0, max);
  return {
    writtenBy(name) {
      const words = wordsOf(foldName(name));
      const isMatch = new Uint8Array(folded.length);
      const matches = nameTest(words);
      folded.forEach((known, number) => {
        if (matches(known)) isMatch[number] = 1;
      });
      return (row) => {
        for (let at = startOf[row]; at < startOf[row + 1]; at++) if (isMatch[authorAt[at]] === 1) return true;
        return false;
      };
    },
    knows(name) {
      return folded.some(nameTest(wordsOf(foldName(name))));
    },
    exactName(name) {
      const foldedName = foldName(name);
      const words = wordsOf(foldedName);
      if (words.length < 2) return null;
      const hash = hashOf(foldedName);
      const matches: number[] = [];
      for (let number = 0; number < hashes.length; number++) {
        if (hashes[number] === hash && isNameOf(words, folded[number])) matches.push(number);
      }
      const [number] = best(matches, 1, (candidate) => papers[candidate]);
      return number === undefined ? null : displayNames[number];
    },
    topAuthors(rows, max) {
      const counts = new Map<number, number>();
      for (const row of rows) {
        for (let at = startOf[row]; at < startOf[row + 1]; at++) {
          counts.set(authorAt[at], (counts.get(authorAt[at]) ?? 0) + 1);
        }
      }
      const ranked = best([...counts.keys()], max, (number) => counts.get(number) ?? 0);
      return ranked.map((number) => ({ name: displayNames[number], papers: counts.get(number) ?? 0 }));
    },
    complete(typed, max) {
      const prefix = foldName(typed);
      if (prefix === '' && /\S/.test(typed)) return [];
      const byQuality: number[][] = [[], [], []];
      folded.forEach((name, number) => {
        const quality = matchQuality(name, prefix);
        if (quality !== undefined) byQuality[quality].push(number);
      });
      return byQuality
        .flatMap((level) => best(level, max, (number) => papers[number]))
        .slice(0, max)
        .map((number) => ({ name: displayNames[number], papers: papers[number] }));
    },
  };
}

function wordsOf(folded: string): string[] {
  return folded.split(' ').filter(Boolean);
}

/** A hash that is equal for names with the same words of more than one letter, in any order. */
function hashOf(folded: string): number {
  let [key, word, letters] = [0, 0, 0];
  for (let at = 0; at <= folded.length; at++) {
    const code = at < folded.length ? folded.charCodeAt(at) : BLANK;
    if (code !== BLANK) {
      word = (word + Math.imul(Math.imul(code, code), code)) | 0;
      letters++;
      continue;
    }
    if (letters > 1) key = (key + word) | 0;
    word = 0;
    letters = 0;
  }
  return key;
}

/** Whether the words of a name are exactly those of an author, in any order, apart from the author's initials. */
function isNameOf(words: readonly string[], author: string): boolean {
  const authorWords = wordsOf(author);
  for (const word of words) {
    const at = authorWords.indexOf(word);
    if (at < 0) return false;
    authorWords.splice(at, 1);
  }
  return authorWords.every(({ length }) => length === 1);
}

/**
 * Creates a function that tests whether a name may mean an author: each word of the name must equal a word of the
 * author's name, or one must be the initial of the other ('G. Hinton' may be Geoffrey Hinton, and vice versa). At least
 * one full word must match.
 *
 * @param words the words of the name, folded
 * @returns a function that takes the folded name of an author
 */
function nameTest(words: readonly string[]): (author: string) => boolean {
  const isLong = (word: string) => word.length > 1;
  const whole = words.filter(isLong).map((word) => ({ last: ` ${word}`, before: ` ${word} ` }));
  /** A quick check that rejects most authors: whether at least one full word of the name matches. */
  const hasFullWord = (author: string) =>
    whole.some(({ last, before }) => author.endsWith(last) || author.includes(before));
  return (author) => {
    if (!hasFullWord(author)) return false;
    const authorWords = wordsOf(author);
    return words.every((word) =>
      authorWords.some((other) => other === word || ((!isLong(word) || !isLong(other)) && other[0] === word[0])),
    );
  };
}
