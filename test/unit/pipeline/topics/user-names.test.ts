import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PaperfieldError } from '../../../../pipeline/core/errors.ts';
import {
  assignUserTopicNames,
  type NameableTopic,
  type PreviousTopicNames,
  parseUserTopicNames,
  readUserTopicNames,
  TOPIC_NAMES_FILE,
} from '../../../../pipeline/topics/user-names.ts';
import { tempFolders } from '../../../fixtures/temp-folder.ts';

fc.configureGlobal({ seed: 8017 });

const newFolder = tempFolders();
const parse = (text: string) => parseUserTopicNames(text, 'names.txt');

describe('readUserTopicNames', () => {
  test('reads the file of a data folder', () => {
    const folder = newFolder();
    writeFileSync(join(folder, TOPIC_NAMES_FILE), '# mine\nSchrödinger bridges = Brücken\n');
    expect(readUserTopicNames(folder)).toEqual([{ topic: ['schrödinger bridges'], name: 'Brücken', line: 2 }]);
  });

  test('finds no names in a folder without the file', () => {
    expect(readUserTopicNames(newFolder())).toEqual([]);
  });

  test('reports file and line of what it cannot parse', () => {
    const folder = newFolder();
    const path = join(folder, TOPIC_NAMES_FILE);
    writeFileSync(path, 'A = B\nno sign here\n');
    expect(() => readUserTopicNames(folder)).toThrow(`${path}:2: expected TOPIC = NAME; found: no sign here`);
  });

  test('rejects a file that is not UTF-8, and a folder of that name', () => {
    const withBytes = newFolder();
    writeFileSync(join(withBytes, TOPIC_NAMES_FILE), Buffer.from([0x41, 0xff, 0xfe, 0x3d]));
    expect(() => readUserTopicNames(withBytes)).toThrow('expected UTF-8 text');
    const withFolder = newFolder();
    mkdirSync(join(withFolder, TOPIC_NAMES_FILE));
    expect(() => readUserTopicNames(withFolder)).toThrow('cannot be read');
  });
});

describe('parseUserTopicNames', () => {
  test('parses a topic per line, except comments and blank lines', () => {
    const text = '\uFEFF# my names\n\nVisual · multimodal = Seeing and reading\r\nAgents > GUI agents=Screens\n';
    expect(parse(text)).toEqual([
      { topic: ['visual multimodal'], name: 'Seeing and reading', line: 3 },
      { topic: ['agents', 'gui agents'], name: 'Screens', line: 4 },
    ]);
  });

  test('takes everything after the first = as the name', () => {
    expect(parse('A = B = C')[0].name).toBe('B = C');
    expect(parse('A =  two   blanks ')[0].name).toBe('two blanks');
  });

  test.each([
    ['a line without =', 'A = B\nrobots', 2, 'TOPIC = NAME'],
    ['no topic', ' = Robots', 1, 'before ='],
    ['a topic without letters and digits', '· > A = Robots', 1, 'before ='],
    ['no name', '# x\n\nRobots =', 3, 'after ='],
    ['a name without letters and digits', 'Robots = · ·', 1, 'after ='],
    ['a name that is too long', `Robots = ${'x'.repeat(81)}`, 1, 'at most 80'],
    ['a topic named twice', 'Robots = A\nrobots = B', 2, 'line 1'],
  ])('rejects %s, with the line', (_, text, line, message) => {
    const failure = (() => {
      try {
        return parse(text);
      } catch (error) {
        return error;
      }
    })();
    expect(failure).toBeInstanceOf(PaperfieldError);
    expect(failure).toMatchObject({ kind: 'bad_input', message: expect.stringContaining(`names.txt:${line}: `) });
    expect(failure).toMatchObject({ message: expect.stringContaining(message) });
  });

  test('parses all relevant lines of any text or reports one of them', () => {
    const piece = fc.constantFrom('robots', ' ', '=', '>', '#', '\n', '\r\n', '·', 'A', '深度');
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join('')),
        (text) => {
          const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.trim().startsWith('#'));
          try {
            expect(parse(text)).toHaveLength(lines.length);
          } catch (error) {
            if (!(error instanceof PaperfieldError)) throw error;
            expect(error.message).toMatch(/^names\.txt:\d+: /);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

const topics: NameableTopic[] = [
  { id: 'a1', parent: -1, generatedName: 'Agents · tools' },
  { id: 'b2', parent: 0, generatedName: 'Reinforcement learning' },
  { id: 'c3', parent: 0, generatedName: 'GUI agents' },
  { id: 'd4', parent: -1, generatedName: 'Robots' },
  { id: 'e5', parent: 3, generatedName: 'Reinforcement learning' },
];
const assign = (text: string, previous: readonly PreviousTopicNames[] = [], to = topics) =>
  assignUserTopicNames(to, parse(text), previous, 'names.txt');
const generatedNames = topics.map(({ generatedName }) => generatedName);
const renamedAt = (topic: number, name: string) => generatedNames.map((own, i) => (i === topic ? name : own));

describe('assignUserTopicNames', () => {
  test.each([
    ['its generated name', 'Agents · tools = Doing', 0],
    ['its generated name in lower case and without punctuation', 'agents tools = Doing', 0],
    ['its id', 'c3 = Doing', 2],
    ['its path, if several topics have its name', 'Robots > Reinforcement learning = Doing', 4],
  ])('finds a topic by %s', (_, text, topic) => {
    const { names, userKey, warnings } = assign(text);
    expect(names).toEqual(renamedAt(topic, 'Doing'));
    expect(userKey.map((key, i) => [i, key !== null])).toEqual(topics.map((_, i) => [i, i === topic]));
    expect(warnings).toEqual([]);
  });

  test.each([
    ['matches no topic', 'Cooking = Kitchens', 'no topic is called "cooking"'],
    ['matches several topics, with their ids', 'Reinforcement learning = Rewards', 'b2, e5'],
    ['gives a topic the wrong parent', 'Robots > GUI agents = Screens', 'no topic'],
  ])('warns of a line that %s, and changes nothing', (_, text, message) => {
    const { names, userKey, warnings } = assign(`\n${text}`);
    expect(names).toEqual(generatedNames);
    expect(userKey).toEqual(topics.map(() => null));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/^names\.txt:2: /);
    expect(warnings[0]).toContain(message);
  });

  test('uses the first of two lines for the same topic', () => {
    const { names, warnings } = assign('GUI agents = Screens\nc3 = Windows');
    expect(names).toEqual(renamedAt(2, 'Screens'));
    expect(warnings).toEqual([expect.stringContaining('line 1')]);
  });

  describe('after rebuilds', () => {
    const text = 'GUI agents = Screens';
    const previousOf = (some: readonly NameableTopic[], userKey: readonly (string | null)[]) =>
      some.map(({ id, generatedName }, i) => ({ id, generatedName, userKey: userKey[i] }));
    const regenerated = (names: readonly string[]) => topics.map((topic, i) => ({ ...topic, generatedName: names[i] }));

    test('keeps a name with its topic, even if its generated name changes and another topic gets the old one', () => {
      let previous = previousOf(topics, assign(text).userKey);
      const nights = [
        regenerated(['Agents', 'RL', 'Computer use', 'Robots', 'Policies']),
        regenerated(['Agents', 'GUI agents', 'Screenshots', 'Robots', 'Policies']),
        regenerated(['GUI agents', 'RL', 'GUI grounding', 'Robots', 'Policies']),
      ];
      for (const night of nights) {
        const { names, userKey, warnings } = assign(text, previous, night);
        expect(names).toEqual(night.map(({ generatedName }, i) => (i === 2 ? 'Screens' : generatedName)));
        expect(warnings).toEqual([]);
        previous = previousOf(night, userKey);
      }
    });

    test('finds a topic by its generated name of the previous snapshot', () => {
      const night = regenerated(['Agents', 'RL', 'Computer use', 'Robots', 'Policies']);
      const previous = previousOf(
        topics,
        topics.map(() => null),
      );
      expect(assign(text, previous, night).names[2]).toBe('Screens');
    });

    test('gives the name of a dead topic to a topic that is now called so, or warns', () => {
      const previous = previousOf(topics, assign(text).userKey);
      const withoutTopic = topics.filter(({ id }) => id !== 'c3');
      expect(assign(text, previous, withoutTopic).warnings).toEqual([expect.stringContaining('no topic is called')]);
      const withNamesake = [...withoutTopic, { id: 'f6', parent: 0, generatedName: 'GUI agents' }];
      expect(assign(text, previous, withNamesake).names[4]).toBe('Screens');
    });

    test('restores the generated name when the line is removed', () => {
      const previous = previousOf(topics, assign(text).userKey);
      expect(assign('', previous).names).toEqual(generatedNames);
    });
  });
});
