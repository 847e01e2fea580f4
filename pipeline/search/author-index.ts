/** Authors of papers, looked up by full names or names with initials. */
import { type CooperativeTask, inChunks } from '../core/cooperative.ts';
import type { ParsedQuery } from '../core/query/ast.ts';
import { printValue } from '../core/query/printer.ts';
import { foldName } from './lexical/analyzer.ts';
import { matchQuality } from './suggest/names.ts';

/** The authors of all papers. Names that differ in case and accents only are one. */
export interface AuthorIndex {
  /** A test for the rows with an author who may be meant by a name; see `nameTest`. */
  writtenBy(name: string): (row: number) => boolean;
  /** Whether any author may be meant by a name. */
  knows(name: string): boolean;
  /**
   * The author with exactly this name, ignoring case, accents, order (`Levine, Sergey`) and initials that only the author has.
   * Of several the one with most papers; null for none, and for a single word, which is too ambiguous.
   */
  exactName(name: string): string | null;
  /** The authors of most of these rows, with their number; of equals the one that comes first in the rows. */
  topAuthors(rows: readonly number[], max: number): readonly { readonly name: string; readonly papers: number }[];
  /** Names that match what is typed: the best match first, then by papers. */
  complete(typed: string, max: number): readonly { readonly name: string; readonly papers: number }[];
}

/** A longer query is not a name. */
const MAX_NAME_WORDS = 4;

const hasWordsOnly = ({ like, not, filters, excluded, wanted }: ParsedQuery) =>
  like.length + not.length + filters.length + excluded.length === 0 && wanted.every(({ kind }) => kind === 'word');

/** The query for an author's papers, if the query is a few words that may be a name; else null. */
export function possibleAuthorQuery(authors: Pick<AuthorIndex, 'knows'>, query: ParsedQuery): string | null {
  const { text, wanted } = query;
  if (!hasWordsOnly(query) || wanted.length === 0 || wanted.length > MAX_NAME_WORDS || !authors.knows(text))
    return null;
  return `author:${printValue(text)}`;
}

/** The query for an author's papers, if the query is exactly an author's name; else null. */
export function authorQueryForExactName(authors: Pick<AuthorIndex, 'exactName'>, query: ParsedQuery): string | null {
  const name = hasWordsOnly(query) ? authors.exactName(query.text) : null;
  return name === null ? null : `author:${printValue(name)}`;
}

/** A test for authors who may be meant by any of some names. */
export function createAuthorTest(names: readonly string[]): (author: string) => boolean {
  const tests = names.map((name) => nameTest(wordsOf(foldName(name))));
  return (author) => tests.some((matches) => matches(foldName(author)));
}

const BLANK = 32;

/** @param namesFrom the authors' names of the rows `from` … `to` − 1 */
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
  yield* inChunks(count, (from, to) => {
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
 * A test whether a name may mean an author: each of its words equals one of the author's, or one is the initial of the other
 * ('G. Hinton' may be Geoffrey Hinton, and vice versa). At least one full word must match.
 *
 * @param words of the name, folded
 * @returns a test of a folded author
 */
function nameTest(words: readonly string[]): (author: string) => boolean {
  const isLong = (word: string) => word.length > 1;
  const whole = words.filter(isLong).map((word) => ({ last: ` ${word}`, before: ` ${word} ` }));
  /** A quick check that rejects most authors: one full word must match. */
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
