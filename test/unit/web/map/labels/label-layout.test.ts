import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { truncateTitle, wrapText, wrapTopicName } from '../../../../../web/map/labels/label-layout.ts';

describe('the lines of a label', () => {
  test('contain every word in order, and are within the limit unless a word is longer', () => {
    const words = fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(words, fc.integer({ min: 12, max: 40 }), (all, maxLength) => {
        const lines = wrapText(all.join(' '), maxLength);
        expect(lines.join(' ')).toBe(all.join(' '));
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(maxLength);
      }),
    );
  });

  test('have about the same length', () => {
    expect(wrapText('Human feedback preference learning', 28)).toEqual(['Human feedback', 'preference learning']);
  });

  test('break between the terms of a long topic name', () => {
    expect(wrapTopicName('Agents · GUI', 20)).toEqual(['Agents · GUI']);
    expect(wrapTopicName('Sampling · diffusion models', 20)).toEqual(['Sampling', 'diffusion models']);
  });
});

test('a title is truncated at a word', () => {
  expect(truncateTitle('A short one', 20)).toBe('A short one');
  expect(truncateTitle('Learning synergies, between pushing and grasping', 24)).toBe('Learning synergies…');
});
