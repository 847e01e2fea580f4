import { beforeAll, describe, expect, test } from 'vitest';
import { silentEffects } from '../../../pipeline/cli/terminal.ts';
import type { Paper } from '../../../pipeline/core/paper.ts';
import { connectorWords, stopWords } from '../../../pipeline/core/stop-words.ts';
import { assignTopicsAtChosenLevel, type TopicAssignment } from '../../../pipeline/core/topic-tree.ts';
import { embedPapers, noEmbeddingCache } from '../../../pipeline/embedding/embed-papers.ts';
import { openEmbedder } from '../../../pipeline/embedding/open-embedder.ts';
import { buildKnnGraph } from '../../../pipeline/search/vector/build-knn-graph.ts';
import { buildHnsw } from '../../../pipeline/search/vector/hnsw.ts';
import { describeTopics, type TopicDescription } from '../../../pipeline/topics/describe-topics.ts';
import { findTopics } from '../../../pipeline/topics/find-topics.ts';
import { singularize, wordRuns } from '../../../pipeline/topics/labels/words.ts';
import { samplePapers } from '../../fixtures/corpus.ts';
import { tempFolders } from '../../fixtures/temp-folder.ts';

const newFolder = tempFolders();
const effects = silentEffects();

let papers: readonly Paper[];
let assignment: TopicAssignment;
let topics: TopicDescription[];

beforeAll(async () => {
  papers = await samplePapers();
  const model = await openEmbedder('embedded', newFolder(), effects);
  const { vectors } = await embedPapers(papers, model, noEmbeddingCache, effects);
  await model.close();
  const index = buildHnsw(vectors, { m: 16, efConstruction: 200, seed: 42 });
  const graph = await buildKnnGraph(vectors, index, { k: 15 }, effects);
  assignment = assignTopicsAtChosenLevel(
    await findTopics(vectors, graph, { resolution: 1, minTopicSize: 5, seed: 42 }, effects),
  );
  const flat = { parentOf: new Int32Array(assignment.count).fill(-1), leafOfRow: assignment.topicOfRow };
  topics = await describeTopics(papers, vectors, flat, undefined, effects);
});

describe('the topics of the sample', () => {
  const keyOf = (text: string) => text.toLowerCase().split(/[ -]/).map(singularize).join(' ');

  test('are five to forty, contain most papers, and are sorted by descending size', () => {
    expect(topics.length).toBeGreaterThanOrEqual(5);
    expect(topics.length).toBeLessThanOrEqual(40);
    const sizes = topics.map((_, id) => assignment.topicOfRow.filter((topic) => topic === id).length);
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeGreaterThan(300);
  });

  test('have at least three keywords each, without stop words or LaTeX', () => {
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

  test('have keywords that their own papers use more often than other papers', () => {
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
        rows.filter((row) => assignment.topicOfRow[row] === id),
      );
      const there = share(
        key,
        rows.filter((row) => assignment.topicOfRow[row] !== id),
      );
      expect([key, here > 2 * there]).toEqual([key, true]);
    }
  });

  test('have different names and different first keywords', () => {
    expect(new Set(topics.map(({ name }) => keyOf(name))).size).toBe(topics.length);
    expect(new Set(topics.map(({ keywords }) => keyOf(keywords[0].text))).size).toBe(topics.length);
  });
});
