/** Decodes the bytes of XML. */
import { TextDecoder } from 'node:util';

/** The longest beginning of a document in which an XML declaration is looked for, in bytes. */
const MAX_DECLARATION_BYTES = 1024;

/**
 * Decodes the bytes of XML in the encoding that they say themselves: that of a byte order mark, or else of the XML
 * declaration, or else UTF-8. Invalid bytes become U+FFFD.
 */
export class XmlDecoder {
  /** Why the document cannot be decoded. */
  problem: string | undefined;
  #head: Uint8Array = new Uint8Array(0);
  #decoder: TextDecoder | undefined;

  push(chunk: Uint8Array): string {
    if (this.#decoder) return this.#decoder.decode(chunk, { stream: true });
    this.#head = Buffer.concat([this.#head, chunk]);
    const isDecided = this.#head.length >= MAX_DECLARATION_BYTES || this.#head.indexOf(0x3e) >= 0;
    return isDecided ? this.#start() : '';
  }

  end(): string {
    return (this.#decoder ? '' : this.#start()) + (this.#decoder?.decode() ?? '');
  }

  #start(): string {
    const label = encodingOf(this.#head);
    try {
      this.#decoder = new TextDecoder(label);
    } catch {
      this.problem = `the encoding '${label.slice(0, 40)}' is not known; convert the file to UTF-8`;
      return '';
    }
    return this.#decoder.decode(this.#head, { stream: true });
  }
}

/** The name of the encoding of XML with this beginning. */
function encodingOf(head: Uint8Array): string {
  const [a, b, c, d] = head;
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  if (a === 0x3c && b === 0 && c !== 0 && d === 0) return 'utf-16le';
  if (a === 0 && b === 0x3c && c === 0 && d !== 0) return 'utf-16be';
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8';
  const start = Buffer.from(head.subarray(0, MAX_DECLARATION_BYTES)).toString('latin1');
  const declared = /^\s*<\?xml\s[^>]*?\bencoding\s*=\s*["']\s*([\w.:-]+)/i.exec(start)?.[1] ?? 'utf-8';
  // The declaration could be read byte by byte, so that the text is not in UTF-16, whatever it says.
  return /^(?:utf-?16|ucs-?2|iso-10646-ucs-2)/i.test(declared) ? 'utf-8' : declared;
}
