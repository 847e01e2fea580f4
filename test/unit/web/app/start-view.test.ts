import { expect, test } from 'vitest';
import { pickExampleQueries } from '../../../../web/app/start-view.ts';

test('example queries are the first phrases of evenly spaced topic names, of several words where possible', () => {
  expect(pickExampleQueries(['Manipulation · robot', 'a, b', 'c', 'a · d'])).toEqual(['Manipulation', 'a', 'c']);
  const names = [
    'Agents',
    'Image generation · 3D',
    'Robots',
    'KV cache',
    'Text-to-speech',
    'GUI agents · web',
    'World models',
  ];
  expect(pickExampleQueries(names)).toEqual(['Image generation', 'KV cache', 'GUI agents', 'World models']);
  expect(pickExampleQueries(Array.from({ length: 20 }, (_, i) => `t${i}`))).toEqual(['t0', 't5', 't10', 't15']);
  expect(pickExampleQueries([])).toEqual([]);
});
