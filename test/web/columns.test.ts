import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeColumns } from '../../web/map/columns.ts';

interface Row {
  id: string;
  x: number;
  y: number;
  topic: number;
  leaf: number;
  nearest: number;
  trust: number;
}

/** The layout of data/README.md, written byte by byte. */
function encode(rows: readonly Row[], magic = 'PFMP', version = 2): ArrayBuffer {
  const ids = new TextEncoder().encode(rows.map(({ id }) => `${id}\n`).join(''));
  const n = rows.length;
  const view = new DataView(new ArrayBuffer(16 + 21 * n + ids.length));
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
    view.setUint8(16 + 20 * n + i, row.trust);
  });
  new Uint8Array(view.buffer).set(ids, 16 + 21 * n);
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
  }),
);

describe('the binary map', () => {
  it('is read as it was written, with any ids and any number of papers', () => {
    fc.assert(
      fc.property(rows, (written) => {
        const read = decodeColumns(encode(written), 'night-1');
        expect(read.snapshot).toBe('night-1');
        const back = read.ids.map((id, i) => {
          const { x, y, topic, leaf, nearest, trust } = read;
          return { id, x: x[i], y: y[i], topic: topic[i], leaf: leaf[i], nearest: nearest[i], trust: trust[i] };
        });
        expect(back).toEqual(written);
      }),
    );
  });

  it('is refused with what was found and what was expected', () => {
    const place = { x: 0, y: 0, topic: 0, leaf: 0, nearest: -1, trust: 255 };
    const one = [{ id: 'a', ...place }];
    expect(() => decodeColumns(new ArrayBuffer(3), '')).toThrow('3 bytes, shorter than its header');
    expect(() => decodeColumns(encode(one, 'HTML'), '')).toThrow('starts with "HTML", expected PFMP');
    expect(() => decodeColumns(encode(one, 'PFMP', 1), '')).toThrow('version 1');
    expect(() => decodeColumns(encode(one).slice(0, -1), '')).toThrow('38 bytes, expected 39');
    expect(() => decodeColumns(encode([{ id: 'a\nb', ...place }]), '')).toThrow('2 ids for 1 papers');
  });
});
