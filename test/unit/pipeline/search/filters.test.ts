import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runToCompletion } from '../../../../pipeline/core/cooperative.ts';
import { parseQuery } from '../../../../pipeline/core/query/parser.ts';
import { OUTLIER } from '../../../../pipeline/core/topic-tree.ts';
import { buildRowFilter } from '../../../../pipeline/search/filters.ts';
import { hasFilters } from '../../../../pipeline/search/lexical/bm25.ts';
import { category, date, type FilteredPaper, filterContext, paper } from '../../../fixtures/filtered-papers.ts';
import { splitWords, vocabularyWord } from '../../../fixtures/small-vocabulary-papers.ts';

/** A condition in a query, and the papers that match it alone. Conditions of one `group` are combined with OR. */
interface Condition {
  readonly text: string;
  readonly group?: string;
  readonly isExcluded?: boolean;
  matches(paper: FilteredPaper): boolean;
}
const has = ({ title, abstract }: FilteredPaper, phrase: string) =>
  [title, abstract].some((text) => ` ${splitWords(text).join(' ')} `.includes(` ${phrase} `));
const compare = {
  '': (a: number, b: number) => a === b,
  '=': (a: number, b: number) => a === b,
  '<': (a: number, b: number) => a < b,
  '>': (a: number, b: number) => a > b,
  '<=': (a: number, b: number) => a <= b,
  '>=': (a: number, b: number) => a >= b,
};
/** Every day of four years; days that do not exist, such as 2025-02-31, do no harm. */
const days = [2023, 2024, 2025, 2026].flatMap((year) =>
  Array.from({ length: 12 * 31 }, (_, i) => {
    const [month, day] = [Math.floor(i / 31) + 1, (i % 31) + 1].map((part) => String(part).padStart(2, '0'));
    return `${year}-${month}-${day}`;
  }),
);

const within =
  (numbers: readonly number[]) =>
  ({ comments }: FilteredPaper) =>
    comments !== null && numbers.includes(comments);
const groupCondition = (
  group: string,
  text: string,
  isExcluded: boolean,
  matches: Condition['matches'],
): Condition => ({
  text: `${isExcluded ? '-' : ''}${group}:${text}`,
  group,
  isExcluded,
  matches,
});
const phrase = fc.array(vocabularyWord, { minLength: 1, maxLength: 3 }).map((list) => list.join(' '));
const word = vocabularyWord.filter((word) => word !== '7');
const condition: fc.Arbitrary<Condition> = fc.oneof(
  phrase.map((text): Condition => ({ text: `"${text}"`, matches: (one) => has(one, text) })),
  phrase.map((text): Condition => ({ text: `-"${text}"`, matches: (one) => !has(one, text) })),
  word.map((text): Condition => ({ text: `-${text}`, matches: (one) => !has(one, text) })),
  fc.constantFrom('bax', 'baxd', 'dul').map(
    (text): Condition => ({
      text: `-${text}*`,
      matches: ({ title, abstract }) => !splitWords(`${title} ${abstract}`).some((word) => word.startsWith(text)),
    }),
  ),
  fc
    .tuple(
      fc.constantFrom<[string, number]>(['0', 0], ['2', 2], ['"robots THAT push"', 0], ['Maps', 1], ['None', -1]),
      fc.boolean(),
    )
    .map(([[text, topic], excluded]) => groupCondition('topic', text, excluded, (one) => one.topic === topic)),
  fc
    .tuple(fc.constantFrom('nvidia', 'Nvidia', '"eth zürich"', 'ETH', 'x'), fc.boolean())
    .map(([text, excluded]) =>
      groupCondition('org', text, excluded, ({ organization: names }) =>
        (names ?? []).some((name) => name.toLowerCase() === text.replaceAll('"', '').toLowerCase()),
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
      groupCondition('author', text, excluded, ({ names }) => names.some((one) => name.test(one))),
    ),
  fc
    .tuple(category, fc.boolean())
    .map(([text, excluded]) =>
      groupCondition('category', text.toUpperCase(), excluded, ({ categories }) => (categories ?? []).includes(text)),
    ),
  fc
    .boolean()
    .map((excluded) =>
      groupCondition('has', 'code', excluded, (one) =>
        ['github', 'code is available', 'source code'].some((text) => has(one, text)),
      ),
    ),
  fc.tuple(fc.constantFrom(...Object.keys(compare)), fc.nat(4)).map(
    ([sign, count]): Condition => ({
      text: `authors:${sign}${count}`,
      matches: (one) => one.authors !== null && compare[sign as keyof typeof compare](one.authors, count),
    }),
  ),
  // Columns: comparisons and ranges must all match, excluded or not.
  fc.tuple(fc.constantFrom('<', '>', '<=', '>='), fc.nat(4), fc.boolean()).map(
    ([sign, count, isExcluded]): Condition => ({
      text: `${isExcluded ? '-' : ''}comments:${sign}${count}`,
      matches: ({ comments }) =>
        (comments !== null && compare[sign as keyof typeof compare](comments, count)) !== isExcluded,
    }),
  ),
  fc.tuple(fc.nat(4), fc.nat(4), fc.constantFrom('both', 'from', 'to')).map(([a, b, ends]): Condition => {
    const [from, to] = [ends === 'to' ? 0 : Math.min(a, b), ends === 'from' ? 9 : Math.max(a, b)];
    return {
      text: `comments:${ends === 'to' ? '' : from}..${ends === 'from' ? '' : to}`,
      matches: ({ comments }) => comments !== null && comments >= from && comments <= to,
    };
  }),
  // Of several values one is enough.
  fc
    .tuple(fc.nat(4), fc.constantFrom('', '='), fc.boolean())
    .map(([count, sign, excluded]) =>
      groupCondition('comments', `${sign}${count}`, excluded, ({ comments }) => comments === count),
    ),
  fc
    .tuple(
      fc.constantFrom<[string, readonly number[]]>(['a', [0, 4]], ['B', [1, 3]], ['"c  C"', [2]], ['d', []]),
      fc.boolean(),
    )
    .map(([[text, numbers], excluded]) => groupCondition('grade', text, excluded, within(numbers))),
  fc
    .tuple(fc.constantFrom<[string, readonly number[]]>(['X', [0, 1, 2, 3, 4]], ['t2', [2]], ['t9', []]), fc.boolean())
    .map(([[text, numbers], excluded]) => groupCondition('tags', text, excluded, within(numbers))),
  fc
    .tuple(fc.constantFrom<[string, readonly number[]]>(['true', [1, 3]], ['NO', [0, 2, 4]]), fc.boolean())
    .map(([[text, numbers], excluded]) => groupCondition('odd', text, excluded, within(numbers))),
  // The dates of 0 to 4 comments are 2024, 2024-12, 2025-01-07, 2025-06-30, 2026-01-01: an inexact date may match.
  fc
    .constantFrom<[string, readonly number[]]>(
      ['2025..', [2, 3, 4]],
      ['..2024-11', [0]],
      ['2024-12..2025-01', [0, 1, 2]],
      ['>2025-01', [3, 4]],
      ['<=2025-01-07', [0, 1, 2]],
      ['<2024-12-15', [0, 1]],
    )
    .map(([text, numbers]): Condition => ({ text: `seen:${text}`, matches: within(numbers) })),
  fc
    .constantFrom<[string, readonly number[]]>(['2025', [2, 3]], ['2024-12', [0, 1]], ['2026-01-01', [4]])
    .map(([text, numbers]) => groupCondition('seen', text, false, within(numbers))),
  fc.boolean().map(
    (isExcluded): Condition => ({
      text: `${isExcluded ? '-' : ''}has:grade`,
      matches: ({ comments }) => (comments !== null) !== isExcluded,
    }),
  ),
);
const bounds = fc.array(fc.record({ key: fc.constantFrom('since', 'until'), date }), { maxLength: 2 });

function naiveMatches(
  one: FilteredPaper,
  conditions: readonly Condition[],
  dateBounds: readonly { key: string; date: string }[],
) {
  const single = conditions.filter(({ group }) => group === undefined);
  const groups = [...new Set(conditions.flatMap(({ group }) => group ?? []))].map((group) =>
    conditions.filter((some) => some.group === group),
  );
  const isInTime = days.some(
    (day) =>
      day.startsWith(one.date ?? 'never') &&
      dateBounds.every(({ key, date: limit }) =>
        key === 'since' ? day.slice(0, limit.length) >= limit : day.slice(0, limit.length) <= limit,
      ),
  );
  return (
    single.every(({ matches }) => matches(one)) &&
    groups.every((some) => {
      const wanted = some.filter(({ isExcluded }) => !isExcluded);
      const excluded = some.filter(({ isExcluded }) => isExcluded);
      return (
        (wanted.length === 0 || wanted.some(({ matches }) => matches(one))) &&
        !excluded.some(({ matches }) => matches(one))
      );
    }) &&
    (dateBounds.length === 0 || isInTime)
  );
}

describe('buildRowFilter', () => {
  test('passes the same papers as a naive check of each paper, for any combination of filters', () => {
    fc.assert(
      fc.property(
        fc.array(paper, { maxLength: 12 }),
        fc.array(condition, { maxLength: 4 }),
        bounds,
        fc.uniqueArray(fc.nat(11), { maxLength: 2 }),
        (papers, conditions, dateBounds, hiddenRows) => {
          const hidden = hiddenRows.filter((row) => row < papers.length);
          const written = [
            ...conditions.map(({ text }) => text),
            ...dateBounds.map(({ key, date: day }) => `${key}:${day}`),
          ];
          const query = written.join(' ');
          const filter = runToCompletion(buildRowFilter(filterContext(papers), parseQuery(query), query, hidden));
          expect(hasFilters(parseQuery(query))).toBe(written.length > 0);
          const naive = papers.map((one, row) =>
            naiveMatches(one, conditions, dateBounds) && !hidden.includes(row) ? 1 : 0,
          );
          expect([...filter.mask]).toEqual(naive);
          expect(filter.count).toBe(naive.filter((bit) => bit === 1).length);
        },
      ),
      { seed: 1, numRuns: 1500 },
    );
  });

  test('is not needed for a query of words and a sort order', () => {
    const query = 'robots that push sort:date trans*';
    expect(hasFilters(parseQuery(query))).toBe(false);
  });

  test('rejects an unknown topic and names existing or similar ones', () => {
    const build = (query: string) => () =>
      runToCompletion(buildRowFilter(filterContext([]), parseQuery(query), query, []));
    expect(build('topic:9')).toThrow(expect.objectContaining({ name: 'PaperfieldError', kind: 'bad_request' }));
    expect(build('topic:9')).toThrow(
      /^character 1: 'topic:9' isn't a topic; there are 3: 0 \(Robots that push\), 1 \(Maps\)/,
    );
    expect(build('🤖 topic:1 -topic:Tides')).toThrow(/^character 11: '-topic:Tides' isn't a topic/);
    expect(build('since:2025 TOPIC:"warm  tides" topic:1')).toThrow(
      /^character 12: 'TOPIC:"warm tides"' isn't a topic/,
    );
    expect(build('topic:none')).not.toThrow();
    // Misspelled names and other word forms get similar topics as suggestions.
    expect(build('topic:robotics')).toThrow(/ isn't a topic; similar names among the 3: 0 \(Robots that push\)$/);
    expect(build('topic:"Robot that pussh"')).toThrow(/; similar names among the 3: 0 \(Robots that push\)$/);
    expect(build('topic:cartographers')).toThrow(/; similar names among the 3: 1 \(Maps\)$/);
    expect(build('topic:xyz')).toThrow(/; there are 3: 0 \(/);
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
/** The mask of a query over papers with these abstracts; empty for a query without filters. */
function maskFor(query: string, abstracts: readonly string[]): number[] {
  const papers = abstracts.map((abstract) => ({ ...plain, title: '', abstract }));
  const parsed = parseQuery(query);
  return hasFilters(parsed) ? [...runToCompletion(buildRowFilter(filterContext(papers), parsed, query, [])).mask] : [];
}

describe('a query of stop words only', () => {
  const abstracts = ['to be or not to be a robot', 'to be a robot or not', 'TO BE, or not TO be', 'tides'];

  test.each([
    ['to be or not to be', [1, 0, 1, 0]],
    ['To  be,', [1, 1, 1, 0]],
    ['or', [1, 1, 1, 0]],
    ['whom', [0, 0, 0, 0]],
    ['to be or not to be robot', []],
    ['to be -robot', [0, 0, 1, 0]],
  ])('is matched as a phrase: %j', (query, expected) => {
    expect(maskFor(query, abstracts)).toEqual(expected);
  });
});

describe('an excluded prefix', () => {
  test('excludes papers with any word that starts with it, however many such words exist', () => {
    const abstracts = Array.from({ length: 300 }, (_, i) => `pre${i}x`);
    expect(maskFor('-pre*', [...abstracts, 'other'])).toEqual([...abstracts.map(() => 0), 1]);
  });

  test('with hyphens excludes papers with its words in that order only', () => {
    const abstracts = ['a self-supervised robot', 'self supervision', 'a supervised robot', 'sup by the self', 'other'];
    expect(maskFor('-self-sup*', abstracts)).toEqual([0, 0, 1, 1, 1]);
  });
});
