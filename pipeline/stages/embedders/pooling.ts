/**
 * One vector a text from its token vectors.
 *
 * @param tokens `count` × `length` × `width` float32, as a transformer's `last_hidden_state`
 * @param mask `count` × `length`, 1 for a token and 0 for padding
 * @param pooling `cls`: the first token's vector. `mean`: the mean over the tokens that are not padding (Reimers &
 *   Gurevych, Sentence-BERT, 2019); a text without tokens gives the zero vector
 * @returns `count` × `width`, not normalised
 */
export function poolTokens(
  tokens: Float32Array,
  mask: Int32Array | BigInt64Array,
  count: number,
  length: number,
  width: number,
  pooling: 'mean' | 'cls',
): Float32Array {
  const pooled = new Float32Array(count * width);
  for (let text = 0; text < count; text++) {
    const to = text * width;
    if (pooling === 'cls') {
      pooled.set(tokens.subarray(text * length * width, text * length * width + width), to);
      continue;
    }
    let kept = 0;
    for (let token = 0; token < length; token++) {
      if (Number(mask[text * length + token]) === 0) continue;
      kept++;
      const from = (text * length + token) * width;
      for (let i = 0; i < width; i++) pooled[to + i] += tokens[from + i];
    }
    if (kept > 0) for (let i = to; i < to + width; i++) pooled[i] /= kept;
  }
  return pooled;
}
