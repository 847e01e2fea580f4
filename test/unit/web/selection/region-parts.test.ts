import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { roundTo } from '../../../../web/selection/drawing.ts';
import { type Part, printParts, readParts, withPart } from '../../../../web/selection/region-parts.ts';

const number = fc.double({ min: -500, max: 500, noNaN: true }).map((value) => roundTo(60, [value])[0]!);
const id = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
const parts: fc.Arbitrary<Part[]> = fc.array(
  fc.record({
    operation: fc.constantFrom('add', 'remove', 'meet'),
    subject: fc.oneof(
      fc.record({ kind: fc.constant('rectangle' as const), points: fc.tuple(number, number, number, number) }),
      fc.record({
        kind: fc.constant('lasso' as const),
        points: fc.array(fc.tuple(number, number), { minLength: 3, maxLength: 20 }).map((points) => points.flat()),
      }),
      fc.record({ kind: fc.constant('topic' as const), topic: fc.nat(99_999) }),
      fc.record({ kind: fc.constant('papers' as const), ids: fc.array(id, { minLength: 1, maxLength: 5 }) }),
    ),
  }),
  { maxLength: 6 },
);

describe('a selection in the address', () => {
  it('comes back as it was, whatever signs the ids hold', () => {
    fc.assert(
      fc.property(parts, (some) => {
        expect(readParts(printParts(some))).toEqual(some);
      }),
    );
  });

  it('is short and can be read by a person', () => {
    const area: Part = { operation: 'add', subject: { kind: 'rectangle', points: [-1.2, 0.4, 3, 2.5] } };
    const topic: Part = { operation: 'meet', subject: { kind: 'topic', topic: 12 } };
    const paper: Part = { operation: 'remove', subject: { kind: 'papers', ids: ['2501.12948', 'a,b;c%'] } };
    expect(printParts([area, topic, paper])).toBe('r:-1.2,0.4,3,2.5;*t:12;-p:2501.12948,a%2Cb%3Bc%25');
  });

  it('leaves out the parts that cannot be read', () => {
    expect(readParts('r:1,2,3;x:4;l:1,2,3,4;t:-1;p:;p:%E0%A4;l:0,0,1,0,1;;t:7')).toEqual([
      { operation: 'add', subject: { kind: 'topic', topic: 7 } },
    ]);
    expect(readParts('r:1,2,Infinity,4')).toEqual([]);
    fc.assert(
      fc.property(fc.string(), (text) => {
        const read = readParts(text);
        expect(readParts(printParts(read))).toEqual(read);
      }),
    );
  });

  it('begins anew, or goes on', () => {
    const topic = { kind: 'topic', topic: 1 } as const;
    const other = { kind: 'topic', topic: 2 } as const;
    const one = withPart([], 'remove', topic);
    expect(one).toEqual([{ operation: 'add', subject: topic }]);
    expect(withPart(one, 'meet', other)).toEqual([...one, { operation: 'meet', subject: other }]);
    expect(withPart(one, 'fresh', other)).toEqual([{ operation: 'add', subject: other }]);
  });
});
