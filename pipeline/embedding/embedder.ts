import type { Passage } from '../core/paper.ts';
import type { ModelCard } from './model-card.ts';
import type { TokenVectors } from './token-vectors.ts';

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
