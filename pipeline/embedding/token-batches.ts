import type { Tokens } from './tokenizer.ts';

/** Texts of one length in tokens. */
export interface TokenBatch {
  /** Which texts they are. */
  readonly places: readonly number[];
  /** Tokens a text. */
  readonly length: number;
  /** What the tokenizer made (`input_ids`, `attention_mask`, for some models more), texts × length each. */
  readonly columns: Readonly<Record<string, Int32Array>>;
}

/** Texts that go through the model together unless its card says otherwise; more gains nothing on a CPU. */
const MOST_TEXTS = 64;
/** Tokens that do: attention takes memory by their square, and a deep model at 512 tokens a text would fill gigabytes. */
const MOST_TOKENS = 16_384;

/**
 * Cuts texts into batches of equal length in tokens. Without padding a text's vector depends on that text alone, to the
 * last bit: sums over a padded length are added up in another order. Nothing is computed for padding either.
 */
export function* batchesOf(tokens: Tokens, mostTexts: number = MOST_TEXTS): Generator<TokenBatch> {
  const placesOfLength = new Map<number, number[]>();
  for (let place = 0; place + 1 < tokens.offsets.length; place++) {
    const length = tokens.offsets[place + 1] - tokens.offsets[place];
    const places = placesOfLength.get(length);
    if (places) places.push(place);
    else placesOfLength.set(length, [place]);
  }
  for (const [length, all] of [...placesOfLength].sort((a, b) => a[0] - b[0])) {
    const most = Math.max(1, Math.min(mostTexts, Math.floor(MOST_TOKENS / Math.max(1, length))));
    for (let from = 0; from < all.length; from += most) {
      const places = all.slice(from, from + most);
      yield { places, length, columns: columnsOf(tokens, places, length) };
    }
  }
}

function columnsOf({ offsets, columns }: Tokens, places: readonly number[], length: number): TokenBatch['columns'] {
  return Object.fromEntries(
    Object.entries(columns).map(([name, column]) => {
      const values = new Int32Array(places.length * length);
      places.forEach((place, i) => {
        values.set(column.subarray(offsets[place], offsets[place] + length), i * length);
      });
      return [name, values];
    }),
  );
}
