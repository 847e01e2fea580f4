import type { Drift } from '../map/align.ts';
import type { Background } from '../search/calibration/null-distribution.ts';
import type { LengthWeights } from '../search/fusion.ts';

/**
 * What a snapshot says of itself, in `manifest.json`. Only `id` and `createdAt` differ between two equal builds, equal in
 * what they go on from too.
 */
export interface Manifest {
  /** Version of the folder's layout; another version is not opened. */
  readonly format: number;
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** SHA-256 over papers, options, names given to topics, model and format, hexadecimal: the same needs no new build. */
  readonly inputHash: string;
  readonly model: {
    readonly name: string;
    /** What `--model` said. */
    readonly source: string;
    readonly fingerprint: string;
    readonly dimensions: number;
    /** So many of the first dimensions are in the neighbor index. */
    readonly leadingDimensions: number;
  };
  readonly counts: {
    readonly papers: number;
    readonly topics: number;
    readonly outliers: number;
    readonly skippedRows: number;
    readonly incompleteRows: number;
    readonly mergedRows: number;
  };
  /** Every option of the build, by name. */
  readonly options: Readonly<Record<string, unknown>>;
  /** What the corpus taught about searching it: weights by the number of telling words. */
  readonly search: {
    readonly weights: readonly LengthWeights[];
    /** null for a corpus too small to have one: its answers are never called empty. */
    readonly nullDistribution: Background | null;
  };
  /** What the build measured of itself; null where there was nothing to measure. */
  readonly quality: Quality;
  /** What it took up from the snapshot before it; null for a first one, or one built afresh. */
  readonly previous: {
    readonly snapshot: string;
    /** How far papers moved on the map; null where none is in both. */
    readonly drift: Drift | null;
    readonly map: MapUpdate;
    /** Papers that were placed on the map since it was last laid out as a whole. */
    readonly newPapers: number;
    /** How many topics of the chosen level are topics of the previous snapshot. */
    readonly keptTopics: number;
  } | null;
  /** SHA-256 of every other file of the snapshot, hexadecimal. */
  readonly files: Readonly<Record<string, string>>;
}

/**
 * How a map was made: `extended`, nothing moved and newPapers were placed; `refit`, laid out from the previous places;
 * `frozen`, as extended, because papers would have moved too far; `fresh`.
 */
export type MapUpdate = 'extended' | 'refit' | 'frozen' | 'fresh';

/** Shares in [0, 1]. */
export interface Quality {
  /** Of a sample's ten, and hundred, true nearest neighbors, the share that the index finds. */
  readonly recallAt10: number | null;
  readonly recallAt100: number | null;
  /** Of the sample's titles, the share whose own paper is the nearest. */
  readonly titleRecallAt1: number | null;
  /** Mean reciprocal rank of parts of papers that were to find what was left of them, by mode. */
  readonly knownItemMrrKeyword: number | null;
  readonly knownItemMrrSemantic: number | null;
  readonly knownItemMrrHybrid: number | null;
  /** Of the map, as `MapTrust` has them; the last is in [−1, 1]. */
  readonly trustworthiness: number | null;
  readonly neighborRecall: number | null;
  readonly distanceCorrelation: number | null;
}
