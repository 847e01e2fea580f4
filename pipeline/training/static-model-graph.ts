/** The ONNX graph of a trained model, and the quantization of its token vectors. */
import { COMPONENTS_PER_BYTE, QUANTIZATION_OFFSET, STATIC_GRAPH_NAME } from '../embedding/token-vectors.ts';
import type { OnnxGraph, OnnxNode } from './onnx-writer.ts';

/** Bits per component of a token vector. */
const BITS = 8 / COMPONENTS_PER_BYTE;
/** Number of values that a component of a token vector can have. */
const LEVELS = 2 ** BITS;

/**
 * Token vectors with two bits per component. The dimensions are divided into four quarters: component d of quarter q of
 * row r is field q of byte `rows[r * dimensions / 4 + d]`, where field 0 is the highest two bits. A field with value v
 * (0 … 3) stands for the component `scales[r] * (v − 1.5)`: the four values lie evenly around zero.
 */
export interface QuantizedTable {
  readonly rows: Uint8Array;
  /** One factor per row, which includes the learned token weight; 0 if the row is the zero vector. */
  readonly scales: Float32Array;
  readonly dimensions: number;
}

/**
 * Quantizes each row to two bits per component. The distance between two levels is the row's root mean square, within
 * half a percent of the best uniform quantizer of normally distributed components (Max 1960, table II: .9957 for four
 * levels).
 *
 * @param vectors row-major, `weights.length` × `dimensions`
 * @param weights the learned weight of each row; it becomes part of the row's scale and so loses no precision
 * @param dimensions a multiple of four
 */
export function quantizeRows(vectors: Float32Array, weights: Float32Array, dimensions: number): QuantizedTable {
  const width = dimensions / COMPONENTS_PER_BYTE;
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
      for (let field = 0; field < COMPONENTS_PER_BYTE; field++) {
        byte = byte * LEVELS + quantize(vectors[start + field * width + d] / step);
      }
      rows[row * width + d] = byte;
    }
    scales[row] = weights[row] * step;
  }
  return { rows, scales, dimensions };
}

function quantize(value: number): number {
  return Math.min(LEVELS - 1, Math.max(0, Math.round(value + QUANTIZATION_OFFSET)));
}

/**
 * Creates the ONNX graph of the model: it looks up the vectors of the tokens, weights them, sums over the tokens that
 * are not padding, and normalizes the sum.
 *
 *   input_ids, attention_mask [batch, sequence] int64 → sentence_embedding [batch, dimensions] float32
 *
 * The graph never copies all rows with their weights. Instead, it computes the weighted sum of a text as matrix
 * products [1, sequence] × [sequence, dimensions / 4], one for each of the four two-bit fields of a byte
 * (`QuantizedTable` describes them). The fields are separated only after these products. Let U_k = byte >> 2k, and w
 * the weight of a token. Then the highest field is U_3, and the field k positions above the lowest is U_k − 4 U_(k+1).
 * A field is 1.5 larger than the component for which it stands. So the sums of w · U_k and of w give the sums of all
 * components. Shifting bytes moves a quarter of the memory that dividing floats would.
 *
 * Only matrix products add along the sequence: MatMul is the only operator in which padding does not change the order
 * of additions. So a text has the same vector to the bit, alone or in a batch with longer texts. A text of nothing but
 * padding has the sum 0, and 0 / tiny is 0 and not NaN.
 *
 * @param saturation a token that occurs n times counts n^saturation; at 1 the graph does not count occurrences
 */
export function createStaticModelGraph({ rows, scales, dimensions }: QuantizedTable, saturation: number): OnnxGraph {
  const float = (name: string, value: number) =>
    ({ name, type: 'float32', shape: [1], data: Float32Array.of(value) }) as const;
  const axis = (name: string, value: bigint) =>
    ({ name, type: 'int64', shape: [1], data: BigInt64Array.of(value) }) as const;
  const byte = (name: string, value: number) =>
    ({ name, type: 'uint8', shape: [1], data: Uint8Array.of(value) }) as const;
  const counting = saturation < 1;
  const depths = Array.from({ length: COMPONENTS_PER_BYTE }, (_, depth) => depth);
  return {
    name: STATIC_GRAPH_NAME,
    inputs: [
      { name: 'input_ids', type: 'int64', shape: ['batch', 'sequence'] },
      { name: 'attention_mask', type: 'int64', shape: ['batch', 'sequence'] },
    ],
    outputs: [{ name: 'sentence_embedding', type: 'float32', shape: ['batch', dimensions] }],
    constants: [
      { name: 'rows', type: 'uint8', shape: [scales.length, dimensions / COMPONENTS_PER_BYTE], data: rows },
      { name: 'scales', type: 'float32', shape: [scales.length], data: scales },
      axis('axis_1', 1n),
      axis('axis_2', 2n),
      float('tiny', 1e-12),
      float('levels', LEVELS),
      float('middle', QUANTIZATION_OFFSET),
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
      // The sum of each field is larger than the sum of the components for which it stands, by 1.5 · Σ weight.
      { op: 'MatMul', inputs: ['weight_row', 'mask_column'], outputs: ['weight_sum_row'] },
      { op: 'Squeeze', inputs: ['weight_sum_row', 'axis_1'], outputs: ['weight_sum'] },
      { op: 'Mul', inputs: ['weight_sum', 'middle'], outputs: ['excess'] },
      ...depths.flatMap(depthNodes),
      ...depths.slice(0, -1).flatMap(fieldNodes),
      {
        op: 'Concat',
        // Fields from the highest to the lowest. The sum of the highest field needs no subtraction.
        inputs: [
          `sum_${COMPONENTS_PER_BYTE - 1}`,
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

/**
 * Graph nodes that compute sum_k = Σ w · U_k over the tokens of a text, where w is the weight of a token and U_k = byte
 * >> 2k.
 */
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

/**
 * Graph nodes that compute field_k = sum_k − 4 · sum_(k+1): the weighted sum of one two-bit field, from the sums of
 * `depthNodes`.
 */
function fieldNodes(depth: number): OnnxNode[] {
  return [
    { op: 'Mul', inputs: [`sum_${depth + 1}`, 'levels'], outputs: [`above_${depth}`] },
    { op: 'Sub', inputs: [`sum_${depth}`, `above_${depth}`], outputs: [`field_${depth}`] },
  ];
}

/**
 * Graph nodes that compute weight = once_weight × n^(saturation − 1), where n is the number of times that the text has
 * the token: each of the n occurrences gets an equal share of n^saturation. n is found by comparing all pairs of
 * positions. Ids are compared as floats, which is faster than as int64 and exact up to 2^24. For padding n is 1, so
 * that its weight 0 is not multiplied by infinity.
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
