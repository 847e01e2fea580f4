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
import { createAreaMask, regionMask } from '../../../../pipeline/search/region-mask.ts';
import { evaluateRegion } from '../../../../web/selection/selection.ts';

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
/** As they come from the page: the first adds. */
const parts: fc.Arbitrary<RegionPart[]> = fc
  .tuple(
    subject,
    fc.array(fc.record({ operation: fc.constantFrom('add', 'remove', 'intersect'), subject }), { maxLength: 4 }),
  )
  .map(([first, more]) => [{ operation: 'add', subject: first }, ...more]);

const papers = fc.array(fc.record({ x: number, y: number, leaf: fc.integer({ min: -1, max: 3 }) }), { maxLength: 20 });
const idOf = (row: number) => String.fromCharCode(97 + row);

/** Topics 0 and 1 have no parts; 3 is a part of 2. */
const isPartOf = (leaf: number, topic: number) => leaf === topic || (leaf === 3 && topic === 2);
const never = (topic: number): never => {
  throw new Error(`topic ${topic}`);
};

/** What a region is evaluated against. */
const contextOf = (parts: object, count: number) => ({ ...parts, graph: { count } }) as unknown as SearchContext;

describe('a shape in a query', () => {
  test('is read as the page reads the selection that it wrote', () => {
    fc.assert(
      fc.property(parts, (some) => {
        const text = printRegion(some);
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
  ])('is refused with its place and what to write: %s', (query, message) => {
    expect(() => parseQuery(query)).toThrow(expect.objectContaining({ kind: 'bad_request', message }));
  });

  test('that is not refused means to the page what it means here', () => {
    const scrap = fc.constantFrom('r:', 'l:', 't:', 'p:', '0,', '1', '-', '*', ';', '2.5,', '%', 'a', '0,0,1,1', ',');
    fc.assert(
      fc.property(fc.array(scrap, { maxLength: 12 }), (scraps) => {
        const text = scraps.join('');
        const shape = parseRegion(text);
        if (typeof shape === 'string') expect(shape).toMatch(/; write /);
        else expect(parseRegionLeniently(text)).toEqual(shape);
      }),
      { numRuns: 3000 },
    );
  });

  test('holds the papers that the page selects', () => {
    fc.assert(
      fc.property(parts, papers, (some, all) => {
        const places = { x: Float32Array.from(all, ({ x }) => x), y: Float32Array.from(all, ({ y }) => y) };
        const leaf = Int32Array.from(all, (paper) => paper.leaf);
        const rowOf = (name: string) => {
          const row = name.length === 1 ? name.charCodeAt(0) - 97 : -1;
          return row >= 0 && row < all.length ? row : undefined;
        };
        const topics = { isIn: (topic: number) => (row: number) => isPartOf(leaf[row], topic) };
        const mask = regionMask(
          contextOf({ areaMask: createAreaMask(places), rowOf, topics }, all.length),
          printRegion(some),
          never,
        );
        const selected = evaluateRegion(some, { positions: places, leafTopic: leaf, isWithin: isPartOf, rowOf });
        expect(mask).toEqual(selected.mask);
        for (const row of selected.rows) expect(rowOf(idOf(row))).toBe(row);
      }),
      { numRuns: 500 },
    );
  });

  test('of a topic that there is not is told to who asks', () => {
    const context = contextOf(
      { areaMask: () => new Uint8Array(1), rowOf: () => undefined, topics: { isIn: () => undefined } },
      1,
    );
    expect(() => regionMask(context, 't:9', never)).toThrow('topic 9');
  });
});
