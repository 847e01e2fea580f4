import { describe, expect, test } from 'vitest';
import type { SnapshotTopics } from '../../../../pipeline/core/topic-tree.ts';
import { OUTLIER, type TopicTree } from '../../../../pipeline/core/topic-tree.ts';
import type { TopicDescription } from '../../../../pipeline/topics/describe-topics.ts';
import { matchTopics } from '../../../../pipeline/topics/match-topics.ts';
import { applyUserTopicNames } from '../../../../pipeline/topics/user-names.ts';

/** A tree of one super-topic with a topic for each letter; a letter per paper is its topic, '.' is none. */
function treeOf(papers: string): TopicTree {
  const letters = [...new Set(papers.replaceAll('.', ''))].sort();
  const leafOfRow = Int32Array.from(papers, (letter) => (letter === '.' ? OUTLIER : 1 + letters.indexOf(letter)));
  const topics = letters.map((letter, i) => ({
    id: i + 1,
    parent: 0,
    level: 1,
    end: i + 2,
    size: [...papers].filter((one) => one === letter).length,
    splitResolution: null,
  }));
  const size = papers.replaceAll('.', '').length;
  const superTopic = { id: 0, parent: null, level: 0, end: letters.length + 1, size, splitResolution: 0.5 };
  return {
    nodes: [superTopic, ...topics],
    leafOfRow,
    nearestOfRow: leafOfRow,
    levels: [],
    chosenLevel: 1,
    sweep: [],
  };
}

const described = (name: string, ...keywords: string[]): TopicDescription => ({
  name,
  keywords: keywords.map((text) => ({ text, weight: 1 })),
  representative: [],
  sentence: null,
  months: [],
  growth: null,
});

const firstSnapshot = (papers: string, names: readonly string[]): SnapshotTopics =>
  matchTopics(
    treeOf(papers),
    names.map((name) => described(name)),
    undefined,
  ).topics;

/** The topics of the next snapshot. Entry i of `previousRows` is the previous row of row i, −1 for a new paper. */
function nextSnapshot(
  previous: SnapshotTopics,
  previousRows: readonly number[],
  papers: string,
  descriptions: readonly TopicDescription[],
) {
  return matchTopics(treeOf(papers), descriptions, {
    topics: previous,
    previousRowOf: Int32Array.from(previousRows),
  });
}

describe('the topics', () => {
  const previous = firstSnapshot('aaaabbbb', ['All', 'Robots', 'Maps']);

  test('of a first snapshot have ids from 0, super-topics before their topics', () => {
    expect(previous.records.map(({ id, name }) => [id, name])).toEqual([
      [0, 'All'],
      [1, 'Robots'],
      [2, 'Maps'],
    ]);
    expect(previous.nextId).toBe(3);
  });

  test('keep id and name while they keep their papers, and ids of dead topics are not reused', () => {
    const { topics, changes } = nextSnapshot(
      previous,
      [4, 5, 6, 7, -1, -1, -1, -1],
      'aaaabbbb',
      ['All', 'Atlases', 'Tides'].map((name) => described(name)),
    );
    expect(topics.records.map(({ id, name }) => [id, name])).toEqual([
      [0, 'All'],
      [2, 'Maps'],
      [3, 'Tides'],
    ]);
    expect(topics.nextId).toBe(4);
    expect(changes.levels).toEqual([
      {
        level: 0,
        events: [
          { kind: 'born', id: 3, size: 4, from: [] },
          { kind: 'died', id: 1, size: 4, into: [] },
        ],
      },
    ]);
    expect(changes.names).toContainEqual({ id: 1, name: 'Robots' });
  });

  test('get a keyword added to a name that another topic kept', () => {
    const descriptions = [described('All'), described('Atlases'), described('Maps', 'maps', 'tides')];
    const { topics } = nextSnapshot(previous, [4, 5, 6, 7, -1, -1, -1, -1], 'aaaabbbb', descriptions);
    expect(topics.records.map(({ name }) => name)).toEqual(['All', 'Maps', 'Maps · maps']);
  });

  test('keep their id but get a new name if most of their papers changed', () => {
    const { topics } = nextSnapshot(
      previous,
      [0, 1, 2, 4, 5, 6, 3, 7],
      'aaaaaabb',
      ['All', 'Machines', 'Charts'].map((name) => described(name)),
    );
    const [, machines] = topics.records;
    // Three papers of each previous topic: Jaccard similarity 3/7.
    expect(machines).toMatchObject({ id: 1, name: 'Machines' });
  });
});

describe('user names', () => {
  const previous = firstSnapshot('aaaabbbb', ['All', 'Robots', 'Maps']);
  const userNames = [{ topic: ['maps'], name: 'Cartography', line: 3 }];

  test('replace generated names, which are kept beside them', () => {
    const { topics, warnings } = applyUserTopicNames(previous, userNames, undefined, 'names.txt');
    expect(topics.records[2]).toMatchObject({ id: 2, name: 'Cartography', generatedName: 'Maps', userKey: 'maps' });
    expect(topics.records[1]).toMatchObject({ name: 'Robots', userKey: null });
    expect(warnings).toEqual([]);
  });

  test('stay with their topic when its generated name changes', () => {
    const { topics: renamed } = applyUserTopicNames(previous, userNames, undefined, 'names.txt');
    const descriptions = ['All', 'Robots', 'Charts'].map((name) => described(name));
    // Two of five papers in common: still the same topic, but about something else.
    const { topics: next } = nextSnapshot(renamed, [0, 1, 7, 2, 3, 4, 5], 'aaabbbb', descriptions);
    const { topics } = applyUserTopicNames(next, userNames, renamed, 'names.txt');
    expect(topics.records[2]).toMatchObject({ id: 2, name: 'Cartography', generatedName: 'Charts' });
  });

  test('for no topic change nothing and give a warning with the line', () => {
    const unknown = [{ topic: ['tides'], name: 'Seas', line: 1 }];
    const { topics, warnings } = applyUserTopicNames(previous, unknown, undefined, 'names.txt');
    expect(topics.records.map(({ name }) => name)).toEqual(['All', 'Robots', 'Maps']);
    expect(warnings).toEqual([expect.stringContaining('names.txt:1')]);
  });
});
