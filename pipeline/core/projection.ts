/** Places on the map, one entry a row, in map units: centred on 0, most papers within ±10. Always finite. */
export interface Projection {
  readonly x: Float32Array;
  readonly y: Float32Array;
}
