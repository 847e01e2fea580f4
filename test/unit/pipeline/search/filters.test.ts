import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runToCompletion } from '../../../../pipeline/core/cooperative.ts';
import { parseQuery } from '../../../../pipeline/core/query/parser.ts';
import { OUTLIER } from '../../../../pipeline/core/topic-tree.ts';
import { buildRowFilter } from '../../../../pipeline/search/filters.ts';
import { hasFilters } from '../../../../pipeline/search/lexical/query-terms.ts';
import { fewWord, split } from '../../../fixtures/few-words-papers.ts';
import { category, date, type FilteredPaper, filterContext, paper } from '../../../fixtures/filtered-papers.ts';

/** A piece of a query, and which papers it alone lets through. `group`: of one group any wanted piece is enough. */
interface Piece {
  readonly text: string;
  readonly group?: string;
  readonly isExcluded?: boolean;
  holds(paper: FilteredPaper): boolean;
}
const has = ({ title, abstract }: FilteredPaper, phrase: string) =>
  [title, abstract].some((text) => ` ${split(text).join(' ')} `.includes(` ${phrase} `));
const compares = {
  '': (a: number, b: number) => a === b,
  '=': (a: number, b: number) => a === b,
  '<': (a: number, b: number) => a < b,
  '>': (a: number, b: number) => a > b,
  '<=': (a: number, b: number) => a <= b,
  '>=': (a: number, b: number) => a >= b,
};
/** Every day that matters, as a calendar has them; a day with no such number is no harm. */
const days = [2023, 2024, 2025, 2026].flatMap((year) =>
  Array.from({ length: 12 * 31 }, (_, i) => {
    const [month, day] = [Math.floor(i / 31) + 1, (i % 31) + 1].map((part) => String(part).padStart(2, '0'));
    return `${year}-${month}-${day}`;
  }),
);

const choice = (group: string, text: string, isExcluded: boolean, holds: Piece['holds']): Piece => ({
  text: `${isExcluded ? '-' : ''}${group}:${text}`,
  group,
  isExcluded,
  holds,
});
const phrase = fc.array(fewWord, { minLength: 1, maxLength: 3 }).map((list) => list.join(' '));
const typed = fewWord.filter((word) => word !== '7');
const piece: fc.Arbitrary<Piece> = fc.oneof(
  phrase.map((text): Piece => ({ text: `"${text}"`, holds: (one) => has(one, text) })),
  phrase.map((text): Piece => ({ text: `-"${text}"`, holds: (one) => !has(one, text) })),
  typed.map((text): Piece => ({ text: `-${text}`, holds: (one) => !has(one, text) })),
  fc.constantFrom('bax', 'baxd', 'dul').map(
    (text): Piece => ({
      text: `-${text}*`,
      holds: ({ title, abstract }) => !split(`${title} ${abstract}`).some((word) => word.startsWith(text)),
    }),
  ),
  fc
    .tuple(
      fc.constantFrom<[string, number]>(['0', 0], ['2', 2], ['"robots THAT push"', 0], ['Maps', 1], ['None', -1]),
      fc.boolean(),
    )
    .map(([[text, topic], excluded]) => choice('topic', text, excluded, (one) => one.topic === topic)),
  fc
    .tuple(fc.constantFrom('nvidia', 'Nvidia', '"eth zürich"', 'ETH', 'x'), fc.boolean())
    .map(([text, excluded]) =>
      choice('org', text, excluded, ({ organization: one }) =>
        (one ?? []).some((name) => name.toLowerCase() === text.replaceAll('"', '').toLowerCase()),
      ),
    ),
  fc
    .tuple(
      fc.constantFrom<[string, RegExp]>(
        ['lovelace', /Lovelace/],
        ['"A LOVELACE"', /Lovelace/],
        ['hopper', /Hopper/],
        ['"Grace Hopper"', /Hopper/],
        ['"h hopper"', /Hopper/],
        ['"emilie chatelet"', /Châtelet/],
        ['grace', /Grace/],
        ['"ada hopper"', /^$/],
      ),
      fc.boolean(),
    )
    .map(([[text, name], excluded]) =>
      choice('author', text, excluded, ({ names }) => names.some((one) => name.test(one))),
    ),
  fc
    .tuple(category, fc.boolean())
    .map(([text, excluded]) =>
      choice('category', text.toUpperCase(), excluded, ({ categories }) => (categories ?? []).includes(text)),
    ),
  fc
    .boolean()
    .map((excluded) =>
      choice('has', 'code', excluded, (one) =>
        ['github', 'code is available', 'source code'].some((text) => has(one, text)),
      ),
    ),
  fc
    .tuple(
      fc.constantFrom('authors' as const, 'comments' as const),
      fc.constantFrom(...Object.keys(compares)),
      fc.nat(4),
    )
    .map(
      ([key, sign, count]): Piece => ({
        text: `${key}:${sign}${count}`,
        holds: (one) => one[key] !== null && compares[sign as keyof typeof compares](one[key], count),
      }),
    ),
);
const bounds = fc.array(fc.record({ key: fc.constantFrom('since', 'until'), date }), { maxLength: 2 });

function naiveHolds(one: FilteredPaper, pieces: readonly Piece[], limits: readonly { key: string; date: string }[]) {
  const single = pieces.filter(({ group }) => group === undefined);
  const groups = [...new Set(pieces.flatMap(({ group }) => group ?? []))].map((group) =>
    pieces.filter((some) => some.group === group),
  );
  const inTime = days.some(
    (day) =>
      day.startsWith(one.date ?? 'never') &&
      limits.every(({ key, date: limit }) =>
        key === 'since' ? day.slice(0, limit.length) >= limit : day.slice(0, limit.length) <= limit,
      ),
  );
  return (
    single.every(({ holds }) => holds(one)) &&
    groups.every((some) => {
      const wanted = some.filter(({ isExcluded }) => !isExcluded);
      const excluded = some.filter(({ isExcluded }) => isExcluded);
      return (
        (wanted.length === 0 || wanted.some(({ holds }) => holds(one))) && !excluded.some(({ holds }) => holds(one))
      );
    }) &&
    (limits.length === 0 || inTime)
  );
}

describe('the filters of a query', () => {
  test('let through what a look at each paper lets through, however they are put together', () => {
    fc.assert(
      fc.property(
        fc.array(paper, { maxLength: 12 }),
        fc.array(piece, { maxLength: 4 }),
        bounds,
        fc.uniqueArray(fc.nat(11), { maxLength: 2 }),
        (papers, pieces, limits, hiding) => {
          const hidden = hiding.filter((row) => row < papers.length);
          const written = [...pieces.map(({ text }) => text), ...limits.map(({ key, date: day }) => `${key}:${day}`)];
          const query = written.join(' ');
          const filter = runToCompletion(buildRowFilter(filterContext(papers), parseQuery(query), query, hidden));
          expect(hasFilters(parseQuery(query))).toBe(written.length > 0);
          const naive = papers.map((one, row) => (naiveHolds(one, pieces, limits) && !hidden.includes(row) ? 1 : 0));
          expect([...filter.mask]).toEqual(naive);
          expect(filter.count).toBe(naive.filter((bit) => bit === 1).length);
        },
      ),
      { seed: 1, numRuns: 1500 },
    );
  });

  test('are none where a query has only words and an order', () => {
    const query = 'robots that push sort:date trans*';
    expect(hasFilters(parseQuery(query))).toBe(false);
  });

  test('name a topic that there is not with those that there are', () => {
    const ask = (query: string) => () =>
      runToCompletion(buildRowFilter(filterContext([]), parseQuery(query), query, []));
    expect(ask('topic:9')).toThrow(expect.objectContaining({ name: 'PaperfieldError', kind: 'bad_request' }));
    expect(ask('topic:9')).toThrow(
      /^character 1: 'topic:9' isn't a topic; there are 3: 0 \(Robots that push\), 1 \(Maps\)/,
    );
    expect(ask('🤖 topic:1 -topic:Tides')).toThrow(/^character 11: '-topic:Tides' isn't a topic/);
    expect(ask('since:2025 TOPIC:"warm  tides" topic:1')).toThrow(/^character 12: 'TOPIC:"warm tides"' isn't a topic/);
    expect(ask('topic:none')).not.toThrow();
    // What is like one of them may have been meant, be it misspelt or in another form.
    expect(ask('topic:robotics')).toThrow(/ isn't a topic; similar names among the 3: 0 \(Robots that push\)$/);
    expect(ask('topic:"Robot that pussh"')).toThrow(/; similar names among the 3: 0 \(Robots that push\)$/);
    expect(ask('topic:cartographers')).toThrow(/; similar names among the 3: 1 \(Maps\)$/);
    expect(ask('topic:xyz')).toThrow(/; there are 3: 0 \(/);
  });
});

const plain = {
  date: null,
  authors: null,
  comments: null,
  names: [],
  organization: null,
  categories: null,
  topic: OUTLIER,
};
/** Which abstracts a query lets through. */
function left(query: string, abstracts: readonly string[]): number[] {
  const papers = abstracts.map((abstract) => ({ ...plain, title: '', abstract }));
  const parsed = parseQuery(query);
  return hasFilters(parsed) ? [...runToCompletion(buildRowFilter(filterContext(papers), parsed, query, [])).mask] : [];
}

describe('stop words alone', () => {
  const abstracts = ['to be or not to be a robot', 'to be a robot or not', 'TO BE, or not TO be', 'tides'];

  test.each([
    ['to be or not to be', [1, 0, 1, 0]],
    ['To  be,', [1, 1, 1, 0]],
    ['or', [1, 1, 1, 0]],
    ['whom', [0, 0, 0, 0]],
    ['to be or not to be robot', []],
    ['to be -robot', [0, 0, 1, 0]],
  ])('must stand in a paper as a phrase: %j', (query, expected) => {
    expect(left(query, abstracts)).toEqual(expected);
  });
});

describe('an excluded beginning', () => {
  test('shuts out every word that begins so, however many there are', () => {
    const many = Array.from({ length: 300 }, (_, i) => `pre${i}x`);
    expect(left('-pre*', [...many, 'other'])).toEqual([...many.map(() => 0), 1]);
  });

  test('of a word with hyphens shuts out that word, and no other that ends so', () => {
    const all = ['a self-supervised robot', 'self supervision', 'a supervised robot', 'sup by the self', 'other'];
    expect(left('-self-sup*', all)).toEqual([0, 0, 1, 1, 1]);
  });
});
