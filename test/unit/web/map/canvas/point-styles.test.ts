import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createWorld } from '../../../../../web/map/camera.ts';
import { computePointEmphasis, pointRadius } from '../../../../../web/map/canvas/point-styles.ts';
import { emptyScene, type MapPapers } from '../../../../../web/map/scene.ts';
import { createSpatialIndex } from '../../../../../web/map/spatial-index.ts';

const N = 120;
const masks = fc.uint8Array({ min: 0, max: 1, minLength: N, maxLength: N });
const rowLists = fc.uniqueArray(fc.nat(N - 1), { maxLength: 30 });
const columns = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: N, maxLength: N });

function papersAt(x: readonly number[], y: readonly number[]): MapPapers {
  const world = createWorld({ x: Float32Array.from(x), y: Float32Array.from(y) });
  const topic = Int32Array.from({ length: N }, (_, row) => (row % 5) - 1);
  return { world, topic, color: new Uint8Array(N), rowsOfTopic: () => [] };
}

describe('the emphasis of papers', () => {
  test('dims exactly those that do not match or that a filter excludes', () => {
    fc.assert(
      fc.property(columns, columns, rowLists, masks, masks, (x, y, highlighted, matched, excluded) => {
        const papers = papersAt(x, y);
        const index = createSpatialIndex(papers.world);
        const scene = { ...emptyScene, highlighted, matched, excludedByDate: excluded };
        const emphasis = computePointEmphasis(scene, papers, index);
        const isShown = (row: number) => excluded[row] === 0 && (matched[row] === 1 || highlighted.includes(row));
        const dimmed = Array.from(index.row, (row) => (isShown(row) ? 0 : 1));
        expect(Array.from(emphasis.dimmed ?? new Uint8Array(N))).toEqual(dimmed);
        expect(emphasis.isDimmed).toBe(dimmed.includes(1));
        // The first one is drawn last.
        expect([...emphasis.highlighted].reverse()).toEqual(highlighted.filter((row) => excluded[row] === 0));
      }),
    );
  });

  test('dims the labels of topics without a notable share of the matches', () => {
    const line = Array.from({ length: N }, (_, i) => i);
    const papers = papersAt(line, line);
    const index = createSpatialIndex(papers.world);
    const prominentTopics = (isMatch: (row: number) => boolean, highlighted: number[]) => {
      const matched = Uint8Array.from({ length: N }, (_, row) => (isMatch(row) ? 1 : 0));
      return [...computePointEmphasis({ ...emptyScene, highlighted, matched }, papers, index).prominentTopics!].sort();
    };
    const broad = prominentTopics((row) => row % 2 === 0, [2]);
    expect(broad).toEqual([0, 1, 2, 3]);
    const narrow = prominentTopics((row) => row % 5 === 3, [8, 6]);
    expect(narrow).toEqual([0, 2]);
  });
});

test('the radius of a point shrinks with the number of papers, grows with the zoom, and is limited', () => {
  expect(pointRadius(326, 900, 1)).toBeGreaterThan(pointRadius(9876, 900, 1));
  expect(pointRadius(9876, 900, 8)).toBeGreaterThan(pointRadius(9876, 900, 1));
  expect(pointRadius(1e6, 900, 0.5)).toBeGreaterThanOrEqual(0.5);
  expect(pointRadius(0, 900, 60)).toBeLessThanOrEqual(9);
});
