import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createNpyWriter } from '../../../pipeline/cli/commands/embed.ts';
import { tempFolders } from '../../fixtures/temp-folder.ts';

fc.configureGlobal({ seed: 8017 });

const newFolder = tempFolders();

/** Reads version 1.0 of the format, as NEP 1 describes it. */
function readNpy(path: string) {
  const bytes = readFileSync(path);
  expect(bytes.subarray(0, 8).toString('hex')).toBe('934e554d50590100');
  const start = 10 + bytes.readUInt16LE(8);
  expect(start % 64).toBe(0);
  const header = bytes.toString('latin1', 10, start);
  const match = /^\{'descr': '<f4', 'fortran_order': False, 'shape': \((\d+), (\d+)\), \} *\n$/.exec(header);
  expect(match, header).not.toBeNull();
  const data = new Float32Array(bytes.buffer.slice(bytes.byteOffset + start, bytes.byteOffset + bytes.length));
  return { rows: Number(match?.[1]), columns: Number(match?.[2]), data };
}

function writeBlocks(path: string, columns: number, blocks: readonly Float32Array[]): void {
  const file = createNpyWriter(path, columns);
  for (const block of blocks) file.append(block);
  file.finish();
}

describe('createNpyWriter', () => {
  test('writes every row of every block, in order, bit for bit', () => {
    const block = (columns: number) =>
      fc.nat(4).chain((rows) => fc.float32Array({ minLength: rows * columns, maxLength: rows * columns }));
    const matrices = fc
      .integer({ min: 1, max: 5 })
      .chain((columns) => fc.tuple(fc.constant(columns), fc.array(block(columns), { maxLength: 4 })));
    fc.assert(
      fc.property(matrices, ([columns, blocks]) => {
        const path = join(newFolder(), 'out.npy');
        writeBlocks(path, columns, blocks);
        const expected = Float32Array.from(blocks.flatMap((values) => [...values]));
        const read = readNpy(path);
        expect(read).toMatchObject({ columns, rows: expected.length / columns });
        expect(Buffer.from(read.data.buffer).equals(Buffer.from(expected.buffer))).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  test('writes the values of a view, not the whole buffer behind it', () => {
    const path = join(newFolder(), 'out.npy');
    writeBlocks(path, 2, [Float32Array.of(1, 2, 3, 4, 5, 6).subarray(2, 4)]);
    expect(readNpy(path)).toEqual({ rows: 1, columns: 2, data: Float32Array.of(3, 4) });
  });

  test('keeps the old file until it is finished, and leaves no temporary file', () => {
    const folder = newFolder();
    const path = join(folder, 'out.npy');
    writeFileSync(path, 'old');
    const file = createNpyWriter(path, 1);
    file.append(Float32Array.of(1));
    expect(readFileSync(path, 'utf8')).toBe('old');
    file.finish();
    expect(readNpy(path).rows).toBe(1);
    expect(readdirSync(folder)).toEqual(['out.npy']);
  });

  test('keeps the old file and leaves no temporary file if it is abandoned', () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'out.npy'), 'old');
    const file = createNpyWriter(join(folder, 'out.npy'), 1);
    file.append(Float32Array.of(1));
    file.abandon();
    expect(readFileSync(join(folder, 'out.npy'), 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['out.npy']);
  });

  // `paperfield embed` calls finish, and abandon if that fails.
  test('can be abandoned if it could not be finished', () => {
    const folder = newFolder();
    mkdirSync(join(folder, 'out.npy'));
    const file = createNpyWriter(join(folder, 'out.npy'), 1);
    expect(() => file.finish()).toThrow();
    expect(() => file.abandon()).not.toThrow();
    expect(readdirSync(folder)).toEqual(['out.npy']);
  });
});

const numpy = spawnSync('python3', ['-c', 'import numpy'], { stdio: 'ignore' });
test.skipIf(numpy.status !== 0)('NumPy reads the file (skipped where python3 has no numpy)', () => {
  const path = join(newFolder(), 'out.npy');
  writeBlocks(path, 3, [Float32Array.of(0.5, -1, 2), Float32Array.of(3, 4, 5)]);
  const script = 'import numpy, sys; a = numpy.load(sys.argv[1]); print(a.dtype, a.shape, a.tolist())';
  const { stdout } = spawnSync('python3', ['-c', script, path], { encoding: 'utf8' });
  expect(stdout.trim()).toBe('float32 (2, 3) [[0.5, -1.0, 2.0], [3.0, 4.0, 5.0]]');
});
