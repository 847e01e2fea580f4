import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MapArea, RegionOperation, RegionPart } from '../../../../pipeline/core/query/region.ts';
import { printRegion } from '../../../../pipeline/core/query/region.ts';
import {
  addRegionPart,
  combineMasks,
  createSelectionCounter,
  evaluateRegion,
  pointsInArea,
  type RegionContext,
  rowsOfMask,
  takeIdsFittingInAddress,
} from '../../../../web/selection/selection.ts';

const coordinate = fc.integer({ min: -40, max: 40 }).map((value) => value / 8);
const points = (maxLength: number) => fc.array(fc.tuple(coordinate, coordinate), { minLength: 3, maxLength });
const corners = fc.tuple(coordinate, coordinate, coordinate, coordinate);

const positionsOf = (all: readonly (readonly [number, number])[]) => ({
  x: Float32Array.from(all, ([x]) => x),
  y: Float32Array.from(all, ([, y]) => y),
});

/** Whether a closed line winds around a point an odd number of times: by summing angles, not by counting crossings. */
function hasOddWinding(line: readonly number[], x: number, y: number): boolean {
  let total = 0;
  for (let i = 0; i < line.length; i += 2) {
    const j = (i + 2) % line.length;
    const from = Math.atan2(line[i + 1] - y, line[i] - x);
    let turn = Math.atan2(line[j + 1] - y, line[j] - x) - from;
    if (turn > Math.PI) turn -= 2 * Math.PI;
    if (turn < -Math.PI) turn += 2 * Math.PI;
    total += turn;
  }
  return Math.abs(Math.round(total / (2 * Math.PI))) % 2 === 1;
}

function isOnBorder(line: readonly number[], x: number, y: number): boolean {
  for (let i = 0; i < line.length; i += 2) {
    const j = (i + 2) % line.length;
    const [ax, ay, bx, by] = [line[i], line[i + 1], line[j], line[j + 1]];
    const cross = (bx - ax) * (y - ay) - (by - ay) * (x - ax);
    const between = (x - ax) * (x - bx) + (y - ay) * (y - by);
    if (cross === 0 && between <= 0) return true;
  }
  return false;
}

describe('the points in an area', () => {
  test('of a lasso are those it winds around an odd number of times', () => {
    fc.assert(
      fc.property(points(14), points(60), (lasso, all) => {
        const line = lasso.flat();
        const mask = pointsInArea(positionsOf(all), { kind: 'lasso', points: line });
        all.forEach(([x, y], i) => {
          if (!isOnBorder(line, x, y)) expect([x, y, mask[i]]).toEqual([x, y, hasOddWinding(line, x, y) ? 1 : 0]);
        });
      }),
      { numRuns: 300 },
    );
  });

  test('of a rectangle are those between two opposite corners, in any order', () => {
    fc.assert(
      fc.property(corners, points(60), (rectangle, all) => {
        const [x0, y0, x1, y1] = rectangle;
        const mask = pointsInArea(positionsOf(all), { kind: 'rectangle', points: rectangle });
        const isBetween = (a: number, value: number, b: number) => (value - a) * (value - b) <= 0;
        expect([...mask]).toEqual(all.map(([x, y]) => (isBetween(x0, x, x1) && isBetween(y0, y, y1) ? 1 : 0)));
      }),
    );
  });

  test('are found among a million papers at least twice as fast as by testing every edge for each', () => {
    const n = 1_000_000;
    let seed = 7;
    const random = () => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      return seed / 2 ** 32;
    };
    const positions = { x: Float32Array.from({ length: n }, random), y: Float32Array.from({ length: n }, random) };
    const star = Array.from({ length: 48 }, (_, i) => {
      const radius = 0.35 + 0.12 * Math.sin(5 * i);
      return [0.5 + radius * Math.cos(i * 0.131), 0.5 + radius * Math.sin(i * 0.131)];
    });
    const area: MapArea = { kind: 'lasso', points: star.flat() };
    // Processor time, because other tests run at the same time, and the best of several runs.
    const best = (work: () => number) =>
      Math.min(
        ...Array.from({ length: 5 }, () => {
          const before = process.cpuUsage();
          expect(work()).toBeGreaterThan(n / 10);
          const { user, system } = process.cpuUsage(before);
          return user + system;
        }),
      );
    const [starX, starY] = [0, 1].map((axis) => Float64Array.from(star, (corner) => corner[axis]));
    const naive = () => {
      let inside = 0;
      for (let row = 0; row < n; row++) {
        const [x, y] = [positions.x[row], positions.y[row]];
        let isInside = false;
        for (let i = 0, j = starX.length - 1; i < starX.length; j = i++) {
          const isCrossed = starY[i] > y !== starY[j] > y;
          if (isCrossed && x < ((starX[j] - starX[i]) * (y - starY[i])) / (starY[j] - starY[i]) + starX[i])
            isInside = !isInside;
        }
        if (isInside) inside++;
      }
      return inside;
    };
    const count = () => rowsOfMask(pointsInArea(positions, area)).length;
    // The naive test works with more precise corners, so that a few papers on an edge may differ.
    expect(Math.abs(count() - naive())).toBeLessThan(10);
    expect(best(count)).toBeLessThan(best(naive) / 2);
  });
});

describe('a selection', () => {
  const operations: readonly RegionOperation[] = ['add', 'remove', 'intersect'];

  test('adds, removes and intersects as sets do', () => {
    const pairs = fc.array(fc.tuple(fc.nat(1), fc.nat(1)), { maxLength: 50 });
    const naive = {
      add: (a: number, b: number) => a || b,
      remove: (a: number, b: number) => a && !b,
      intersect: (a: number, b: number) => a && b,
    };
    fc.assert(
      fc.property(pairs, fc.constantFrom(...operations), (values, operation) => {
        const mask = Uint8Array.from(values, ([a]) => a);
        const other = Uint8Array.from(values, ([, b]) => b);
        combineMasks(mask, other, operation);
        expect([...rowsOfMask(mask)]).toEqual(values.flatMap(([a, b], row) => (naive[operation](a, b) ? [row] : [])));
      }),
    );
  });

  const context: RegionContext = {
    positions: { x: Float32Array.of(0, 1, 2, 3), y: Float32Array.of(0, 0, 0, 0) },
    leafTopic: Int32Array.of(5, 5, 7, -1),
    // 7 is a subtopic of 2.
    isWithin: (leaf, topic) => leaf === topic || (leaf === 7 && topic === 2),
    rowOf: (id) => ({ a: 0, b: 1, c: 2, d: 3 })[id],
  };
  const selected = (...parts: RegionPart[]) => [...evaluateRegion(parts, context).rows];
  const part = (operation: RegionOperation, subject: RegionPart['subject']): RegionPart => ({ operation, subject });

  test('of a topic contains the papers of its subtopics', () => {
    expect(selected(part('add', { kind: 'topic', topic: 5 }))).toEqual([0, 1]);
    expect(selected(part('add', { kind: 'topic', topic: 2 }))).toEqual([2]);
    expect(selected(part('add', { kind: 'topic', topic: 9 }))).toEqual([]);
  });

  test('evaluates its parts in order', () => {
    const box = (x0: number, x1: number) => ({ kind: 'rectangle', points: [x0, -1, x1, 1] }) as const;
    const all = part('add', box(-1, 9));
    expect(selected(all, part('remove', box(1, 2)))).toEqual([0, 3]);
    expect(selected(part('add', box(1, 2)), part('intersect', { kind: 'topic', topic: 5 }))).toEqual([1]);
    expect(selected(all, part('remove', box(0, 9)), part('add', { kind: 'papers', ids: ['d'] }))).toEqual([3]);
  });

  test('is extended by a part, or replaced', () => {
    const topic = { kind: 'topic', topic: 1 } as const;
    const other = { kind: 'topic', topic: 2 } as const;
    const one = addRegionPart([], 'remove', topic);
    expect(one).toEqual([{ operation: 'add', subject: topic }]);
    expect(addRegionPart(one, 'intersect', other)).toEqual([...one, { operation: 'intersect', subject: other }]);
    expect(addRegionPart(one, 'replace', other)).toEqual([{ operation: 'add', subject: other }]);
  });

  test('has as many papers as the counter showed while the area was drawn', () => {
    const area = fc.oneof(
      points(8).map((lasso): MapArea => ({ kind: 'lasso', points: lasso.flat() })),
      corners.map((rectangle): MapArea => ({ kind: 'rectangle', points: rectangle })),
    );
    const mode = fc.constantFrom('replace', ...operations);
    fc.assert(
      fc.property(points(40), area, area, mode, fc.array(fc.nat(1)), (all, first, drawn, how, excluded) => {
        const positions = positionsOf(all);
        const papers = { ...context, positions, leafTopic: new Int32Array(all.length) };
        const exclusion = Uint8Array.from(all, (_, row) => excluded[row] ?? 0);
        const before = addRegionPart([], 'add', first);
        const { mask } = evaluateRegion(addRegionPart(before, how, drawn), papers);
        combineMasks(mask, exclusion, 'remove');
        const count = createSelectionCounter(positions, evaluateRegion(before, papers).mask, [exclusion]);
        expect(count(drawn, how)).toBe(rowsOfMask(mask).length);
      }),
      { numRuns: 300 },
    );
  });

  test('counts the ids that the snapshot does not have', () => {
    const { rows, missing } = evaluateRegion([part('add', { kind: 'papers', ids: ['b', 'gone', 'lost'] })], context);
    expect([...rows]).toEqual([1]);
    expect(missing).toBe(2);
  });
});

describe('papers in an address', () => {
  test('are as many as fit, from the first on', () => {
    const ids = Array.from({ length: 900 }, (_, i) => `2501.${String(i).padStart(5, '0')}`);
    const fitting = takeIdsFittingInAddress(ids);
    expect(fitting.length).toBeGreaterThan(300);
    expect(fitting).toEqual(ids.slice(0, fitting.length));
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', minLength: 1 }), { maxLength: 900 }), (all) => {
        const text = printRegion([
          { operation: 'add', subject: { kind: 'papers', ids: takeIdsFittingInAddress(all) } },
        ]);
        expect(encodeURIComponent(text).replaceAll('%2C', ',').length).toBeLessThanOrEqual(4010);
      }),
    );
  });
});
