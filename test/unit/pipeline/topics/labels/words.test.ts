import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stopWords } from '../../../../../pipeline/core/stop-words.ts';
import { foldWord, initials, lookAlike, wordRuns } from '../../../../../pipeline/topics/labels/words.ts';

fc.configureGlobal({ seed: 8017 });

/** Runs as text: words with a space, runs with a bar between. */
const runs = (text: string) =>
  wordRuns(text)
    .map((run) => run.map(({ surface }) => surface).join(' '))
    .join(' | ');

describe('wordRuns', () => {
  test.each([
    ['punctuation ends a run', 'Robots, tactile sensors; grippers', 'Robots | tactile sensors | grippers'],
    ['a stop word ends a run', 'We propose diffusion policies from our robots', 'diffusion policies | robots'],
    ['a joining word does not', 'chain of thought', 'chain of thought'],
    ['hyphenated words are one', 'self-supervised vision-language models', 'self-supervised vision-language models'],
    ['dashes between words part them', 'speech–text and robot - arm', 'speech | text and robot | arm'],
    ['bare numbers end a run', 'robots 2024 sensors 3.5 grippers 90% arms', 'robots | sensors | grippers | arms'],
    ['digits within a word belong to it', 'GPT-4 and H2O in 3D', 'GPT-4 and H2O in 3D'],
    ['a point within a version belongs to it', 'Qwen3.5-Omni and v0.1. Robots 0.5', 'Qwen3.5-Omni and v0.1 | Robots'],
    ['single letters end a run', 'agents x sensors', 'agents | sensors'],
    [
      'a possessive is its word',
      "Bayes' rule and Shannon's entropy, robot’s arm",
      'Bayes | rule and Shannon entropy | robot arm',
    ],
    [
      'an address is nothing',
      'robots https://example.org/grippers?x=1 arms www.arms.org/a sensors',
      'robots | arms | sensors',
    ],
    ['an exponent is nothing', 'robots 360^circ sensors, 90^{th} arms', 'robots | sensors | arms'],
    [
      'an adverb ends a run, a noun that looks like one does not',
      'agents fully act, family tree',
      'agents | act | family tree',
    ],
    ['LaTeX between dollars is nothing', 'robots $\\mathcal{O}(n \\log n)$ grippers', 'robots | grippers'],
    ['a LaTeX command is nothing', 'robots \\textbf{loud} \\alpha grippers', 'robots | grippers'],
    ['LaTeX between double dollars is nothing', 'robots $$loss = weights$$ grippers', 'robots | grippers'],
    ['LaTeX between its own brackets is nothing', 'robots \\(loss = weights\\) grippers', 'robots | grippers'],
    ['accented and other letters are letters', 'Schrödinger 深度学习 обучение', 'Schrödinger 深度学习 обучение'],
    ['nothing has no run', ' … 🦜 ', ''],
  ])('%s', (_, text, expected) => {
    expect(runs(text)).toBe(expected);
  });

  test('gives each word as it stands in the text, and folded', () => {
    expect(wordRuns('Tactile Policies')).toEqual([
      [
        { surface: 'Tactile', key: 'tactile', kind: 'telling' },
        { surface: 'Policies', key: 'policy', kind: 'telling' },
      ],
    ]);
  });

  test('counts the plural of an acronym with it, whatever it ends in', () => {
    expect(wordRuns('VLAs and SAEs, LLMs')[0].map(({ key }) => key)).toEqual(['vla', 'and', 'sae']);
    expect(wordRuns('BIAS')[0][0].key).toBe('bias');
  });

  test('knows which words join, which tell something alone, and which tell something in company only', () => {
    expect(wordRuns('tree of thought')[0].map(({ kind }) => kind)).toEqual(['telling', 'joining', 'telling']);
    // The examples that stop-words.ts gives.
    expect(wordRuns('world model')[0].map(({ kind }) => kind)).toEqual(['telling', 'companion']);
    expect(wordRuns('test time')[0].map(({ kind }) => kind)).toContain('companion');
    expect(wordRuns('large language model')[0].map(({ kind }) => kind)).toEqual(['companion', 'telling', 'companion']);
  });

  test('holds words of the text alone, in their order, and no stop word, whatever the text', () => {
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
          for (const { surface, key, kind } of wordRuns(text).flat()) {
            const at = plain.indexOf(surface, from);
            expect(at).toBeGreaterThanOrEqual(from);
            from = at + surface.length;
            const isPlural = /^\p{Lu}[\p{Lu}\p{N}]+s$/u.test(surface);
            expect(key).toBe(isPlural ? surface.toLowerCase().slice(0, -1) : foldWord(surface.toLowerCase()));
            if (kind !== 'joining') expect(stopWords.has(surface.toLowerCase())).toBe(false);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe('foldWord', () => {
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
  ])('counts %s with %s', (plural, singular) => {
    expect(foldWord(plural)).toBe(singular);
    expect(foldWord(singular)).toBe(singular);
  });

  test.each(['bias', 'class', 'loss', 'analysis', 'corpus', 'gas', 'chaos', 'bus', 'news-less', 'dynamism'])(
    'leaves %s alone',
    (word) => {
      expect(foldWord(word)).toBe(word);
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
])('lookAlike(%s, %s) is %s, both ways round', (a, b, expected) => {
  expect(lookAlike(a, b)).toBe(expected);
  expect(lookAlike(b, a)).toBe(expected);
});

test('initials are the first letters of the words, the hyphenated ones too', () => {
  expect(initials('retrieval-augmented generation')).toBe('rag');
  expect(initials('robot')).toBe('r');
});
