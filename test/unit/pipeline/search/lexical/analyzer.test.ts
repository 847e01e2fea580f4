import fc from 'fast-check';
import { stemmer } from 'stemmer';
import { describe, expect, test } from 'vitest';
import { stemOf, stemsIn, visitWords, wordsIn } from '../../../../../pipeline/search/lexical/analyzer.ts';

const surfaces = (text: string) =>
  wordsIn(text)
    .map(({ surface }) => surface)
    .join(' ');
/** The part of the text that each word was found at. */
const sources = (text: string) => wordsIn(text).map(({ start, end }) => text.slice(start, end));

const hostile = [
  `Robert'); DROP TABLE papers;--`,
  '\u202Eright to left\u202C עברית',
  '🦜\u{1F468}\u200D\u{1F469}\u200D\u{1F467} e\u0301',
  '\ud800 half \udc00 pairs \ud800a',
  '\\',
  '\\\\',
  '\\{',
  "\\'",
  '\\cite{',
  '\\cite[',
  '$',
  '$$$',
  '{{{',
  '}}}',
  '\\alpha',
  '\\\ud83e\udd9c',
  '\0\u0001\uFEFF',
  '𝔸𝕓𝕔 ﬁne ½ ㎏ ㈱ İ ẞ ǅ',
  `${'x'.repeat(63)}𝛼yz`,
];
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc
    .array(fc.constantFrom(...hostile, 'Words ', "'s", '\\textbf', '{', '}', '$'), { maxLength: 6 })
    .map((parts) => parts.join('')),
);

describe('the words of a text', () => {
  test.each([
    ['Deep NETS learn', 'deep nets learn'],
    ['text-to-image', 'text to image'],
    ['GPT-4 on GSM8K: 3.5%', 'gpt 4 on gsm8k 3 5'],
    ['Überraschung im Café', 'uberraschung im cafe'],
    ['cafe\u0301', 'cafe'],
    ['Łukasz', 'łukasz'],
    ['漢字 検索', '漢字 検索'],
    ['ΛΟΓΟΣ λόγος', 'λογοσ λογοσ'],
    ['İstanbul', 'istanbul'],
    ['ﬁne 𝐆raph', 'fine graph'],
    ['½ ㈱…5', '12 株 5'],
    ['trans\u00ADformer', 'transformer'],
    ['zero\u200Bwidth', 'zerowidth'],
    ["Moore's law, Bayes' rule, Moore’s", 'moore law bayes rule moore'],
    ["don't", 'don t'],
    ['snake_case a/b', 'snake case a b'],
    ['!!! ??? …', ''],
    ['', ''],
  ])('%j are %j', (text, expected) => {
    expect(surfaces(text)).toBe(expected);
  });

  test.each([
    ['$k$-means', 'k means'],
    ['\\textbf{Deep} nets', 'deep nets'],
    ['\\emph{In-Context}\\textit{Learning}', 'in context learning'],
    ['$\\alpha$-divergence', 'alpha divergence'],
    ['α-divergence', 'alpha divergence'],
    ['$\\varepsilon$-greedy', 'epsilon greedy'],
    ['$\\Delta$', 'delta'],
    ['$\\ell_1$ and ℓ_1', 'l 1 and l 1'],
    ['$\\mathcal{O}(n \\log n)$', 'o n log n'],
    ['$x_{ij}^{k}$ $\\frac{a}{b}$', 'x ij k a b'],
    ['\\(a\\){B}ert', 'a bert'],
    ['{G}raph {N}eural nets', 'graph neural nets'],
    ['as in \\cite[p. 3]{foo,bar} and \\citep{x}', 'as in and'],
    ['see \\href{https://a.b/c}{the page} \\url{https://a.b}', 'see the page'],
    ['Section~\\ref{sec}', 'section'],
    ['Poincar\\\'e, G\\"{o}del, Erd\\H{o}s', 'poincare godel erdos'],
    ['{\\L}ukasz S\\o ren', 'lukasz soren'],
    ["the model\\'s", 'the model'],
    ['5\\% of \\$10', '5 of 10'],
    ['it costs $5 {a}', 'it costs 5 a'],
    ['\\cite{never closed', 'never closed'],
  ])('of LaTeX are the words of the rendered text: %j are %j', (text, expected) => {
    expect(surfaces(text)).toBe(expected);
  });

  test('have the range of their source text', () => {
    expect(sources('A {B}ERT’s café\u0301, $\\alpha$-net')).toEqual(['A', 'B}ERT', 'café\u0301', '\\alpha', 'net']);
  });

  test('have ascending ranges within the text, consist of letters and digits, and are unchanged by a second analysis', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        let previous = 0;
        for (const { surface, stem, start, end } of wordsIn(text)) {
          expect(surface).toMatch(/^[\p{L}\p{N}]{1,64}$/u);
          expect(surface.length).toBeLessThanOrEqual(64);
          expect(surface).toBe(surface.toLowerCase());
          expect(surfaces(surface)).toBe(surface);
          expect(stem).toBe(stemmer(surface));
          expect(start).toBeLessThan(end);
          expect(start).toBeGreaterThanOrEqual(previous);
          expect(end).toBeLessThanOrEqual(text.length);
          previous = end;
        }
      }),
      { seed: 1, numRuns: 400 },
    );
  });

  test('are the same from wordsIn, visitWords and stemsIn', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const visited: string[] = [];
        visitWords(text, (surface) => visited.push(surface));
        expect(visited.join(' ')).toBe(surfaces(text));
        expect(stemsIn(text)).toEqual(wordsIn(text).map(({ stem }) => stem));
      }),
      { seed: 2 },
    );
  });

  test('do not depend on Unicode normalization or letter case', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'aéÜñç 漢-.ö'), maxLength: 20 }), (text) => {
        expect(surfaces(text.normalize('NFD'))).toBe(surfaces(text.normalize('NFC')));
        expect(surfaces(text.toUpperCase())).toBe(surfaces(text));
      }),
      { seed: 3 },
    );
  });

  test('of 100,000 repetitions of any fragment are found in linear time', () => {
    for (const fragment of ['x', 'y', 'ya', '\\', '{', '$', "'", '\\cite{', '\\cite[', '\u0301', '𝛼', '½', 'é']) {
      const text = fragment.repeat(100_000);
      const started = performance.now();
      for (const { surface } of wordsIn(text)) expect(surface.length).toBeLessThanOrEqual(64);
      expect(performance.now() - started, fragment).toBeLessThan(3000);
    }
  });
});

test.each([
  ['grasp', 'grasps', 'grasping', 'grasped'],
  ['plan', 'plans', 'planning', 'planned'],
  ['model', 'models', 'modeling', 'modeling'],
  ['generate', 'generates', 'generating', 'generation', 'generated'],
  ['policy', 'policies'],
  ['agent', 'agents'],
  ['robot', 'robots'],
  ['retrieve', 'retrieving', 'retrieved'],
  ['evaluate', 'evaluation', 'evaluating'],
])('%s and its other forms have the same stem', (first, ...others) => {
  expect(others.map(stemOf)).toEqual(others.map(() => stemOf(first)));
});

test('words of different meaning have different stems', () => {
  const words = [
    'plan',
    'plane',
    'model',
    'modal',
    'robot',
    'vision',
    'language',
    'grasp',
    'policy',
    'image',
    'speech',
  ];
  expect(new Set(words.map(stemOf)).size).toBe(words.length);
});
