import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { wordsIn } from '../../../../../pipeline/search/lexical/analyzer.ts';
import { knownStem } from '../../../../../pipeline/search/lexical/bm25.ts';
import type { InvertedIndex } from '../../../../../pipeline/search/lexical/inverted-index.ts';
import { findWordVariants } from '../../../../../pipeline/search/lexical/word-variants.ts';
import {
  buildIndex,
  smallVocabularyPapers,
  splitWords,
  vocabularyWord,
} from '../../../../fixtures/small-vocabulary-papers.ts';

const indexOf = (...abstracts: string[]) => buildIndex(abstracts.map((abstract) => ({ title: '', abstract })));

/** For each word of a query, the rows of the papers with its variants. */
function variantsOf(index: InvertedIndex, query: string): Record<string, number[][]> {
  const words = wordsIn(query);
  const variants = findWordVariants(
    index,
    words,
    words.map(({ stem }) => knownStem(index, stem)),
  );
  expect(variants).toHaveLength(words.length);
  const found = words.map(({ surface }, at) => [surface, variants[at].map(({ rows }) => [...rows])] as const);
  return Object.fromEntries(found.filter(([, rows]) => rows.length > 0));
}

describe('a word that papers write in two', () => {
  const index = indexOf(
    'pre-training of trained models',
    'pretrained models',
    'GPT-4 and gsm8k on ImageNet-1K',
    'GPT4, GSM 8K',
    'pre and training apart',
    'multi modal and multi-modal, multimodal',
  );

  test.each([
    ['pretraining', { pretraining: [[0]] }],
    ['the Pretrained models', { pretrained: [[0]] }],
    ['GPT4', { gpt4: [[2]] }],
    ['gsm8k', { gsm8k: [[3]] }],
    ['multimodality', {}],
    ['multimodal models', { multimodal: [[5]] }],
    ['training models', {}],
  ])('is found so: %j', (query, expected) => {
    expect(variantsOf(index, query)).toEqual(expected);
  });

  test('is split where most papers split it, and only into whole words', () => {
    const cuts = indexOf('super vision', 'supervis ion', 'supervis ion', 'net workings', 'net working');
    expect(variantsOf(cuts, 'supervision')).toEqual({ supervision: [[1, 2]] });
    expect(variantsOf(cuts, 'networked')).toEqual({});
    expect(variantsOf(cuts, 'networking')).toEqual({ networking: [[3, 4]] });
  });

  test('is not found so if fewer than two in a hundred papers with the word do it: that is a typing error', () => {
    const joined = Array.from({ length: 100 }, () => 'network');
    expect(variantsOf(indexOf('net work', ...joined), 'network')).toEqual({});
    expect(variantsOf(indexOf('net work', 'net work', ...joined), 'network')).toEqual({ network: [[0, 1]] });
    expect(variantsOf(indexOf('net work', 'robots'), 'network')).toEqual({ network: [[0]] });
  });

  test('is not split into function words, which would have another meaning', () => {
    const opposites = indexOf(
      'in finite time, an isotropic map, in accuracies, we predict or plan, not able to, a symmetric matrix',
      'infinite anisotropic inaccuracies predictor notable asymmetric',
    );
    expect(variantsOf(opposites, 'infinite anisotropic inaccuracies predictor notable asymmetric')).toEqual({});
  });
});

describe('two words that papers write as one', () => {
  const index = indexOf(
    'pretraining and GPT4',
    'fine-tuning',
    'finetuning of multimodal',
    'asymmetric inaccuracy predictor',
  );

  test.each([
    ['pre-training', { pre: [[0]], training: [[0]] }],
    ['GPT-4 models', { gpt: [[0]], 4: [[0]] }],
    ['fine-tuning fast', { fine: [[2]], tuning: [[2]] }],
    ['multi modal', { multi: [[2]], modal: [[2]] }],
    ['pre and training', {}],
    ['training pre', {}],
    ['a symmetric matrix', {}],
    ['robots in accuracy', {}],
    ['predict or plan', {}],
  ])('are found so: %j', (query, expected) => {
    expect(variantsOf(index, query)).toEqual(expected);
  });
});

describe('an acronym', () => {
  const index = indexOf(
    'retrieval-augmented generation (RAG)',
    'Retrieval-augmented generation (RAG)',
    'RAG systems',
    'generation that is retrieval augmented',
    'retrieval augmented generation of text',
    'chain of thought (CoT)',
    'a chain of thoughts (CoT) prompt',
    'CoT prompts',
  );

  test('is found in full', () => {
    expect(variantsOf(index, 'RAG for robots')).toEqual({ rag: [[0, 1, 4]] });
  });

  test('is found for what it stands for, if that is typed word after word', () => {
    expect(variantsOf(index, 'retrieval-augmented generation')).toEqual({
      retrieval: [[0, 1, 2]],
      augmented: [[0, 1, 2]],
      generation: [[0, 1, 2]],
    });
    expect(variantsOf(index, 'augmented retrieval generation')).toEqual({});
    expect(variantsOf(index, 'chain of thought')).toEqual({
      chain: [[5, 6, 7]],
      of: [[5, 6, 7]],
      thought: [[5, 6, 7]],
    });
  });

  test('and its words in one query stand for each other', () => {
    expect(variantsOf(index, 'retrieval augmented generation (RAG)')).toEqual({
      retrieval: [[0, 1, 2]],
      augmented: [[0, 1, 2]],
      generation: [[0, 1, 2]],
      rag: [[0, 1, 4]],
    });
  });
});

test('the variants of a word are the papers with it joined with the next or previous word, or split in two, in any corpus', () => {
  fc.assert(
    fc.property(smallVocabularyPapers, fc.array(vocabularyWord, { maxLength: 6 }), (papers, query) => {
      const index = buildIndex(papers);
      const texts = papers.map(({ title, abstract }) => [splitWords(title), splitWords(abstract)]);
      const rowsWith = (...form: string[]) =>
        [...papers.keys()].filter((row) =>
          texts[row].some((words) => words.some((_, at) => form.every((one, i) => words[at + i] === one))),
        );
      const words = wordsIn(query.join(' '));
      const variants = findWordVariants(
        index,
        words,
        words.map(({ stem }) => knownStem(index, stem)),
      );
      for (const [at, word] of query.entries()) {
        const forms = [
          ...(word === 'bax' && query[at + 1] === 'dul' ? [['baxdul']] : []),
          ...(word === 'dul' && query[at - 1] === 'bax' ? [['baxdul']] : []),
          ...(word === 'baxdul' ? [['bax', 'dul']] : []),
        ];
        const expected = forms.map((form) => rowsWith(...form)).filter((rows) => rows.length > 0);
        expect(variants[at].map(({ rows }) => [...rows])).toEqual(expected);
      }
    }),
    { seed: 1, numRuns: 500 },
  );
});
