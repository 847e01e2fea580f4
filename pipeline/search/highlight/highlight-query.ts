import type { SearchMode } from '../../../server/schemas/search.ts';
import { queryStopWords, stopWords } from '../../core/stop-words.ts';
import type { TokenVectors } from '../../embedding/token-vectors.ts';
import { type Word, wordsIn } from '../lexical/analyzer.ts';
import { papersWithStem, rarityOf, type WordIndex } from '../lexical/inverted-index.ts';
import { wordAt } from '../lexical/lexicon.ts';
import type { AskedWords } from '../lexical/query-terms.ts';
import type { MadeQuestion } from '../prepare-query.ts';
import type { Sought } from './highlight.ts';
import { type MeaningReader, openMeaning } from './semantic-highlight.ts';

/** What all words of a question together add to the cosine of a sentence that holds them, where words count too. */
const BY_WORDS = 0.2;
/** A question of more words is long. */
const MOST_STEMS = 16;
/** So many words of the corpus stand for all others; of fewer than the least, chance cannot be told. */
const BACKGROUND = 200;
const LEAST_BACKGROUND = 50;
/** A word in the background stands in so many papers at least, and in one of so many. */
const [LEAST_PAPERS, RAREST] = [3, 1000];

/**
 * Opens the vectors of a model's words for questions about a corpus; undefined where the model has none to be read, or
 * the corpus too few words to hold them against.
 */
export function openWordMeaning(words: WordIndex, vectors: TokenVectors | undefined): MeaningReader | undefined {
  const background = vectors ? backgroundOf(words) : [];
  return vectors && background.length >= LEAST_BACKGROUND ? openMeaning(vectors, background) : undefined;
}

function backgroundOf({ words, wordPapers, papers }: WordIndex): string[] {
  const least = Math.max(LEAST_PAPERS, papers / RAREST);
  const common = Array.from(wordPapers.keys()).filter((word) => wordPapers[word] >= least);
  // Evenly through the alphabet: no subject is preferred.
  const step = Math.max(1, Math.floor(common.length / BACKGROUND));
  return common
    .filter((_, i) => i % step === 0)
    .map((word) => wordAt(words, word))
    .filter((word) => !stopWords.has(word) && !queryStopWords.has(word));
}

/** What a question gives to explain its answers by. Only words, where only words were asked. */
export function soughtBy(
  words: WordIndex,
  reader: MeaningReader | undefined,
  { asked, near, text }: MadeQuestion,
  mode: SearchMode,
): Sought {
  const found = wordsIn(text).filter(({ surface }) => !queryStopWords.has(surface));
  const worth = worthOfStems(words, asked, found);
  const whole = [...worth.values()].reduce((sum, one) => sum + one, 0);
  const share = mode === 'hybrid' && whole > 0 ? BY_WORDS / whole : 0;
  const stems = new Map([...worth].map(([stem, one]) => [stem, share * one]));
  if (mode === 'keyword' || near.length === 0 || !reader) return { stems, meaning: undefined };
  return { stems, meaning: reader.against(sumOf(near), tellingWords(found, stems)) };
}

/** What several vectors are near to together. */
function sumOf(vectors: readonly Float32Array[]): Float32Array {
  const sum = new Float32Array(vectors[0].length);
  for (const vector of vectors) for (let d = 0; d < sum.length; d++) sum[d] += vector[d];
  return sum;
}

/**
 * How much each stem of a question says: its rarity, as often as it is asked; the most telling first. Of a long question,
 * a pasted abstract or a paper to be like, only those: what any two papers share explains nothing.
 */
function worthOfStems(index: WordIndex, { stems, terms }: AskedWords, found: readonly Word[]): Map<string, number> {
  const telling = new Set(found.filter(({ surface }) => isTelling(surface)).map(({ stem }) => stem));
  const all = stems
    .map((stem, i): [string, number] => [
      wordAt(index.stems, stem),
      terms[i].weight * rarityOf(papersWithStem(index, stem), index.papers),
    ])
    .sort((a, b) => b[1] - a[1]);
  const isLong = all.length > MOST_STEMS;
  return new Map(isLong ? all.filter(([stem]) => telling.has(stem)).slice(0, MOST_STEMS) : all);
}

function isTelling(word: string): boolean {
  return !stopWords.has(word) && /\p{L}/u.test(word);
}

/** The words of a question that stand for its meaning, each once: those of the stems, in their order, then the others. */
function tellingWords(found: readonly Word[], stems: ReadonlyMap<string, number>): string[] {
  const surfacesOf = new Map([...stems.keys()].map((stem) => [stem, new Set<string>()]));
  const others = new Set<string>();
  for (const { stem, surface } of found) (surfacesOf.get(stem) ?? others).add(surface);
  return [...surfacesOf.values(), others].flatMap((surfaces) => [...surfaces]);
}
