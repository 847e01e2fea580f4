import { readOnnxConstants, type StoredConstant } from './onnx-constants.ts';
import type { Tokenizer } from './tokens.ts';

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
