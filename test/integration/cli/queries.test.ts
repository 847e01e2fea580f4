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

describe('the command line reads the grammar of queries:', () => {
  test('filters without words list papers by date, the newest first', async () => {
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

  test('a minus leaves out what it stands before, after two dashes at the beginning as well', async () => {
    const all = await found('agents that plan');
    const some = await found('agents that plan -robot*');
    expect(some.total).toBeGreaterThan(5);
    expect(some.total).toBeLessThan(all.total);
    const others = await found('--', '-robot*');
    expect(others.total).toBeGreaterThan(100);
    expect(others.hits.filter(({ title }) => /\brobot/i.test(title))).toEqual([]);
  });

  test('a minus is part of the query without quotes too, wherever it stands', async () => {
    const quoted = await found('agents that plan -robot* -topic:none');
    expect(await found('agents', '-robot*', 'that', 'plan', '-topic:none')).toEqual({
      ...quoted,
      query: 'agents -robot* that plan -topic:none',
    });
    const { code, err } = await call('agents', '-limit', '5');
    expect(code).toBe(2);
    expect(err).toContain('write --limit for the option');
  });

  test('a part of the map keeps to what lies in it, and what is none is told with its place', async () => {
    const all = await found('robots that grasp');
    const { hits, total } = await found('robots that grasp', 'within:r:0,-99,99,99');
    expect(total).toBeGreaterThan(5);
    expect(total).toBeLessThan(all.total);
    for (const { x } of hits) expect(x).toBeGreaterThanOrEqual(0);
    const { code, err } = await call('within:r:0,0,1');
    expect(code).toBe(2);
    expect(err).toContain("character 1: 'within:r:0,0,1' has a part 1 that is not a rectangle; write r: with");
  });

  test('what cannot be meant ends with 2 and is told with its place', async () => {
    const { code, out, err } = await call('robots', 'since:20x5');
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain("character 8: 'since:20x5'");
    expect(err).not.toMatch(/fault of ours|\n\s+at /);
  });

  test('an id that no paper has ends with 4', async () => {
    const { code, out, err } = await call('like:no-such-paper');
    expect({ code, out }).toEqual({ code: 4, out: '' });
    expect(err).toContain("character 1: 'like:no-such-paper' names no paper");
  });
});

test('a question that nothing is about gets no hits, and the nearest apart, and a reader is told so', async () => {
  const answer = await found('crispy roast potatoes in goose fat');
  expect(answer).toMatchObject({ status: 'no_match', total: 0, hits: [] });
  expect(answer.nearMisses).toHaveLength(3);
  const { out } = await call('crispy roast potatoes in goose fat');
  expect(out).toMatch(/^Nothing here is about that\.\nThe nearest are about something else:\n {2}1\. /m);
  for (const { id } of answer.nearMisses) expect(out).toContain(id);
  expect((await call('--mode', 'keyword', 'zxcv')).out).toBe('Nothing here is about that.\n');
});

test.each([
  ['robots that grasp', 'the nearest first'],
  ['robots that grasp sort:date', 'the newest first'],
  ['has:code', 'the newest first'],
  ['robots that grasp sort:comments', 'the most discussed first'],
])('the answer to %j says that it stands with %s', async (q, order) => {
  const { total } = await found(q);
  expect(total).toBeGreaterThan(5);
  expect((await call(q)).out.split('\n')[0]).toBe(`${total} papers, ${order}`);
});

test('a misspelt word is told', async () => {
  expect((await call('difusion models')).out).toContain('Did you mean: diffusion models\n');
});
