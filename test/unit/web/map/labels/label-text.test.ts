import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { truncateTitle, wrapText, wrapTopicName } from '../../../../../web/map/labels/label-layout.ts';

describe('the lines of a label', () => {
  test('have every word in order, and are no longer than the limit unless a word is', () => {
    const words = fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(words, fc.integer({ min: 12, max: 40 }), (all, maxLength) => {
        const lines = wrapText(all.join(' '), maxLength);
        expect(lines.join(' ')).toBe(all.join(' '));
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(maxLength);
      }),
    );
  });

  test('are about equally long', () => {
    expect(wrapText('Human feedback preference learning', 28)).toEqual(['Human feedback', 'preference learning']);
  });

  test('break a topic name between its terms', () => {
    expect(wrapTopicName('Agents · GUI', 20)).toEqual(['Agents · GUI']);
    expect(wrapTopicName('Sampling · diffusion models', 20)).toEqual(['Sampling', 'diffusion models']);
  });

  test('truncate a title at a word', () => {
    expect(truncateTitle('A short one', 20)).toBe('A short one');
    expect(truncateTitle('Learning synergies, between pushing and grasping', 24)).toBe('Learning synergies…');
  });
});
