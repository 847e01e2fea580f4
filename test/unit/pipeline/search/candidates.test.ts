import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyVectorAt, cosineWithRow } from '../../../../pipeline/core/vectors.ts';
import { createRetrievalIndex, retrieveCandidates } from '../../../../pipeline/search/candidates.ts';
import { Bm25Scorer, proximityScores, queryTerms, termCoverage } from '../../../../pipeline/search/lexical/bm25.ts';
import { createCorpus, sentencePapers, wordSumEmbedder } from '../../../fixtures/small-corpus.ts';
import { buildIndex } from '../../../fixtures/small-vocabulary-papers.ts';

/** As in candidates.ts. */
const [MAX_LEXICAL_CANDIDATES, MAX_SEMANTIC_CANDIDATES] = [400, 200];

const masks = fc.option(fc.uint8Array({ minLength: 14, maxLength: 14, max: 1 }), { nil: undefined });

describe('the candidates of a query', () => {
  test('of a small corpus are all papers that pass the filter, each once, with all scores', async () => {
    await fc.assert(
      fc.asyncProperty(sentencePapers(1, 14), fc.nat(13), masks, async (papers, at, bits) => {
        const corpus = await createCorpus(papers);
        const { title, abstract } = papers[at % papers.length];
        const terms = queryTerms(corpus.invertedIndex, `${title} ${abstract}`);
        const vectors = [await wordSumEmbedder.embed([title])];
        const mask = bits?.subarray(0, papers.length);
        const passing = [...papers.keys()].filter((row) => !mask || mask[row] === 1);
        const candidates = retrieveCandidates(corpus, {
          terms,
          vectors,
          filter: mask && { mask, count: passing.length },
        });
        expect([...candidates.rows].sort((a, b) => a - b)).toEqual(passing);
        const scored = new Bm25Scorer(corpus.invertedIndex).score(terms.terms, mask);
        expect(candidates.bm25).toEqual(scored.scoresOf(candidates.rows));
        expect(candidates.bm25Stats).toEqual(scored.stats(passing.length));
        expect(candidates.proximity).toEqual(proximityScores(corpus.invertedIndex, terms.pairs, candidates.rows));
        expect(candidates.cosine).toEqual(
          Float32Array.from(candidates.rows, (row) => cosineWithRow(corpus.vectors, row, vectors[0])),
        );
        const { coverage, titleCoverage } = candidates;
        expect({ coverage, titleCoverage }).toEqual(termCoverage(corpus.invertedIndex, terms, candidates.rows));
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  test('are lexical matches only without a vector, and nearest neighbors only without terms', async () => {
    const corpus = await createCorpus([
      { title: 'bax', abstract: 'dul' },
      { title: 'fom', abstract: 'gik' },
      { title: 'hep', abstract: 'bax' },
    ]);
    const terms = queryTerms(corpus.invertedIndex, 'bax');
    const lexical = retrieveCandidates(corpus, { terms, vectors: [] });
    expect([...lexical.rows]).toEqual([0, 2]);
    expect([lexical.cosine, lexical.cosineStats]).toEqual([Float32Array.of(0, 0), { mean: 0, deviation: 0 }]);
    const semantic = retrieveCandidates(corpus, { vectors: [anyVectorAt(corpus.vectors, 1)] });
    expect([...semantic.rows].sort()).toEqual([0, 1, 2]);
    expect(semantic.rows[0]).toBe(1);
    expect([semantic.bm25, semantic.proximity]).toEqual([new Float32Array(3), new Float32Array(3)]);
    expect(retrieveCandidates(corpus, { vectors: [] }).rows).toHaveLength(0);
  });
});

describe('the candidates from a large corpus', () => {
  // All papers have the same length. The more often paper i has the terms, the better its BM25; the smaller i, the closer its vector.
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
  const unusedIndex = { count, search: () => expect.unreachable(), save: () => Promise.resolve() };
  const corpus = createRetrievalIndex(buildIndex(papers), vectors, unusedIndex, 100);
  const terms = queryTerms(corpus.invertedIndex, 'bax dul');
  const queryVectors = [Float32Array.of(1, 0)];

  test('are the best by BM25 and by cosine, interleaved', () => {
    const { rows } = retrieveCandidates(corpus, { terms, vectors: queryVectors });
    const best = [...corpus.scorer.score(terms.terms).best(MAX_LEXICAL_CANDIDATES).rows];
    const nearest = Array.from({ length: MAX_SEMANTIC_CANDIDATES }, (_, row) => row);
    expect(new Set(rows)).toEqual(new Set([...best, ...nearest]));
    expect(rows).toHaveLength(new Set(rows).size);
    expect([...rows].slice(0, 4)).toEqual([best[0], nearest[0], best[1], nearest[1]]);
    expect(retrieveCandidates(corpus, { terms, vectors: [] }).rows).toHaveLength(MAX_LEXICAL_CANDIDATES);
  });

  test('have proximity scores for the first 400', () => {
    const { rows, proximity } = retrieveCandidates(corpus, { terms, vectors: queryVectors });
    expect(proximity.findLastIndex((score) => score > 0)).toBe(399);
    expect(proximity.slice(0, 400)).toEqual(proximityScores(corpus.invertedIndex, terms.pairs, rows.slice(0, 400)));
  });

  test('are z-scored by a sample of 256 papers, the same for equal corpora', () => {
    expect(corpus.sample).toHaveLength(256);
    expect(new Set(corpus.sample).size).toBe(256);
    expect(createRetrievalIndex(corpus.invertedIndex, vectors, unusedIndex, 7).sample).toEqual(corpus.sample);
  });
});
