import { CONTINUATION, MAX_WORD_CHARACTERS, UNKNOWN_TOKEN } from './pieces.ts';
import { LATEX_REWRITES, WORD_PATTERN } from './words.ts';

/**
 * What this folder does to a text, in the terms of Hugging Face `tokenizer.json`: training writes it, so that every
 * library cuts texts as we do, and the embedder recognises by it the models whose texts it can cut itself.
 * No added tokens on purpose: a paper that writes `[PAD]` means the letters. No BertNormalizer either: its character
 * loop is the slowest part of the library, while these steps are native string operations.
 *
 * @param vocab token → row of the vocabulary
 */
export function tokenizerRecipe(vocab: Readonly<Record<string, number>>) {
  return {
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
      vocab,
    },
  };
}
