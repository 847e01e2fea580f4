import { describe, expect, it } from 'vitest';
import type { Hit, SearchAnswer } from '../../../../server/schemas/search.ts';
import { relevanceWord, relevanceWords } from '../../../../web/paper/relevance.ts';
import { spokenVerdict, verdictOf } from '../../../../web/search/answer-status.ts';
import { sentence, shortened } from '../../../../web/ui/format.ts';

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
  authors: null,
  authorCount: null,
  duplicates: [],
};
const found: SearchAnswer = {
  query: 'robots',
  mode: 'hybrid',
  total: 2,
  hits: [hit, hit],
  status: 'answered',
  nearMisses: [],
  didYouMean: null,
};
const nothing: SearchAnswer = { ...found, total: 0, hits: [], status: 'no_match', nearMisses: [hit, hit, hit] };

describe('what an answer says', () => {
  it('counts what was found', () => {
    expect(verdictOf(found)).toEqual({ heading: '2 papers', words: null, apart: null });
    expect(verdictOf({ ...found, total: 1, hits: [hit] }).heading).toBe('1 paper');
  });

  it('says plainly that nothing is about the question, names it, and sets the nearest apart', () => {
    expect(verdictOf(nothing)).toEqual({
      heading: 'Nothing here is about that.',
      words: 'You asked for “robots”.',
      apart: 'The nearest papers, though they are about something else:',
    });
    expect(verdictOf({ ...nothing, nearMisses: [hit] }).apart).toBe(
      'The nearest paper, though it is about something else:',
    );
  });

  it('says how to look for an author where a name seems to be asked for, unless that is offered', () => {
    expect(verdictOf({ ...nothing, query: 'Jang-Hyun Kim' }).words).toContain('write author: before the name');
    expect(verdictOf({ ...nothing, query: 'Jürgen P. O’Neil' }).words).toContain('write author: before the name');
    const offered = { ...nothing, query: 'Jang-Hyun Kim', didYouMean: 'author:"Jang-Hyun Kim"' };
    expect(verdictOf(offered).words).toBe('You asked for “Jang-Hyun Kim”.');
    for (const query of ['Apple', 'apple cake', 'Best apple cake recipe'])
      expect(verdictOf({ ...nothing, query }).words).toBe(`You asked for “${query}”.`);
  });

  it('says of a query that still grows that nothing is there yet', () => {
    expect(verdictOf(nothing, true)).toEqual({
      heading: 'Nothing about that yet',
      words: null,
      apart: 'The nearest so far:',
    });
    expect(verdictOf(found, true)).toEqual(verdictOf(found));
  });

  it('says that nothing is a sure answer where no hit matches strongly, and the nearest come first', () => {
    const matched = (...relevances: (number | null)[]) => ({
      ...found,
      hits: relevances.map((relevance) => ({ ...hit, relevance })),
    });
    expect(verdictOf(matched(0.95, 0.5)).words).toMatch(/^None is surely about that/);
    expect(verdictOf(matched(0.995, 0.5)).words).toBeNull();
    expect(verdictOf(matched(null, null)).words).toBeNull();
    expect(verdictOf({ ...matched(0.95, 0.5), query: 'robots sort:date' }).words).toBeNull();
  });

  it('says of words that the model does not know that it cannot tell, and not that nothing is about them', () => {
    const unread: SearchAnswer = { ...nothing, status: 'unknown_language', nearMisses: [] };
    expect(verdictOf(unread)).toEqual({
      heading: 'The model does not know these words.',
      words: 'You asked for “robots”. Whether a paper here is about that cannot be said. Try it in English.',
      apart: null,
    });
    expect(verdictOf(unread, true).heading).toBe('Nothing about that yet');
    expect(spokenVerdict(unread, 0)).toMatch(/^The model does not know these words\. You asked for “robots”\./);
  });

  it('tells what may help where there is not even a nearest paper', () => {
    const none = { ...nothing, nearMisses: [] };
    expect(verdictOf({ ...none, mode: 'keyword' }).words).toContain('Search by Meaning');
    expect(verdictOf(none).words).toContain('filters');
    expect(verdictOf({ ...found, total: 0, hits: [] }).heading).toBe('No paper fits these filters.');
  });

  it('says the same to those who hear it, with what was perhaps meant', () => {
    expect(spokenVerdict(found, 2)).toBe('2 papers found, 2 listed.');
    expect(spokenVerdict({ ...nothing, didYouMean: 'rowboats' }, 0)).toBe(
      'Nothing here is about that. You asked for “robots”. 3 papers about something else listed. Did you mean rowboats?',
    );
  });
});

describe('how well a paper matches', () => {
  it('is strong from .99, possible from .9, weak below, and unsaid where it is not known', () => {
    expect([1, 0.99, 0.9899, 0.9, 0.8999, 0].map(relevanceWord)).toEqual([
      'strong',
      'strong',
      'possible',
      'possible',
      'weak',
      'weak',
    ]);
    expect(relevanceWord(null)).toBeNull();
  });

  it('is explained, and never rounded up', () => {
    expect(relevanceWords(1)).toBe('Closer to what you asked than the best answer to every unrelated question');
    expect(relevanceWords(0.9999)).toContain('99.9 % of unrelated questions');
    expect(relevanceWords(0.953)).toContain('95.3 % of');
  });
});

describe('a long text', () => {
  it('is shortened at a word, and never within a character', () => {
    expect(shortened('short', 10)).toBe('short');
    expect(shortened('several words in a row', 15)).toBe('several words…');
    expect(shortened('🤖🤖🤖', 3)).toBe('🤖…');
  });

  it('that ends in an ellipsis is a sentence already', () => {
    expect(sentence('there are 12: 0 (Robots) …')).toBe('There are 12: 0 (Robots) …');
  });
});
