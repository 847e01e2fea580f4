import { createHash } from 'node:crypto';
import fc from 'fast-check';
import type { Passage } from '../../../pipeline/core/paper.ts';
import { normalizeRows, type Vectors } from '../../../pipeline/core/vectors.ts';
import { type Embedder, passageText } from '../../../pipeline/embedding/embedder.ts';
import { type Retrievable, retrievable } from '../../../pipeline/search/retrieve.ts';
import { buildHnsw } from '../../../pipeline/search/vector/hnsw.ts';
import { indexOf } from '../words/few-words-papers.ts';

const DIMENSIONS = 12;

/** A model without a file: each word has a direction of its own, made from its letters; a text is their sum. */
export const wordSum: Embedder = {
  card: {
    name: 'word-sum',
    version: '1',
    dimensions: DIMENSIONS,
    maxTokens: 512,
    pooling: 'model',
    output: '',
    normalize: false,
    dtype: 'fp32',
    queryPrefix: '',
    passagePrefix: '',
    separator: '\n',
    leadingDimensions: DIMENSIONS,
    titleTimes: 1,
  },
  source: 'word-sum',
  fingerprint: 'word-sum',
  async embed(texts) {
    const data = new Float32Array(texts.length * DIMENSIONS);
    for (const [i, text] of texts.entries()) {
      for (const word of text.toLowerCase().match(/[a-z0-9]+/g) ?? []) {
        const bytes = createHash('sha256').update(word).digest();
        for (let d = 0; d < DIMENSIONS; d++) data[i * DIMENSIONS + d] += bytes[d] / 128 - 1;
      }
    }
    normalizeRows(data, DIMENSIONS);
    return data;
  },
  close: async () => undefined,
};

async function vectorsOfPapers(papers: readonly Passage[]): Promise<Vectors> {
  const data = await wordSum.embed(papers.map((paper) => passageText(wordSum.card, paper)));
  return { count: papers.length, dimensions: DIMENSIONS, data };
}

/** Papers with their words and the vectors of `wordSum`, ready for questions. */
export async function corpusOf(papers: readonly Passage[]): Promise<Retrievable> {
  const vectors = await vectorsOfPapers(papers);
  const index = buildHnsw(vectors, { m: 8, efConstruction: 50, seed: 1 });
  return retrievable(indexOf(papers), vectors, index, 100);
}

const word = fc.constantFrom(...'bax dul fom gik hep jov kul lum mip nox pid qua rez sof tav wug yip zed'.split(' '));
const sentence = fc
  .array(word, { minLength: 3, maxLength: 14 })
  .map((words) => `${words.join(' ').replace(/^./, (letter) => letter.toUpperCase())}.`);

/** Papers of sentences, some without a title or an abstract; words are their own stems. */
export const sentencePapers = (minLength: number, maxLength: number): fc.Arbitrary<Passage[]> =>
  fc.array(
    fc.record({
      title: fc.oneof(
        { weight: 8, arbitrary: fc.array(word, { minLength: 1, maxLength: 6 }).map((words) => words.join(' ')) },
        fc.constantFrom('', 'The of'),
      ),
      abstract: fc.oneof(
        { weight: 8, arbitrary: fc.array(sentence, { minLength: 1, maxLength: 5 }).map((all) => all.join(' ')) },
        fc.constant(''),
      ),
    }),
    { minLength, maxLength },
  );
