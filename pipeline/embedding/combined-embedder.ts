/**
 * Combines embedders: the vector of a text is made of the vectors of several models side by side, so that its cosine is
 * the weighted mean of their cosines. A model that reads words in context and one that sums the vectors of words find
 * different papers.
 */
import { PaperfieldError } from '../core/errors.ts';
import type { PaperText } from '../core/paper.ts';
import { dot, normalizeRows } from '../core/vectors.ts';
import { type Embedder, embeddingInputOf } from './embedder.ts';
import type { EmbedderSettings } from './model-settings.ts';
import type { TokenVectors } from './token-vectors.ts';

/** One of the embedders that are combined. */
export interface EmbedderPart {
  readonly embedder: Embedder;
  /** Share of this embedder's cosine in the cosine of the whole; the weights of all parts have the sum 1. */
  readonly weight: number;
  /** How many of the embedder's leading dimensions are used; these are scaled to unit length again. */
  readonly dimensions: number;
}

/**
 * Combines embedders into one. The vector of part i, scaled to length √weight, follows that of part i − 1. If one part
 * has no vector for a text because it knows none of its tokens, the others have the whole weight.
 *
 * Passages are title and abstract with a line break in between, which each part embeds as its own settings say.
 *
 * @param settings those of the combination
 */
export function combineEmbedders(
  source: string,
  settings: EmbedderSettings,
  fingerprint: string,
  parts: readonly EmbedderPart[],
): Embedder {
  const total = parts.reduce((sum, { dimensions }) => sum + dimensions, 0);
  if (total !== settings.dimensions) {
    throw new PaperfieldError(
      'model',
      `model ${settings.name}: its parts have ${total} dimensions, its settings say ${settings.dimensions}`,
    );
  }
  const combine = (count: number, vectors: readonly Float32Array[]) => {
    const combined = new Float32Array(count * total);
    let offset = 0;
    for (const [i, { embedder, weight, dimensions }] of parts.entries()) {
      copyLeading(vectors[i], embedder.settings.dimensions, combined, { offset, total, dimensions, weight });
      offset += dimensions;
    }
    normalizeRows(combined, total);
    return combined;
  };
  let tokenVectors: TokenVectors | undefined;
  return {
    settings,
    source,
    fingerprint,
    async embed(texts, onProgress = () => undefined) {
      const papers = texts.map(splitTitle);
      const vectors: Float32Array[] = [];
      for (const [i, { embedder }] of parts.entries()) {
        const inputs = papers.map((paper) => embeddingInputOf(embedder.settings, paper));
        // Progress is that of the first part, the slow one: the others take a hundredth of its time.
        vectors.push(await embedder.embed(inputs, i === 0 ? onProgress : undefined));
      }
      return combine(texts.length, vectors);
    },
    async embedQueries(queries) {
      const vectors: Float32Array[] = [];
      for (const { embedder } of parts) vectors.push(await embedder.embedQueries(queries));
      return combine(queries.length, vectors);
    },
    hasWord: (word) => parts.some(({ embedder }) => embedder.hasWord(word)),
    tokenVectors() {
      tokenVectors ??= firstTokenVectors(parts);
      return tokenVectors;
    },
    async close() {
      for (const { embedder } of parts) await embedder.close();
    },
  };
}

/** Title and abstract of a text that `embeddingInputOf` made with the settings of a combination. */
function splitTitle(text: string): PaperText {
  const end = text.indexOf('\n');
  return end < 0 ? { title: text, abstract: '' } : { title: text.slice(0, end), abstract: text.slice(end + 1) };
}

/**
 * Copies the leading dimensions of each row into the rows of a wider array from column `offset` on, scaled to the length
 * √weight. A zero row stays zero.
 */
function copyLeading(
  vectors: Float32Array,
  width: number,
  target: Float32Array,
  { offset, total, dimensions, weight }: { offset: number; total: number; dimensions: number; weight: number },
): void {
  for (let row = 0; row * width < vectors.length; row++) {
    const leading = vectors.subarray(row * width, row * width + dimensions);
    const squares = dot(leading, leading);
    if (squares === 0) continue;
    const scale = Math.sqrt(weight / squares);
    const to = row * total + offset;
    for (let d = 0; d < dimensions; d++) target[to + d] = scale * leading[d];
  }
}

/** The token vectors of the first part that has some; undefined if none has. */
function firstTokenVectors(parts: readonly EmbedderPart[]): TokenVectors | undefined {
  let offset = 0;
  for (const { embedder, dimensions } of parts) {
    const vectors = embedder.tokenVectors?.();
    if (vectors) return tokenVectorsOfPart(vectors, offset, dimensions);
    offset += dimensions;
  }
  return undefined;
}

/** The token vectors of one part, of which the leading dimensions are used. */
function tokenVectorsOfPart(vectors: TokenVectors, offset: number, dimensions: number): TokenVectors {
  return {
    ...vectors,
    dimensions,
    componentsOf: (textVector) => textVector.subarray(offset, offset + dimensions),
    dotProductsWith(vector) {
      const padded = new Float32Array(vectors.dimensions);
      padded.set(vector);
      return vectors.dotProductsWith(padded);
    },
    weightedSum: (tokens, weights) => vectors.weightedSum(tokens, weights).subarray(0, dimensions),
  };
}
