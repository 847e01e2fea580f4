/** JSON as text: tokens by stream-json, values, and what programs write that is not quite JSON. */
import { Assembler } from 'stream-json/core/assembler.js';
import { jsonParser, type ParserOptions, type Token } from 'stream-json/core/parser.js';

/**
 * Cuts a text after every brace. If the tokenizer gets it in these segments, the token that opens or closes an object is
 * the last one of its segment, which tells where the object begins and ends.
 */
export function* segmentsOf(text: string): Generator<string> {
  for (const [segment] of text.matchAll(/[^{}]*(?:[{}]|$)/g)) if (segment !== '') yield segment;
}

/** Tokenizes JSON values that follow one another, segment by segment. */
export class JsonTokenizer {
  readonly #parse: (text: string) => unknown;

  constructor(options: ParserOptions = {}) {
    const parse = jsonParser({ ...options, jsonStreaming: true });
    this.#parse = (text) => parse(text);
  }

  /**
   * The tokens that are complete with this segment.
   *
   * @throws Error if it is not JSON; the tokenizer cannot be used afterwards
   */
  push(segment: string): readonly Token[] {
    const result = this.#parse(withoutNotANumber(segment));
    return isMany(result) ? result.values : [];
  }
}

function isMany(result: unknown): result is { readonly values: readonly Token[] } {
  return typeof result === 'object' && result !== null && 'values' in result && Array.isArray(result.values);
}

/** The words that Python and JavaScript write for numbers that JSON does not have, as `null`, wherever they may stand. */
function withoutNotANumber(segment: string): string {
  if (!/NaN|Infinity/.test(segment)) return segment;
  return segment.replace(/(^|[:,[\s])(?:-?Infinity|NaN)(?=\s*(?:[,}\]]|$))/g, '$1null');
}

/** Begins every value of a JSON text sequence (RFC 7464). */
const RECORD_SEPARATOR = '\u001E';

/**
 * Parses one value. `NaN` and `Infinity`, which Python writes, are `null`; a comma behind the value is ignored.
 *
 * @throws SyntaxError if it is not JSON
 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const trimmed = text.trim();
    const repaired = (trimmed.startsWith(RECORD_SEPARATOR) ? trimmed.slice(1) : trimmed)
      .replace(/,$/, '')
      .replace(/"[^"\\]*(?:\\.[^"\\]*)*"|-?\b(?:NaN|Infinity)\b/gs, (match) =>
        match.startsWith('"') ? match : 'null',
      );
    if (repaired === text) throw error;
    try {
      return JSON.parse(repaired);
    } catch {
      throw error;
    }
  }
}

/** A value at the beginning of a text, as far as the text has it. */
export interface PartialValue {
  readonly value: unknown;
  /** Whether the text has all of it. */
  readonly isComplete: boolean;
}

/** How many values of a text are looked at, and how deep. */
const MAX_VALUES = 20;
const MAX_DEPTH = 200;

/**
 * The values with which a text begins; the last one as far as it is written, or until it is no JSON any more. Empty if
 * the text does not begin with JSON.
 */
export function partialValuesOf(text: string): PartialValue[] {
  const tokenizer = new JsonTokenizer({ streamValues: false });
  const values: PartialValue[] = [];
  const assembler = new Assembler();
  let depth = 0;
  const consume = (token: Token) => {
    if (/^start/.test(token.name)) depth++;
    if (/^end/.test(token.name)) depth--;
    assembler.consume(token);
    if (assembler.done) values.push({ value: assembler.current, isComplete: true });
  };
  try {
    for (const segment of segmentsOf(text)) {
      for (const token of tokenizer.push(segment)) consume(token);
      if (values.length >= MAX_VALUES || depth > MAX_DEPTH) break;
    }
  } catch {
    // Until here it was JSON.
  }
  if (!assembler.done) values.push({ value: closedValue(assembler), isComplete: false });
  return values;
}

/** The outermost value of an assembler, with everything that is still open closed. */
function closedValue(assembler: Assembler): unknown {
  while (!assembler.done) assembler.consume({ name: 'endObject' });
  return assembler.current;
}
