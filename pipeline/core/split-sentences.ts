/** Splits texts into sentences. */

/** A range of a text: half-open, in UTF-16 code units. */
export interface TextSpan {
  readonly start: number;
  readonly end: number;
}

/** Abbreviations whose full stop does not end a sentence. */
const ABBREVIATION = /(?<!\p{L})(?:e\.g|i\.e|et al|etc|vs|cf|resp|approx|fig|eq|sec|dr|mr|ms|st|w\.r\.t)\.$/iu;
/** A single capital letter before a full stop is the initial of a name and does not end a sentence. */
const INITIAL = /(?<!\p{L})\p{Lu}\.$/u;
/**
 * Number of characters before a full stop that are searched for an abbreviation: more than the longest abbreviation
 * has.
 */
const LOOKBEHIND = 12;

/**
 * The spans of the sentences of a text, in order. Together they cover everything but the white space between sentences.
 */
export function splitSentences(text: string): TextSpan[] {
  const spans: TextSpan[] = [];
  let start = 0;
  for (const terminator of text.matchAll(/[.!?]["')\]”’]*(?=\s+\S)|\n{2,}/g)) {
    const end = terminator.index + terminator[0].length;
    const nextCharacter = text.slice(end).trimStart().charAt(0);
    const tail = text.slice(Math.max(start, end - LOOKBEHIND), end);
    const isAbbreviation = ABBREVIATION.test(tail) || INITIAL.test(tail) || /\p{Ll}/u.test(nextCharacter);
    if (terminator[0] === '.' && isAbbreviation) continue;
    pushTrimmed(spans, text, start, end);
    start = end;
  }
  pushTrimmed(spans, text, start, text.length);
  return spans;
}

function pushTrimmed(spans: TextSpan[], text: string, from: number, to: number): void {
  let start = from;
  let end = to;
  while (start < end && /\s/.test(text.charAt(start))) start++;
  while (end > start && /\s/.test(text.charAt(end - 1))) end--;
  if (end > start) spans.push({ start, end });
}
