import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { errorAnswer, paperAnswer, searchAnswer, searchModes } from '../../../server/schemas/search.ts';
import { type Answer, ask, askRaw, queryOf } from '../../fixtures/client.ts';
import { startSampleServer } from '../../fixtures/sample-server.ts';

const FUZZ_RUNS = process.env.TORTURE ? 3000 : 100;

vi.setConfig({ testTimeout: process.env.TORTURE ? 120_000 : 30_000 });

let server: Awaited<ReturnType<typeof startSampleServer>>;

beforeAll(async () => {
  server = await startSampleServer();
});
afterAll(() => server.stop());

/** An error as the contract has it, which tells nothing of the machine. */
function expectError(answer: Answer, status: number, code: string): string {
  expect(answer.status, answer.text).toBe(status);
  const parsed = errorAnswer.parse(answer.body);
  expect(answer.body).toEqual(parsed);
  expect(parsed.error.code).toBe(code);
  expect(parsed.error.message).not.toBe('');
  expectNoInsides(answer.text);
  return parsed.error.message;
}

function expectNoInsides(text: string): void {
  expect(text).not.toMatch(/node_modules|\.ts:\d+|\bat \w+ \(/);
  expect(text).not.toContain(server.dataDir);
  expect(text).not.toContain(process.cwd());
}

describe('a search that does not fit gets a 400 that names what does not fit:', () => {
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
    ['an offset of a thousand million', 'q=a&offset=1000000000', 'offset'],
    ['an unknown mode', 'q=a&mode=psychic', 'mode'],
    ['a mode in capitals', 'q=a&mode=HYBRID', 'mode'],
  ])('%s', async (_, query, name) => {
    expect(expectError(await ask(`${server.url}/api/search?${query}`), 400, 'bad_request')).toContain(name);
  });
});

test.each(['0', '201', 'x', '-1', '2.5'])('similar papers with limit %s get a 400', async (limit) => {
  const { body } = await ask(`${server.url}/api/search?q=robot&limit=1`);
  const [{ id }] = searchAnswer.parse(body).hits;
  const answer = await ask(`${server.url}/api/papers/${id}/similar?limit=${limit}`);
  expect(expectError(answer, 400, 'bad_request')).toContain('limit');
});

test.each(['/api/papers/no-such-paper', '/api/papers/no-such-paper/similar'])('%s is a 404', async (path) => {
  expect(expectError(await ask(`${server.url}${path}`), 404, 'not_found')).toContain('no-such-paper');
});

test.each(['/api', '/api/', '/api/papers', '/api/papers/', '/api/nothing', '/api/search/', '/no/such/page'])(
  'the unknown route %s is a 404',
  async (path) => {
    expectError(await ask(`${server.url}${path}`), 404, 'not_found');
  },
);

test.each(['PUT', 'DELETE', 'PATCH'])('%s changes nothing and is a 404', async (method) => {
  expectError(await askRaw(server.url, '/api/search?q=robot', method), 404, 'not_found');
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
])('%s leads out of nowhere: 404', async (path) => {
  const secret = readFileSync(join(import.meta.dirname, '..', '..', '..', 'package.json'), 'utf8');
  const answer = await askRaw(server.url, path);
  expectError(answer, 404, 'not_found');
  expect(answer.text).not.toContain(secret.slice(0, 40));
  if (existsSync('/etc/passwd')) expect(answer.text).not.toContain(readFileSync('/etc/passwd', 'utf8').slice(0, 40));
});

describe('the marks of other query languages are only marks:', () => {
  const hitsOf = async (q: string) => {
    const { status, body, text } = await ask(`${server.url}/api/search?${queryOf({ q, mode: 'keyword', limit: 200 })}`);
    expect(status, text).toBe(200);
    return searchAnswer.parse(body).hits.map(({ id, score }) => `${id} ${score}`);
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
      const { status, body, text } = await ask(`${server.url}/api/search?${queryOf({ q, mode, limit: 3 })}`);
      expect(status, text).toBe(200);
      expect(searchAnswer.parse(body)).toMatchObject({ query: q, mode });
    }
  });
});

/** Either what was asked for or an error of the asker's: never a fault of ours. */
function expectSound(answer: Answer, schema: { safeParse(value: unknown): { success: boolean } }): void {
  expect(answer.status, answer.text).toBeLessThan(500);
  if (answer.status === 200) expect(schema.safeParse(answer.body).success, answer.text.slice(0, 300)).toBe(true);
  else expectError(answer, answer.status, answer.status === 404 ? 'not_found' : 'bad_request');
}

test('whatever the values of a search are, the server makes no mistake', async () => {
  const anyText = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.string({ unit: 'grapheme', maxLength: 200 }),
  );
  const anyNumber = fc.oneof(fc.integer(), fc.double(), fc.constantFrom(0, 1, 200, 201, '', 'x', '1e1', '0x10', ' 5'));
  const values = fc.record(
    { q: anyText, mode: fc.oneof(fc.constantFrom(...searchModes), anyText), limit: anyNumber, offset: anyNumber },
    { requiredKeys: ['q'] },
  );
  await fc.assert(
    fc.asyncProperty(values, async (written) => {
      expectSound(await ask(`${server.url}/api/search?${queryOf(written)}`), searchAnswer);
    }),
    { numRuns: FUZZ_RUNS, seed: 17 },
  );
});

test('whatever stands after the question mark, the server makes no mistake', async () => {
  const query = fc.string({ unit: fc.constantFrom(...'q=&%+;#"\'()*^:[]{}~-_.!$0123456789abcdefé漢'), maxLength: 80 });
  await fc.assert(
    fc.asyncProperty(query, async (written) => {
      expectSound(await ask(`${server.url}/api/search?q=${written}`), searchAnswer);
    }),
    { numRuns: FUZZ_RUNS, seed: 18 },
  );
});

test('whatever the id is, the server makes no mistake', async () => {
  const id = fc.string({ unit: fc.constantFrom(...'/%.\\?25fFeE0+&=;:@$,!\'"()*~-_é漢ab'.split('')), maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(id, async (written) => {
      expectSound(await ask(`${server.url}/api/papers/x${written}`), paperAnswer);
      expectSound(await ask(`${server.url}/api/papers/${encodeURIComponent(written)}x`), paperAnswer);
    }),
    { numRuns: FUZZ_RUNS, seed: 19 },
  );
});
