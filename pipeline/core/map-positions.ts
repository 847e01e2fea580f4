/** Places on the map, one entry a row, in map units: centered on 0, most papers within ±10. Always finite. */
export interface Projection {
  readonly x: Float32Array;
  readonly y: Float32Array;
}

/** Places that some rows have already, from a previous map: x and y hold where `known` is 1. */
export interface KnownPlaces extends Projection {
  readonly known: Uint8Array;
}
