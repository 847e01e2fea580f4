import type { LengthWeights } from './fusion.ts';
import type { Background } from './relevance.ts';

/** What a snapshot says of itself, in `manifest.json`. Only `id` and `createdAt` differ between two equal builds. */
export interface Manifest {
  /** Version of the folder's layout; another version is not opened. */
  readonly format: number;
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** SHA-256 over papers, options, model and format: equal input hashes give equal snapshots. Hexadecimal. */
  readonly inputHash: string;
  readonly model: {
    readonly name: string;
    /** What `--model` said. */
    readonly source: string;
    readonly fingerprint: string;
    readonly dimensions: number;
    /** So many of the first dimensions are in the neighbour index. */
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
    readonly background: Background | null;
  };
  /** What the build measured of itself; null where there was nothing to measure. */
  readonly quality: Quality;
  /** SHA-256 of every other file of the snapshot, hexadecimal. */
  readonly files: Readonly<Record<string, string>>;
}

/** Shares in [0, 1]. */
export interface Quality {
  /** Of a sample's ten, and hundred, true nearest neighbours, the share that the index finds. */
  readonly recallAt10: number | null;
  readonly recallAt100: number | null;
  /** Of the sample's titles, the share whose own paper is the nearest. */
  readonly titleFindsPaper: number | null;
  /** Mean reciprocal rank of parts of papers that were to find what was left of them, by mode. */
  readonly knownItemsKeyword: number | null;
  readonly knownItemsSemantic: number | null;
  readonly knownItemsHybrid: number | null;
}
