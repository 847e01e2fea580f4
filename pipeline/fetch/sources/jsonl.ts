/**
 * A file of JSON Lines over HTTP, as a whole, also compressed with gzip.
 *
 * - It goes to disk while it arrives, so that its size does not matter.
 * - Quirk: a server that closes the connection without having said a length looks as if the file ended there. So the last
 *   line is checked.
 */
import { Readable } from 'node:stream';
import { z } from 'zod';
import { readBody } from '../http/answer-body.ts';
import { damagedAnswer } from '../http/fetch-error.ts';
import { commonOptions, httpUrl, type SourceContext, type SourceRun, type SourceState } from '../source.ts';
import { validatorsSchema } from './feed.ts';

export const jsonlOptions = z.strictObject({
  kind: z.literal('jsonl').describe('A file of JSON Lines over HTTP'),
  ...commonOptions,
  url: httpUrl.describe('Address of the file, also of one that is compressed with gzip'),
});

/** A last line longer than this is not checked. */
const MAX_CHECKED_LINE_BYTES = 4 * 2 ** 20;
const LINE_FEED = 10;

export async function* fetchJsonl(
  options: z.infer<typeof jsonlOptions>,
  { checkpoint }: SourceState,
  context: SourceContext,
): SourceRun {
  const url = new URL(options.url);
  const validators = validatorsSchema.parse(checkpoint);
  const fetched = await context.get({ url, expects: 'jsonl', validators }, async (answer) => {
    if (answer.isUnchanged) return undefined;
    let lines = 0;
    const counted = checkLines(
      url,
      await gunzipIfNeeded(url, answer.body, options.maxMegabytes * 2 ** 20),
      () => lines++,
    );
    const content = await context.store(counted, 'jsonl');
    return { content, lines, validators: answer.validators };
  });
  if (fetched === undefined) return { mode: 'append', checkpoint: validators, notes: [] };
  yield {
    content: fetched.content,
    format: 'jsonl',
    extension: 'jsonl',
    name: url.href,
    records: fetched.lines,
    total: fetched.lines,
  };
  return { mode: 'replace', checkpoint: fetched.validators, notes: [] };
}

/** Decompresses a file that is itself gzip, whatever the server says of it. */
async function gunzipIfNeeded(
  url: URL,
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<AsyncIterable<Uint8Array>> {
  const iterator = body[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  while (head.byteLength < 2) {
    const { done, value } = await iterator.next();
    if (done) break;
    head = Buffer.concat([head, value]);
  }
  const whole = (async function* () {
    if (head.byteLength > 0) yield head;
    yield* { [Symbol.asyncIterator]: () => iterator };
  })();
  return head[0] === 0x1f && head[1] === 0x8b ? readBody(url, Readable.from(whole), 'gzip', maxBytes) : whole;
}

/**
 * Passes bytes on, counts the lines that are not blank, and checks that the first is an object and the last is whole.
 *
 * @throws FetchError transient, if they are not
 */
async function* checkLines(url: URL, bytes: AsyncIterable<Uint8Array>, onLine: () => void): AsyncGenerator<Uint8Array> {
  let line: Buffer[] = [];
  let length = 0;
  let isFirst = true;
  const end = () => {
    const text = Buffer.concat(line).toString('utf8').trim();
    const isBlank = text === '' && length <= MAX_CHECKED_LINE_BYTES;
    line = [];
    length = 0;
    if (isBlank) return '';
    onLine();
    if (isFirst && !/^\uFEFF?\{/.test(text)) throw damagedAnswer(url, 'the first line is not an object of JSON');
    isFirst = false;
    return text;
  };
  for await (const chunk of bytes) {
    let start = 0;
    for (let at = chunk.indexOf(LINE_FEED); at >= 0; at = chunk.indexOf(LINE_FEED, start)) {
      push(chunk.subarray(start, at));
      end();
      start = at + 1;
    }
    push(chunk.subarray(start));
    yield chunk;
  }
  const isWhole = length <= MAX_CHECKED_LINE_BYTES;
  const last = end();
  if (last === '' || !isWhole) return;
  try {
    JSON.parse(last);
  } catch {
    throw damagedAnswer(url, 'the file is cut off within its last line');
  }

  function push(piece: Uint8Array): void {
    length += piece.byteLength;
    if (length <= MAX_CHECKED_LINE_BYTES) line.push(Buffer.from(piece));
  }
}
