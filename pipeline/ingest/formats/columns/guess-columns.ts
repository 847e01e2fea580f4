/** Finds out which columns of a table, or fields of JSON objects, are the fields that paperfield knows. */
import { PaperfieldError } from '../../../core/errors.ts';
import { isNoValue } from '../values/text.ts';
import { convertValue } from './convert-value.ts';
import {
  KNOWN_FIELD_NAMES,
  type KnownField,
  knownFieldOf,
  plainName,
  rankOfName,
  WEB_OF_SCIENCE_TAGS,
} from './known-names.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Where the known fields of a table come from. */
export interface ColumnGuess {
  /** The column that each known field is taken from. */
  readonly columns: Readonly<Partial<Record<KnownField, string>>>;
  /**
   * More columns with the same meaning, in order of preference. They are used in rows in which the first has no usable
   * value: conference papers have no journal, and some rows no full date but a year.
   */
  readonly alternatives: Readonly<Partial<Record<KnownField, readonly string[]>>>;
  /** All columns that are not in `columns`; they keep name and value. */
  readonly others: readonly string[];
}

/** Columns with long texts that are no abstract, and columns with short ones that are no title. */
const NEITHER_TITLE_NOR_ABSTRACT =
  /affiliation|address|reference|funding|correspond|editor|fulltext|^notes?$|note$|^extra$|comment|publisher|isbn|issn|file|attachment|license|rights|copyright|biograph|citation|review|embedding|vector|bibtex|html|checksum|hash|orcid|email|e-mail|chemical|tradename|shorttitle|runningtitle|abbrev/;

/**
 * Finds the columns of the known fields by their names and, for title and abstract, by their content where no name
 * says it. Where several columns mean the same, the one is taken of which the samples have the most usable values; between
 * equals the order of preference decides, and a full date goes before a year.
 *
 * @param names the columns in their order
 * @param samples the first rows, 20 to 200 of them
 * @param explicit columns that the user named, which win over every guess
 * @throws PaperfieldError (`bad_input`) if `explicit` names a column that does not exist
 */
export function guessColumns(
  names: readonly string[],
  samples: readonly Fields[],
  explicit: Readonly<Partial<Record<KnownField, string>>> = {},
): ColumnGuess {
  const columns: Partial<Record<KnownField, string>> = {};
  const alternatives: Partial<Record<KnownField, readonly string[]>> = {};
  const taken = new Set<string>();
  for (const field of KNOWN_FIELD_NAMES) {
    const column = explicit[field];
    if (column === undefined) continue;
    if (!names.includes(column)) throw unknownColumn(field, column, names);
    columns[field] = column;
    taken.add(column);
  }
  const isWebOfScience = names.includes('TI') && names.includes('SO') && (names.includes('PT') || names.includes('UT'));
  const fieldOf = (name: string) =>
    isWebOfScience && WEB_OF_SCIENCE_TAGS.has(name) ? WEB_OF_SCIENCE_TAGS.get(name) : knownFieldOf(name);
  for (const field of KNOWN_FIELD_NAMES) {
    const candidates = names.filter((name) => !taken.has(name) && fieldOf(name) === field);
    const [best, ...others] = sortedByUse(field, candidates, samples);
    if (columns[field] === undefined && best !== undefined) {
      columns[field] = best;
      taken.add(best);
      if (others.length > 0) alternatives[field] = others;
    }
  }
  const unknown = names.filter((name) => !taken.has(name) && fieldOf(name) === undefined);
  guessByForm(columns, unknown, samples);
  guessByContent(
    columns,
    unknown.filter((name) => !Object.values(columns).includes(name)),
    samples,
  );
  const used = new Set(Object.values(columns));
  return { columns, alternatives, others: names.filter((name) => !used.has(name)) };
}

function unknownColumn(field: string, column: string, names: readonly string[]): PaperfieldError {
  const some = names.slice(0, 20).map((name) => `'${name}'`);
  const list = names.length > 20 ? `${some.join(', ')} and ${names.length - 20} more` : some.join(', ');
  return new PaperfieldError('bad_input', `there is no column '${column}' for the ${field}; the columns are ${list}`);
}

/** Candidates with a usable value in most samples first; in the order of preference where that is equal. */
function sortedByUse(field: KnownField, candidates: readonly string[], samples: readonly Fields[]): string[] {
  const uses = new Map(candidates.map((name) => [name, usableShare(field, name, samples)]));
  // Ten steps: a column that two rows more have is not better for that.
  const use = (name: string) => Math.round((uses.get(name) ?? 0) * 10);
  const isEmpty = (name: string) => samples.length > 0 && use(name) < 5;
  return [...candidates].sort(
    (a, b) => Number(isEmpty(a)) - Number(isEmpty(b)) || rankOfName(field, a) - rankOfName(field, b),
  );
}

/** The share of the samples in which a column has a value that the field can be made of. */
function usableShare(field: KnownField, name: string, samples: readonly Fields[]): number {
  const usable = samples.filter((sample) => convertValue[field](sample[name], name) !== undefined);
  return samples.length === 0 ? 0 : usable.length / samples.length;
}

/** Values whose form alone says what they are. */
const FORMS: readonly (readonly [KnownField, RegExp])[] = [
  ['doi', /^(?:https?:\/\/(?:dx\.)?doi\.org\/|doi:\s*)?10\.\d{4,9}\/\S+$/i],
  ['arxivId', /^(?:arxiv:\s?|https?:\/\/arxiv\.org\/abs\/)(?:\d{4}\.\d{4,5}|[a-z-]+\/\d{7})(?:v\d+)?$/i],
  ['url', /^https?:\/\/\S+$/i],
  ['date', /^(?:19|20)\d\d(?:-\d\d(?:-\d\d(?:[T ].{0,30})?)?)?$/],
];

/** Finds columns without a name (`column 3`) of which most values have a form that says what they are. */
function guessByForm(
  columns: Partial<Record<KnownField, string>>,
  names: readonly string[],
  samples: readonly Fields[],
): void {
  for (const name of names) {
    if (!/^column \d+$/.test(name)) continue;
    const texts = samples.map((sample) => sample[name]).filter((value) => typeof value === 'string');
    const form = FORMS.find(
      ([field, pattern]) =>
        columns[field] === undefined && texts.filter((text) => pattern.test(text)).length > texts.length * 0.8,
    );
    if (form) columns[form[0]] = name;
  }
}

/** Measures of the texts of a column. */
interface TextMeasures {
  readonly name: string;
  /** Mean length in characters, of the samples that have a text. */
  readonly length: number;
  readonly words: number;
  /** The share of texts that occur once. */
  readonly unique: number;
}

const MIN_ABSTRACT_LENGTH = 150;

function guessByContent(
  columns: Partial<Record<KnownField, string>>,
  names: readonly string[],
  samples: readonly Fields[],
): void {
  if (columns.title !== undefined && columns.abstract !== undefined) return;
  let measures = names
    .filter((name) => !NEITHER_TITLE_NOR_ABSTRACT.test(plainName(name)))
    .map((name) => measure(name, samples))
    .filter((one) => one !== undefined);
  const longest = measures.reduce<TextMeasures | undefined>((a, b) => (a && a.length >= b.length ? a : b), undefined);
  if (columns.abstract === undefined && longest && longest.length >= MIN_ABSTRACT_LENGTH && longest.words >= 20) {
    // A single column of texts of middling length is rather of titles.
    if (columns.title !== undefined || measures.length > 1 || longest.length > 300) {
      columns.abstract = longest.name;
      measures = measures.filter((one) => one !== longest);
    }
  }
  if (columns.title !== undefined) return;
  const titles = measures.filter(
    ({ length, words, unique }) => length >= 20 && length <= 300 && words >= 3 && unique >= 0.8,
  );
  // The first such column: titles come before other texts.
  if (titles.length > 0) columns.title = titles[0].name;
}

function measure(name: string, samples: readonly Fields[]): TextMeasures | undefined {
  const texts = samples.map((sample) => sample[name]).filter((value) => typeof value === 'string' && !isNoValue(value));
  const words = texts.map((text) => String(text).trim().split(/\s+/));
  // Lists of names and addresses are texts too, but no sentences.
  const isOther = texts.filter((text) => /^\s*(?:https?:|\[|\{)|;.*;|\|/.test(String(text))).length;
  if (texts.length === 0 || texts.length < samples.length / 3 || isOther > texts.length / 2) return undefined;
  const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
  return {
    name,
    length: sum(texts.map((text) => String(text).length)) / texts.length,
    words: sum(words.map((one) => one.length)) / texts.length,
    unique: new Set(texts).size / texts.length,
  };
}
