import type { PreTrainedTokenizer } from '@xenova/transformers';
import { z } from 'zod';
import { PaperfieldError } from '../../core/errors.ts';

/** Texts of one length in tokens, as a model's inputs. */
export interface TokenBatch {
  /** Which texts they are. */
  readonly places: readonly number[];
  /** Tokens a text. */
  readonly length: number;
  /** What the tokenizer made (`input_ids`, `attention_mask`, for some models `token_type_ids`), texts × length each. */
  readonly inputs: Readonly<Record<string, BigInt64Array>> & { readonly attention_mask: BigInt64Array };
}

/** Texts that go through the model together; more gains nothing on a CPU. */
const MOST_TEXTS = 64;

const tokensSchema = z
  .record(z.string(), z.array(z.array(z.number())))
  .refine((made) => 'input_ids' in made && 'attention_mask' in made, 'input_ids and attention_mask are needed');

/**
 * Cuts texts into batches of equal length in tokens. Without padding a text's vector depends on that text alone, to the
 * last bit: sums over a padded length are added up in another order. Nothing is computed for padding either.
 */
export function* batchesOf(
  texts: readonly string[],
  tokenizer: PreTrainedTokenizer,
  maxTokens: number,
): Generator<TokenBatch> {
  if (texts.length === 0) return;
  const tokens = tokensOf(texts, tokenizer, maxTokens);
  const placesOfLength = new Map<number, number[]>();
  tokens.input_ids.forEach((ids, place) => {
    const places = placesOfLength.get(ids.length);
    if (places) places.push(place);
    else placesOfLength.set(ids.length, [place]);
  });
  for (const [length, all] of [...placesOfLength].sort((a, b) => a[0] - b[0])) {
    for (let from = 0; from < all.length; from += MOST_TEXTS) {
      const places = all.slice(from, from + MOST_TEXTS);
      yield { places, length, inputs: inputsOf(tokens, places, length) };
    }
  }
}

function tokensOf(texts: readonly string[], tokenizer: PreTrainedTokenizer, maxTokens: number) {
  const made: unknown = tokenizer([...texts], {
    padding: false,
    truncation: true,
    max_length: maxTokens,
    return_tensor: false,
  });
  const tokens = tokensSchema.safeParse(made);
  if (!tokens.success)
    throw new PaperfieldError('model', `the tokenizer's answer is unusable: ${z.prettifyError(tokens.error)}`);
  return tokens.data;
}

function inputsOf(tokens: Record<string, number[][]>, places: readonly number[], length: number): TokenBatch['inputs'] {
  const inputs: Record<string, BigInt64Array> = {};
  for (const [name, rows] of Object.entries(tokens)) {
    const values = new BigInt64Array(places.length * length);
    places.forEach((place, i) => {
      const row = rows[place];
      for (let at = 0; at < length; at++) values[i * length + at] = BigInt(row[at]);
    });
    inputs[name] = values;
  }
  return { ...inputs, attention_mask: inputs.attention_mask };
}
