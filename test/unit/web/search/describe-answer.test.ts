import { describe, expect, test } from 'vitest';
import type { Hit } from '../../../../server/schemas/papers.ts';
import type { SearchResponse } from '../../../../server/schemas/search.ts';
import { describeAnswer, describeAnswerForScreenReader } from '../../../../web/search/results.ts';

const hit: Hit = {
  id: 'a',
  title: 'A',
  score: 1,
  percentile: null,
  date: null,
  topic: null,
  x: 0,
  y: 0,
  titleHighlights: { highlights: [], semanticHighlights: [] },
  snippet: { text: '', highlights: [], semanticHighlights: [] },
  organization: null,
  comments: null,
  fields: {},
  authors: null,
  authorCount: null,
  duplicates: [],
};
const answered: SearchResponse = {
  query: 'robots',
  mode: 'hybrid',
  total: 2,
  hits: [hit, hit],
  status: 'answered',
  nearMisses: [],
  interpretations: [],
  didYouMean: null,
};
const noMatch: SearchResponse = { ...answered, total: 0, hits: [], status: 'no_match', nearMisses: [hit, hit, hit] };

describe('the status of an answer', () => {
  test('is the number of hits', () => {
    expect(describeAnswer(answered)).toEqual({ heading: '2 papers', text: null, nearMissesHeading: null });
    expect(describeAnswer({ ...answered, total: 1, hits: [hit] }).heading).toBe('1 paper');
  });

  test('says that no paper is about the query, and introduces the closest ones', () => {
    expect(describeAnswer(noMatch)).toEqual({
      heading: 'No papers about “robots”',
      text: null,
      nearMissesHeading: 'Closest papers:',
    });
  });

  test('says that perhaps no paper is about the query, above the closest ones', () => {
    const uncertain: SearchResponse = { ...answered, status: 'uncertain' };
    expect(describeAnswer(uncertain)).toEqual({
      heading: 'Perhaps nothing about “robots”',
      text: 'No confident matches. Closest papers:',
      nearMissesHeading: null,
    });
    expect(describeAnswer(uncertain, true)).toEqual({
      heading: 'No clear match yet',
      text: 'Closest so far:',
      nearMissesHeading: null,
    });
    expect(describeAnswer({ ...uncertain, query: 'Jang-Hyun Kim' }).text).toContain('put author: before the name');
    expect(describeAnswerForScreenReader(uncertain, 2)).toContain('2 papers found');
  });

  test('does not quote a query twice', () => {
    expect(describeAnswer({ ...noMatch, query: '"robot cake"' }).heading).toBe('No papers about "robot cake"');
  });

  test('says how to search for an author if the query looks like a name, unless that is suggested', () => {
    expect(describeAnswer({ ...noMatch, query: 'Jang-Hyun Kim' }).text).toContain('put author: before the name');
    expect(describeAnswer({ ...noMatch, query: 'Jürgen P. O’Neil' }).text).toContain('put author: before the name');
    const suggested = { ...noMatch, query: 'Jang-Hyun Kim', didYouMean: 'author:"Jang-Hyun Kim"' };
    expect(describeAnswer(suggested).text).toBeNull();
    for (const query of ['Apple', 'apple cake', 'Best apple cake recipe']) {
      expect(describeAnswer({ ...noMatch, query }).text).toBeNull();
    }
  });

  test('is tentative while the query is being typed', () => {
    expect(describeAnswer(noMatch, true)).toEqual({
      heading: 'No matches yet',
      text: null,
      nearMissesHeading: 'Closest so far:',
    });
    expect(describeAnswer(answered, true)).toEqual(describeAnswer(answered));
  });

  test('says that no match is confident if none is strong, in an answer by relevance', () => {
    const withPercentiles = (...percentiles: (number | null)[]) => ({
      ...answered,
      hits: percentiles.map((percentile) => ({ ...hit, percentile })),
    });
    expect(describeAnswer(withPercentiles(0.95, 0.5)).text).toBe('No confident matches. Closest papers:');
    expect(describeAnswer(withPercentiles(0.995, 0.5)).text).toBeNull();
    expect(describeAnswer(withPercentiles(null, null)).text).toBeNull();
    expect(describeAnswer({ ...withPercentiles(0.95, 0.5), query: 'robots sort:date' }).text).toBeNull();
  });

  test('says that a language is unknown, and not that no paper is about the query, and lists the closest papers', () => {
    const unknown: SearchResponse = { ...noMatch, status: 'unknown_language' };
    expect(describeAnswer(unknown)).toEqual({
      heading: 'We don’t know this language',
      text: '“robots” does not look like English, which the papers are searched in.',
      nearMissesHeading: 'Closest papers all the same:',
    });
    expect(describeAnswer({ ...unknown, nearMisses: [] }).nearMissesHeading).toBeNull();
    expect(describeAnswer(unknown, true)).toEqual({ heading: 'No matches yet', text: null, nearMissesHeading: null });
    expect(describeAnswerForScreenReader(unknown, 0)).toBe(
      'We don’t know this language. “robots” does not look like English, which the papers are searched in. ' +
        'The closest 3 papers listed.',
    );
  });

  test('says what may help if there is not even a closest paper', () => {
    const none = { ...noMatch, nearMisses: [] };
    expect(describeAnswer(none).heading).toBe('No results for “robots”');
    expect(describeAnswer({ ...none, mode: 'keyword' }).text).toContain('Semantic search');
    expect(describeAnswer(none).text).toContain('filters');
    expect(describeAnswer({ ...answered, total: 0, hits: [] }).heading).toBe('No papers match these filters');
  });

  test('is the same for screen readers, with what was searched for instead, and the suggested query', () => {
    expect(describeAnswerForScreenReader(answered, 2)).toBe('2 papers found, 2 listed.');
    const interpretations: SearchResponse['interpretations'] = [
      { kind: 'filter', typed: '', used: 'since:2025' },
      { kind: 'spelling', typed: 'robts', used: 'robots' },
    ];
    expect(describeAnswerForScreenReader({ ...answered, interpretations }, 2)).toBe(
      '2 papers found, 2 listed. Searched for since:2025, robots instead of robts.',
    );
    expect(describeAnswerForScreenReader({ ...noMatch, interpretations }, 0)).toBe(
      'No papers about “robots”. The closest 3 papers listed. Searched for since:2025, robots instead of robts.',
    );
    expect(describeAnswerForScreenReader({ ...noMatch, didYouMean: 'rowboats' }, 0)).toBe(
      'No papers about “robots”. The closest 3 papers listed. Did you mean rowboats?',
    );
  });
});
