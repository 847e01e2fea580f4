import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stemsIn, wordsIn } from '../../../../pipeline/search/lexical/analyzer.ts';
import { findSharedTerms } from '../../../../server/explore/reading-path.ts';
import { buildIndex, smallVocabularyPapers } from '../../../fixtures/small-vocabulary-papers.ts';

const otherPapers = Array.from({ length: 40 }, (_, i) => ({
  title: `Paper ${i}`,
  abstract: `cooking recipe ${i} of soup`,
}));
const sharedTermsOf = (first: string, second: string, similarityOfTerm?: (term: string) => number) => {
  const papers = [{ title: '', abstract: first }, { title: '', abstract: second }, ...otherPapers];
  return findSharedTerms(buildIndex(papers), [0, 1], papers[1], 4, similarityOfTerm);
};

describe('the terms that two papers share', () => {
  test('are two words if these are adjacent in both papers; no word is in two terms', () => {
    expect(sharedTermsOf('We train reward models on preferences.', 'A reward model of human preferences')).toEqual([
      'reward model',
      'preferences',
    ]);
    expect(sharedTermsOf('Rewards come late; models wait.', 'A reward model')).toEqual(['reward']);
  });

  test('do not go across punctuation, connectors and stop words', () => {
    expect(sharedTermsOf('grasping, sensors', 'grasping sensors').sort()).toEqual(['grasping sensors']);
    expect(sharedTermsOf('grasping sensors', 'grasping. Sensors').sort()).toEqual(['grasping', 'sensors']);
    expect(sharedTermsOf('grasping for sensors', 'grasping for sensors').sort()).toEqual(['grasping', 'sensors']);
  });

  test('keep the spelling of names, and are not single generic words', () => {
    expect(sharedTermsOf('MeanFlow for images', 'the MeanFlow of images and models')).toEqual(['MeanFlow']);
    expect(sharedTermsOf('object detection', 'object detection')).toEqual(['object detection']);
  });

  test('are not much less similar to the subject of the papers than the most similar term', () => {
    const similarity = (term: string) => (term === 'memorization' ? 0.6 : term === 'pressing' ? 0.29 : 0.31);
    expect(sharedTermsOf('pressing privacy memorization', 'pressing: memorization, privacy', similarity)).toEqual([
      'memorization',
      'privacy',
    ]);
    expect(sharedTermsOf('grasping sensors', 'grasping sensors', () => 0)).not.toEqual([]);
    expect(sharedTermsOf('soup', 'graph')).toEqual([]);
  });

  test('are in both papers, with adjacent words adjacent; no stem is in two of them; at most four', () => {
    const similarity = fc.func(fc.double({ min: -1, max: 1, noNaN: true }));
    fc.assert(
      fc.property(
        smallVocabularyPapers.filter((papers) => papers.length > 1),
        similarity,
        (papers, similarityOfTerm) => {
          const [first, second] = papers.map(
            ({ title, abstract }) => `| ${stemsIn(title).join(' ')} | ${stemsIn(abstract).join(' ')} |`,
          );
          const terms = findSharedTerms(buildIndex(papers), [0, 1], papers[1], 4, similarityOfTerm);
          const stemsOfTerms = terms.map((term) => wordsIn(term).map(({ stem }) => stem));
          for (const stems of stemsOfTerms) {
            for (const text of [first, second]) expect(text).toContain(` ${stems.join(' ')} `);
          }
          expect(new Set(stemsOfTerms.flat()).size).toBe(stemsOfTerms.flat().length);
          expect(terms.length).toBeLessThanOrEqual(4);
        },
      ),
      { seed: 3 },
    );
  });
});
