import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { between, cutTo, legendPlaces, type PictureInput, pictureOf } from '../../../../../web/map/picture/picture.ts';
import { escapeXml, hex, svgOf } from '../../../../../web/map/picture/svg.ts';
import { emptyScene } from '../../../../../web/map/scene.ts';
import { fileWords } from '../../../../../web/ui/export-buttons.ts';

const some = {
  title: 'Map of papers',
  about: 'paperfield',
  camera: {
    transform: { x: 100, y: 50, k: 100 },
    frame: { width: 220, height: 120, inset: { top: 0, right: 0, bottom: 20, left: 0 } },
    zoom: 1,
  },
  scene: emptyScene,
  names: [],
  contours: [[[-0.5, 0, 0.5, 0, 0.5, 0.4]], []],
  contourLook: { color: 'rgb(1, 2, 3)', fill: 0.02, line: 0.1 },
  radii: { all: 2, plain: 2.5, lit: 3 },
  strong: null,
  // At 50, 100, 150 and far beyond the right edge.
  places: { x: Float32Array.of(-0.5, 0, 0.5, 9), y: Float32Array.of(0, 0, 0, 0) },
  entryOf: [1, 1, 0, 1],
  entries: ['Between the topics', 'Robots'].map((name) => ({ name, color: 'rgba(10, 20, 30, 1)' })),
  isOrdered: false,
  nameColorOf: () => 'rgb(0, 0, 0)',
  ground: 'rgb(255, 255, 255)',
  ink: 'rgb(0, 0, 0)',
} satisfies PictureInput;

describe('a picture of the map', () => {
  it('holds the papers that are seen, by topic, in the part of the map that nothing covers', () => {
    const picture = pictureOf(some);
    expect([picture.width, picture.height]).toEqual([220, 100]);
    expect(picture.groups.map(({ name, places }) => [name, places])).toEqual([
      ['Between the topics', [150, 50]],
      ['Robots', [50, 50, 100, 50]],
    ]);
    const told = (isOrdered: boolean) =>
      pictureOf({ ...some, isOrdered }).legend.map(({ name, papers }) => [name, papers]);
    expect(told(false)).toEqual([
      ['Robots', 2],
      ['Between the topics', 1],
    ]);
    expect(told(true)[0]).toEqual(['Between the topics', 1]);
  });

  it('has the contours where the map has them, in pixels', () => {
    const picture = pictureOf(some);
    expect(picture.contours.heights).toEqual([[[50, 50, 150, 50, 150, 90]], []]);
    expect(svgOf(picture)).toContain('<path d="M50 50 150 50 150 90Z"/>');
  });

  it('dims what the map dims, and numbers what it numbers', () => {
    const outside = Uint8Array.of(1, 0, 0, 0);
    const picture = pictureOf({ ...some, scene: { ...emptyScene, lit: [0, 1], outside, numbered: [1, 3] } });
    const strong = picture.groups.filter(({ opacity }) => opacity === 1);
    expect(strong.map(({ places }) => places)).toEqual([[100, 50]]);
    expect(picture.numbers).toEqual([{ x: 100, y: 50, text: '1' }]);
    expect(picture.legend.map(({ papers }) => papers)).toEqual([1]);
  });

  it('shows what was found and is not listed, larger than what was not found', () => {
    const found = Uint8Array.of(1, 1, 0, 0);
    const { groups } = pictureOf({ ...some, scene: { ...emptyScene, lit: [0], found } });
    expect(groups.map(({ places, radius }) => [places, radius])).toEqual([
      [[150, 50], 2],
      [[100, 50], 2.5],
      [[50, 50], 3],
    ]);
  });

  it('has room for every entry of its legend', () => {
    fc.assert(
      fc.property(fc.nat(15), fc.integer({ min: 100, max: 3000 }), (entries, width) => {
        const legend = Array.from({ length: entries }, () => ({ name: 'a', color: '', papers: 1 }));
        const places = legendPlaces({ legend, width, height: 500 });
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
    const svg = svgOf(pictureOf(some));
    expect(svg.match(/M[\d.]+ [\d.]+h0/g)).toEqual(['M150 50h0', 'M50 50h0', 'M100 50h0']);
    expect(svg).toContain('<title>Robots</title>');
  });

  it('writes colors as every program reads them', () => {
    expect(hex('rgba(10, 20, 255, 0.5)')).toBe('#0a14ff');
    expect(hex('rgb(0, 0, 0)')).toBe('#000000');
    expect(hex('none')).toBe('#000000');
    expect(between('rgb(0, 0, 0)', 'rgb(255, 255, 255)')).toBe('rgb(85, 85, 85)');
  });
});

describe('names of files and of topics', () => {
  it('say in few words what is in them', () => {
    expect(fileWords('Robots · "grasping" & Größe')).toBe('robots-grasping-große');
    expect(fileWords('../../etc/passwd')).toBe('etc-passwd');
    expect(fileWords('!?')).toBe('');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(fileWords(text)).toMatch(/^[\p{L}\p{N}-]{0,40}$/u);
      }),
    );
  });

  it('are cut between letters', () => {
    expect(cutTo('🤖🤖🤖', 3)).toBe('🤖🤖🤖');
    expect(cutTo('🤖🤖🤖', 2)).toBe('🤖…');
  });
});
