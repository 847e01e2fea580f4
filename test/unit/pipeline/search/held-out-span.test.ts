import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scoreWithoutSpan } from '../../../../pipeline/search/learn-fusion-weights.ts';
import { Bm25Scorer } from '../../../../pipeline/search/lexical/bm25.ts';
import { queryTerms } from '../../../../pipeline/search/lexical/query-terms.ts';
import { createRetrievalIndex, retrieveCandidates } from '../../../../pipeline/search/retrieve.ts';
import { integerVectors } from '../../../fixtures/arbitrary-vectors.ts';
import { fewWord, fewWordsPapers, indexOf, split } from '../../../fixtures/few-words-papers.ts';
import { corpusOf } from '../../../fixtures/small-corpus.ts';

const query = fc.array(fc.oneof(fewWord, fc.constantFrom('the', 'zyx')), { maxLength: 10 });

describe('the scores of a text that is not in the index', () => {
  test('are those that the index gives its paper, where the text is the whole paper', async () => {
    await fc.assert(
      fc.asyncProperty(fewWordsPapers, query, async (papers, words) => {
        const corpus = await corpusOf(papers);
        const asked = queryTerms(corpus.invertedIndex, words.join(' '));
        const { rows, bm25: keyword, proximity: pairs } = retrieveCandidates(corpus, { terms: asked, vectors: [] });
        const own = papers.map((paper) => scoreWithoutSpan(corpus, asked, paper));
        // Papers with none of the words are no candidates.
        const found = new Set(rows);
        own.forEach((score, row) => {
          expect(score.bm25 > 0).toBe(found.has(row));
        });
        rows.forEach((row, i) => {
          expect(Math.abs(own[row].bm25 - keyword[i])).toBeLessThanOrEqual(1e-5 * (1 + keyword[i]));
          expect(own[row].proximity).toBe(pairs[i]);
        });
      }),
      { seed: 1, numRuns: 150 },
    );
  });

  test('are what BM25F gives a text of this length with these words, by the papers of the index', () => {
    const text = fc.array(fewWord, { maxLength: 8 }).map((words) => words.join(' '));
    fc.assert(
      fc.property(
        fewWordsPapers.filter((papers) => papers.length > 0),
        query,
        text,
        text,
        integerVectors(1),
        (papers, words, title, abstract, vectors) => {
          const index = indexOf(papers);
          const nothing = { count: 0, search: () => expect.unreachable(), save: () => Promise.resolve() };
          const corpus = createRetrievalIndex(index, vectors, nothing, 1);
          const all = papers.map((paper) => ({ title: split(paper.title), abstract: split(paper.abstract) }));
          const holding = (word: string) => all.filter((one) => [...one.title, ...one.abstract].includes(word)).length;
          // Words that no paper has are no words of the text either.
          const known = (list: string[]) => list.filter((word) => holding(word) > 0);
          const rest = { title: known(split(title)), abstract: known(split(abstract)) };
          const lengthOf = (one: typeof rest) => 2 * one.title.length + one.abstract.length;
          const mean =
            Math.max(
              1,
              all.reduce((sum, one) => sum + lengthOf(one), 0),
            ) / papers.length;
          let naive = 0;
          const telling = words.filter((word) => word !== 'the');
          for (const word of telling) {
            const times = (list: string[]) => list.filter((one) => one === word).length;
            const tf = 2 * times(rest.title) + times(rest.abstract);
            const idf = Math.log(1 + (papers.length - holding(word) + 0.5) / (holding(word) + 0.5));
            if (tf > 0) naive += idf * (0.25 + (tf * 2.2) / (tf + 1.2 * (0.25 + (0.75 * lengthOf(rest)) / mean)));
          }
          const asked = queryTerms(index, words.join(' '));
          expect(scoreWithoutSpan(corpus, asked, { title, abstract }).bm25).toBeCloseTo(naive, 4);
        },
      ),
      { seed: 2, numRuns: 200 },
    );
  });

  test('are less the more of the query is hidden, and nothing where nothing is left', async () => {
    const corpus = await corpusOf([
      { title: 'bax dul', abstract: 'fom gik bax dul fom' },
      { title: 'hep', abstract: 'jov kul' },
    ]);
    const asked = queryTerms(corpus.invertedIndex, 'bax dul');
    const whole = scoreWithoutSpan(corpus, asked, { title: 'bax dul', abstract: 'fom gik bax dul fom' });
    const part = scoreWithoutSpan(corpus, asked, { title: '', abstract: 'fom gik bax dul fom' });
    expect(part.bm25).toBeLessThan(whole.bm25);
    expect(part.proximity).toBeLessThan(whole.proximity);
    expect(part.proximity).toBeGreaterThan(0);
    expect(scoreWithoutSpan(corpus, asked, { title: '', abstract: 'fom gik' })).toEqual({ bm25: 0, proximity: 0 });
    expect(scoreWithoutSpan(corpus, asked, { title: '', abstract: '' })).toEqual({ bm25: 0, proximity: 0 });
  });

  test('do not touch the scores of the query that was asked last', async () => {
    const { invertedIndex: words, ...corpus } = await corpusOf([{ title: 'bax', abstract: 'dul' }]);
    const asked = queryTerms(words, 'bax');
    const scorer = new Bm25Scorer(words);
    const scored = scorer.score(asked.terms);
    const before = scored.best(1);
    scoreWithoutSpan({ ...corpus, invertedIndex: words, scorer }, asked, { title: 'bax bax', abstract: '' });
    expect(scored.best(1)).toEqual(before);
  });
});

test('reads a text with more words than a call may have arguments', async () => {
  const corpus = await corpusOf([{ title: 'fom', abstract: 'gik' }]);
  const terms = queryTerms(corpus.invertedIndex, 'fom');
  const rest = { title: '', abstract: 'fom gik '.repeat(100_000) };
  expect(scoreWithoutSpan(corpus, terms, rest).bm25).toBeGreaterThan(0);
});
