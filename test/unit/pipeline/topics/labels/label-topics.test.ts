import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Passage } from '../../../../../pipeline/core/paper.ts';
import { joiningWords, stopWords } from '../../../../../pipeline/core/stop-words.ts';
import { OUTLIER } from '../../../../../pipeline/core/topic-tree.ts';
import { nameTopics, type TopicWords } from '../../../../../pipeline/topics/labels/label-topics.ts';
import { forests } from '../../../../fixtures/forests.ts';

fc.configureGlobal({ seed: 8017 });

const onwards = async () => undefined;
const name = (papers: readonly Passage[], parents: readonly number[], leaves: readonly number[], most?: number) =>
  nameTopics(papers, { parentOf: Int32Array.from(parents), leafOfRow: Int32Array.from(leaves) }, onwards, most);
const words = (topic: TopicWords) => topic.keywords.map(({ text }) => text);
const partsOf = (topic: TopicWords) => topic.name.toLowerCase().split(' · ');

/** Papers whose texts go round the list of their topic. */
function papersOf(texts: readonly (readonly string[])[], each: number): { papers: Passage[]; leaves: number[] } {
  const leaves = texts.flatMap((own, topic) => Array<number>(own.length > 0 ? each : 0).fill(topic));
  const papers = leaves.map((topic, i) => {
    const [title, ...abstract] = texts[topic][i % texts[topic].length].split('. ');
    return { title, abstract: abstract.join('. ') };
  });
  return { papers, leaves };
}
const arms = (what: string) => [
  `Robot arms with ${what}. A robot arm needs ${what}. Our robot arms use ${what} well.`,
  `Learning ${what} for robot arms. Robot arms learn ${what}. Robot arms are weak.`,
  `On ${what}. We give ${what} to robot arms, and robot arms grow strong.`,
];
const speech = [
  'Speech recognition for all. Speech recognition (SR) of accented voices: a phoneme lexicon helps SR.',
  'A phoneme lexicon. Speech recognition (SR) errors fall with a phoneme lexicon, and SR is fast.',
];

describe('nameTopics', async () => {
  // 0 robots, with 1 tactile sensors and 2 grasp planning; 3 speech; others.
  const others = ['Protein folding', 'Traffic forecasting', 'Music transcription', 'Legal reasoning'];
  const parents = [-1, 0, 0, -1, ...others.map(() => -1)];
  const { papers, leaves } = papersOf(
    [
      [],
      arms('tactile sensors'),
      arms('grasp planning'),
      speech,
      ...others.map((what) => [`${what}. ${what} is slow.`, `On ${what}. Fast ${what} for all.`]),
    ],
    12,
  );
  const topics = await name(papers, parents, leaves);
  const [robot, tactile, grasp, talk] = topics;

  test('names a topic by what tells it from the others of its parent, and does not say the parent again', () => {
    expect(robot.name).toBe('Robot arms');
    expect(partsOf(tactile)).toEqual(['tactile sensors']);
    expect(partsOf(grasp)).toEqual(['grasp planning']);
    for (const part of [tactile, grasp]) expect(words(part)[0]).toBe(partsOf(part)[0]);
    expect(talk.name.toLowerCase()).toMatch(/speech recognition|phoneme lexicon/);
  });

  test('takes an acronym and its words for one', () => {
    expect(words(talk).filter((text) => /^(?:SR|speech recognition)$/.test(text))).toHaveLength(1);
  });

  test('prefers what stands alone to what only stands before something', async () => {
    const visual = ['scenes', 'rooms', 'streets', 'maps', 'faces', 'hands'].map(
      (what) => `Visual ${what} and attention. We read visual ${what} with attention; visual ${what} are hard.`,
    );
    const [seen] = await name(...argumentsOf(papersOf([visual, speech], 12)));
    expect(partsOf(seen)).toContain('attention');
    expect(partsOf(seen)).not.toContain('visual');
    expect(words(seen)).not.toContain('visual');
  });

  test('prefers what papers are about, as their titles say, to what many mention', async () => {
    const texts = ['first', 'second', 'third'].map(
      (which) => `Kernel fusion. The ${which} kernel fusion lowers the cost, and what is a dimension of cost?`,
    );
    expect(partsOf((await name(...argumentsOf(papersOf([texts, speech], 12))))[0])[0]).toBe('kernel fusion');
  });

  describe('names a topic whose parts are far apart', async () => {
    // 0 holds 1 and 2, which both say 'motion planning', and 3, which is about drones; 4 and others are about something else.
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
    const far = others.map((what) => [`${what}. ${what} is slow.`]);
    const mixed = papersOf([[], planning('ships'), planning('trucks'), drones, speech, ...far], 12);
    const [whole, , , swarm] = await name(mixed.papers, [-1, 0, 0, 0, -1, ...far.map(() => -1)], mixed.leaves);

    test('by a second phrase that tells what the first does not', () => {
      expect(partsOf(whole)).toEqual(['motion planning', 'drone swarms']);
    });

    test('and lets the part that was meant say it again', () => {
      expect(partsOf(swarm)).toContain('drone swarms');
    });
  });

  test('never names by a word that tells nothing alone, and seldom by what is said of most work on computers', async () => {
    const texts = ['birds', 'boats', 'bikes'].map(
      (what) => `Machine learning and bounding boxes. Images of ${what}: machine learning of bounding boxes in images.`,
    );
    const [topic] = await name(...argumentsOf(papersOf([texts, speech], 12)));
    expect(partsOf(topic)[0]).toBe('bounding boxes');
    for (const text of [...partsOf(topic), ...words(topic)]) expect(text).not.toBe('images');
  });

  test('says a word in full that often stands in one longer phrase', async () => {
    const texts = [
      'Tree pruning. A judge of taste, and fair judges.',
      'Fair judges. The fair judges and their judges.',
      'Judges decide. What do judges do?',
      'Judges rest. Where do judges sleep?',
      'Judges of wine. The judges drink.',
    ];
    expect(partsOf((await name(...argumentsOf(papersOf([texts, speech], 12))))[0])).toContain('fair judges');
  });

  test('writes words as abstracts do, not as titles do', async () => {
    const texts = [
      'Tactile Sensors. Cheap tactile sensors and GPUs.',
      'Tactile Sensors. With GPUs, tactile sensors feel.',
    ];
    const [topic] = await name(...argumentsOf(papersOf([texts, speech], 12)));
    expect(words(topic)).toContain('tactile sensors');
    expect(words(topic).join()).toMatch(/GPUs?/);
    expect(topic.name).toMatch(/^Tactile sensors/);
  });

  test('names from a sample what it names from all', async () => {
    const sampled = await name(papers, parents, leaves, 50);
    expect(sampled.map((topic) => topic.name)).toEqual(topics.map((topic) => topic.name));
  });

  test('names topics without words by their number, and reads scripts without capitals', async () => {
    const mute = Array.from({ length: 6 }, () => ({ title: 'Of the and we', abstract: '' }));
    const unnamed = await name(mute, [-1, -1], [0, 0, 0, 1, 1, 1]);
    expect(unnamed.map((topic) => topic.name)).toEqual(['Topic 1', 'Topic 2']);
    const foreign = papersOf([['深度学习 模型. 深度学习 很好.'], ['обучение роботов. обучение роботов дорого.']], 6);
    const [chinese, russian] = await name(...argumentsOf(foreign));
    expect(chinese.name).toContain('深度学习');
    expect(russian.name.toLowerCase()).toContain('обучение роботов');
  });

  test('keeps its word, whatever the papers and the tree', async () => {
    const word = fc.constantFrom(
      ...'robot robots gripper RLHF agents agent of the for speech phoneme GUI graph novel we method visual'.split(' '),
      ...'bandit Bayes causal 3D protein protein-folding diffusion (VLM) vision-language model models .'.split(' '),
    );
    const text = fc.array(word, { minLength: 1, maxLength: 12 }).map((list) => list.join(' '));
    await fc.assert(
      fc.asyncProperty(
        forests,
        fc.array(text, { minLength: 4, maxLength: 20 }),
        async ({ parentOf, leafOfRow }, texts) => {
          const some = Array.from(leafOfRow, (_, row) => ({
            title: texts[row % texts.length],
            abstract: texts[(row * 7 + 3) % texts.length],
          }));
          const found = await nameTopics(some, { parentOf, leafOfRow }, onwards);
          expect(await nameTopics(some, { parentOf, leafOfRow }, onwards)).toEqual(found);
          expect(new Set(found.map((topic) => topic.name.toLowerCase())).size).toBe(found.length);
          for (const [topic, { name: shown, keywords }] of found.entries()) {
            expect(keywords.length).toBeLessThanOrEqual(6);
            expect(new Set(keywords.map(({ text: one }) => one.toLowerCase())).size).toBe(keywords.length);
            const weights = keywords.map(({ weight }) => weight);
            expect(weights).toEqual([...weights].sort((a, b) => b - a));
            expect(weights.every((weight) => weight > 0 && weight <= 1)).toBe(true);
            if (weights.length > 0) expect(weights[0]).toBe(1);
            for (const phrase of [...keywords.map((one) => one.text), ...shown.split(' · ')]) {
              const parts = phrase.toLowerCase().split(' ');
              if (parts[0] === 'topic') continue;
              expect(parts.length).toBeLessThanOrEqual(3);
              expect(parts.filter((part) => stopWords.has(part) && !joiningWords.has(part))).toEqual([]);
              expect(joiningWords.has(parts[0]) || joiningWords.has(parts[parts.length - 1])).toBe(false);
            }
            const own = [...leafOfRow].filter((leaf) => leaf !== OUTLIER && isWithin(parentOf, leaf, topic));
            if (own.length === 0) expect(keywords).toEqual([]);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

function argumentsOf({ papers, leaves }: ReturnType<typeof papersOf>): [Passage[], number[], number[]] {
  return [papers, Array<number>(Math.max(...leaves) + 1).fill(-1), leaves];
}

function isWithin(parentOf: Int32Array, topic: number, above: number): boolean {
  return topic >= 0 && (topic === above || isWithin(parentOf, parentOf[topic], above));
}
