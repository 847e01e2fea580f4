import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type SearchResponse, searchResponse } from '../../../server/schemas/search.ts';
import { callMain } from '../../fixtures/call-main.ts';
import { copySampleBuild, temporaryFolder } from '../../fixtures/sample-server.ts';

const folder = temporaryFolder();
beforeAll(async () => {
  await copySampleBuild(folder.path);
});
afterAll(() => folder.remove());

const call = (...words: string[]) => callMain(['search', '--data-dir', folder.path, ...words]);

async function found(...words: string[]): Promise<SearchResponse> {
  const { code, out, err } = await call('--json', '--limit', '200', ...words);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return searchResponse.parse(JSON.parse(out));
}

describe('paperfield search understands the query language:', () => {
  test('filters without words list papers by date, newest first', async () => {
    const { hits, total } = await found('since:2025-03', 'authors:>3');
    expect(total).toBeGreaterThan(10);
    expect(hits).toHaveLength(total);
    for (const { date, authorCount } of hits) {
      expect(date?.localeCompare('2025-03')).toBeGreaterThan(0);
      expect(authorCount).toBeGreaterThan(3);
    }
    const dates = hits.map(({ date }) => date ?? '');
    expect(dates).toEqual([...dates].sort().reverse());
  });

  test('a minus excludes what follows it, also at the beginning after two dashes', async () => {
    const all = await found('agents that plan');
    const some = await found('agents that plan -robot*');
    expect(some.total).toBeGreaterThan(5);
    expect(some.total).toBeLessThan(all.total);
    const others = await found('--', '-robot*');
    expect(others.total).toBeGreaterThan(100);
    expect(others.hits.filter(({ title }) => /\brobot/i.test(title))).toEqual([]);
  });

  test('a minus is part of the query without quotes too, in any position', async () => {
    const quoted = await found('agents that plan -robot* -topic:none');
    expect(await found('agents', '-robot*', 'that', 'plan', '-topic:none')).toEqual({
      ...quoted,
      query: 'agents -robot* that plan -topic:none',
    });
    const { code, err } = await call('agents', '-limit', '5');
    expect(code).toBe(2);
    expect(err).toContain('write --limit for the option');
  });

  test('within: keeps papers of a map area, and an invalid area is reported with its position', async () => {
    const all = await found('robots that grasp');
    const { hits, total } = await found('robots that grasp', 'within:r:0,-99,99,99');
    expect(total).toBeGreaterThan(5);
    expect(total).toBeLessThan(all.total);
    for (const { x } of hits) expect(x).toBeGreaterThanOrEqual(0);
    const { code, err } = await call('within:r:0,0,1');
    expect(code).toBe(2);
    expect(err).toContain("character 1: 'within:r:0,0,1' has a part 1 that is not a rectangle; write r: with");
  });

  test('an invalid filter exits with 2 and is reported with its position', async () => {
    const { code, out, err } = await call('robots', 'since:20x5');
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain("character 8: 'since:20x5'");
    expect(err).not.toMatch(/internal error|\n\s+at /);
  });

  test('an unknown paper id exits with 4', async () => {
    const { code, out, err } = await call('like:no-such-paper');
    expect({ code, out }).toEqual({ code: 4, out: '' });
    expect(err).toContain("character 1: 'like:no-such-paper' names no paper");
  });
});

test('a query that no paper is about has the nearest ones, and the output says so', async () => {
  const response = await found('qwerty zxcv');
  expect(response).toMatchObject({ status: 'no_match', total: 0, hits: [] });
  expect(response.nearMisses).toHaveLength(10);
  const { out } = await call('qwerty zxcv');
  expect(out).toMatch(/^No paper is about this\.\nClosest papers:\n {2}1\. /m);
  for (const { id } of response.nearMisses) expect(out).toContain(id);
  const uncertain = await found('sampling flour for a cake');
  expect(uncertain).toMatchObject({ status: 'uncertain', total: 10, nearMisses: [] });
  const printed = (await call('sampling flour for a cake')).out;
  expect(printed).toMatch(/^No paper is clearly about this\. Closest papers:\n {2}1\. /m);
  for (const { id } of uncertain.hits) expect(printed).toContain(id);
  expect((await call('--mode', 'keyword', 'zxcv')).out).toBe('No paper is about this.\n');
});

test.each([
  ['robots that grasp', 'most relevant first'],
  ['robots that grasp sort:date', 'newest first'],
  ['has:code', 'newest first'],
  ['robots that grasp sort:comments', 'most comments first'],
])('the output for %j says that hits are sorted %s', async (q, order) => {
  const { total } = await found(q);
  expect(total).toBeGreaterThan(5);
  expect((await call(q)).out.split('\n')[0]).toBe(`${total} papers, ${order}`);
});

test('the output says first what was searched for instead of what was typed, unless the query has match:literal', async () => {
  const { out } = await call('difusion modls except robots since 2024');
  expect(out.split('\n').slice(0, 4)).toEqual([
    'Understood as since:2024',
    'Understood as -robots',
    'Searched for diffusion instead of difusion',
    'Searched for models instead of modls',
  ]);
  const inKeys = (await call('diffusion models -robots since:2024')).out;
  expect(out.split('\n').slice(4).join('\n')).toBe(inKeys);
  expect(inKeys).toMatch(/^\d+ papers/);
  expect((await call('difusion modls match:literal', '--mode', 'keyword')).out).toBe('No paper is about this.\n');
});

test('a phrase that no paper contains is suggested without quotes', async () => {
  const { out } = await call('"grasping objects of many robots"');
  expect(out).toMatch(/^Did you mean: grasping objects of many robots\n/);
});
