/** A stretch of a text: half-open, in UTF-16 code units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Short forms whose full stop ends no sentence. */
const ABBREVIATION = /(?<!\p{L})(?:e\.g|i\.e|et al|etc|vs|cf|resp|approx|fig|eq|sec|dr|mr|ms|st|w\.r\.t)\.$/iu;
/** A capital alone before a full stop is somebody's initial. */
const INITIAL = /(?<!\p{L})\p{Lu}\.$/u;

/** The sentences of a text, in order, without the white space between them. Together they hold all that is not space. */
export function sentences(text: string): Span[] {
  const found: Span[] = [];
  let start = 0;
  for (const end of text.matchAll(/[.!?]["')\]”’]*(?=\s+\S)|\n{2,}/g)) {
    const stop = end.index + end[0].length;
    const next = text.slice(stop).trimStart().charAt(0);
    const tail = text.slice(Math.max(start, stop - 12), stop);
    if (end[0] === '.' && (ABBREVIATION.test(tail) || INITIAL.test(tail) || /\p{Ll}/u.test(next))) continue;
    push(found, text, start, stop);
    start = stop;
  }
  push(found, text, start, text.length);
  return found;
}

function push(found: Span[], text: string, from: number, to: number): void {
  let start = from;
  let end = to;
  while (start < end && /\s/.test(text.charAt(start))) start++;
  while (end > start && /\s/.test(text.charAt(end - 1))) end--;
  if (end > start) found.push({ start, end });
}
