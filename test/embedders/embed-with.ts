import { join } from 'node:path';
import { expect } from 'vitest';
import { quietEffects } from '../../pipeline/cli/terminal.ts';
import type { Embedder } from '../../pipeline/embedding/embedder.ts';
import { openEmbedder } from '../../pipeline/embedding/open-embedder.ts';
import { scratchFolders } from '../store/scratch-folder.ts';
import { idsOf, vectorOf, WIDTH, writeModel } from './tiny-model.ts';

type Files = Readonly<Record<string, unknown>>;

/** Opens models written into folders of their own, all called `tiny`. */
export function tinyModels() {
  const newFolder = scratchFolders();
  const open = (files: Files): Promise<Embedder> =>
    openEmbedder(writeModel(join(newFolder(), 'tiny'), files), newFolder(), quietEffects());
  return {
    open,
    /** The texts' vectors, by a model that is closed again. */
    async embed(files: Files, texts: readonly string[]): Promise<number[][]> {
      const model = await open(files);
      try {
        const data = await model.embed(texts);
        return texts.map((_, i) => [...data.subarray(i * WIDTH, (i + 1) * WIDTH)]);
      } finally {
        await model.close();
      }
    },
  };
}

const add = (a: readonly number[], b: readonly number[]) => a.map((value, i) => value + b[i]);

/** What the tiny graph makes of a text, reckoned token by token. */
export function naive(
  text: string,
  pooling: 'mean' | 'cls' | 'sum',
  inputs: readonly string[] = [],
  mostTokens = 64,
): number[] {
  const tokens = idsOf(text, mostTokens).map((id, place) => {
    const segment = inputs.includes('token_type_ids') ? [vectorOf(0, 'segment')] : [];
    return [...segment, ...(inputs.includes('position_ids') ? [vectorOf(place, 'place')] : [])].reduce(
      add,
      vectorOf(id),
    );
  });
  const sum = tokens.reduce(add);
  const hidden = tokens.map((token) => add(token, sum));
  const pooled = { sum, cls: hidden[0], mean: hidden.reduce(add) }[pooling];
  return pooled.map((value) => value / Math.hypot(...pooled));
}

export function expectNear(vectors: readonly (readonly number[])[], expected: readonly (readonly number[])[]): void {
  expect(vectors).toHaveLength(expected.length);
  vectors.forEach((vector, row) => {
    vector.forEach((value, i) => {
      expect(value, `row ${row}, dimension ${i}`).toBeCloseTo(expected[row][i], 4);
    });
  });
}

export const refused = (message: RegExp) =>
  expect.objectContaining({ name: 'PaperfieldError', kind: 'model', message: expect.stringMatching(message) });
