import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseQuery } from '../../../../pipeline/core/query/parser.ts';
import {
  parseRegion,
  parseRegionLeniently,
  printRegion,
  type RegionPart,
} from '../../../../pipeline/core/query/region.ts';
import type { SearchContext } from '../../../../pipeline/search/context.ts';
import { createAreaMasker, regionMask, sortRowsByValue } from '../../../../pipeline/search/region-mask.ts';
import { evaluateRegion, pointsInArea } from '../../../../web/selection/selection.ts';

const number = fc.integer({ min: -400, max: 400 }).map((value) => value / 100);
const id = fc.oneof(fc.constantFrom('a', 'b', 'c'), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }));
const subject = fc.oneof(
  fc.record({ kind: fc.constant('rectangle' as const), points: fc.tuple(number, number, number, number) }),
  fc.record({
    kind: fc.constant('lasso' as const),
    points: fc.array(fc.tuple(number, number), { minLength: 3, maxLength: 8 }).map((points) => points.flat()),
  }),
  fc.record({ kind: fc.constant('topic' as const), topic: fc.nat(3) }),
  fc.record({ kind: fc.constant('papers' as const), ids: fc.array(id, { minLength: 1, maxLength: 4 }) }),
);
/** Regions as the page writes them: the first part adds. */
const parts: fc.Arbitrary<RegionPart[]> = fc
  .tuple(
    subject,
    fc.array(fc.record({ operation: fc.constantFrom('add', 'remove', 'intersect'), subject }), { maxLength: 4 }),
  )
  .map(([first, more]) => [{ operation: 'add', subject: first }, ...more]);

const papers = fc.array(fc.record({ x: number, y: number, leaf: fc.integer({ min: -1, max: 3 }) }), { maxLength: 20 });
const idOf = (row: number) => String.fromCharCode(97 + row);

/** Topic 3 is a subtopic of 2. */
const isPartOf = (leaf: number, topic: number) => leaf === topic || (leaf === 3 && topic === 2);
const failOnUnknownTopic = (topic: number): never => {
  throw new Error(`topic ${topic}`);
};

/** A search context with only the parts that a region mask reads. */
const contextOf = (parts: object, count: number) => ({ ...parts, graph: { count } }) as unknown as SearchContext;

describe('a region in a query', () => {
  test('is parsed as the page parses its own selection', () => {
    fc.assert(
      fc.property(parts, (region) => {
        const text = printRegion(region);
        expect(parseRegion(text)).toEqual(parseRegionLeniently(text));
        expect(parseQuery(`robots within:${text} -survey`)).toMatchObject({
          text: 'robots',
          filters: [{ kind: 'within', region: text, excluded: false }],
        });
      }),
    );
  });

  test.each([
    [
      'robots within:here',
      "character 8: 'within:here' has a part 1 that is not an area; write r:, l:, t: or p:, as in r:-1.5,0,2,3",
    ],
    [
      'within:t:1;r:0,0,1',
      "character 1: 'within:t:1;r:0,0,1' has a part 2 that is not a rectangle; write r: with x,y of two opposite corners, as in r:-1.5,0,2,3",
    ],
    [
      'within:r:0,0,1,1e3',
      "character 1: 'within:r:0,0,1,1e3' has a part 1 that is not a rectangle; write r: with x,y of two opposite corners, as in r:-1.5,0,2,3",
    ],
    [
      'within:l:0,0,1,0,1',
      "character 1: 'within:l:0,0,1,0,1' has a part 1 that is not a lasso; write l: with x,y of 3 to 400 corners, as in l:0,0,1,0,1,1",
    ],
    [
      'within:t:robots',
      "character 1: 'within:t:robots' has a part 1 that is not a topic; write t: with its number, as in t:12",
    ],
    [
      'within:p:a%',
      "character 1: 'within:p:a%' has a part 1 that names no papers; write p: with their ids, as in p:2501.12948,2502.00001",
    ],
    [
      'within:r:0,0,1,1;',
      "character 1: 'within:r:0,0,1,1;' has an empty part 2; write its parts with one semicolon between two",
    ],
    ['within:-r:0,0,1,1', "character 1: 'within:-r:0,0,1,1' starts by taking papers away; write first what it adds"],
    [`within:${'t:1;'.repeat(40)}t:2`, `character 1: 'within:${'t:1;'.repeat(18)}…' has 41 parts; write at most 40`],
  ])('is rejected with its position and a remedy if invalid: %s', (query, message) => {
    expect(() => parseQuery(query)).toThrow(expect.objectContaining({ kind: 'bad_request', message }));
  });

  test('contains the same papers as the selection of the page', () => {
    fc.assert(
      fc.property(parts, papers, (region, all) => {
        const positions = { x: Float32Array.from(all, ({ x }) => x), y: Float32Array.from(all, ({ y }) => y) };
        const leaf = Int32Array.from(all, (paper) => paper.leaf);
        const rowOf = (name: string) => {
          const row = name.length === 1 ? name.charCodeAt(0) - 97 : -1;
          return row >= 0 && row < all.length ? row : undefined;
        };
        const topics = { isIn: (topic: number) => (row: number) => isPartOf(leaf[row], topic) };
        const mask = regionMask(
          contextOf({ areaMask: createAreaMasker(positions), rowOf, topics }, all.length),
          printRegion(region),
          failOnUnknownTopic,
        );
        const selected = evaluateRegion(region, { positions, leafTopic: leaf, isWithin: isPartOf, rowOf });
        expect(mask).toEqual(selected.mask);
        for (const row of selected.rows) expect(rowOf(idOf(row))).toBe(row);
      }),
      { numRuns: 500 },
    );
  });

  test('with an unknown topic calls the error handler', () => {
    const context = contextOf(
      { areaMask: () => new Uint8Array(1), rowOf: () => undefined, topics: { isIn: () => undefined } },
      1,
    );
    expect(() => regionMask(context, 't:9', failOnUnknownTopic)).toThrow('topic 9');
  });
});

// Few distinct coordinates, so that papers are on corners, on edges and on each other.
const coordinate = fc.integer({ min: -40, max: 40 }).map((value) => value / 8);
const points = (maxLength: number) => fc.array(fc.tuple(coordinate, coordinate), { minLength: 3, maxLength });
const columns = (coordinates: readonly (readonly [number, number])[]) => ({
  x: Float32Array.from(coordinates, ([x]) => x),
  y: Float32Array.from(coordinates, ([, y]) => y),
});

/** Even-odd rule; whether a ray to the right meets an edge is the sign of a cross product, without a division. */
function isInside(corners: readonly (readonly [number, number])[], x: number, y: number): boolean {
  return corners.reduce((inside, [ax, ay], i) => {
    const [bx, by] = corners[(i + 1) % corners.length];
    if (ay > y === by > y) return inside;
    const side = (bx - ax) * (y - ay) - (by - ay) * (x - ax);
    return (by > ay ? side > 0 : side < 0) ? !inside : inside;
  }, false);
}

function isOnBorder(corners: readonly (readonly [number, number])[], x: number, y: number): boolean {
  return corners.some(([ax, ay], i) => {
    const [bx, by] = corners[(i + 1) % corners.length];
    const isOnLine = (bx - ax) * (y - ay) === (by - ay) * (x - ax);
    return isOnLine && (x - ax) * (x - bx) + (y - ay) * (y - by) <= 0;
  });
}

describe('an area of the map', () => {
  test('contains the papers that a lasso goes around an odd number of times', () => {
    fc.assert(
      fc.property(points(14), points(60), (corners, positions) => {
        const mask = createAreaMasker(columns(positions))({ kind: 'lasso', points: corners.flat() });
        positions.forEach(([x, y], row) => {
          if (!isOnBorder(corners, x, y)) expect([x, y, mask[row]]).toEqual([x, y, isInside(corners, x, y) ? 1 : 0]);
        });
      }),
      { numRuns: 400 },
    );
  });

  test('contains the papers in a rectangle, border included, from any two opposite corners', () => {
    fc.assert(
      fc.property(
        fc.tuple(coordinate, coordinate, coordinate, coordinate),
        points(60),
        ([x0, y0, x1, y1], positions) => {
          const mask = createAreaMasker(columns(positions))({ kind: 'rectangle', points: [x0, y0, x1, y1] });
          const between = (a: number, at: number, b: number) => (at - a) * (at - b) <= 0;
          expect([...mask]).toEqual(positions.map(([x, y]) => (between(x0, x, x1) && between(y0, y, y1) ? 1 : 0)));
        },
      ),
    );
  });

  test('contains the papers that the page selects, also on the border', () => {
    const area = fc.oneof(
      points(20).map((corners) => ({ kind: 'lasso' as const, points: corners.flat() })),
      fc
        .tuple(coordinate, coordinate, coordinate, coordinate)
        .map((corners) => ({ kind: 'rectangle' as const, points: corners })),
    );
    fc.assert(
      fc.property(fc.array(area, { minLength: 1, maxLength: 3 }), points(60), (areas, positions) => {
        const maskOf = createAreaMasker(columns(positions));
        for (const one of areas) expect(maskOf(one)).toEqual(pointsInArea(columns(positions), one));
      }),
      { numRuns: 400 },
    );
  });

  test('is empty without papers, and for a lasso without an inside', () => {
    expect(createAreaMasker(columns([]))({ kind: 'lasso', points: [0, 0, 1, 0, 1, 1] })).toEqual(new Uint8Array(0));
    expect([...createAreaMasker(columns([[1, 0]]))({ kind: 'lasso', points: [0, 0, 2, 0, 1, 0] })]).toEqual([0]);
  });
});

test('sortRowsByValue is a stable sort by value', () => {
  const edgeCase = fc.constantFrom(-2.5, -1e-40, -0, 0, 1e-40, 0.1, 3e38, -3e38, Infinity, -Infinity);
  fc.assert(
    fc.property(fc.array(fc.oneof(edgeCase, fc.float({ noNaN: true })), { maxLength: 60 }), (numbers) => {
      const values = Float32Array.from(numbers);
      const naive = [...values.keys()].sort((a, b) => (values[a] < values[b] ? -1 : values[a] > values[b] ? 1 : a - b));
      expect([...sortRowsByValue(values)]).toEqual(naive);
    }),
    { seed: 1, numRuns: 500 },
  );
});
