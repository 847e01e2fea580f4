import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { Tokenizer, Tokens } from '../tokens.ts';
import { UNKNOWN_ID, UNKNOWN_TOKEN, wordPieces } from './pieces.ts';
import { tokenizerRecipe } from './recipe.ts';
import { splitWords } from './words.ts';

/** The vocabulary is looked at entry by entry; the rest must be the recipe, whatever it is. */
const tokenizerSchema = z.looseObject({
  model: z.looseObject({ vocab: z.record(z.string(), z.int32().nonnegative()) }),
});

/** Settings that change no token but for the length. Others (`do_lowercase_and_remove_accent` …) are not known here. */
const settingsSchema = z.strictObject({
  tokenizer_class: z.string().optional(),
  model_max_length: z.int().positive().optional(),
  pad_token: z.string().optional(),
  unk_token: z.string().optional(),
  clean_up_tokenization_spaces: z.boolean().optional(),
});

/**
 * The tokenizer of a model that cuts texts exactly by our recipe, as the embedded one and every model that `train` makes
 * do: token for token what the transformers library gives, many times faster. There is no cache of words: 986 of 1,000
 * stand in the vocabulary whole.
 *
 * @param tokenizer what `tokenizer.json` holds
 * @param settings what `tokenizer_config.json` holds, `{}` where there is none
 * @returns undefined for any other tokenizer, however slightly other: that one is the library's
 */
export function plainTokenizer(tokenizer: unknown, settings: unknown): Tokenizer | undefined {
  const { data } = tokenizerSchema.safeParse(tokenizer);
  const known = settingsSchema.safeParse(settings);
  if (!data || !known.success) return undefined;
  const { vocab } = data.model;
  if (vocab[UNKNOWN_TOKEN] !== UNKNOWN_ID || !isDeepStrictEqual(data, tokenizerRecipe(vocab))) return undefined;
  const rows = new Map(Object.entries(vocab));
  const mostOfModel = known.data.model_max_length ?? Number.POSITIVE_INFINITY;
  return (texts, maxTokens) => cut(texts, rows, Math.min(maxTokens, mostOfModel));
}

function cut(texts: readonly string[], rows: ReadonlyMap<string, number>, most: number): Tokens {
  const offsets = new Int32Array(texts.length + 1);
  const tokens: number[] = [];
  texts.forEach((text, i) => {
    const end = offsets[i] + most;
    for (const word of splitWords(text)) {
      if (tokens.length >= end) break;
      tokens.push(...wordPieces(word, rows));
    }
    if (tokens.length > end) tokens.length = end;
    offsets[i + 1] = tokens.length;
  });
  const columns = { input_ids: new Int32Array(tokens), attention_mask: new Int32Array(tokens.length).fill(1) };
  return { offsets, columns };
}
