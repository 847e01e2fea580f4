/** The interface of tokenizers. */

/**
 * The tokens of several texts without padding (a ragged array): the tokens of text i are at the indices `offsets[i]` …
 * `offsets[i + 1]` − 1 of every column. The columns are those of the tokenizer: `input_ids`, `attention_mask`, and for
 * some models `token_type_ids`.
 */
export interface RaggedTokens {
  /** Index of the first token of each text, and at the end the total number of tokens. */
  readonly offsets: Int32Array;
  readonly columns: Readonly<Record<string, Int32Array>>;
}

/**
 * Splits texts into tokens. Of each text at most the first `maxTokens` tokens are kept, or fewer if the tokenizer has a
 * lower limit of its own.
 *
 * @throws PaperfieldError model, if the tokenizer does not give tokens
 */
export type Tokenizer = (texts: readonly string[], maxTokens: number) => RaggedTokens;
