import { describe, expect, test } from 'vitest';
import { tellingSentence } from '../../../../../pipeline/topics/labels/representative-sentence.ts';

const keywords = [
  { text: 'tactile sensors', weight: 1 },
  { text: 'grasping', weight: 0.6 },
];
const best = (...abstracts: string[]) =>
  tellingSentence(
    abstracts.map((abstract, i) => ({ title: i === 0 ? 'HandNet: A Hand' : `Paper ${i}`, abstract })),
    [...abstracts.keys()],
    keywords,
  );
const good = 'Tactile sensors tell a robotic hand how firmly it holds what it is grasping.';

describe('tellingSentence', () => {
  test('is the one that holds most of the keywords, singular or plural', () => {
    const sentence = 'A tactile sensor in every finger makes grasping in the dark possible at last.';
    expect(best(`Robots are slow at many things that people find easy. ${sentence}`)).toEqual({
      row: 0,
      text: sentence,
    });
  });

  test('is of the more central of two papers that say the same', () => {
    expect(best(good, good)?.row).toBe(0);
  });

  test.each([
    ['leans on what was said before', `However, ${good.charAt(0).toLowerCase()}${good.slice(1)}`],
    ['reports on the paper', `In this paper, we propose that ${good.charAt(0).toLowerCase()}${good.slice(1)}`],
    ['points at what was said before', good.replace('a robotic hand', 'this robotic hand')],
    ['is about what its paper is called', good.replace('a robotic hand', 'HandNet')],
    ['counts results', good.replace('.', ', better by 17% on average.')],
  ])('is rather one of a less central paper than one that %s', (_, sentence) => {
    expect(best(sentence, good)).toEqual({ row: 1, text: good });
    expect(best(sentence)).toEqual({ row: 0, text: sentence });
  });

  test.each([
    ['is short', 'Tactile sensors help grasping.'],
    ['is long', `Tactile sensors help grasping ${'in very many ways '.repeat(15)}.`],
    ['holds LaTeX', good.replace('how', '$\\alpha$')],
    ['holds an address', good.replace('how', 'https://example.org')],
    ['is cut off', good.replace('.', '')],
    ['begins in the middle', `${good.charAt(0).toLowerCase()}${good.slice(1)}`],
    ['holds no keyword', 'Robots are slow at many things that people find easy to do without looking.'],
  ])('is none that %s', (_, sentence) => {
    expect(best(sentence)).toBeUndefined();
  });

  test('of papers without abstracts is none', () => {
    expect(best('', '')).toBeUndefined();
  });
});
