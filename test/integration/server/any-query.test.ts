import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { errorAnswer, searchAnswer, searchModes } from '../../../server/schemas/search.ts';
import { texts } from '../../fixtures/arbitrary-queries.ts';
import { ask, queryOf } from '../../fixtures/client.ts';
import { startSampleServer } from '../../fixtures/sample-server.ts';

const RUNS = process.env.TORTURE ? 3000 : 150;

vi.setConfig({ testTimeout: process.env.TORTURE ? 300_000 : 30_000 });

let server: Awaited<ReturnType<typeof startSampleServer>>;

beforeAll(async () => {
  server = await startSampleServer();
});
afterAll(() => server.stop());

const asked = (values: Record<string, string | number>) => ask(`${server.url}/api/search?${queryOf(values)}`);

describe('a query that cannot be meant is a 400 that points at its place:', () => {
  test.each([
    ['since:20x5', 1, 'since:20x5'],
    ['robots since:2025-13', 8, 'since:2025-13'],
    ['robots until:2025-02-30', 8, 'until:2025-02-30'],
    ['👩‍🔬 sort:best', 5, 'sort:best'],
    ['a b c authors:many', 7, 'authors:many'],
    ['comments:>', 1, 'comments:>'],
    ['has:pictures robots', 1, 'has:pictures'],
    ['robots org:"never closed', 8, 'org:'],
    ['robots topic:""', 8, 'topic:'],
    ['sort:date robots sort:comments', 18, 'sort:comments'],
    ['robots -since:2025', 8, '-since:2025'],
    ['robots -like:a', 8, '-like:a'],
  ])('%s', async (q, place, said) => {
    for (const mode of searchModes) {
      const { status, body, text } = await asked({ q, mode });
      expect(status, text).toBe(400);
      const { error } = errorAnswer.parse(body);
      expect(error.code).toBe('bad_request');
      expect(error.message).toMatch(new RegExp(`^character ${place}: `));
      expect(error.message).toContain(said);
    }
  });

  test('a topic that does not exist, which names some that do', async () => {
    for (const q of ['topic:999', 'robots -topic:"no such topic"']) {
      const { status, body, text } = await asked({ q });
      expect(status, text).toBe(400);
      expect(errorAnswer.parse(body).error.message).toMatch(/999|no such topic/);
    }
  });
});

test.each([
  'author:smith',
  'Note: robots',
  'https://arxiv.org/abs/2501.12948',
  'since: 2025',
  'C++:',
  'A*',
  '"never closed',
])('%s is text, and is answered', async (q) => {
  const { status, body, text } = await asked({ q });
  expect(status, text).toBe(200);
  expect(searchAnswer.parse(body).query).toBe(q);
});

describe('a search by POST', () => {
  const post = async (body: string) => {
    const response = await fetch(`${server.url}/api/search`, { method: 'POST', body });
    return { status: response.status, body: (await response.json()) as unknown };
  };

  test('answers as one by GET does, also where the query is too long for an address', async () => {
    const wanted = { q: 'robots -survey sort:date', mode: 'semantic', limit: 7, offset: 3 };
    const { status, body } = await post(JSON.stringify(wanted));
    expect(status).toBe(200);
    expect(searchAnswer.parse(body).hits).toHaveLength(7);
    expect(body).toEqual((await asked(wanted)).body);
    const long = await post(JSON.stringify({ q: '論'.repeat(8000), limit: 2 }));
    expect(long.status).toBe(200);
    expect(searchAnswer.parse(long.body).query).toHaveLength(8000);
  });

  test.each([
    ['no JSON', '{"q": "robots"', 'JSON'],
    ['no body', '', 'JSON'],
    ['no query', '{"limit": 3}', 'q'],
    ['a limit beyond the most', '{"q": "robots", "limit": 201}', 'limit'],
    ['null', 'null', 'request'],
    ['a list', '["robots"]', 'request'],
    ['a date that is none', '{"q": "since:20x5"}', 'character 1'],
  ])('with %s is a 400 that says so', async (_, sent, said) => {
    const { status, body } = await post(sent);
    expect(status).toBe(400);
    const { error } = errorAnswer.parse(body);
    expect(error.code).toBe('bad_request');
    expect(error.message).toContain(said);
  });
});

describe('whatever is asked, the server makes no mistake:', () => {
  const mode = fc.constantFrom(...searchModes);

  /** An answer as the contract has it, all of whose hits are told once, or an error of the asker's. */
  async function expectSound(values: Record<string, string | number>): Promise<void> {
    const { status, body, text } = await asked(values);
    if (status !== 200) {
      expect([400, 404], text).toContain(status);
      expect(body).toEqual(errorAnswer.parse(body));
      return;
    }
    const answer = searchAnswer.parse(body);
    const { hits, nearMisses, total } = answer;
    expect(answer).toEqual(body);
    expect(hits).toHaveLength(Math.min(total, 200));
    expect(nearMisses.length).toBeLessThanOrEqual(3);
    if (answer.status === 'no_match') expect(total).toBe(0);
    else expect(nearMisses).toEqual([]);
    const ids = [...hits, ...nearMisses].flatMap((hit) => [hit.id, ...hit.duplicates.map(({ id }) => id)]);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { score } of hits) expect(Number.isFinite(score)).toBe(true);
  }

  test('any text', async () => {
    const any = fc.oneof(fc.string({ unit: 'binary', maxLength: 80 }), fc.string({ unit: 'grapheme', maxLength: 300 }));
    await fc.assert(
      fc.asyncProperty(any, mode, (q, way) => expectSound({ q, mode: way, limit: 200 })),
      { numRuns: RUNS, seed: 21 },
    );
  });

  test('pieces of the grammar in no order', async () => {
    await fc.assert(
      fc.asyncProperty(texts, mode, (q, way) => expectSound({ q, mode: way, limit: 200 })),
      { numRuns: RUNS, seed: 22 },
    );
  });

  test('what the grammar means, with words that papers hold', async () => {
    const part = fc.constantFrom(
      ...['robot*', 'transf*', '-robot', '-"language model"', '"reinforcement learning"', 'grasp', 'plan', 'music'],
      ...['topic:0', '-topic:1', 'topic:none', 'org:nvidia', '-org:nvidia', 'has:code', '-has:code', 'since:2024'],
      ...['until:2024-06', 'authors:>3', 'comments:<9', 'sort:date', 'sort:comments', 'category:cs.CL', 'zxcv', 'the'],
    );
    await fc.assert(
      fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 6 }), mode, (parts, way) =>
        expectSound({ q: parts.join(' '), mode: way, limit: 200 }),
      ),
      { numRuns: RUNS, seed: 23 },
    );
  });
});
