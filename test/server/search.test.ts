import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { queryStopWords } from '../../pipeline/core/stop-words.ts';
import { fuse, ranking, standardize } from '../../server/search/fusion.ts';
import { matchExpression, queryTerms, rootOf } from '../../server/search/words.ts';

const wordsAsked = (query: string) => queryTerms(query).map(({ words }) => words.join(' '));

describe('the terms of a query', () => {
  test.each([
    ['robots that learn to push', ['robots', 'learn', 'push']],
    ['"chain of thought" prompting', ['chain of thought', 'prompting']],
    ['text-to-image models', ['text to image', 'models']],
    ['Überraschung café', ['uberraschung', 'cafe']],
    ['push push PUSH Push', ['push']],
    ['to be or not to be', ['to', 'be', 'or', 'not']],
    ['"of the"', ['of the']],
    ['  spaced\tout\nwords ', ['spaced', 'words']],
    ['GPT-4 on GSM8K', ['gpt 4', 'gsm8k']],
    ['unclosed "quote here', ['unclosed', 'quote']],
    ['漢字 検索', ['漢字', '検索']],
    ['!!! ??? …', []],
    ['', []],
  ])('%j asks for %j', (query, expected) => {
    expect(wordsAsked(query)).toEqual(expected);
  });

  test('words with a comma or a semicolon between them are words of their own', () => {
    expect(wordsAsked('robot,grasping;planning')).toEqual(['robot', 'grasping', 'planning']);
  });

  test('a pasted abstract asks for 64 terms at the most', () => {
    const query = Array.from({ length: 200 }, (_, i) => `word${i}`).join(' ');
    expect(wordsAsked(query)).toEqual(Array.from({ length: 64 }, (_, i) => `word${i}`));
  });

  test('they are distinct, made of letters and digits, and hold no stop word beside a telling one', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (query) => {
        const asked = wordsAsked(query);
        expect(new Set(asked).size).toBe(asked.length);
        for (const term of asked) expect(term).toMatch(/^[\p{L}\p{N}]+(?: [\p{L}\p{N}]+)*$/u);
        const stopping = asked.filter((term) => queryStopWords.has(term));
        expect([0, asked.length]).toContain(stopping.length);
      }),
      { seed: 1 },
    );
  });

  test('make an expression in which every word is quoted and nothing else is', () => {
    expect(matchExpression(queryTerms('robots "push AND pull" state-of-art'))).toBe(
      '"robots" OR "push and pull" OR "state of art"',
    );
    expect(matchExpression([])).toBe('');
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (query) => {
        expect(matchExpression(queryTerms(query))).toMatch(/^$|^"[\p{L}\p{N} ]+"(?: OR "[\p{L}\p{N} ]+")*$/u);
      }),
      { seed: 2 },
    );
  });
});

test.each([
  ['grasp', 'grasps', 'grasping', 'grasped'],
  ['plan', 'plans', 'planning', 'planned'],
  ['model', 'models', 'modeling', 'modelling'],
  ['generate', 'generates', 'generating', 'generation', 'generated'],
  ['policy', 'policies'],
  ['agent', 'agents'],
  ['robot', 'robots'],
  ['retrieve', 'retrieving', 'retrieved'],
  ['evaluate', 'evaluation', 'evaluating'],
])('%s has one root with its other forms', (first, ...others) => {
  expect(others.map(rootOf)).toEqual(others.map(() => rootOf(first)));
});

test('words of different meaning keep different roots', () => {
  const roots = ['plan', 'plane', 'model', 'modal', 'agent', 'agency', 'robot', 'vision', 'language', 'bias', 'base'];
  const apart = ['plan', 'model', 'agent', 'robot', 'vision', 'language', 'grasp', 'policy', 'image', 'speech'];
  expect(new Set(apart.map(rootOf)).size).toBe(apart.length);
  for (const word of roots) expect(rootOf(word).length).toBeGreaterThanOrEqual(3);
});

describe('fusing two scores', () => {
  const score = fc.float({ min: -1000, max: 1000, noNaN: true });
  const scores = fc.array(score, { maxLength: 40 }).map((list) => Float32Array.from(list));
  const mean = (list: readonly number[]) => list.reduce((sum, value) => sum + value, 0) / list.length;

  test('standardised scores have mean 0 and deviation 1, in the order they had', () => {
    fc.assert(
      fc.property(scores, (list) => {
        const standard = Array.from(standardize(list));
        expect(standard).toHaveLength(list.length);
        const middle = mean(Array.from(list));
        const deviation = Math.sqrt(mean(Array.from(list, (value) => (value - middle) ** 2)));
        if (!(deviation > 1e-2)) return;
        expect(mean(standard)).toBeCloseTo(0, 3);
        expect(mean(standard.map((value) => value ** 2))).toBeCloseTo(1, 3);
        standard.forEach((value, i) => {
          expect(value).toBeCloseTo((list[i] - middle) / deviation, 3);
        });
      }),
      { seed: 4 },
    );
  });

  test('scores that do not differ say nothing', () => {
    expect(standardize(Float32Array.of(0.7, 0.7, 0.7))).toEqual(Float32Array.of(0, 0, 0));
    expect(standardize(new Float32Array(0))).toEqual(new Float32Array(0));
    const flat = { rows: Int32Array.of(4, 5), keyword: Float32Array.of(0, 0), semantic: Float32Array.of(0.2, 0.8) };
    expect(fuse(flat, 0.5)).toEqual(Float32Array.of(-0.5, 0.5));
  });

  test('all the weight on one score gives its order', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(score, score), { minLength: 1, maxLength: 30 }), (pairs) => {
        const rows = Int32Array.from(pairs.keys());
        const keyword = Float32Array.from(pairs, ([a]) => a);
        const semantic = Float32Array.from(pairs, ([, b]) => b);
        const order = (weight: number) => ranking(rows, fuse({ rows, keyword, semantic }, weight));
        const sorted = (list: Float32Array) => Array.from(order(list === keyword ? 1 : 0), (at) => list[at]);
        for (const list of [keyword, semantic]) {
          const own = sorted(list);
          // Scores nearer than float32 can tell once they are standardised may change places.
          const spread = Math.max(...own) - Math.min(...own);
          for (let i = 1; i < own.length; i++)
            expect(own[i - 1] - own[i]).toBeGreaterThanOrEqual(-1e-5 * spread - 1e-8);
        }
      }),
      { seed: 5 },
    );
  });

  test('a ranking is every place once, by score and then by row', () => {
    const pairs = fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 99 }), fc.integer({ min: 0, max: 4 })), {
      selector: ([row]) => row,
    });
    fc.assert(
      fc.property(pairs, (list) => {
        const rows = Int32Array.from(list, ([row]) => row);
        const places = ranking(
          rows,
          Float32Array.from(list, ([, value]) => value),
        );
        const naive = [...list].sort(([rowA, a], [rowB, b]) => b - a || rowA - rowB).map(([row]) => row);
        expect(Array.from(places, (at) => rows[at])).toEqual(naive);
      }),
      { seed: 6 },
    );
  });
});
