import type { Tokenizer } from './tokenizer.ts';

/**
 * Reads the name and the constants of an ONNX graph out of its file: the few protobuf fields of onnx.proto that hold
 * them (ModelProto.graph 7; GraphProto.name 2, initializer 5; TensorProto.dims 1, data_type 2, name 8, raw_data 9).
 */

/** A constant as it lies in the file. */
export interface StoredConstant {
  readonly shape: readonly number[];
  /** TensorProto.DataType: 1 is float32, 2 is uint8. */
  readonly type: number;
  /** Little-endian; a view of the file's bytes. Empty where the values lie in another file. */
  readonly bytes: Uint8Array;
}

export interface StoredGraph {
  readonly name: string;
  readonly constants: ReadonlyMap<string, StoredConstant>;
}

interface Field {
  readonly number: number;
  /** Of fields that are a number; exact below 2^53. */
  readonly value: number;
  /** Of fields that are bytes. */
  readonly bytes: Uint8Array;
}

const NO_BYTES = new Uint8Array(0);
const [VARINT, FIXED_64, BYTES, FIXED_32] = [0, 1, 2, 5];

/** The graph's name and constants, or undefined where the bytes are no ONNX model. */
export function readOnnxConstants(file: Uint8Array): StoredGraph | undefined {
  try {
    const graph = [...fieldsOf(file)].find(({ number }) => number === 7);
    if (!graph) return undefined;
    const constants = new Map<string, StoredConstant>();
    let name = '';
    for (const { number, bytes } of fieldsOf(graph.bytes)) {
      if (number === 2) name = textOf(bytes);
      if (number === 5) constants.set(...constantOf(bytes));
    }
    return { name, constants };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function constantOf(tensor: Uint8Array): [string, StoredConstant] {
  const shape: number[] = [];
  let name = '';
  let type = 0;
  let bytes: Uint8Array = NO_BYTES;
  for (const field of fieldsOf(tensor)) {
    if (field.number === 1) shape.push(...(field.bytes.length > 0 ? packed(field.bytes) : [field.value]));
    else if (field.number === 2) type = field.value;
    else if (field.number === 8) name = textOf(field.bytes);
    else if (field.number === 9) bytes = field.bytes;
  }
  return [name, { shape, type, bytes }];
}

/** @throws RangeError, where the message ends within a field or has a kind of field that protobuf lacks */
function* fieldsOf(message: Uint8Array): Generator<Field> {
  let at = 0;
  while (at < message.length) {
    const key = varintAt(message, at);
    const number = Math.floor(key.value / 8);
    const kind = key.value % 8;
    at = key.end;
    if (kind === VARINT) {
      const { value, end } = varintAt(message, at);
      yield { number, value, bytes: NO_BYTES };
      at = end;
      continue;
    }
    if (kind !== BYTES && kind !== FIXED_64 && kind !== FIXED_32) throw new RangeError(`a field of kind ${kind}`);
    const size = kind === BYTES ? varintAt(message, at) : { value: kind === FIXED_64 ? 8 : 4, end: at };
    at = size.end + size.value;
    if (at > message.length) throw new RangeError('a field longer than its message');
    yield { number, value: 0, bytes: message.subarray(size.end, at) };
  }
}

function packed(bytes: Uint8Array): number[] {
  const values: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    const { value, end } = varintAt(bytes, at);
    values.push(value);
    at = end;
  }
  return values;
}

function varintAt(bytes: Uint8Array, start: number): { value: number; end: number } {
  let value = 0;
  let factor = 1;
  for (let at = start; at < bytes.length && at < start + 10; at++) {
    value += (bytes[at] & 0x7f) * factor;
    if (bytes[at] < 0x80) return { value, end: at + 1 };
    factor *= 128;
  }
  throw new RangeError('a number without an end');
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** The name that training gives to the graphs which are read here (`train/static-model-graph.ts` says their layout). */
const GRAPH = 'paperfield-static';
const [FLOAT32, UINT8] = [1, 2];
/** Components a byte; one of value v, in two bits, stands for v − 1.5. */
const FIELDS = 4;
const MIDDLE = 1.5;
const HALF = 16;

/**
 * The token vectors of a model without attention: the vector of a text is the sum of its tokens' vectors, one that occurs
 * n times n^`saturation` times, made length 1. What a word or a sentence has to do with a question can therefore be had
 * for a few additions, without running the graph.
 */
export interface TokenVectors {
  /** Of a text's vector. */
  readonly dimensions: number;
  /** In (0, 1]. */
  readonly saturation: number;
  /** The tokens of a text, as the graph is given them. */
  tokensOf(text: string): Int32Array;
  /** A function that gives the dot product of a token with a vector of `dimensions` components. */
  dotsWith(vector: Float32Array): (token: number) => number;
  /** The sum of tokens, token i `weights[i]` times: `dimensions` components. */
  sumOf(tokens: ArrayLike<number>, weights: ArrayLike<number>): Float32Array;
}

/**
 * The token vectors that lie in a graph's file, or undefined for a graph of any other make.
 *
 * @param file the bytes of `model.onnx`; kept
 * @param tokenizer the model's own
 */
export function readTokenVectors(file: Uint8Array, tokenizer: Tokenizer, maxTokens: number): TokenVectors | undefined {
  const graph = readOnnxConstants(file);
  const rows = graph?.constants.get('rows');
  const scales = graph?.constants.get('scales');
  if (graph?.name !== GRAPH || !rows || !scales || !isTable(rows, scales)) return undefined;
  const exponent = graph.constants.get('exponent');
  const saturation = 1 + (exponent ? floatsOf(exponent)[0] : 0);
  return {
    saturation,
    tokensOf: (text) => tokenizer([text], maxTokens).columns.input_ids,
    ...sumsOf(rows.bytes, floatsOf(scales)),
  };
}

/** A copy: in the file numbers may stand at any place. */
function floatsOf({ bytes }: StoredConstant): Float32Array {
  return new Float32Array(Uint8Array.from(bytes).buffer);
}

function isTable(rows: StoredConstant, scales: StoredConstant): boolean {
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

function sumsOf(rows: Uint8Array, scales: Float32Array): Pick<TokenVectors, 'dimensions' | 'dotsWith' | 'sumOf'> {
  const width = rows.length / scales.length;
  return {
    dimensions: width * FIELDS,
    dotsWith(vector) {
      const parts = partialDots(vector, width);
      const known = new Float32Array(scales.length).fill(Number.NaN);
      return (token) => {
        if (Number.isNaN(known[token])) known[token] = scales[token] * dotWithRow(parts, rows, token * width, width);
        return known[token];
      };
    },
    sumOf(tokens, weights) {
      const sum = new Float32Array(width * FIELDS);
      const places = Int32Array.from(tokens, (token) => token * width);
      const factors = Float64Array.from(tokens, (token, i) => scales[token] * weights[i]);
      let excess = 0;
      for (const factor of factors) excess += MIDDLE * factor;
      // Byte by byte of all rows: four sums in registers, instead of all of them in memory, once a row.
      for (let at = 0; at < width; at++) {
        let a = 0;
        let b = 0;
        let c = 0;
        let d = 0;
        for (let i = 0; i < places.length; i++) {
          const byte = rows[places[i] + at];
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
 * What the sixteen values of each half byte of a row add to a dot product, higher halves first: 2 · `width` · 16. A row's
 * product is then one sum of looked-up numbers (asymmetric distances of a product quantizer: Jégou, Douze & Schmid 2011,
 * section III). Whole bytes would be half as many, and a table that is made eight times slower.
 */
function partialDots(vector: Float32Array, width: number): Float64Array {
  const parts = new Float64Array(2 * width * HALF);
  for (let at = 0; at < width; at++) {
    for (let value = 0; value < HALF; value++) {
      const upper = (value >> 2) - MIDDLE;
      const lower = (value & 3) - MIDDLE;
      parts[2 * at * HALF + value] = upper * vector[at] + lower * vector[width + at];
      parts[(2 * at + 1) * HALF + value] = upper * vector[2 * width + at] + lower * vector[3 * width + at];
    }
  }
  return parts;
}

/** Four sums, because one sum would wait for its own last addition. */
function dotWithRow(parts: Float64Array, rows: Uint8Array, from: number, width: number): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let at = from;
  let part = 0;
  for (const end = from + width - 1; at < end; at += 2, part += 4 * HALF) {
    const first = rows[at];
    const second = rows[at + 1];
    a += parts[part + (first >> 4)];
    b += parts[part + HALF + (first & 15)];
    c += parts[part + 2 * HALF + (second >> 4)];
    d += parts[part + 3 * HALF + (second & 15)];
  }
  if (at < from + width) a += parts[part + (rows[at] >> 4)] + parts[part + HALF + (rows[at] & 15)];
  return a + b + (c + d);
}
