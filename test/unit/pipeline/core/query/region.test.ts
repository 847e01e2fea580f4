import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  parseRegion,
  parseRegionLeniently,
  printRegion,
  type RegionPart,
} from '../../../../../pipeline/core/query/region.ts';

const coordinate = fc.integer({ min: -50_000, max: 50_000 }).map((value) => value / 100);
const id = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
const subject = fc.oneof(
  fc.record({
    kind: fc.constant('rectangle' as const),
    points: fc.tuple(coordinate, coordinate, coordinate, coordinate),
  }),
  fc.record({
    kind: fc.constant('lasso' as const),
    points: fc.array(fc.tuple(coordinate, coordinate), { minLength: 3, maxLength: 20 }).map((points) => points.flat()),
  }),
  fc.record({ kind: fc.constant('topic' as const), topic: fc.nat(99_999) }),
  fc.record({ kind: fc.constant('papers' as const), ids: fc.array(id, { minLength: 1, maxLength: 5 }) }),
);
const part = fc.record({ operation: fc.constantFrom('add', 'remove', 'intersect'), subject });
const regions: fc.Arbitrary<RegionPart[]> = fc.array(part, { maxLength: 6 });

describe('a region as text', () => {
  test('parses to what was printed, whatever characters the ids contain', () => {
    fc.assert(
      fc.property(regions, (region) => {
        expect(parseRegionLeniently(printRegion(region))).toEqual(region);
        if (region[0]?.operation === 'add') expect(parseRegion(printRegion(region))).toEqual(region);
      }),
    );
  });

  test('is short and readable', () => {
    const area: RegionPart = { operation: 'add', subject: { kind: 'rectangle', points: [-1.2, 0.4, 3, 2.5] } };
    const topic: RegionPart = { operation: 'intersect', subject: { kind: 'topic', topic: 12 } };
    const paper: RegionPart = { operation: 'remove', subject: { kind: 'papers', ids: ['2501.12948', 'a,b;c%'] } };
    expect(printRegion([area, topic, paper])).toBe('r:-1.2,0.4,3,2.5;*t:12;-p:2501.12948,a%2Cb%3Bc%25');
  });

  test('from a damaged URL loses only the parts and ids that cannot be parsed', () => {
    expect(parseRegionLeniently('r:1,2,3;x:4;l:1,2,3,4;t:-1;p:;p:%E0%A4;l:0,0,1,0,1;;t:7')).toEqual([
      { operation: 'add', subject: { kind: 'topic', topic: 7 } },
    ]);
    expect(parseRegionLeniently('p:a,%E0%A4,b')).toEqual([
      { operation: 'add', subject: { kind: 'papers', ids: ['a', 'b'] } },
    ]);
    expect(parseRegionLeniently('r:1,2,Infinity,4')).toEqual([]);
    fc.assert(
      fc.property(fc.string(), (text) => {
        const region = parseRegionLeniently(text);
        expect(parseRegionLeniently(printRegion(region))).toEqual(region);
      }),
    );
  });

  test('that parses strictly parses to the same leniently', () => {
    const fragment = fc.constantFrom(
      'r:',
      'l:',
      't:',
      'p:',
      '0,',
      '1',
      '-',
      '*',
      ';',
      '2.5,',
      '%',
      'a',
      '0,0,1,1',
      ',',
    );
    fc.assert(
      fc.property(fc.array(fragment, { maxLength: 12 }), (fragments) => {
        const text = fragments.join('');
        const region = parseRegion(text);
        if (typeof region === 'string') expect(region).toMatch(/; write /);
        else expect(parseRegionLeniently(text)).toEqual(region);
      }),
      { numRuns: 3000 },
    );
  });
});
