/** Chooses the reader of a content by its format. It imports the readers of all formats, so it is itself loaded lazily. */
import type { IdKind } from '../paper-of-record.ts';
import { readBibtex } from './bibtex.ts';
import type { ColumnOptions } from './columns/known-fields-of-rows.ts';
import type { ContentHead } from './content-head.ts';
import { detectFormat, type SourceFormat } from './detect-format.ts';
import { readJson, readJsonLines } from './json/json.ts';
import { readMedline } from './medline.ts';
import { readRis } from './ris.ts';
import type { RecordReader, SourceProblem, SourceRecord } from './source-record.ts';
import { readDelimited } from './tabular/delimited.ts';
import { readParquet, readParquetAt } from './tabular/parquet.ts';
import { readFeed } from './xml/feed.ts';
import { readOaiPmh } from './xml/oai-pmh.ts';
import { readPubmed } from './xml/pubmed.ts';
import { readZoteroDatabase, readZoteroDatabaseBytes } from './zotero/zotero-database.ts';

/** A content that is open for reading. */
export interface OpenContent extends Pick<ContentHead, 'head' | 'bytes'> {
  /** Its name without the ending of a compression. */
  readonly name: string;
  /** Its path, if it is on disk as it is. */
  readonly path?: string | undefined;
}

/** The records of a content, or why it has none. */
export type OpenedReader =
  | { readonly format: Exclude<SourceFormat, 'daily-papers-page'>; readonly idKind: IdKind; readonly records: Records }
  /** A saved page is no list of records: it is parsed as a whole. */
  | { readonly format: 'daily-papers-page' }
  | { readonly reason: string };

type Records = AsyncGenerator<SourceRecord | SourceProblem>;
type Reader = (content: OpenContent, options: ColumnOptions, signal: AbortSignal | undefined) => Records;

const stream =
  (read: RecordReader): Reader =>
  ({ bytes }) =>
    read(bytes);
const json: Reader = ({ bytes }, options) => readJson(bytes, options);
const jsonLines: Reader = ({ bytes }, options) => readJsonLines(bytes, options);
const delimited: Reader = ({ bytes }, options) => readDelimited(bytes, options);

const READERS: Readonly<Record<Exclude<SourceFormat, 'daily-papers-page'>, readonly [read: Reader, idKind: IdKind]>> = {
  bibtex: [stream(readBibtex), 'citation key'],
  ris: [stream(readRis), 'citation key'],
  medline: [stream(readMedline), 'citation key'],
  'csl-json': [json, 'citation key'],
  csv: [delimited, 'own'],
  tsv: [delimited, 'own'],
  json: [json, 'own'],
  jsonl: [jsonLines, 'own'],
  'arxiv-dump': [json, 'own'],
  openalex: [json, 'own'],
  'semantic-scholar': [json, 'own'],
  'hf-daily-api': [json, 'own'],
  parquet: [
    ({ path, bytes }, options) =>
      path === undefined ? readParquet(bytes, options) : closing(bytes, readParquetAt(path, options)),
    'own',
  ],
  feed: [stream(readFeed), 'source'],
  'oai-pmh': [stream(readOaiPmh), 'source'],
  'pubmed-xml': [stream(readPubmed), 'source'],
  'zotero-json': [json, 'source'],
  'zotero-sqlite': [
    ({ path, bytes }, _, signal) =>
      path === undefined ? readZoteroDatabaseBytes(bytes) : closing(bytes, readZoteroDatabase(path, signal)),
    'source',
  ],
};

/** Recognizes the format of a content, and opens its reader. */
export function openReader(content: OpenContent, options: ColumnOptions, signal?: AbortSignal): OpenedReader {
  const detected = detectFormat(content.head, content.name);
  if ('reason' in detected) return detected;
  const { format } = detected;
  if (format === 'daily-papers-page') return { format };
  const [read, idKind] = READERS[format];
  return { format, idKind, records: read(content, options, signal) };
}

/** Records that are read by path instead of as a stream, which is closed. */
async function* closing(bytes: AsyncIterable<Uint8Array>, records: Records): Records {
  await bytes[Symbol.asyncIterator]().return?.();
  yield* records;
}
