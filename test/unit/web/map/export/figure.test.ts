import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  createFigure,
  type FigureInput,
  layoutLegend,
  mixColors,
  truncate,
} from '../../../../../web/map/export/figure.ts';
import { escapeXml, renderSvg, toHexColor } from '../../../../../web/map/export/image-formats.ts';
import { emptyScene } from '../../../../../web/map/scene.ts';
import { slugify } from '../../../../../web/ui/export-buttons.ts';

const input = {
  title: 'Map of papers',
  caption: 'paperfield',
  camera: {
    transform: { x: 100, y: 50, k: 100 },
    viewport: { width: 220, height: 120, inset: { top: 0, right: 0, bottom: 20, left: 0 } },
    zoom: 1,
  },
  scene: emptyScene,
  labels: [],
  contours: [[[-0.5, 0, 0.5, 0, 0.5, 0.4]], []],
  contourStyle: { color: 'rgb(1, 2, 3)', fill: 0.02, line: 0.1 },
  radii: { base: 2, normal: 2.5, highlighted: 3 },
  sizes: null,
  prominentTopics: null,
  // On the screen at x = 50, 100 and 150, and far beyond the right edge.
  positions: { x: Float32Array.of(-0.5, 0, 0.5, 9), y: Float32Array.of(0, 0, 0, 0) },
  legendIndex: [1, 1, 0, 1],
  legend: ['Unassigned', 'Robots'].map((name) => ({ name, color: 'rgba(10, 20, 30, 1)' })),
  isLegendOrdered: false,
  labelColor: () => 'rgb(0, 0, 0)',
  background: 'rgb(255, 255, 255)',
  ink: 'rgb(0, 0, 0)',
} satisfies FigureInput;

describe('a figure of the map', () => {
  test('draws papers in the sizes that the map has, large ones below small ones', () => {
    const sizes = { level: Uint8Array.of(0, 1, 2, 0), factors: [0.5, 2, 1], labels: ['1', '2'] };
    const { groups } = createFigure({ ...input, sizes });
    expect(groups.map(({ coordinates, radius }) => [coordinates, radius])).toEqual([
      [[100, 50], 5],
      [[150, 50], 2.5],
      [[50, 50], 1.25],
    ]);
  });

  test('has the papers in the visible area, by topic', () => {
    const figure = createFigure(input);
    expect([figure.width, figure.height]).toEqual([220, 100]);
    expect(figure.groups.map(({ name, coordinates }) => [name, coordinates])).toEqual([
      ['Unassigned', [150, 50]],
      ['Robots', [50, 50, 100, 50]],
    ]);
  });

  test('has a legend in its own order, or with the most papers first', () => {
    const legend = (isLegendOrdered: boolean) =>
      createFigure({ ...input, isLegendOrdered }).legend.map(({ name, papers }) => [name, papers]);
    expect(legend(false)).toEqual([
      ['Robots', 2],
      ['Unassigned', 1],
    ]);
    expect(legend(true)[0]).toEqual(['Unassigned', 1]);
  });

  test('has the contours at the same pixels as the map', () => {
    const figure = createFigure(input);
    expect(figure.contours.levels).toEqual([[[50, 50, 150, 50, 150, 90]], []]);
    expect(renderSvg(figure)).toContain('<path d="M50 50 150 50 150 90Z"/>');
  });

  test('dims what the map dims, and numbers what it numbers', () => {
    const excludedByDate = Uint8Array.of(1, 0, 0, 0);
    const scene = { ...emptyScene, highlighted: [0, 1], excludedByDate, numbered: [1, 3] };
    const figure = createFigure({ ...input, scene });
    const opaque = figure.groups.filter(({ opacity }) => opacity === 1);
    expect(opaque.map(({ coordinates }) => coordinates)).toEqual([[100, 50]]);
    expect(figure.badges).toEqual([{ x: 100, y: 50, text: '1' }]);
    expect(figure.legend.map(({ papers }) => papers)).toEqual([1]);
  });

  test('draws matches larger than other papers, and highlighted ones larger still', () => {
    const matched = Uint8Array.of(1, 1, 0, 0);
    const { groups } = createFigure({ ...input, scene: { ...emptyScene, highlighted: [0], matched } });
    expect(groups.map(({ coordinates, radius }) => [coordinates, radius])).toEqual([
      [[150, 50], 2],
      [[100, 50], 2.5],
      [[50, 50], 3],
    ]);
  });

  test('has space for every entry of its legend', () => {
    fc.assert(
      fc.property(fc.nat(15), fc.integer({ min: 100, max: 3000 }), (entries, width) => {
        const layout = layoutLegend(entries, width, 500);
        expect(layout.entries.length).toBe(entries);
        expect(new Set(layout.entries.map(({ x, y }) => `${x},${y}`)).size).toBe(entries);
        for (const { x, y } of layout.entries) {
          expect(x > 0 && x < width && y > 500 && y < layout.caption.y).toBe(true);
        }
        expect(layout.totalHeight).toBeGreaterThan(layout.caption.y);
      }),
    );
  });

  test('has names truncated between characters', () => {
    expect(truncate('🤖🤖🤖', 3)).toBe('🤖🤖🤖');
    expect(truncate('🤖🤖🤖', 2)).toBe('🤖…');
  });
});

describe('the SVG of a figure', () => {
  test('contains any text only as text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        const escaped = escapeXml(text);
        expect(escaped).not.toMatch(/[<>"]|&(?!amp;|lt;|gt;|quot;)/);
        expect(escaped).not.toMatch(/\p{Cs}/u);
      }),
    );
    expect(escapeXml('<b>"A&B"</b>\u0000\u0008\ud800')).toBe('&lt;b&gt;&quot;A&amp;B&quot;&lt;/b&gt;\ufffd');
  });

  test('has a point for every visible paper', () => {
    const svg = renderSvg(createFigure(input));
    expect(svg.match(/M[\d.]+ [\d.]+h0/g)).toEqual(['M150 50h0', 'M50 50h0', 'M100 50h0']);
    expect(svg).toContain('<title>Robots</title>');
  });

  test('has colors in hexadecimal', () => {
    expect(toHexColor('rgba(10, 20, 255, 0.5)')).toBe('#0a14ff');
    expect(toHexColor('rgb(0, 0, 0)')).toBe('#000000');
    expect(toHexColor('none')).toBe('#000000');
    expect(mixColors('rgb(0, 0, 0)', 'rgb(255, 255, 255)')).toBe('rgb(85, 85, 85)');
  });
});

test('a file is named after its subject, in letters, digits and hyphens', () => {
  expect(slugify('Robots · "grasping" & Größe')).toBe('robots-grasping-große');
  expect(slugify('../../etc/passwd')).toBe('etc-passwd');
  expect(slugify('!?')).toBe('');
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(slugify(text)).toMatch(/^[\p{L}\p{N}-]{0,40}$/u);
    }),
  );
});
