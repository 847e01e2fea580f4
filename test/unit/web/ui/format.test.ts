import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exampleQueries } from '../../../../web/app/welcome.ts';
import { shorten, wrap, wrapName } from '../../../../web/map/labels/label-text.ts';
import { safeLink } from '../../../../web/text/links.ts';
import { count, sentence, wordAge, wordDate } from '../../../../web/ui/format.ts';

describe('words for dates, counts and ages', () => {
  it('say as much of a date as is known', () => {
    expect(wordDate('2025-01-07')).toBe('7 Jan 2025');
    expect(wordDate('2025-01')).toBe('Jan 2025');
    expect(wordDate('2025')).toBe('2025');
    expect(wordDate('last spring')).toBe('last spring');
  });

  it('make a sentence of a message', () => {
    expect(sentence("no paper has the id 'nope'")).toBe("No paper has the id 'nope'.");
    expect(sentence('Is it still running?')).toBe('Is it still running?');
  });

  it('count', () => {
    expect(count(1, 'paper')).toBe('1 paper');
    expect(count(9876, 'paper')).toBe('9,876 papers');
    expect(wordAge(7300)).toBe('2 hours ago');
    expect(wordAge(20)).toBe('just now');
    expect(wordAge(200_000)).toBe('2 days ago');
  });
});

describe('the lines of a name', () => {
  it('hold every word in order, and are no longer than asked unless a word is', () => {
    const words = fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(words, fc.integer({ min: 12, max: 40 }), (all, most) => {
        const lines = wrap(all.join(' '), most);
        expect(lines.join(' ')).toBe(all.join(' '));
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(most);
      }),
    );
  });

  it('are about equally long', () => {
    expect(wrap('Human feedback preference learning', 28)).toEqual(['Human feedback', 'preference learning']);
  });

  it('part at the dots between terms', () => {
    expect(wrapName('Agents · GUI', 20)).toEqual(['Agents · GUI']);
    expect(wrapName('Sampling · diffusion models', 20)).toEqual(['Sampling', 'diffusion models']);
  });

  it('shorten at a word', () => {
    expect(shorten('A short one', 20)).toBe('A short one');
    expect(shorten('Learning synergies, between pushing and grasping', 24)).toBe('Learning synergies…');
  });
});

describe('links and examples', () => {
  it('lead only to the web', () => {
    expect(safeLink('https://arxiv.org/abs/1803.09956')).toBe('https://arxiv.org/abs/1803.09956');
    for (const url of [
      'javascript:alert(1)',
      ' JavaScript:alert(1)',
      'data:text/html,x',
      'file:///etc/passwd',
      'x',
      '',
      null,
    ]) {
      expect(safeLink(url)).toBeNull();
    }
  });

  it('make queries of topic names', () => {
    expect(exampleQueries(['Manipulation · robot', 'a, b', 'c', 'a · d'])).toEqual(['Manipulation', 'a', 'c']);
    const names = [
      'Agents',
      'Image generation · 3D',
      'Robots',
      'KV cache',
      'Text-to-speech',
      'GUI agents · web',
      'World models',
    ];
    expect(exampleQueries(names)).toEqual(['Image generation', 'KV cache', 'GUI agents', 'World models']);
    expect(exampleQueries(Array.from({ length: 20 }, (_, i) => `t${i}`))).toEqual(['t0', 't5', 't10', 't15']);
    expect(exampleQueries([])).toEqual([]);
  });
});
