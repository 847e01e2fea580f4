import type { OnnxGraph } from './onnx-proto.ts';
import { openFloatGraph } from './onnx-session.ts';
import type { TokenizedPapers } from './papers.ts';
import { type TextBatch, TextWriter } from './text-batch.ts';
import type { TokenTable } from './token-table.ts';

/** How well titles of papers never trained on find their own abstracts among all held-out abstracts. */
export interface HeldOutSuccess {
  papers: number;
  /** Mean of 1 / rank, 0 beyond rank 10. */
  mrr10: number;
  /** Share with rank ≤ 10. */
  success10: number;
}

/** More held-out papers than this are not looked at: the score matrix grows with the square. */
const MAX_PAPERS = 5000;

/** A test of training's progress, ready to be repeated: titles as questions, abstracts as answers. */
export class HeldOutTest {
  readonly #titles: TextBatch;
  readonly #abstracts: TextBatch;
  readonly #count: number;
  readonly #threads: number;

  constructor(papers: TokenizedPapers, vocabularySize: number, saturation: number, threads: number) {
    const chosen = papers.heldOut.subarray(0, MAX_PAPERS);
    this.#count = chosen.length;
    this.#threads = threads;
    this.#titles = texts(papers, chosen, 0, vocabularySize, saturation);
    this.#abstracts = texts(papers, chosen, 1, vocabularySize, saturation);
  }

  /** Uses the vectors as they are, before quantizing. */
  async measure(table: TokenTable): Promise<HeldOutSuccess> {
    const count = this.#count;
    if (count === 0) return { papers: 0, mrr10: 0, success10: 0 };
    const titles = unitSums(table, this.#titles, count);
    const abstracts = unitSums(table, this.#abstracts, count);
    const shape = [count, table.dimensions];
    const graph = await openFloatGraph(productGraph(count, table.dimensions), this.#threads);
    const { scores } = await graph.run({ a: { data: titles, shape }, b: { data: abstracts, shape } });
    let reciprocal = 0;
    let found = 0;
    for (let row = 0; row < count; row++) {
      const own = scores[row * count + row];
      let better = 0;
      for (let column = 0; column < count; column++) if (scores[row * count + column] > own) better++;
      if (better >= 10) continue;
      reciprocal += 1 / (better + 1);
      found++;
    }
    await graph.release();
    return { papers: count, mrr10: reciprocal / count, success10: found / count };
  }
}

function texts(
  papers: TokenizedPapers,
  chosen: Int32Array,
  part: 0 | 1,
  vocabularySize: number,
  saturation: number,
): TextBatch {
  const { starts, tokens } = papers;
  let total = 0;
  for (const paper of chosen) total += starts[paper * 2 + part + 1] - starts[paper * 2 + part];
  const writer = new TextWriter(chosen.length, total, vocabularySize, saturation);
  for (const paper of chosen) {
    for (let at = starts[paper * 2 + part]; at < starts[paper * 2 + part + 1]; at++) writer.add(tokens[at]);
    writer.close();
  }
  return writer.batch;
}

function unitSums(table: TokenTable, batch: TextBatch, count: number): Float32Array {
  const { dimensions } = table;
  const sums = new Float32Array(count * dimensions);
  table.sum(batch, sums);
  for (let row = 0; row < count; row++) {
    const vector = sums.subarray(row * dimensions, (row + 1) * dimensions);
    const length = Math.hypot(...vector);
    if (length > 0) for (let d = 0; d < dimensions; d++) vector[d] /= length;
  }
  return sums;
}

/** scores = a bᵀ, both [count × dimensions]. */
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
