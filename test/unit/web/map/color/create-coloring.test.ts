import { expect, test } from 'vitest';
import type { MapFieldResponse } from '../../../../../server/schemas/columns.ts';
import type { MapData } from '../../../../../web/app/map-data.ts';
import { createColoring } from '../../../../../web/map/color/create-coloring.ts';

const coloringOf = (field: Partial<MapFieldResponse>) => {
  const columns = { date: new Int32Array(0), comments: new Int32Array(0), neighborRecall: new Uint8Array(0) };
  const mapData = { columns, fields: new Map([['x', field]]) } as Partial<MapData> as MapData;
  const { legend, legendIndex, palette, colorIndex } = createColoring('field:x', mapData);
  expect(Math.max(...colorIndex)).toBeLessThan(palette('light').length);
  return { legend: legend.map(({ label, papers }) => `${label}: ${papers}`), index: [...legendIndex] };
};

test('numbers have bins with round borders, unknown ones an entry of their own', () => {
  expect(coloringOf({ type: 'number', values: [0, 3, null, 12, 14], names: [] })).toEqual({
    legend: ['0 – 1: 1', '2 – 3: 1', '12 – 13: 1', '14: 1', 'Unknown: 1'],
    index: [0, 1, 4, 2, 3],
  });
  expect(coloringOf({ type: 'number', values: [0, 1, 1, 2, 3, 40, 900], names: [] }).legend).toEqual([
    '0: 1',
    '1: 2',
    '2 – 4: 2',
    '20 – 49: 1',
    '500 – 900: 1',
  ]);
});

test('categories have a color each, those of few papers one together', () => {
  expect(coloringOf({ type: 'category', values: [0, 1, 0, null], names: ['ICML', 'CVPR'] })).toEqual({
    legend: ['ICML: 2', 'CVPR: 1', 'Unknown: 1'],
    index: [0, 1, 0, 2],
  });
  const names = Array.from({ length: 30 }, (_, i) => `n${i}`);
  const { legend } = coloringOf({ type: 'list', values: [...names.keys(), 0], names });
  expect([legend.length, legend[0], legend.at(-1)]).toEqual([13, 'n0: 2', '18 others: 18']);
});

test('flags are no and yes, dates are months or years', () => {
  expect(coloringOf({ type: 'flag', values: [1, 0, 1], names: [] }).legend).toEqual(['No: 1', 'Yes: 2']);
  expect(coloringOf({ type: 'date', values: [20_000, null], names: [] }).legend).toEqual(['Oct 2024: 1', 'Unknown: 1']);
});
