/** How many source files one must know to follow a search. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { copySampleBuild, temporaryFolder } from '../../fixtures/sample-server.ts';

const program = join(import.meta.dirname, '..', '..', 'fixtures', 'trace-request.mjs');
const folder = temporaryFolder();

beforeAll(() => copySampleBuild(folder.path));
afterAll(() => folder.remove());

/**
 * The most source files that one search may run. The query of this test has several words, so it cannot be a paper's id; the
 * sample is so small that HNSW is not used.
 */
const MAX_FILES = 25;

test(`a search runs functions of at most ${MAX_FILES} source files`, async () => {
  const path = '/api/search?q=robots+that+learn+to+push+and+grasp+objects';
  const { stdout } = await promisify(execFile)(process.execPath, [program, folder.path, path]);
  const files: string[] = JSON.parse(stdout);
  expect(files).toContain('pipeline/search/engine.ts');
  expect(files.length, files.join('\n')).toBeLessThanOrEqual(MAX_FILES);
});
