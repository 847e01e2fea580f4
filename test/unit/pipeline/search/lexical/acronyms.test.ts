import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stemsIn } from '../../../../../pipeline/search/lexical/analyzer.ts';
import { findWord, type InvertedIndex, wordAt } from '../../../../../pipeline/search/lexical/inverted-index.ts';
import { acronymsIn, findAcronymDefinitions } from '../../../../../pipeline/search/lexical/word-variants.ts';
import { buildIndex } from '../../../../fixtures/small-vocabulary-papers.ts';

describe('a definition of an acronym', () => {
  test.each([
    ['We use retrieval-augmented generation (RAG).', 'RAG', 'retrieval-augmented generation'],
    ['with large language models (LLMs) that', 'LLM', 'large language models'],
    ['reinforcement learning from human feedback (RLHF)', 'RLHF', 'reinforcement learning from human feedback'],
    ['the chain of thought (CoT) prompts', 'CoT', 'chain of thought'],
    ['a Low-Rank Adaptation (LoRA) of', 'LoRA', 'Low-Rank Adaptation'],
    ['the mean average precision (mAP)', 'mAP', 'mean average precision'],
    ['convolutional neural networks (CNNs)', 'CNN', 'convolutional neural networks'],
    ['a general-purpose graphics processing unit (GPU)', 'GPU', 'graphics processing unit'],
    [
      'three-dimensional (3D) maps and deep deterministic policy gradients (DDPG)',
      'DDPG',
      'deep deterministic policy gradients',
    ],
  ])('is found in %j', (text, short, long) => {
    expect(findAcronymDefinitions(text)).toEqual([{ short, long }]);
  });

  test('is found for each acronym of a text', () => {
    const text = 'Graph neural networks (GNN) and variational autoencoders (VAE), not graph neural networks (GNN).';
    expect(findAcronymDefinitions(text).map(({ short }) => short)).toEqual(['GNN', 'VAE', 'GNN']);
  });

  test.each([
    'as in Figure 3 (left), and (see below), and (a)',
    'language models (RAG)',
    'on two data sets (ImageNet and CIFAR)',
    'the transformer (T)',
    'the GPT model (GPT)',
    '(RAG) retrieval-augmented generation',
    'retrieval-augmented generation (RAG, 2020)',
    'attention (ATT)',
    `reinforcement ${'learning '.repeat(20)}from human feedback (RLHF)`,
    'dense retrieval (VERYLONGNAME)',
  ])('is not in %j', (text) => {
    expect(findAcronymDefinitions(text)).toEqual([]);
  });

  test('has the letters of the acronym in order, the first at the beginning of a word, in any text', () => {
    const words = fc.array(fc.constantFrom('large', 'Language', 'model', 'of', 'graph-neural', '3D', 'net', '('), {
      maxLength: 8,
    });
    const short = fc.stringMatching(/^[A-Z][A-Za-z0-9]{1,4}$/);
    let found = 0;
    fc.assert(
      fc.property(words, fc.oneof(short, fc.constantFrom('LLM', 'GNN', 'LM', 'GNNs', 'NeT')), (all, acronym) => {
        const text = `${all.join(' ')} (${acronym})`;
        for (const { short: one, long } of findAcronymDefinitions(text)) {
          found++;
          expect([acronym, acronym.replace(/s$/, '')]).toContain(one);
          expect(text).toContain(`${long} (`);
          expect(text[text.indexOf(`${long} (`) - 1] ?? ' ').toMatch(/[^\p{L}\p{N}]/u);
          const letters = one.toLowerCase().split('').join('.*');
          expect(long.toLowerCase()).toMatch(new RegExp(`^${letters}`));
          expect(long.split(/[\s-]+/).length).toBeGreaterThanOrEqual(2);
        }
      }),
      { seed: 1, numRuns: 3000 },
    );
    expect(found).toBeGreaterThan(100);
  });
});

const paper = (abstract: string, title = '') => ({ title, abstract });
/** The acronyms of an index as text: `rag: retriev augment gener`. */
const acronymsOf = ({ acronyms, acronymStarts, acronymStems, stems }: InvertedIndex) =>
  Array.from(acronyms, (short, i) => {
    const long = Array.from(acronymStems.subarray(acronymStarts[i], acronymStarts[i + 1]), (one) => wordAt(stems, one));
    return `${wordAt(stems, short)}: ${long.join(' ')}`;
  });

describe('the acronyms of a corpus', () => {
  test('are those that at least two papers define in the same way, sorted by their stems', () => {
    const index = buildIndex([
      paper('Retrieval-augmented generation (RAG) and graph neural networks (GNNs)'),
      paper('Retrieval Augmented Generation (RAG) with graph neural network (GNN) layers'),
      paper('Variational autoencoders (VAE)'),
    ]);
    expect(acronymsOf(index)).toEqual(['gnn: graph neural network', 'rag: retriev augment gener']);
    expect(index.acronyms).toEqual(index.acronyms.toSorted());
  });

  test('are not those that one paper defines twice', () => {
    const twice = paper('We call graph neural networks (GNN) GNNs.', 'Graph neural networks (GNN)');
    expect(acronymsOf(buildIndex([twice, paper('Graphs')]))).toEqual([]);
    expect(acronymsOf(buildIndex([twice, twice]))).toEqual(['gnn: graph neural network']);
  });

  test('have the meaning on which at least three of five papers agree, or none', () => {
    const models = paper('A language model (LM)');
    const memory = paper('A large memory (LM)');
    expect(acronymsOf(buildIndex([models, models, models, memory, memory]))).toEqual(['lm: languag model']);
    expect(acronymsOf(buildIndex([models, models, memory, memory]))).toEqual([]);
  });

  test('may be defined across papers in any spelling, and in the title', () => {
    const index = buildIndex([
      paper('', 'Optimised behaviour models (OBM)'),
      paper('optimized behavior modeling (OBM)'),
    ]);
    expect(acronymsOf(index)).toEqual(['obm: optim behavior model']);
  });

  test('are none in a corpus without papers or definitions', () => {
    for (const papers of [[], [paper('robots (that grasp)')]]) {
      const { acronyms, acronymStarts, acronymStems } = buildIndex(papers);
      expect([[...acronyms], [...acronymStarts], [...acronymStems]]).toEqual([[], [0], []]);
    }
  });
});

describe('the acronyms in a query', () => {
  const index = buildIndex([
    paper('retrieval-augmented generation (RAG), chain of thought (CoT), large language models (LLM)'),
    paper('retrieval-augmented generation (RAG), chain of thought (CoT), large language models (LLM), rags'),
  ]);
  const inQuery = (query: string) =>
    acronymsIn(
      index,
      stemsIn(query).map((stem) => {
        const at = findWord(index.stems, stem);
        return at < 0 ? undefined : at;
      }),
    )
      .map(({ short }) => wordAt(index.stems, short))
      .sort();

  test.each([
    ['RAG for language', ['rag']],
    ['why does retrieval-augmented generation help', ['rag']],
    ['generation augmented retrieval', []],
    ['retrieval augmented', []],
    ['rags and cot of large language models', ['cot', 'llm', 'rag']],
    ['chain of unknown thought', []],
    ['chain of', []],
    ['RAG RAG retrieval augmented generation', ['rag']],
    ['', []],
  ])('%j are those that it names, short or in full, once each', (query, expected) => {
    expect(inQuery(query)).toEqual(expected);
  });
});
