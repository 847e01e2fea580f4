import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyVectorAt, similarityOf } from '../../../../pipeline/core/quantized-vectors.ts';
import { Bm25Scorer } from '../../../../pipeline/search/lexical/bm25.ts';
import { proximityScores } from '../../../../pipeline/search/lexical/proximity.ts';
import { queryTerms } from '../../../../pipeline/search/lexical/query-terms.ts';
import { createRetrievalIndex, retrieveCandidates } from '../../../../pipeline/search/retrieve.ts';
import { indexOf } from '../../../fixtures/few-words-papers.ts';
import { corpusOf, sentencePapers, wordSum } from '../../../fixtures/small-corpus.ts';

/** As in retrieve.ts. */
const [MAX_LEXICAL_CANDIDATES, MAX_SEMANTIC_CANDIDATES] = [400, 200];

const masks = fc.option(fc.uint8Array({ minLength: 14, maxLength: 14, max: 1 }), { nil: undefined });

describe('the candidates of a question', () => {
  test('are all that the filter lets through where there are few papers, each once, with all that speaks for it', async () => {
    await fc.assert(
      fc.asyncProperty(sentencePapers(1, 14), fc.nat(13), masks, async (papers, at, bits) => {
        const corpus = await corpusOf(papers);
        const { title, abstract } = papers[at % papers.length];
        const asked = queryTerms(corpus.invertedIndex, `${title} ${abstract}`);
        const near = [await wordSum.embed([title])];
        const mask = bits?.subarray(0, papers.length);
        const open = [...papers.keys()].filter((row) => !mask || mask[row] === 1);
        const found = retrieveCandidates(corpus, {
          terms: asked,
          vectors: near,
          filter: mask && { mask, count: open.length },
        });
        expect([...found.rows].sort((a, b) => a - b)).toEqual(open);
        const scored = new Bm25Scorer(corpus.invertedIndex).score(asked.terms, mask);
        expect(found.bm25).toEqual(scored.scoresOf(found.rows));
        expect(found.bm25Stats).toEqual(scored.stats(open.length));
        expect(found.proximity).toEqual(proximityScores(corpus.invertedIndex, asked.pairs, found.rows));
        expect(found.cosine).toEqual(
          Float32Array.from(found.rows, (row) => similarityOf(corpus.vectors, row, near[0])),
        );
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  test('are those with the words alone where there is no vector, and the near ones alone where there are no words', async () => {
    const corpus = await corpusOf([
      { title: 'bax', abstract: 'dul' },
      { title: 'fom', abstract: 'gik' },
      { title: 'hep', abstract: 'bax' },
    ]);
    const asked = queryTerms(corpus.invertedIndex, 'bax');
    const byWords = retrieveCandidates(corpus, { terms: asked, vectors: [] });
    expect([...byWords.rows]).toEqual([0, 2]);
    expect([byWords.cosine, byWords.cosineStats]).toEqual([Float32Array.of(0, 0), { mean: 0, deviation: 0 }]);
    const byMeaning = retrieveCandidates(corpus, { vectors: [anyVectorAt(corpus.vectors, 1)] });
    expect([...byMeaning.rows].sort()).toEqual([0, 1, 2]);
    expect(byMeaning.rows[0]).toBe(1);
    expect([byMeaning.bm25, byMeaning.proximity]).toEqual([new Float32Array(3), new Float32Array(3)]);
    expect(retrieveCandidates(corpus, { vectors: [] }).rows).toHaveLength(0);
  });
});

describe('among more papers than can be paged through', () => {
  // Paper i has the word i times in a hundred words, and lies the nearer to the query the smaller i is.
  const count = 2_000;
  const papers = Array.from({ length: count }, (_, i) => ({
    title: '',
    abstract: `${'bax dul '.repeat(1 + (i % 500))}${'gik '.repeat(1002 - 2 * (1 + (i % 500)))}`,
  }));
  const data = Float32Array.from({ length: count * 2 }, (_, at) => {
    const angle = (Math.floor(at / 2) / count) * Math.PI;
    return at % 2 === 0 ? Math.cos(angle) : Math.sin(angle);
  });
  const vectors = { count, dimensions: 2, data };
  const unasked = { count, search: () => expect.unreachable(), save: () => Promise.resolve() };
  const corpus = createRetrievalIndex(indexOf(papers), vectors, unasked, 100);
  const asked = queryTerms(corpus.invertedIndex, 'bax dul');
  const near = [Float32Array.of(1, 0)];

  test('the best of each half are taken, in turn', () => {
    const { rows } = retrieveCandidates(corpus, { terms: asked, vectors: near });
    const best = [...corpus.scorer.score(asked.terms).best(MAX_LEXICAL_CANDIDATES).rows];
    const nearest = Array.from({ length: MAX_SEMANTIC_CANDIDATES }, (_, row) => row);
    expect(new Set(rows)).toEqual(new Set([...best, ...nearest]));
    expect(rows).toHaveLength(new Set(rows).size);
    expect([...rows].slice(0, 4)).toEqual([best[0], nearest[0], best[1], nearest[1]]);
    expect(retrieveCandidates(corpus, { terms: asked, vectors: [] }).rows).toHaveLength(MAX_LEXICAL_CANDIDATES);
  });

  test('pairs are looked for in the first 400 of them', () => {
    const { rows, proximity: pairs } = retrieveCandidates(corpus, { terms: asked, vectors: near });
    expect(pairs.findLastIndex((score) => score > 0)).toBe(399);
    expect(pairs.slice(0, 400)).toEqual(proximityScores(corpus.invertedIndex, asked.pairs, rows.slice(0, 400)));
  });

  test('the sample is 256 papers, the same for equal corpora', () => {
    expect(corpus.sample).toHaveLength(256);
    expect(new Set(corpus.sample).size).toBe(256);
    expect(createRetrievalIndex(corpus.invertedIndex, vectors, unasked, 7).sample).toEqual(corpus.sample);
  });
});
