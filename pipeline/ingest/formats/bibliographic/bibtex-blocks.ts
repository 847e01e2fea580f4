/**
 * Cuts a BibTeX file into its blocks, tolerantly: an entry without its last brace must not swallow the entries after it.
 */
import { sourceExcerpt } from '../../issues.ts';
import { LINE_TOO_LONG_MESSAGE, type Line, MAX_LINE_BYTES } from '../../lines.ts';
import type { SourceProblem } from '../source-record.ts';

/** The longest block, in UTF-16 code units, as the longest line. */
export const MAX_BLOCK_LENGTH = MAX_LINE_BYTES;

/** A block from its `@` to its closing brace or parenthesis: an entry, or `@string` and `@preamble`. */
export interface BibtexBlock {
  /** 1-based line of the `@`. */
  readonly line: number;
  /** Lower case, without `@`. */
  readonly type: string;
  readonly text: string;
}

/** The start of a block: its type, and the bracket that opens it if that is on the same line. */
const START = /@[ \t]*([a-z][\w.:+-]*)[ \t]*([{(]?)/gi;
/** A line that begins an entry. Within a value that lacks its brace, only this form is taken for one: `@article{key,`. */
const ENTRY_LINE = /^[ \t]*@[ \t]*[a-z][\w.:+-]*[ \t]*[{(][ \t]*(?:[^\s,{}()"=#%@]+[ \t]*)?(?:,|$)/i;
const OTHER_BLOCK_LINE = /^@(?:string|comment|preamble)[ \t]*[{(]/i;
const COMMENTED_LINE = /^[ \t]*%/;
/** What is a comment by the rules, but looks like fields that a brace too many has put out of their entry. */
const LOST_FIELD = /^[\s,}]*[a-z][\w-]*\s*=\s*["{]/i;

const COMMENT_NOT_CLOSED = '@comment is not closed: a } is missing; the entries after it were read';
const FIELDS_OUTSIDE = 'fields outside of an entry were skipped; the entry before has a } too many, remove it';

interface OpenBlock {
  readonly line: number;
  readonly type: string;
  /** What closes the block, or undefined as long as its opening bracket was not found. */
  closing: '}' | ')' | undefined;
  /** Number of braces that are open, without the bracket of the block itself. */
  depth: number;
  /** Whether a value in quotes is open. Only in blocks with parentheses, because only there it matters. */
  isQuoted: boolean;
  readonly lines: string[];
  /** The line numbers of `lines`: blank lines are not among them. */
  readonly numbers: number[];
  length: number;
}

/**
 * Cuts lines into blocks. Text outside of blocks is a comment, as in BibTeX. Braces are counted as BibTeX does, also
 * after a backslash; where that finds no end, without those after a backslash, as LaTeX does.
 */
export class BibtexBlocks {
  #open: OpenBlock | undefined;
  /**
   * Whether `@comment` hides no more than its line: after a comment that is not closed, and that has to be read a second
   * time, no block is trusted to be a comment.
   */
  #areCommentsLines = false;
  /** Whether fields outside of entries are reported: once behind each entry, and not in front of the first. */
  #reportsLostFields = false;

  /** Adds a line and returns the blocks that end in it. */
  push(line: Line): (BibtexBlock | SourceProblem)[] {
    const found: (BibtexBlock | SourceProblem)[] = [];
    if (line.isTooLong) {
      if (this.#open) found.push(...this.#close(line.number));
      found.push({ line: line.number, problem: LINE_TOO_LONG_MESSAGE, excerpt: sourceExcerpt(line.text) });
    } else this.#read(line.text, line.number, found);
    return found;
  }

  /** Returns what the end of the file leaves open. */
  end(): (BibtexBlock | SourceProblem)[] {
    const found: (BibtexBlock | SourceProblem)[] = [];
    // The lines of a comment that is not closed may end with another open block.
    while (this.#open) found.push(...this.#close(undefined));
    return found;
  }

  #read(text: string, number: number, found: (BibtexBlock | SourceProblem)[]): void {
    if (this.#open && this.#open.type !== 'comment' && this.#beginsBlock(text)) found.push(...this.#close(number));
    let at = 0;
    while (at < text.length) {
      if (!this.#open) {
        at = this.#findStart(text, at, number, found);
        if (!this.#open) return;
      } else at = this.#readOpen(text, at, number, found);
    }
    // An open block goes on in the next line.
  }

  /** Whether a line within an open block begins another one, so that the open one lacks its end. */
  #beginsBlock(text: string): boolean {
    const isWithinValue = this.#open !== undefined && this.#open.depth > 0;
    return (ENTRY_LINE.test(text) && !(isWithinValue && /^\s/.test(text))) || OTHER_BLOCK_LINE.test(text);
  }

  /** Looks for a start from `at` on. Returns the position from which to read on. */
  #findStart(text: string, at: number, line: number, found: (BibtexBlock | SourceProblem)[]): number {
    if (at === 0 && COMMENTED_LINE.test(text)) return text.length;
    if (this.#reportsLostFields && LOST_FIELD.test(text.slice(at))) {
      this.#reportsLostFields = false;
      found.push({ line, problem: FIELDS_OUTSIDE, excerpt: sourceExcerpt(text.slice(at)) });
    }
    START.lastIndex = at;
    for (let match = START.exec(text); match; match = START.exec(text)) {
      const type = match[1].toLowerCase();
      const isComment = type === 'comment';
      if (isComment && (match[2] === '' || this.#areCommentsLines)) return text.length;
      const isAlone = match[2] === '' && text.slice(START.lastIndex).trim() === '';
      if (match[2] === '' && !isAlone) continue;
      const closing = { '{': '}', '(': ')' } as const;
      this.#open = {
        line,
        type,
        closing: match[2] === '{' || match[2] === '(' ? closing[match[2]] : undefined,
        depth: 0,
        isQuoted: false,
        lines: [],
        numbers: [],
        length: 0,
      };
      // The part up to the bracket is kept now, what follows when it is read.
      this.#keep(text.slice(match.index, START.lastIndex), line);
      return START.lastIndex;
    }
    return text.length;
  }

  #readOpen(text: string, from: number, number: number, found: (BibtexBlock | SourceProblem)[]): number {
    const open = this.#open;
    if (!open) return from;
    if (open.closing === undefined) {
      const [, bracket] = /^\s*([{(])/.exec(text) ?? [];
      if (bracket === undefined) {
        this.#open = undefined;
        return from;
      }
      open.closing = bracket === '{' ? '}' : ')';
      const end = text.indexOf(bracket) + 1;
      this.#keep(text.slice(0, end), number);
      return end;
    }
    const end = endWithin(text, from, open);
    this.#keep(text.slice(from, end < 0 ? undefined : end), number);
    if (end < 0) {
      if (open.length > MAX_BLOCK_LENGTH) found.push(...this.#close(number));
      return text.length;
    }
    this.#open = undefined;
    this.#reportsLostFields = open.type !== 'comment';
    if (open.type !== 'comment') found.push({ line: open.line, type: open.type, text: open.lines.join('\n') });
    return end;
  }

  #keep(text: string, number: number): void {
    const open = this.#open;
    if (!open) return;
    open.length += text.length + 1;
    if (open.numbers.at(-1) === number) open.lines[open.lines.length - 1] += text;
    else {
      open.lines.push(text);
      open.numbers.push(number);
    }
  }

  /**
   * Gives up the open block, because another one begins at a line, because it is too long, or because the file ends.
   *
   * @param number the line that was reached; undefined at the end of the file
   */
  #close(number: number | undefined): (BibtexBlock | SourceProblem)[] {
    const open = this.#open;
    this.#open = undefined;
    if (!open || open.closing === undefined) return [];
    const text = open.lines.join('\n');
    const problemOf = (problem: string): SourceProblem => ({ line: open.line, problem, excerpt: sourceExcerpt(text) });
    if (open.type === 'comment') {
      this.#areCommentsLines = true;
      const found: (BibtexBlock | SourceProblem)[] = [problemOf(COMMENT_NOT_CLOSED)];
      open.lines.forEach((line, i) => {
        if (i > 0) this.#read(line, open.numbers[i], found);
      });
      return found;
    }
    if (open.length > MAX_BLOCK_LENGTH) {
      return [problemOf('the entry is longer than 16 MiB, the limit for one entry; a closing } may be missing')];
    }
    const end = endByLatex(text);
    if (end >= 0) return [{ line: open.line, type: open.type, text: text.slice(0, end) }];
    const where = number === undefined ? 'before the end of the file' : `before line ${number}, where another begins`;
    const notClosed = `the entry is not closed ${where}: a ${open.closing} is missing; add it`;
    // Only the bracket of the entry itself is missing: all of its values are complete.
    if (open.depth === 0 && !open.isQuoted && text.includes('=') && !hasFieldInValue(text, open.closing)) {
      return [{ line: open.line, type: open.type, text: text + open.closing }, problemOf(notClosed)];
    }
    return [problemOf(notClosed)];
  }
}

/** The index after the bracket that closes a block, from `from` on; -1 if it is not in the text. Updates the counts. */
function endWithin(text: string, from: number, open: OpenBlock): number {
  const brackets = open.closing === '}' ? /[{}]/g : /[{})"]/g;
  brackets.lastIndex = from;
  for (let match = brackets.exec(text); match; match = brackets.exec(text)) {
    const [bracket] = match;
    if (bracket === open.closing && open.depth === 0 && !open.isQuoted) return brackets.lastIndex;
    if (bracket === '{') open.depth++;
    else if (bracket === '}') open.depth = Math.max(0, open.depth - 1);
    else if (bracket === '"' && open.depth === 0) open.isQuoted = !open.isQuoted;
  }
  return -1;
}

/** The index after the brace that closes a block if a brace after a backslash does not count; -1 if there is none. */
function endByLatex(text: string): number {
  const braces = /\\[\s\S]|[{}]/g;
  let depth = 0;
  for (let match = braces.exec(text); match; match = braces.exec(text)) {
    if (match[0] === '{') depth++;
    else if (match[0] === '}' && --depth <= 0) return depth === 0 ? braces.lastIndex : -1;
  }
  return -1;
}

/** Whether a value seems to contain the next field: its brace is missing, and that of the entry closed it. */
function hasFieldInValue(text: string, closing: '}' | ')'): boolean {
  // The brace of the block itself is in the text, too.
  let depth = closing === '}' ? -1 : 0;
  for (const [match] of text.matchAll(/[{}]|,\s*[a-z][\w-]*\s*=\s*(?=[{"])/gi)) {
    if (match === '{') depth++;
    else if (match === '}') depth--;
    else if (depth > 0) return true;
  }
  return false;
}
