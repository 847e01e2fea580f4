/** The body of an answer: decompressed, bounded in size, and refused if it is a page for people. */
import { pipeline, type Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { damagedAnswer, FetchError, shownUrl } from './fetch-error.ts';

/** What a request asks for. */
export type ExpectedContent = 'xml' | 'json' | 'jsonl';

/** Media types of each content. Servers often do not know a better one than text or plain bytes. */
const MEDIA_TYPES: Readonly<Record<ExpectedContent, RegExp>> = {
  xml: /[/+]xml$|^text\/plain$/,
  json: /[/+]json$|^text\/(?:plain|json)$/,
  jsonl: /[/+](?:json|jsonl|jsonlines|ndjson|x-ndjson|x-jsonlines|json-seq|gzip|x-gzip)$|^text\/plain$|octet-stream$/,
};

export const ACCEPT: Readonly<Record<ExpectedContent, string>> = {
  xml: 'application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.9',
  json: 'application/json',
  jsonl: 'application/x-ndjson, application/jsonl, application/json;q=0.9, text/plain;q=0.8, */*;q=0.1',
};

/** The content encodings that are asked for; Node 20 has no decoder of zstd. */
export const ACCEPT_ENCODING = 'gzip, deflate, br';

/** Codes of the errors of zlib and of Brotli. */
const DECODER_ERROR = /^(?:Z_|ERR__ERROR|ERR_BROTLI)/;

/** A page for people. A byte order mark, a declaration or comments may come first. */
const HTML =
  /^\uFEFF?\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--[\s\S]{0,2000}?-->\s*)*<(?:!doctype\s+html|html|head|body)\b/i;

/**
 * Checks what kind of content an answer says it has.
 *
 * @param contentType the header, undefined if the answer has none
 * @throws FetchError transient, if it is another kind: usually a page of a proxy, or of a site that is being repaired
 */
export function checkContentType(url: URL, contentType: string | undefined, expected: ExpectedContent): void {
  const mediaType = contentType?.split(';')[0].trim().toLowerCase() ?? '';
  if (mediaType === '' || MEDIA_TYPES[expected].test(mediaType)) return;
  throw damagedAnswer(url, `the server sent ${mediaType} where ${expected.toUpperCase()} was expected`);
}

/**
 * Decompresses the body of an answer and bounds its size, before and after.
 *
 * @throws FetchError while it is read: transient if it is cut off or a page for people, permanent if it is too large
 */
export async function* readBody(
  url: URL,
  body: Readable,
  encoding: string | undefined,
  maxBytes: number,
): AsyncGenerator<Uint8Array> {
  const tooLarge = () => {
    const limit = `${Math.floor(maxBytes / 2 ** 20).toLocaleString('en-US')} MiB`;
    return new FetchError(`${shownUrl(url)}: the answer is larger than ${limit}, the limit of this source`, {
      isTransient: false,
    });
  };
  let bytes = 0;
  let head: Buffer | undefined = Buffer.alloc(0);
  try {
    for await (const chunk of decompress(url, body, encoding) as AsyncIterable<Uint8Array>) {
      bytes += chunk.byteLength;
      if (bytes > maxBytes) throw tooLarge();
      if (head) {
        head = Buffer.concat([head, chunk]);
        if (HTML.test(head.subarray(0, 4096).toString('utf8'))) {
          throw damagedAnswer(url, 'the server sent a page for people instead of data');
        }
        // Enough to tell: a page begins with its first element.
        if (head.byteLength >= 4096) head = undefined;
      }
      yield chunk;
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && DECODER_ERROR.test(String(error.code))) {
      throw damagedAnswer(url, `the compressed answer is damaged or cut off (${error.message})`);
    }
    throw error;
  } finally {
    body.destroy();
  }
}

function decompress(url: URL, body: Readable, encoding: string | undefined): Readable {
  const decoder = decoderOf(url, encoding?.trim().toLowerCase() ?? '');
  // `pipeline` passes errors of the connection on to the stream that it returns.
  return decoder === undefined ? body : pipeline(body, decoder, () => undefined);
}

function decoderOf(url: URL, encoding: string) {
  switch (encoding) {
    case '':
    case 'identity':
      return undefined;
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    case 'br':
      return createBrotliDecompress();
    default:
      throw new FetchError(`${shownUrl(url)}: the answer is encoded as '${encoding}', which was not asked for`, {
        isTransient: false,
      });
  }
}

/** All bytes of a body in one piece. */
export async function collectBytes(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}
