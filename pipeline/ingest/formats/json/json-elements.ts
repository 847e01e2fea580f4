/** Streams the objects of a JSON file that are its records, with bounded memory, and goes on after damage. */
import { sourceExcerpt } from '../../issues.ts';
import { MAX_LINE_BYTES } from '../../lines.ts';
import type { SourceProblem } from '../source-record.ts';
import type { RecordsPlace } from './json-layout.ts';
import { JsonTokenizer, segmentsOf } from './json-text.ts';
import { ANY_OBJECT, beginningOf } from './record-beginning.ts';
import { countLineFeeds } from './text-pieces.ts';

/** One object as it is written. */
export interface JsonElement {
  /** 1-based line at which it begins. */
  readonly line: number;
  readonly text: string;
  /** Its key, if the records are the members of an object. */
  readonly key?: string;
}

type Part = JsonElement | SourceProblem;

/** How many containers may be within each other. */
const MAX_DEPTH = 200;
/** How many characters are kept where the next record is searched: more than the beginning of one that is recognized. */
const SEARCH_TAIL = 4096;
/** How much of what was read may be searched a second time after damage, as a multiple, and in addition. */
const MAX_REPETITION = 2;
const FREE_REPETITION = 2 ** 20;

const NOT_JSON =
  'this is not JSON: perhaps a comma, a quote or a bracket is missing or too much; reading goes on with the next record ' +
  'that begins like the others';
const TOO_LONG = 'the record is longer than 16 MiB, the limit for one';

interface Container {
  readonly kind: 'object' | 'array';
  /** The key of the member that is being read. */
  key: string;
}

interface OpenElement {
  readonly line: number;
  readonly key: string | undefined;
  /** The number of containers around it. */
  readonly depth: number;
  /** Its text so far; empty if it is too long. */
  parts: string[];
  length: number;
  isTooLong: boolean;
}

/**
 * Finds the records in a JSON text that comes piece by piece. Text goes through stream-json, which knows where objects
 * begin and end; of each record its text is kept, and of everything else nothing.
 */
export class JsonElements {
  readonly #place: RecordsPlace;
  #tokenizer = newTokenizer();
  #stack: Container[] = [];
  #element: OpenElement | undefined;
  /** The key that is being read; undefined outside of keys that matter. */
  #openKey: string | undefined;
  /** The line of what is read next. */
  #line = 1;
  /** A word that the last piece ended with. */
  #word = '';
  /** How the next record begins, while it is searched after damage. */
  #searched: RegExp | undefined;
  #tail = '';
  /** How records of this file begin, as far as one was seen. */
  #beginning: RegExp | undefined;
  /** Whether reading began again within the list of records. */
  #hasRecovered = false;
  #lengthRead = 0;
  #lengthRepeated = 0;

  constructor(place: RecordsPlace) {
    this.#place = place;
  }

  /** Adds text, and gives the records that end within it. */
  *push(piece: string): Generator<Part> {
    this.#lengthRead += piece.length;
    // A word must not be cut, because `NaN` is recognized as a whole.
    const text = this.#word + piece;
    const end = text.length - (/[a-z-]{1,9}$/i.exec(text.slice(-9))?.[0].length ?? 0);
    this.#word = text.slice(end);
    yield* this.#read(text.slice(0, end));
  }

  /** Gives what is left, and the problem of what is not complete. */
  *end(): Generator<Part> {
    yield* this.#read(`${this.#word}\n`);
    if (this.#searched) return;
    if (this.#element) {
      if (this.#element.isTooLong) return;
      const { line, parts } = this.#element;
      const problem = 'the file ends within this record: it may be incomplete; get it again';
      yield { line, problem, excerpt: sourceExcerpt(parts.join('')) };
    } else if (this.#stack.length > 0 && !this.#hasRecovered) {
      yield { line: this.#line, problem: 'the file ends before its list does: it may be incomplete', excerpt: '' };
    }
  }

  *#read(text: string): Generator<Part> {
    let rest = text;
    while (rest !== '') rest = this.#searched ? this.#search(rest, this.#searched) : yield* this.#parse(rest);
  }

  /** Gives the records of a text. Returns '', or after damage the text in which the next record is to be searched. */
  *#parse(text: string): Generator<Part, string> {
    let at = 0;
    for (const segment of this.#segmentsOf(text)) {
      const problems: SourceProblem[] = [];
      let element: JsonElement | undefined;
      let damage: string | undefined;
      try {
        for (const token of this.#tokenizer.push(segment)) {
          element = this.#take(token, segment, problems) ?? element;
        }
      } catch (error) {
        damage = error instanceof DepthError ? error.message : NOT_JSON;
      }
      yield* problems;
      if (damage !== undefined) return yield* this.#recover(damage, text.slice(at));
      this.#line += countLineFeeds(segment);
      at += segment.length;
      if (element) yield element;
      const tooLong = this.#keep(segment);
      if (tooLong) yield tooLong;
      if (this.#hasRecovered && this.#stack.length < listDepth(this.#place)) {
        this.#searched = this.#beginning ?? ANY_OBJECT;
        return text.slice(at);
      }
    }
    return '';
  }

  /** Between records every line is a segment, so that elements that are no objects have the right line. */
  *#segmentsOf(text: string): Generator<string> {
    for (const segment of segmentsOf(text)) {
      if (this.#element || !segment.includes('\n')) yield segment;
      else yield* segment.split(/(?<=\n)/);
    }
  }

  /** Takes a token of a segment. Returns the record that ends with it. */
  #take(token: { readonly name: string; readonly value?: unknown }, segment: string, problems: SourceProblem[]) {
    switch (token.name) {
      case 'startObject':
      case 'startArray': {
        if (this.#isRecordNext()) {
          if (token.name === 'startObject') this.#begin(segment);
          else problems.push(this.#noObject(segment));
        }
        if (this.#stack.length >= MAX_DEPTH) throw new DepthError();
        this.#stack.push({ kind: token.name === 'startObject' ? 'object' : 'array', key: '' });
        return undefined;
      }
      case 'endObject':
      case 'endArray':
        this.#stack.pop();
        return this.#element?.depth === this.#stack.length ? this.#finish(segment) : undefined;
      case 'startKey':
        if (!this.#element && this.#stack.length <= listDepth(this.#place)) this.#openKey = '';
        return undefined;
      case 'endKey': {
        const container = this.#stack.at(-1);
        if (container && this.#openKey !== undefined) container.key = this.#openKey;
        this.#openKey = undefined;
        return undefined;
      }
      case 'stringChunk':
        if (this.#openKey !== undefined && this.#openKey.length < 1000) this.#openKey += String(token.value);
        return undefined;
      case 'startString':
      case 'startNumber':
      case 'trueValue':
      case 'falseValue':
      case 'nullValue':
        if (this.#isRecordNext()) problems.push(this.#noObject(segment));
        return undefined;
      default:
        return undefined;
    }
  }

  /** Whether the value that begins is one of the records. */
  #isRecordNext(): boolean {
    const { keys, unit } = this.#place;
    if (this.#element || this.#stack.length !== listDepth(this.#place)) return false;
    if (keys.some((key, i) => this.#stack[i].kind !== 'object' || this.#stack[i].key !== key)) return false;
    return unit === 'values' || this.#stack[keys.length].kind === (unit === 'elements' ? 'array' : 'object');
  }

  #begin(segment: string): void {
    this.#element = {
      line: this.#line + countLineFeeds(segment),
      key: this.#place.unit === 'members' ? this.#stack.at(-1)?.key : undefined,
      depth: this.#stack.length,
      parts: [],
      length: 0,
      isTooLong: false,
    };
  }

  #finish(segment: string): JsonElement | undefined {
    const element = this.#element;
    this.#element = undefined;
    if (!element || element.isTooLong) return undefined;
    const text = [...element.parts, segment].join('');
    this.#beginning = beginningOf(text) ?? this.#beginning;
    return { line: element.line, text, ...(element.key !== undefined && { key: element.key }) };
  }

  /** Keeps a segment of the open record. Returns a problem if the record has become too long with it. */
  #keep(segment: string): SourceProblem | undefined {
    const element = this.#element;
    if (!element || element.isTooLong) return undefined;
    element.parts.push(element.length === 0 ? '{' : segment);
    element.length += segment.length;
    if (element.length <= MAX_LINE_BYTES) return undefined;
    const excerpt = sourceExcerpt(element.parts.join('').slice(0, 1000));
    element.isTooLong = true;
    element.parts = [];
    return { line: element.line, problem: TOO_LONG, excerpt };
  }

  #noObject(segment: string): SourceProblem {
    const blank = /^[\s,]*/.exec(segment)?.[0] ?? '';
    const rest = segment.slice(blank.length);
    const isNull = /^null\b/.test(rest);
    return {
      line: this.#line + countLineFeeds(blank),
      problem: isNull
        ? 'null in place of a paper: the server did not find one'
        : 'not an object; expected an object with at least a title for every paper',
      excerpt: sourceExcerpt(rest),
    };
  }

  // Damage

  /** Reports damage. Returns the text in which the next record is to be searched. */
  *#recover(problem: string, rest: string): Generator<SourceProblem, string> {
    const element = this.#element;
    const written = element?.parts.join('') ?? '';
    const excerpt = sourceExcerpt(element ? written + rest : rest);
    // A comma is missing between two records: nothing is lost.
    const isComma =
      !element &&
      /^\s*\{/.test(rest) &&
      this.#stack.length === listDepth(this.#place) &&
      this.#stack.at(-1)?.kind === 'array';
    if (!element?.isTooLong && !isComma) {
      yield { line: element?.line ?? this.#line + countLineFeeds(/^\s*/.exec(rest)?.[0] ?? ''), problem, excerpt };
    }
    this.#searched = isComma ? /\{/ : (this.#beginning ?? beginningOf(written) ?? ANY_OBJECT);
    this.#tail = '';
    this.#element = undefined;
    // A record whose end is missing may contain the next one.
    const limit = MAX_REPETITION * this.#lengthRead + FREE_REPETITION;
    if (!element || element.isTooLong || this.#lengthRepeated + written.length > limit) return rest;
    this.#lengthRepeated += written.length;
    this.#line = element.line;
    return written.slice(1) + rest;
  }

  /** Searches the next record. Returns the text from its beginning on; '' if it is not in the text. */
  #search(text: string, pattern: RegExp): string {
    const searched = this.#tail + text;
    const found = pattern.exec(searched);
    const end = found?.index ?? Math.max(0, searched.length - SEARCH_TAIL);
    this.#line += countLineFeeds(searched.slice(0, end));
    if (!found) {
      this.#tail = searched.slice(end);
      return '';
    }
    this.#tail = '';
    this.#restart();
    return searched.slice(end);
  }

  /** Begins again within the list of records. */
  #restart(): void {
    const { keys, unit } = this.#place;
    this.#searched = undefined;
    this.#hasRecovered = true;
    this.#openKey = undefined;
    this.#tokenizer = newTokenizer();
    this.#stack = keys.map((key): Container => ({ kind: 'object', key }));
    if (unit === 'values') return;
    this.#tokenizer.push(unit === 'elements' ? '[' : '{"":');
    this.#stack.push({ kind: unit === 'elements' ? 'array' : 'object', key: '' });
  }
}

class DepthError extends Error {
  constructor() {
    super(
      `more than ${MAX_DEPTH} brackets within each other; reading goes on with the next record that begins like the others`,
    );
  }
}

function newTokenizer(): JsonTokenizer {
  // Long texts come in parts, so that their length does not matter.
  return new JsonTokenizer({ packValues: false });
}

/** The number of containers around each record. */
function listDepth({ keys, unit }: RecordsPlace): number {
  return keys.length + (unit === 'values' ? 0 : 1);
}
