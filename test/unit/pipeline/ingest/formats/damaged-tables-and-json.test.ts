import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, test } from 'vitest';
import { readJson, readJsonLines } from '../../../../../pipeline/ingest/formats/json/json.ts';
import { readDelimited } from '../../../../../pipeline/ingest/formats/tabular/delimited.ts';
import { readParquet } from '../../../../../pipeline/ingest/formats/tabular/parquet.ts';
import { checkReader, formatFixture } from '../../../../fixtures/damaged-bytes.ts';

fc.configureGlobal({ seed: 8017 });

const names = readdirSync(new URL('../../../../golden/formats-in', import.meta.url));
const fixtures = (pattern: RegExp) => names.filter((name) => pattern.test(name)).map(formatFixture);

describe('damaged content never fails or hangs a reader, and chunks may be cut anywhere', () => {
  test('of tables', async () => {
    const tokens = [
      ',',
      ';',
      '\t',
      '|',
      '"',
      '""',
      '\n',
      '\r\n',
      '\r',
      'title',
      'Title,Year\n',
      '\uFEFF',
      '\0',
      'sep=;\n',
    ];
    await checkReader(readDelimited, fixtures(/\.(?:csv|tsv|txt)$/), tokens);
  });

  test('of JSON', async () => {
    const tokens = [
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '\\',
      '\\u00',
      'null',
      'NaN',
      '{"title": "T"}',
      '"id": 1,',
      '\n',
      '\0',
      '-',
    ];
    await checkReader(readJson, fixtures(/\.json$/), tokens);
  });

  test('of JSON Lines', async () => {
    const tokens = ['{', '}', '[', ']', ',', ':', '"', '\\', 'null', 'NaN', '{"title": "T"}\n', '\n', '\r', '\0'];
    await checkReader(readJsonLines, fixtures(/\.jsonl$/), tokens);
  });

  test('of Parquet', async () => {
    await checkReader(readParquet, fixtures(/\.parquet$/), ['PAR1', '\0', '\u0001', '\x7f\x7f\x7f\x7f', '\x15\x00']);
  });
});
