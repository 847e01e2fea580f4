/**
 * Keeps the abstracts of large collections in a file instead of in memory. Hundreds of thousands of abstracts take more
 * memory than everything else that a build reads, and each is needed only a few times.
 */
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Paper } from '../core/paper.ts';

/** Bytes that are written at a time. */
const BLOCK_BYTES = 1024 * 1024;
/** The index of the text of a paper in its file. */
const TEXT_INDEX = Symbol('index of the text');

/** Texts in a temporary file, which no other process sees and which is gone when the process ends, however it ends. */
export class SpooledTexts {
  readonly #file: number;
  #written = 0;
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  /** Where each text begins, in bytes; last the end. */
  #starts = new Float64Array(1024);
  #count = 0;
  #scratch = Buffer.alloc(64 * 1024);

  constructor() {
    const folder = mkdtempSync(join(tmpdir(), 'paperfield-texts-'));
    const path = join(folder, 'texts');
    this.#file = openSync(path, 'wx+');
    // The file stays readable while it is open. Windows cannot remove it now, and cleans its folder of temporary files.
    try {
      rmSync(folder, { recursive: true });
    } catch {}
  }

  /** Adds a text. @returns its index */
  add(text: string): number {
    const bytes = Buffer.from(text);
    const index = this.#count++;
    if (index + 1 === this.#starts.length) {
      const longer = new Float64Array(2 * this.#starts.length);
      longer.set(this.#starts);
      this.#starts = longer;
    }
    this.#starts[index + 1] = this.#starts[index] + bytes.length;
    this.#pending.push(bytes);
    this.#pendingBytes += bytes.length;
    if (this.#pendingBytes >= BLOCK_BYTES) this.#flush();
    return index;
  }

  /** The text of an index. */
  get(index: number): string {
    const [start, end] = [this.#starts[index], this.#starts[index + 1]];
    if (end > this.#written) this.#flush();
    if (end - start > this.#scratch.length) this.#scratch = Buffer.alloc(2 * (end - start));
    let read = 0;
    while (read < end - start) {
      const length = readSync(this.#file, this.#scratch, read, end - start - read, start + read);
      if (length === 0) throw new Error('the temporary file of abstracts is shorter than what was written');
      read += length;
    }
    return this.#scratch.toString('utf8', 0, read);
  }

  close(): void {
    closeSync(this.#file);
  }

  #flush(): void {
    const block = Buffer.concat(this.#pending);
    for (let at = 0; at < block.length; ) {
      const length = writeSync(this.#file, block, at, block.length - at, this.#written);
      at += length;
      this.#written += length;
    }
    this.#pending = [];
    this.#pendingBytes = 0;
  }
}

type Spooled = Pick<Paper, 'abstract'> & { [TEXT_INDEX]: number };

/**
 * Creates a function that copies a paper and leaves the abstract in a file. The copy is a plain object with the same
 * fields, of which `abstract` is read from the file each time: whoever copies it has the text itself.
 */
export function createAbstractSpool(): <T extends Pick<Paper, 'abstract'>>(paper: T) => T {
  const texts = new SpooledTexts();
  const descriptor: PropertyDescriptor & ThisType<Spooled> = {
    get() {
      return texts.get(this[TEXT_INDEX]);
    },
    enumerable: true,
    configurable: true,
  };
  return <T extends Pick<Paper, 'abstract'>>({ abstract, ...fields }: T): T => {
    // To turn a property that is there into this one would make a slow and large object of every paper.
    Object.defineProperty(fields, TEXT_INDEX, { value: texts.add(abstract), enumerable: false });
    return Object.defineProperty(fields, 'abstract', descriptor) as T;
  };
}
