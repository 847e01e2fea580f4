import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeColumns } from '../../../../web/map/map-columns.ts';

interface Row {
  id: string;
  x: number;
  y: number;
  topic: number;
  leaf: number;
  nearest: number;
  trust: number;
  date: number;
  comments: number;
}

/** The layout of data/README.md, written byte by byte. */
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
    view.setInt32(16 + 4 * (3 * n + i), row.leaf, true);
    view.setInt32(16 + 4 * (4 * n + i), row.nearest, true);
    view.setInt32(16 + 4 * (5 * n + i), row.date, true);
    view.setInt32(16 + 4 * (6 * n + i), row.comments, true);
    view.setUint8(16 + 28 * n + i, row.trust);
  });
  new Uint8Array(view.buffer).set(ids, 16 + 29 * n);
  return view.buffer as ArrayBuffer;
}

const rows = fc.array(
  fc.record({
    id: fc.string({ unit: 'grapheme', minLength: 1 }).map((id) => id.replaceAll('\n', '_')),
    x: fc.float({ noNaN: true }),
    y: fc.float({ noNaN: true }),
    topic: fc.integer({ min: -1, max: 1000 }),
    leaf: fc.integer({ min: -1, max: 1000 }),
    nearest: fc.integer({ min: -1, max: 1000 }),
    trust: fc.integer({ min: 0, max: 255 }),
    date: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
    comments: fc.integer({ min: -1, max: 2 ** 31 - 1 }),
  }),
);

describe('the binary map', () => {
  it('is read as it was written, with any ids and any number of papers', () => {
    fc.assert(
      fc.property(rows, (written) => {
        const read = decodeColumns(encode(written), 'night-1');
        expect(read.snapshot).toBe('night-1');
        const back = Array.from({ length: read.ids.n }, (_, i) => {
          const id = read.ids.at(i);
          expect(read.ids.rowOf(id)).toBe(written.findIndex((row) => row.id === id));
          const { x, y, topic, leafTopic: leaf, nearestTopic: nearest, neighborRecall: trust, date, comments } = read;
          const topics = { topic: topic[i], leaf: leaf[i], nearest: nearest[i] };
          return { id, x: x[i], y: y[i], ...topics, trust: trust[i], date: date[i], comments: comments[i] };
        });
        expect(back).toEqual(written);
      }),
    );
  });

  it('is refused with what was found and what was expected', () => {
    const place = { x: 0, y: 0, topic: 0, leaf: 0, nearest: -1, trust: 255, date: 0, comments: -1 };
    const one = [{ id: 'a', ...place }];
    expect(() => decodeColumns(new ArrayBuffer(3), '')).toThrow('3 bytes, shorter than its header');
    expect(() => decodeColumns(encode(one, 'HTML'), '')).toThrow('starts with "HTML", expected PFMP');
    expect(() => decodeColumns(encode(one, 'PFMP', 2), '')).toThrow('version 2');
    expect(() => decodeColumns(encode(one).slice(0, -1), '')).toThrow('46 bytes, expected 47');
    expect(() => decodeColumns(encode([{ id: 'a\nb', ...place }]), '')).toThrow('2 ids for 1 papers');
  });
});
