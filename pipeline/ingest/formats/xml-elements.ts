/**
 * Reads the repeated elements of XML, one small tree after the other: the entries of a feed, the articles of PubMed.
 * Entities that a document declares are never expanded, and nothing outside the document is ever read.
 */
import { TextDecoder } from 'node:util';
import sax, { type SAXParser, type Tag } from 'sax';
import { sourceExcerpt } from '../issues.ts';
import { withoutC1Controls } from './html-text.ts';

/** An element of XML with all that it contains. */
export interface XmlElement {
  /** The name without prefix. */
  readonly name: string;
  /** The address of the namespace; '' for none; the prefix itself where a damaged document does not declare it. */
  readonly namespace: string;
  /** The values by name without prefix, character references decoded; without declarations of namespaces. */
  readonly attributes: Readonly<Record<string, string>>;
  /** The elements directly within it, in order. */
  readonly children: readonly XmlElement[];
  /** The texts and elements directly within it, in order. */
  readonly content: readonly (string | XmlElement)[];
  /** All text within it, that of the elements within it included, white space as written. */
  readonly text: string;
}

/** What `readXmlElements` finds. */
export type XmlPart =
  /** The start of a document: its outermost element, without what it contains. */
  | {
      readonly kind: 'root';
      readonly line: number;
      readonly name: string;
      readonly namespace: string;
      readonly excerpt: string;
    }
  | {
      readonly kind: 'element';
      /** 1-based line of its start tag. */
      readonly line: number;
      /** The name of the element that contains it, without prefix; '' if none does. */
      readonly parent: string;
      readonly element: XmlElement;
      /** Its beginning as it is written, for issues. */
      readonly excerpt: string;
    }
  /** A damaged part. Elements of that name after it are read again. */
  | { readonly kind: 'problem'; readonly line: number; readonly problem: string; readonly excerpt: string };

/** What else is read, and limits that keep the memory bounded. */
export interface XmlOptions {
  /** Names of elements that are read, too, but only before the first one with one of the other names. */
  readonly headNames?: readonly string[];
  /** Maximum length of an element that is read, and of a comment or a tag, in characters. Default: 16 Mi. */
  readonly maxLength?: number;
  /** How deep elements may be nested within an element that is read. Default: 200. */
  readonly maxDepth?: number;
  /** How many elements and attributes an element that is read may contain. Default: 300,000. */
  readonly maxNodes?: number;
}

const DEFAULT_OPTIONS = {
  headNames: [],
  maxLength: 16 * 2 ** 20,
  maxDepth: 200,
  maxNodes: 300_000,
} satisfies XmlOptions;

/**
 * Reads the elements with these names (without prefix) wherever they are, but not those within another one of them.
 * Memory is bounded by `options`. Reading is strict, except for what real services send: undeclared entities (those of
 * HTML are decoded, others stay as written), a bare '&' or '<', attributes without value or quotes, control characters,
 * prefixes that are not declared, text before the XML, several documents one after the other. After any other damage,
 * reading goes on at the next start tag with one of the names.
 *
 * The encoding is that of a byte order mark, or else of the XML declaration, or else UTF-8; invalid bytes become U+FFFD.
 *
 * @throws only what `bytes` throws
 */
export async function* readXmlElements(
  bytes: AsyncIterable<Uint8Array>,
  names: readonly string[],
  options: XmlOptions = {},
): AsyncGenerator<XmlPart> {
  const decoder = new XmlDecoder();
  const scanner = new ElementScanner(names, { ...DEFAULT_OPTIONS, ...options });
  for await (const chunk of bytes) {
    yield* scanner.push(decoder.push(chunk));
    if (decoder.problem) break;
  }
  if (!decoder.problem) yield* scanner.push(decoder.end());
  if (decoder.problem) yield { kind: 'problem', line: 1, problem: decoder.problem, excerpt: '' };
  else yield* scanner.end();
}

/** The first element directly within another with this name and, if given, a namespace that matches. */
export function childOf(element: XmlElement | undefined, name: string, namespace?: RegExp): XmlElement | undefined {
  return element?.children.find((child) => isNamed(child, name, namespace));
}

/** All elements directly within another with this name and, if given, a namespace that matches. */
export function childrenOf(element: XmlElement | undefined, name: string, namespace?: RegExp): readonly XmlElement[] {
  return element?.children.filter((child) => isNamed(child, name, namespace)) ?? [];
}

function isNamed(element: XmlElement, name: string, namespace: RegExp | undefined): boolean {
  return element.name === name && (namespace?.test(element.namespace) ?? true);
}

/** The longest beginning of a document in which an XML declaration is looked for, in bytes. */
const MAX_DECLARATION_BYTES = 1024;

/** Decodes the bytes of XML in the encoding that they say themselves. */
class XmlDecoder {
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

/** The names and addresses of namespaces in scope, by prefix. */
type Scope = ReadonlyMap<string, string>;

const OUTERMOST_SCOPE: Scope = new Map([['xml', 'http://www.w3.org/XML/1998/namespace']]);

/** An element whose end tag has not been read. */
interface OpenElement {
  /** The name with prefix, as written. */
  readonly written: string;
  readonly name: string;
  readonly scope: Scope;
  /** Its tree; undefined outside the elements that are read. */
  readonly tree: GrowingElement | undefined;
}

interface GrowingElement extends XmlElement {
  readonly children: XmlElement[];
  readonly content: (string | XmlElement)[];
  text: string;
}

/** An element that is being read. */
interface CurrentRecord {
  readonly line: number;
  /** Position of its '<' in the document. */
  readonly start: number;
  /** Number of open elements around it. */
  readonly depth: number;
  /** Its beginning as written, once the piece of the document in which it begins has been read. */
  excerptSource: string;
  nodes: number;
  /** Whether a limit was exceeded: nothing more of it is kept. */
  isSkipped: boolean;
}

/**
 * Why parsing stops within a piece: `ampersand`, an '&' that begins no reference, before a character with a meaning of
 * its own; `damage`, the document is not well-formed; `end`, its outermost element has ended; `outside`, text outside
 * the outermost element. It is thrown through sax, whose state is of no use afterwards, except with `ampersand`. It is
 * no `Error`, because capturing the stack would take most of the time of reading a damaged document.
 */
class Interruption {
  readonly kind: 'ampersand' | 'damage' | 'end' | 'outside';
  readonly message: string;

  constructor(kind: Interruption['kind'], message = '') {
    this.kind = kind;
    this.message = message;
  }
}

/**
 * Number of characters of which a document is given to sax at once. The pieces are the same however the bytes are cut
 * into chunks, and so is everything that is read.
 */
const PIECE_LENGTH = 2048;

/** Maximum length of the beginning of an element from which its excerpt is made. */
const EXCERPT_LENGTH = 400;

/** How many open elements there may be at all. */
const MAX_OPEN_ELEMENTS = 10_000;

/** How many slips a record or the part before it may have that are tolerated one by one. */
const MAX_TOLERATED_SLIPS = 1000;

/** Errors of sax after which it goes on as a person would expect. */
const TOLERATED =
  /^(?:Invalid character entity|Invalid character in entity name|Unencoded <|Attribute without value|No whitespace between|Unquoted attribute|Malformed comment)/;

/**
 * `<!` that begins neither comment nor CDATA nor document type. sax compares all that follows with every further
 * character, which takes quadratic time: it is stopped soon after.
 */
const SUSPICIOUS_DECLARATION = /<!(?!--|\[CDATA\[|doctype)/gi;
const MAX_DECLARATION_LENGTH = 64;

/** Markup outside of any document: the start of the next one, a comment, an instruction. */
const MARKUP = /<(?=[?!\p{L}_:])/u;

/** How much of the end of a piece may be the beginning of what is looked for. */
const MAX_CARRY_LENGTH = 160;

class ElementScanner {
  readonly #names: ReadonlySet<string>;
  readonly #headNames: ReadonlySet<string>;
  readonly #limits: Required<XmlOptions>;
  /** A start tag of an element that is to be read. */
  readonly #startTag: RegExp;
  readonly #parts: XmlPart[] = [];

  /** Decoded text that is not a whole piece yet. */
  #pending = '';
  #piece = '';
  #previousPiece = '';
  /** The previous piece and the current one. */
  #twoPieces = '';
  /** Position of the current piece in the file, in UTF-16 code units, as all positions here. */
  #pieceStart = 0;

  /** Lines are counted up to this position. */
  #countedTo = 0;
  #line = 1;
  #endsWithCarriageReturn = false;

  #parser: SAXParser;
  /** Position in the file of what sax counts as position 0. */
  #parserStart = 0;
  /** Position in the file up to which sax has reported what it read. */
  #reportedTo = 0;
  #slips = 0;
  /** Whether the parser was started again in the middle of a document. */
  #isResumed = false;
  /** Whether sax reads start tags again that it has read before: they are not to be reported. */
  #isMuted = false;

  /** What is looked for without parsing. */
  #seeking: RegExp | undefined = MARKUP;
  #carry = '';

  #open: OpenElement[] = [];
  #record: CurrentRecord | undefined;
  /** The elements around the last record of this document. */
  #around: readonly OpenElement[] | undefined;
  #hasSeenRoot = false;
  /** Whether damage outside a record was reported. Once is enough. */
  #hasReportedDamage = false;
  /** Text outside of any document. */
  #outside: { readonly line: number; readonly excerpt: string } | undefined;

  constructor(names: readonly string[], limits: Required<XmlOptions>) {
    this.#names = new Set(names);
    this.#headNames = new Set(limits.headNames);
    this.#limits = limits;
    this.#startTag = new RegExp(`<(?:[\\w.-]{1,64}:)?(?:${names.join('|')})(?=[\\s/>])`);
    this.#parser = this.#newParser();
  }

  *push(text: string): Generator<XmlPart> {
    this.#pending += text;
    let at = 0;
    for (; this.#pending.length - at >= PIECE_LENGTH; at += PIECE_LENGTH) {
      this.#read(this.#pending.slice(at, at + PIECE_LENGTH));
      yield* this.#parts.splice(0);
    }
    this.#pending = this.#pending.slice(at);
  }

  *end(): Generator<XmlPart> {
    if (this.#pending !== '') this.#read(this.#pending);
    if (this.#seeking) this.#noteOutside(this.#pieceStart + this.#piece.length - this.#carry.length, this.#carry);
    else this.#finish();
    if (this.#outside && (this.#hasSeenRoot || !this.#hasReportedDamage)) {
      const problem = this.#hasSeenRoot ? 'text outside of the XML' : 'not XML: no element was found';
      this.#parts.push({ kind: 'problem', ...this.#outside, problem });
    }
    yield* this.#parts.splice(0);
  }

  #read(piece: string): void {
    this.#countLines(this.#pieceStart);
    this.#pieceStart += this.#piece.length;
    this.#previousPiece = this.#piece;
    this.#piece = piece;
    this.#twoPieces = this.#previousPiece + piece;
    const record = this.#record;
    if (record) record.excerptSource += piece.slice(0, EXCERPT_LENGTH - record.excerptSource.length);
    for (let at = 0; at < piece.length; ) {
      at = this.#seeking ? this.#seek(at) : at + this.#parse(piece.slice(at), this.#pieceStart + at);
    }
    const end = this.#pieceStart + piece.length;
    if (!this.#seeking && end - this.#reportedTo > this.#limits.maxLength) {
      this.#damage(`a tag, comment or the like is longer than ${this.#limits.maxLength} characters`, end);
    }
  }

  /**
   * Looks for the next markup from an index of the piece on, and goes on parsing there.
   *
   * @returns the index up to which the piece was read
   */
  #seek(at: number): number {
    const text = this.#carry + this.#piece.slice(at);
    const start = at - this.#carry.length;
    const found = this.#seeking?.exec(text)?.index;
    const last = found ?? text.lastIndexOf('<');
    const isCarried = found === undefined && last >= 0 && text.length - last <= MAX_CARRY_LENGTH;
    this.#noteOutside(this.#pieceStart + start, found !== undefined || isCarried ? text.slice(0, last) : text);
    this.#carry = isCarried ? text.slice(last) : '';
    if (found === undefined) return this.#piece.length;
    this.#startParser(this.#pieceStart + start + found);
    // Nothing can go wrong within the part that was carried over: it is less than a tag.
    return Math.max(at, start + found + this.#parse(text.slice(found), this.#pieceStart + start + found));
  }

  /** Parses from a position of the file on until the end of the text or an interruption; returns how much was read. */
  #parse(text: string, position: number): number {
    for (let at = 0; at < text.length; ) {
      const stop = this.#stopAfter(text, at);
      const before = this.#parser.position;
      const interruption = this.#write(text.slice(at, stop));
      if (!interruption) {
        at = stop;
        if (declarationLength(this.#parser) <= MAX_DECLARATION_LENGTH) continue;
        this.#damage("'<!' begins neither a comment nor CDATA", position + at);
        return at;
      }
      at += this.#parser.position - before;
      if (interruption.kind === 'ampersand') {
        this.#writeAmpersand();
        // The character after the name is read again.
        at--;
        continue;
      }
      if (interruption.kind === 'damage') this.#damage(interruption.message, position + at);
      else {
        // What follows an element that was found after damage is in the same damaged document.
        this.#seeking = this.#isResumed ? this.#startTag : MARKUP;
        if (interruption.kind === 'outside') at--;
      }
      return at;
    }
    return text.length;
  }

  /** Where to stop to see whether sax is within a declaration. */
  #stopAfter(text: string, at: number): number {
    if (at === 0 || declarationLength(this.#parser) > 0) return Math.min(at + MAX_DECLARATION_LENGTH, text.length);
    SUSPICIOUS_DECLARATION.lastIndex = at;
    const found = SUSPICIOUS_DECLARATION.exec(text);
    return found ? Math.min(found.index + MAX_DECLARATION_LENGTH, text.length) : text.length;
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

  #newParser(): SAXParser {
    const parser = sax.parser(true);
    parser.onerror = ({ message }) => {
      parser.resume();
      const [reason] = message.split('\n', 1);
      if (reason.startsWith('Max buffer length')) return;
      if (/^(?:Text data outside|Non-whitespace before)/.test(reason)) throw new Interruption('outside');
      if (!TOLERATED.test(reason)) throw new Interruption('damage', reason);
      if (++this.#slips > MAX_TOLERATED_SLIPS) throw new Interruption('damage', reason);
      if (reason === 'Invalid character in entity name' && /[<>"'&]$/.test(message))
        throw new Interruption('ampersand');
    };
    parser.onattribute = ({ name }) => {
      // sax calls this method of the attributes.
      if (name === 'hasOwnProperty') Reflect.deleteProperty(parser.tag.attributes, name);
    };
    parser.onopentag = () => this.#onOpen(parser.tag.name, parser.tag.attributes);
    parser.onclosetag = () => this.#onClose();
    parser.ontext = (text) => this.#onText(text);
    parser.oncdata = (text) => this.#onText(text);
    parser.oncomment = () => this.#onReport();
    return parser;
  }

  /** Starts to parse at a position of the file: a new document, or in the middle of the last one. */
  #startParser(position: number): void {
    this.#parser = this.#newParser();
    this.#isResumed = this.#seeking === this.#startTag;
    this.#seeking = undefined;
    this.#slips = 0;
    if (this.#isResumed) {
      this.#isMuted = true;
      for (const { written } of this.#open) this.#write(`<${written}>`);
      this.#isMuted = false;
    } else {
      this.#open = [];
      this.#around = undefined;
    }
    this.#parserStart = position - this.#parser.position;
    this.#reportedTo = position;
  }

  /** Reports damage, and looks for the next start tag from there on. */
  #damage(reason: string, position: number): void {
    const record = this.#record;
    const line = this.#lineAt(position);
    const problem = `not well-formed XML (line ${line}: ${reason})`;
    if (record) {
      if (!record.isSkipped) this.#reportRecord(record, `${problem}; the record was skipped`);
    } else if (!this.#hasReportedDamage) {
      this.#hasReportedDamage = true;
      const excerpt = sourceExcerpt(this.#textBetween(position - EXCERPT_LENGTH / 10, position + EXCERPT_LENGTH / 10));
      this.#parts.push({ kind: 'problem', line, problem, excerpt });
    }
    this.#record = undefined;
    this.#open = [...(this.#around ?? this.#open)];
    this.#seeking = this.#startTag;
  }

  /** Reports what the end of the file leaves unfinished. */
  #finish(): void {
    const record = this.#record;
    if (record) {
      if (!record.isSkipped) this.#reportRecord(record, 'the file ends within this record; get the file again');
      return;
    }
    let isUnfinished = this.#open.length > 0;
    this.#parser.onerror = () => {
      isUnfinished = true;
      this.#parser.resume();
    };
    this.#parser.close();
    if (this.#hasReportedDamage || (this.#hasSeenRoot && !isUnfinished) || this.#outside) return;
    const line = this.#lineAt(this.#pieceStart + this.#piece.length);
    const [root] = this.#open;
    const problem = root
      ? `the file ends before </${root.written}>; get the file again`
      : this.#hasSeenRoot
        ? 'the file ends within a tag'
        : 'not XML: no element was found';
    const excerpt = sourceExcerpt(this.#piece.slice(-EXCERPT_LENGTH / 10));
    this.#parts.push({ kind: 'problem', line, problem, excerpt });
  }

  #reportRecord(record: CurrentRecord, problem: string): void {
    record.isSkipped = true;
    this.#parts.push({ kind: 'problem', line: record.line, problem, excerpt: sourceExcerpt(record.excerptSource) });
  }

  /** Keeps the first text that is outside of any document. Text within a damaged document does not count. */
  #noteOutside(position: number, text: string): void {
    if (this.#outside || this.#seeking !== MARKUP) return;
    const start = text.search(/\S/);
    if (start < 0) return;
    this.#outside = { line: this.#lineAt(position + start), excerpt: sourceExcerpt(text.slice(start)) };
  }

  /** Position in the file up to which sax has read. */
  #position(): number {
    return this.#parserStart + this.#parser.position;
  }

  #onReport(): void {
    this.#reportedTo = this.#position();
  }

  #onOpen(written: string, attributes: Tag['attributes']): void {
    if (this.#isMuted) return;
    this.#onReport();
    const depth = this.#open.length;
    if (depth >= MAX_OPEN_ELEMENTS) throw new Interruption('damage', `${depth} elements within each other`);
    const scope = scopeWithin(this.#open.at(-1)?.scope ?? OUTERMOST_SCOPE, attributes);
    const [prefix, name] = splitName(written);
    const namespace = scope.get(prefix) ?? prefix;
    const start = this.#parserStart + this.#parser.startTagPosition - 1;
    if (depth === 0 && !this.#isResumed) {
      // What is before the first document is the warning of a program that wrote it.
      if (!this.#hasSeenRoot) this.#outside = undefined;
      this.#hasSeenRoot = true;
      const excerpt = sourceExcerpt(this.#textBetween(start, start + EXCERPT_LENGTH));
      this.#parts.push({ kind: 'root', line: this.#lineAt(start), name, namespace, excerpt });
    }
    const isHead = this.#around === undefined && !this.#isResumed && this.#headNames.has(name);
    if (!this.#record && (isHead || this.#names.has(name))) {
      const excerptSource = this.#textBetween(start, start + EXCERPT_LENGTH);
      this.#record = { line: this.#lineAt(start), start, depth, excerptSource, nodes: 0, isSkipped: false };
      if (!isHead) this.#around = [...this.#open];
      this.#slips = 0;
    }
    const record = this.#record;
    const values = valuesOf(attributes);
    if (record) record.nodes += 1 + Object.keys(attributes).length;
    const isKept = record !== undefined && this.#isWithinLimits(record, depth - record.depth);
    const tree = isKept ? { name, namespace, attributes: values, children: [], content: [], text: '' } : undefined;
    this.#open.push({ written, name, scope, tree });
  }

  #onText(text: string): void {
    if (this.#isMuted) return;
    this.#onReport();
    const tree = this.#open.at(-1)?.tree;
    if (!tree || !this.#record || !this.#isWithinLimits(this.#record)) return;
    const clean = withoutC1Controls(text);
    tree.text += clean;
    // sax reports long texts in parts.
    const last = tree.content.at(-1);
    if (typeof last === 'string') tree.content[tree.content.length - 1] = last + clean;
    else tree.content.push(clean);
  }

  #onClose(): void {
    if (this.#isMuted) return;
    this.#onReport();
    const closed = this.#open.pop();
    const parent = this.#open.at(-1);
    const record = this.#record;
    if (closed?.tree && record && this.#isWithinLimits(record)) {
      const element = closed.tree;
      if (parent?.tree) {
        parent.tree.children.push(element);
        parent.tree.content.push(element);
        parent.tree.text += element.text;
      } else {
        const excerpt = sourceExcerpt(record.excerptSource.slice(0, this.#position() - record.start));
        this.#parts.push({ kind: 'element', line: record.line, parent: parent?.name ?? '', element, excerpt });
      }
    }
    if (record && this.#open.length === record.depth) this.#record = undefined;
    if (this.#open.length === 0) throw new Interruption('end');
  }

  /**
   * Whether a record is kept. The first time that it exceeds a limit, it is reported.
   *
   * @param level how deep an element of it that begins is nested
   */
  #isWithinLimits(record: CurrentRecord, level = 0): boolean {
    if (record.isSkipped) return false;
    const { maxLength, maxDepth, maxNodes } = this.#limits;
    const excess =
      this.#position() - record.start > maxLength
        ? `is longer than ${maxLength} characters`
        : level > maxDepth
          ? `has elements nested more than ${maxDepth} deep`
          : record.nodes > maxNodes
            ? `has more than ${maxNodes} elements and attributes`
            : undefined;
    if (excess) this.#reportRecord(record, `the record ${excess}, the limit; it was skipped`);
    return !excess;
  }

  /** The text between two positions, as far as it is in the current piece and the one before. */
  #textBetween(from: number, to: number): string {
    const start = this.#pieceStart - this.#previousPiece.length;
    return this.#twoPieces.slice(Math.max(0, from - start), Math.max(0, to - start));
  }

  /** The line of a position in the current piece or the one before, not before those that were asked for earlier. */
  #lineAt(position: number): number {
    this.#countLines(position);
    return this.#line;
  }

  #countLines(to: number): void {
    const text = to > this.#countedTo ? this.#textBetween(this.#countedTo, to) : '';
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === CARRIAGE_RETURN || (code === LINE_FEED && !this.#endsWithCarriageReturn)) this.#line++;
      this.#endsWithCarriageReturn = code === CARRIAGE_RETURN;
    }
    this.#countedTo = Math.max(this.#countedTo, to);
  }
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Length of the declaration that sax is reading, a comment or CDATA only up to its first characters. */
function declarationLength(parser: SAXParser): number {
  return 'sgmlDecl' in parser && typeof parser.sgmlDecl === 'string' ? parser.sgmlDecl.length : 0;
}

/** The prefix of a name, '' if it has none, and the name without it. */
function splitName(written: string): readonly [string, string] {
  const colon = written.indexOf(':');
  return colon < 0 ? ['', written] : [written.slice(0, colon), written.slice(colon + 1)];
}

/** Beyond this many, prefixes are ignored: real documents have a dozen, and copying them all takes time. */
const MAX_PREFIXES = 100;

function scopeWithin(scope: Scope, attributes: Tag['attributes']): Scope {
  const declared = Object.entries(attributes).filter(([name]) => name === 'xmlns' || name.startsWith('xmlns:'));
  if (declared.length === 0) return scope;
  const added = declared
    .slice(0, MAX_PREFIXES)
    .map(([name, uri]) => [name.slice('xmlns:'.length), uri.trim()] as const);
  return scope.size < MAX_PREFIXES ? new Map([...scope, ...added]) : scope;
}

/** The attributes by name without prefix. One without prefix has precedence. */
function valuesOf(attributes: Tag['attributes']): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [written, value] of Object.entries(attributes)) {
    const [prefix, name] = splitName(written);
    if (written === 'xmlns' || prefix === 'xmlns' || name === '__proto__') continue;
    if (prefix === '' || !Object.hasOwn(values, name)) values[name] = withoutC1Controls(value);
  }
  return values;
}
