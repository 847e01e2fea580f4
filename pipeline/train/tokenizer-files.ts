import { CONTINUATION, MAX_WORD_CHARACTERS, PAD_TOKEN, UNKNOWN_TOKEN } from './word-piece.ts';
import { LATEX_REWRITES, WORD_PATTERN } from './words.ts';

/**
 * The tokenizer in the form of Hugging Face `tokenizer.json`.
 * No added tokens on purpose: a paper that writes `[PAD]` means the letters. No BertNormalizer either: its character
 * loop is the slowest part of the library, while these steps are native string operations.
 *
 * @param vocabulary tokens in row order.
 */
export function tokenizerJson(vocabulary: readonly string[]): string {
  return JSON.stringify({
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [],
    normalizer: {
      type: 'Sequence',
      normalizers: [
        ...LATEX_REWRITES.map(({ pattern, content }) => ({ type: 'Replace', pattern: { Regex: pattern }, content })),
        { type: 'NFKD' },
        { type: 'StripAccents' },
        { type: 'Lowercase' },
      ],
    },
    pre_tokenizer: { type: 'Split', pattern: { Regex: WORD_PATTERN }, behavior: 'Removed', invert: true },
    post_processor: null,
    decoder: { type: 'WordPiece', prefix: CONTINUATION, cleanup: false },
    model: {
      type: 'WordPiece',
      unk_token: UNKNOWN_TOKEN,
      continuing_subword_prefix: CONTINUATION,
      max_input_chars_per_word: MAX_WORD_CHARACTERS,
      vocab: Object.fromEntries(vocabulary.map((token, row) => [token, row])),
    },
  });
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
