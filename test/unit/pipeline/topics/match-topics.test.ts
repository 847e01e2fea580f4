import { describe, expect, test } from 'vitest';
import type { TopicRecords } from '../../../../pipeline/core/topic-records.ts';
import { OUTLIER, type TopicTree } from '../../../../pipeline/core/topic-tree.ts';
import {
  continueTopics,
  type Described,
  nameByHand,
  type PreviousTopics,
} from '../../../../pipeline/topics/match-topics.ts';

/** A tree of one field with a topic for each letter; a paper of `.` is in none. */
function treeOf(papers: string): TopicTree {
  const letters = [...new Set(papers.replaceAll('.', ''))].sort();
  const leafOfRow = Int32Array.from(papers, (letter) => (letter === '.' ? OUTLIER : 1 + letters.indexOf(letter)));
  const size = (letter: string) => [...papers].filter((one) => one === letter).length;
  const parts = letters.map((letter, i) => ({
    id: i + 1,
    parent: 0,
    level: 1,
    end: i + 2,
    size: size(letter),
    splitResolution: null,
  }));
  const whole = papers.replaceAll('.', '').length;
  const field = { id: 0, parent: null, level: 0, end: letters.length + 1, size: whole, splitResolution: 0.5 };
  return {
    nodes: [field, ...parts],
    leafOfRow: leafOfRow,
    nearestOfRow: leafOfRow,
    levels: [],
    chosenLevel: 1,
    sweep: [],
  };
}

const described = (name: string, ...keywords: string[]): Described => ({
  name,
  keywords: keywords.map((text) => ({ text, weight: 1 })),
  central: [],
  sentence: null,
  months: [],
  growth: null,
});

const first = (papers: string, names: readonly string[]): TopicRecords =>
  continueTopics(
    treeOf(papers),
    names.map((name) => described(name)),
    undefined,
  ).topics;

/** The next snapshot: `papers` as before, entry i of `from` the previous row of row i, −1 for a new paper. */
function next(previous: TopicRecords, from: readonly number[], papers: string, told: readonly Described[]) {
  const before: PreviousTopics = { topics: previous, previousRowOf: Int32Array.from(from) };
  return continueTopics(treeOf(papers), told, before);
}

describe('topics from one snapshot to the next', () => {
  const previous = first('aaaabbbb', ['All', 'Robots', 'Maps']);

  test('are numbered from 0 in a first one, fields before their topics', () => {
    expect(previous.named.map(({ id, name }) => [id, name])).toEqual([
      [0, 'All'],
      [1, 'Robots'],
      [2, 'Maps'],
    ]);
    expect(previous.nextId).toBe(3);
  });

  test('keep id and name with their papers, whatever they would be called now; ids of the dead are given to no one', () => {
    const { topics, changes } = next(
      previous,
      [4, 5, 6, 7, -1, -1, -1, -1],
      'aaaabbbb',
      ['All', 'Atlases', 'Tides'].map((name) => described(name)),
    );
    expect(topics.named.map(({ id, name }) => [id, name])).toEqual([
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

  test('that are called what another kept are told apart by a keyword', () => {
    const told = [described('All'), described('Atlases'), described('Maps', 'maps', 'tides')];
    const { topics } = next(previous, [4, 5, 6, 7, -1, -1, -1, -1], 'aaaabbbb', told);
    expect(topics.named.map(({ name }) => name)).toEqual(['All', 'Maps', 'Maps · maps']);
  });

  test('that changed most of their papers keep their id and take a new name', () => {
    const { topics } = next(
      previous,
      [0, 1, 2, 4, 5, 6, 3, 7],
      'aaaaaabb',
      ['All', 'Machines', 'Charts'].map((name) => described(name)),
    );
    const [, machines] = topics.named;
    // Three papers of four and three of the other: half of six in common.
    expect(machines).toMatchObject({ id: 1, name: 'Machines' });
  });
});

describe('names by hand', () => {
  const previous = first('aaaabbbb', ['All', 'Robots', 'Maps']);
  const given = [{ topic: ['maps'], name: 'Cartography', line: 3 }];

  test('stand in the place of made ones, which stay beside them', () => {
    const { topics, warnings } = nameByHand(previous, given, undefined, 'names.txt');
    expect(topics.named[2]).toMatchObject({ id: 2, name: 'Cartography', generatedName: 'Maps', userKey: 'maps' });
    expect(topics.named[1]).toMatchObject({ name: 'Robots', userKey: null });
    expect(warnings).toEqual([]);
  });

  test('go on naming the topic when its made name has changed', () => {
    const { topics: before } = nameByHand(previous, given, undefined, 'names.txt');
    const told = ['All', 'Robots', 'Charts'].map((name) => described(name));
    // Two papers of five in common: still the same topic, and about something else.
    const { topics: after } = next(before, [0, 1, 7, 2, 3, 4, 5], 'aaabbbb', told);
    const { topics } = nameByHand(after, given, before, 'names.txt');
    expect(topics.named[2]).toMatchObject({ id: 2, name: 'Cartography', generatedName: 'Charts' });
  });

  test('that mean no topic are told with their line, and change nothing', () => {
    const nowhere = [{ topic: ['tides'], name: 'Seas', line: 1 }];
    const { topics, warnings } = nameByHand(previous, nowhere, undefined, 'names.txt');
    expect(topics.named.map(({ name }) => name)).toEqual(['All', 'Robots', 'Maps']);
    expect(warnings).toEqual([expect.stringContaining('names.txt:1')]);
  });
});
