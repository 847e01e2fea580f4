/** Evaluates a model during training, on papers that are held out from training. */
import type { TokenizedPapers } from './corpus.ts';
import type { EmbeddingTable } from './embedding-table.ts';
import { loadOnnxGraph } from './float-graph.ts';
import type { OnnxGraph } from './onnx-writer.ts';
import { type TokenBagBatch, TokenBagBatchBuilder } from './token-bag-batch.ts';

/** How well the titles of held-out papers find their own abstracts among the abstracts of all held-out papers. */
export interface HeldOutMetrics {
  readonly papers: number;
  /** Mean reciprocal rank of a title's own abstract; ranks beyond 10 count as 0. */
  readonly mrrAt10: number;
  /** Share of titles whose abstract has a rank of at most 10. */
  readonly successAt10: number;
}

/** The largest number of papers in the evaluation: the matrix of scores grows with the square of this number. */
const MAX_PAPERS = 5000;

/**
 * Known-item search on held-out papers: every title is a query that should find its own abstract. The evaluation can be
 * repeated during training.
 */
export class HeldOutEvaluation {
  readonly #titles: TokenBagBatch;
  readonly #abstracts: TokenBagBatch;
  readonly #count: number;
  readonly #threads: number;

  constructor(papers: TokenizedPapers, vocabularySize: number, saturation: number, threads: number) {
    const sample = papers.heldOut.subarray(0, MAX_PAPERS);
    this.#count = sample.length;
    this.#threads = threads;
    this.#titles = collectTexts(papers, sample, TITLE, vocabularySize, saturation);
    this.#abstracts = collectTexts(papers, sample, ABSTRACT, vocabularySize, saturation);
  }

  /** Evaluates the vectors of a table in full precision, before they are quantized. */
  async measure(table: EmbeddingTable): Promise<HeldOutMetrics> {
    const count = this.#count;
    if (count === 0) return { papers: 0, mrrAt10: 0, successAt10: 0 };
    const titles = embedTexts(table, this.#titles, count);
    const abstracts = embedTexts(table, this.#abstracts, count);
    const shape = [count, table.dimensions];
    const graph = await loadOnnxGraph(productGraph(count, table.dimensions), this.#threads);
    const { scores } = await graph.run({ a: { data: titles, shape }, b: { data: abstracts, shape } });
    let reciprocalRanks = 0;
    let found = 0;
    for (let row = 0; row < count; row++) {
      const ownScore = scores[row * count + row];
      let better = 0;
      for (let column = 0; column < count; column++) if (scores[row * count + column] > ownScore) better++;
      if (better >= 10) continue;
      reciprocalRanks += 1 / (better + 1);
      found++;
    }
    await graph.release();
    return { papers: count, mrrAt10: reciprocalRanks / count, successAt10: found / count };
  }
}

/** The position of a text within its paper, as in `TokenizedPapers`: the title is first, then the abstract. */
const [TITLE, ABSTRACT] = [0, 1];

function collectTexts(
  { starts, tokens }: TokenizedPapers,
  sample: Int32Array,
  part: number,
  vocabularySize: number,
  saturation: number,
): TokenBagBatch {
  let total = 0;
  for (const paper of sample) total += starts[paper * 2 + part + 1] - starts[paper * 2 + part];
  const builder = new TokenBagBatchBuilder(sample.length, total, vocabularySize, saturation);
  for (const paper of sample) {
    for (let at = starts[paper * 2 + part]; at < starts[paper * 2 + part + 1]; at++) builder.add(tokens[at]);
    builder.endText();
  }
  return builder.batch;
}

/** Unit vectors of the texts, row-major; zero for a text without tokens. */
function embedTexts(table: EmbeddingTable, batch: TokenBagBatch, count: number): Float32Array {
  const { dimensions } = table;
  const vectors = new Float32Array(count * dimensions);
  table.sum(batch, vectors);
  for (let row = 0; row < count; row++) {
    const vector = vectors.subarray(row * dimensions, (row + 1) * dimensions);
    const length = Math.hypot(...vector);
    if (length > 0) for (let d = 0; d < dimensions; d++) vector[d] /= length;
  }
  return vectors;
}

/** A graph that computes the matrix product scores = a bᵀ. The inputs a and b are count × dimensions. */
function productGraph(count: number, dimensions: number): OnnxGraph {
  return {
    name: 'all-products',
    inputs: ['a', 'b'].map((name) => ({ name, type: 'float32', shape: [count, dimensions] })),
    outputs: [{ name: 'scores', type: 'float32', shape: [count, count] }],
    constants: [],
    nodes: [
      { op: 'Transpose', inputs: ['b'], outputs: ['b_transposed'] },
      { op: 'MatMul', inputs: ['a', 'b_transposed'], outputs: ['scores'] },
    ],
  };
}
