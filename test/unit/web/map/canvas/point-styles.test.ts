import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emphasisOf } from '../../../../../web/map/canvas/point-styles.ts';
import { createSpatialIndex } from '../../../../../web/map/spatial-index.ts';
import { emptyScene, type MapPapers } from '../../../../../web/map/scene.ts';
import { createWorld } from '../../../../../web/map/camera.ts';

const N = 120;
const bits = fc.uint8Array({ min: 0, max: 1, minLength: N, maxLength: N });
const rows = fc.uniqueArray(fc.nat(N - 1), { maxLength: 30 });
const places = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: N, maxLength: N });

function papersAt(x: readonly number[], y: readonly number[]): MapPapers {
  const world = createWorld({ x: Float32Array.from(x), y: Float32Array.from(y) });
  const topic = Int32Array.from({ length: N }, (_, row) => (row % 5) - 1);
  return { world, topic, color: new Uint8Array(N), rowsOfTopic: () => [] };
}

describe('papers by how they are drawn', () => {
  it('are dimmed where they were not found, or a filter keeps them out, and only there', () => {
    fc.assert(
      fc.property(places, places, rows, bits, bits, (x, y, lit, found, outside) => {
        const papers = papersAt(x, y);
        const index = createSpatialIndex(papers.world);
        const layers = emphasisOf({ ...emptyScene, highlighted: lit, matched: found, excludedByDate: outside }, papers, index);
        const isSeen = (row: number) => outside[row] === 0 && (found[row] === 1 || lit.includes(row));
        const dimmed = Array.from(index.row, (row) => (isSeen(row) ? 0 : 1));
        expect(Array.from(layers.dimmed ?? new Uint8Array(N))).toEqual(dimmed);
        expect(layers.isDimmed).toBe(dimmed.includes(1));
        expect([...layers.highlighted].reverse()).toEqual(lit.filter((row) => outside[row] === 0));
      }),
    );
  });

  it('of a broad answer leave the names of no topic weak that they are spread over, of a narrow one all but a few', () => {
    const line = Array.from({ length: N }, (_, i) => i);
    const papers = papersAt(line, line);
    const index = createSpatialIndex(papers.world);
    const strongOf = (found: (row: number) => boolean, lit: number[]) => {
      const mask = Uint8Array.from({ length: N }, (_, row) => (found(row) ? 1 : 0));
      return [...emphasisOf({ ...emptyScene, highlighted: lit, matched: mask }, papers, index).prominentTopics!].sort();
    };
    expect(strongOf((row) => row % 2 === 0, [2])).toEqual([0, 1, 2, 3]);
    expect(strongOf((row) => row % 5 === 3, [8, 6])).toEqual([0, 2]);
  });
});

describe('how crowded some of the papers look', () => {
  it('lies between their number and that of all', () => {
    fc.assert(
      fc.property(places, places, bits, (x, y, mask) => {
        const index = createSpatialIndex(papersAt(x, y).world);
        const left = mask.filter((value) => value === 0).length;
        const crowd = index.apparentCount(mask);
        expect(crowd).toBeGreaterThanOrEqual(left - 1e-6);
        expect(crowd).toBeLessThanOrEqual(N);
      }),
    );
  });

  it('is more where they stand together than where they are scattered', () => {
    const side = Array.from({ length: 2500 }, (_, i) => i);
    const index = createSpatialIndex(
      createWorld({ x: Float32Array.from(side, (i) => i % 50), y: Float32Array.from(side, (i) => Math.floor(i / 50)) }),
    );
    const crowd = (isIn: (x: number, y: number) => boolean) =>
      index.apparentCount(index.toIndexOrder(Uint8Array.from(side, (i) => (isIn(i % 50, Math.floor(i / 50)) ? 0 : 1))));
    const [together, scattered] = [crowd((x, y) => x < 10 && y < 10), crowd((x, y) => x % 5 === 0 && y % 5 === 0)];
    expect(together).toBeGreaterThan(2 * scattered);
    expect(scattered).toBeLessThan(150);
  });
});
