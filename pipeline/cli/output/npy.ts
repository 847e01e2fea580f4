import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';

/** Length of the header, reserved at the start: it is written last, when the number of rows is known. */
const HEADER_BYTES = 128;

/** Magic and version, and the two bytes of the header's length: what comes before the header's text (NEP 1). */
const PREFIX_BYTES = 10;

/**
 * Writes a float32 matrix row by row in NumPy's format (NEP 1, version 1.0, C order), under a temporary name that
 * `finish` renames and `abandon` removes.
 */
export function openNpy(path: string, columns: number) {
  const temporary = `${path}.${process.pid}.writing`;
  const file = openSync(temporary, 'w');
  let rows = 0;
  let offset = HEADER_BYTES;
  let isOpen = true;
  const close = () => {
    if (isOpen) closeSync(file);
    isOpen = false;
  };
  return {
    /** @param block row-major, rows × columns */
    append(block: Float32Array): void {
      const bytes = new Uint8Array(block.buffer, block.byteOffset, block.byteLength);
      for (let done = 0; done < bytes.byteLength; )
        done += writeSync(file, bytes, done, bytes.byteLength - done, offset + done);
      offset += bytes.byteLength;
      rows += block.length / columns;
    },
    finish(): void {
      const shape = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, ${columns}), }`;
      const header = Buffer.alloc(HEADER_BYTES, ' ');
      header.write('\x93NUMPY\x01\x00', 0, 'latin1');
      header.writeUInt16LE(HEADER_BYTES - PREFIX_BYTES, 8);
      header.write(shape, PREFIX_BYTES, 'latin1');
      header.write('\n', HEADER_BYTES - 1, 'latin1');
      writeSync(file, header, 0, HEADER_BYTES, 0);
      fsyncSync(file);
      close();
      renameSync(temporary, path);
    },
    abandon(): void {
      close();
      rmSync(temporary, { force: true });
    },
  };
}
