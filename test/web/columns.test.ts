import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeColumns } from '../../web/map/columns.ts';

interface Row {
  id: string;
  x: number;
  y: number;
  topic: number;
}

/** The layout of data/README.md, written byte by byte. */
function encode(rows: readonly Row[], magic = 'PFMP', version = 1): ArrayBuffer {
  const ids = new TextEncoder().encode(rows.map(({ id }) => `${id}\n`).join(''));
  const n = rows.length;
  const view = new DataView(new ArrayBuffer(16 + 12 * n + ids.length));
  for (let i = 0; i < 4; i++) view.setUint8(i, magic.charCodeAt(i));
  view.setUint32(4, version, true);
  view.setUint32(8, n, true);
  view.setUint32(12, ids.length, true);
  rows.forEach((row, i) => {
    view.setFloat32(16 + 4 * i, row.x, true);
    view.setFloat32(16 + 4 * (n + i), row.y, true);
    view.setInt32(16 + 4 * (2 * n + i), row.topic, true);
  });
  new Uint8Array(view.buffer).set(ids, 16 + 12 * n);
  return view.buffer as ArrayBuffer;
}

const rows = fc.array(
  fc.record({
    id: fc.string({ unit: 'grapheme', minLength: 1 }).map((id) => id.replaceAll('\n', '_')),
    x: fc.float({ noNaN: true }),
    y: fc.float({ noNaN: true }),
    topic: fc.integer({ min: -1, max: 1000 }),
  }),
);

describe('the binary map', () => {
  it('is read as it was written, with any ids and any number of papers', () => {
    fc.assert(
      fc.property(rows, (written) => {
        const read = decodeColumns(encode(written), 'night-1');
        expect(read.snapshot).toBe('night-1');
        const back = read.ids.map((id, i) => ({ id, x: read.x[i]!, y: read.y[i]!, topic: read.topic[i]! }));
        expect(back).toEqual(written);
      }),
    );
  });

  it('is refused with what was found and what was expected', () => {
    const one = [{ id: 'a', x: 0, y: 0, topic: 0 }];
    expect(() => decodeColumns(new ArrayBuffer(3), '')).toThrow('3 bytes, shorter than its header');
    expect(() => decodeColumns(encode(one, 'HTML'), '')).toThrow('starts with "HTML", expected PFMP');
    expect(() => decodeColumns(encode(one, 'PFMP', 2), '')).toThrow('version 2');
    expect(() => decodeColumns(encode(one).slice(0, -1), '')).toThrow('29 bytes, expected 30');
    expect(() => decodeColumns(encode([{ id: 'a\nb', x: 0, y: 0, topic: 0 }]), '')).toThrow('2 ids for 1 papers');
  });
});
