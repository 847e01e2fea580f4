import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stopWords } from '../../../../../pipeline/core/stop-words.ts';
import { haveCommonStem, initials, singularize, wordRuns } from '../../../../../pipeline/topics/labels/words.ts';

fc.configureGlobal({ seed: 8017 });

/** Runs as text: words are separated by spaces, runs by bars. */
const runs = (text: string) =>
  wordRuns(text)
    .map((run) => run.map(({ surface }) => surface).join(' '))
    .join(' | ');

describe('wordRuns', () => {
  test.each([
    ['punctuation ends a run', 'Robots, tactile sensors; grippers', 'Robots | tactile sensors | grippers'],
    ['a stop word ends a run', 'We propose diffusion policies from our robots', 'diffusion policies | robots'],
    ['a connector does not', 'chain of thought', 'chain of thought'],
    [
      'a hyphenated word is one word',
      'self-supervised vision-language models',
      'self-supervised vision-language models',
    ],
    ['dashes separate words', 'speech–text and robot - arm', 'speech | text and robot | arm'],
    ['bare numbers end a run', 'robots 2024 sensors 3.5 grippers 90% arms', 'robots | sensors | grippers | arms'],
    ['digits belong to their word', 'GPT-4 and H2O in 3D', 'GPT-4 and H2O in 3D'],
    ['the dot of a version belongs to its word', 'Qwen3.5-Omni and v0.1. Robots 0.5', 'Qwen3.5-Omni and v0.1 | Robots'],
    ['single letters end a run', 'agents x sensors', 'agents | sensors'],
    [
      'a possessive loses its ending',
      "Bayes' rule and Shannon's entropy, robot’s arm",
      'Bayes | rule and Shannon entropy | robot arm',
    ],
    [
      'a URL is dropped',
      'robots https://example.org/grippers?x=1 arms www.arms.org/a sensors',
      'robots | arms | sensors',
    ],
    ['an exponent is dropped', 'robots 360^circ sensors, 90^{th} arms', 'robots | sensors | arms'],
    [
      'an adverb ends a run, a noun that looks like one does not',
      'agents fully act, family tree',
      'agents | act | family tree',
    ],
    ['LaTeX between dollars is dropped', 'robots $\\mathcal{O}(n \\log n)$ grippers', 'robots | grippers'],
    ['a LaTeX command is dropped', 'robots \\textbf{loud} \\alpha grippers', 'robots | grippers'],
    ['LaTeX between double dollars is dropped', 'robots $$loss = weights$$ grippers', 'robots | grippers'],
    ['LaTeX between LaTeX brackets is dropped', 'robots \\(loss = weights\\) grippers', 'robots | grippers'],
    ['letters of all scripts are letters', 'Schrödinger 深度学习 обучение', 'Schrödinger 深度学习 обучение'],
    ['a text without words has no runs', ' … 🦜 ', ''],
  ])('%s', (_, text, expected) => {
    expect(runs(text)).toBe(expected);
  });

  test('gives the surface and the lemma of each word', () => {
    expect(wordRuns('Tactile Policies')).toEqual([
      [
        { surface: 'Tactile', lemma: 'tactile', kind: 'content' },
        { surface: 'Policies', lemma: 'policy', kind: 'content' },
      ],
    ]);
  });

  test('takes the s of an acronym as its plural, whatever letter precedes it', () => {
    expect(wordRuns('VLAs and SAEs, LLMs')[0].map(({ lemma }) => lemma)).toEqual(['vla', 'and', 'sae']);
    expect(wordRuns('BIAS')[0][0].lemma).toBe('bias');
  });

  test('distinguishes content words, generic words and connectors', () => {
    expect(wordRuns('tree of thought')[0].map(({ kind }) => kind)).toEqual(['content', 'connector', 'content']);
    // The examples in stop-words.ts.
    expect(wordRuns('world model')[0].map(({ kind }) => kind)).toEqual(['content', 'generic']);
    expect(wordRuns('test time')[0].map(({ kind }) => kind)).toContain('generic');
    expect(wordRuns('large language model')[0].map(({ kind }) => kind)).toEqual(['generic', 'content', 'generic']);
  });

  test('contains only words of the text, in order and without stop words, whatever the text', () => {
    const piece = fc.oneof(
      fc.constantFrom('$', '\\', '\\frac{a}{b}', 'https://a.b/c', "'s", '-', ' ', 'the', 'of', 'agents', 'We', '3.5'),
      fc.string({ unit: 'grapheme', maxLength: 6 }),
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join('')),
        (text) => {
          const plain = text.replace(/[’‘]/g, "'");
          let from = 0;
          for (const { surface, lemma, kind } of wordRuns(text).flat()) {
            const at = plain.indexOf(surface, from);
            expect(at).toBeGreaterThanOrEqual(from);
            from = at + surface.length;
            const isPluralAcronym = /^\p{Lu}[\p{Lu}\p{N}]+s$/u.test(surface);
            expect(lemma).toBe(
              isPluralAcronym ? surface.toLowerCase().slice(0, -1) : singularize(surface.toLowerCase()),
            );
            if (kind !== 'connector') expect(stopWords.has(surface.toLowerCase())).toBe(false);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe('singularize', () => {
  test.each([
    ['agents', 'agent'],
    ['policies', 'policy'],
    ['boxes', 'box'],
    ['classes', 'class'],
    ['losses', 'loss'],
    ['searches', 'search'],
    ['approaches', 'approach'],
    ['patches', 'patch'],
    ['pushes', 'push'],
    ['cases', 'case'],
    ['games', 'game'],
    ['llms', 'llm'],
    ['sizes', 'size'],
    ['caches', 'cache'],
  ])('turns %s into %s', (plural, singular) => {
    expect(singularize(plural)).toBe(singular);
    expect(singularize(singular)).toBe(singular);
  });

  test.each(['bias', 'class', 'loss', 'analysis', 'corpus', 'gas', 'chaos', 'bus', 'news-less', 'dynamism'])(
    'leaves %s as it is',
    (word) => {
      expect(singularize(word)).toBe(word);
    },
  );
});

test.each([
  ['robot', 'robotic', true],
  ['personalize', 'personalization', true],
  ['agent', 'agents', true],
  ['model', 'modal', false],
  ['diffusion', 'difference', false],
  ['rag', 'ragged', false],
  ['image', 'video', false],
])('haveCommonStem(%s, %s) is %s in either order', (a, b, expected) => {
  expect(haveCommonStem(a, b)).toBe(expected);
  expect(haveCommonStem(b, a)).toBe(expected);
});

test('initials are the first letters of all words, including the parts of hyphenated ones', () => {
  expect(initials('retrieval-augmented generation')).toBe('rag');
  expect(initials('robot')).toBe('r');
});
