/**
 * The tokens of several texts without padding (a ragged array): those of text i are at `offsets[i]` … `offsets[i + 1]` of
 * every column. Columns are what the tokenizer gives: `input_ids`, `attention_mask`, and for some models
 * `token_type_ids`.
 */
export interface RaggedTokens {
  /** One more than there are texts. */
  readonly offsets: Int32Array;
  readonly columns: Readonly<Record<string, Int32Array>>;
}

/**
 * Splits texts into tokens. Of a longer text the first `maxTokens` are kept, or fewer if the tokenizer has a lower limit
 * of its own.
 *
 * @throws PaperfieldError model, if the tokenizer does not give tokens
 */
export type Tokenizer = (texts: readonly string[], maxTokens: number) => RaggedTokens;
