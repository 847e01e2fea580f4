import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silentEffects } from '../../../pipeline/cli/terminal.ts';
import type { Paper } from '../../../pipeline/core/paper.ts';
import { connectorWords, stopWords } from '../../../pipeline/core/stop-words.ts';
import { chosenTopics, type TopicAssignment } from '../../../pipeline/core/topic-tree.ts';
import { dotWithRow, type Vectors, vectorAt } from '../../../pipeline/core/vectors.ts';
import { embedPapers } from '../../../pipeline/embedding/embed-papers.ts';
import type { Embedder } from '../../../pipeline/embedding/embedder.ts';
import { openEmbedder } from '../../../pipeline/embedding/open-embedder.ts';
import { evaluateIndex } from '../../../pipeline/evaluation/evaluate-index.ts';
import { parseSources } from '../../../pipeline/ingest/parse-sources.ts';
import { resolveSources } from '../../../pipeline/ingest/sources.ts';
import { buildKnnGraph } from '../../../pipeline/search/vector/build-knn-graph.ts';
import { buildHnsw, type VectorIndex } from '../../../pipeline/search/vector/hnsw.ts';
import { describeTopics, type TopicDescription } from '../../../pipeline/topics/describe-topics.ts';
import { findTopics } from '../../../pipeline/topics/find-topics.ts';
import { singularize, wordRuns } from '../../../pipeline/topics/labels/words.ts';
import { tempFolders } from '../../fixtures/temp-folder.ts';

const newFolder = tempFolders();
const effects = silentEffects();
const search = { efSearch: 200, seed: 42 };
const sampleFolder = new URL('../../../data/sample/', import.meta.url).pathname;

let papers: readonly Paper[];
let model: Embedder;
let vectors: Vectors;
let index: VectorIndex;
let grouping: TopicAssignment;
let topics: TopicDescription[];

const indexOf = (some: Vectors) => buildHnsw(some, { m: 16, efConstruction: 200, seed: 42 });
const first = (count: number): Vectors => ({
  ...vectors,
  count,
  data: vectors.data.subarray(0, count * vectors.dimensions),
});

beforeAll(async () => {
  model = await openEmbedder('embedded', newFolder(), effects);
  ({ papers } = await parseSources(await resolveSources([sampleFolder], process.stdin), effects));
  ({ vectors } = await embedPapers(papers, model, { read: () => false, append: () => undefined }, effects));
  index = indexOf(vectors);
  const graph = await buildKnnGraph(vectors, index, { k: 15 }, effects);
  grouping = chosenTopics(await findTopics(vectors, graph, { resolution: 1, minTopicSize: 5, seed: 42 }, effects));
  const flat = { parentOf: new Int32Array(grouping.count).fill(-1), leafOfRow: grouping.topicOfRow };
  topics = await describeTopics(papers, vectors, flat, effects);
});
afterAll(() => model.close());

describe('examine', () => {
  test('measures what index and model are worth on the sample: both nearly all', async () => {
    const quality = await evaluateIndex(papers, vectors, index, model, search, effects);
    expect(quality.recallAt10).toBeGreaterThanOrEqual(0.99);
    expect(quality.recallAt100).toBeGreaterThanOrEqual(0.99);
    expect(quality.titleRecallAt1).toBeGreaterThanOrEqual(0.9);
    expect(quality.titleRecallAt1).toBeLessThanOrEqual(1);
    expect(await evaluateIndex(papers, vectors, index, model, search, effects)).toEqual(quality);
  });

  test('finds an index out that answers with far papers', async () => {
    // Each question is answered for the paper half the sample away.
    const turned: VectorIndex = {
      ...index,
      search(_, k, ef) {
        const { rows } = index.search(vectorAt(vectors, 3), k, ef);
        return { rows, similarities: Float32Array.from(rows, (row) => dotWithRow(vectors, row, _)) };
      },
    };
    const quality = await evaluateIndex(papers, vectors, turned, model, search, effects);
    expect(quality.recallAt10).toBeLessThan(0.3);
    expect(quality.titleRecallAt1).toBeLessThan(0.1);
  });

  test.each([1, 2, 5])('of %s papers finds all there are', async (count) => {
    const few = first(count);
    expect(await evaluateIndex(papers.slice(0, count), few, indexOf(few), model, search, effects)).toEqual({
      recallAt10: 1,
      recallAt100: 1,
      titleRecallAt1: 1,
    });
  });

  test('of no papers measures nothing', async () => {
    const none = first(0);
    expect(await evaluateIndex([], none, indexOf(none), model, search, effects)).toEqual({
      recallAt10: null,
      recallAt100: null,
      titleRecallAt1: null,
    });
  });
});

describe('the topics of the sample', () => {
  const keyOf = (text: string) => text.toLowerCase().split(/[ -]/).map(singularize).join(' ');

  test('hold most papers, in five to forty topics, the largest first', () => {
    expect(topics.length).toBeGreaterThanOrEqual(5);
    expect(topics.length).toBeLessThanOrEqual(40);
    const sizes = topics.map((_, id) => grouping.topicOfRow.filter((topic) => topic === id).length);
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeGreaterThan(300);
  });

  test('have three or more keywords each, none of them a stop word or LaTeX', () => {
    for (const { name, keywords } of topics) {
      expect([name, keywords.length >= 3]).toEqual([name, true]);
      for (const { text } of keywords) {
        expect(text).not.toMatch(/[\\${}_]/);
        const parts = text.toLowerCase().split(' ');
        expect(parts.filter((part) => stopWords.has(part) && !connectorWords.has(part))).toEqual([]);
        expect(connectorWords.has(parts[0]) || connectorWords.has(parts[parts.length - 1])).toBe(false);
      }
    }
  });

  test('have keywords that their papers use more than other papers do', () => {
    const used = papers.map(
      ({ title, abstract }) =>
        ` ${[...wordRuns(title), ...wordRuns(abstract)].map((run) => run.map(({ lemma }) => lemma).join(' ')).join(' | ')} `,
    );
    const share = (key: string, rows: readonly number[]) =>
      rows.filter((row) => used[row].includes(` ${key} `)).length / rows.length;
    const rows = [...papers.keys()];
    for (const [id, { keywords }] of topics.entries()) {
      const key = wordRuns(keywords[0].text)[0]
        .map((word) => word.lemma)
        .join(' ');
      const here = share(
        key,
        rows.filter((row) => grouping.topicOfRow[row] === id),
      );
      const there = share(
        key,
        rows.filter((row) => grouping.topicOfRow[row] !== id),
      );
      expect([key, here > 2 * there]).toEqual([key, true]);
    }
  });

  test('have names and first keywords that are all different', () => {
    expect(new Set(topics.map(({ name }) => keyOf(name))).size).toBe(topics.length);
    expect(new Set(topics.map(({ keywords }) => keyOf(keywords[0].text))).size).toBe(topics.length);
  });
});
