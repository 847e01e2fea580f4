/** Gives the content of a text file as UTF-8, whatever encoding it was saved in. */
import { isAscii, isUtf8 } from 'node:buffer';

/**
 * The number of bytes in a piece. Readers get pieces of one size, whatever chunks a disk or a decompressor gives, so
 * that their results cannot depend on where a chunk ends.
 */
export const PIECE_BYTES = 64 * 1024;

/** What is wrong with the encoding of a file. */
export interface EncodingDamage {
  /** Position of the first affected character in the UTF-8 content, in bytes. */
  readonly offset: number;
  /** What was found, how it was read, and what to do about it. */
  readonly problem: string;
}

/** The content of a text file as UTF-8. */
export interface Utf8Content {
  /** The bytes without byte-order mark, in pieces of `PIECE_BYTES` of which the last may be shorter. None is empty. */
  readonly pieces: AsyncGenerator<Buffer>;
  /** The damage found so far. It is known before the piece that contains its offset is given. */
  readonly damage: () => EncodingDamage | undefined;
}

/**
 * Reads text that is UTF-8, UTF-16 with a byte-order mark, or Windows-1252. The last has no mark: it is assumed if most
 * characters beyond ASCII in the 64 KiB from the first of them on are not UTF-8. A damaged byte of UTF-8 is passed on, and becomes
 * U+FFFD where the bytes are decoded.
 *
 * @param bytes the content, in chunks of any size
 */
export function utf8Content(bytes: AsyncIterable<Uint8Array>): Utf8Content {
  const transcoder = new Transcoder();
  return { pieces: inPieces(transcode(inPieces(bytes), transcoder)), damage: () => transcoder.damage };
}

async function* transcode(pieces: AsyncIterable<Buffer>, transcoder: Transcoder): AsyncGenerator<Buffer> {
  for await (const piece of pieces) yield transcoder.push(piece);
  yield transcoder.end();
}

/** Gives the same bytes in pieces of `PIECE_BYTES`. */
async function* inPieces(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    parts.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    length += chunk.length;
    if (length < PIECE_BYTES) continue;
    const bytes = parts.length === 1 ? parts[0] : Buffer.concat(parts);
    const end = length - (length % PIECE_BYTES);
    for (let at = 0; at < end; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES);
    // Copied, so that the memory of a large chunk can be freed.
    parts = [Buffer.from(bytes.subarray(end))];
    length -= end;
  }
  if (length > 0) yield Buffer.concat(parts);
}

/** How many bytes from the first byte beyond ASCII on decide between UTF-8 and Windows-1252. */
const DECISION_BYTES = 64 * 1024;

const WINDOWS_1252_PROBLEM =
  'the file is not UTF-8: it was read as Windows-1252; if letters with accents look wrong, save the file as UTF-8 ' +
  "(in Excel: 'CSV UTF-8')";
const DAMAGED_PROBLEM = 'the file has bytes that are not UTF-8: they were read as \uFFFD; save the file as UTF-8';

/** Whether a problem is one of the encoding: then every record was read nevertheless. */
export function isEncodingProblem(problem: string): boolean {
  return problem === WINDOWS_1252_PROBLEM || problem === DAMAGED_PROBLEM;
}

/** `start` waits for a byte-order mark, `undecided` for the bytes that decide between UTF-8 and Windows-1252. */
type State = 'start' | 'ascii' | 'undecided' | 'utf-8' | 'windows-1252' | 'utf-16';

class Transcoder {
  damage: EncodingDamage | undefined;
  #state: State = 'start';
  /** Bytes that are not passed on yet: an incomplete mark or character, or what the decision waits for. */
  #held: Buffer = Buffer.alloc(0);
  #utf16: InstanceType<typeof TextDecoder> | undefined;
  /** Number of bytes passed on. */
  #offset = 0;

  push(chunk: Buffer): Buffer {
    return this.#pass(chunk, false);
  }

  end(): Buffer {
    return this.#pass(Buffer.alloc(0), true);
  }

  #pass(chunk: Buffer, isLast: boolean): Buffer {
    let input = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    this.#held = Buffer.alloc(0);
    const output: Buffer[] = [];
    // At most one step from state to state for each of `start`, `ascii` and `undecided`.
    while (input.length > 0 || (isLast && this.#state === 'utf-16')) {
      const state = this.#state;
      const { text, rest } = this.#step(input, isLast);
      this.#offset += text.length;
      output.push(text);
      input = rest;
      if (this.#state === state) break;
    }
    this.#held = input;
    return output.length === 1 ? output[0] : Buffer.concat(output);
  }

  /** The input that can be passed on as UTF-8 in the present state, and what is left of it. */
  #step(input: Buffer, isLast: boolean): { readonly text: Buffer; readonly rest: Buffer } {
    const none = Buffer.alloc(0);
    switch (this.#state) {
      case 'start':
        return { text: none, rest: this.#skipMark(input, isLast) };
      case 'ascii': {
        if (isAscii(input)) return { text: input, rest: none };
        const end = input.findIndex((byte) => byte >= 0x80);
        this.#state = 'undecided';
        return { text: input.subarray(0, end), rest: input.subarray(end) };
      }
      case 'undecided': {
        if (input.length < DECISION_BYTES && !isLast) return { text: none, rest: input };
        this.#state = isMostlyUtf8(input.subarray(0, DECISION_BYTES)) ? 'utf-8' : 'windows-1252';
        if (this.#state === 'windows-1252') this.damage = { offset: this.#offset, problem: WINDOWS_1252_PROBLEM };
        return { text: none, rest: input };
      }
      case 'utf-8': {
        const end = input.length - (isLast ? 0 : incompleteLength(input));
        this.#check(input.subarray(0, end));
        return { text: input.subarray(0, end), rest: input.subarray(end) };
      }
      case 'windows-1252':
        return { text: Buffer.from(decodeWindows1252(input)), rest: none };
      case 'utf-16':
        return { text: Buffer.from(this.#utf16?.decode(input, { stream: !isLast }) ?? ''), rest: none };
    }
  }

  #skipMark(input: Buffer, isLast: boolean): Buffer {
    if (input[0] === 0xff && input[1] === 0xfe) return this.#startUtf16('utf-16le', input);
    if (input[0] === 0xfe && input[1] === 0xff) return this.#startUtf16('utf-16be', input);
    const couldBeMark = input.length < 3 && [0xef, 0xfe, 0xff].includes(input[0]) && !isLast;
    if (couldBeMark) return input;
    const hasMark = input[0] === 0xef && input[1] === 0xbb && input[2] === 0xbf;
    // A mark settles the encoding: a file that begins with it is UTF-8, even if much of it is damaged.
    this.#state = hasMark ? 'utf-8' : 'ascii';
    return hasMark ? input.subarray(3) : input;
  }

  #startUtf16(encoding: string, input: Buffer): Buffer {
    this.#state = 'utf-16';
    this.#utf16 = new TextDecoder(encoding);
    return input.subarray(2);
  }

  #check(bytes: Buffer): void {
    if (this.damage || isUtf8(bytes)) return;
    let at = 0;
    for (let length = 1; at < bytes.length && length > 0; at += length) {
      length = characterLength(bytes, at);
      if (length <= 0) break;
    }
    this.damage = { offset: this.#offset + at, problem: DAMAGED_PROBLEM };
  }
}

/** Whether most characters beyond ASCII are UTF-8. A character that is cut off at the end counts neither way. */
function isMostlyUtf8(bytes: Buffer): boolean {
  let valid = 0;
  let invalid = 0;
  for (let at = 0; at < bytes.length; ) {
    const length = characterLength(bytes, at);
    if (length > 1) valid++;
    else if (length === 0) invalid++;
    at += Math.max(length, 1);
  }
  return valid > 0 && valid >= invalid;
}

/**
 * The number of bytes of the UTF-8 character at an index: 0 if there is none, -1 if it is cut off by the end of the
 * bytes. Overlong forms, surrogates and code points beyond U+10FFFF are no characters.
 */
function characterLength(bytes: Buffer, at: number): number {
  const first = bytes[at];
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  const lowest = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const highest = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  for (let i = 1; i < length; i++) {
    if (at + i >= bytes.length) return -1;
    const byte = bytes[at + i];
    if (i === 1 ? byte < lowest || byte > highest : byte < 0x80 || byte > 0xbf) return 0;
  }
  return length;
}

/** The number of bytes at the end that begin a character without completing it. */
function incompleteLength(bytes: Buffer): number {
  for (let length = 1; length <= Math.min(3, bytes.length); length++) {
    const at = bytes.length - length;
    if (bytes[at] >= 0xc0) return characterLength(bytes, at) < 0 ? length : 0;
  }
  return 0;
}

/**
 * The characters of Windows-1252 for the bytes 0x80 to 0x9F, the only ones in which it differs from Latin-1. The five bytes without a
 * character become U+FFFD.
 */
const WINDOWS_1252_EXTRAS =
  '\u20AC\uFFFD\u201A\u0192\u201E\u2026\u2020\u2021\u02C6\u2030\u0160\u2039\u0152\uFFFD\u017D\uFFFD' +
  '\uFFFD\u2018\u2019\u201C\u201D\u2022\u2013\u2014\u02DC\u2122\u0161\u203A\u0153\uFFFD\u017E\u0178';

/** Not by `TextDecoder('windows-1252')`: in Node 20 it decodes Latin-1, and quotes and dashes become control characters. */
function decodeWindows1252(bytes: Buffer): string {
  return bytes
    .toString('latin1')
    .replace(/[\u0080-\u009F]/g, (character) => WINDOWS_1252_EXTRAS[character.charCodeAt(0) - 0x80]);
}
