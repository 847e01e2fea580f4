/** The parser sax, strict except for the slips of real services, and in linear time whatever the text. */
import sax, { type SAXParser } from 'sax';
import type { Attributes } from './xml-namespaces.ts';

/**
 * Why parsing stops within a text: `ampersand`, an '&' that begins no reference, before a character with a meaning of
 * its own; `damage`, the document is not well-formed; `end`, its outermost element has ended; `outside`, text outside
 * the outermost element. It is thrown through sax, whose state is of no use afterwards, except with `ampersand`. It is
 * no `Error`, because capturing the stack would take most of the time of reading a damaged document.
 */
export class Interruption {
  readonly kind: 'ampersand' | 'damage' | 'end' | 'outside';
  readonly message: string;

  constructor(kind: Interruption['kind'], message = '') {
    this.kind = kind;
    this.message = message;
  }
}

/** What is called as the text is read. An `Interruption` that is thrown by any of them stops `parse`. */
export interface ParserEvents {
  /** A start tag: its name with prefix as written. Character references of attributes are decoded. */
  open(written: string, attributes: Attributes): void;
  /** A text or CDATA, or a part of it: sax gives long ones in parts. */
  text(text: string): void;
  close(): void;
  comment(): void;
}

/** Errors of sax after which it goes on as a person would expect. */
const TOLERATED =
  /^(?:Invalid character entity|Invalid character in entity name|Unencoded <|Attribute without value|No whitespace between|Unquoted attribute|Malformed comment)/;

/** How many slips are tolerated one by one. */
const MAX_TOLERATED_SLIPS = 1000;

/**
 * `<!` that begins neither comment nor CDATA nor document type. sax compares all that follows with every further
 * character, which takes quadratic time: it is stopped soon after.
 */
const SUSPICIOUS_DECLARATION = /<!(?!--|\[CDATA\[|doctype)/gi;
const MAX_DECLARATION_LENGTH = 64;

/**
 * Parses one document. Tolerated are undeclared entities (those of HTML are decoded, others stay as written, those that
 * the document declares included), a bare '&' or '<', and attributes without value or quotes. Positions are in UTF-16
 * code units from the start of what this parser was given.
 */
export class TolerantParser {
  readonly #parser: SAXParser = sax.parser(true);
  #slips = 0;

  constructor(events: ParserEvents) {
    const parser = this.#parser;
    parser.onerror = ({ message }) => this.#tolerate(message);
    parser.onattribute = ({ name }) => {
      // sax calls this method of the attributes.
      if (name === 'hasOwnProperty') Reflect.deleteProperty(parser.tag.attributes, name);
    };
    parser.onopentag = () => events.open(parser.tag.name, parser.tag.attributes);
    parser.onclosetag = () => events.close();
    parser.ontext = (text) => events.text(text);
    parser.oncdata = (text) => events.text(text);
    parser.oncomment = () => events.comment();
  }

  /** How much was read. */
  get position(): number {
    return this.#parser.position;
  }

  /** Where the last start tag begins. */
  get startTagPosition(): number {
    return this.#parser.startTagPosition - 1;
  }

  /** Starts to count the slips that are tolerated anew. */
  forgetSlips(): void {
    this.#slips = 0;
  }

  /** Parses until the end of the text or an interruption; `length` says how much of it was read. */
  parse(text: string): { readonly length: number; readonly interruption?: Interruption } {
    for (let at = 0; at < text.length; ) {
      const stop = this.#stopAfter(text, at);
      const before = this.#parser.position;
      const interruption = this.#write(text.slice(at, stop));
      if (!interruption) {
        at = stop;
        if (this.#declarationLength() <= MAX_DECLARATION_LENGTH) continue;
        const damage = new Interruption('damage', "'<!' begins neither a comment nor CDATA");
        return { length: at, interruption: damage };
      }
      at += this.#parser.position - before;
      if (interruption.kind === 'ampersand') {
        this.#writeAmpersand();
        // The character after the name is read again.
        at--;
        continue;
      }
      return { length: interruption.kind === 'outside' ? at - 1 : at, interruption };
    }
    return { length: text.length };
  }

  /** Ends the document; whether something was unfinished. Nothing can be parsed afterwards. */
  end(): boolean {
    let isUnfinished = false;
    this.#parser.onerror = () => {
      isUnfinished = true;
      this.#parser.resume();
    };
    this.#parser.close();
    return isUnfinished;
  }

  /** Lets sax go on after a slip, or throws an interruption. */
  #tolerate(message: string): void {
    this.#parser.resume();
    const [reason] = message.split('\n', 1);
    if (reason.startsWith('Max buffer length')) return;
    if (/^(?:Text data outside|Non-whitespace before)/.test(reason)) throw new Interruption('outside');
    if (!TOLERATED.test(reason)) throw new Interruption('damage', reason);
    if (++this.#slips > MAX_TOLERATED_SLIPS) throw new Interruption('damage', reason);
    if (reason === 'Invalid character in entity name' && /[<>"'&]$/.test(message)) throw new Interruption('ampersand');
  }

  #write(text: string): Interruption | undefined {
    // sax makes an `Error` for every slip; capturing the stack would take most of the time.
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    try {
      this.#parser.write(text);
      return undefined;
    } catch (thrown) {
      if (thrown instanceof Interruption) return thrown;
      throw thrown;
    } finally {
      Error.stackTraceLimit = limit;
    }
  }

  /**
   * Makes '&' and the name that sax has read after it text. Without this, sax would take the next character for text as
   * well, even if it is the '<' of a tag or the quote after a value.
   */
  #writeAmpersand(): void {
    const parser = this.#parser;
    const name = 'entity' in parser ? String(parser.entity) : '';
    const entities = parser.ENTITIES;
    const position = parser.position - 1;
    parser.ENTITIES = { [name]: `&${name}` };
    this.#write(';');
    parser.ENTITIES = entities;
    parser.position = position;
  }

  /** Where to stop to see whether sax is within a declaration. */
  #stopAfter(text: string, at: number): number {
    if (at === 0 || this.#declarationLength() > 0) return Math.min(at + MAX_DECLARATION_LENGTH, text.length);
    SUSPICIOUS_DECLARATION.lastIndex = at;
    const found = SUSPICIOUS_DECLARATION.exec(text);
    return found ? Math.min(found.index + MAX_DECLARATION_LENGTH, text.length) : text.length;
  }

  /** Length of the declaration that sax is reading, a comment or CDATA only up to its first characters. */
  #declarationLength(): number {
    const parser = this.#parser;
    return 'sgmlDecl' in parser && typeof parser.sgmlDecl === 'string' ? parser.sgmlDecl.length : 0;
  }
}
