/** Runs ONNX graphs of float32 tensors with onnxruntime, which training uses for its matrix products. */
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { encodeOnnxModel, type OnnxGraph } from './onnx-writer.ts';

/** A float32 tensor. */
interface Floats {
  data: Float32Array;
  shape: readonly number[];
}

/** An ONNX graph of float32 tensors, loaded into onnxruntime and ready to run. */
export interface LoadedOnnxGraph {
  run(inputs: Readonly<Record<string, Floats>>): Promise<Record<string, Float32Array>>;
  release(): Promise<void>;
}

/**
 * Loads an ONNX graph into onnxruntime.
 *
 * @param threads threads within one operator. The number does not change the result of operators with independent rows
 *   (MatMul), but it may change the rounding of sums over a matrix: to repeat a run to the bit, use the same number
 */
export async function loadOnnxGraph(graph: OnnxGraph, threads: number): Promise<LoadedOnnxGraph> {
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
