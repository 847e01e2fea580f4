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
  /** What the build measured of itself; null where there was nothing to measure. */
  readonly quality: Quality;
  /** SHA-256 of every other file of the snapshot, hexadecimal. */
  readonly files: Readonly<Record<string, string>>;
}

/** Shares in [0, 1]. */
export interface Quality {
  /** Of a sample's ten true nearest neighbours, the share that the index finds. */
  readonly recallAt10: number | null;
  /** Of the sample's titles, the share whose own paper is the nearest. */
  readonly titleFindsPaper: number | null;
}
