/** ONNX graphs of float32 tensors, run by onnxruntime: the matrix products of training. */
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { encodeOnnxModel, type OnnxGraph } from './onnx-writer.ts';

/** A float32 tensor. */
interface Floats {
  data: Float32Array;
  shape: readonly number[];
}

/** A graph of float32 tensors, ready to run: training uses onnxruntime for its matrix products. */
export interface FloatGraph {
  run(inputs: Readonly<Record<string, Floats>>): Promise<Record<string, Float32Array>>;
  release(): Promise<void>;
}

/**
 * Loads a graph into onnxruntime.
 *
 * @param threads threads within one operator. It does not change the result of operators with independent rows (MatMul),
 *   but it may change sums over a matrix: to repeat a run bit by bit, keep it
 */
export async function createFloatGraph(graph: OnnxGraph, threads: number): Promise<FloatGraph> {
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
