import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PaperfieldError } from '../../../../pipeline/core/errors.ts';
import {
  applyGivenNames,
  type NameableTopic,
  type PreviousTopic,
  readGivenNames,
} from '../../../../pipeline/topics/user-names.ts';

fc.configureGlobal({ seed: 8017 });

const read = (text: string) => readGivenNames(text, 'names.txt');

describe('readGivenNames', () => {
  test('reads a line a topic, comments and blank lines aside', () => {
    const text = '\uFEFF# my names\n\nVisual · multimodal = Seeing and reading\r\nAgents > GUI agents=Screens\n';
    expect(read(text)).toEqual([
      { topic: ['visual multimodal'], name: 'Seeing and reading', line: 3 },
      { topic: ['agents', 'gui agents'], name: 'Screens', line: 4 },
    ]);
  });

  test('takes everything behind the first sign for the name', () => {
    expect(read('A = B = C')[0].name).toBe('B = C');
    expect(read('A =  two   blanks ')[0].name).toBe('two blanks');
  });

  test.each([
    ['no sign', 'A = B\nrobots', 2, 'TOPIC = NAME'],
    ['no topic', ' = Robots', 1, 'before ='],
    ['a topic of signs alone', '· > A = Robots', 1, 'before ='],
    ['no name', '# x\n\nRobots =', 3, 'behind ='],
    ['a name of signs alone', 'Robots = · ·', 1, 'behind ='],
    ['a name that is too long', `Robots = ${'x'.repeat(81)}`, 1, 'at most 80'],
    ['a topic named twice', 'Robots = A\nrobots = B', 2, 'line 1'],
  ])('refuses %s, with the line', (_, text, line, said) => {
    const failure = (() => {
      try {
        return read(text);
      } catch (error) {
        return error;
      }
    })();
    expect(failure).toBeInstanceOf(PaperfieldError);
    expect(failure).toMatchObject({ kind: 'bad_input', message: expect.stringContaining(`names.txt:${line}: `) });
    expect(failure).toMatchObject({ message: expect.stringContaining(said) });
  });

  test('of any text either reads every line that is not passed over, or names a line', () => {
    const piece = fc.constantFrom('robots', ' ', '=', '>', '#', '\n', '\r\n', '·', 'A', '深度');
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join('')),
        (text) => {
          const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.trim().startsWith('#'));
          try {
            expect(read(text)).toHaveLength(lines.length);
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
const given = (text: string, previous: readonly PreviousTopic[] = [], of = topics) =>
  applyGivenNames(of, read(text), previous, 'names.txt');
const madeNames = topics.map(({ generatedName }) => generatedName);
const changed = (place: number, name: string) => madeNames.map((made, at) => (at === place ? name : made));

describe('applyGivenNames', () => {
  test.each([
    ['by its made name', 'Agents · tools = Doing', 0],
    ['by its made name without the sign, in small letters', 'agents tools = Doing', 0],
    ['by its id', 'c3 = Doing', 2],
    ['by its path, where several are called so', 'Robots > Reinforcement learning = Doing', 4],
  ])('finds a topic %s', (_, text, place) => {
    const { names, userKey, warnings } = given(text);
    expect(names).toEqual(changed(place, 'Doing'));
    expect(userKey.map((one, at) => [at, one !== null])).toEqual(topics.map((_, at) => [at, at === place]));
    expect(warnings).toEqual([]);
  });

  test.each([
    ['means no topic', 'Cooking = Kitchens', 'no topic is called "cooking"'],
    ['means several, with their ids', 'Reinforcement learning = Rewards', 'b2, e5'],
    ['means a parent that it does not have', 'Robots > GUI agents = Screens', 'no topic'],
  ])('tells of a line that %s, and changes nothing', (_, text, said) => {
    const { names, userKey, warnings } = given(`\n${text}`);
    expect(names).toEqual(madeNames);
    expect(userKey).toEqual(topics.map(() => null));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/^names\.txt:2: /);
    expect(warnings[0]).toContain(said);
  });

  test('gives a topic the name of the first of two lines that mean it', () => {
    const { names, warnings } = given('GUI agents = Screens\nc3 = Windows');
    expect(names).toEqual(changed(2, 'Screens'));
    expect(warnings).toEqual([expect.stringContaining('line 1')]);
  });

  describe('after rebuilds', () => {
    const text = 'GUI agents = Screens';
    /** What the next build knows of a snapshot. */
    const previousOf = (of: readonly NameableTopic[], userKey: readonly (string | null)[]) =>
      of.map(({ id, generatedName }, at) => ({ id, generatedName, userKey: userKey[at] }));
    const renamed = (names: readonly string[]) => topics.map((one, at) => ({ ...one, generatedName: names[at] }));

    test('a topic keeps the given name, whatever names are made for it, and though another is called as it was', () => {
      let previous = previousOf(topics, given(text).userKey);
      const nights = [
        renamed(['Agents', 'RL', 'Computer use', 'Robots', 'Policies']),
        renamed(['Agents', 'GUI agents', 'Screenshots', 'Robots', 'Policies']),
        renamed(['GUI agents', 'RL', 'GUI grounding', 'Robots', 'Policies']),
      ];
      for (const night of nights) {
        const { names, userKey, warnings } = given(text, previous, night);
        expect(names).toEqual(night.map(({ generatedName }, at) => (at === 2 ? 'Screens' : generatedName)));
        expect(warnings).toEqual([]);
        previous = previousOf(night, userKey);
      }
    });

    test('a line written for the name of the day before finds its topic', () => {
      const night = renamed(['Agents', 'RL', 'Computer use', 'Robots', 'Policies']);
      const previous = previousOf(
        topics,
        topics.map(() => null),
      );
      expect(given(text, previous, night).names[2]).toBe('Screens');
    });

    test('a line whose topic is gone means who is called so now, or is told', () => {
      const previous = previousOf(topics, given(text).userKey);
      const without = topics.filter(({ id }) => id !== 'c3');
      expect(given(text, previous, without).warnings).toEqual([expect.stringContaining('no topic is called')]);
      const reborn = [...without, { id: 'f6', parent: 0, generatedName: 'GUI agents' }];
      expect(given(text, previous, reborn).names[4]).toBe('Screens');
    });

    test('a line that was taken out gives the made name back', () => {
      const previous = previousOf(topics, given(text).userKey);
      expect(given('', previous).names).toEqual(madeNames);
    });
  });
});
