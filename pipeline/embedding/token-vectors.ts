/** The token vectors of a model without attention, read from the constants of its ONNX file. */
import type { Tokenizer } from './tokenizer-types.ts';

/**
 * Name of the ONNX graphs that `paperfield train` makes. Token vectors can be read only from these. The layout of the
 * graph is in training/static-model-graph.ts.
 */
export const STATIC_GRAPH_NAME = 'paperfield-static';
/** Codes of the element types float32 and uint8 in ONNX files (TensorProto.DataType). */
const [FLOAT32, UINT8] = [1, 2];
/** Number of vector components that are stored in one byte, each in two bits. */
export const COMPONENTS_PER_BYTE = 4;
/** The two bits of a component, read as a number v in 0 … 3, stand for v − 1.5. */
export const QUANTIZATION_OFFSET = 1.5;
/** Number of values that half a byte can have. */
const NIBBLE_VALUES = 16;

/**
 * The token vectors of a model without attention. The vector of a text is the sum of its tokens' vectors, normalized to
 * unit length; a token that occurs n times counts n^`saturation` times. So the similarity of a word or a sentence with
 * a query takes a few additions instead of a run of the graph.
 */
export interface TokenVectors {
  /** Number of dimensions of the sums of token vectors. */
  readonly dimensions: number;
  /** Exponent in (0, 1] that limits repetition: a token that occurs n times in a text counts n^`saturation` times. */
  readonly saturation: number;
  /**
   * The components of the vector of a text that are the sum of its token vectors: all of them, unless the model combines
   * several models (combined-embedder.ts). The result has `dimensions` components.
   */
  componentsOf(textVector: Float32Array): Float32Array;
  /** The ids of the tokens of a text, as the graph gets them as input. */
  tokenize(text: string): Int32Array;
  /**
   * Returns a function from a token to the dot product of its vector and `vector`, which has `dimensions` components.
   * Each product is computed when it is first needed.
   */
  dotProductsWith(vector: Float32Array): (token: number) => number;
  /** The weighted sum of token vectors, that of `tokens[i]` times `weights[i]`. The sum has `dimensions` components. */
  weightedSum(tokens: ArrayLike<number>, weights: ArrayLike<number>): Float32Array;
}

/**
 * Reads token vectors from a model's ONNX file.
 *
 * @param file content of `model.onnx`, which must not be changed afterwards
 * @param tokenizer the model's tokenizer
 * @returns undefined for every graph that was not made by `paperfield train`
 */
export function readTokenVectors(file: Uint8Array, tokenizer: Tokenizer, maxTokens: number): TokenVectors | undefined {
  const graph = readOnnxConstants(file);
  const rows = graph?.constants.get('rows');
  const scales = graph?.constants.get('scales');
  if (graph?.name !== STATIC_GRAPH_NAME || !rows || !scales || !isQuantizedTable(rows, scales)) return undefined;
  const exponent = graph.constants.get('exponent');
  const saturation = 1 + (exponent ? copyFloats(exponent)[0] : 0);
  return {
    saturation,
    componentsOf: (textVector) => textVector,
    tokenize: (text) => tokenizer([text], maxTokens).columns.input_ids,
    ...quantizedVectors(rows.bytes, copyFloats(scales)),
  };
}

/**
 * A copy of the values of a float32 constant. They cannot be read in place, because they may not be aligned in the
 * file.
 */
function copyFloats({ bytes }: OnnxGraphConstant): Float32Array {
  return new Float32Array(Uint8Array.from(bytes).buffer);
}

function isQuantizedTable(rows: OnnxGraphConstant, scales: OnnxGraphConstant): boolean {
  const [count, width] = rows.shape;
  return (
    rows.type === UINT8 &&
    scales.type === FLOAT32 &&
    count > 0 &&
    scales.shape[0] === count &&
    rows.bytes.length === count * width &&
    scales.bytes.length === count * Float32Array.BYTES_PER_ELEMENT
  );
}

/**
 * Computes with token vectors without decoding them: they stay at two bits per component.
 *
 * @param rows row-major, `dimensions` / 4 bytes for each token
 * @param scales the factor by which the components of each token are multiplied
 */
function quantizedVectors(
  rows: Uint8Array,
  scales: Float32Array,
): Pick<TokenVectors, 'dimensions' | 'dotProductsWith' | 'weightedSum'> {
  const width = rows.length / scales.length;
  return {
    dimensions: width * COMPONENTS_PER_BYTE,
    dotProductsWith(vector) {
      const table = partialDotProducts(vector, width);
      const known = new Float32Array(scales.length).fill(Number.NaN);
      return (token) => {
        if (Number.isNaN(known[token])) known[token] = scales[token] * sumOfRow(table, rows, token * width, width);
        return known[token];
      };
    },
    weightedSum(tokens, weights) {
      const sum = new Float32Array(width * COMPONENTS_PER_BYTE);
      const starts = Int32Array.from(tokens, (token) => token * width);
      const factors = Float64Array.from(tokens, (token, i) => scales[token] * weights[i]);
      let excess = 0;
      for (const factor of factors) excess += QUANTIZATION_OFFSET * factor;
      // The sum is computed column by column, with four sums in registers. Row by row, all sums in memory would change
      // for each row.
      for (let at = 0; at < width; at++) {
        let a = 0;
        let b = 0;
        let c = 0;
        let d = 0;
        for (let i = 0; i < starts.length; i++) {
          const byte = rows[starts[i] + at];
          const factor = factors[i];
          a += factor * (byte >> 6);
          b += factor * ((byte >> 4) & 3);
          c += factor * ((byte >> 2) & 3);
          d += factor * (byte & 3);
        }
        sum[at] = a - excess;
        sum[width + at] = b - excess;
        sum[2 * width + at] = c - excess;
        sum[3 * width + at] = d - excess;
      }
      return sum;
    },
  };
}

/**
 * A table of what each of the 16 values of each half byte of a row contributes to the dot product with `vector`:
 * row-major, 2 · `width` × 16, the higher half of a byte first. The dot product of a row is then a sum of table entries
 * (asymmetric distances of a product quantizer: Jégou, Douze & Schmid 2011, section III). A table for whole bytes would
 * halve the number of additions, but take eight times as long to compute.
 */
function partialDotProducts(vector: Float32Array, width: number): Float64Array {
  const table = new Float64Array(2 * width * NIBBLE_VALUES);
  for (let at = 0; at < width; at++) {
    for (let value = 0; value < NIBBLE_VALUES; value++) {
      const upper = (value >> 2) - QUANTIZATION_OFFSET;
      const lower = (value & 3) - QUANTIZATION_OFFSET;
      table[2 * at * NIBBLE_VALUES + value] = upper * vector[at] + lower * vector[width + at];
      table[(2 * at + 1) * NIBBLE_VALUES + value] = upper * vector[2 * width + at] + lower * vector[3 * width + at];
    }
  }
  return table;
}

/**
 * The sum of the table entries of one row, which is its dot product before scaling. Computed as four partial sums,
 * because in a single sum each addition would have to wait for the one before.
 */
function sumOfRow(table: Float64Array, rows: Uint8Array, from: number, width: number): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let at = from;
  let entry = 0;
  for (const end = from + width - 1; at < end; at += 2, entry += 4 * NIBBLE_VALUES) {
    const first = rows[at];
    const second = rows[at + 1];
    a += table[entry + (first >> 4)];
    b += table[entry + NIBBLE_VALUES + (first & 15)];
    c += table[entry + 2 * NIBBLE_VALUES + (second >> 4)];
    d += table[entry + 3 * NIBBLE_VALUES + (second & 15)];
  }
  if (at < from + width) a += table[entry + (rows[at] >> 4)] + table[entry + NIBBLE_VALUES + (rows[at] & 15)];
  return a + b + (c + d);
}

// Reading the constants of an ONNX graph without a protobuf library. Only these fields of onnx.proto are read:
// ModelProto.graph 7; GraphProto.name 2, initializer 5; TensorProto.dims 1, data_type 2, name 8, raw_data 9.

/** A constant of an ONNX graph, as it is in the file. */
export interface OnnxGraphConstant {
  readonly shape: readonly number[];
  /** Element type, as a number of TensorProto.DataType: 1 is float32, 2 is uint8. */
  readonly type: number;
  /** The values, little-endian and row-major: a view into the file. Empty if the values are in another file. */
  readonly bytes: Uint8Array;
}

interface StoredGraph {
  readonly name: string;
  readonly constants: ReadonlyMap<string, OnnxGraphConstant>;
}

/** A field of a protobuf message. */
interface Field {
  readonly number: number;
  /** Value of a varint field, exact below 2^53; 0 for other fields. */
  readonly value: number;
  /** Content of a field that is not a varint; empty for a varint. */
  readonly bytes: Uint8Array;
}

const NO_BYTES = new Uint8Array(0);
/** Codes of the wire types of protobuf. */
const [VARINT, FIXED_64, LENGTH_DELIMITED, FIXED_32] = [0, 1, 2, 5];

/**
 * Reads the name and the constants of an ONNX graph.
 *
 * @param file content of a `.onnx` file, which must not be changed afterwards
 * @returns undefined if the file is not an ONNX model
 */
function readOnnxConstants(file: Uint8Array): StoredGraph | undefined {
  try {
    const graph = [...fieldsOf(file)].find(({ number }) => number === 7);
    if (!graph) return undefined;
    const constants = new Map<string, OnnxGraphConstant>();
    let name = '';
    for (const { number, bytes } of fieldsOf(graph.bytes)) {
      if (number === 2) name = decodeText(bytes);
      if (number === 5) constants.set(...readConstant(bytes));
    }
    return { name, constants };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function readConstant(tensor: Uint8Array): [name: string, OnnxGraphConstant] {
  const shape: number[] = [];
  let name = '';
  let type = 0;
  let bytes: Uint8Array = NO_BYTES;
  for (const field of fieldsOf(tensor)) {
    if (field.number === 1) shape.push(...(field.bytes.length > 0 ? readPackedVarints(field.bytes) : [field.value]));
    else if (field.number === 2) type = field.value;
    else if (field.number === 8) name = decodeText(field.bytes);
    else if (field.number === 9) bytes = field.bytes;
  }
  return [name, { shape, type, bytes }];
}

/**
 * Reads the fields of a protobuf message in order.
 *
 * @throws RangeError, if the message ends within a field or has an unknown wire type
 */
function* fieldsOf(message: Uint8Array): Generator<Field> {
  let at = 0;
  while (at < message.length) {
    const key = readVarint(message, at);
    const number = Math.floor(key.value / 8);
    const wireType = key.value % 8;
    at = key.end;
    if (wireType === VARINT) {
      const { value, end } = readVarint(message, at);
      yield { number, value, bytes: NO_BYTES };
      at = end;
      continue;
    }
    if (wireType !== LENGTH_DELIMITED && wireType !== FIXED_64 && wireType !== FIXED_32) {
      throw new RangeError(`unknown wire type ${wireType}`);
    }
    const size =
      wireType === LENGTH_DELIMITED ? readVarint(message, at) : { value: wireType === FIXED_64 ? 8 : 4, end: at };
    at = size.end + size.value;
    if (at > message.length) throw new RangeError('a field is longer than its message');
    yield { number, value: 0, bytes: message.subarray(size.end, at) };
  }
}

function readPackedVarints(bytes: Uint8Array): number[] {
  const values: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    const { value, end } = readVarint(bytes, at);
    values.push(value);
    at = end;
  }
  return values;
}

function readVarint(bytes: Uint8Array, start: number): { value: number; end: number } {
  let value = 0;
  let factor = 1;
  for (let at = start; at < bytes.length && at < start + 10; at++) {
    value += (bytes[at] & 0x7f) * factor;
    if (bytes[at] < 0x80) return { value, end: at + 1 };
    factor *= 128;
  }
  throw new RangeError('a number without an end');
}

function decodeText(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
