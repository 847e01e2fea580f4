import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { noopCheckpoint } from '../../../../../pipeline/core/cooperative.ts';
import type { PaperText } from '../../../../../pipeline/core/paper.ts';
import { connectorWords, stopWords } from '../../../../../pipeline/core/stop-words.ts';
import { OUTLIER } from '../../../../../pipeline/core/topic-tree.ts';
import { labelTopics, type TopicLabel } from '../../../../../pipeline/topics/labels/label-topics.ts';
import { isWithin, topicHierarchies } from '../../../../fixtures/topic-hierarchies.ts';

fc.configureGlobal({ seed: 8017 });

/** @param maxTexts papers to read */
const label = (
  papers: readonly PaperText[],
  parents: readonly number[],
  leaves: readonly number[],
  maxTexts?: number,
): Promise<TopicLabel[]> => {
  const hierarchy = { parentOf: Int32Array.from(parents), leafOfRow: Int32Array.from(leaves) };
  return labelTopics(papers, hierarchy, undefined, noopCheckpoint, maxTexts);
};
const keywordsOf = ({ keywords }: TopicLabel) => keywords.map(({ text }) => text);
const phrasesOf = ({ name }: TopicLabel) => name.toLowerCase().split(' · ');

/** Papers of several topics, whose titles and abstracts repeat the texts of their topic in turn. */
function papersOf(textsOfTopic: readonly (readonly string[])[], papersPerTopic: number) {
  const leaves = textsOfTopic.flatMap((texts, topic) =>
    Array<number>(texts.length > 0 ? papersPerTopic : 0).fill(topic),
  );
  const papers = leaves.map((topic, i): PaperText => {
    const texts = textsOfTopic[topic];
    const [title, ...abstract] = texts[i % texts.length].split('. ');
    return { title, abstract: abstract.join('. ') };
  });
  return { papers, leaves };
}
/** Labels the topics of `papersOf`, all of them roots. */
const labelFlat = ({ papers, leaves }: ReturnType<typeof papersOf>) =>
  label(papers, Array<number>(Math.max(...leaves) + 1).fill(-1), leaves);

const robotArms = (what: string) => [
  `Robot arms with ${what}. A robot arm needs ${what}. Our robot arms use ${what} well.`,
  `Learning ${what} for robot arms. Robot arms learn ${what}. Robot arms are weak.`,
  `On ${what}. We give ${what} to robot arms, and robot arms grow strong.`,
];
const speech = [
  'Speech recognition for all. Speech recognition (SR) of accented voices: a phoneme lexicon helps SR.',
  'A phoneme lexicon. Speech recognition (SR) errors fall with a phoneme lexicon, and SR is fast.',
];

describe('labelTopics', async () => {
  // Topic 0 is robots, with subtopics 1 tactile sensors and 2 grasp planning; topic 3 is speech, then others.
  const others = ['Protein folding', 'Traffic forecasting', 'Music transcription', 'Legal reasoning'];
  const parents = [-1, 0, 0, -1, ...others.map(() => -1)];
  const { papers, leaves } = papersOf(
    [
      [],
      robotArms('tactile sensors'),
      robotArms('grasp planning'),
      speech,
      ...others.map((what) => [`${what}. ${what} is slow.`, `On ${what}. Fast ${what} for all.`]),
    ],
    12,
  );
  const topics = await label(papers, parents, leaves);
  const [robot, tactile, grasp, talk] = topics;

  test('names a topic by what distinguishes it from its siblings, without repeating its parent', () => {
    expect(robot.name).toBe('Robot arms');
    expect(phrasesOf(tactile)).toEqual(['tactile sensors']);
    expect(phrasesOf(grasp)).toEqual(['grasp planning']);
    for (const subtopic of [tactile, grasp]) expect(keywordsOf(subtopic)[0]).toBe(phrasesOf(subtopic)[0]);
    expect(talk.name.toLowerCase()).toMatch(/speech recognition|phoneme lexicon/);
  });

  test('treats an acronym and its expansion as one keyword', () => {
    expect(keywordsOf(talk).filter((text) => /^(?:SR|speech recognition)$/.test(text))).toHaveLength(1);
  });

  test('prefers nouns to modifiers', async () => {
    const texts = ['scenes', 'rooms', 'streets', 'maps', 'faces', 'hands'].map(
      (what) => `Visual ${what} and attention. We read visual ${what} with attention; visual ${what} are hard.`,
    );
    const [topic] = await labelFlat(papersOf([texts, speech], 12));
    expect(phrasesOf(topic)).toContain('attention');
    expect(phrasesOf(topic)).not.toContain('visual');
    expect(keywordsOf(topic)).not.toContain('visual');
  });

  test('prefers phrases in titles to phrases that papers only mention', async () => {
    const texts = ['first', 'second', 'third'].map(
      (which) => `Kernel fusion. The ${which} kernel fusion lowers the cost, and what is a dimension of cost?`,
    );
    const [topic] = await labelFlat(papersOf([texts, speech], 12));
    expect(phrasesOf(topic)[0]).toBe('kernel fusion');
  });

  describe('names a topic with unlike subtopics', async () => {
    // Topic 0 has subtopics 1 and 2, which both use 'motion planning', and 3, which is about drones.
    const planning = (what: string) => [
      `Motion planning for ${what}. Motion planning of ${what} is slow.`,
      `On ${what}. We use motion planning of ${what}.`,
      `More ${what}. Our motion planning is fast.`,
      `Route maps of ${what}. Our route maps of ${what} are exact.`,
    ];
    const drones = [
      'Drone swarms. We like the drone swarms.',
      'Wings. These are the drone swarms.',
      'Rotors. They spin.',
    ];
    const unrelated = others.map((what) => [`${what}. ${what} is slow.`]);
    const mixed = papersOf([[], planning('ships'), planning('trucks'), drones, speech, ...unrelated], 12);
    const [whole, , , swarm] = await label(mixed.papers, [-1, 0, 0, 0, -1, ...unrelated.map(() => -1)], mixed.leaves);

    test('by a second phrase for the subtopic that the first does not cover', () => {
      expect(phrasesOf(whole)).toEqual(['motion planning', 'drone swarms']);
    });

    test('and lets that subtopic repeat the phrase', () => {
      expect(phrasesOf(swarm)).toContain('drone swarms');
    });
  });

  test('avoids words that need another one, and phrases that fit most papers in computer science', async () => {
    const texts = ['birds', 'boats', 'bikes'].map(
      (what) => `Machine learning and bounding boxes. Images of ${what}: machine learning of bounding boxes in images.`,
    );
    const [topic] = await labelFlat(papersOf([texts, speech], 12));
    expect(phrasesOf(topic)[0]).toBe('bounding boxes');
    for (const text of [...phrasesOf(topic), ...keywordsOf(topic)]) expect(text).not.toBe('images');
  });

  test('replaces a word by the longer phrase in which it often occurs', async () => {
    const texts = [
      'Tree pruning. A judge of taste, and fair judges.',
      'Fair judges. The fair judges and their judges.',
      'Judges decide. What do judges do?',
      'Judges rest. Where do judges sleep?',
      'Judges of wine. The judges drink.',
    ];
    const [topic] = await labelFlat(papersOf([texts, speech], 12));
    expect(phrasesOf(topic)).toContain('fair judges');
  });

  test('writes words with the capitals of abstracts, not of titles', async () => {
    const texts = [
      'Tactile Sensors. Cheap tactile sensors and GPUs.',
      'Tactile Sensors. With GPUs, tactile sensors feel.',
    ];
    const [topic] = await labelFlat(papersOf([texts, speech], 12));
    expect(keywordsOf(topic)).toContain('tactile sensors');
    expect(keywordsOf(topic).join()).toMatch(/GPUs?/);
    expect(topic.name).toMatch(/^Tactile sensors/);
  });

  test('gives the same names from a sample of the papers', async () => {
    const sampled = await label(papers, parents, leaves, 50);
    expect(sampled.map((topic) => topic.name)).toEqual(topics.map((topic) => topic.name));
  });

  test('numbers topics without words, and handles scripts without capitals', async () => {
    const withoutWords = Array.from({ length: 6 }, () => ({ title: 'Of the and we', abstract: '' }));
    const unnamed = await label(withoutWords, [-1, -1], [0, 0, 0, 1, 1, 1]);
    expect(unnamed.map((topic) => topic.name)).toEqual(['Topic 1', 'Topic 2']);
    const papersInOtherScripts = papersOf(
      [['深度学习 模型. 深度学习 很好.'], ['обучение роботов. обучение роботов дорого.']],
      6,
    );
    const [chinese, russian] = await labelFlat(papersInOtherScripts);
    expect(chinese.name).toContain('深度学习');
    expect(russian.name.toLowerCase()).toContain('обучение роботов');
  });

  test('gives unique names and at most six distinct keywords, whatever the papers and the hierarchy', async () => {
    const word = fc.constantFrom(
      ...'robot robots gripper RLHF agents agent of the for speech phoneme GUI graph novel we method visual'.split(' '),
      ...'bandit Bayes causal 3D protein protein-folding diffusion (VLM) vision-language model models .'.split(' '),
    );
    const text = fc.array(word, { minLength: 1, maxLength: 12 }).map((list) => list.join(' '));
    await fc.assert(
      fc.asyncProperty(topicHierarchies, fc.array(text, { minLength: 4, maxLength: 20 }), async (hierarchy, texts) => {
        const { parentOf, leafOfRow } = hierarchy;
        const papers = Array.from(leafOfRow, (_, row) => ({
          title: texts[row % texts.length],
          abstract: texts[(row * 7 + 3) % texts.length],
        }));
        const found = await labelTopics(papers, hierarchy, undefined, noopCheckpoint);
        expect(await labelTopics(papers, hierarchy, undefined, noopCheckpoint)).toEqual(found);
        expect(new Set(found.map((topic) => topic.name.toLowerCase())).size).toBe(found.length);
        for (const [topic, { name, keywords }] of found.entries()) {
          expect(keywords.length).toBeLessThanOrEqual(6);
          expect(new Set(keywords.map(({ text: one }) => one.toLowerCase())).size).toBe(keywords.length);
          const weights = keywords.map(({ weight }) => weight);
          expect(weights).toEqual([...weights].sort((a, b) => b - a));
          expect(weights.every((weight) => weight > 0 && weight <= 1)).toBe(true);
          if (weights.length > 0) expect(weights[0]).toBe(1);
          for (const phrase of [...keywords.map((one) => one.text), ...name.split(' · ')]) {
            const words = phrase.toLowerCase().split(' ');
            if (words[0] === 'topic') continue;
            expect(words.length).toBeLessThanOrEqual(3);
            expect(words.filter((one) => stopWords.has(one) && !connectorWords.has(one))).toEqual([]);
            expect(connectorWords.has(words[0]) || connectorWords.has(words[words.length - 1])).toBe(false);
          }
          const own = [...leafOfRow].filter((leaf) => leaf !== OUTLIER && isWithin(parentOf, leaf, topic));
          if (own.length === 0) expect(keywords).toEqual([]);
        }
      }),
      { numRuns: 60 },
    );
  });
});
