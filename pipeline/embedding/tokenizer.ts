/**
 * Texts as tokens, in ragged columns: the tokens of text i stand at `offsets[i]` … `offsets[i + 1]` of every column. The
 * columns are what the tokenizer made: `input_ids`, `attention_mask`, for some models `token_type_ids`.
 */
export interface Tokens {
  /** One more than there are texts. */
  readonly offsets: Int32Array;
  readonly columns: Readonly<Record<string, Int32Array>>;
}

/**
 * Cuts texts into tokens; of longer ones `maxTokens` are kept, or fewer where the tokenizer's own files say so.
 *
 * @throws PaperfieldError model, where what comes out are no tokens
 */
export type Tokenizer = (texts: readonly string[], maxTokens: number) => Tokens;
