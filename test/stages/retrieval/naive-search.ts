import type { Passage } from '../../../pipeline/core/paper.ts';
import { queryStopWords } from '../../../pipeline/core/stop-words.ts';
import type { FusionWeights } from '../../../pipeline/search/fusion.ts';
import type { KnownItem } from '../../../pipeline/search/tuning/known-items.ts';

interface Words {
  readonly title: readonly string[];
  readonly abstract: readonly string[];
}

/** For papers whose words are their own stems. */
const wordsOf = (text: string) => text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
const readWords = ({ title, abstract }: Passage): Words => ({ title: wordsOf(title), abstract: wordsOf(abstract) });

/** What speaks for each paper as the answer to a question, in plain numbers: no index, no candidates, no heap. */
export class NaiveSearch {
  readonly #papers: readonly Words[];
  readonly #vectors: readonly (readonly number[])[];
  readonly #meanLength: number;
  readonly #idf = new Map<string, number>();

  constructor(papers: readonly Passage[], vectors: readonly (readonly number[])[]) {
    this.#papers = papers.map(readWords);
    this.#vectors = vectors;
    const length = this.#papers.reduce((sum, { title, abstract }) => sum + 2 * title.length + abstract.length, 0);
    this.#meanLength = length / papers.length;
    const all = this.#papers.map(({ title, abstract }) => new Set([...title, ...abstract]));
    for (const word of new Set(all.flatMap((words) => [...words]))) {
      const df = all.filter((words) => words.has(word)).length;
      this.#idf.set(word, Math.log(1 + (papers.length - df + 0.5) / (df + 0.5)));
    }
  }

  /** How many telling words a question has, and the place of its answer: that among the other papers of what is left. */
  ask(
    item: KnownItem,
    query: readonly number[],
    answer: readonly number[],
  ): { words: number; rank(weights: FusionWeights): number } {
    const all = wordsOf(item.query);
    const telling = all.filter((word) => !queryStopWords.has(word));
    const words = telling.length > 0 ? telling : all;
    const evidence = (paper: Words, vector: readonly number[]) => ({
      bm25: this.#bm25(words, paper),
      pairs: this.#pairs(words, paper),
      cosine: query.reduce((sum, value, d) => sum + value * vector[d], 0),
    });
    const whole = this.#papers.map((paper, row) => evidence(paper, this.#vectors[row]));
    const own = evidence(readWords(item.rest), answer);
    // What is usual is so over all papers as they stand, the answer with them.
    const byWords = standardOf(whole.map(({ bm25 }) => bm25));
    const byMeaning = standardOf(whole.map(({ cosine }) => cosine));
    return {
      words: telling.length,
      rank(weights) {
        const score = ({ bm25, pairs, cosine }: typeof own) =>
          weights.keyword * byWords(bm25 + weights.pairs * pairs) + (1 - weights.keyword) * byMeaning(cosine);
        const wanted = score(own);
        // The sums of the other side are in float32: as good as equal is equal, and equals come before the answer.
        return 1 + whole.filter((other, row) => row !== item.row && score(other) >= wanted - 1e-5).length;
      },
    };
  }

  #bm25(words: readonly string[], { title, abstract }: Words): number {
    const length = (2 * title.length + abstract.length) / this.#meanLength;
    const count = (word: string, list: readonly string[]) => list.filter((one) => one === word).length;
    return words.reduce((sum, word) => {
      const tf = 2 * count(word, title) + count(word, abstract);
      if (tf === 0) return sum;
      return sum + (this.#idf.get(word) ?? 0) * (0.25 + (tf * 2.2) / (tf + 1.2 * (0.25 + 0.75 * length)));
    }, 0);
  }

  #pairs(words: readonly string[], { title, abstract }: Words): number {
    return words.slice(1).reduce((sum, second, i) => {
      const first = words[i];
      const times = (counts: (distance: number) => boolean) =>
        2 * timesMet(first, second, title, counts) + timesMet(first, second, abstract, counts);
      const adjacent = times((distance) => distance === 1);
      const near = times((distance) => Math.abs(distance) < 8);
      const worth = (this.#idf.get(first) ?? 0) + (this.#idf.get(second) ?? 0);
      return sum + worth * (saturated(adjacent) + 0.5 * saturated(near - adjacent));
    }, 0);
  }
}

function timesMet(
  first: string,
  second: string,
  words: readonly string[],
  counts: (distance: number) => boolean,
): number {
  const placesOf = (word: string) => [...words.keys()].filter((at) => words[at] === word);
  let times = 0;
  for (const i of placesOf(first)) {
    for (const j of placesOf(second)) if (i !== j && (first !== second || i < j) && counts(j - i)) times++;
  }
  return times;
}

function saturated(times: number): number {
  return (times * 2.2) / (times + 1.2);
}

function standardOf(values: readonly number[]): (value: number) => number {
  const mean = values.reduce((sum, one) => sum + one, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, one) => sum + (one - mean) ** 2, 0) / values.length);
  return (value) => (deviation > 1e-9 ? (value - mean) / deviation : 0);
}
