/** The manifest of a snapshot: from what the snapshot was built, what it contains and how good it is. */
import type { ScoreStats } from './algorithms/statistics.ts';

/**
 * The description of a snapshot, stored in its `manifest.json`. Equal papers, options, topic names, model and previous
 * snapshot give equal manifests, except for `id` and `createdAt`.
 */
export interface Manifest {
  /** Version of the snapshot's files; snapshots of another version are not opened. */
  readonly format: number;
  /**
   * Id of the snapshot and name of its folder: the time of the build and eight hexadecimal digits of a hash of the
   * content.
   */
  readonly id: string;
  /** Time of the build, ISO 8601 in UTC. */
  readonly createdAt: string;
  /**
   * SHA-256 of the papers, options, the user's topic names, model and format. A build whose input has the same hash is
   * not needed.
   */
  readonly inputHash: string;
  readonly model: {
    readonly name: string;
    /** Value of the option `--model`, from which the model was loaded. */
    readonly source: string;
    readonly fingerprint: string;
    readonly dimensions: number;
    /** Number of leading dimensions of each vector that the HNSW index contains. */
    readonly leadingDimensions: number;
    /** The models that are combined, in the order of their dimensions; null for a single model. */
    readonly parts: readonly { readonly dimensions: number; readonly weight: number }[] | null;
  };
  readonly counts: {
    readonly papers: number;
    /** Number of topics on the chosen level of the topic tree. */
    readonly topics: number;
    /** Number of papers that are in no topic. */
    readonly outliers: number;
    readonly skippedRows: number;
    readonly incompleteRows: number;
    readonly mergedRows: number;
  };
  /** All options of the build, by name. */
  readonly options: Readonly<Record<string, unknown>>;
  /** What the build measured for search. */
  readonly search: {
    /**
     * How well papers match off-topic queries (statistics are over these queries), for comparison with a real query
     * (`pipeline/search/calibration/answerability.ts`). Null for a corpus too small to measure it: then every query
     * counts as answered.
     */
    readonly nullDistribution: {
      readonly coverage: ScoreStats;
      readonly similarity: ScoreStats;
      readonly proximity: ScoreStats;
      readonly scores: readonly number[];
    } | null;
  };
  readonly quality: SnapshotQuality;
  /** What this snapshot took over from the previous one; null if there was none, or with `--fresh true`. */
  readonly previous: {
    readonly snapshot: string;
    /** How far papers moved on the map; null if no paper is in both snapshots. */
    readonly drift: MapDrift | null;
    readonly map: MapUpdateKind;
    /** Number of papers that were added to the map since it was last laid out as a whole. */
    readonly newPapers: number;
    /** Number of topics on the chosen level that were also on the chosen level of the previous snapshot. */
    readonly keptTopics: number;
  } | null;
  /** SHA-256 of every other file of the snapshot, hexadecimal, by file name. */
  readonly files: Readonly<Record<string, string>>;
}

/**
 * How a new map was made from the previous one:
 * - `extended`: papers kept their positions, and new papers were placed among them;
 * - `refit`: laid out again, starting from the previous positions;
 * - `frozen`: made like `extended`, because a new layout would have moved papers too far;
 * - `fresh`: laid out without the previous positions.
 */
export type MapUpdateKind = 'extended' | 'refit' | 'frozen' | 'fresh';

/**
 * How far papers moved between the previous map and this one, as shares of the width of the previous map. The width is
 * the larger of its extents in x and y, measured without the outermost 2 % of papers.
 */
export interface MapDrift {
  readonly median: number;
  readonly p95: number;
  /** Number of papers that are on both maps. */
  readonly shared: number;
}

/**
 * Quality of a snapshot, as measured by its build. Values are in [0, 1] unless noted; null if there was nothing to
 * measure.
 */
export interface SnapshotQuality {
  /**
   * Recall of the HNSW index over a sample of papers: the share of the true 10 nearest neighbors that it finds (for
   * `recallAt100`, of the true 100).
   */
  readonly recallAt10: number | null;
  readonly recallAt100: number | null;
  /** Standard errors of these two over the sampled papers. */
  readonly recallAt10StandardError: number | null;
  readonly recallAt100StandardError: number | null;
  /** Share of sampled papers that the HNSW index finds first when their title is the query. */
  readonly titleRecallAt1: number | null;
  /**
   * Mean reciprocal rank in known-item search, where a query taken from a part of a paper must find the rest of that
   * paper, for each search mode.
   */
  readonly knownItemMrrKeyword: number | null;
  readonly knownItemMrrSemantic: number | null;
  readonly knownItemMrrHybrid: number | null;
  /** Standard error of `knownItemMrrHybrid` over the sampled papers. */
  readonly knownItemMrrHybridStandardError: number | null;
  /**
   * Quality of the map: trustworthiness, neighbor recall and a correlation of distances, which is in [−1, 1]. See
   * `MapQuality` in pipeline/map/quality.ts.
   */
  readonly trustworthiness: number | null;
  /** Standard error of `trustworthiness` over the measured papers. */
  readonly trustworthinessStandardError: number | null;
  readonly neighborRecall: number | null;
  readonly distanceCorrelation: number | null;
}
