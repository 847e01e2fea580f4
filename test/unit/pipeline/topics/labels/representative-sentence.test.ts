import { describe, expect, test } from 'vitest';
import { representativeSentence } from '../../../../../pipeline/topics/describe-topics.ts';

const keywords = [
  { text: 'tactile sensors', weight: 1 },
  { text: 'grasping', weight: 0.6 },
];
/** The sentence for papers with these abstracts, the most representative first. */
const bestOf = (...abstracts: string[]) =>
  representativeSentence(
    abstracts.map((abstract, i) => ({ title: i === 0 ? 'HandNet: A Hand' : `Paper ${i}`, abstract })),
    [...abstracts.keys()],
    keywords,
  );
const good = 'Tactile sensors tell a robotic hand how firmly it holds what it is grasping.';
const continued = `${good.charAt(0).toLowerCase()}${good.slice(1)}`;

describe('representativeSentence', () => {
  test('is the sentence with most keywords, singular or plural', () => {
    const sentence = 'A tactile sensor in every finger makes grasping in the dark possible at last.';
    expect(bestOf(`Robots are slow at many things that people find easy. ${sentence}`)).toEqual({
      row: 0,
      text: sentence,
    });
  });

  test('is from the more representative of two papers with the same sentence', () => {
    expect(bestOf(good, good)?.row).toBe(0);
  });

  test.each([
    ['depends on earlier sentences', `However, ${continued}`],
    ['is about its paper', `In this paper, we propose that ${continued}`],
    ['refers to earlier sentences', good.replace('a robotic hand', 'this robotic hand')],
    ['has the name that its paper gives to its work', good.replace('a robotic hand', 'HandNet')],
    ['reports results', good.replace('.', ', better by 17% on average.')],
  ])('is from a less representative paper if the sentence of the best one %s', (_, sentence) => {
    expect(bestOf(sentence, good)).toEqual({ row: 1, text: good });
    expect(bestOf(sentence)).toEqual({ row: 0, text: sentence });
  });

  test.each([
    ['is too short', 'Tactile sensors help grasping.'],
    ['is too long', `Tactile sensors help grasping ${'in very many ways '.repeat(15)}.`],
    ['contains LaTeX', good.replace('how', '$\\alpha$')],
    ['contains a URL', good.replace('how', 'https://example.org')],
    ['has no end', good.replace('.', '')],
    ['has no start', continued],
    ['has no keyword', 'Robots are slow at many things that people find easy to do without looking.'],
  ])('is never one that %s', (_, sentence) => {
    expect(bestOf(sentence)).toBeUndefined();
  });

  test('does not exist for papers without abstracts', () => {
    expect(bestOf('', '')).toBeUndefined();
  });
});
