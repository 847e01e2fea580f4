import { describe, expect, test } from 'vitest';
import { parseQuery } from '../../../../../pipeline/core/query/parser.ts';
import { extractFiltersFromText, stripRequestPhrase } from '../../../../../pipeline/core/query/rewrite.ts';

const isAuthor = (name: string) => name === 'Grace Hopper';
const suggested = (q: string) => extractFiltersFromText(parseQuery(q), isAuthor);

describe('extractFiltersFromText', () => {
  test.each([
    ['world models since October 2025', 'since:2025-10 world models'],
    ['World models published after 2024', 'since:2025 World models'],
    ['robot grasping before Jan. 2025', 'until:2024-12 robot grasping'],
    ['papers about tool use in 2026', 'since:2026 until:2026 tool use'],
    ['what is new from 2025-03 onwards about maps', 'since:2025-03 what is new about maps'],
    ['agents between May 2025 and sept 2025, open ones', 'since:2025-05 until:2025-09 agents , open ones'],
    ['papers by Grace Hopper', 'author:"Grace Hopper"'],
    ['compilers by Grace Hopper since 2025', 'since:2025 author:"Grace Hopper" compilers'],
    ['has:code world models since 2025', 'has:code since:2025 world models'],
  ])('rewrites %s to %s', (q, query) => {
    expect(suggested(q)).toBe(query);
    expect(parseQuery(query).filters.length).toBeGreaterThan(0);
  });

  test.each([
    'the 2025 BEHAVIOR challenge',
    'learning in marketing 2025',
    'motion in 20250 steps',
    'robots that learn by watching people',
    'since:2025 world models in 2026',
    'since October 2025',
    '"since October 2025" world models',
    `${'a long abstract that was pasted '.repeat(6)}since October 2025`,
  ])('suggests nothing for %s', (q) => expect(suggested(q)).toBeNull());
});

test('stripRequestPhrase removes phrases such as "papers about"', () => {
  const strip = (q: string) => stripRequestPhrase(parseQuery(q)).freeText;
  expect(strip('papers about robots "that grasp"')).toBe('robots that grasp');
  expect(strip('find me some recent articles on maps')).toBe('maps');
  for (const q of ['papers', 'recommending papers about maps', 'Paper reproduction', 'works on my machine']) {
    expect(strip(q)).toBe(q);
  }
});
