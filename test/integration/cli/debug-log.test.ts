import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callMain } from '../../fixtures/call-main.ts';
import { samplePapers, writeJsonl } from '../../fixtures/corpus.ts';
import { temporaryFolder } from '../../fixtures/sample-server.ts';

const folder = temporaryFolder();
const dataDir = join(folder.path, 'data');
const source = join(folder.path, 'papers.jsonl');

/** Builds that many papers of the sample; the debug lines, without their prefix. */
async function debugLinesOf(count: number, command = 'build', ...more: string[]): Promise<string[]> {
  writeJsonl(source, (await samplePapers()).slice(0, count));
  const { code, err } = await callMain([command, '--source', source, '--data-dir', dataDir, ...more]);
  expect(code, err).toBe(0);
  return err.split('\n').flatMap((line) => /^debug: (.*)/.exec(line)?.[1] ?? []);
}

const previousLevel = process.env.PAPERFIELD_LOG;
beforeAll(() => {
  process.env.PAPERFIELD_LOG = 'debug';
});
afterAll(() => {
  if (previousLevel === undefined) delete process.env.PAPERFIELD_LOG;
  else process.env.PAPERFIELD_LOG = previousLevel;
  folder.remove();
});

describe('with PAPERFIELD_LOG=debug a build says what it decides and why', () => {
  let first: string[];
  let second: string[];
  beforeAll(async () => {
    first = await debugLinesOf(110, 'build', '--epochs', '40');
    second = await debugLinesOf(112, 'build', '--epochs', '40');
  });

  test.each([
    ['the tokenizer and the file it is from', /^tokenizer: our own WordPiece, from .*tokenizer\.json$/],
    [
      'both models',
      /^model: paperfield-contextual from .*\.onnx, 384 dimensions \(\d+ in the vector index\), pooling: model/,
    ],
    ['and the second', /^model: paperfield-static from .*\.onnx, 1024 dimensions \(512 in the vector index\)/],
    ['that there is no previous snapshot', /^previous snapshot: none that can be read$/],
    ['the cached vectors', /^vector cache: has 0 of 110 papers; 110 distinct texts to embed$/],
    ['how neighbors are found', /^kNN graph: by an exact scan; up to 2000 papers are scanned$/],
    ['why the topics are new', /^topics: built from scratch, because there is no previous tree$/],
    ['why the map is new', /^map: fresh, because there is no previous map$/],
    ['the number of epochs', /^map layout: 40 epochs \(set by the option\) of umap, starting from the PCA plane$/],
  ])('%s', (_, pattern) => {
    expect(first).toContainEqual(expect.stringMatching(pattern));
  });

  test.each([
    [
      'what the sources have of the current papers',
      /^quality gate: 0 of the 110 papers of \S+ are missing from the so/,
    ],
    [
      'what the previous snapshot has',
      /^previous snapshot: \S+ has 110 of the 112 papers; options changed since.*: none$/,
    ],
    ['the cached vectors', /^vector cache: has 110 of 112 papers; 2 distinct texts to embed$/],
    ['that the tree of topics is kept', /^topics: the previous tree is kept \(2 new papers/],
    ['that the map is extended', /^map: extended \(2 papers new since the last layout, 5\.0 % are placed/],
    [
      'the figures of the quality gate',
      /^quality gate: mean reciprocal rank of known items was 0\.\d+, is 0\.\d+, may fall/,
    ],
  ])('and with a previous snapshot %s', (_, pattern) => {
    expect(second).toContainEqual(expect.stringMatching(pattern));
  });

  test('and which options changed', async () => {
    const lines = await debugLinesOf(112, 'build', '--epochs', '41');
    expect(lines).toContainEqual(expect.stringMatching(/options changed since then: epochs$/));
    expect(lines).toContain('map: fresh, because options changed; aligned to the previous map');
  });

  test('and the nightly run that the input is unchanged', async () => {
    const lines = await debugLinesOf(112, 'nightly', '--epochs', '41');
    expect(lines).toContainEqual(expect.stringMatching(/^input: that of \S+, nothing to build$/));
  });
});

test('without it nothing of that is written', async () => {
  process.env.PAPERFIELD_LOG = '';
  expect(await debugLinesOf(112, 'build', '--epochs', '41')).toEqual([]);
  process.env.PAPERFIELD_LOG = 'debug';
});
