/** Positions of papers on the map. */

/**
 * The positions of all papers on the map, by row, in map units: centered on 0, with most papers within ±10. Always
 * finite.
 */
export interface MapPositions {
  readonly x: Float32Array;
  readonly y: Float32Array;
}

/** Positions that some rows have on a previous map: `x` and `y` of a row are valid only where `known` is 1. */
export interface KnownPositions extends MapPositions {
  readonly known: Uint8Array;
}
