/**
 * Other ways in which papers write the words of a query: joined or apart ('pre-training', 'pretraining'; 'GPT-4',
 * 'GPT4'), as an acronym or in full ('RAG', 'retrieval-augmented generation').
 */
import { runToCompletion } from '../../core/cooperative.ts';
import { stemOf, stemsIn, type Word, wordsIn } from './analyzer.ts';
import {
  type AcronymColumns,
  documentFrequency,
  findWord,
  type InvertedIndex,
  type Postings,
  phrasePostings,
  type Vocabulary,
} from './inverted-index.ts';

/**
 * Words that are not joined with others, because that gives another meaning: 'an isotropic' and 'anisotropic', 'in
 * accuracy' and 'inaccuracy', 'predict or' and 'predictor'.
 */
const NEVER_JOINED: ReadonlySet<string> = new Set(
  'a an and are as at be by can do for has he i if in is it me my no not of on or so the to us use was we'.split(' '),
);

/**
 * For each word of a query, the postings of what papers write instead of it; empty for most words.
 *
 * @param words the words of the query in order, stop words included
 * @param stems by word: the number of its stem in the index; undefined if no paper contains it
 */
export function findWordVariants(
  index: InvertedIndex,
  words: readonly Word[],
  stems: readonly (number | undefined)[],
): Postings[][] {
  const variants = words.map(() => new Set<Postings>());
  const postingsOfForm = createFormLookup(index);
  const add = (at: number, form: readonly number[]) => {
    // 'Model s' joined is 'models', which has the stem of 'model': the word itself.
    const isSame = form.length === 1 && form[0] === stems[at];
    const postings = postingsOfForm(form);
    if (!isSame && postings.rows.length > 0) variants[at].add(postings);
  };
  words.forEach(({ surface }, i) => {
    const next = words[i + 1];
    const isJoinable = next && !NEVER_JOINED.has(surface) && !NEVER_JOINED.has(next.surface);
    const joined = isJoinable ? findWord(index.stems, stemOf(surface + next.surface)) : -1;
    if (joined >= 0) for (const at of [i, i + 1]) add(at, [joined]);
    const apart = writtenApart(index, surface, stems[i], postingsOfForm);
    if (apart) add(i, apart);
  });
  for (const { short, long } of acronymsIn(index, stems)) {
    stems.forEach((stem, at) => {
      if (stem === short) add(at, long);
      if (stem !== long[0] || !long.every((one, i) => stems[at + i] === one)) return;
      for (let i = 0; i < long.length; i++) add(at + i, [short]);
    });
  }
  return variants.map((postings) => [...postings]);
}

/** Looks up the postings of a word or of words one after the other, given their stems. */
type FormLookup = (form: readonly number[]) => Postings;

/**
 * Creates a function that returns the postings of a written form: for equal forms the same object, so that a form that
 * is found for several words of a query counts once.
 */
function createFormLookup(index: InvertedIndex): FormLookup {
  const known = new Map<string, Postings>();
  return (form) => {
    const key = form.join(' ');
    const postings = known.get(key) ?? runToCompletion(phrasePostings(index, form));
    known.set(key, postings);
    return postings;
  };
}

/** A word is split only into parts of at least this many letters, or at the boundary between letters and digits. */
const MIN_PART_LETTERS = 2;
const MIN_SPLIT_LETTERS = 6;
/**
 * Papers with the parts of a word side by side must be at least this share of the papers with the word: fewer are typing
 * errors ('net work').
 */
const MIN_APART_SHARE = 0.02;

/** The stems of a word as most papers write it in two ('pretraining': 'pre-training'); undefined if too few do. */
function writtenApart(
  index: InvertedIndex,
  surface: string,
  stem: number | undefined,
  postingsOfForm: FormLookup,
): readonly number[] | undefined {
  const minPapers = Math.max(1, MIN_APART_SHARE * (stem === undefined ? 0 : documentFrequency(index, stem)));
  let best: readonly number[] | undefined;
  let mostPapers = 0;
  for (const at of possibleCuts(surface)) {
    const parts = [surface.slice(0, at), surface.slice(at)];
    // Only whole words count: 'networking' is not 'net' and the stem of 'workings'.
    if (parts.some((part) => NEVER_JOINED.has(part) || findWord(index.words, part) < 0)) continue;
    const form = parts.map((part) => findWord(index.stems, stemOf(part)));
    const papers = postingsOfForm(form).rows.length;
    if (papers >= minPapers && papers > mostPapers) [best, mostPapers] = [form, papers];
  }
  return best;
}

function possibleCuts(surface: string): number[] {
  const boundary = /(?<=\p{L})(?=\p{N})|(?<=\p{N})(?=\p{L})/u.exec(surface)?.index;
  if (boundary !== undefined) return [boundary];
  if (surface.length < MIN_SPLIT_LETTERS) return [];
  const cuts: number[] = [];
  for (let at = MIN_PART_LETTERS; at <= surface.length - MIN_PART_LETTERS; at++) cuts.push(at);
  return cuts;
}

// Acronyms that papers define: 'retrieval-augmented generation (RAG)'. They are learned from the corpus, because each
// field has its own.

/** An acronym and what it stands for, as a text writes them: `RAG` and `retrieval-augmented generation`. */
export interface AcronymDefinition {
  readonly short: string;
  readonly long: string;
}

/** Matches an acronym in parentheses: a capital first or second, letters and digits, hyphens, perhaps a plural `s`. */
const ACRONYM_IN_PARENTHESES = /\(([A-Z][A-Za-z0-9-]{1,9}|[a-z0-9][A-Z][A-Za-z0-9-]{0,8})\)/g;
/** A long form is searched for in this many characters before the parenthesis. */
const MAX_LONG_FORM = 120;
const NON_LETTER = /[^\p{L}\p{N}]/u;

/**
 * Finds definitions of acronyms in a text (A. Schwartz, M. Hearst, 'A simple algorithm for identifying abbreviation
 * definitions in biomedical text', PSB 2003): reading both backwards, each letter of the acronym must occur in the words
 * before the parenthesis in order, the first at the beginning of a word.
 */
export function findAcronymDefinitions(text: string): AcronymDefinition[] {
  const found: AcronymDefinition[] = [];
  for (const match of text.matchAll(ACRONYM_IN_PARENTHESES)) {
    const short = match[1].replace(/(?<=[A-Z0-9])s$/, '');
    const before = text.slice(Math.max(0, match.index - MAX_LONG_FORM), match.index).trimEnd();
    const long = longFormOf(short, before);
    if (long !== undefined) found.push({ short, long });
  }
  return found;
}

/** The shortest end of `before` that may be the long form of an acronym; undefined if there is none. */
function longFormOf(short: string, before: string): string | undefined {
  const maxWords = Math.min(short.length + 5, short.length * 2);
  const words = before.split(/\s+/);
  const window = words.slice(-maxWords).join(' ');
  let at = window.length - 1;
  for (let i = short.length - 1; i >= 0; i--) {
    const letter = short[i].toLowerCase();
    if (NON_LETTER.test(letter)) continue;
    const isMatch = () => window[at].toLowerCase() === letter && (i > 0 || at === 0 || NON_LETTER.test(window[at - 1]));
    while (at >= 0 && !isMatch()) at--;
    if (at < 0) return undefined;
    at--;
  }
  const long = window.slice(at + 1);
  const longWords = wordsIn(long);
  const isSelf = longWords.some(({ surface }) => surface === short.toLowerCase());
  return longWords.length >= 2 && !isSelf ? long : undefined;
}

/** An acronym is used only if at least this many papers define it in the same way. */
const MIN_DEFINITIONS = 2;
/** An acronym with several meanings is used only if at least this share of its definitions agree. */
const MIN_AGREEMENT = 0.6;

/** Counts definitions of acronyms in papers. */
export class AcronymCounter {
  /** By stem of the acronym: how many papers have which long form, written as its stems with spaces. */
  readonly #counts = new Map<string, Map<string, number>>();

  /** Adds the text of a paper, whose definitions count once each. */
  add(text: string): void {
    if (!text.includes('(')) return;
    const seen = new Set<string>();
    for (const { short, long } of findAcronymDefinitions(text)) {
      const shortWords = wordsIn(short);
      if (shortWords.length !== 1) continue;
      const [{ stem }] = shortWords;
      const key = stemsIn(long).join(' ');
      if (seen.has(`${stem}: ${key}`)) continue;
      seen.add(`${stem}: ${key}`);
      const ofAcronym = this.#counts.get(stem) ?? new Map<string, number>();
      this.#counts.set(stem, ofAcronym);
      ofAcronym.set(key, (ofAcronym.get(key) ?? 0) + 1);
    }
  }

  /** The acronyms on whose meaning papers agree, as numbers of stems, sorted by the acronym. */
  columns(stems: Vocabulary): AcronymColumns {
    const acronyms: { short: number; long: number[] }[] = [];
    for (const [short, counts] of this.#counts) {
      const [[long, count]] = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
      const total = [...counts.values()].reduce((sum, value) => sum + value, 0);
      if (count < MIN_DEFINITIONS || count < MIN_AGREEMENT * total) continue;
      acronyms.push({ short: findWord(stems, short), long: long.split(' ').map((stem) => findWord(stems, stem)) });
    }
    const known = acronyms
      .filter(({ short, long }) => short >= 0 && !long.includes(-1))
      .sort((a, b) => a.short - b.short);
    const acronymStarts = new Int32Array(known.length + 1);
    known.forEach(({ long }, i) => {
      acronymStarts[i + 1] = acronymStarts[i] + long.length;
    });
    return {
      acronyms: Int32Array.from(known, ({ short }) => short),
      acronymStarts,
      acronymStems: Int32Array.from(known.flatMap(({ long }) => long)),
    };
  }
}

/** An acronym with its long form, as numbers of stems. */
export interface Acronym {
  readonly short: number;
  readonly long: readonly number[];
}

const byFirstStem = new WeakMap<AcronymColumns, ReadonlyMap<number, readonly Acronym[]>>();

/** The acronyms among some stems, and those whose long form is in them, word after word. */
export function acronymsIn(columns: AcronymColumns, stems: readonly (number | undefined)[]): Acronym[] {
  const { acronyms, acronymStarts, acronymStems } = columns;
  let table = byFirstStem.get(columns);
  if (!table) {
    const created = new Map<number, Acronym[]>();
    acronyms.forEach((short, i) => {
      const acronym = { short, long: Array.from(acronymStems.subarray(acronymStarts[i], acronymStarts[i + 1])) };
      for (const first of new Set([short, acronym.long[0]])) {
        const list = created.get(first);
        if (list) list.push(acronym);
        else created.set(first, [acronym]);
      }
    });
    table = created;
    byFirstStem.set(columns, table);
  }
  const found = new Set<Acronym>();
  stems.forEach((stem, at) => {
    if (stem === undefined) return;
    for (const acronym of table.get(stem) ?? []) {
      if (acronym.short === stem || acronym.long.every((one, i) => stems[at + i] === one)) found.add(acronym);
    }
  });
  return [...found];
}
