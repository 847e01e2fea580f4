import fc from 'fast-check';
import { expect, test } from 'vitest';
import { columnKeyOf, fieldKey, isColumnKey } from '../../../../../pipeline/core/query/column-key.ts';
import { parseQuery } from '../../../../../pipeline/core/query/parser.ts';

test.each([
  ['citationCount', 'citation_count'],
  ['Peer Reviewed?', 'peer_reviewed'],
  ['metrics.Stars', 'metrics.stars'],
  [' _a..b_ ', 'a.b'],
  ['引用数', '引用数'],
  ['Größe', 'größe'],
  ['***', ''],
])('the field %j is the column %j', (name, key) => {
  expect(fieldKey(name)).toBe(key);
});

test('the name of a field is its own spelling, and is a key with or without `field.`', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (name) => {
      const key = fieldKey(name);
      expect(fieldKey(key)).toBe(key);
      if (key === '') return;
      expect(parseQuery(`${columnKeyOf(key)}:1`).filters).toEqual([
        { kind: 'column', column: columnKeyOf(key), value: '1', excluded: false },
      ]);
    }),
    { seed: 1, numRuns: 500 },
  );
});

test('keys of the language, addresses and single letters are no columns by themselves', () => {
  expect(['author', 'doi', 'x', 'https', '2x', 'größe'].filter(isColumnKey)).toEqual([]);
  expect(['upvotes', 'metrics.stars', 'field.author', 'field.x'].filter((key) => !isColumnKey(key))).toEqual([]);
});
