import { queryStopWords } from '../../core/stop-words.ts';
import { wordsIn } from './analyzer.ts';
import type { Term } from './bm25.ts';
import { papersWithStem, type WordIndex } from './inverted-index.ts';
import { findWord } from './lexicon.ts';
import { postingsOf, stemsWithPrefix, unionOf } from './postings.ts';
import { type Pair, pairsOf } from './proximity.ts';

/** What a query asks for by its words. */
export interface AskedWords {
  readonly terms: readonly Term[];
  /** Neighboring words of the query. */
  readonly pairs: readonly Pair[];
  /** How many telling words the query has, known or not. */
  readonly count: number;
  /** Telling words that no paper has, as `wordsIn` writes them. */
  readonly unknown: readonly string[];
  /** Stems of the telling words that papers have, each once. */
  readonly stems: readonly number[];
}

/** A pasted abstract asks for no more terms: the rarest of it; common ones cost most and say least. */
const MOST_TERMS = 48;

/**
 * The telling words of running text. Words that carry no meaning (`of`, `using`) are passed over, unless there are no
 * others ('to be or not to be').
 *
 * @param prefixes beginnings of words that are asked for besides (`transf` for `transf*`)
 */
export function askedWords(index: WordIndex, text: string, prefixes: readonly string[] = []): AskedWords {
  // Of `self-sup*` only the last word is a beginning.
  const all = [...wordsIn(text), ...prefixes.flatMap((prefix) => wordsIn(prefix).slice(0, -1))];
  const telling = all.filter(({ surface }) => !queryStopWords.has(surface));
  const words = telling.length > 0 || prefixes.length > 0 ? telling : all;
  const stems = words.map(({ stem }) => knownStem(index, stem));
  const times = new Map<number, number>();
  for (const stem of stems) if (stem !== undefined) times.set(stem, (times.get(stem) ?? 0) + 1);
  const rarest = [...times].sort(([a], [b]) => papersWithStem(index, a) - papersWithStem(index, b) || a - b);
  const kept = new Map(rarest.slice(0, MOST_TERMS));
  return {
    terms: [
      ...[...kept].map(([stem, weight]): Term => ({ postings: postingsOf(index, stem), weight })),
      ...prefixes.flatMap((prefix) => prefixTerm(index, prefix)),
    ],
    pairs: pairsOf(stems.map((stem) => (stem !== undefined && kept.has(stem) ? stem : undefined))),
    count: words.length + prefixes.length,
    unknown: [...new Set(words.filter((_, i) => stems[i] === undefined).map(({ surface }) => surface))],
    stems: [...kept.keys()],
  };
}

function prefixTerm(index: WordIndex, prefix: string): Term[] {
  const beginning = wordsIn(prefix).at(-1)?.surface;
  const stems = beginning === undefined ? [] : stemsWithPrefix(index, beginning);
  return stems.length === 0 ? [] : [{ postings: unionOf(index, stems), weight: 1 }];
}

function knownStem(index: WordIndex, stem: string): number | undefined {
  const at = findWord(index.stems, stem);
  return at < 0 ? undefined : at;
}
