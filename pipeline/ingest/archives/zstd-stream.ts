/** Decompresses Zstandard streams, block by block. */
import { Decompress } from 'fzstd';

/**
 * The largest window that is decompressed: that of `zstd --ultra -20`. Most streams need 8 MiB or less; the 128 MiB of
 * `--long` would take minutes, because fzstd moves the window after every block.
 */
const MAX_WINDOW_BYTES = 32 * 2 ** 20;

/** The longest block that the format allows, compressed or not. */
const MAX_BLOCK_BYTES = 128 * 2 ** 10;

/**
 * fzstd moves the whole window after every block. That is fast enough for the blocks that compressors write, but a
 * stream of blocks of a few bytes and a large window would take hours: it may move this much, and
 */
const MOVED_BYTES = 2 * 2 ** 30;
/** … this much for every compressed byte. */
const MOVED_PER_BYTE = 8192;

/**
 * Decompresses a Zstandard stream of any number of frames. Its checksums are not verified.
 *
 * @param chunks the compressed bytes, in chunks of any size
 * @throws Error, if the stream is damaged, is incomplete, or needs a dictionary or too much memory
 */
export async function* zstdDecompressed(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const input = new ByteQueue(chunks);
  let moved = 0;
  try {
    while (!(await input.isAtEnd())) {
      const magic = await input.read(4);
      if (isSkippable(magic)) {
        await input.skip((await input.read(4)).readUInt32LE());
        continue;
      }
      if (magic.readUInt32LE() !== 0xfd2fb528) throw new Error('not Zstandard');
      const { header, window, hasChecksum } = await readFrameHeader(input);
      let output: Uint8Array[] = [];
      const decompressor = new Decompress((bytes) => output.push(bytes));
      push(decompressor, Buffer.concat([magic, header]), false);
      for (let isLast = false; !isLast; ) {
        const block = await readBlock(input);
        isLast = (block[0] & 1) === 1;
        moved += window;
        if (moved > MOVED_BYTES + MOVED_PER_BYTE * input.position) {
          throw new Error('its blocks are too small for its window; unpack it with zstd -d');
        }
        // fzstd wants the checksum with the last block: else it says that the stream is incomplete.
        const checksum = isLast && hasChecksum ? await input.read(4) : Buffer.alloc(0);
        push(decompressor, Buffer.concat([block, checksum]), isLast);
        const decompressed = output;
        output = [];
        for (const bytes of decompressed) if (bytes.length > 0) yield bytes;
      }
    }
  } finally {
    await input.close();
  }
}

function push(decompressor: Decompress, bytes: Uint8Array, isLast: boolean): void {
  try {
    decompressor.push(bytes, isLast);
  } catch (error) {
    // Of damaged blocks, fzstd reads fields that are not there.
    throw error instanceof TypeError || error instanceof RangeError ? new Error('damaged Zstandard data') : error;
  }
}

/** Whether a frame holds data for other programs, to be skipped. */
function isSkippable(magic: Buffer): boolean {
  return magic[0] >= 0x50 && magic[0] <= 0x5f && magic[1] === 0x2a && magic[2] === 0x4d && magic[3] === 0x18;
}

interface FrameHeader {
  readonly header: Buffer;
  /** How many of the bytes before a block it may repeat. */
  readonly window: number;
  readonly hasChecksum: boolean;
}

async function readFrameHeader(input: ByteQueue): Promise<FrameHeader> {
  const [descriptor] = await input.read(1);
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3];
  const sizeFlag = descriptor >> 6;
  const sizeBytes = sizeFlag > 0 ? 1 << sizeFlag : isSingleSegment ? 1 : 0;
  const rest = await input.read((isSingleSegment ? 0 : 1) + dictionaryBytes + sizeBytes);
  if (dictionaryBytes > 0 && rest.subarray(isSingleSegment ? 0 : 1).readUIntLE(0, dictionaryBytes) !== 0) {
    throw new Error('it needs a dictionary; unpack it with zstd -d -D');
  }
  const window = isSingleSegment ? contentSize(rest.subarray(dictionaryBytes)) : windowSize(rest[0]);
  if (window > MAX_WINDOW_BYTES) {
    throw new Error('it was compressed with --long or --ultra; unpack it with zstd -d --long=31');
  }
  return { header: Buffer.concat([Buffer.of(descriptor), rest]), window, hasChecksum: (descriptor & 4) !== 0 };
}

function windowSize(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  return base + (base / 8) * (descriptor & 7);
}

function contentSize(field: Buffer): number {
  if (field.length === 8) return Number(field.readBigUInt64LE());
  return field.readUIntLE(0, field.length) + (field.length === 2 ? 256 : 0);
}

/** A block with its header. */
async function readBlock(input: ByteQueue): Promise<Buffer> {
  const header = await input.read(3);
  const type = (header[0] >> 1) & 3;
  const size = header.readUIntLE(0, 3) >> 3;
  if (type === 3 || size > MAX_BLOCK_BYTES) throw new Error('damaged Zstandard data');
  // A block of one repeated byte has its size in place of its length.
  return Buffer.concat([header, await input.read(type === 1 ? 1 : size)]);
}

/** Reads numbers of bytes from chunks of any size. */
class ByteQueue {
  /** How many bytes were read. */
  position = 0;
  readonly #chunks: AsyncIterator<Uint8Array>;
  #chunk: Buffer = Buffer.alloc(0);

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  async isAtEnd(): Promise<boolean> {
    while (this.#chunk.length === 0) {
      const { done, value } = await this.#chunks.next();
      if (done) return true;
      this.#chunk = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    }
    return false;
  }

  /** The next bytes; an error if there are fewer. */
  async read(count: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    for (let left = count; left > 0; ) {
      const part = await this.#take(left);
      parts.push(part);
      left -= part.length;
    }
    return parts.length === 1 ? parts[0] : Buffer.concat(parts);
  }

  async skip(count: number): Promise<void> {
    for (let left = count; left > 0; ) left -= (await this.#take(left)).length;
  }

  async #take(count: number): Promise<Buffer> {
    if (await this.isAtEnd()) throw new Error('unexpected end of file');
    const part = this.#chunk.subarray(0, count);
    this.#chunk = this.#chunk.subarray(part.length);
    this.position += part.length;
    return part;
  }

  async close(): Promise<void> {
    await this.#chunks.return?.();
  }
}
