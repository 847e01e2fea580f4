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
