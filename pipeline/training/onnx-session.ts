import { InferenceSession, Tensor } from 'onnxruntime-node';
import { encodeOnnxModel, type OnnxGraph } from './onnx-proto.ts';

/** Tensors of one run: flat values with their shape. */
export interface Floats {
  data: Float32Array;
  shape: readonly number[];
}

/** A graph of float tensors, ready to run. Training uses onnxruntime as its BLAS. */
export interface FloatGraph {
  run(inputs: Readonly<Record<string, Floats>>): Promise<Record<string, Float32Array>>;
  release(): Promise<void>;
}

/**
 * @param threads threads inside one operator. Results do not depend on it where rows are independent (MatMul), but
 * sums over a whole matrix may: keep it when a run is to be repeated bit by bit.
 */
export async function openFloatGraph(graph: OnnxGraph, threads: number): Promise<FloatGraph> {
  const session = await InferenceSession.create(encodeOnnxModel(graph), {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
  });
  return {
    async run(inputs) {
      const feeds: Record<string, Tensor> = {};
      for (const [name, { data, shape }] of Object.entries(inputs)) feeds[name] = new Tensor('float32', data, shape);
      const outputs = await session.run(feeds);
      const values: Record<string, Float32Array> = {};
      for (const [name, tensor] of Object.entries(outputs)) values[name] = tensor.data as Float32Array;
      return values;
    },
    release: () => session.release(),
  };
}
