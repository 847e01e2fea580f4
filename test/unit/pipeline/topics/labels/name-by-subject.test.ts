import { describe, expect, test } from 'vitest';
import { nameBySubject, subjects } from '../../../../../pipeline/topics/labels/name-by-subject.ts';

const indexOf = (name: string) => subjects.findIndex((subject) => subject.name === name);

/** Every subject is a direction of its own: a paper is about exactly the subjects that its vector contains. */
const embed = async (texts: readonly string[]) => {
  const vectors = new Float32Array(texts.length * subjects.length);
  for (let i = 0; i < texts.length; i++) vectors[i * subjects.length + i] = 1;
  return vectors;
};

/**
 * Names topics of papers.
 *
 * @param topics per topic its parent and, for a leaf, the subjects of its papers, one paper per entry
 */
async function namesOf(topics: readonly { parent: number; papers?: readonly (readonly string[])[] }[], as = embed) {
  const parentOf = Int32Array.from(topics, ({ parent }) => parent);
  const papers = topics.flatMap(({ papers: list = [] }, topic) => list.map((names) => ({ names, topic })));
  const data = new Float32Array(papers.length * subjects.length);
  papers.forEach(({ names }, row) => {
    for (const name of names) data[row * subjects.length + indexOf(name)] = 1 / Math.sqrt(names.length);
  });
  const isIn = (topic: number, wanted: number): boolean =>
    topic === wanted || (parentOf[topic] >= 0 && isIn(parentOf[topic], wanted));
  const rowsOf = (wanted: number) =>
    Int32Array.from(papers.flatMap(({ topic }, row) => (isIn(topic, wanted) ? [row] : [])));
  const vectors = { count: papers.length, dimensions: subjects.length, data };
  const names = await nameBySubject(parentOf, vectors, rowsOf, as, async () => undefined);
  return topics.map((_, topic) => names.get(topic)?.join(' · '));
}

const times = (count: number, ...names: string[]) => new Array<readonly string[]>(count).fill(names);

test('the taxonomy has no name twice, and no entry before the one that it belongs to', () => {
  expect(new Set(subjects.map(({ name }) => name.toLowerCase())).size).toBe(subjects.length);
  for (const [i, { parent, name, description }] of subjects.entries()) {
    expect(parent).toBeLessThan(i);
    expect(description).toMatch(new RegExp(`^${name}: \\S`));
  }
});

describe('a topic is named', () => {
  test('by the subject that most of its papers are about', async () => {
    const topics = [
      { parent: -1, papers: [...times(14, 'Agent memory'), ...times(6, 'Machine translation')] },
      { parent: -1, papers: times(20, 'Machine translation') },
    ];
    expect(await namesOf(topics)).toEqual(['Agent memory', 'Machine translation']);
  });

  test('by the field of its papers if they are about several of its subjects, and by an area only at the top', async () => {
    const mixed = [...times(9, 'Agent memory'), ...times(9, 'Web agents'), ...times(9, 'Tool use')];
    const wide = [...times(9, 'Agent memory'), ...times(9, 'Text-to-SQL'), ...times(9, 'Education')];
    const names = await namesOf([
      { parent: -1 },
      { parent: 0, papers: mixed },
      { parent: 0, papers: wide },
      { parent: -1, papers: times(60, 'Algebra') },
    ]);
    expect(names[0]).toBe('Language model applications');
    expect(names[1]).toBe('LLM agents');
    expect(names[2]).not.toBe('Language model applications');
    expect(names[3]).toBe('Algebra');
  });

  test('by two subjects if neither is that of half of its papers, but both together are', async () => {
    const papers = [...times(8, 'Music'), ...times(8, 'Algebra'), ...times(4, 'Finance')];
    const others = [...times(30, 'Robot navigation'), ...times(30, 'Cosmology')];
    const [name] = await namesOf([
      { parent: -1, papers },
      { parent: -1, papers: others },
    ]);
    expect(name?.split(' · ').sort()).toEqual(
      ['Algebra', 'music'].map((one) => expect.stringMatching(new RegExp(one, 'i'))),
    );
    expect(name).toMatch(/^\p{Lu}.* · \p{Ll}/u);
  });

  test('neither as an ancestor nor by what that belongs to, and no two topics alike', async () => {
    const names = await namesOf([
      { parent: -1 },
      { parent: 0, papers: times(20, 'Robot navigation') },
      { parent: 0, papers: times(20, 'Robot navigation') },
      { parent: -1, papers: times(40, 'Cosmology') },
    ]);
    const given = names.filter((name) => name !== undefined);
    expect(names[0]).toBe('Robot navigation');
    expect(new Set(given).size).toBe(given.length);
    expect(names.slice(1, 3)).toEqual([undefined, undefined]);
  });

  test('by no subject if it has few papers, or if the model knows none of the descriptions', async () => {
    const topics = [
      { parent: -1, papers: times(5, 'Music') },
      { parent: -1, papers: times(20, 'Algebra') },
    ];
    expect(await namesOf(topics)).toEqual([undefined, 'Algebra']);
    const zero = async (texts: readonly string[]) => new Float32Array(texts.length * subjects.length);
    expect(await namesOf(topics, zero)).toEqual([undefined, undefined]);
  });
});
