import { PAD_TOKEN, UNKNOWN_TOKEN } from '../stages/embedders/word-piece/pieces.ts';
import { tokenizerRecipe } from '../stages/embedders/word-piece/recipe.ts';

/**
 * `tokenizer.json`.
 *
 * @param vocabulary tokens in row order.
 */
export function tokenizerJson(vocabulary: readonly string[]): string {
  return JSON.stringify(tokenizerRecipe(Object.fromEntries(vocabulary.map((token, row) => [token, row]))));
}

/** `tokenizer_config.json`: the general tokenizer class, which asks for no token types. */
export function tokenizerConfigJson(maxTokens: number): string {
  return `${JSON.stringify(
    {
      tokenizer_class: 'PreTrainedTokenizer',
      model_max_length: maxTokens,
      pad_token: PAD_TOKEN,
      unk_token: UNKNOWN_TOKEN,
      clean_up_tokenization_spaces: false,
    },
    null,
    2,
  )}\n`;
}

/**
 * `config.json`. The type `bert` is not what the graph is: it is the plainest name under which transformers takes
 * `input_ids` and `attention_mask` to an encoder and hands back whatever the graph puts out.
 */
export function modelConfigJson(vocabularySize: number, dimensions: number, maxTokens: number): string {
  return `${JSON.stringify(
    {
      model_type: 'bert',
      architectures: ['BertModel'],
      vocab_size: vocabularySize,
      hidden_size: dimensions,
      max_position_embeddings: maxTokens,
      num_hidden_layers: 0,
      num_attention_heads: 1,
      pad_token_id: 0,
    },
    null,
    2,
  )}\n`;
}
