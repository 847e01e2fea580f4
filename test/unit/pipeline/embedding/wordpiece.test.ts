import { PreTrainedTokenizer } from '@xenova/transformers';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { splitIntoWordPieces, splitWords } from '../../../../pipeline/embedding/wordpiece.ts';
import { tokenizerConfigJson, tokenizerJson } from '../../../../pipeline/training/model-folder.ts';
import { chooseVocabulary } from '../../../../pipeline/training/vocabulary.ts';

const sample =
  'schrodinger robots grasping transformers self supervised learning log alpha covid 19 gpt 4 3d c++ c# naive bayes 深 学 αβ';
const vocabulary = chooseVocabulary(
  { words: sample.split(' '), counts: sample.split(' ').map((_, index) => 40 - index) },
  { size: 260, subwordShare: 0.2, minCharacterCount: 1 },
);
const ids = new Map(vocabulary.map((token, row) => [token, row]));
const library = new PreTrainedTokenizer(JSON.parse(tokenizerJson(vocabulary)), JSON.parse(tokenizerConfigJson(512)));
const fastTokens = (text: string): number[] => splitWords(text).flatMap((word) => splitIntoWordPieces(word, ids));

describe('splitWords', () => {
  test.each([
    // LaTeX: an accent becomes the letter, a formatting command is removed, a command with a meaning is a word.
    [
      'Schr\\"odinger, Schr\\"{o}dinger, Schr{\\"o}dinger and Schrödinger',
      'schrodinger schrodinger schrodinger and schrodinger',
    ],
    ['caf\\\'e Erd\\H{o}s Fran\\c{c}ois \\v{S}koda na\\"{\\i}ve', 'cafe erdos francois skoda naive'],
    [
      '$\\mathcal{O}(n \\log n)$ and \\textbf{bold} {\\it words} with $\\alpha_{1}$',
      'o n log n and bold words with alpha 1',
    ],
    // \textstyle is not \text: a command is removed entirely or not at all.
    ['\\bfseries \\mathrmx', 'bfseries mathrmx'],
    // Hyphens separate words, digits stay with their letters.
    ['state-of-the-art 3D, GPT-4o; H2O2 and 10,000', 'state of the art 3d gpt 4o h2o2 and 10 000'],
    ['C++, C# and F#; c++11, objective-C', 'c++ c# and f# c++ 11 objective c'],
    // Unicode: ligatures, styled letters and superscripts become plain characters.
    ['ﬁne 𝒪(n²) İstanbul naïve', 'fine o n2 istanbul naive'],
    ['深度学习 robots', '深 度 学 习 robots'],
    ['🤖 robots — “quoted” don’t', 'robots quoted don t'],
    ['', ''],
    ['\u0000 \u200b…', ''],
  ])('%s', (text, words) => {
    expect(splitWords(text).join(' ')).toBe(words);
  });
});

describe('the fast tokenizer and the library', () => {
  test.each([
    'Schr\\"odinger\'s {\\"o}} \\c{c} \\H o \\"\\i \\^{} \\~n \\=',
    'C++C#F# abc++ c++++ f#f c# #c',
    '[PAD] [UNK] ##ing [MASK]',
    "ΑΣ ΣΑΣ ΌΣΟΣ'Α",
    'a'.repeat(101),
    'a'.repeat(100),
    '\ud800 lone surrogate \udfff',
    '한국어 हिन्दी العربية ไทย',
    'ǅ ŉ ß ẞ ſ K Å ½ ⅷ ① ㎏ ﷺ',
    'e\u0301\u0323 combining \u0301alone',
    'tab\tnew\nline\u00a0nbsp\u2028sep',
  ])('agree on %j', (text) => {
    expect(library.encode(text)).toEqual(fastTokens(text));
  });

  test('agree on any text, in particular on LaTeX', () => {
    const parts = fc.constantFrom(
      '\\',
      '{',
      '}',
      '"',
      "'",
      '`',
      '^',
      '~',
      'c',
      'o',
      'C++',
      '#',
      'i',
      'é',
      '深',
      '²',
      ' ',
      '-',
      '\\text',
    );
    const latex = fc.array(parts, { maxLength: 30 }).map((list) => list.join(''));
    const any = fc.oneof(latex, fc.string({ unit: 'binary', maxLength: 60 }), fc.string({ unit: 'grapheme' }));
    fc.assert(
      fc.property(any, (text) => {
        expect(library.encode(text)).toEqual(fastTokens(text));
      }),
      { numRuns: 3000, seed: 11 },
    );
  });
});
