/**
 * The description of a snapshot, stored in its `manifest.json`. Equal papers, options, topic names, model and previous
 * snapshot give equal manifests, except for `id` and `createdAt`.
 */
export interface Manifest {
  /** Version of the snapshot's files; snapshots of another version are not opened. */
  readonly format: number;
  /** Also the name of the folder: the time and eight hexadecimal digits of a hash of the content. */
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** SHA-256 of papers, options, user's topic names, model and format. If it is unchanged, no new build is needed. */
  readonly inputHash: string;
  readonly model: {
    readonly name: string;
    /** The value of `--model`. */
    readonly source: string;
    readonly fingerprint: string;
    readonly dimensions: number;
    /** How many of the first dimensions are in the HNSW index. */
    readonly leadingDimensions: number;
  };
  readonly counts: {
    readonly papers: number;
    /** Topics of the chosen level. */
    readonly topics: number;
    /** Papers that are in no topic. */
    readonly outliers: number;
    readonly skippedRows: number;
    readonly incompleteRows: number;
    readonly mergedRows: number;
  };
  /** All options of the build, by name. */
  readonly options: Readonly<Record<string, unknown>>;
  /** What the build learned about searching this corpus. */
  readonly search: {
    /** By query length, shortest queries first: the weights for queries of up to `maxTerms` terms (`pipeline/search/fusion.ts`). */
    readonly fusionWeights: readonly {
      readonly maxTerms: number;
      readonly lexical: number;
      readonly proximity: number;
    }[];
    /**
     * How well off-topic queries are answered (`pipeline/search/calibration/answerability.ts`). Null for a corpus too small to
     * measure it: then every query counts as answered.
     */
    readonly nullDistribution: {
      readonly coverage: FeatureStats;
      readonly similarity: FeatureStats;
      readonly proximity: FeatureStats;
      readonly scores: readonly number[];
    } | null;
  };
  readonly quality: Quality;
  /** What was taken over from the previous snapshot; null if there was none, or with `--fresh true`. */
  readonly previous: {
    readonly snapshot: string;
    /** How far papers moved on the map; null if no paper is in both snapshots. */
    readonly drift: MapDrift | null;
    readonly map: MapUpdate;
    /** Papers that were placed on the map since it was last laid out as a whole. */
    readonly newPapers: number;
    /** Topics of the chosen level that are also topics of the previous snapshot's chosen level. */
    readonly keptTopics: number;
  } | null;
  /** SHA-256 of every other file of the snapshot, hexadecimal, by file name. */
  readonly files: Readonly<Record<string, string>>;
}

/** Mean and standard deviation of a match feature over the off-topic queries. */
interface FeatureStats {
  readonly mean: number;
  readonly deviation: number;
}

/**
 * How a map came from the previous one:
 * - `extended`: papers kept their positions, new papers were placed among them;
 * - `refit`: laid out again, starting from the previous positions;
 * - `frozen`: as `extended`, because a new layout would have moved papers too far;
 * - `fresh`: laid out without the previous positions.
 */
export type MapUpdate = 'extended' | 'refit' | 'frozen' | 'fresh';

/** How far papers moved on the map, as shares of its width (the larger of its two extents, of the middle 98 % of papers). */
export interface MapDrift {
  readonly median: number;
  readonly p95: number;
  /** Number of papers that are on both maps. */
  readonly shared: number;
}

/** What a build measured of itself. Shares in [0, 1] unless noted; null if there was nothing to measure. */
export interface Quality {
  /** Share of the true 10 (100) nearest neighbors that the HNSW index finds, over a sample of papers. */
  readonly recallAt10: number | null;
  readonly recallAt100: number | null;
  /** Share of sampled titles whose own paper is the nearest. */
  readonly titleRecallAt1: number | null;
  /** Mean reciprocal rank of known-item queries (a part of a paper must find the rest of it), by search mode. */
  readonly knownItemMrrKeyword: number | null;
  readonly knownItemMrrSemantic: number | null;
  readonly knownItemMrrHybrid: number | null;
  /** Standard error of `knownItemMrrHybrid` over papers. */
  readonly knownItemMrrHybridStandardError: number | null;
  /** Of the map, see `MapQuality` in pipeline/map/quality.ts. The last is a correlation in [−1, 1]. */
  readonly trustworthiness: number | null;
  readonly neighborRecall: number | null;
  readonly distanceCorrelation: number | null;
}
