/**
 * Fills in what BibTeX entries take from the entry that their `crossref` names: a paper without date and venue from its
 * proceedings.
 */
import type { SourceProblem, SourceRecord } from '../source-record.ts';

/**
 * How many records wait for the proceedings that one of them names: BibTeX wants these after the papers, and most files
 * have them at the end. Records stay in order, so those behind wait as well.
 */
const MAX_WAITING = 5000;
/** How many characters of text the waiting records may have: the memory for one longest entry. */
const MAX_WAITING_LENGTH = 2 ** 24;
/** How many volumes are remembered for the papers after them, and how long their titles may be. */
const MAX_PARENTS = 10_000;
const MAX_VENUE_LENGTH = 2000;

type Part = SourceRecord | SourceProblem;
type Inherited = Readonly<Record<string, unknown>>;

/** Gives the same parts in the same order, where papers have the date and the venue that their `crossref` has. */
export async function* inheritFromParents(parts: AsyncIterable<Part>): AsyncGenerator<Part> {
  const parents = new Map<string, Inherited>();
  const waiting: Part[] = [];
  let length = 0;
  const release = function* (isEnd: boolean): Generator<Part> {
    for (let [first] = waiting; first !== undefined; [first] = waiting) {
      const needed = neededParent(first);
      const isOver = isEnd || waiting.length > MAX_WAITING || length > MAX_WAITING_LENGTH;
      if (needed !== undefined && !parents.has(needed) && !isOver) return;
      waiting.shift();
      length -= lengthOf(first);
      yield 'fields' in first ? withInherited(first, parents.get(needed ?? '')) : first;
    }
  };
  for await (const part of parts) {
    if ('fields' in part) {
      const { id, title, date, booktitle, type } = part.fields;
      const isParent = typeof type === 'string' && /proceedings|^(?:mv)?(?:book|collection|periodical)$/.test(type);
      if (isParent && type !== 'inproceedings' && typeof id === 'string' && parents.size < MAX_PARENTS) {
        const venue = booktitle ?? title;
        const isTooLong = typeof venue === 'string' && venue.length > MAX_VENUE_LENGTH;
        parents.set(id.toLowerCase(), { date, venue: isTooLong ? undefined : venue });
      }
    }
    waiting.push(part);
    length += lengthOf(part);
    yield* release(false);
  }
  yield* release(true);
}

/** The name of the entry from which a record has to inherit; undefined if it lacks nothing. */
function neededParent(part: Part): string | undefined {
  if (!('fields' in part)) return undefined;
  const { crossref, date, venue } = part.fields;
  if (typeof crossref !== 'string' || (date !== undefined && venue !== undefined)) return undefined;
  return crossref.toLowerCase();
}

function withInherited(record: SourceRecord, parent: Inherited | undefined): SourceRecord {
  if (parent === undefined) return record;
  const missing = Object.entries(parent).filter(([name, value]) => value !== undefined && !(name in record.fields));
  return missing.length === 0 ? record : { ...record, fields: { ...record.fields, ...Object.fromEntries(missing) } };
}

function lengthOf(part: Part): number {
  if (!('fields' in part)) return part.problem.length;
  let length = 0;
  for (const value of Object.values(part.fields)) {
    for (const text of Array.isArray(value) ? value : [value]) length += typeof text === 'string' ? text.length : 8;
  }
  return length;
}
