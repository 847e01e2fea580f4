/** Who wrote what: names as people write them, full or with initials. */
import { type Steps, spans } from '../core/cooperative.ts';
import type { ParsedQuery } from '../core/query/ast.ts';
import { printValue } from '../core/query/printer.ts';
import { fitOf, foldedName } from './suggest/complete-names.ts';

/** The authors of all papers. Names that are told apart by capitals and accents alone are one. */
export interface Authors {
  /** A test that holds for the rows one of whose authors may be meant by a name; see `meaning`. */
  wrote(name: string): (row: number) => boolean;
  /** Whether any of them may be meant by a name. */
  knows(name: string): boolean;
  /**
   * The author whose name this is, whatever its capitals, accents and order (`Levine, Sergey`); initials that only the author
   * has make no difference. Of several the one of most papers; null for none, and for a single word, which is many a name.
   */
  named(name: string): string | null;
  /** The authors of most of these rows, with how many of them each wrote; of equals the one that comes first in the rows. */
  of(rows: readonly number[], most: number): readonly { readonly name: string; readonly papers: number }[];
  /** Names that fit what is typed: the best fit first, then those of most papers. */
  fitting(typed: string, most: number): readonly { readonly name: string; readonly papers: number }[];
}

/** The longest name that stands for itself in a query, in words. */
const MOST_WORDS = 4;

const isPlain = ({ like, not, filters, excluded, wanted }: ParsedQuery) =>
  like.length + not.length + filters.length + excluded.length === 0 && wanted.every(({ kind }) => kind === 'word');

/** The query for what an author wrote, where it is nothing but words and may be a name; else null. */
export function askingForAuthor(authors: Pick<Authors, 'knows'>, query: ParsedQuery): string | null {
  const { text, wanted } = query;
  if (!isPlain(query) || wanted.length === 0 || wanted.length > MOST_WORDS || !authors.knows(text)) return null;
  return `author:${printValue(text)}`;
}

/** The query for what an author wrote, where it is nothing but their name; else null. */
export function namingAuthor(authors: Pick<Authors, 'named'>, query: ParsedQuery): string | null {
  const name = isPlain(query) ? authors.named(query.text) : null;
  return name === null ? null : `author:${printValue(name)}`;
}

/** A test whether an author may be meant by any of some names. */
export function meantByAny(names: readonly string[]): (author: string) => boolean {
  const tests = names.map((name) => meaning(wordsOf(foldedName(name))));
  return (author) => tests.some((isMeant) => isMeant(foldedName(author)));
}

const BLANK = 32;

/** Rows between two steps: about a millisecond. */
const ROWS_A_STEP = 256;

/** @param namesFrom the names of the authors of the rows `from` … `to` − 1, of `count` */
export function* readAuthors(
  count: number,
  namesFrom: (from: number, to: number) => readonly (readonly string[])[],
): Steps<Authors> {
  const numbers = new Map<string, number>();
  const shown: string[] = [];
  const papers: number[] = [];
  const keysOf: number[] = [];
  const starts = [0];
  const mentions: number[] = [];
  const add = (name: string, seen: Set<number>) => {
    const folded = foldedName(name);
    if (folded === '') return;
    let number = numbers.get(folded);
    if (number === undefined) {
      number = shown.length;
      numbers.set(folded, number);
      shown.push(name);
      keysOf.push(keyOf(folded));
      papers.push(0);
    }
    if (seen.has(number)) return;
    seen.add(number);
    mentions.push(number);
    papers[number]++;
  };
  yield* spans(count, ROWS_A_STEP, (from, to) => {
    for (const names of namesFrom(from, to)) {
      const seen = new Set<number>();
      for (const name of names) add(name, seen);
      starts.push(mentions.length);
    }
  });
  const folded = [...numbers.keys()];
  const keys = Int32Array.from(keysOf);
  const startOf = Int32Array.from(starts);
  const authorAt = Int32Array.from(mentions);

  const best = (numbers: readonly number[], most: number, weightOf: (number: number) => number) =>
    numbers.toSorted((a, b) => weightOf(b) - weightOf(a)).slice(0, most);
  return {
    wrote(name) {
      const words = wordsOf(foldedName(name));
      const meant = new Uint8Array(folded.length);
      const isMeant = meaning(words);
      folded.forEach((known, number) => {
        if (isMeant(known)) meant[number] = 1;
      });
      return (row) => {
        for (let at = startOf[row]; at < startOf[row + 1]; at++) if (meant[authorAt[at]] === 1) return true;
        return false;
      };
    },
    knows(name) {
      return folded.some(meaning(wordsOf(foldedName(name))));
    },
    named(name) {
      const wanted = foldedName(name);
      const words = wordsOf(wanted);
      if (words.length < 2) return null;
      const key = keyOf(wanted);
      const fits: number[] = [];
      for (let number = 0; number < keys.length; number++) {
        if (keys[number] === key && isNameOf(words, folded[number])) fits.push(number);
      }
      const [found] = best(fits, 1, (number) => papers[number]);
      return found === undefined ? null : shown[found];
    },
    of(rows, most) {
      const counts = new Map<number, number>();
      for (const row of rows) {
        for (let at = startOf[row]; at < startOf[row + 1]; at++) {
          counts.set(authorAt[at], (counts.get(authorAt[at]) ?? 0) + 1);
        }
      }
      const ranked = best([...counts.keys()], most, (number) => counts.get(number) ?? 0);
      return ranked.map((number) => ({ name: shown[number], papers: counts.get(number) ?? 0 }));
    },
    fitting(typed, most) {
      const wanted = foldedName(typed);
      if (wanted === '' && /\S/.test(typed)) return [];
      const fits: number[][] = [[], [], []];
      folded.forEach((name, number) => {
        const fit = fitOf(name, wanted);
        if (fit !== undefined) fits[fit].push(number);
      });
      return fits
        .flatMap((level) => best(level, most, (number) => papers[number]))
        .slice(0, most)
        .map((number) => ({ name: shown[number], papers: papers[number] }));
    },
  };
}

function wordsOf(folded: string): string[] {
  return folded.split(' ').filter(Boolean);
}

/** A number that names share whose words of more than one letter are the same, in any order; hardly any others do. */
function keyOf(folded: string): number {
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

/** Whether the words of a name are those of an author, in any order, but for initials between these. */
function isNameOf(words: readonly string[], author: string): boolean {
  const own = wordsOf(author);
  for (const word of words) {
    const at = own.indexOf(word);
    if (at < 0) return false;
    own.splice(at, 1);
  }
  return own.every(({ length }) => length === 1);
}

/**
 * A test whether a name may mean an author: each of its words is one of theirs, or the initial of one, or theirs is the
 * initial of it ('G. Hinton' is Geoffrey Hinton, and the other way round). Of initials alone nobody is meant.
 *
 * @param words of the name, folded
 * @returns the test of a folded author
 */
function meaning(words: readonly string[]): (author: string) => boolean {
  const isLong = (word: string) => word.length > 1;
  const whole = words.filter(isLong).map((word) => ({ last: ` ${word}`, before: ` ${word} ` }));
  /** Most authors fall at the first look: one whole word at the least must be theirs. */
  const holdsOne = (author: string) =>
    whole.some(({ last, before }) => author.endsWith(last) || author.includes(before));
  return (author) => {
    if (!holdsOne(author)) return false;
    const own = wordsOf(author);
    return words.every((word) =>
      own.some((one) => one === word || ((!isLong(word) || !isLong(one)) && one[0] === word[0])),
    );
  };
}
