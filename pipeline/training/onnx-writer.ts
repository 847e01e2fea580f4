/**
 * Writes ONNX models without a protobuf library and without Python: only those messages of onnx.proto that the graphs
 * of this program need. Field numbers are those of github.com/onnx/onnx/blob/main/onnx/onnx.proto.
 */

/** The numbers of element types in ONNX (TensorProto.DataType). */
const ONNX_TYPE = { float32: 1, uint8: 2, int64: 7 } as const;
type OnnxType = keyof typeof ONNX_TYPE;

/**
 * An input or output of a graph. Each size in `shape` is a number, or a name if the size is known only when the graph
 * runs.
 */
export interface OnnxValueInfo {
  name: string;
  type: OnnxType;
  shape: readonly (number | string)[];
}

/** A constant tensor of a graph. ONNX stores numbers in little-endian order, as typed arrays do on x86 and ARM. */
export interface OnnxConstant {
  name: string;
  type: OnnxType;
  shape: readonly number[];
  data: Float32Array | Uint8Array | BigInt64Array;
}

export interface OnnxNode {
  op: string;
  inputs: readonly string[];
  outputs: readonly string[];
  /** Integers and strings; this program needs no other types of attributes. */
  attributes?: Readonly<Record<string, number | string>>;
}

export interface OnnxGraph {
  name: string;
  inputs: readonly OnnxValueInfo[];
  outputs: readonly OnnxValueInfo[];
  constants: readonly OnnxConstant[];
  nodes: readonly OnnxNode[];
}

/**
 * The versions of operators and of the file format. onnxruntime supports both since 1.12 (2022). In this operator
 * version, the axes of ReduceSum are an input and not an attribute.
 */
const OPSET = 17;
const IR_VERSION = 8;
const INT_ATTRIBUTE = 2;
const STRING_ATTRIBUTE = 3;

/** The content of a `.onnx` file. The same graph always gives the same bytes. */
export function encodeOnnxModel(graph: OnnxGraph): Uint8Array {
  return Buffer.concat([
    integer(1, IR_VERSION),
    text(2, 'paperfield'),
    message(7, [
      ...graph.nodes.map((node) => message(1, nodeFields(node))),
      text(2, graph.name),
      ...graph.constants.map((constant) => message(5, tensorFields(constant))),
      ...graph.inputs.map((value) => message(11, valueFields(value))),
      ...graph.outputs.map((value) => message(12, valueFields(value))),
    ]),
    message(8, [text(1, ''), integer(2, OPSET)]),
  ]);
}

function nodeFields(node: OnnxNode): Uint8Array[] {
  return [
    ...node.inputs.map((name) => text(1, name)),
    ...node.outputs.map((name) => text(2, name)),
    text(3, node.outputs[0] ?? node.op),
    text(4, node.op),
    ...Object.entries(node.attributes ?? {}).map(([name, value]) =>
      typeof value === 'number'
        ? message(5, [text(1, name), integer(3, value), integer(20, INT_ATTRIBUTE)])
        : message(5, [text(1, name), text(4, value), integer(20, STRING_ATTRIBUTE)]),
    ),
  ];
}

function tensorFields({ name, type, shape, data }: OnnxConstant): Uint8Array[] {
  return [
    ...shape.map((size) => integer(1, size)),
    integer(2, ONNX_TYPE[type]),
    text(8, name),
    bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
  ];
}

function valueFields({ name, type, shape }: OnnxValueInfo): Uint8Array[] {
  const sizes = shape.map((size) => message(1, [typeof size === 'number' ? integer(1, size) : text(2, size)]));
  return [text(1, name), message(2, [message(1, [integer(1, ONNX_TYPE[type]), message(2, sizes)])])];
}

/**
 * An integer in protobuf's base-128 encoding, low bits first. A negative integer is encoded as 64-bit two's complement.
 */
function varint(value: number): Uint8Array {
  const out: number[] = [];
  let left = BigInt.asUintN(64, BigInt(value));
  do {
    const low = Number(left & 0x7fn);
    left >>= 7n;
    out.push(left > 0n ? low | 0x80 : low);
  } while (left > 0n);
  return Uint8Array.from(out);
}

function integer(field: number, value: number): Uint8Array {
  return Buffer.concat([varint(field << 3), varint(value)]);
}

function bytes(field: number, value: Uint8Array): Uint8Array {
  return Buffer.concat([varint((field << 3) | 2), varint(value.byteLength), value]);
}

function text(field: number, value: string): Uint8Array {
  return bytes(field, Buffer.from(value, 'utf8'));
}

function message(field: number, fields: readonly Uint8Array[]): Uint8Array {
  return bytes(field, Buffer.concat(fields));
}
