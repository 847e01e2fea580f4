import { describe, expect, test } from 'vitest';
import { isForeignLanguage } from '../../../../../pipeline/search/calibration/answerability.ts';
import { buildIndex } from '../../../../fixtures/small-vocabulary-papers.ts';

const papers = (count: number, abstract: string) => Array.from({ length: count }, () => ({ title: '', abstract }));
const index = buildIndex([...papers(3, 'learning robots of data'), ...papers(2, 'apprentissage Netze')]);

describe('a text in another language', () => {
  test.each([
    'neuronale Netze',
    'Suchmaschine für Fachartikel',
    'apprentissage par renforcement',
    'aprendizaje por refuerzo',
    'reti neurali',
    'uczenie maszynowe',
    'derin öğrenme',
    'обучение с подкреплением',
    '机器人抓取的强化学习',
  ])('is recognized: %s', async (text) => {
    expect(await isForeignLanguage(index, text)).toBe(true);
  });
});

describe('a text is not taken for one in another language', () => {
  test.each([
    ['in English', 'how to bake sourdough bread'],
    ['in English, though a little more likely in another language', 'smelly trainers'],
    ['in English, though a little more likely in another language', 'malaria tablets for a safari in kenya'],
    ['mostly of words that three papers contain', 'learning robots und Netze'],
    ['of fewer than six letters', 'für'],
    ['without letters', '2025 → 1 + 1'],
    ['without words', ''],
  ])('%s: %j', async (_, text) => {
    expect(await isForeignLanguage(index, text)).toBe(false);
  });
});
