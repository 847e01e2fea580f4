import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { searchModes } from '../../../../pipeline/core/query/ast.ts';
import { paperResponse } from '../../../../server/schemas/papers.ts';
import { searchResponse } from '../../../../server/schemas/search.ts';
import { errorResponse } from '../../../../server/schemas/status.ts';
import { type HttpResponse, httpGet, queryString, rawRequest } from '../../../fixtures/client.ts';
import { startSampleServer } from '../../../fixtures/sample-server.ts';

const FUZZ_RUNS = process.env.TORTURE ? 3000 : 100;

vi.setConfig({ testTimeout: process.env.TORTURE ? 120_000 : 30_000 });

// Made here, because it takes seconds: in a test it would block the server, which runs in this process, until it closes the
// idle connections that the client is about to reuse.
const anyText = fc.oneof(fc.string({ unit: 'binary', maxLength: 60 }), fc.string({ unit: 'grapheme', maxLength: 200 }));

let server: Awaited<ReturnType<typeof startSampleServer>>;

beforeAll(async () => {
  server = await startSampleServer();
});
afterAll(() => server.stop());

/** Checks that a response is an error as the schema has it and discloses nothing about the machine; returns its message. */
function expectError(response: HttpResponse, status: number, code: string): string {
  expect(response.status, response.text).toBe(status);
  const parsed = errorResponse.parse(response.body);
  expect(response.body).toEqual(parsed);
  expect(parsed.error.code).toBe(code);
  expect(parsed.error.message).not.toBe('');
  expectNoInternals(response.text);
  return parsed.error.message;
}

function expectNoInternals(text: string): void {
  expect(text).not.toMatch(/node_modules|\.ts:\d+|\bat \w+ \(/);
  expect(text).not.toContain(server.dataDir);
  expect(text).not.toContain(process.cwd());
}

describe('an invalid search request gets a 400 that names the invalid parameter:', () => {
  test.each([
    ['no q', '', 'q'],
    ['an empty q', 'q=', 'q'],
    ['a blank q', 'q=%20%09%20', 'q'],
    ['a q of more than 8,000 characters', `q=${'a'.repeat(8001)}`, 'q'],
    ['limit 0', 'q=a&limit=0', 'limit'],
    ['limit 201', 'q=a&limit=201', 'limit'],
    ['limit x', 'q=a&limit=x', 'limit'],
    ['limit 1.5', 'q=a&limit=1.5', 'limit'],
    ['limit -1', 'q=a&limit=-1', 'limit'],
    ['an empty limit', 'q=a&limit=', 'limit'],
    ['an infinite limit', 'q=a&limit=Infinity', 'limit'],
    ['offset -1', 'q=a&offset=-1', 'offset'],
    ['offset x', 'q=a&offset=x', 'offset'],
    ['offset 0.5', 'q=a&offset=0.5', 'offset'],
    ['an offset of a billion', 'q=a&offset=1000000000', 'offset'],
    ['an unknown mode', 'q=a&mode=psychic', 'mode'],
    ['a mode in upper case', 'q=a&mode=HYBRID', 'mode'],
  ])('%s', async (_, query, name) => {
    expect(expectError(await httpGet(`${server.url}/api/search?${query}`), 400, 'bad_request')).toContain(name);
  });
});

test.each(['0', '201', 'x', '-1', '2.5'])('a request for similar papers with limit %s gets a 400', async (limit) => {
  const { body } = await httpGet(`${server.url}/api/search?q=robot&limit=1`);
  const [{ id }] = searchResponse.parse(body).hits;
  const response = await httpGet(`${server.url}/api/papers/${id}/similar?limit=${limit}`);
  expect(expectError(response, 400, 'bad_request')).toContain('limit');
});

test.each(['/api/papers/no-such-paper', '/api/papers/no-such-paper/similar'])('%s is a 404', async (path) => {
  expect(expectError(await httpGet(`${server.url}${path}`), 404, 'not_found')).toContain('no-such-paper');
});

test.each(['/api', '/api/', '/api/papers', '/api/papers/', '/api/nothing', '/api/search/', '/no/such/page'])(
  'the unknown route %s is a 404',
  async (path) => {
    expectError(await httpGet(`${server.url}${path}`), 404, 'not_found');
  },
);

test.each(['PUT', 'DELETE', 'PATCH'])('%s gets a 404', async (method) => {
  expectError(await rawRequest(server.url, '/api/search?q=robot', method), 404, 'not_found');
});

test.each([
  '/../package.json',
  '/../../package.json',
  '/%2e%2e/%2e%2e/package.json',
  '/..%2f..%2fpackage.json',
  '/assets/../../../package.json',
  '/assets/..%2f..%2f..%2fpackage.json',
  '/%5c..%5c..%5cpackage.json',
  '/%252e%252e/%252e%252e/package.json',
  '//etc/passwd',
  '/etc/passwd',
  '/%00/../etc/passwd',
  '/index.html%00.png',
  '/assets/',
  '/assets',
])('%s does not lead to a file outside the page: 404', async (path) => {
  const packageJson = readFileSync(join(import.meta.dirname, '..', '..', '..', '..', 'package.json'), 'utf8');
  const response = await rawRequest(server.url, path);
  expectError(response, 404, 'not_found');
  expect(response.text).not.toContain(packageJson.slice(0, 40));
  if (existsSync('/etc/passwd')) expect(response.text).not.toContain(readFileSync('/etc/passwd', 'utf8').slice(0, 40));
});

describe('the operators of other query languages have no effect:', () => {
  const hitsOf = async (q: string) => {
    const { status, body, text } = await httpGet(
      `${server.url}/api/search?${queryString({ q, mode: 'keyword', limit: 200 })}`,
    );
    expect(status, text).toBe(200);
    return searchResponse.parse(body).hits.map(({ id, score }) => `${id} ${score}`);
  };

  test.each(['^robot', '+robot', '- robot', '(robot', 'robot)', '"robot', 'robot"', 'robot:', "'robot'", 'robot;--'])(
    '%s finds what robot finds',
    async (q) => {
      const expected = await hitsOf('robot');
      expect(expected.length).toBeGreaterThan(20);
      expect(await hitsOf(q)).toEqual(expected);
    },
  );

  test.each(['robot AND grasping', 'robot OR grasping', 'robot NOT grasping', 'robot \0 grasping', 'robot & grasping'])(
    '%s finds what robot grasping finds',
    async (q) => {
      expect(await hitsOf(q)).toEqual(await hitsOf('robot grasping'));
    },
  );

  test.each([
    'AND',
    'OR',
    'NOT',
    'NEAR',
    'NEAR(robot grasp, 5)',
    'a AND',
    'AND AND AND',
    '*',
    '**',
    '"',
    '""',
    '"""',
    "'",
    "''",
    '^',
    ':',
    'title:',
    'title : robot',
    '{title abstract} : robot',
    '- title',
    '(',
    ')',
    '()',
    '((((',
    'robot^2',
    'words MATCH x',
    '%',
    '_',
    '\\',
    '\0',
    '\0\0',
    'rowid',
    '$1',
    '?',
    '?1',
    '@x',
    '#',
    '--',
    ';',
    '; DROP TABLE papers',
    '/*',
    '<script>',
    '𝕣𝕠𝕓𝕠𝕥',
    '½',
    '👩‍🔬',
    'ı',
    'ß',
    'ﬁ',
    '\u0301',
  ])('%j is answered', async (q) => {
    for (const mode of ['keyword', 'hybrid']) {
      const { status, body, text } = await httpGet(`${server.url}/api/search?${queryString({ q, mode, limit: 3 })}`);
      expect(status, text).toBe(200);
      expect(searchResponse.parse(body)).toMatchObject({ query: q, mode });
    }
  });
});

/** Checks that a response is either valid or an error of the client, never one of the server. */
function expectValid(response: HttpResponse, schema: { safeParse(value: unknown): { success: boolean } }): void {
  expect(response.status, response.text).toBeLessThan(500);
  if (response.status === 200) expect(schema.safeParse(response.body).success, response.text.slice(0, 300)).toBe(true);
  else expectError(response, response.status, response.status === 404 ? 'not_found' : 'bad_request');
}

test('no values of the search parameters cause an error of the server', async () => {
  const anyNumber = fc.oneof(fc.integer(), fc.double(), fc.constantFrom(0, 1, 200, 201, '', 'x', '1e1', '0x10', ' 5'));
  const values = fc.record(
    { q: anyText, mode: fc.oneof(fc.constantFrom(...searchModes), anyText), limit: anyNumber, offset: anyNumber },
    { requiredKeys: ['q'] },
  );
  await fc.assert(
    fc.asyncProperty(values, async (parameters) => {
      expectValid(await httpGet(`${server.url}/api/search?${queryString(parameters)}`), searchResponse);
    }),
    { numRuns: FUZZ_RUNS, seed: 17 },
  );
});

test('no text in the query string causes an error of the server', async () => {
  const query = fc.string({ unit: fc.constantFrom(...'q=&%+;#"\'()*^:[]{}~-_.!$0123456789abcdefé漢'), maxLength: 80 });
  await fc.assert(
    fc.asyncProperty(query, async (text) => {
      expectValid(await httpGet(`${server.url}/api/search?q=${text}`), searchResponse);
    }),
    { numRuns: FUZZ_RUNS, seed: 18 },
  );
});

test('no paper id causes an error of the server', async () => {
  const id = fc.string({ unit: fc.constantFrom(...'/%.\\?25fFeE0+&=;:@$,!\'"()*~-_é漢ab'.split('')), maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(id, async (text) => {
      expectValid(await httpGet(`${server.url}/api/papers/x${text}`), paperResponse);
      expectValid(await httpGet(`${server.url}/api/papers/${encodeURIComponent(text)}x`), paperResponse);
    }),
    { numRuns: FUZZ_RUNS, seed: 19 },
  );
});
