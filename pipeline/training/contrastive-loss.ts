import { type LoadedOnnxGraph, loadOnnxGraph } from './float-graph.ts';
import type { OnnxGraph, OnnxNode } from './onnx-writer.ts';

/** The loss of one batch and its gradients. */
interface LossResult {
  /** The mean loss of the pairs of the batch, in nats. */
  readonly loss: number;
  /** The gradient with respect to the left input vectors, before they are normalized; row-major, batch × dimensions. */
  readonly leftGradient: Float32Array;
  /** Like `leftGradient`, for the right input vectors. */
  readonly rightGradient: Float32Array;
  /** The gradient with respect to the logarithm of the scale. */
  readonly scaleGradient: number;
}

/**
 * Symmetric contrastive loss with in-batch negatives (InfoNCE, van den Oord et al. 2018; symmetric as in CLIP) and its
 * gradients. The gradients are derived by hand and computed in one ONNX graph, because onnxruntime uses all cores and
 * vector instructions, which JavaScript cannot. Let s = 1 / temperature, n the batch size, ∘ the elementwise product:
 *
 *   u = left / |left|, v = right / |right|, S = s · u vᵀ, E = exp(S − s)
 *   loss = mean over i of  −S_ii + ½ log Σ_j E_ij + ½ log Σ_j E_ji + s
 *   G = dloss/dS = E ∘ (1 / row sums + 1 / column sums) / 2n − I / n
 *   dloss/du = s · (G v),  dloss/dleft = (dloss/du − u (u · dloss/du)) / |left|      (v, right likewise)
 *   dloss/d log s = Σ u ∘ dloss/du
 *
 * exp(S − s) cannot overflow, because cosines are at most 1. Its smallest value is e⁻¹⁰⁰, at the lowest temperature of
 * 0.02: that is a denormal number in float32, which does no harm.
 */
export class ContrastiveLoss {
  readonly #graph: LoadedOnnxGraph;
  readonly #shape: readonly number[];

  private constructor(graph: LoadedOnnxGraph, shape: readonly number[]) {
    this.#graph = graph;
    this.#shape = shape;
  }

  static async create(batch: number, dimensions: number, threads: number): Promise<ContrastiveLoss> {
    return new ContrastiveLoss(await loadOnnxGraph(lossGraph(batch, dimensions), threads), [batch, dimensions]);
  }

  /**
   * Computes the loss of one batch and its gradients.
   *
   * @param left row-major, batch × dimensions; row i belongs to row i of `right`
   * @param scale 1 / temperature
   */
  async run(left: Float32Array, right: Float32Array, scale: number): Promise<LossResult> {
    const out = await this.#graph.run({
      left: { data: left, shape: this.#shape },
      right: { data: right, shape: this.#shape },
      scale: { data: Float32Array.of(scale), shape: [1] },
    });
    return {
      loss: out.loss[0],
      leftGradient: out.left_gradient,
      rightGradient: out.right_gradient,
      scaleGradient: out.scale_gradient[0],
    };
  }

  release(): Promise<void> {
    return this.#graph.release();
  }
}

/** Graph nodes that normalize the rows of `side` to unit length, and keep their lengths for the gradient. */
function normalizeNodes(side: string, unit: string): OnnxNode[] {
  return [
    { op: 'Mul', inputs: [side, side], outputs: [`${side}_square`] },
    { op: 'ReduceSum', inputs: [`${side}_square`, 'axis_1'], outputs: [`${side}_sum`], attributes: { keepdims: 1 } },
    { op: 'Sqrt', inputs: [`${side}_sum`], outputs: [`${side}_root`] },
    { op: 'Max', inputs: [`${side}_root`, 'tiny'], outputs: [`${side}_length`] },
    { op: 'Div', inputs: [side, `${side}_length`], outputs: [unit] },
  ];
}

/**
 * Graph nodes that compute the gradient of `side` and of its unit vectors.
 *
 * @param pull the name of the product of the gradient G (see `ContrastiveLoss`) without its term −I / n, and the other
 *   side's unit vectors
 */
function gradientNodes(side: string, unit: string, other: string, pull: string): OnnxNode[] {
  return [
    { op: 'Mul', inputs: [other, 'share'], outputs: [`${side}_own`] },
    { op: 'Sub', inputs: [pull, `${side}_own`], outputs: [`${side}_unscaled`] },
    { op: 'Mul', inputs: [`${side}_unscaled`, 'scale'], outputs: [`${side}_unit_gradient`] },
    { op: 'Mul', inputs: [unit, `${side}_unit_gradient`], outputs: [`${side}_along`] },
    {
      op: 'ReduceSum',
      inputs: [`${side}_along`, 'axis_1'],
      outputs: [`${side}_radial`],
      attributes: { keepdims: 1 },
    },
    { op: 'Mul', inputs: [unit, `${side}_radial`], outputs: [`${side}_outward`] },
    { op: 'Sub', inputs: [`${side}_unit_gradient`, `${side}_outward`], outputs: [`${side}_tangent`] },
    { op: 'Div', inputs: [`${side}_tangent`, `${side}_length`], outputs: [`${side}_gradient`] },
  ];
}

function lossGraph(batch: number, dimensions: number): OnnxGraph {
  const matrix = [batch, dimensions];
  const sumOf = (from: string, axis: string, to: string): OnnxNode => ({
    op: 'ReduceSum',
    inputs: [from, axis],
    outputs: [to],
    attributes: { keepdims: 1 },
  });
  return {
    name: 'contrastive-loss',
    inputs: [
      { name: 'left', type: 'float32', shape: matrix },
      { name: 'right', type: 'float32', shape: matrix },
      { name: 'scale', type: 'float32', shape: [1] },
    ],
    outputs: [
      { name: 'loss', type: 'float32', shape: [1] },
      { name: 'left_gradient', type: 'float32', shape: matrix },
      { name: 'right_gradient', type: 'float32', shape: matrix },
      { name: 'scale_gradient', type: 'float32', shape: [1] },
    ],
    constants: [
      { name: 'axis_0', type: 'int64', shape: [1], data: BigInt64Array.of(0n) },
      { name: 'axis_1', type: 'int64', shape: [1], data: BigInt64Array.of(1n) },
      { name: 'axes', type: 'int64', shape: [2], data: BigInt64Array.of(0n, 1n) },
      { name: 'flat', type: 'int64', shape: [1], data: BigInt64Array.of(1n) },
      { name: 'tiny', type: 'float32', shape: [1], data: Float32Array.of(1e-9) },
      { name: 'share', type: 'float32', shape: [1], data: Float32Array.of(1 / batch) },
      { name: 'half_share', type: 'float32', shape: [1], data: Float32Array.of(0.5 / batch) },
    ],
    nodes: [
      ...normalizeNodes('left', 'u'),
      ...normalizeNodes('right', 'v'),
      // The matrix E = exp(S − s), where S are the scaled cosines, and the sums of its rows and columns.
      { op: 'Mul', inputs: ['u', 'scale'], outputs: ['scaled_u'] },
      { op: 'Transpose', inputs: ['v'], outputs: ['v_transposed'] },
      { op: 'MatMul', inputs: ['scaled_u', 'v_transposed'], outputs: ['scores'] },
      { op: 'Sub', inputs: ['scores', 'scale'], outputs: ['shifted'] },
      { op: 'Exp', inputs: ['shifted'], outputs: ['e'] },
      sumOf('e', 'axis_1', 'row_sums'),
      sumOf('e', 'axis_0', 'column_sums'),
      // The mean loss of the batch.
      { op: 'Mul', inputs: ['scaled_u', 'v'], outputs: ['own_products'] },
      sumOf('own_products', 'axes', 'own_sum'),
      { op: 'Mul', inputs: ['own_sum', 'share'], outputs: ['own_mean'] },
      { op: 'Log', inputs: ['row_sums'], outputs: ['row_logs'] },
      { op: 'Log', inputs: ['column_sums'], outputs: ['column_logs'] },
      sumOf('row_logs', 'axes', 'row_log_sum'),
      sumOf('column_logs', 'axes', 'column_log_sum'),
      { op: 'Add', inputs: ['row_log_sum', 'column_log_sum'], outputs: ['log_sum'] },
      { op: 'Mul', inputs: ['log_sum', 'half_share'], outputs: ['log_mean'] },
      { op: 'Sub', inputs: ['log_mean', 'own_mean'], outputs: ['loss_shifted'] },
      { op: 'Add', inputs: ['loss_shifted', 'scale'], outputs: ['loss_square'] },
      { op: 'Reshape', inputs: ['loss_square', 'flat'], outputs: ['loss'] },
      // The gradient G with respect to S without its term −I / n, which `gradientNodes` subtracts.
      { op: 'Div', inputs: ['half_share', 'row_sums'], outputs: ['row_factors'] },
      { op: 'Div', inputs: ['half_share', 'column_sums'], outputs: ['column_factors'] },
      { op: 'Add', inputs: ['row_factors', 'column_factors'], outputs: ['factors'] },
      { op: 'Mul', inputs: ['e', 'factors'], outputs: ['g'] },
      { op: 'MatMul', inputs: ['g', 'v'], outputs: ['left_pull'] },
      { op: 'Transpose', inputs: ['g'], outputs: ['g_transposed'] },
      { op: 'MatMul', inputs: ['g_transposed', 'u'], outputs: ['right_pull'] },
      ...gradientNodes('left', 'u', 'v', 'left_pull'),
      ...gradientNodes('right', 'v', 'u', 'right_pull'),
      sumOf('left_along', 'axes', 'scale_square'),
      { op: 'Reshape', inputs: ['scale_square', 'flat'], outputs: ['scale_gradient'] },
    ],
  };
}
