import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { combineEmbedders, type EmbedderPart } from '../../../../pipeline/embedding/combined-embedder.ts';
import { type Embedder, embeddingInputOf } from '../../../../pipeline/embedding/embedder.ts';
import type { EmbedderSettings } from '../../../../pipeline/embedding/model-settings.ts';
import type { TokenVectors } from '../../../../pipeline/embedding/token-vectors.ts';

const settingsOf = (dimensions: number, more: Partial<EmbedderSettings> = {}): EmbedderSettings => ({
  name: 'fake',
  version: '1',
  dimensions,
  maxTokens: 64,
  queryPrefix: '',
  passagePrefix: '',
  separator: '\n',
  leadingDimensions: dimensions,
  titleTimes: 1,
  dropName: false,
  ...more,
});

/** An embedder whose vectors are given by a function, and the texts that it got. */
function fakeEmbedder(settings: EmbedderSettings, vectorOf: (text: string) => readonly number[]) {
  const embedded: string[] = [];
  const queries: string[] = [];
  let closed = 0;
  const vectorsOf = (texts: readonly string[]) => Float32Array.from(texts.flatMap(vectorOf));
  const embedder: Embedder = {
    settings,
    source: 'fake',
    fingerprint: 'fake',
    async embed(texts, onProgress) {
      embedded.push(...texts);
      texts.forEach((_, i) => {
        onProgress?.(i + 1);
      });
      return vectorsOf(texts);
    },
    hasWord: (word) => vectorOf(word).some((component) => component !== 0),
    async embedQueries(texts) {
      queries.push(...texts);
      return vectorsOf(texts);
    },
    close: async () => {
      closed++;
    },
  };
  return { embedder, embedded, queries, timesClosed: () => closed };
}

const combine = (parts: readonly EmbedderPart[]) =>
  combineEmbedders('both', settingsOf(parts.reduce((sum, { dimensions }) => sum + dimensions, 0)), 'print', parts);

const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, d) => sum + value * b[d], 0);
const unit = (values: readonly number[]) => {
  const length = Math.hypot(...values);
  return values.map((value) => (length === 0 ? 0 : value / length));
};
const split = (data: Float32Array, dimensions: number) =>
  Array.from({ length: data.length / dimensions }, (_, row) => [
    ...data.subarray(row * dimensions, (row + 1) * dimensions),
  ]);

/** Vectors of three texts in the space of one model, how many of their dimensions are used, and a share of the weight. */
const arbitraryPart = fc.integer({ min: 1, max: 5 }).chain((width) =>
  fc.record({
    vectors: fc.array(fc.array(fc.integer({ min: -3, max: 3 }), { minLength: width, maxLength: width }).map(unit), {
      minLength: 3,
      maxLength: 3,
    }),
    dimensions: fc.integer({ min: 1, max: width }),
    share: fc.integer({ min: 1, max: 9 }),
  }),
);

describe('the vector of several models', () => {
  test('has as cosine the weighted mean of their cosines; a model without a vector for a text leaves its weight to the others', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(arbitraryPart, { minLength: 1, maxLength: 3 }), async (list) => {
        const shares = list.reduce((sum, { share }) => sum + share, 0);
        const weights = list.map(({ share }) => share / shares);
        const model = combine(
          list.map(({ vectors, dimensions }, i) => ({
            embedder: fakeEmbedder(settingsOf(vectors[0].length), (text) => vectors['abc'.indexOf(text.trim())])
              .embedder,
            weight: weights[i],
            dimensions,
          })),
        );
        const { dimensions } = model.settings;
        const combined = split(await model.embed(['a', 'b', 'c']), dimensions);
        expect(split(await model.embedQueries(['a', 'b', 'c']), dimensions)).toEqual(combined);
        const leading = list.map(({ vectors, dimensions: used }) =>
          vectors.map((vector) => unit(vector.slice(0, used))),
        );
        const knows = (part: number, text: number) => leading[part][text].some((value) => value !== 0);
        /** The sum of the weights of the models that know a text. */
        const knownWeight = (text: number) =>
          weights.reduce((sum, weight, part) => sum + (knows(part, text) ? weight : 0), 0);
        for (const a of [0, 1, 2]) {
          for (const b of [0, 1, 2]) {
            const weightedSum = leading.reduce(
              (sum, vectors, part) => sum + weights[part] * dot(vectors[a], vectors[b]),
              0,
            );
            // 1 if all models know both texts.
            const knownOfBoth = Math.sqrt(knownWeight(a) * knownWeight(b));
            expect(dot(combined[a], combined[b])).toBeCloseTo(knownOfBoth === 0 ? 0 : weightedSum / knownOfBoth, 5);
          }
          expect(Math.hypot(...combined[a])).toBeCloseTo(knownWeight(a) === 0 ? 0 : 1, 5);
        }
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  test('has the vectors of the models side by side, each of length √weight', async () => {
    const model = combine([
      { embedder: fakeEmbedder(settingsOf(2), () => [0.6, 0.8]).embedder, weight: 0.36, dimensions: 2 },
      { embedder: fakeEmbedder(settingsOf(3), () => [0, 1, 0]).embedder, weight: 0.64, dimensions: 2 },
    ]);
    const [vector] = split(await model.embedQueries(['x']), 4);
    for (const [d, value] of [0.36, 0.48, 0, 0.8].entries()) expect(vector[d]).toBeCloseTo(value, 6);
  });

  test('is refused if its length is not that of the parts together', () => {
    const part = { embedder: fakeEmbedder(settingsOf(2), () => [1, 0]).embedder, weight: 1, dimensions: 2 };
    expect(() => combineEmbedders('both', settingsOf(3), 'print', [part])).toThrow(
      expect.objectContaining({
        name: 'PaperfieldError',
        kind: 'model',
        message: 'model fake: its parts have 2 dimensions, its settings say 3',
      }),
    );
  });
});

describe('each model of a combination', () => {
  const twoModels = () => {
    const first = fakeEmbedder(settingsOf(2, { passagePrefix: 'passage: ', dropName: true }), () => [1, 0]);
    const second = fakeEmbedder(settingsOf(1, { separator: ' ', titleTimes: 2 }), () => [1]);
    const model = combine([
      { embedder: first.embedder, weight: 0.5, dimensions: 2 },
      { embedder: second.embedder, weight: 0.5, dimensions: 1 },
    ]);
    return { first, second, model };
  };

  test('gets title and abstract as its own settings say', async () => {
    const { first, second, model } = twoModels();
    const papers = [
      { title: 'BERT: Deep nets', abstract: 'We train\nnets.' },
      { title: '', abstract: 'Only\nan abstract.' },
      { title: 'Only a title', abstract: '' },
    ];
    await model.embed(papers.map((paper) => embeddingInputOf(model.settings, paper)));
    expect(first.embedded).toEqual([
      'passage: Deep nets\nWe train\nnets.',
      'passage: \nOnly\nan abstract.',
      'passage: Only a title\n',
    ]);
    expect(second.embedded).toEqual([
      'BERT: Deep nets BERT: Deep nets We train\nnets.',
      '  Only\nan abstract.',
      'Only a title Only a title ',
    ]);
  });

  test('gets queries as they are, and adds its own prefix', async () => {
    const { first, second, model } = twoModels();
    await model.embedQueries(['deep nets', 'BERT: nets\nand more']);
    for (const { queries, embedded } of [first, second]) {
      expect(queries).toEqual(['deep nets', 'BERT: nets\nand more']);
      expect(embedded).toEqual([]);
    }
  });

  test('is closed with the combination, and the first reports progress', async () => {
    const { first, second, model } = twoModels();
    const progress: number[] = [];
    await model.embed(['a', 'b', 'c'], (done) => progress.push(done));
    expect(progress).toEqual([1, 2, 3]);
    await model.close();
    expect([first.timesClosed(), second.timesClosed()]).toEqual([1, 1]);
  });
});

describe('the token vectors of a combination', () => {
  /** Tokens are the letters of a text. */
  const table: Readonly<Record<string, readonly number[]>> = { a: [1, 2, 9], b: [0, 1, 9], c: [2, -1, 9] };
  const rows = Object.values(table);
  const ofLetters: TokenVectors = {
    dimensions: 3,
    saturation: 1,
    componentsOf: (vector) => vector,
    tokenize: (text) => Int32Array.from(text, (letter) => Object.keys(table).indexOf(letter)),
    dotProductsWith: (vector) => (token) => dot(rows[token], [...vector]),
    weightedSum: (tokens, weights) =>
      Float32Array.from([0, 1, 2], (d) =>
        Array.from(tokens).reduce((sum, token, i) => sum + weights[i] * rows[token][d], 0),
      ),
  };
  const whole = fakeEmbedder(settingsOf(2), () => [0.6, 0.8]).embedder;
  const bySum: Embedder = {
    ...fakeEmbedder(settingsOf(3), (text) =>
      unit([...ofLetters.weightedSum(ofLetters.tokenize(text.trim()), [1, 1, 1])]),
    ).embedder,
    tokenVectors: () => ofLetters,
  };
  const model = combine([
    { embedder: whole, weight: 0.25, dimensions: 2 },
    { embedder: bySum, weight: 0.75, dimensions: 2 },
  ]);

  test('are those of the first model that has some, in the dimensions that are used', async () => {
    const vectors = model.tokenVectors?.();
    if (!vectors) throw new Error('no token vectors');
    expect(model.tokenVectors?.()).toBe(vectors);
    expect(vectors.dimensions).toBe(2);
    const tokens = vectors.tokenize('abc');
    expect([...vectors.weightedSum(tokens, [1, 1, 1])]).toEqual([3, 2]);
    const textVector = await model.embed(['abc']);
    expect(textVector).toHaveLength(4);
    const own = vectors.componentsOf(textVector);
    // The sum of the token vectors, scaled to the length √0.75.
    for (const [d, value] of [3, 2].entries()) expect(own[d]).toBeCloseTo(value * Math.sqrt(0.75 / 13), 5);
    const dotOf = vectors.dotProductsWith(own);
    for (const token of tokens) expect(dotOf(token)).toBeCloseTo(dot(rows[token].slice(0, 2), [...own]), 5);
  });

  test('are undefined if no model has some', () => {
    expect(combine([{ embedder: whole, weight: 1, dimensions: 2 }]).tokenVectors?.()).toBeUndefined();
  });
});

test('a combination knows the words that any of its models knows', () => {
  const settings = settingsOf(2);
  const knowing = (word: string) => fakeEmbedder(settings, (text) => (text === word ? [1, 0] : [0, 0])).embedder;
  const parts = [knowing('mamba'), knowing('police')].map((embedder) => ({ embedder, weight: 0.5, dimensions: 2 }));
  const combined = combineEmbedders('both', settingsOf(4), 'f', parts);
  expect(['mamba', 'police', 'couch'].map(combined.hasWord)).toEqual([true, true, false]);
});
