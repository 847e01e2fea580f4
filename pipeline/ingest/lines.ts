/** Reads a stream of bytes as lines of text, with bounded memory. */
import { isUtf8 } from 'node:buffer';
import type { Readable } from 'node:stream';

/**
 * The longest line that is read, in bytes: 16 MiB. A paper with an abstract, a thousand authors and even its full text
 * stays far below. A longer line is damaged or was never meant as text, and reading it would cost gigabytes of memory.
 */
export const MAX_LINE_BYTES = 16 * 2 ** 20;

/** The message for a line that is too long: what is wrong, and what to do about it. */
export const LINE_TOO_LONG_MESSAGE =
  'the line is longer than 16 MiB, the limit for one line; write every paper on a line of its own';

/** A line of a file. Lines of ASCII white space alone are counted but never returned. */
export interface Line {
  /** 1-based line number. */
  readonly number: number;
  /** The line without its end; only its first characters if it is too long. Invalid UTF-8 becomes U+FFFD. */
  readonly text: string;
  /** Whether the line has more than `MAX_LINE_BYTES`. */
  readonly isTooLong: boolean;
  /** Set if the line is not valid UTF-8. */
  readonly isInvalidUtf8?: true;
}

/**
 * Reads the lines of a stream of UTF-8 bytes. Memory stays bounded whatever the input: nothing is kept of blank lines,
 * and of a line that is too long only its beginning. The event loop runs after every chunk of the stream, so that a
 * signal to stop is noticed at once even if no line is returned for minutes.
 *
 * @throws the signal's reason if it is aborted, or the stream's error
 */
export async function* readLines(stream: Readable, signal?: AbortSignal): AsyncGenerator<Line> {
  const splitter = new LineSplitter();
  const stop = () => stream.destroy();
  signal?.addEventListener('abort', stop);
  try {
    signal?.throwIfAborted();
    for await (const chunk of stream) {
      signal?.throwIfAborted();
      yield* splitter.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
    }
    yield* splitter.end();
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
    stream.destroy();
  }
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Number of bytes that are kept of a line that is too long: enough for an excerpt. */
const KEPT_BYTES = 1024;

/**
 * Cuts chunks of bytes into lines. A line ends with LF, CR LF or CR: neither byte is part of another UTF-8 character,
 * and JSON has both only as white space. U+2028 and U+0085 end no line, because JSON strings may contain them.
 *
 * @example
 * const splitter = new LineSplitter();
 * splitter.push(Buffer.from('a\n\nb')); // [{ number: 1, text: 'a', isTooLong: false }]
 * splitter.end();                        // [{ number: 3, text: 'b', isTooLong: false }]
 */
export class LineSplitter {
  /** Number of the line that is being read. */
  #number = 1;
  /** The bytes of the current line in earlier chunks, at most `MAX_LINE_BYTES`. */
  #parts: Buffer[] = [];
  /** Length of the current line in earlier chunks in bytes, including bytes that were not kept. */
  #length = 0;
  #isBlank = true;
  /**
   * Whether the last chunk ended with CR: an LF at the beginning of the next chunk is then part of the same line end.
   */
  #endedWithCarriageReturn = false;

  /** Adds a chunk, and returns the lines that end within it. The memory of the chunk must not be changed afterwards. */
  push(chunk: Buffer): Line[] {
    if (chunk.length === 0) return [];
    const lines: Line[] = [];
    const findEnd = lineEndFinder(chunk);
    let start = this.#endedWithCarriageReturn && chunk[0] === LINE_FEED ? 1 : 0;
    this.#endedWithCarriageReturn = false;
    let at = start;
    while (at < chunk.length) {
      // Bytes are read one by one only while the line is blank: even hundreds of millions of empty lines take only a
      // second.
      if (this.#isBlank && !isLineEnd(chunk[at])) {
        if (isWhitespace(chunk[at])) at++;
        else this.#isBlank = false;
        continue;
      }
      const end = this.#isBlank ? at : findEnd(at);
      if (end === chunk.length) break;
      if (this.#isBlank) this.#skipLine();
      else lines.push(this.#takeLine(chunk.subarray(start, end)));
      at = end + 1;
      if (chunk[end] === CARRIAGE_RETURN) {
        if (at === chunk.length) this.#endedWithCarriageReturn = true;
        else if (chunk[at] === LINE_FEED) at++;
      }
      start = at;
    }
    if (start < chunk.length) this.#keep(chunk.subarray(start));
    return lines;
  }

  /** Returns the last line if it has no line end and is not blank. */
  end(): Line[] {
    return this.#isBlank ? [] : [this.#takeLine(Buffer.alloc(0))];
  }

  #keep(bytes: Buffer): void {
    this.#length += bytes.length;
    if (this.#length <= MAX_LINE_BYTES) this.#parts.push(bytes);
    // The bytes are copied, so that the memory of the chunks can be freed.
    else this.#parts = [Buffer.concat([...this.#parts, bytes], KEPT_BYTES)];
  }

  #takeLine(rest: Buffer): Line {
    const isTooLong = this.#length + rest.length > MAX_LINE_BYTES;
    const bytes = this.#parts.length === 0 ? rest : Buffer.concat([...this.#parts, rest]);
    const text = bytes.toString('utf8', 0, isTooLong ? KEPT_BYTES : bytes.length);
    // Whether the bytes are valid is asked only where it can make a difference. A line that was cut may end in half of a
    // character.
    const isInvalid = !isTooLong && text.includes('\uFFFD') && !isUtf8(bytes);
    const line: Line = {
      number: this.#number,
      text: this.#number === 1 ? text.replace(/^\uFEFF/, '') : text,
      isTooLong,
      ...(isInvalid && { isInvalidUtf8: true }),
    };
    this.#skipLine();
    return line;
  }

  #skipLine(): void {
    this.#number++;
    this.#isBlank = true;
    if (this.#length === 0) return;
    this.#length = 0;
    this.#parts = [];
  }
}

function isLineEnd(byte: number): boolean {
  return byte === LINE_FEED || byte === CARRIAGE_RETURN;
}

/** Whether a byte is a space, tab, vertical tab or form feed. */
function isWhitespace(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0b || byte === 0x0c;
}

/**
 * Creates a function that returns the index of the next CR or LF in a chunk from an index on, or the length of the
 * chunk if there is none. The index must not decrease from call to call.
 */
function lineEndFinder(chunk: Buffer): (from: number) => number {
  let lineFeed = -1;
  let carriageReturn = -1;
  const next = (byte: number, from: number) => {
    const found = chunk.indexOf(byte, from);
    return found < 0 ? chunk.length : found;
  };
  return (from) => {
    // The last LF and the last CR found are remembered, and each is searched again only once `from` has passed it: a
    // chunk without CR is searched for CR only once.
    if (lineFeed < from) lineFeed = next(LINE_FEED, from);
    if (carriageReturn < from) carriageReturn = next(CARRIAGE_RETURN, from);
    return Math.min(lineFeed, carriageReturn);
  };
}
