import type { RaggedTokens } from './tokenizer.ts';

/** Texts with the same number of tokens. */
export interface TokenBatch {
  /** Which of the texts they are. */
  readonly textIndices: readonly number[];
  /** Tokens per text. */
  readonly length: number;
  /** The tokenizer's columns (`input_ids`, `attention_mask`, …), each row-major, texts × length. */
  readonly columns: Readonly<Record<string, Int32Array>>;
}

/** Texts per batch, unless the model's card has another number; a CPU gains nothing from more. */
const MAX_TEXTS = 64;
/** Tokens per batch. Attention needs memory for length² × texts: a deep model would fill gigabytes at 512 tokens a text. */
const MAX_TOKENS = 16_384;

/**
 * Groups texts into batches of the same length, the shortest first. Without padding, a text's vector depends on that text
 * alone, to the bit: sums over a padded length are computed in a different order. And nothing is computed for padding.
 */
export function* batchByLength(tokens: RaggedTokens, maxTexts: number = MAX_TEXTS): Generator<TokenBatch> {
  const textsOfLength = new Map<number, number[]>();
  for (let text = 0; text + 1 < tokens.offsets.length; text++) {
    const length = tokens.offsets[text + 1] - tokens.offsets[text];
    const texts = textsOfLength.get(length);
    if (texts) texts.push(text);
    else textsOfLength.set(length, [text]);
  }
  for (const [length, texts] of [...textsOfLength].sort((a, b) => a[0] - b[0])) {
    const size = Math.max(1, Math.min(maxTexts, Math.floor(MAX_TOKENS / Math.max(1, length))));
    for (let from = 0; from < texts.length; from += size) {
      const textIndices = texts.slice(from, from + size);
      yield { textIndices, length, columns: gatherColumns(tokens, textIndices, length) };
    }
  }
}

function gatherColumns({ offsets, columns }: RaggedTokens, texts: readonly number[], length: number) {
  return Object.fromEntries(
    Object.entries(columns).map(([name, column]) => {
      const values = new Int32Array(texts.length * length);
      texts.forEach((text, i) => {
        values.set(column.subarray(offsets[text], offsets[text] + length), i * length);
      });
      return [name, values];
    }),
  );
}
