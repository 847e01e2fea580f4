import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scoreUnindexedPassage } from '../../../../pipeline/search/learn-fusion-weights.ts';
import { Bm25Scorer, queryTerms } from '../../../../pipeline/search/lexical/bm25.ts';
import { createRetrievalIndex, retrieveCandidates } from '../../../../pipeline/search/rank.ts';
import { integerVectors } from '../../../fixtures/arbitrary-vectors.ts';
import { createCorpus } from '../../../fixtures/small-corpus.ts';
import {
  buildIndex,
  smallVocabularyPapers,
  splitWords,
  vocabularyWord,
} from '../../../fixtures/small-vocabulary-papers.ts';

const query = fc.array(fc.oneof(vocabularyWord, fc.constantFrom('the', 'zyx')), { maxLength: 10 });

describe('scores of a text that is not in the index', () => {
  test('equal those of the indexed paper if the text is the whole paper', async () => {
    await fc.assert(
      fc.asyncProperty(smallVocabularyPapers, query, async (papers, words) => {
        const corpus = await createCorpus(papers);
        const terms = queryTerms(corpus.invertedIndex, words.join(' '));
        const { rows, bm25, proximity } = retrieveCandidates(corpus, { terms, vectors: [] });
        const scores = papers.map((paper) => scoreUnindexedPassage(corpus, terms, paper));
        // Papers without any of the terms are not candidates.
        const candidates = new Set(rows);
        scores.forEach((score, row) => {
          expect(score.bm25 > 0).toBe(candidates.has(row));
        });
        rows.forEach((row, i) => {
          expect(Math.abs(scores[row].bm25 - bm25[i])).toBeLessThanOrEqual(1e-5 * (1 + bm25[i]));
          expect(scores[row].proximity).toBe(proximity[i]);
        });
      }),
      { seed: 1, numRuns: 150 },
    );
  });

  test('are BM25F with the length of the text and the document frequencies of the index', () => {
    const text = fc.array(vocabularyWord, { maxLength: 8 }).map((words) => words.join(' '));
    fc.assert(
      fc.property(
        smallVocabularyPapers.filter((papers) => papers.length > 0),
        query,
        text,
        text,
        integerVectors(1),
        (papers, words, title, abstract, vectors) => {
          const index = buildIndex(papers);
          const emptyIndex = { count: 0, search: () => expect.unreachable(), save: () => Promise.resolve() };
          const corpus = createRetrievalIndex(index, vectors, emptyIndex, 1);
          const all = papers.map((paper) => ({ title: splitWords(paper.title), abstract: splitWords(paper.abstract) }));
          const documentFrequency = (word: string) =>
            all.filter((one) => [...one.title, ...one.abstract].includes(word)).length;
          // Words that no paper contains do not count toward the length of the text.
          const known = (list: string[]) => list.filter((word) => documentFrequency(word) > 0);
          const rest = { title: known(splitWords(title)), abstract: known(splitWords(abstract)) };
          const lengthOf = (one: typeof rest) => 2 * one.title.length + one.abstract.length;
          const mean =
            Math.max(
              1,
              all.reduce((sum, one) => sum + lengthOf(one), 0),
            ) / papers.length;
          let naive = 0;
          const contentWords = words.filter((word) => word !== 'the');
          for (const word of contentWords) {
            const count = (list: string[]) => list.filter((one) => one === word).length;
            const tf = 2 * count(rest.title) + count(rest.abstract);
            const idf = Math.log(1 + (papers.length - documentFrequency(word) + 0.5) / (documentFrequency(word) + 0.5));
            if (tf > 0) naive += idf * (0.25 + (tf * 2.2) / (tf + 1.2 * (0.25 + (0.75 * lengthOf(rest)) / mean)));
          }
          const terms = queryTerms(index, words.join(' '));
          expect(scoreUnindexedPassage(corpus, terms, { title, abstract }).bm25).toBeCloseTo(naive, 4);
        },
      ),
      { seed: 2, numRuns: 200 },
    );
  });

  test('decrease as more of the paper is removed, down to 0', async () => {
    const corpus = await createCorpus([
      { title: 'bax dul', abstract: 'fom gik bax dul fom' },
      { title: 'hep', abstract: 'jov kul' },
    ]);
    const terms = queryTerms(corpus.invertedIndex, 'bax dul');
    const wholeScore = scoreUnindexedPassage(corpus, terms, { title: 'bax dul', abstract: 'fom gik bax dul fom' });
    const partScore = scoreUnindexedPassage(corpus, terms, { title: '', abstract: 'fom gik bax dul fom' });
    expect(partScore.bm25).toBeLessThan(wholeScore.bm25);
    expect(partScore.proximity).toBeLessThan(wholeScore.proximity);
    expect(partScore.proximity).toBeGreaterThan(0);
    expect(scoreUnindexedPassage(corpus, terms, { title: '', abstract: 'fom gik' })).toEqual({ bm25: 0, proximity: 0 });
    expect(scoreUnindexedPassage(corpus, terms, { title: '', abstract: '' })).toEqual({ bm25: 0, proximity: 0 });
  });

  test('leave the scores of the previous query unchanged', async () => {
    const { invertedIndex, ...corpus } = await createCorpus([{ title: 'bax', abstract: 'dul' }]);
    const terms = queryTerms(invertedIndex, 'bax');
    const scorer = new Bm25Scorer(invertedIndex);
    const scored = scorer.score(terms.terms);
    const before = scored.best(1);
    scoreUnindexedPassage({ ...corpus, invertedIndex, scorer }, terms, { title: 'bax bax', abstract: '' });
    expect(scored.best(1)).toEqual(before);
  });
});

test('scores a text with more words than a function call may have arguments', async () => {
  const corpus = await createCorpus([{ title: 'fom', abstract: 'gik' }]);
  const terms = queryTerms(corpus.invertedIndex, 'fom');
  const rest = { title: '', abstract: 'fom gik '.repeat(100_000) };
  expect(scoreUnindexedPassage(corpus, terms, rest).bm25).toBeGreaterThan(0);
});
