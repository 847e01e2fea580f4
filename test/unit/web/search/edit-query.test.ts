import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Filter } from '../../../../pipeline/core/query/ast.ts';
import { queryKeys } from '../../../../pipeline/core/query/ast.ts';
import { parseQuery } from '../../../../pipeline/core/query/parser.ts';
import { printValue } from '../../../../pipeline/core/query/printer.ts';
import type { RegionPart } from '../../../../pipeline/core/query/region.ts';
import {
  authorQuery,
  datesOf,
  filtersOf,
  hasFilter,
  isRankedQuery,
  likeQuery,
  likeTargets,
  regionsOf,
  sortOf,
  toggleFilter,
  withDates,
  withLike,
  withoutDates,
  withoutRegion,
  withSort,
  withUnlike,
} from '../../../../web/search/edit-query.ts';
import { searchTipExamples } from '../../../../web/search/search-box.ts';
import { queryTexts } from '../../../fixtures/arbitrary-queries.ts';

const ids = fc.oneof(
  fc.constantFrom('2501.12948', 'two words', '"quoted" first', 'p/7?&#<b>', '„low', 'in "the" middle', 'tab\there'),
  fc.string({ minLength: 1 }).filter((id) => id.trim() !== ''),
);
const notQuery = (id: string) => `not:${printValue(id)}`;
/** A filler word, to make pasted text. */
const PASTED = 'word '.repeat(80);

describe('a query for papers like one', () => {
  test('is parsed as just that, whatever the id', () => {
    fc.assert(
      fc.property(ids, (id) => {
        expect(parseQuery(likeQuery(id)).like).toEqual([id]);
      }),
    );
  });

  test('quotes an id only if necessary', () => {
    expect(likeQuery('2501.12948')).toBe('like:2501.12948');
    expect(likeQuery('the "odd" id')).toBe('like:"the ""odd"" id"');
    expect(likeQuery('"odd')).toBe('like:"""odd"');
  });
});

test('a query for an author quotes the name if it has a space', () => {
  expect(authorQuery('Hinton')).toBe('author:Hinton');
  expect(authorQuery('Geoffrey Hinton')).toBe('author:"Geoffrey Hinton"');
});

describe('the papers that a query is to be like or unlike', () => {
  test('are found in its order, whatever their ids', () => {
    expect(likeTargets('robots')).toEqual([]);
    expect(likeTargets('see alike:a "like:b"')).toEqual([]);
    fc.assert(
      fc.property(ids, ids, (one, other) => {
        const query = `${likeQuery(one)} robots ${notQuery(other)} since:2025`;
        expect(likeTargets(query)).toEqual([
          { id: one, isLike: true },
          { id: other, isLike: false },
        ]);
      }),
    );
  });
});

describe('adding a paper to be like', () => {
  test('keeps words and filters as they were typed, and adds nothing twice', () => {
    expect(withLike('', 'a')).toBe('like:a');
    expect(withLike('robots since:2025', 'a')).toBe('like:a robots since:2025');
    expect(withLike('robots like:a', 'a')).toBe('robots like:a');
    expect(withLike('robots LIKE:"a"', 'a')).toBe('robots LIKE:"a"');
    expect(withLike('like:b robots', 'a')).toBe('like:a like:b robots');
    expect(withLike('not:a robots', 'a')).toBe('like:a robots');
    fc.assert(
      fc.property(fc.string(), ids, (text, id) => {
        const before = parseQuery(text.replaceAll(':', ' '));
        expect(parseQuery(withLike(text.replaceAll(':', ' '), id))).toEqual({ ...before, like: [id] });
      }),
    );
  });
});

describe('adding a paper to be unlike', () => {
  test('keeps words and filters, even with an unclosed quote', () => {
    fc.assert(
      fc.property(fc.string(), ids, (text, id) => {
        const before = parseQuery(text.replaceAll(':', ' '));
        const after = parseQuery(withUnlike(text.replaceAll(':', ' '), id));
        expect(after).toEqual({ ...before, not: [id] });
      }),
    );
    expect(parseQuery(withUnlike('a 5" screen "and', 'two words')).not).toEqual(['two words']);
  });

  test('adds nothing twice, and removes the wish to be like it', () => {
    expect(withUnlike('robots', 'a')).toBe('not:a robots');
    expect(withUnlike('not:a robots', 'a')).toBe('not:a robots');
    expect(withUnlike('like:a robots', 'a')).toBe('not:a robots');
    expect(withUnlike('robots like:ab like:a since:2025', 'a')).toBe('not:a robots like:ab since:2025');
    expect(withUnlike('', 'a')).toBe('not:a');
  });
});

describe('toggling a filter', () => {
  const topic = (id: number): Filter => ({ kind: 'topic', topic: id, excluded: false });

  test('adds it before the query, and removes it wherever it is', () => {
    expect(toggleFilter('robots', topic(3))).toBe('topic:3 robots');
    expect(toggleFilter('topic:3 robots', topic(3))).toBe('robots');
    expect(toggleFilter('robots topic:3 since:2025', topic(3))).toBe('robots since:2025');
    expect(toggleFilter('topic:31 robots', topic(3))).toBe('topic:3 topic:31 robots');
    expect(toggleFilter('-topic:3 robots', topic(3))).toBe('topic:3 -topic:3 robots');
    expect([hasFilter('topic:31 robots', topic(3)), hasFilter('robots topic:3', topic(3))]).toEqual([false, true]);
  });

  test('recognizes it however it was typed', () => {
    const author: Filter = { kind: 'author', author: 'Grace Hopper', excluded: false };
    expect(toggleFilter('AUTHOR:“Grace Hopper” compilers', author)).toBe('compilers');
  });

  test('twice gives the query as it was', () => {
    fc.assert(
      fc.property(queryTexts, (text) => {
        const query = text.trim();
        fc.pre(!hasFilter(query, topic(123456)));
        expect(toggleFilter(toggleFilter(query, topic(123456)), topic(123456))).toBe(query);
      }),
    );
  });
});

describe('the dates of a query', () => {
  test('are found if it has both ends, and are removed together', () => {
    expect(datesOf('since:2024-02 robots until:2025')).toEqual({ from: '2024-02', to: '2025' });
    expect(datesOf('since:2024 robots')).toBeNull();
    expect(withoutDates('since:2024-02 robots until:2025')).toBe('robots');
  });

  test('are replaced by others', () => {
    expect(withDates('robots', '2025-01', '2025-06')).toBe('since:2025-01 until:2025-06 robots');
    expect(withDates('since:2024 robots UNTIL:2024-05-02', '2025', '2025')).toBe('since:2025 until:2025 robots');
    expect(withDates('sincere since: 2024', '2025', '2026')).toBe('since:2025 until:2026 sincere since: 2024');
  });

  test('are replaced by the same dates without a change', () => {
    fc.assert(
      fc.property(fc.string(), (query) => {
        const once = withDates(query, '2025-01', '2025-06');
        expect(withDates(once, '2025-01', '2025-06')).toBe(once);
      }),
    );
  });
});

describe('the order of the hits', () => {
  test('is the one that the query names', () => {
    expect(sortOf('robots', true)).toBe('relevance');
    expect(sortOf('robots sort:date', true)).toBe('date');
    expect(sortOf('sort:Comments robots', false)).toBe('comments');
    expect(sortOf('how to sort:-relevance', true)).toBe('relevance');
  });

  test('is by date if a query of filters alone gives nothing to rank by', () => {
    expect(sortOf('since:2025', false)).toBe('date');
    expect(sortOf('since:2025 sort:relevance', false)).toBe('date');
  });

  test('is written into the query if it is not the default, in place of the previous one', () => {
    expect(withSort('robots', 'date', 'relevance')).toBe('robots sort:date');
    expect(withSort('sort:date robots -survey', 'comments', 'relevance')).toBe('robots -survey sort:comments');
    expect(withSort('robots sort:date SORT:comments', 'relevance', 'relevance')).toBe('robots');
    expect(withSort('since:2025', 'date', 'date')).toBe('since:2025');
    expect(withSort('how to sort:-relevance', 'date', 'relevance')).toBe('how to sort:-relevance sort:date');
  });
});

describe('a query with an error', () => {
  test('is read without the keys that are wrong, which an edit leaves as they are', () => {
    expect(filtersOf('since:20x5 robots topic:3')).toEqual([{ kind: 'topic', topic: 3, excluded: false }]);
    expect(withLike('since:20x5 robots', 'a')).toBe('like:a since:20x5 robots');
    expect(withDates('since:20x5 robots until:2024', '2025', '2026')).toBe('since:2025 until:2026 since:20x5 robots');
    expect(withSort('topic:"open robots', 'date', 'relevance')).toBe('topic:"open robots sort:date');
  });

  test('can always be read', () => {
    fc.assert(
      fc.property(queryTexts, (text) => {
        filtersOf(text);
        isRankedQuery(text);
        sortOf(text, true);
        likeTargets(text);
        regionsOf(text);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('pasted text', () => {
  test('keeps its keys, which are text within it', () => {
    const query = `${PASTED} since:2020 ${PASTED}`;
    expect(withoutDates(query)).toBe(query.trim());
    expect(filtersOf(`topic:3 ${query} until:2024`).map(({ kind }) => kind)).toEqual(['topic', 'until']);
  });
});

describe('the search tips', () => {
  test('have one example of every key, each of which can be parsed', () => {
    // Regions are drawn on the map and written by the page.
    const typed = queryKeys.filter((key) => key !== 'within');
    for (const key of typed) expect(searchTipExamples.filter(([query]) => query.startsWith(`${key}:`))).toHaveLength(1);
    for (const [query] of searchTipExamples) {
      const { text, excluded, filters } = parseQuery(query);
      const isKey = queryKeys.some((key) => query.startsWith(`${key}:`));
      expect([query, text]).toEqual([query, isKey || filters.length > 0 || excluded.length > 0 ? '' : query]);
    }
  });
});

describe('whether a query ranks papers', () => {
  test.each(['kv cache', 'like:2501.12948', 'has:code agents', '-survey maps', '"two words"', 'robots since:20x5'])(
    '%s does',
    (query) => expect(isRankedQuery(query)).toBe(true),
  );
  test.each([
    '',
    'author:"Grace Hopper"',
    'since:2025 has:code',
    'within:"r:0,0,1,1" org:x sort:date',
    '-survey topic:3',
    'since:20x5',
  ])('%s does not', (query) => expect(isRankedQuery(query)).toBe(false));
});

describe('the regions of a query', () => {
  test('are the parts behind its keys', () => {
    const first: RegionPart = { operation: 'add', subject: { kind: 'rectangle', points: [0, 0, 1, 1] } };
    const second: RegionPart = { operation: 'remove', subject: { kind: 'topic', topic: 3 } };
    expect(regionsOf('robots within:r:0,0,1,1;-t:3 -survey')).toEqual([first, second]);
    expect(regionsOf('robots within: r:0,0,1,1, herein:t:3')).toEqual([]);
    expect(regionsOf('within:nothing')).toEqual([]);
  });

  test('can be removed', () => {
    expect(withoutRegion('robot within:t:1', 'within:t:1')).toBe('robot');
    expect(withoutRegion('within:t:1 robot arm', 'within:t:1')).toBe('robot arm');
    expect(withoutRegion('within:t:12 robot arm', 'within:t:1')).toBe('within:t:12 robot arm');
    expect(withoutRegion('robot arm', '')).toBe('robot arm');
  });
});
