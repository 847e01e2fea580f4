/** Reads the records of JSON files: lists, answers of APIs, single objects, JSON Lines, and the dialects of them. */
import { sourceExcerpt } from '../../issues.ts';
import { LINE_TOO_LONG_MESSAGE } from '../../lines.ts';
import { textLines } from '../bibliographic/text-lines.ts';
import { type ColumnOptions, type SourceRow, withKnownFields } from '../columns/known-fields-of-rows.ts';
import { knownFieldOf } from '../columns/known-names.ts';
import { headOf } from '../content-head.ts';
import type { SourceProblem, SourceRecord } from '../source-record.ts';
import { isZoteroApiItem, isZoteroApiPart, problemOfZoteroApiItem } from '../zotero/zotero-json.ts';
import { fieldsOfDialect } from './dialects.ts';
import { type Item, isObject } from './items.ts';
import { type JsonElement, JsonElements } from './json-elements.ts';
import { layoutOfJson, type RecordsPlace } from './json-layout.ts';
import { parseJson } from './json-text.ts';
import { textPieces } from './text-pieces.ts';

type Reader = AsyncGenerator<SourceRecord | SourceProblem>;

/**
 * Reads a JSON file of any kind, recognized by its first 64 kB: a list of objects, also below keys such as `results` or
 * `data.items`, an object of objects by id, a single paper, objects one after the other, JSON Lines. The objects of
 * arXiv's metadata dump, OpenAlex, Semantic Scholar, Hugging Face's daily papers, Zotero's API and CSL-JSON are recognized one by
 * one; in all others the fields are guessed by their names. Values of other fields stay what they are in JSON.
 *
 * Every element of the list is a record or a problem. Damage ends one record: reading goes on with the next one that
 * begins with the same key. `NaN` and `Infinity`, which Python writes, count as null.
 *
 * @param bytes the decompressed content, in chunks of any size
 * @throws what `bytes` throws; PaperfieldError (`bad_input`) if the user named a field that no object has
 */
export async function* readJson(bytes: AsyncIterable<Uint8Array>, options: ColumnOptions = {}): Reader {
  const content = await headOf(bytes);
  const layout = layoutOfJson(content.text, content.isWhole);
  if (layout.kind === 'problem') {
    yield { line: 1, problem: layout.problem, excerpt: sourceExcerpt(content.text.trimStart()) };
    return;
  }
  const rows = layout.kind === 'lines' ? rowsOfLines(content.bytes) : rowsOfDocument(content.bytes, layout.place);
  yield* withKnownFields(rows, options);
}

/**
 * Reads JSON Lines: one object in each line. Blank lines, a comma at the end of a line, and the record separators of JSON
 * text sequences are ignored. Any other line is a record or a problem. See `readJson`.
 */
export async function* readJsonLines(bytes: AsyncIterable<Uint8Array>, options: ColumnOptions = {}): Reader {
  yield* withKnownFields(rowsOfLines(bytes), options);
}

async function* rowsOfLines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<SourceRow | SourceProblem> {
  for await (const line of textLines(bytes)) {
    if ('problem' in line) yield line;
    else if (line.isTooLong) {
      yield { line: line.number, problem: LINE_TOO_LONG_MESSAGE, excerpt: sourceExcerpt(line.text) };
    } else if (line.text.trim() !== '') {
      const row = rowOf({ line: line.number, text: line.text }, 'one JSON object per line');
      if (row) yield row;
    }
  }
}

async function* rowsOfDocument(
  bytes: AsyncIterable<Uint8Array>,
  place: RecordsPlace,
): AsyncGenerator<SourceRow | SourceProblem> {
  const elements = new JsonElements(place);
  const rowsIn = function* (parts: Iterable<JsonElement | SourceProblem>) {
    for (const part of parts) {
      const row = 'problem' in part ? part : rowOf(part, 'an object');
      if (row) yield row;
    }
  };
  for await (const piece of textPieces(bytes)) {
    if (typeof piece === 'string') yield* rowsIn(elements.push(piece));
    else yield piece;
  }
  yield* rowsIn(elements.end());
}

/**
 * The row of an object; undefined for the files and notes of Zotero, which are parts of others.
 *
 * @param expected what a record is in this file, for problems
 */
function rowOf({ line, text, key }: JsonElement, expected: string): SourceRow | SourceProblem | undefined {
  const excerpt = sourceExcerpt(text);
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    const reason = error instanceof Error ? sourceExcerpt(error.message) : '';
    return { line, problem: `not valid JSON (${reason}); expected ${expected}`, excerpt };
  }
  if (!isObject(value)) return { line, problem: `not an object; expected ${expected}, with at least a title`, excerpt };
  const item = unwrapped(key === undefined || 'id' in value ? value : { id: key, ...value });
  if (isZoteroApiItem(item) && isZoteroApiPart(item)) return undefined;
  const problem = problemOf(item);
  if (problem !== undefined) return { line, problem, excerpt };
  const fields = fieldsOfDialect(item);
  const values = isZoteroApiItem(item) && isObject(item.data) ? item.data : item;
  return { line, values, excerpt, size: text.length, ...(fields && { fields }) };
}

/**
 * The object of the paper, if another one is around it: Elasticsearch puts it below `_source`, Semantic Scholar's
 * citations below `citingPaper`.
 */
function unwrapped(item: Item): Item {
  for (const name of ['_source', 'citingPaper', 'citedPaper']) if (isObject(item[name])) return item[name];
  return item;
}

/** Why an object is no paper: it is in the trash of Zotero, or an error of a server. */
function problemOf(item: Item): string | undefined {
  if (isZoteroApiItem(item)) return problemOfZoteroApiItem(item);
  const names = Object.keys(item);
  const error = [item.error, item.message, item.detail].find((text) => typeof text === 'string');
  const isError =
    typeof error === 'string' && names.length <= 8 && names.every((name) => knownFieldOf(name) !== 'title');
  return isError ? `the server answered with an error: ${sourceExcerpt(error)}` : undefined;
}
