import type { OnnxGraph, OnnxNode } from './onnx-proto.ts';

/**
 * Token vectors in four bits a component. Component d < dimensions / 2 of row r is the high half of byte
 * `rows[r * dimensions / 2 + d]`, component d + dimensions / 2 its low half; a half of value v (0 … 15) stands for
 * `scales[r] * (v − 7.5)`. Without a level at zero all sixteen are used.
 */
export interface QuantizedTable {
  rows: Int8Array;
  /** One factor a row, the learned token weight folded in. 0: the row counts for nothing. */
  scales: Float32Array;
  dimensions: number;
}

const LEVELS = 16;
const MIDDLE = (LEVELS - 1) / 2;
/** Share of a row's largest component at which it is clipped: finer steps for all are worth it (measured). */
const CLIP = 0.7;

/**
 * Rounds each row to four bits with its own scale.
 *
 * @param vectors row-major, `weights.length` rows of `dimensions`, which must be even.
 * @param weights learned weight a row; it goes into the scale, where it costs no precision.
 */
export function quantizeRows(vectors: Float32Array, weights: Float32Array, dimensions: number): QuantizedTable {
  const half = dimensions / 2;
  const rows = new Int8Array(weights.length * half);
  const scales = new Float32Array(weights.length);
  for (let row = 0; row < weights.length; row++) {
    const start = row * dimensions;
    let largest = 0;
    for (let d = 0; d < dimensions; d++) largest = Math.max(largest, Math.abs(vectors[start + d]));
    if (largest === 0) continue;
    const step = (largest * CLIP) / MIDDLE;
    for (let d = 0; d < half; d++) {
      const high = level(vectors[start + d] / step);
      // As a signed byte: its floor(byte / 16) is the high half less 8.
      rows[row * half + d] = (high - LEVELS / 2) * LEVELS + level(vectors[start + half + d] / step);
    }
    scales[row] = weights[row] * step;
  }
  return { rows, scales, dimensions };
}

function level(value: number): number {
  return Math.min(LEVELS - 1, Math.max(0, Math.round(value + MIDDLE)));
}

/**
 * The shipped model: look up, weigh, sum over the unmasked tokens, divide by the length of the sum.
 *
 *   input_ids, attention_mask [batch, sequence] int64 → sentence_embedding [batch, dimensions] float32
 *
 * The weighted sum is written as [1, sequence] × [sequence, dimensions] a text, one product instead of a multiplied
 * copy of all rows, and the bytes are taken apart after it as far as can be: byte + ½ = 16 · (high half) + (low half),
 * both halves centred, so the low halves sum to Σ w · (byte + ½) − 16 Σ w · high. Nothing else is summed along the
 * sequence: only this product adds in an order that padding does not change, to the last bit. A row of nothing but
 * padding has sum 0, and 0 / tiny is 0: no NaN.
 *
 * @param saturation a token that occurs n times counts n^saturation; at 1 the graph does not count at all.
 */
export function staticModelGraph({ rows, scales, dimensions }: QuantizedTable, saturation: number): OnnxGraph {
  const float = (name: string, value: number) =>
    ({ name, type: 'float32', shape: [1], data: Float32Array.of(value) }) as const;
  const axis = (name: string, value: bigint) =>
    ({ name, type: 'int64', shape: [1], data: BigInt64Array.of(value) }) as const;
  const counting = saturation < 1;
  return {
    name: 'paperfield-static',
    inputs: [
      { name: 'input_ids', type: 'int64', shape: ['batch', 'sequence'] },
      { name: 'attention_mask', type: 'int64', shape: ['batch', 'sequence'] },
    ],
    outputs: [{ name: 'sentence_embedding', type: 'float32', shape: ['batch', dimensions] }],
    constants: [
      { name: 'rows', type: 'int8', shape: [scales.length, dimensions / 2], data: rows },
      { name: 'scales', type: 'float32', shape: [scales.length], data: scales },
      axis('axis_1', 1n),
      float('tiny', 1e-12),
      float('sixteenth', 1 / LEVELS),
      float('levels', LEVELS),
      float('half', LEVELS / 2 - MIDDLE),
      ...(counting ? [axis('axis_2', 2n), float('one', 1), float('exponent', saturation - 1)] : []),
    ],
    nodes: [
      { op: 'Gather', inputs: ['rows', 'input_ids'], outputs: ['token_int8'] },
      { op: 'Cast', inputs: ['token_int8'], outputs: ['byte'], attributes: { to: 1 } },
      { op: 'Mul', inputs: ['byte', 'sixteenth'], outputs: ['byte_sixteenth'] },
      { op: 'Floor', inputs: ['byte_sixteenth'], outputs: ['high_floor'] },
      { op: 'Add', inputs: ['high_floor', 'half'], outputs: ['high'] },
      { op: 'Add', inputs: ['byte', 'half'], outputs: ['centred_byte'] },
      { op: 'Gather', inputs: ['scales', 'input_ids'], outputs: ['token_scale'] },
      { op: 'Cast', inputs: ['attention_mask'], outputs: ['mask'], attributes: { to: 1 } },
      { op: 'Mul', inputs: ['token_scale', 'mask'], outputs: [counting ? 'once_weight' : 'weight'] },
      ...(counting ? saturationNodes() : []),
      { op: 'Unsqueeze', inputs: ['weight', 'axis_1'], outputs: ['weight_row'] },
      { op: 'MatMul', inputs: ['weight_row', 'centred_byte'], outputs: ['byte_sum_row'] },
      { op: 'MatMul', inputs: ['weight_row', 'high'], outputs: ['high_sum_row'] },
      { op: 'Squeeze', inputs: ['byte_sum_row', 'axis_1'], outputs: ['byte_sum'] },
      { op: 'Squeeze', inputs: ['high_sum_row', 'axis_1'], outputs: ['first_half'] },
      { op: 'Mul', inputs: ['first_half', 'levels'], outputs: ['high_part'] },
      { op: 'Sub', inputs: ['byte_sum', 'high_part'], outputs: ['second_half'] },
      { op: 'Concat', inputs: ['first_half', 'second_half'], outputs: ['sum'], attributes: { axis: 1 } },
      { op: 'Mul', inputs: ['sum', 'sum'], outputs: ['square'] },
      { op: 'ReduceSum', inputs: ['square', 'axis_1'], outputs: ['square_sum'], attributes: { keepdims: 1 } },
      { op: 'Sqrt', inputs: ['square_sum'], outputs: ['length'] },
      { op: 'Max', inputs: ['length', 'tiny'], outputs: ['safe_length'] },
      { op: 'Div', inputs: ['sum', 'safe_length'], outputs: ['sentence_embedding'] },
    ],
  };
}

/**
 * weight = once_weight × n^(saturation − 1), n being how often the text has this token: each of the n places gives its
 * part of n^saturation. n is found by comparing every place with every other (ids as floats: exact to 2^24, and
 * compared faster than int64). Padding counts as 1, so that no infinity meets its weight of 0.
 */
function saturationNodes(): OnnxNode[] {
  return [
    { op: 'Cast', inputs: ['input_ids'], outputs: ['ids'], attributes: { to: 1 } },
    { op: 'Unsqueeze', inputs: ['ids', 'axis_1'], outputs: ['ids_row'] },
    { op: 'Unsqueeze', inputs: ['ids', 'axis_2'], outputs: ['ids_column'] },
    { op: 'Equal', inputs: ['ids_column', 'ids_row'], outputs: ['same'] },
    { op: 'Cast', inputs: ['same'], outputs: ['same_float'], attributes: { to: 1 } },
    { op: 'Unsqueeze', inputs: ['mask', 'axis_2'], outputs: ['mask_column'] },
    { op: 'MatMul', inputs: ['same_float', 'mask_column'], outputs: ['times_column'] },
    { op: 'Squeeze', inputs: ['times_column', 'axis_2'], outputs: ['times'] },
    { op: 'Max', inputs: ['times', 'one'], outputs: ['times_or_one'] },
    { op: 'Pow', inputs: ['times_or_one', 'exponent'], outputs: ['share_of_place'] },
    { op: 'Mul', inputs: ['once_weight', 'share_of_place'], outputs: ['weight'] },
  ];
}
