/** How the scores of a search result were computed, for `paperfield search --explain` and `?explain=1`. */
import { roundToDigits, type ScoreStats } from '../core/algorithms/statistics.ts';
import type { AnswerCalibration } from './calibration/answerability.ts';
import type { SearchContext } from './context.ts';
import type { SearchResult, Timing } from './engine.ts';
import { wordAt } from './lexical/inverted-index.ts';
import { candidateFeatureNames, lexicalScores } from './rank.ts';

/** One term of the query. */
interface ExplainedTerm {
  /** The stem; '*' for a prefix such as `transf*`. */
  readonly stem: string;
  readonly documentFrequency: number;
  /** How often the query contains the term. */
  readonly weight: number;
}

/**
 * The scores of one hit. In keyword mode `score` is `features.lexical`; else it is the sum of the features times
 * `ScoreExplanation.weights`. For several vectors `cosine` is a combined score (see `semanticScores`).
 */
interface ExplainedHit {
  readonly id: string;
  readonly score: number;
  readonly bm25: number;
  readonly proximity: number;
  readonly cosine: number;
  /** By name of the feature, see rank.ts. */
  readonly features: Readonly<Record<string, number>>;
  readonly percentile: number | null;
}

/** How the scores of a result were computed. Numbers are rounded to four digits. */
export interface ScoreExplanation {
  /** The text of the query without filters and request phrases ('papers about'). */
  readonly text: string;
  readonly terms: ExplainedTerm[];
  /** Words of the query that no paper contains. */
  readonly unknownWords: string[];
  /** The number of papers that pass the filters; null for a query without filters. */
  readonly filteredPapers: number | null;
  /**
   * By name of the feature (rank.ts): its weight for this query; null in keyword mode, and for a query of filters only,
   * which is not ranked.
   */
  readonly weights: Readonly<Record<string, number>> | null;
  /** Mean and deviation of BM25 over all papers that pass the filters; null for a query of filters only. */
  readonly bm25Stats: ScoreStats | null;
  /** Mean and deviation of the cosine with the query over the corpus; null for a query of filters only. */
  readonly cosineStats: ScoreStats | null;
  /** How the answer as a whole compares with answers to off-topic queries; null if they were not compared. */
  readonly calibration: AnswerCalibration | null;
  readonly candidates: number;
  readonly hits: ExplainedHit[];
  readonly timings: Timing[];
}

/** Explains the hits `from` … `to` − 1 of a result. */
export function explainScores(
  context: SearchContext,
  result: SearchResult,
  from: number,
  to: number,
): ScoreExplanation {
  const { prepared, ranking, calibration } = result;
  const { invertedIndex } = context.index;
  const { stems, terms, unknownWords } = prepared.terms;
  const candidates = ranking?.candidates;
  const indexOfRow = new Map(Array.from(candidates?.rows ?? [], (row, i) => [row, i]));
  const lexical = candidates && lexicalScores(candidates);
  const rounded = (value: number) => roundToDigits(value, 4);
  const roundedStats = ({ mean, deviation }: ScoreStats) => ({ mean: rounded(mean), deviation: rounded(deviation) });
  const featuresAt = (i: number) =>
    ranking?.relevance
      ? byName(ranking.relevance.features.map((values) => rounded(values[i])))
      : { lexical: rounded(lexical?.[i] ?? 0) };
  return {
    text: prepared.query.freeText,
    terms: terms.map(({ postings, weight }, i) => ({
      stem: i < stems.length ? wordAt(invertedIndex.stems, stems[i]) : '*',
      documentFrequency: postings.rows.length,
      weight,
    })),
    unknownWords: [...unknownWords],
    filteredPapers: prepared.filter?.count ?? null,
    weights: ranking?.relevance ? byName(ranking.relevance.weights.map(rounded)) : null,
    bm25Stats: candidates ? roundedStats(candidates.bm25Stats) : null,
    cosineStats: candidates ? roundedStats(candidates.cosineStats) : null,
    calibration: calibration
      ? {
          features: {
            coverage: rounded(calibration.features.coverage),
            similarity: rounded(calibration.features.similarity),
            proximity: rounded(calibration.features.proximity),
            names: rounded(calibration.features.names),
          },
          score: rounded(calibration.score),
          percentile: rounded(calibration.percentile),
        }
      : null,
    candidates: candidates?.rows.length ?? 0,
    hits: result.rows.slice(from, to).map((row, at) => {
      const i = indexOfRow.get(row);
      const [bm25, proximity, cosine] =
        candidates && i !== undefined ? [candidates.bm25[i], candidates.proximity[i], candidates.cosine[i]] : [0, 0, 0];
      const percentile = result.percentiles[from + at];
      return {
        id: context.paper(row).id,
        score: rounded(result.scores[from + at]),
        bm25: rounded(bm25),
        proximity: rounded(proximity),
        cosine: rounded(cosine),
        features: i === undefined ? {} : featuresAt(i),
        percentile: percentile === null ? null : rounded(percentile),
      };
    }),
    timings: result.timings.map(({ name, milliseconds }) => ({ name, milliseconds: rounded(milliseconds) })),
  };
}

function byName(values: readonly number[]): Record<string, number> {
  return Object.fromEntries(candidateFeatureNames.map((name, i) => [name, values[i]]));
}
