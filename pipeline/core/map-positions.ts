/** Positions on the map by row, in map units: centered on 0, most papers within ±10. Always finite. */
export interface MapPositions {
  readonly x: Float32Array;
  readonly y: Float32Array;
}

/** Positions of some rows, from a previous map: `x` and `y` are valid where `known` is 1. */
export interface KnownPositions extends MapPositions {
  readonly known: Uint8Array;
}
