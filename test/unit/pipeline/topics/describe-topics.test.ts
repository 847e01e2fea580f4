import fc from 'fast-check';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { silentEffects } from '../../../../pipeline/cli/terminal.ts';
import { createSeededRandom } from '../../../../pipeline/core/algorithms/random.ts';
import type { PaperText } from '../../../../pipeline/core/paper.ts';
import { connectorWords, stopWords } from '../../../../pipeline/core/stop-words.ts';
import { OUTLIER, type TopicHierarchy } from '../../../../pipeline/core/topic-tree.ts';
import { vectorAt } from '../../../../pipeline/core/vectors.ts';
import { describeTopics, type TopicDescription } from '../../../../pipeline/topics/describe-topics.ts';
import { clusteredVectors } from '../../../fixtures/arbitrary-vectors.ts';

fc.configureGlobal({ seed: 8017 });

/** A hierarchy of roots only. */
function flat(topicOfPaper: readonly number[]): TopicHierarchy {
  const count = Math.max(-1, ...topicOfPaper) + 1;
  return { parentOf: new Int32Array(count).fill(-1), leafOfRow: Int32Array.from(topicOfPaper) };
}
/** Describes the topics of a flat hierarchy; the vectors of the papers are random. */
function describeFlat(papers: readonly PaperText[], topicOfPaper: readonly number[]): Promise<TopicDescription[]> {
  const vectors = clusteredVectors(papers.length, 4, 1, 1, createSeededRandom(1));
  return describeTopics(papers, vectors, flat(topicOfPaper), undefined, silentEffects());
}
/** Papers of several topics, whose abstracts repeat the texts of their topic in turn. */
function papersOf(textsOfTopic: readonly (readonly string[])[], papersPerTopic: number): [PaperText[], number[]] {
  const topics = textsOfTopic.flatMap((_, topic) => Array<number>(papersPerTopic).fill(topic));
  const papers = topics.map((topic, i) => {
    const texts = textsOfTopic[topic];
    return { title: `Paper ${i}`, abstract: texts[i % texts.length] };
  });
  return [papers, topics];
}
const keywordsOf = (topic: TopicDescription) => topic.keywords.map(({ text }) => text);

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

describe('the label of a topic', () => {
  test('consists of phrases that its papers use and others do not', async () => {
    const [robot, asr] = await describeFlat(...papersOf([robots, speech], 6));
    expect(keywordsOf(robot).join(' ')).toMatch(/tactile sensors/);
    expect(keywordsOf(robot).join(' ')).toMatch(/gripper/);
    expect(keywordsOf(robot).join(' ')).not.toMatch(/asr|speech|phoneme/i);
    expect(keywordsOf(asr).join(' ')).toMatch(/phoneme lexicon/);
    expect(keywordsOf(asr).length).toBeGreaterThanOrEqual(3);
    expect(asr.name.toLowerCase()).toContain(keywordsOf(asr)[0].toLowerCase());
  });

  test('keeps the capitals of acronyms, but not those of sentence starts', async () => {
    const [robot, asr] = await describeFlat(...papersOf([robots, speech], 6));
    expect(keywordsOf(asr)).toContain('ASR');
    expect(keywordsOf(robot).join()).not.toMatch(/Tactile|Robotic|Grasp\b/);
    for (const { name } of [robot, asr]) expect(name).toMatch(/^\p{Lu}/u);
  });

  test('has a unique name, even if the papers of several topics use the same words or none', async () => {
    const topics = await describeFlat(...papersOf(Array(9).fill(robots), 4));
    expect(new Set(topics.map(({ name }) => name.toLowerCase())).size).toBe(9);
    const withoutWords = Array.from({ length: 12 }, () => ({ title: 'Of the and we', abstract: '' }));
    const unnamed = await describeFlat(
      withoutWords,
      withoutWords.map((_, i) => i % 4),
    );
    expect(unnamed.map(({ name }) => name)).toEqual(['Topic 1', 'Topic 2', 'Topic 3', 'Topic 4']);
  });

  test.each([
    ['between dollars', 'The loss $\\mathcal{L}_{zork} = \\sum_i zork_i$ falls'],
    ['between double dollars', 'The loss $$\\mathcal{L}_{zork} = \\sum_i zork_i$$ falls'],
    ['between LaTeX brackets', 'The loss \\(zork = 3\\) falls, and so does \\[zork_i\\]'],
    ['as a command', 'With \\textbf{zork} and \\url{zork} and \\zork'],
  ])('never contains LaTeX %s', async (_, latex) => {
    const topics = await describeFlat(...papersOf([robots.map((text) => `${text} ${latex}.`), speech], 6));
    const shown = topics.flatMap((topic) => [topic.name, ...keywordsOf(topic)]).join(' ');
    expect(shown).not.toMatch(/zork|mathcal|textbf|url|sum|[\\${}_]/);
  });

  test('has keywords for a single paper and for a single topic of all papers', async () => {
    const [ofOnePaper] = await describeFlat([{ title: robots[0], abstract: '' }], [0]);
    expect(keywordsOf(ofOnePaper).length).toBeGreaterThanOrEqual(3);
    const [ofAllPapers] = await describeFlat(...papersOf([robots], 60));
    expect(keywordsOf(ofAllPapers).length).toBeGreaterThanOrEqual(3);
  });

  test('has at most six distinct, weighted keywords without stop words, whatever the papers contain', async () => {
    const word = fc.constantFrom(
      ...'robot robots gripper RLHF agents agent of the for speech phoneme GUI graph graphs novel we method'.split(' '),
      ...'bandit regret Bayes causal 3D protein protein-folding diffusion'.split(' '),
    );
    const text = fc.array(word, { minLength: 1, maxLength: 10 }).map((list) => list.join(' '));
    const corpora = fc.array(fc.tuple(text, text, fc.integer({ min: -1, max: 3 })), { minLength: 1, maxLength: 70 });
    await fc.assert(
      fc.asyncProperty(corpora, async (corpus) => {
        // Topics are 0 … n−1 without a gap, as findTopics numbers them.
        const numbers = [...new Set(corpus.map(([, , topic]) => topic))].filter((topic) => topic >= 0).sort();
        const papers = corpus.map(([title, abstract]) => ({ title, abstract }));
        const topicOfPaper = corpus.map(([, , topic]) => numbers.indexOf(topic));
        const topics = await describeFlat(papers, topicOfPaper);
        expect(await describeFlat(papers, topicOfPaper)).toEqual(topics);
        expect(new Set(topics.map(({ name }) => name)).size).toBe(topics.length);
        for (const { keywords } of topics) {
          expect(keywords.length).toBeLessThanOrEqual(6);
          expect(new Set(keywords.map((keyword) => keyword.text.toLowerCase())).size).toBe(keywords.length);
          for (const keyword of keywords) {
            const words = keyword.text.toLowerCase().split(' ');
            for (const one of words) expect(stopWords.has(one) && !connectorWords.has(one)).toBe(false);
            for (const end of [words[0], words[words.length - 1]]) expect(connectorWords.has(end)).toBe(false);
          }
          const weights = keywords.map(({ weight }) => weight);
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
  test('takes as representative the papers nearest to the centroid, the nearest first', async () => {
    const vectors = clusteredVectors(30, 4, 1, 1, createSeededRandom(5));
    const topicOfPaper = Array.from({ length: 30 }, (_, row) => (row === 7 ? OUTLIER : row % 3 === 0 ? 1 : 0));
    const papers = Array.from({ length: 30 }, (_, row) => ({ title: robots[row % 3], abstract: '' }));
    const topics = await describeTopics(papers, vectors, flat(topicOfPaper), undefined, silentEffects());
    for (const [topic, { representative }] of topics.entries()) {
      const rows = [...topicOfPaper.keys()].filter((row) => topicOfPaper[row] === topic);
      const sum = [0, 1, 2, 3].map((i) => rows.reduce((total, row) => total + vectorAt(vectors, row)[i], 0));
      const similarity = (row: number) => sum.reduce((total, value, i) => total + value * vectorAt(vectors, row)[i], 0);
      expect(representative).toEqual(rows.sort((a, b) => similarity(b) - similarity(a)).slice(0, 3));
    }
  });

  test('describes a topic and its subtopics by representative papers, a sentence, months and growth', async () => {
    const sentence = 'A robotic gripper with tactile sensors holds what it cannot see, and drops nothing.';
    const [texts, topicOfPaper] = papersOf([['Tactile sensors on a robotic gripper.', sentence], speech], 60);
    // Topic 1 is a subtopic of 0, and 2 another root. The later month has twice as many papers.
    const papers = texts.map((paper, i) => ({ ...paper, date: i % 3 === 0 ? '2025-01-31' : '2025-02' }));
    const hierarchy = {
      parentOf: Int32Array.of(-1, 0, -1),
      leafOfRow: Int32Array.from(topicOfPaper, (topic, i) => (topic === 1 ? 2 : i % 2)),
    };
    const vectors = clusteredVectors(papers.length, 4, 1, 1, createSeededRandom(3));
    const [topic, subtopic, other] = await describeTopics(papers, vectors, hierarchy, undefined, silentEffects());
    expect([topic, subtopic, other].map(({ representative }) => representative.length)).toEqual([3, 3, 3]);
    for (const row of subtopic.representative) expect(hierarchy.leafOfRow[row]).toBe(1);
    for (const row of topic.representative) expect(hierarchy.leafOfRow[row]).toBeLessThan(2);
    expect(topic.sentence?.text).toBe(sentence);
    expect(papers[topic.sentence?.row ?? -1].abstract).toBe(sentence);
    expect(other.sentence).toBeNull();
    expect(topic.months).toEqual([
      { month: '2025-01', papers: 20, share: 0.5 },
      { month: '2025-02', papers: 40, share: 0.5 },
    ]);
    expect(topic.growth).toBe(1);
    expect(subtopic.months.reduce((sum, { papers: count }) => sum + count, 0)).toBe(30);
  });

  test('describes nothing if there are no topics', async () => {
    expect(await describeFlat([{ title: 'One', abstract: '' }], [OUTLIER])).toEqual([]);
    expect(await describeFlat([], [])).toEqual([]);
  });

  test('reports rising progress, and stops when the run is aborted meanwhile', async () => {
    const [papers, topics] = papersOf([robots, speech], 6);
    const vectors = clusteredVectors(papers.length, 4, 1, 1, createSeededRandom(3));
    const reported: number[] = [];
    const abortion = new AbortController();
    const update = (done: number) => reported.push(done);
    const effects = { ...silentEffects(abortion.signal), startProgress: () => ({ update, finish: () => undefined }) };
    // Checkpoints pause every 50 ms: with this clock, always.
    let time = 0;
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => (time += 60));
    onTestFinished(() => clock.mockRestore());
    await describeTopics(papers, vectors, flat(topics), undefined, effects);
    expect(reported).toEqual([...reported].sort((a, b) => a - b));
    expect(reported.length).toBeGreaterThanOrEqual(4);
    setImmediate(() => abortion.abort());
    const before = reported.length;
    await expect(describeTopics(papers, vectors, flat(topics), undefined, effects)).rejects.toThrow(/abort/i);
    expect(reported.length - before).toBe(1);
  });

  test('does not start if the run is aborted already', async () => {
    const [papers, topics] = papersOf([robots, speech], 6);
    const vectors = clusteredVectors(papers.length, 4, 1, 1, createSeededRandom(3));
    const aborted = silentEffects(AbortSignal.abort());
    await expect(describeTopics(papers, vectors, flat(topics), undefined, aborted)).rejects.toThrow(/abort/i);
  });
});
