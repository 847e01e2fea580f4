/**
 * Reads the constants of an ONNX graph from its file, without a protobuf library: only the fields of onnx.proto that are
 * needed (ModelProto.graph 7; GraphProto.name 2, initializer 5; TensorProto.dims 1, data_type 2, name 8, raw_data 9).
 */

/** A constant of a graph. */
export interface StoredConstant {
  readonly shape: readonly number[];
  /** TensorProto.DataType: 1 is float32, 2 is uint8. */
  readonly type: number;
  /** Little-endian, row-major; a view into the file. Empty if the values are in another file. */
  readonly bytes: Uint8Array;
}

interface StoredGraph {
  /** The graph's name. */
  readonly name: string;
  readonly constants: ReadonlyMap<string, StoredConstant>;
}

/** A field of a protobuf message. */
interface Field {
  readonly number: number;
  /** Of a varint field; exact below 2^53. */
  readonly value: number;
  /** Of every other field. */
  readonly bytes: Uint8Array;
}

const NO_BYTES = new Uint8Array(0);
/** Wire types of protobuf. */
const [VARINT, FIXED_64, LENGTH_DELIMITED, FIXED_32] = [0, 1, 2, 5];

/**
 * The name and the constants of a graph.
 *
 * @param file content of a `.onnx` file, which must not be changed afterwards
 * @returns undefined if it is not an ONNX model
 */
export function readOnnxConstants(file: Uint8Array): StoredGraph | undefined {
  try {
    const graph = [...fieldsOf(file)].find(({ number }) => number === 7);
    if (!graph) return undefined;
    const constants = new Map<string, StoredConstant>();
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

function readConstant(tensor: Uint8Array): [name: string, StoredConstant] {
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

/** @throws RangeError, if the message ends within a field or has an unknown wire type */
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
