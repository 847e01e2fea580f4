import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silentEffects } from '../../pipeline/cli/terminal.ts';
import type { Manifest } from '../../pipeline/core/manifest.ts';
import type { Paper } from '../../pipeline/core/paper.ts';
import { type Embedder, embeddingInputOf } from '../../pipeline/embedding/embedder.ts';
import { openEmbedder } from '../../pipeline/embedding/open-embedder.ts';
import { currentSnapshotFolder } from '../../pipeline/store/data-folder.ts';
import { readManifest, snapshotFileNames } from '../../pipeline/store/snapshot-files.ts';
import { samplePapers, writeJsonl } from '../fixtures/corpus.ts';
import { fileHashes } from '../fixtures/folder-state.ts';
import { runPaperfield } from '../fixtures/paperfield-process.ts';
import { buildInto, sampleFolder, temporaryFolder } from '../fixtures/sample-server.ts';

const folder = temporaryFolder();
const [byProcess, here, again] = ['by-process', 'here', 'again'].map((name) => join(folder.path, name));
let papers: readonly Paper[];

beforeAll(async () => {
  papers = await samplePapers();
  const args = ['build', '--source', sampleFolder, '--data-dir', byProcess];
  const build = runPaperfield(args, { cwd: folder.path, timeoutMs: 100_000 });
  await buildInto(here, [sampleFolder]);
  const { code, err } = await build;
  expect(code, err).toBe(0);
});
afterAll(() => folder.remove());

/** The current snapshot without the two fields of its manifest that differ between equal builds. */
function contentOf(dataDir: string) {
  const { id, createdAt, ...manifest }: Manifest = readManifest(currentSnapshotFolder(dataDir));
  expect(id.slice(-8)).toMatch(/^[0-9a-f]{8}$/);
  expect(Date.parse(createdAt)).toBeGreaterThan(0);
  const { [snapshotFileNames.manifest]: _, ...files } = fileHashes(currentSnapshotFolder(dataDir));
  expect(Object.keys(files).sort()).toEqual(
    Object.values(snapshotFileNames)
      .filter((name) => name !== snapshotFileNames.manifest)
      .sort(),
  );
  return { manifest, files, content: id.slice(-8) };
}

test('two builds of the sample, in two processes and two folders, are byte-equal', () => {
  expect(contentOf(here)).toEqual(contentOf(byProcess));
});

test('a build that reads all vectors from the cache is byte-equal to one that embedded the texts', async () => {
  const first = contentOf(here);
  const { embedded, reused } = await buildInto(here, [sampleFolder], { fresh: true });
  expect({ embedded, reused }).toEqual({ embedded: 0, reused: 326 });
  expect(contentOf(here)).toEqual(first);
}, 120_000);

describe('a corpus that grows night by night', () => {
  const source = join(folder.path, 'grown.jsonl');
  async function grow(options: Record<string, unknown>) {
    rmSync(again, { recursive: true, force: true });
    for (const count of [80, 81, 120]) {
      writeJsonl(source, papers.slice(0, count));
      await buildInto(again, [source], { epochs: 5, ...options });
    }
    return contentOf(again);
  }
  let fresh: ReturnType<typeof contentOf>;
  beforeAll(async () => {
    fresh = await grow({ fresh: true });
  });

  test('is byte-equal to one that was built at once, with --fresh true', async () => {
    rmSync(again, { recursive: true });
    await buildInto(again, [source], { epochs: 5 });
    expect(fresh).toEqual(contentOf(again));
  });

  test('gives equal snapshots twice if each night updates the one before, which differ from fresh ones only in map and topics', async () => {
    const grown = await grow({});
    const { manifest, ...twice } = await grow({});
    const withoutPrevious = ({ previous: _, ...rest }: Manifest | Omit<Manifest, 'id' | 'createdAt'>) => rest;
    expect(twice).toEqual({ files: grown.files, content: grown.content });
    expect(withoutPrevious(manifest)).toEqual(withoutPrevious(grown.manifest));
    const differing = Object.keys(grown.files).filter((name) => fresh.files[name] !== grown.files[name]);
    const mapAndTopics = [
      snapshotFileNames.topicChanges,
      snapshotFileNames.map,
      snapshotFileNames.topics,
      snapshotFileNames.topicColumns,
    ];
    expect(differing.sort()).toEqual(mapAndTopics.sort());
  }, 120_000);
});

test('the vector of a text is equal to the bit, whatever it is embedded together with', async () => {
  const embedder: Embedder = await openEmbedder('embedded', join(folder.path, 'models'), silentEffects());
  try {
    const texts = papers.slice(0, 64).map((paper) => embeddingInputOf(embedder.settings, paper));
    const together = await embedder.embed(texts);
    const { dimensions } = embedder.settings;
    const differing: number[] = [];
    for (const [i, text] of texts.entries()) {
      const alone = await embedder.embed([text]);
      if (!alone.every((value, d) => value === together[i * dimensions + d])) differing.push(i);
    }
    expect(differing).toEqual([]);
  } finally {
    await embedder.close();
  }
});

test('another seed gives another map of the same papers', async () => {
  const source = [writeJsonl(join(folder.path, 'seeded.jsonl'), papers.slice(0, 60))];
  const [a, b] = ['seed-1', 'seed-2'].map((name) => join(folder.path, name));
  await buildInto(a, source, { seed: 1 });
  await buildInto(b, source, { seed: 2 });
  const [first, second] = [contentOf(a).files, contentOf(b).files];
  expect(first[snapshotFileNames.map]).not.toBe(second[snapshotFileNames.map]);
  for (const name of [snapshotFileNames.papers, snapshotFileNames.vectors, snapshotFileNames.graph])
    expect(first[name]).toBe(second[name]);
});
