/**
 * Cuts a file of tagged lines, such as 'TY  - JOUR', into records: what RIS and the format of PubMed have in common.
 */
import { sourceExcerpt } from '../../issues.ts';
import { LINE_TOO_LONG_MESSAGE, MAX_LINE_BYTES } from '../../lines.ts';
import type { SourceProblem } from '../source-record.ts';
import { textLines } from './text-lines.ts';

/** A tag and its value. Lines that continue the value are joined to it by line feeds. */
export interface TaggedValue {
  readonly tag: string;
  readonly value: string;
}

/** One record. It has at least one value. */
export interface TaggedRecord {
  /** 1-based line at which it begins. */
  readonly line: number;
  readonly values: readonly TaggedValue[];
  readonly excerpt: string;
}

/** A line with a tag, and what is known of the record that is open where it stands. */
export interface LineInContext extends TaggedValue {
  /** Whether the open record has a tag already. */
  readonly hasTag: (tag: string) => boolean;
  /** Whether a blank line is before it. */
  readonly isAfterBlankLine: boolean;
}

/** What a format of tagged lines looks like. */
export interface TaggedFormat {
  /** The tag and the value of a line; undefined for a line that continues the one before. */
  readonly parseLine: (text: string) => TaggedValue | undefined;
  readonly beginsRecord: (line: LineInContext) => boolean;
  /** The tag of the line that ends a record and says nothing else. */
  readonly endTag?: string;
  /** A line as the format has it, for the problem that a file has none. */
  readonly example: string;
}

/** The longest record, in UTF-16 code units, as the longest line. */
const MAX_RECORD_LENGTH = MAX_LINE_BYTES;

/** How many different tags are remembered of a record. */
const MAX_TAGS = 1000;

/** What web sites put in front of the first record: `Provider: …`, `Content:text/plain`. */
const HEADER_LINE = /^[\w .-]{1,40}:/;

interface OpenRecord {
  readonly line: number;
  /** All tags, also of values that are not kept. */
  readonly tags: Set<string>;
  readonly values: { readonly tag: string; readonly lines: string[] }[];
  /** The first lines as they are written. */
  written: string;
  length: number;
}

/**
 * Reads the records of a file of tagged lines. Lines outside of records are a problem, once for each run of them, and so
 * is a file without any record.
 *
 * @throws only what `bytes` throws
 */
export async function* readTaggedRecords(
  bytes: AsyncIterable<Uint8Array>,
  format: TaggedFormat,
): AsyncGenerator<TaggedRecord | SourceProblem> {
  let open: OpenRecord | undefined;
  let isOutsideReported = false;
  let lastNumber = 0;
  let isEmpty = true;
  let firstLine: { readonly number: number; readonly text: string } | undefined;
  for await (const line of textLines(bytes)) {
    if ('problem' in line) {
      yield line;
      continue;
    }
    firstLine ??= line;
    const { number, text, isTooLong } = line;
    const isAfterBlankLine = number > lastNumber + 1;
    lastNumber = number;
    if (isTooLong) {
      isEmpty = false;
      yield { line: number, problem: LINE_TOO_LONG_MESSAGE, excerpt: sourceExcerpt(text) };
      continue;
    }
    const tagged = format.parseLine(text);
    if (!tagged && !open) {
      if (!isOutsideReported && !HEADER_LINE.test(text)) {
        isOutsideReported = true;
        isEmpty = false;
        const problem = `text outside of a record was skipped; expected '${format.example}'`;
        yield { line: number, problem, excerpt: sourceExcerpt(text) };
      }
      continue;
    }
    if (tagged && open) {
      const isEnd = tagged.tag === format.endTag;
      const { tags } = open;
      if (isEnd || format.beginsRecord({ ...tagged, isAfterBlankLine, hasTag: (tag) => tags.has(tag) })) {
        yield closed(open);
        open = undefined;
      }
      if (isEnd) continue;
    }
    // The end of a record that was given up, or is repeated.
    if (tagged && tagged.tag === format.endTag) continue;
    open ??= { line: number, tags: new Set(), values: [], written: '', length: 0 };
    add(open, text, tagged);
    isOutsideReported = false;
    isEmpty = false;
  }
  if (open) yield closed(open);
  if (isEmpty && firstLine) {
    const problem = `no record was found; expected lines such as '${format.example}'`;
    yield { line: firstLine.number, problem, excerpt: sourceExcerpt(firstLine.text) };
  }
}

function add(open: OpenRecord, text: string, tagged: TaggedValue | undefined): void {
  if (open.written.length < 400) open.written += `${text}\n`;
  open.length += text.length + 1;
  if (tagged && open.tags.size < MAX_TAGS) open.tags.add(tagged.tag);
  // Nothing more is kept of a record that is too long. Where the next one begins, is seen all the same.
  if (open.length > MAX_RECORD_LENGTH) open.values.length = 1;
  else if (tagged) open.values.push({ tag: tagged.tag, lines: [tagged.value] });
  else open.values.at(-1)?.lines.push(text.trim());
}

function closed({ line, values, written, length }: OpenRecord): TaggedRecord | SourceProblem {
  const excerpt = sourceExcerpt(written);
  if (length > MAX_RECORD_LENGTH) {
    return {
      line,
      problem: 'the record is longer than 16 MiB, the limit for one record; its end may be missing',
      excerpt,
    };
  }
  return { line, values: values.map(({ tag, lines }) => ({ tag, value: lines.join('\n').trim() })), excerpt };
}
