/** Looks at the beginning of a content without consuming it. */
import { PIECE_BYTES } from './utf8-content.ts';

/** The beginning of a content, and the whole of it. */
export interface ContentHead {
  /** The first 64 KiB, or all of it if it is shorter; the same whatever the chunks. */
  readonly head: Buffer;
  /** The head as text, whatever its encoding. */
  readonly text: string;
  readonly isWhole: boolean;
  /** The content from its beginning. */
  readonly bytes: AsyncIterable<Uint8Array>;
}

/**
 * Reads the first 64 KiB.
 *
 * @throws only what `bytes` throws
 */
export async function headOf(bytes: AsyncIterable<Uint8Array>): Promise<ContentHead> {
  const iterator = bytes[Symbol.asyncIterator]();
  const chunks: Uint8Array[] = [];
  let length = 0;
  let isWhole = false;
  while (length <= PIECE_BYTES && !isWhole) {
    const next = await iterator.next();
    if (next.done) isWhole = true;
    else {
      chunks.push(next.value);
      length += next.value.length;
    }
  }
  const head = Buffer.concat(chunks).subarray(0, PIECE_BYTES);
  const rest: AsyncIterableIterator<Uint8Array> = {
    [Symbol.asyncIterator]: () => rest,
    next: () => {
      const chunk = chunks.shift();
      return chunk ? Promise.resolve({ done: false, value: chunk }) : iterator.next();
    },
    return: async () => (await iterator.return?.()) ?? { done: true, value: undefined },
  };
  return { head, text: textOf(head), isWhole, bytes: rest };
}

/**
 * The beginning of a text as characters: UTF-16 with a byte-order mark, or UTF-8, in which bytes of other encodings
 * become U+FFFD.
 */
export function textOf(head: Uint8Array): string {
  const encoding =
    head[0] === 0xff && head[1] === 0xfe ? 'utf-16le' : head[0] === 0xfe && head[1] === 0xff ? 'utf-16be' : 'utf-8';
  // The stream keeps what is cut off of a character at the end.
  return new TextDecoder(encoding).decode(head, { stream: true });
}
