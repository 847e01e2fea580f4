import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keys } from '../../../../pipeline/core/query/ast.ts';
import { parseQuery } from '../../../../pipeline/core/query/parser.ts';
import { printValue } from '../../../../pipeline/core/query/printer.ts';
import { examples } from '../../../../web/search/query-help.ts';
import {
  hasPiece,
  isRanking,
  likenedIn,
  likeQuery,
  orderOf,
  queryValue,
  spanOf,
  toggledPiece,
  withDates,
  withLike,
  withOrder,
  withoutDates,
  withoutLike,
} from '../../../../web/search/query-text.ts';

const ids = fc.oneof(
  fc.constantFrom('2501.12948', 'two words', '"quoted" first', 'p/7?&#<b>', '„low', 'in "the" middle', 'tab\there'),
  fc.string({ minLength: 1 }).filter((id) => id.trim() !== ''),
);

describe('a query for papers like one', () => {
  it('is read by the server as just that, whatever the id', () => {
    fc.assert(
      fc.property(ids, (id) => {
        expect(parseQuery(likeQuery(id)).like).toEqual([id]);
        expect(queryValue(id)).toBe(printValue(id));
      }),
    );
  });

  it('quotes an id only where it must', () => {
    expect(likeQuery('2501.12948')).toBe('like:2501.12948');
    expect(likeQuery('the "odd" id')).toBe('like:"the ""odd"" id"');
    expect(likeQuery('"odd')).toBe('like:"""odd"');
  });
});

describe('the papers that a query names', () => {
  it('are those it is like and unlike, in its order, whatever their ids', () => {
    expect(likenedIn('robots')).toEqual([]);
    expect(likenedIn('see alike:a "like:b"')).toEqual([]);
    fc.assert(
      fc.property(ids, ids, (one, other) => {
        const query = `${likeQuery(one)} robots not:${queryValue(other)} since:2025`;
        expect(likenedIn(query)).toEqual([
          { id: one, isLike: true },
          { id: other, isLike: false },
        ]);
      }),
    );
  });
});

describe('a query that is to be like a paper too', () => {
  it('holds the same words and filters besides, and is said once', () => {
    expect(withLike('', 'a')).toBe('like:a');
    expect(withLike('robots since:2025', 'a')).toBe('like:a robots since:2025');
    expect(withLike('robots like:a', 'a')).toBe('robots like:a');
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

describe('a query without papers like one', () => {
  it('holds the same words and filters besides, even with a quote left open', () => {
    fc.assert(
      fc.property(fc.string(), ids, (text, id) => {
        const before = parseQuery(text.replaceAll(':', ' '));
        const after = parseQuery(withoutLike(text.replaceAll(':', ' '), id));
        expect(after).toEqual({ ...before, not: [id] });
      }),
    );
    expect(parseQuery(withoutLike('a 5" screen "and', 'two words')).not).toEqual(['two words']);
  });

  it('is not said twice, and takes back a wish for papers like it', () => {
    expect(withoutLike('robots', 'a')).toBe('not:a robots');
    expect(withoutLike('not:a robots', 'a')).toBe('not:a robots');
    expect(withoutLike('like:a robots', 'a')).toBe('not:a robots');
    expect(withoutLike('robots like:ab like:a since:2025', 'a')).toBe('not:a robots like:ab since:2025');
    expect(withoutLike('', 'a')).toBe('not:a');
  });
});

describe('a key with its value', () => {
  it('is put before the query, and taken away where it stands', () => {
    expect(toggledPiece('robots', 'topic:3')).toBe('topic:3 robots');
    expect(toggledPiece('topic:3 robots', 'topic:3')).toBe('robots');
    expect(toggledPiece('robots topic:3 since:2025', 'topic:3')).toBe('robots since:2025');
    expect(toggledPiece('topic:31 robots', 'topic:3')).toBe('topic:3 topic:31 robots');
    expect([hasPiece('topic:31 robots', 'topic:3'), hasPiece('robots topic:3', 'topic:3')]).toEqual([false, true]);
  });
});

describe('the dates of a query', () => {
  it('are told where it says both ends, and go all together', () => {
    expect(spanOf('since:2024-02 robots until:2025')).toEqual({ from: '2024-02', to: '2025' });
    expect(spanOf('since:2024 robots')).toBeNull();
    expect(withoutDates('since:2024-02 robots until:2025')).toBe('robots');
  });
});

describe('the order of the papers', () => {
  it('is the one that the query asks for', () => {
    expect(orderOf('robots', true)).toBe('relevance');
    expect(orderOf('robots sort:date', true)).toBe('date');
    expect(orderOf('sort:Comments robots', false)).toBe('comments');
    expect(orderOf('how to sort:dates', true)).toBe('relevance');
  });

  it('is by date where a query of filters alone gives nothing to rank by', () => {
    expect(orderOf('since:2025', false)).toBe('date');
    expect(orderOf('since:2025 sort:relevance', false)).toBe('date');
  });

  it('is written into the query where it is not the usual one, in place of the previous', () => {
    expect(withOrder('robots', 'date', 'relevance')).toBe('robots sort:date');
    expect(withOrder('sort:date robots -survey', 'comments', 'relevance')).toBe('robots -survey sort:comments');
    expect(withOrder('robots sort:date SORT:comments', 'relevance', 'relevance')).toBe('robots');
    expect(withOrder('since:2025', 'date', 'date')).toBe('since:2025');
    expect(withOrder('how to sort:dates', 'date', 'relevance')).toBe('how to sort:dates sort:date');
  });
});

describe('the help', () => {
  it('has one example of every key, each of which the server can read', () => {
    // What is within a part of the map is drawn there, and written by the page.
    const written = keys.filter((key) => key !== 'within');
    for (const key of written) expect(examples.filter(([written]) => written.startsWith(`${key}:`))).toHaveLength(1);
    for (const [written] of examples) {
      const { text, ...rest } = parseQuery(written);
      const isFilter = keys.some((key) => written.startsWith(`${key}:`));
      expect([written, text]).toEqual([written, isFilter || rest.excluded.length > 0 ? '' : written]);
    }
  });
});

describe('a query of dates', () => {
  it('has these dates in place of those it had', () => {
    expect(withDates('robots', '2025-01', '2025-06')).toBe('since:2025-01 until:2025-06 robots');
    expect(withDates('since:2024 robots UNTIL:2024-05-02', '2025', '2025')).toBe('since:2025 until:2025 robots');
    expect(withDates('sincere since: 2024', '2025', '2026')).toBe('since:2025 until:2026 sincere since: 2024');
  });

  it('asks for the same dates again as itself', () => {
    fc.assert(
      fc.property(fc.string(), (query) => {
        const once = withDates(query, '2025-01', '2025-06');
        expect(withDates(once, '2025-01', '2025-06')).toBe(once);
      }),
    );
  });
});

describe('what ranks papers', () => {
  it.each(['kv cache', 'like:2501.12948', 'has:code agents', '-survey maps', '"two words"'])('%s does', (query) =>
    expect(isRanking(query)).toBe(true),
  );
  it.each([
    '',
    'author:"Grace Hopper"',
    'since:2025 has:code',
    'within:"r:0,0,1,1" org:x sort:date',
    '-survey topic:3',
  ])('%s does not', (query) => expect(isRanking(query)).toBe(false));
});
