import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { quietEffects } from '../../../../pipeline/cli/terminal.ts';
import { seededRandom } from '../../../../pipeline/core/algorithms/random.ts';
import type { Passage } from '../../../../pipeline/core/paper.ts';
import { joiningWords, stopWords } from '../../../../pipeline/core/stop-words.ts';
import { OUTLIER } from '../../../../pipeline/core/topic-tree.ts';
import { vectorAt } from '../../../../pipeline/core/vectors.ts';
import { describeTopics, type TopicDescription } from '../../../../pipeline/topics/describe-topics.ts';
import { clusteredVectors } from '../../../fixtures/arbitrary-vectors.ts';

fc.configureGlobal({ seed: 8017 });

/** Names the topics of papers that are told by number; their vectors are random. */
function label(papers: readonly Passage[], topicOfPaper: readonly number[], seed = 1): Promise<TopicDescription[]> {
  const vectors = clusteredVectors(papers.length, 4, 1, 1, seededRandom(seed));
  const count = Math.max(-1, ...topicOfPaper) + 1;
  const flat = { parentOf: new Int32Array(count).fill(-1), leafOfRow: Int32Array.from(topicOfPaper) };
  return describeTopics(papers, vectors, flat, quietEffects());
}
/** Papers of which paper i is made of the i-th text of its topic's list; texts repeat. */
function papersOf(texts: readonly (readonly string[])[], each: number): [Passage[], number[]] {
  const topics = texts.flatMap((_, topic) => Array<number>(each).fill(topic));
  const papers = topics.map((topic, i) => ({ title: `Paper ${i}`, abstract: texts[topic][i % texts[topic].length] }));
  return [papers, topics];
}
const words = (topic: TopicDescription) => topic.keywords.map(({ text }) => text);

const robots = [
  'We train a robotic gripper to grasp with tactile sensors. Tactile sensors help.',
  'Grasp planning with tactile sensors for a robotic gripper and a mobile base.',
  'A robotic gripper learns dexterous grasp poses from tactile sensors.',
];
const speech = [
  'Our ASR decodes speech with a phoneme lexicon. ASR errors fall.',
  'Phoneme lexicon learning for ASR of accented speech.',
  'Accented speech hurts ASR; a phoneme lexicon repairs it.',
];

describe('describeTopics', () => {
  test('names each topic by what its papers say and the others do not', async () => {
    const [robot, asr] = await label(...papersOf([robots, speech], 6));
    expect(words(robot).join(' ')).toMatch(/tactile sensors/);
    expect(words(robot).join(' ')).toMatch(/gripper/);
    expect(words(robot).join(' ')).not.toMatch(/asr|speech|phoneme/i);
    expect(words(asr).join(' ')).toMatch(/phoneme lexicon/);
    expect(words(asr).length).toBeGreaterThanOrEqual(3);
    expect(asr.name.toLowerCase()).toContain(words(asr)[0].toLowerCase());
  });

  test('writes a word as its papers do: an acronym stays one, the head of a sentence does not', async () => {
    const [robot, asr] = await label(...papersOf([robots, speech], 6));
    expect(words(asr)).toContain('ASR');
    expect(words(robot).join()).not.toMatch(/Tactile|Robotic|Grasp\b/);
    for (const { name } of [robot, asr]) expect(name).toMatch(/^\p{Lu}/u);
  });

  test('tells the papers of a topic nearest to the middle, the nearest first', async () => {
    const vectors = clusteredVectors(30, 4, 1, 1, seededRandom(5));
    const topicOfRow = Int32Array.from({ length: 30 }, (_, row) => (row === 7 ? OUTLIER : row % 3 === 0 ? 1 : 0));
    const papers = Array.from({ length: 30 }, (_, row) => ({ title: robots[row % 3], abstract: '' }));
    const flat = { parentOf: Int32Array.of(-1, -1), leafOfRow: topicOfRow };
    const topics = await describeTopics(papers, vectors, flat, quietEffects());
    for (const [id, { central }] of topics.entries()) {
      const rows = [...topicOfRow.keys()].filter((row) => topicOfRow[row] === id);
      const mean = [0, 1, 2, 3].map((d) => rows.reduce((sum, row) => sum + vectorAt(vectors, row)[d], 0));
      const nearness = (row: number) => mean.reduce((sum, value, d) => sum + value * vectorAt(vectors, row)[d], 0);
      expect(central).toEqual(rows.sort((a, b) => nearness(b) - nearness(a)).slice(0, 3));
    }
  });

  test('gives no two topics one name, though their papers say the same', async () => {
    const topics = await label(...papersOf(Array(9).fill(robots), 4));
    expect(new Set(topics.map(({ name }) => name.toLowerCase())).size).toBe(9);
    const mute = Array.from({ length: 12 }, () => ({ title: 'Of the and we', abstract: '' }));
    const unnamed = await label(
      mute,
      mute.map((_, i) => i % 4),
    );
    expect(unnamed.map(({ name }) => name)).toEqual(['Topic 1', 'Topic 2', 'Topic 3', 'Topic 4']);
  });

  test.each([
    ['between dollars', 'The loss $\\mathcal{L}_{zork} = \\sum_i zork_i$ falls'],
    ['between double dollars', 'The loss $$\\mathcal{L}_{zork} = \\sum_i zork_i$$ falls'],
    ['between its own brackets', 'The loss \\(zork = 3\\) falls, and so does \\[zork_i\\]'],
    ['as a command', 'With \\textbf{zork} and \\url{zork} and \\zork'],
  ])('never shows LaTeX %s', async (_, latex) => {
    const topics = await label(...papersOf([robots.map((text) => `${text} ${latex}.`), speech], 6));
    const shown = topics.flatMap((topic) => [topic.name, ...words(topic)]).join(' ');
    expect(shown).not.toMatch(/zork|mathcal|textbf|url|sum|[\\${}_]/);
  });

  test('of a topic of one paper, and of one topic with all papers, has keywords too', async () => {
    expect(words((await label([{ title: robots[0], abstract: '' }], [0]))[0]).length).toBeGreaterThanOrEqual(3);
    expect(words((await label(...papersOf([robots], 60)))[0]).length).toBeGreaterThanOrEqual(3);
  });

  test('of no topics is none', async () => {
    expect(await label([{ title: 'One', abstract: '' }], [OUTLIER])).toEqual([]);
    expect(await label([], [])).toEqual([]);
  });

  test('keeps its word about keywords, whatever the papers say', async () => {
    const word = fc.constantFrom(
      ...'robot robots gripper RLHF agents agent of the for speech phoneme GUI graph graphs novel we method'.split(' '),
      ...'bandit regret Bayes causal 3D protein protein-folding diffusion'.split(' '),
    );
    const text = fc.array(word, { minLength: 1, maxLength: 10 }).map((list) => list.join(' '));
    const corpora = fc.array(fc.tuple(text, text, fc.integer({ min: -1, max: 3 })), { minLength: 1, maxLength: 70 });
    await fc.assert(
      fc.asyncProperty(corpora, async (corpus) => {
        // Topics 0 … n−1 without a gap, as findTopics numbers them.
        const numbers = [...new Set(corpus.map(([, , topic]) => topic))].filter((topic) => topic >= 0).sort();
        const papers = corpus.map(([title, abstract]) => ({ title, abstract }));
        const topicOf = corpus.map(([, , topic]) => numbers.indexOf(topic));
        const topics = await label(papers, topicOf);
        expect(await label(papers, topicOf)).toEqual(topics);
        expect(new Set(topics.map(({ name }) => name)).size).toBe(topics.length);
        for (const { keywords } of topics) {
          const weights = keywords.map(({ weight }) => weight);
          expect(keywords.length).toBeLessThanOrEqual(6);
          expect(new Set(keywords.map(({ text }) => text.toLowerCase())).size).toBe(keywords.length);
          for (const { text } of keywords) {
            const parts = text.toLowerCase().split(' ');
            for (const part of parts) expect(stopWords.has(part) && !joiningWords.has(part)).toBe(false);
            for (const end of [parts[0], parts[parts.length - 1]]) expect(joiningWords.has(end)).toBe(false);
          }
          // As core/topics.ts has it: in (0, 1], the first is 1; and they fall.
          if (keywords.length > 0) expect(weights[0]).toBe(1);
          expect(weights.filter((weight) => !(weight > 0 && weight <= 1))).toEqual([]);
          expect(weights).toEqual([...weights].sort((a, b) => b - a));
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe('describeTopics', () => {
  test('tells of a topic and its parts the central papers, the best sentence, the months and the growth', async () => {
    const sentence = 'A robotic gripper with tactile sensors holds what it cannot see, and drops nothing.';
    const [texts, topicOf] = papersOf([['Tactile sensors on a robotic gripper.', sentence], speech], 60);
    // Topic 0 holds 1, and 2 stands alone; 1 has twice as many papers in the later month.
    const papers = texts.map((paper, i) => ({ ...paper, date: i % 3 === 0 ? '2025-01-31' : '2025-02' }));
    const tree = {
      parentOf: Int32Array.of(-1, 0, -1),
      leafOfRow: Int32Array.from(topicOf, (topic, i) => (topic === 1 ? 2 : i % 2)),
    };
    const vectors = clusteredVectors(papers.length, 4, 1, 1, seededRandom(3));
    const [field, part, other] = await describeTopics(papers, vectors, tree, quietEffects());
    expect([field, part, other].map(({ central }) => central.length)).toEqual([3, 3, 3]);
    for (const row of part.central) expect(tree.leafOfRow[row]).toBe(1);
    for (const row of field.central) expect(tree.leafOfRow[row]).toBeLessThan(2);
    expect(field.sentence?.text).toBe(sentence);
    expect(papers[field.sentence?.row ?? -1].abstract).toBe(sentence);
    expect(other.sentence).toBeNull();
    expect(field.months).toEqual([
      { month: '2025-01', papers: 20, share: 0.5 },
      { month: '2025-02', papers: 40, share: 0.5 },
    ]);
    expect(field.growth).toBe(1);
    expect(part.months.reduce((sum, { papers: count }) => sum + count, 0)).toBe(30);
  });

  test('tells how far it is, and hears a stop on the way', async () => {
    const [papers, topics] = papersOf([robots, speech], 6);
    const vectors = clusteredVectors(papers.length, 4, 1, 1, seededRandom(3));
    const tree = { parentOf: Int32Array.of(-1, -1), leafOfRow: Int32Array.from(topics) };
    const told: number[] = [];
    const stop = new AbortController();
    const at = (done: number) => told.push(done);
    const effects = { ...quietEffects(stop.signal), begin: () => ({ at, end: () => undefined }) };
    await describeTopics(papers, vectors, tree, effects);
    expect(told).toEqual([...told].sort((a, b) => a - b));
    expect(told.length).toBeGreaterThanOrEqual(4);
    setImmediate(() => stop.abort());
    const before = told.length;
    await expect(describeTopics(papers, vectors, tree, effects)).rejects.toThrow(/abort/i);
    expect(told.length - before).toBe(1);
  });

  test('stops where the person stops the run', async () => {
    const [papers, topics] = papersOf([robots, speech], 6);
    const vectors = clusteredVectors(papers.length, 4, 1, 1, seededRandom(3));
    const tree = { parentOf: Int32Array.of(-1, -1), leafOfRow: Int32Array.from(topics) };
    const stopped = quietEffects(AbortSignal.abort());
    await expect(describeTopics(papers, vectors, tree, stopped)).rejects.toThrow(/abort/i);
  });
});
