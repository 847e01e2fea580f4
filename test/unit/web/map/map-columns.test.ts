import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeMapColumns } from '../../../../web/map/map-columns.ts';

interface Row {
  id: string;
  x: number;
  y: number;
  topic: number;
  leafTopic: number;
  nearestTopic: number;
  neighborRecall: number;
  date: number;
  comments: number;
}

/** The layout that data/README.md describes, written value by value. */
function encode(rows: readonly Row[], magic = 'PFMP', version = 3): ArrayBuffer {
  const ids = new TextEncoder().encode(rows.map(({ id }) => `${id}\n`).join(''));
  const n = rows.length;
  const view = new DataView(new ArrayBuffer(16 + 29 * n + ids.length));
  for (let i = 0; i < 4; i++) view.setUint8(i, magic.charCodeAt(i));
  view.setUint32(4, version, true);
  view.setUint32(8, n, true);
  view.setUint32(12, ids.length, true);
  rows.forEach((row, i) => {
    view.setFloat32(16 + 4 * i, row.x, true);
    view.setFloat32(16 + 4 * (n + i), row.y, true);
    view.setInt32(16 + 4 * (2 * n + i), row.topic, true);
    view.setInt32(16 + 4 * (3 * n + i), row.leafTopic, true);
    view.setInt32(16 + 4 * (4 * n + i), row.nearestTopic, true);
    view.setInt32(16 + 4 * (5 * n + i), row.date, true);
    view.setInt32(16 + 4 * (6 * n + i), row.comments, true);
    view.setUint8(16 + 28 * n + i, row.neighborRecall);
  });
  new Uint8Array(view.buffer).set(ids, 16 + 29 * n);
  return view.buffer as ArrayBuffer;
}

const topic = fc.integer({ min: -1, max: 1000 });
const maps = fc.array(
  fc.record({
    id: fc.string({ unit: 'grapheme', minLength: 1 }).map((id) => id.replaceAll('\n', '_')),
    x: fc.float({ noNaN: true }),
    y: fc.float({ noNaN: true }),
    topic,
    leafTopic: topic,
    nearestTopic: topic,
    neighborRecall: fc.integer({ min: 0, max: 255 }),
    date: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
    comments: fc.integer({ min: -1, max: 2 ** 31 - 1 }),
  }),
);

describe('a binary map', () => {
  test('is decoded to what was encoded, with any ids and any number of papers', () => {
    fc.assert(
      fc.property(maps, (rows) => {
        const columns = decodeMapColumns(encode(rows), 'snapshot-1');
        expect(columns.snapshot).toBe('snapshot-1');
        const decoded = Array.from({ length: columns.ids.n }, (_, i): Row => {
          const id = columns.ids.at(i);
          expect(columns.ids.rowOf(id)).toBe(rows.findIndex((row) => row.id === id));
          return {
            id,
            x: columns.x[i],
            y: columns.y[i],
            topic: columns.topic[i],
            leafTopic: columns.leafTopic[i],
            nearestTopic: columns.nearestTopic[i],
            neighborRecall: columns.neighborRecall[i],
            date: columns.date[i],
            comments: columns.comments[i],
          };
        });
        expect(decoded).toEqual(rows);
      }),
    );
  });

  test('of another format is rejected with what was found and what was expected', () => {
    const values = { x: 0, y: 0, topic: 0, leafTopic: 0, nearestTopic: -1, neighborRecall: 255, date: 0, comments: -1 };
    const one = [{ id: 'a', ...values }];
    expect(() => decodeMapColumns(new ArrayBuffer(3), '')).toThrow('3 bytes, shorter than its header');
    expect(() => decodeMapColumns(encode(one, 'HTML'), '')).toThrow('starts with "HTML", expected PFMP');
    expect(() => decodeMapColumns(encode(one, 'PFMP', 2), '')).toThrow('version 2');
    expect(() => decodeMapColumns(encode(one).slice(0, -1), '')).toThrow('46 bytes, expected 47');
    expect(() => decodeMapColumns(encode([{ ...values, id: 'a\nb' }]), '')).toThrow('2 ids for 1 papers');
  });
});
