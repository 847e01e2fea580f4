import type { OnnxGraph, OnnxNode } from './onnx-writer.ts';

/** Bits of a component, and how many share a byte. */
const BITS = 2;
const FIELDS = 8 / BITS;
const LEVELS = 2 ** BITS;
const MIDDLE = (LEVELS - 1) / 2;

/**
 * Token vectors in two bits a component. The dimensions lie in four quarters; component d of quarter q of row r is
 * field q of byte `rows[r * dimensions / 4 + d]`, field 0 being the highest two bits. A field of value v (0 … 3) stands
 * for `scales[r] * (v − 1.5)`. Without a level at zero all four are used.
 */
export interface QuantizedTable {
  rows: Uint8Array;
  /** One factor a row, the learned token weight folded in. 0: the row counts for nothing. */
  scales: Float32Array;
  dimensions: number;
}

/**
 * Rounds each row to two bits with its own step, the row's root mean square: within half a percent of the best uniform
 * step for normally distributed components (Max 1960, table II: .9957 for four levels).
 *
 * @param vectors row-major, `weights.length` rows of `dimensions`, a multiple of four.
 * @param weights learned weight a row; it goes into the scale, where it costs no precision.
 */
export function quantizeRows(vectors: Float32Array, weights: Float32Array, dimensions: number): QuantizedTable {
  const width = dimensions / FIELDS;
  const rows = new Uint8Array(weights.length * width);
  const scales = new Float32Array(weights.length);
  for (let row = 0; row < weights.length; row++) {
    const start = row * dimensions;
    let squares = 0;
    for (let d = 0; d < dimensions; d++) squares += vectors[start + d] ** 2;
    if (squares === 0) continue;
    const step = Math.sqrt(squares / dimensions);
    for (let d = 0; d < width; d++) {
      let byte = 0;
      for (let field = 0; field < FIELDS; field++) {
        byte = byte * LEVELS + level(vectors[start + field * width + d] / step);
      }
      rows[row * width + d] = byte;
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
 * The weighted sum is written as [1, sequence] × [sequence, dimensions / 4] a text, one product for each depth of bits
 * instead of a multiplied copy of all rows, and the fields are taken apart only after it. With U_k = byte >> 2k the
 * highest field is U_3 and the one k places above the lowest is U_k − 4 U_(k+1), each 1.5 too large for a centered one:
 * the sums of w · U_k and of w give the sums of all fields. Shifting bytes moves a quarter of the memory that dividing
 * floats does. Nothing else is summed along the sequence: only this product adds in an order that padding does not
 * change, to the last bit. A row of nothing but padding has sum 0, and 0 / tiny is 0: no NaN.
 *
 * @param saturation a token that occurs n times counts n^saturation; at 1 the graph does not count at all.
 */
export function staticModelGraph({ rows, scales, dimensions }: QuantizedTable, saturation: number): OnnxGraph {
  const float = (name: string, value: number) =>
    ({ name, type: 'float32', shape: [1], data: Float32Array.of(value) }) as const;
  const axis = (name: string, value: bigint) =>
    ({ name, type: 'int64', shape: [1], data: BigInt64Array.of(value) }) as const;
  const byte = (name: string, value: number) =>
    ({ name, type: 'uint8', shape: [1], data: Uint8Array.of(value) }) as const;
  const counting = saturation < 1;
  const depths = Array.from({ length: FIELDS }, (_, depth) => depth);
  return {
    name: 'paperfield-static',
    inputs: [
      { name: 'input_ids', type: 'int64', shape: ['batch', 'sequence'] },
      { name: 'attention_mask', type: 'int64', shape: ['batch', 'sequence'] },
    ],
    outputs: [{ name: 'sentence_embedding', type: 'float32', shape: ['batch', dimensions] }],
    constants: [
      { name: 'rows', type: 'uint8', shape: [scales.length, dimensions / FIELDS], data: rows },
      { name: 'scales', type: 'float32', shape: [scales.length], data: scales },
      axis('axis_1', 1n),
      axis('axis_2', 2n),
      float('tiny', 1e-12),
      float('levels', LEVELS),
      float('middle', MIDDLE),
      ...depths.slice(1).map((depth) => byte(`bits_${depth}`, BITS * depth)),
      ...(counting ? [float('one', 1), float('exponent', saturation - 1)] : []),
    ],
    nodes: [
      { op: 'Gather', inputs: ['rows', 'input_ids'], outputs: ['bytes_0'] },
      { op: 'Gather', inputs: ['scales', 'input_ids'], outputs: ['token_scale'] },
      { op: 'Cast', inputs: ['attention_mask'], outputs: ['mask'], attributes: { to: 1 } },
      { op: 'Unsqueeze', inputs: ['mask', 'axis_2'], outputs: ['mask_column'] },
      { op: 'Mul', inputs: ['token_scale', 'mask'], outputs: [counting ? 'once_weight' : 'weight'] },
      ...(counting ? saturationNodes() : []),
      { op: 'Unsqueeze', inputs: ['weight', 'axis_1'], outputs: ['weight_row'] },
      // Σ w, times what each field is too large by.
      { op: 'MatMul', inputs: ['weight_row', 'mask_column'], outputs: ['weight_sum_row'] },
      { op: 'Squeeze', inputs: ['weight_sum_row', 'axis_1'], outputs: ['weight_sum'] },
      { op: 'Mul', inputs: ['weight_sum', 'middle'], outputs: ['excess'] },
      ...depths.flatMap(depthNodes),
      ...depths.slice(0, -1).flatMap(fieldNodes),
      {
        op: 'Concat',
        // The highest field is what its own sum says; the others follow, the lowest last.
        inputs: [
          `sum_${FIELDS - 1}`,
          ...depths
            .slice(0, -1)
            .reverse()
            .map((depth) => `field_${depth}`),
        ],
        outputs: ['raised'],
        attributes: { axis: 1 },
      },
      { op: 'Sub', inputs: ['raised', 'excess'], outputs: ['sum'] },
      { op: 'Mul', inputs: ['sum', 'sum'], outputs: ['square'] },
      { op: 'ReduceSum', inputs: ['square', 'axis_1'], outputs: ['square_sum'], attributes: { keepdims: 1 } },
      { op: 'Sqrt', inputs: ['square_sum'], outputs: ['length'] },
      { op: 'Max', inputs: ['length', 'tiny'], outputs: ['safe_length'] },
      { op: 'Div', inputs: ['sum', 'safe_length'], outputs: ['sentence_embedding'] },
    ],
  };
}

/** sum_k = Σ w · U_k over the sequence, with U_k = byte >> 2k. */
function depthNodes(depth: number): OnnxNode[] {
  const shift: OnnxNode = {
    op: 'BitShift',
    inputs: ['bytes_0', `bits_${depth}`],
    outputs: [`bytes_${depth}`],
    attributes: { direction: 'RIGHT' },
  };
  return [
    ...(depth === 0 ? [] : [shift]),
    { op: 'Cast', inputs: [`bytes_${depth}`], outputs: [`floats_${depth}`], attributes: { to: 1 } },
    { op: 'MatMul', inputs: ['weight_row', `floats_${depth}`], outputs: [`sum_row_${depth}`] },
    { op: 'Squeeze', inputs: [`sum_row_${depth}`, 'axis_1'], outputs: [`sum_${depth}`] },
  ];
}

/** field_k = sum_k − 4 · sum_(k+1). */
function fieldNodes(depth: number): OnnxNode[] {
  return [
    { op: 'Mul', inputs: [`sum_${depth + 1}`, 'levels'], outputs: [`above_${depth}`] },
    { op: 'Sub', inputs: [`sum_${depth}`, `above_${depth}`], outputs: [`field_${depth}`] },
  ];
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
    { op: 'MatMul', inputs: ['same_float', 'mask_column'], outputs: ['times_column'] },
    { op: 'Squeeze', inputs: ['times_column', 'axis_2'], outputs: ['times'] },
    { op: 'Max', inputs: ['times', 'one'], outputs: ['times_or_one'] },
    { op: 'Pow', inputs: ['times_or_one', 'exponent'], outputs: ['share_of_place'] },
    { op: 'Mul', inputs: ['once_weight', 'share_of_place'], outputs: ['weight'] },
  ];
}
