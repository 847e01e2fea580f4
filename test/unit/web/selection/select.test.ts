import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { simplify } from '../../../../web/selection/drawing.ts';
import { countDrawn } from '../../../../web/selection/live-count.ts';
import { type Area, type Operation, type Part, withPart } from '../../../../web/selection/region-parts.ts';
import { combine, pointsInside, rowsIn, type Selectable, select } from '../../../../web/selection/select.ts';

const place = fc.integer({ min: -40, max: 40 }).map((value) => value / 8);
const points = (most: number) => fc.array(fc.tuple(place, place), { minLength: 3, maxLength: most });

/** Turns around a point that a closed line makes, doubled; odd turns: inside. Told by angles, not by crossings. */
function isAround(line: readonly number[], x: number, y: number): boolean {
  let turned = 0;
  for (let i = 0; i < line.length; i += 2) {
    const j = (i + 2) % line.length;
    const from = Math.atan2(line[i + 1]! - y, line[i]! - x);
    let step = Math.atan2(line[j + 1]! - y, line[j]! - x) - from;
    if (step > Math.PI) step -= 2 * Math.PI;
    if (step < -Math.PI) step += 2 * Math.PI;
    turned += step;
  }
  return Math.abs(Math.round(turned / (2 * Math.PI))) % 2 === 1;
}

function isOnRim(line: readonly number[], x: number, y: number): boolean {
  for (let i = 0; i < line.length; i += 2) {
    const j = (i + 2) % line.length;
    const [ax, ay, bx, by] = [line[i]!, line[i + 1]!, line[j]!, line[j + 1]!];
    const off = (bx - ax) * (y - ay) - (by - ay) * (x - ax);
    const between = (x - ax) * (x - bx) + (y - ay) * (y - by);
    if (off === 0 && between <= 0) return true;
  }
  return false;
}

describe('points in an area', () => {
  it('are those that a lasso goes around an odd number of times', () => {
    fc.assert(
      fc.property(points(14), points(60), (corners, some) => {
        const line = corners.flat();
        const places = { x: Float32Array.from(some, ([x]) => x), y: Float32Array.from(some, ([, y]) => y) };
        const mask = pointsInside(places, { kind: 'lasso', points: line });
        some.forEach(([x, y], i) => {
          if (!isOnRim(line, x, y)) expect([x, y, mask[i]]).toEqual([x, y, isAround(line, x, y) ? 1 : 0]);
        });
      }),
      { numRuns: 300 },
    );
  });

  it('are those between two corners of a rectangle, whichever two were drawn', () => {
    fc.assert(
      fc.property(fc.tuple(place, place, place, place), points(60), (corners, some) => {
        const [x0, y0, x1, y1] = corners;
        const places = { x: Float32Array.from(some, ([x]) => x), y: Float32Array.from(some, ([, y]) => y) };
        const mask = pointsInside(places, { kind: 'rectangle', points: corners });
        const within = (a: number, at: number, b: number) => (at - a) * (at - b) <= 0;
        expect([...mask]).toEqual(some.map(([x, y]) => (within(x0, x, x1) && within(y0, y, y1) ? 1 : 0)));
      }),
    );
  });

  it('are told for a million papers before an eye notices', () => {
    const n = 1_000_000;
    let seed = 7;
    const next = () => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      return seed / 2 ** 32;
    };
    const places = { x: Float32Array.from({ length: n }, next), y: Float32Array.from({ length: n }, next) };
    const corners = Array.from({ length: 48 }, (_, i) => {
      const radius = 0.35 + 0.12 * Math.sin(5 * i);
      return [0.5 + radius * Math.cos(i * 0.131), 0.5 + radius * Math.sin(i * 0.131)];
    });
    const area: Area = { kind: 'lasso', points: corners.flat() };
    const times = Array.from({ length: 7 }, () => {
      const before = process.cpuUsage();
      const mask = pointsInside(places, area);
      const { user, system } = process.cpuUsage(before);
      expect(rowsIn(mask).length).toBeGreaterThan(n / 10);
      return (user + system) / 1000;
    });
    // Of processor time: other tests run beside this one.
    expect(Math.min(...times)).toBeLessThan(50);
  });
});

describe('a selection', () => {
  const masks = fc.array(fc.tuple(fc.nat(1), fc.nat(1)), { maxLength: 50 });
  const operations: readonly Operation[] = ['add', 'remove', 'meet'];

  it('adds, removes and intersects as sets do', () => {
    fc.assert(
      fc.property(masks, fc.constantFrom(...operations), (pairs, operation) => {
        const mask = Uint8Array.from(pairs, ([a]) => a);
        combine(
          mask,
          Uint8Array.from(pairs, ([, b]) => b),
          operation,
        );
        const of = { add: (a: number, b: number) => a || b, remove: (a: number, b: number) => a && !b };
        const meet = (a: number, b: number) => a && b;
        const expected = pairs.flatMap(([a, b], row) => ({ ...of, meet })[operation](a, b) ? [row] : []);
        expect([...rowsIn(mask)]).toEqual(expected);
      }),
    );
  });

  const papers: Selectable = {
    places: { x: Float32Array.of(0, 1, 2, 3), y: Float32Array.of(0, 0, 0, 0) },
    leaf: Int32Array.of(5, 5, 7, -1),
    // 7 is a part of 2.
    isWithin: (leaf, topic) => leaf === topic || (leaf === 7 && topic === 2),
    rowOf: (id) => ({ a: 0, b: 1, c: 2, d: 3 })[id],
  };
  const selected = (...parts: Part[]) => [...select(parts, papers).rows];
  const part = (operation: Operation, subject: Part['subject']): Part => ({ operation, subject });

  it('holds the papers of a topic and of its parts', () => {
    expect(selected(part('add', { kind: 'topic', topic: 5 }))).toEqual([0, 1]);
    expect(selected(part('add', { kind: 'topic', topic: 2 }))).toEqual([2]);
    expect(selected(part('add', { kind: 'topic', topic: 9 }))).toEqual([]);
  });

  it('takes its parts in their order', () => {
    const box = (x0: number, x1: number) => ({ kind: 'rectangle', points: [x0, -1, x1, 1] }) as const;
    const all = part('add', box(-1, 9));
    expect(selected(all, part('remove', box(1, 2)))).toEqual([0, 3]);
    expect(selected(part('add', box(1, 2)), part('meet', { kind: 'topic', topic: 5 }))).toEqual([1]);
    expect(selected(all, part('remove', box(0, 9)), part('add', { kind: 'papers', ids: ['d'] }))).toEqual([3]);
  });

  it('is counted while an area is drawn as it is selected when that is done', () => {
    const area = fc.oneof(
      points(8).map((corners): Area => ({ kind: 'lasso', points: corners.flat() })),
      fc.tuple(place, place, place, place).map((corners): Area => ({ kind: 'rectangle', points: corners })),
    );
    fc.assert(
      fc.property(
        points(40),
        area,
        area,
        fc.constantFrom('fresh', ...operations),
        fc.array(fc.nat(1)),
        (some, a, b, how, out) => {
          const places = { x: Float32Array.from(some, ([x]) => x), y: Float32Array.from(some, ([, y]) => y) };
          const all = { ...papers, places, leaf: new Int32Array(some.length) };
          const outside = Uint8Array.from(some, (_, row) => out[row] ?? 0);
          const before = withPart([], 'add', a);
          const { mask } = select(withPart(before, how, b), all);
          combine(mask, outside, 'remove');
          const told = countDrawn(places, select(before, all).mask, [outside])(b, how);
          expect(told).toBe(rowsIn(mask).length);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('counts the papers that are no longer there', () => {
    const { rows, missing } = select([part('add', { kind: 'papers', ids: ['b', 'gone', 'lost'] })], papers);
    expect([...rows]).toEqual([1]);
    expect(missing).toBe(2);
  });
});

describe('a lasso for the address', () => {
  it('keeps near the line that was drawn, with few corners', () => {
    fc.assert(
      fc.property(points(400), fc.double({ min: 0.01, max: 1, noNaN: true }), (drawn, tolerance) => {
        const line = drawn.flat();
        const few = simplify(line, tolerance);
        expect(few.length).toBeLessThanOrEqual(64);
        expect(few.slice(0, 2)).toEqual(line.slice(0, 2));
        expect(few.slice(-2)).toEqual(line.slice(-2));
        const pairs = drawn.map(([x, y]) => `${x},${y}`);
        for (let i = 0; i < few.length; i += 2) expect(pairs).toContain(`${few[i]},${few[i + 1]}`);
      }),
    );
  });

  it('leaves out every point on a straight line', () => {
    const line = [0, 0, 1, 0, 2, 0, 3, 0, 3, 1, 3, 2, 3, 3, 0, 3];
    expect(simplify(line, 0.01)).toEqual([0, 0, 3, 0, 3, 3, 0, 3]);
  });
});
