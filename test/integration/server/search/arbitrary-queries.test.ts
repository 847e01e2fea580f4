import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { searchModes } from '../../../../pipeline/core/query/ast.ts';
import { searchResponse } from '../../../../server/schemas/search.ts';
import { errorResponse } from '../../../../server/schemas/status.ts';
import { queryTexts } from '../../../fixtures/arbitrary-queries.ts';
import { httpGet, postJson, queryString } from '../../../fixtures/client.ts';
import { startSampleServer } from '../../../fixtures/sample-server.ts';

const RUNS = process.env.TORTURE ? 3000 : 150;

vi.setConfig({ testTimeout: process.env.TORTURE ? 300_000 : 30_000 });

// Made here, because it takes seconds: in a test it would block the server, which runs in this process, until it closes the
// idle connections that the client is about to reuse.
const anyText = fc.oneof(fc.string({ unit: 'binary', maxLength: 80 }), fc.string({ unit: 'grapheme', maxLength: 300 }));

let server: Awaited<ReturnType<typeof startSampleServer>>;

beforeAll(async () => {
  server = await startSampleServer();
});
afterAll(() => server.stop());

const search = (values: Record<string, string | number>) => httpGet(`${server.url}/api/search?${queryString(values)}`);

describe('an invalid filter gets a 400 with its position:', () => {
  test.each([
    ['since:20x5', 1, 'since:20x5'],
    ['robots since:2025-13', 8, 'since:2025-13'],
    ['robots until:2025-02-30', 8, 'until:2025-02-30'],
    ['👩‍🔬 sort:best', 5, 'sort:best'],
    ['a b c authors:many', 7, 'authors:many'],
    ['comments:>many', 1, 'comments'],
    ['has:pictures robots', 1, 'has:pictures'],
    ['robots org:"never closed', 8, 'org:'],
    ['robots topic:""', 8, 'topic:'],
    ['sort:date robots sort:comments', 18, 'sort:comments'],
    ['robots -since:2025', 8, '-since:2025'],
    ['robots -like:a', 8, '-like:a'],
  ])('%s', async (q, position, filter) => {
    for (const mode of searchModes) {
      const { status, body, text } = await search({ q, mode });
      expect(status, text).toBe(400);
      const { error } = errorResponse.parse(body);
      expect(error.code).toBe('bad_request');
      expect(error.message).toMatch(new RegExp(`^character ${position}: `));
      expect(error.message).toContain(filter);
    }
  });

  test('a topic that does not exist', async () => {
    for (const q of ['topic:999', 'robots -topic:"no such topic"']) {
      const { status, body, text } = await search({ q });
      expect(status, text).toBe(400);
      expect(errorResponse.parse(body).error.message).toMatch(/999|no such topic/);
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
])('%s is searched as text', async (q) => {
  const { status, body, text } = await search({ q });
  expect(status, text).toBe(200);
  expect(searchResponse.parse(body).query).toBe(q);
});

describe('a search by POST', () => {
  const post = (body: unknown) => postJson(`${server.url}/api/search`, body);

  test('gets the same response as one by GET, and may have a query that is too long for a URL', async () => {
    const request = { q: 'robots -survey sort:date', mode: 'semantic', limit: 7, offset: 3 };
    const { status, body } = await post(request);
    expect(status).toBe(200);
    expect(searchResponse.parse(body).hits).toHaveLength(7);
    expect(body).toEqual((await search(request)).body);
    const long = await post({ q: '論'.repeat(8000), limit: 2 });
    expect(long.status).toBe(200);
    expect(searchResponse.parse(long.body).query).toHaveLength(8000);
  });

  test.each([
    ['no JSON', '{"q": "robots"', 'JSON'],
    ['no body', '', 'JSON'],
    ['no query', '{"limit": 3}', 'q'],
    ['a limit that is too high', '{"q": "robots", "limit": 201}', 'limit'],
    ['null', 'null', 'request'],
    ['a list', '["robots"]', 'request'],
    ['an invalid date', '{"q": "since:20x5"}', 'character 1'],
  ])('with %s gets a 400 that says so', async (_, text, message) => {
    const { status, body } = await post(text);
    expect(status).toBe(400);
    const { error } = errorResponse.parse(body);
    expect(error.code).toBe('bad_request');
    expect(error.message).toContain(message);
  });
});

describe('no query causes an error of the server:', () => {
  const anyMode = fc.constantFrom(...searchModes);

  /** Checks that a response is valid and lists no paper twice, or is an error of the client. */
  async function expectValid(values: Record<string, string | number>): Promise<void> {
    const { status, body, text } = await search(values);
    if (status !== 200) {
      expect([400, 404], text).toContain(status);
      expect(body).toEqual(errorResponse.parse(body));
      return;
    }
    const response = searchResponse.parse(body);
    const { hits, nearMisses, total } = response;
    expect(response).toEqual(body);
    expect(hits).toHaveLength(Math.min(total, 200));
    expect(nearMisses.length).toBeLessThanOrEqual(10);
    if (response.status === 'answered' || response.status === 'uncertain') expect(nearMisses).toEqual([]);
    else expect(total).toBe(0);
    const ids = [...hits, ...nearMisses].flatMap((hit) => [hit.id, ...hit.duplicates.map(({ id }) => id)]);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { score } of hits) expect(Number.isFinite(score)).toBe(true);
  }

  test('any text', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, anyMode, (q, mode) => expectValid({ q, mode, limit: 200 })),
      { numRuns: RUNS, seed: 21 },
    );
  });

  test('fragments of the query syntax in any order', async () => {
    await fc.assert(
      fc.asyncProperty(queryTexts, anyMode, (q, mode) => expectValid({ q, mode, limit: 200 })),
      { numRuns: RUNS, seed: 22 },
    );
  });

  test('valid filters and terms that papers contain', async () => {
    const term = fc.constantFrom(
      ...['robot*', 'transf*', '-robot', '-"language model"', '"reinforcement learning"', 'grasp', 'plan', 'music'],
      ...['topic:0', '-topic:1', 'topic:none', 'org:nvidia', '-org:nvidia', 'has:code', '-has:code', 'since:2024'],
      ...['until:2024-06', 'authors:>3', 'comments:<9', 'sort:date', 'sort:comments', 'category:cs.CL', 'zxcv', 'the'],
    );
    await fc.assert(
      fc.asyncProperty(fc.array(term, { minLength: 1, maxLength: 6 }), anyMode, (terms, mode) =>
        expectValid({ q: terms.join(' '), mode, limit: 200 }),
      ),
      { numRuns: RUNS, seed: 23 },
    );
  });
});
