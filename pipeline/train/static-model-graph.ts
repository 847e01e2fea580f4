import type { OnnxGraph } from './onnx-proto.ts';

/** Token vectors in eight bits: row r stands for `scales[r] * rows[r * dimensions …]`. */
export interface QuantizedTable {
  rows: Int8Array;
  /** One factor a row, the learned token weight folded in. */
  scales: Float32Array;
  dimensions: number;
}

/**
 * Rounds each row to int8 with its own scale: the largest component becomes ±127.
 *
 * @param vectors row-major, `weights.length` rows of `dimensions`.
 * @param weights learned weight a row; it goes into the scale, where it costs no precision.
 */
export function quantizeRows(vectors: Float32Array, weights: Float32Array, dimensions: number): QuantizedTable {
  const rows = new Int8Array(vectors.length);
  const scales = new Float32Array(weights.length);
  for (let row = 0; row < weights.length; row++) {
    const start = row * dimensions;
    let largest = 0;
    for (let d = 0; d < dimensions; d++) largest = Math.max(largest, Math.abs(vectors[start + d]));
    if (largest === 0) continue;
    for (let d = 0; d < dimensions; d++) {
      rows[start + d] = Math.round((vectors[start + d] * 127) / largest);
    }
    scales[row] = (weights[row] * largest) / 127;
  }
  return { rows, scales, dimensions };
}

/**
 * The shipped model: look up, weigh, sum over the unmasked tokens, divide by the length of the sum.
 *
 *   input_ids, attention_mask [batch, sequence] int64 → sentence_embedding [batch, dimensions] float32
 *
 * The weighted sum is written as [1, sequence] × [sequence, dimensions] a text, one product instead of a multiplied
 * copy of all rows. A row of nothing but padding has sum 0, and 0 / tiny is 0: no NaN.
 */
export function staticModelGraph({ rows, scales, dimensions }: QuantizedTable): OnnxGraph {
  const one = BigInt64Array.of(1n);
  return {
    name: 'paperfield-static',
    inputs: [
      { name: 'input_ids', type: 'int64', shape: ['batch', 'sequence'] },
      { name: 'attention_mask', type: 'int64', shape: ['batch', 'sequence'] },
    ],
    outputs: [{ name: 'sentence_embedding', type: 'float32', shape: ['batch', dimensions] }],
    constants: [
      { name: 'rows', type: 'int8', shape: [scales.length, dimensions], data: rows },
      { name: 'scales', type: 'float32', shape: [scales.length], data: scales },
      { name: 'axis_1', type: 'int64', shape: [1], data: one },
      { name: 'tiny', type: 'float32', shape: [1], data: Float32Array.of(1e-12) },
    ],
    nodes: [
      { op: 'Gather', inputs: ['rows', 'input_ids'], outputs: ['token_int8'] },
      { op: 'Cast', inputs: ['token_int8'], outputs: ['token'], attributes: { to: 1 } },
      { op: 'Gather', inputs: ['scales', 'input_ids'], outputs: ['token_scale'] },
      { op: 'Cast', inputs: ['attention_mask'], outputs: ['mask'], attributes: { to: 1 } },
      { op: 'Mul', inputs: ['token_scale', 'mask'], outputs: ['weight'] },
      { op: 'Unsqueeze', inputs: ['weight', 'axis_1'], outputs: ['weight_row'] },
      { op: 'MatMul', inputs: ['weight_row', 'token'], outputs: ['sum_row'] },
      { op: 'Squeeze', inputs: ['sum_row', 'axis_1'], outputs: ['sum'] },
      { op: 'Mul', inputs: ['sum', 'sum'], outputs: ['square'] },
      { op: 'ReduceSum', inputs: ['square', 'axis_1'], outputs: ['square_sum'], attributes: { keepdims: 1 } },
      { op: 'Sqrt', inputs: ['square_sum'], outputs: ['length'] },
      { op: 'Max', inputs: ['length', 'tiny'], outputs: ['safe_length'] },
      { op: 'Div', inputs: ['sum', 'safe_length'], outputs: ['sentence_embedding'] },
    ],
  };
}
