import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mixColors, truncate, layoutLegend, type FigureInput, createFigure } from '../../../../../web/map/export/figure.ts';
import { escapeXml, hexColor, renderSvg } from '../../../../../web/map/export/svg.ts';
import { emptyScene } from '../../../../../web/map/scene.ts';
import { slugify } from '../../../../../web/ui/export-buttons.ts';

const some = {
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
  prominentTopics: null,
  // At 50, 100, 150 and far beyond the right edge.
  positions: { x: Float32Array.of(-0.5, 0, 0.5, 9), y: Float32Array.of(0, 0, 0, 0) },
  legendIndex: [1, 1, 0, 1],
  legend: ['Between the topics', 'Robots'].map((name) => ({ name, color: 'rgba(10, 20, 30, 1)' })),
  isLegendOrdered: false,
  labelColor: () => 'rgb(0, 0, 0)',
  background: 'rgb(255, 255, 255)',
  ink: 'rgb(0, 0, 0)',
} satisfies FigureInput;

describe('a picture of the map', () => {
  it('holds the papers that are seen, by topic, in the part of the map that nothing covers', () => {
    const picture = createFigure(some);
    expect([picture.width, picture.height]).toEqual([220, 100]);
    expect(picture.groups.map(({ name, coordinates: places }) => [name, places])).toEqual([
      ['Between the topics', [150, 50]],
      ['Robots', [50, 50, 100, 50]],
    ]);
    const told = (isOrdered: boolean) =>
      createFigure({ ...some, isLegendOrdered: isOrdered }).legend.map(({ name, papers }) => [name, papers]);
    expect(told(false)).toEqual([
      ['Robots', 2],
      ['Between the topics', 1],
    ]);
    expect(told(true)[0]).toEqual(['Between the topics', 1]);
  });

  it('has the contours where the map has them, in pixels', () => {
    const picture = createFigure(some);
    expect(picture.contours.levels).toEqual([[[50, 50, 150, 50, 150, 90]], []]);
    expect(renderSvg(picture)).toContain('<path d="M50 50 150 50 150 90Z"/>');
  });

  it('dims what the map dims, and numbers what it numbers', () => {
    const outside = Uint8Array.of(1, 0, 0, 0);
    const picture = createFigure({ ...some, scene: { ...emptyScene, highlighted: [0, 1], excludedByDate: outside, numbered: [1, 3] } });
    const strong = picture.groups.filter(({ opacity }) => opacity === 1);
    expect(strong.map(({ coordinates: places }) => places)).toEqual([[100, 50]]);
    expect(picture.badges).toEqual([{ x: 100, y: 50, text: '1' }]);
    expect(picture.legend.map(({ papers }) => papers)).toEqual([1]);
  });

  it('shows what was found and is not listed, larger than what was not found', () => {
    const found = Uint8Array.of(1, 1, 0, 0);
    const { groups } = createFigure({ ...some, scene: { ...emptyScene, highlighted: [0], matched: found } });
    expect(groups.map(({ coordinates: places, radius }) => [places, radius])).toEqual([
      [[150, 50], 2],
      [[100, 50], 2.5],
      [[50, 50], 3],
    ]);
  });

  it('has room for every entry of its legend', () => {
    fc.assert(
      fc.property(fc.nat(15), fc.integer({ min: 100, max: 3000 }), (entries, width) => {
        const legend = Array.from({ length: entries }, () => ({ name: 'a', color: '', papers: 1 }));
        const places = layoutLegend({ legend, width, height: 500 });
        expect(places.entries.length).toBe(entries);
        expect(new Set(places.entries.map(({ x, y }) => `${x},${y}`)).size).toBe(entries);
        for (const { x, y } of places.entries) {
          expect(x > 0 && x < width && y > 500 && y < places.about.y).toBe(true);
        }
        expect(places.height).toBeGreaterThan(places.about.y);
      }),
    );
  });
});

describe('SVG', () => {
  it('keeps every text a text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        const escaped = escapeXml(text);
        expect(escaped).not.toMatch(/[<>"]|&(?!amp;|lt;|gt;|quot;)/);
        expect(escaped).not.toMatch(/\p{Cs}/u);
      }),
    );
    expect(escapeXml('<b>"A&B"</b>\u0000\u0008\ud800')).toBe('&lt;b&gt;&quot;A&amp;B&quot;&lt;/b&gt;\ufffd');
  });

  it('holds as many dots as papers are seen', () => {
    const svg = renderSvg(createFigure(some));
    expect(svg.match(/M[\d.]+ [\d.]+h0/g)).toEqual(['M150 50h0', 'M50 50h0', 'M100 50h0']);
    expect(svg).toContain('<title>Robots</title>');
  });

  it('writes colors as every program reads them', () => {
    expect(hexColor('rgba(10, 20, 255, 0.5)')).toBe('#0a14ff');
    expect(hexColor('rgb(0, 0, 0)')).toBe('#000000');
    expect(hexColor('none')).toBe('#000000');
    expect(mixColors('rgb(0, 0, 0)', 'rgb(255, 255, 255)')).toBe('rgb(85, 85, 85)');
  });
});

describe('names of files and of topics', () => {
  it('say in few words what is in them', () => {
    expect(slugify('Robots · "grasping" & Größe')).toBe('robots-grasping-große');
    expect(slugify('../../etc/passwd')).toBe('etc-passwd');
    expect(slugify('!?')).toBe('');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(slugify(text)).toMatch(/^[\p{L}\p{N}-]{0,40}$/u);
      }),
    );
  });

  it('are cut between letters', () => {
    expect(truncate('🤖🤖🤖', 3)).toBe('🤖🤖🤖');
    expect(truncate('🤖🤖🤖', 2)).toBe('🤖…');
  });
});
