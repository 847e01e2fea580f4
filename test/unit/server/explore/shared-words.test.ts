import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stemsIn, wordsIn } from '../../../../pipeline/search/lexical/analyzer.ts';
import { sharedWords } from '../../../../server/explore/shared-words.ts';
import { fewWordsPapers, indexOf } from '../../../fixtures/few-words-papers.ts';

const others = Array.from({ length: 40 }, (_, i) => ({ title: `Paper ${i}`, abstract: `cooking recipe ${i} of soup` }));
const shared = (one: string, other: string, closeness?: (words: string) => number) => {
  const papers = [{ title: '', abstract: one }, { title: '', abstract: other }, ...others];
  return sharedWords(indexOf(papers), [0, 1], papers[1], 4, closeness);
};

describe('the words that two papers share', () => {
  test('are told in pairs where they stand side by side in both, each word once', () => {
    expect(shared('We train reward models on preferences.', 'A reward model of human preferences')).toEqual([
      'reward model',
      'preferences',
    ]);
    expect(shared('Rewards come late; models wait.', 'A reward model')).toEqual(['reward']);
  });

  test('are parted by what stands between them: a sign, a joining word, a stop word', () => {
    expect(shared('grasping, sensors', 'grasping sensors').sort()).toEqual(['grasping sensors']);
    expect(shared('grasping sensors', 'grasping. Sensors').sort()).toEqual(['grasping', 'sensors']);
    expect(shared('grasping for sensors', 'grasping for sensors').sort()).toEqual(['grasping', 'sensors']);
  });

  test('keep their names, and are no words that tell nothing alone', () => {
    expect(shared('MeanFlow for images', 'the MeanFlow of images and models')).toEqual(['MeanFlow']);
    expect(shared('object detection', 'object detection')).toEqual(['object detection']);
  });

  test('are close to what both are about: others are left out', () => {
    const closeness = (words: string) => (words === 'memorization' ? 0.6 : words === 'pressing' ? 0.29 : 0.31);
    expect(shared('pressing privacy memorization', 'pressing: memorization, privacy', closeness)).toEqual([
      'memorization',
      'privacy',
    ]);
    expect(shared('grasping sensors', 'grasping sensors', () => 0)).not.toEqual([]);
    expect(shared('soup', 'graph')).toEqual([]);
  });

  test('stand in both, side by side where two are told; no stem comes twice; four at most', () => {
    const closeness = fc.func(fc.double({ min: -1, max: 1, noNaN: true }));
    fc.assert(
      fc.property(
        fewWordsPapers.filter((papers) => papers.length > 1),
        closeness,
        (papers, near) => {
          const [one, other] = papers.map(
            ({ title, abstract }) => `| ${stemsIn(title).join(' ')} | ${stemsIn(abstract).join(' ')} |`,
          );
          const told = sharedWords(indexOf(papers), [0, 1], papers[1], 4, near);
          const stems = told.map((text) => wordsIn(text).map(({ stem }) => stem));
          for (const run of stems) for (const text of [one, other]) expect(text).toContain(` ${run.join(' ')} `);
          expect(new Set(stems.flat()).size).toBe(stems.flat().length);
          expect(told.length).toBeLessThanOrEqual(4);
        },
      ),
      { seed: 3 },
    );
  });
});
