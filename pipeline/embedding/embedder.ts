import type { Passage } from '../core/paper.ts';
import type { TokenVectors } from './token-vectors.ts';

/**
 * How a model is used: read from `paperfield.json` in its folder, or derived from the configuration files of a
 * sentence-transformers model.
 */
export interface ModelCard {
  readonly name: string;
  readonly version: string;
  readonly dimensions: number;
  /** Longer texts are truncated to this many tokens. */
  readonly maxTokens: number;
  /** `model`: the ONNX graph pools. `mean`, `cls`: its token vectors are pooled here. */
  readonly pooling: 'model' | 'mean' | 'cls';
  /** Name of the graph's output that is read. */
  readonly output: string;
  /** Whether the pooled vectors are scaled to unit length here; false if the graph does it. */
  readonly normalize: boolean;
  /** Which of the model's ONNX files is loaded, in the terms of the transformers library: `fp32` is `onnx/model.onnx`. */
  readonly dtype: string;
  readonly queryPrefix: string;
  readonly passagePrefix: string;
  /** Between title and abstract. */
  readonly separator: string;
  /** The vector index contains this many of the first dimensions, which must say nearly as much as all of them. */
  readonly leadingDimensions: number;
  /** How often the title is repeated before the abstract, at least 1: a model without attention cannot weight it otherwise. */
  readonly titleTimes: number;
  /**
   * Texts per run of the graph, if the model's author guarantees that texts in one batch do not change each other's
   * vectors. Otherwise it is 1: int8 graphs scale by the largest value in the batch, and sums over a batch may be
   * computed in a different order.
   */
  readonly batch?: number | undefined;
}

/** A loaded model. A text has the same vector, to the bit, whatever it is embedded together with. */
export interface Embedder {
  readonly card: ModelCard;
  /** The value of `--model`. */
  readonly source: string;
  /** SHA-256 over the model's files and its card, hexadecimal: equal fingerprints give equal vectors. */
  readonly fingerprint: string;
  /**
   * Embeds texts. A text without a known token has the zero vector.
   *
   * @param onProgress receives the number of texts that are done, and may throw to stop
   * @returns unit vectors, row-major, `texts.length` × `card.dimensions`
   * @throws PaperfieldError model, if the model fails on a text
   */
  embed(texts: readonly string[], onProgress?: (done: number) => void): Promise<Float32Array>;
  /** Embeds queries, each as the model wants a query (`queryPrefix`). Otherwise as `embed`. */
  embedQueries(queries: readonly string[]): Promise<Float32Array>;
  /** The vectors that a text's vector is the sum of; undefined for every model that is more than such a sum. */
  tokenVectors?(): TokenVectors | undefined;
  close(): Promise<void>;
}

/** The text of a paper as it is embedded. */
export function passageText(card: ModelCard, paper: Passage): string {
  const title = `${paper.title}${card.separator}`.repeat(card.titleTimes);
  return `${card.passagePrefix}${title}${paper.abstract}`;
}
