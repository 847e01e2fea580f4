/** Finds the elements that are to be read in the text of XML, and goes on after damage. */
import { sourceExcerpt } from '../../issues.ts';
import { withoutC1Controls } from '../html-text.ts';
import { TextWindow } from './text-window.ts';
import { Interruption, TolerantParser } from './tolerant-parser.ts';
import type { XmlElement, XmlOptions, XmlPart } from './xml-element.ts';
import { type Attributes, OUTERMOST_SCOPE, type Scope, scopeWithin, splitName, valuesOf } from './xml-namespaces.ts';

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
 * Number of characters of which a document is given to the parser at once. The pieces are the same however the bytes are
 * cut into chunks, and so is everything that is read.
 */
const PIECE_LENGTH = 2048;

/** Maximum length of the beginning of an element from which its excerpt is made. */
const EXCERPT_LENGTH = 400;

/** How many open elements there may be at all. */
const MAX_OPEN_ELEMENTS = 10_000;

/** Markup outside of any document: the start of the next one, a comment, an instruction. */
const MARKUP = /<(?=[?!\p{L}_:])/u;

/** How much of the end of a piece may be the beginning of what is looked for. */
const MAX_CARRY_LENGTH = 160;

/** Finds the elements in the text of one file, which it is given in parts of any length. */
export class ElementScanner {
  readonly #names: ReadonlySet<string>;
  readonly #headNames: ReadonlySet<string>;
  readonly #limits: Required<XmlOptions>;
  /** A start tag of an element that is to be read. */
  readonly #startTag: RegExp;
  readonly #parts: XmlPart[] = [];

  /** Decoded text that is not a whole piece yet. */
  #pending = '';
  readonly #window = new TextWindow();

  #parser: TolerantParser;
  /** Position in the file of what the parser counts as position 0. All positions are in UTF-16 code units. */
  #parserStart = 0;
  /** Position in the file up to which the parser has reported what it read. */
  #reportedTo = 0;
  /** Whether the parser was started again in the middle of a document. */
  #isResumed = false;
  /** Whether the parser reads start tags again that it has read before: they are not to be reported. */
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
    if (this.#seeking) this.#noteOutside(this.#window.end - this.#carry.length, this.#carry);
    else this.#finish();
    if (this.#outside && (this.#hasSeenRoot || !this.#hasReportedDamage)) {
      const problem = this.#hasSeenRoot ? 'text outside of the XML' : 'not XML: no element was found';
      this.#parts.push({ kind: 'problem', ...this.#outside, problem });
    }
    yield* this.#parts.splice(0);
  }

  #read(piece: string): void {
    const window = this.#window;
    window.add(piece);
    const record = this.#record;
    if (record) record.excerptSource += piece.slice(0, EXCERPT_LENGTH - record.excerptSource.length);
    for (let at = 0; at < piece.length; ) {
      at = this.#seeking ? this.#seek(at) : at + this.#parse(piece.slice(at), window.pieceStart + at);
    }
    if (!this.#seeking && window.end - this.#reportedTo > this.#limits.maxLength) {
      this.#damage(`a tag, comment or the like is longer than ${this.#limits.maxLength} characters`, window.end);
    }
  }

  /**
   * Looks for the next markup from an index of the piece on, and goes on parsing there.
   *
   * @returns the index up to which the piece was read
   */
  #seek(at: number): number {
    const text = this.#carry + this.#window.piece.slice(at);
    const start = at - this.#carry.length;
    const found = this.#seeking?.exec(text)?.index;
    const last = found ?? text.lastIndexOf('<');
    const isCarried = found === undefined && last >= 0 && text.length - last <= MAX_CARRY_LENGTH;
    this.#noteOutside(this.#window.pieceStart + start, found !== undefined || isCarried ? text.slice(0, last) : text);
    this.#carry = isCarried ? text.slice(last) : '';
    if (found === undefined) return this.#window.piece.length;
    this.#startParser(this.#window.pieceStart + start + found);
    // Nothing can go wrong within the part that was carried over: it is less than a tag.
    return Math.max(at, start + found + this.#parse(text.slice(found), this.#window.pieceStart + start + found));
  }

  /** Parses from a position of the file on until the end of the text or an interruption; returns how much was read. */
  #parse(text: string, position: number): number {
    const { length, interruption } = this.#parser.parse(text);
    if (interruption?.kind === 'damage') this.#damage(interruption.message, position + length);
    // What follows an element that was found after damage is in the same damaged document.
    else if (interruption) this.#seeking = this.#isResumed ? this.#startTag : MARKUP;
    return length;
  }

  #newParser(): TolerantParser {
    return new TolerantParser({
      open: (written, attributes) => this.#onOpen(written, attributes),
      text: (text) => this.#onText(text),
      close: () => this.#onClose(),
      comment: () => this.#onReport(),
    });
  }

  /** Starts to parse at a position of the file: a new document, or in the middle of the last one. */
  #startParser(position: number): void {
    this.#parser = this.#newParser();
    this.#isResumed = this.#seeking === this.#startTag;
    this.#seeking = undefined;
    if (this.#isResumed) {
      this.#isMuted = true;
      for (const { written } of this.#open) this.#parser.parse(`<${written}>`);
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
    const line = this.#window.lineAt(position);
    const problem = `not well-formed XML (line ${line}: ${reason})`;
    if (record) {
      if (!record.isSkipped) this.#reportRecord(record, `${problem}; the record was skipped`);
    } else if (!this.#hasReportedDamage) {
      this.#hasReportedDamage = true;
      const excerpt = sourceExcerpt(
        this.#window.textBetween(position - EXCERPT_LENGTH / 10, position + EXCERPT_LENGTH / 10),
      );
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
    const isUnfinished = this.#parser.end() || this.#open.length > 0;
    if (this.#hasReportedDamage || (this.#hasSeenRoot && !isUnfinished) || this.#outside) return;
    const line = this.#window.lineAt(this.#window.end);
    const [root] = this.#open;
    const problem = root
      ? `the file ends before </${root.written}>; get the file again`
      : this.#hasSeenRoot
        ? 'the file ends within a tag'
        : 'not XML: no element was found';
    const excerpt = sourceExcerpt(this.#window.piece.slice(-EXCERPT_LENGTH / 10));
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
    this.#outside = { line: this.#window.lineAt(position + start), excerpt: sourceExcerpt(text.slice(start)) };
  }

  /** Position in the file up to which the parser has read. */
  #position(): number {
    return this.#parserStart + this.#parser.position;
  }

  #onReport(): void {
    this.#reportedTo = this.#position();
  }

  #onOpen(written: string, attributes: Attributes): void {
    if (this.#isMuted) return;
    this.#onReport();
    const depth = this.#open.length;
    if (depth >= MAX_OPEN_ELEMENTS) throw new Interruption('damage', `${depth} elements within each other`);
    const scope = scopeWithin(this.#open.at(-1)?.scope ?? OUTERMOST_SCOPE, attributes);
    const [prefix, name] = splitName(written);
    const namespace = scope.get(prefix) ?? prefix;
    const start = this.#parserStart + this.#parser.startTagPosition;
    if (depth === 0 && !this.#isResumed) {
      // What is before the first document is the warning of a program that wrote it.
      if (!this.#hasSeenRoot) this.#outside = undefined;
      this.#hasSeenRoot = true;
      const excerpt = sourceExcerpt(this.#window.textBetween(start, start + EXCERPT_LENGTH));
      this.#parts.push({ kind: 'root', line: this.#window.lineAt(start), name, namespace, excerpt });
    }
    const isHead = this.#around === undefined && !this.#isResumed && this.#headNames.has(name);
    if (!this.#record && (isHead || this.#names.has(name))) {
      const excerptSource = this.#window.textBetween(start, start + EXCERPT_LENGTH);
      this.#record = { line: this.#window.lineAt(start), start, depth, excerptSource, nodes: 0, isSkipped: false };
      if (!isHead) this.#around = [...this.#open];
      this.#parser.forgetSlips();
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
}
