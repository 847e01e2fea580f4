import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadTokenizer } from '../../pipeline/stages/embedders/load-tokenizer.ts';
import { openTokenPool, type TokenPool } from '../../pipeline/stages/embedders/token-pool.ts';
import { joinTokens, type Tokens, tokenize } from '../../pipeline/stages/embedders/tokens.ts';
import { samplePapers } from '../cli/corpus.ts';

const folder = join(import.meta.dirname, '..', '..', 'data', 'models', 'paperfield-static');
const MAX_TOKENS = 64;

/** Token by token, each text a list. */
function rowsOf({ offsets, columns }: Tokens, name: string): number[][] {
  return [...offsets.keys()].slice(1).map((i) => [...columns[name].subarray(offsets[i - 1], offsets[i])]);
}

describe('joinTokens', () => {
  test('keeps every text in its order, wherever the parts were cut', () => {
    const rows = fc.array(fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 5 }), { maxLength: 12 });
    const ragged = (texts: number[][]): Tokens => ({
      offsets: Int32Array.from([0, ...texts.map((_, i) => texts.slice(0, i + 1).flat().length)]),
      columns: { input_ids: Int32Array.from(texts.flat()) },
    });
    fc.assert(
      fc.property(fc.array(rows, { minLength: 1, maxLength: 4 }), (parts) => {
        expect(rowsOf(joinTokens(parts.map(ragged)), 'input_ids')).toEqual(parts.flat());
      }),
    );
  });
});

describe('tokenizing threads', () => {
  let pool: TokenPool;
  beforeAll(() => {
    pool = openTokenPool({ folder, maxTokens: MAX_TOKENS }, 2);
  });
  afterAll(() => pool.close());

  test('give the tokens that one thread gives, in the order of the texts', async () => {
    const texts = (await samplePapers()).flatMap(({ title, abstract }) => [title, abstract, '']);
    const tokenizer = await loadTokenizer(folder);
    const alone = tokenize(tokenizer, texts, MAX_TOKENS);
    const together = await pool.tokenize(texts);
    expect(together.offsets).toEqual(alone.offsets);
    expect(together.columns).toEqual(alone.columns);
    const lengths = rowsOf(alone, 'input_ids').map((row) => row.length);
    expect(Math.max(...lengths)).toBe(MAX_TOKENS);
  });

  test('answer several callers at once, each with its own', async () => {
    const [a, b, none] = await Promise.all([
      pool.tokenize(['robots grasp']),
      pool.tokenize(['graph networks', 'x']),
      pool.tokenize([]),
    ]);
    expect([a.offsets.length, b.offsets.length, none.offsets.length]).toEqual([2, 3, 1]);
    expect(rowsOf(a, 'input_ids')[0]).not.toEqual(rowsOf(b, 'input_ids')[0]);
  });

  test('fail with what is wrong where the model has no tokenizer', async () => {
    const broken = openTokenPool({ folder: join(folder, 'onnx'), maxTokens: MAX_TOKENS }, 1);
    await expect(broken.tokenize(['robots'])).rejects.toThrow(/tokenizer/);
    await broken.close();
  });

  test('do not leave a caller waiting when they are closed', async () => {
    const closing = openTokenPool({ folder, maxTokens: MAX_TOKENS }, 1);
    const asked = closing.tokenize(['robots']);
    const outcome = expect(asked).rejects.toMatchObject({ kind: 'cancelled' });
    await closing.close();
    await outcome;
  });
});
