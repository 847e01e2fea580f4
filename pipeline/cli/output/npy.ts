import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';

/** Room for any count of rows, so that the header can be written over once the count is known. */
const HEADER_BYTES = 128;

/**
 * Writes a float32 matrix row after row in NumPy's format (NEP 1, version 1.0, C order), aside, renamed by `finish`.
 */
export function openNpy(path: string, columns: number) {
  const aside = `${path}.${process.pid}.writing`;
  const file = openSync(aside, 'w');
  let rows = 0;
  let at = HEADER_BYTES;
  let isOpen = true;
  const close = () => {
    if (isOpen) closeSync(file);
    isOpen = false;
  };
  return {
    /** @param block rows × columns */
    append(block: Float32Array): void {
      const bytes = new Uint8Array(block.buffer, block.byteOffset, block.byteLength);
      for (let done = 0; done < bytes.byteLength; )
        done += writeSync(file, bytes, done, bytes.byteLength - done, at + done);
      at += bytes.byteLength;
      rows += block.length / columns;
    },
    finish(): void {
      const shape = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, ${columns}), }`;
      const header = Buffer.alloc(HEADER_BYTES, ' ');
      header.write('\x93NUMPY\x01\x00', 0, 'latin1');
      header.writeUInt16LE(HEADER_BYTES - 10, 8);
      header.write(shape, 10, 'latin1');
      header.write('\n', HEADER_BYTES - 1, 'latin1');
      writeSync(file, header, 0, HEADER_BYTES, 0);
      fsyncSync(file);
      close();
      renameSync(aside, path);
    },
    abandon(): void {
      close();
      rmSync(aside, { force: true });
    },
  };
}
