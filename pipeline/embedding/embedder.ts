import type { Passage } from '../core/paper.ts';
import type { TokenVectors } from './token-vectors.ts';

/**
 * How a model wants to be used; read from `paperfield.json` in the model's folder, or reckoned from the files that
 * sentence-transformers models carry.
 */
export interface ModelCard {
  readonly name: string;
  readonly version: string;
  readonly dimensions: number;
  /** Longer texts are cut to this many tokens. */
  readonly maxTokens: number;
  /** `model`: the graph pools. `mean`, `cls`: we pool its token vectors. */
  readonly pooling: 'model' | 'mean' | 'cls';
  /** The graph's output to read. */
  readonly output: string;
  /** Whether we scale the pooled vectors to unit length (false where the graph does). */
  readonly normalize: boolean;
  /** Which of the model's ONNX files to load, in the library's terms (`fp32` is `onnx/model.onnx`). */
  readonly dtype: string;
  readonly queryPrefix: string;
  readonly passagePrefix: string;
  /** Stands between title and abstract. */
  readonly separator: string;
  /** So many of the first dimensions know nearly as much as all: what the neighbor index holds. */
  readonly leadingDimensions: number;
  /** How often the title is written in front of the abstract: a model without attention weighs it no other way. */
  readonly titleTimes: number;
  /**
   * Texts that go through the graph at once, where its author vouches that none changes another's vector. Without a
   * word of his it is 1: int8 graphs scale by the largest value of the whole batch, and sums of a batch are added up in
   * another order than those of one text.
   */
  readonly batch?: number | undefined;
}

/** A loaded model. The same texts give the same vectors, whatever they are batched with. */
export interface Embedder {
  readonly card: ModelCard;
  /** What the user gave as `--model`. */
  readonly source: string;
  /** SHA-256 over the files and the recipe: equal fingerprints give equal vectors. Hexadecimal. */
  readonly fingerprint: string;
  /**
   * Unit vectors, `texts.length` × `card.dimensions`, in the order of the texts.
   *
   * @param onText told how many texts are done, and may throw to stop
   */
  embed(texts: readonly string[], onText?: (done: number) => void): Promise<Float32Array>;
  /** What its vectors are summed up from, of a model that only sums; undefined, or absent, of any other. */
  tokenVectors?(): TokenVectors | undefined;
  close(): Promise<void>;
}

/** The text that stands for a paper. */
export function passageText(card: ModelCard, paper: Passage): string {
  const title = `${paper.title}${card.separator}`.repeat(card.titleTimes);
  return `${card.passagePrefix}${title}${paper.abstract}`;
}

/** The text that stands for a query. */
export function queryText(card: ModelCard, query: string): string {
  return `${card.queryPrefix}${query}`;
}
