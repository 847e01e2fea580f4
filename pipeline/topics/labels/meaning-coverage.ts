/**
 * How many papers of a topic a phrase describes by meaning: a paper about 'world models for driving' is covered by
 * 'autonomous vehicles' although it does not use these words.
 */
import { createSeededRandom, sampleRows } from '../../core/algorithms/random.ts';
import { computeScoreStats } from '../../core/algorithms/statistics.ts';
import type { Checkpoint } from '../../core/cooperative.ts';
import { dotWithRow, type Vectors } from '../../core/vectors.ts';
import type { LabelPhrase } from './label-phrase.ts';

/** Embeds texts: one unit vector per text, row-major. */
export type EmbedTexts = (texts: readonly string[]) => Promise<Float32Array>;

/** Returns the share of a topic's papers that a phrase covers, in [0, 1]; undefined for a phrase that was not measured. */
export type MeaningCoverage = (topic: number, text: string) => number | undefined;

/** Coverage is measured for this many phrases of each topic, the best ones. */
const MAX_PHRASES = 16;
/** The cosine that a phrase has with any paper is estimated from this many papers of the corpus. */
const CORPUS_SAMPLE = 500;
/** Coverage is estimated from at most this many papers of the topic. */
const TOPIC_SAMPLE = 48;
/** A paper is covered if its cosine with the phrase is this many standard deviations above the mean of the corpus. */
const MIN_DEVIATIONS = 1;
const PHRASES_PER_BATCH = 256;

/**
 * Measures how many papers of each topic its phrases cover.
 *
 * @param phrasesOf the phrases of each topic, the best first
 * @param rowsOf the rows of a topic's papers
 */
export async function measureMeaningCoverage(
  phrasesOf: readonly (readonly LabelPhrase[])[],
  vectors: Vectors,
  rowsOf: (topic: number) => Int32Array,
  embed: EmbedTexts,
  checkpoint: Checkpoint,
): Promise<MeaningCoverage> {
  const random = createSeededRandom(1);
  const corpus = sampleRows(vectors.count, CORPUS_SAMPLE, random);
  const topicsOf = new Map<string, number[]>();
  for (const [topic, phrases] of phrasesOf.entries()) {
    for (const { text } of phrases.slice(0, MAX_PHRASES)) {
      const topics = topicsOf.get(text);
      if (topics) topics.push(topic);
      else topicsOf.set(text, [topic]);
    }
  }
  const samples = phrasesOf.map((_, topic) => {
    const rows = rowsOf(topic);
    return sampleRows(rows.length, TOPIC_SAMPLE, random).map((i) => rows[i]);
  });
  const coverage = phrasesOf.map(() => new Map<string, number>());
  const texts = [...topicsOf.keys()];
  for (let from = 0; from < texts.length; from += PHRASES_PER_BATCH) {
    const batch = texts.slice(from, from + PHRASES_PER_BATCH);
    const embedded = await embed(batch);
    for (const [i, text] of batch.entries()) {
      const vector = embedded.subarray(i * vectors.dimensions, (i + 1) * vectors.dimensions);
      const cosineWith = (row: number) => dotWithRow(vectors, row, vector);
      const { mean, deviation } = computeScoreStats(Float32Array.from(corpus, cosineWith));
      const min = mean + MIN_DEVIATIONS * deviation;
      for (const topic of topicsOf.get(text) ?? []) {
        const covered = samples[topic].reduce((count, row) => count + (cosineWith(row) >= min ? 1 : 0), 0);
        coverage[topic].set(text, covered / Math.max(1, samples[topic].length));
      }
    }
    await checkpoint(Math.min(1, (from + PHRASES_PER_BATCH) / texts.length));
  }
  return (topic, text) => coverage[topic].get(text);
}
