/**
 * Finds the columns of the user's data: the type of each field over all papers, and its values as typed arrays. What was
 * decided is said in the log of the build, so that no field is passed over in silence.
 */
import { type CooperativeTask, processInChunks } from '../core/cooperative.ts';
import {
  type FieldColumns,
  type FieldData,
  type FieldInfo,
  type FieldType,
  UNKNOWN_CODE,
  UNKNOWN_DAY,
  UNKNOWN_FLAG,
} from '../core/field-columns.ts';
import type { FieldValue, Paper } from '../core/paper.ts';
import { toEpochDay } from '../core/query/column-condition.ts';
import { columnKeyOf, isColumnKey } from '../core/query/column-key.ts';
import { type DateSpan, parseDateSpan } from '../core/query/dates.ts';

/** The most columns of a corpus. Further fields, those in the fewest papers, are shown with their papers only. */
const MAX_COLUMNS = 64;
/** The longest text of a category, in UTF-16 code units. */
const MAX_CATEGORY_LENGTH = 80;
/** So few different texts are categories even if every paper has its own. */
const ALWAYS_FEW = 20;
/** More different texts are never categories. */
const MAX_CATEGORIES = 10_000;

/** Fields of every paper that are columns too. */
const BUILT_IN = ['venue', 'comments'] as const;

/** The fields of a paper that are columns, by name. */
export function fieldsOf({ fields, venue, comments }: Paper): Readonly<Record<string, FieldValue>> {
  return { ...fields, ...(venue !== undefined && { venue }), ...(comments !== undefined && { comments }) };
}

const TIMESTAMP =
  /^(\d{4}(?:-\d\d(?:-\d\d)?)?)(?:[Tt ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?\s*(?:[Zz]|[+-]\d\d(?::?\d\d)?)?)?$/;

/** The days of a date in ISO form, of which a timestamp gives the day that is written in it; null for other text. */
function spanOf(text: string): DateSpan | null {
  const date = TIMESTAMP.exec(text)?.[1];
  return date === undefined ? null : parseDateSpan(date);
}

const NUMBER = /^[+-]?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const FLAG = /^(?:true|false)$/i;

/** What the values of one field are, counted over all papers. */
interface FieldStatistics {
  papers: number;
  numbers: number;
  flags: number;
  texts: number;
  lists: number;
  /** Texts that could be a number, a flag or a date, and dates that have at least a month. */
  numericTexts: number;
  flagTexts: number;
  dateTexts: number;
  monthTexts: number;
  longest: number;
  /** Different texts, counted up to one more than there may be categories. */
  readonly distinct: Set<string>;
}

function emptyStatistics(): FieldStatistics {
  const counts = { papers: 0, numbers: 0, flags: 0, texts: 0, lists: 0, longest: 0 };
  return { ...counts, numericTexts: 0, flagTexts: 0, dateTexts: 0, monthTexts: 0, distinct: new Set() };
}

function count(statistics: FieldStatistics, value: FieldValue): void {
  statistics.papers++;
  if (typeof value === 'number') statistics.numbers++;
  else if (typeof value === 'boolean') statistics.flags++;
  else if (typeof value !== 'string') statistics.lists++;
  else {
    statistics.texts++;
    if (NUMBER.test(value) && Number.isFinite(Number(value))) statistics.numericTexts++;
    if (FLAG.test(value)) statistics.flagTexts++;
    if (spanOf(value)) {
      statistics.dateTexts++;
      if (value.length > 4) statistics.monthTexts++;
    }
  }
  for (const text of textsOf(value)) {
    statistics.longest = Math.max(statistics.longest, text.length);
    if (statistics.distinct.size <= MAX_CATEGORIES) statistics.distinct.add(text);
  }
}

function textsOf(value: FieldValue): readonly string[] {
  return typeof value === 'object' ? value : [String(value)];
}

/** The type of a field: that of all its values, else whatever texts can be. */
function typeOf(name: string, statistics: FieldStatistics): FieldType {
  const { papers, numbers, flags, numericTexts, flagTexts, dateTexts, monthTexts, lists, longest } = statistics;
  const distinct = statistics.distinct.size;
  if (dateTexts === papers && monthTexts > 0) return 'date';
  if (numbers + numericTexts === papers) return 'number';
  if (flags + flagTexts === papers) return 'flag';
  const areShort = longest <= MAX_CATEGORY_LENGTH && distinct <= MAX_CATEGORIES;
  if (name === 'venue' && areShort) return 'category';
  if (lists > 0) return areShort ? 'list' : 'text';
  return areShort && (distinct <= ALWAYS_FEW || distinct <= papers / 2) ? 'category' : 'text';
}

/** What was found, and what to say of it. */
export interface CollectedFields {
  readonly columns: FieldColumns;
  /** One line for each thing that the user should know. */
  readonly notes: readonly string[];
}

/** Finds the columns of all papers. Equal papers give equal columns. */
export function* collectFieldColumns(papers: readonly Paper[]): CooperativeTask<CollectedFields> {
  const statistics = new Map<string, FieldStatistics>(BUILT_IN.map((name) => [name, emptyStatistics()]));
  yield* processInChunks(papers.length, (from, to) => {
    for (const paper of papers.slice(from, to)) {
      for (const [name, value] of Object.entries(fieldsOf(paper))) {
        const known = statistics.get(name) ?? emptyStatistics();
        if (known.papers === 0) statistics.set(name, known);
        count(known, value);
      }
    }
  });
  const found = [...statistics].sort(([a, one], [b, other]) => other.papers - one.papers || (a < b ? -1 : 1));
  const isBuiltIn = (name: string) => (BUILT_IN as readonly string[]).includes(name);
  const own = found.filter(([name]) => !isBuiltIn(name));
  const dropped = new Set(own.slice(MAX_COLUMNS).map(([name]) => name));
  const kept = found.filter(([name]) => !dropped.has(name));
  const infos = kept.map(([name, one]): FieldInfo => {
    const type = name === 'comments' ? 'number' : name === 'venue' && one.papers === 0 ? 'category' : typeOf(name, one);
    return { name, type, papers: one.papers };
  });
  const data = new Map<string, FieldData>();
  for (const { name, type } of infos) data.set(name, yield* columnOf(papers, name, type));
  const read = (name: string) => {
    const column = data.get(name);
    if (!column) throw new Error(`no column ${name}`);
    return column;
  };
  return { columns: { infos, read }, notes: notesOn(infos, statistics, [...dropped], isBuiltIn) };
}

function notesOn(
  infos: readonly FieldInfo[],
  statistics: ReadonlyMap<string, FieldStatistics>,
  dropped: readonly string[],
  isBuiltIn: (name: string) => boolean,
): string[] {
  const own = infos.filter(({ name }) => !isBuiltIn(name));
  const described = own.map(({ name, type, papers }) => `${name} (${type}, ${papers})`);
  const mixed = own.flatMap(({ name, type }) => {
    const { numbers = 0, flags = 0, texts = 0, lists = 0 } = statistics.get(name) ?? {};
    const kinds = [
      [numbers, 'numbers'],
      [flags, 'flags'],
      [texts, 'texts'],
      [lists, 'lists'],
    ].filter(([papers]) => papers !== 0);
    const isMixed =
      kinds.length > 1 && type !== 'number' && type !== 'flag' && !(type === 'list' && numbers + flags === 0);
    return isMixed
      ? [`field ${name}: ${kinds.map((kind) => kind.join(' ')).join(', ')}, so it is kept as ${type}`]
      : [];
  });
  const texts = own.filter(({ type }) => type === 'text').map(({ name }) => name);
  const unreachable = own.filter(({ name }) => !isColumnKey(name)).map(({ name }) => columnKeyOf(name));
  return [
    ...(described.length > 0 ? [`fields: ${described.join(', ')}`] : []),
    ...mixed,
    ...(texts.length > 0
      ? [`fields with long or nearly all different texts are shown, but not filtered by: ${texts.join(', ')}`]
      : []),
    ...(unreachable.length > 0
      ? [`fields whose names mean something else in a query are written ${unreachable.join(', ')} there`]
      : []),
    ...(dropped.length > 0
      ? [
          `more than ${MAX_COLUMNS} fields: shown with their papers only: ${dropped.slice(0, 10).join(', ')}${dropped.length > 10 ? `, and ${dropped.length - 10} more` : ''}`,
        ]
      : []),
  ];
}

function* columnOf(papers: readonly Paper[], name: string, type: FieldType): CooperativeTask<FieldData> {
  const rows = papers.length;
  const forEach = (visit: (value: FieldValue, row: number) => void) =>
    processInChunks(rows, (from, to) => {
      for (let row = from; row < to; row++) {
        const fields = fieldsOf(papers[row]);
        // Not simply `fields[name]`: a field may be named 'constructor'.
        if (Object.hasOwn(fields, name)) visit(fields[name], row);
      }
    });
  switch (type) {
    case 'number': {
      const values = new Float64Array(rows).fill(Number.NaN);
      yield* forEach((value, row) => {
        values[row] = Number(value);
      });
      return { type, values };
    }
    case 'date': {
      const [from, to] = [new Int32Array(rows).fill(UNKNOWN_DAY), new Int32Array(rows).fill(UNKNOWN_DAY)];
      yield* forEach((value, row) => {
        const span = spanOf(String(value));
        if (!span) return;
        from[row] = toEpochDay(span.from);
        to[row] = toEpochDay(span.to);
      });
      return { type, from, to };
    }
    case 'flag': {
      const values = new Uint8Array(rows).fill(UNKNOWN_FLAG);
      yield* forEach((value, row) => {
        values[row] = String(value).toLowerCase() === 'true' ? 1 : 0;
      });
      return { type, values };
    }
    case 'text': {
      const known = new Uint8Array(rows);
      yield* forEach((_, row) => {
        known[row] = 1;
      });
      return { type, known };
    }
    case 'category':
    case 'list': {
      const papersWith = new Map<string, number>();
      let total = 0;
      yield* forEach((value) => {
        for (const text of textsOf(value)) papersWith.set(text, (papersWith.get(text) ?? 0) + 1);
        total += textsOf(value).length;
      });
      const names = [...papersWith.keys()].sort(
        (a, b) => (papersWith.get(b) ?? 0) - (papersWith.get(a) ?? 0) || (a < b ? -1 : 1),
      );
      const codeOf = new Map(names.map((text, code) => [text, code]));
      const codesOf = (value: FieldValue) => textsOf(value).map((text) => codeOf.get(text) ?? UNKNOWN_CODE);
      if (type === 'category') {
        const codes = new Int32Array(rows).fill(UNKNOWN_CODE);
        yield* forEach((value, row) => {
          codes[row] = codesOf(value)[0];
        });
        return { type, codes, names };
      }
      const [starts, codes] = [new Int32Array(rows + 1), new Int32Array(total)];
      yield* forEach((value, row) => {
        starts[row + 1] = textsOf(value).length;
      });
      for (let row = 0; row < rows; row++) starts[row + 1] += starts[row];
      yield* forEach((value, row) => {
        codes.set(
          codesOf(value).sort((a, b) => a - b),
          starts[row],
        );
      });
      return { type, starts, codes, names };
    }
  }
}
