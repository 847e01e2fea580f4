import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { ColumnGuess } from '../../../../../pipeline/ingest/formats/columns/guess-columns.ts';
import { readJson } from '../../../../../pipeline/ingest/formats/json/json.ts';
import { readDelimited } from '../../../../../pipeline/ingest/formats/tabular/delimited.ts';
import { readParquet } from '../../../../../pipeline/ingest/formats/tabular/parquet.ts';
import { collect, formatFixture, inChunks } from '../../../../fixtures/damaged-bytes.ts';

const folder = new URL('../../../../golden/formats-out/', import.meta.url);
const names = readdirSync(folder)
  .map((name) => name.replace(/\.json$/, ''))
  .filter((name) => /(?<!\.csl)\.(?:csv|tsv|txt|json|jsonl|parquet)$/.test(name));
const readerOf = (name: string) =>
  name.endsWith('.parquet') ? readParquet : /\.jsonl?$/.test(name) ? readJson : readDelimited;

describe('the records, problems and guessed columns of every fixture are the expected ones', () => {
  test('there are fixtures', () => expect(names.length).toBeGreaterThan(30));

  test.each(names)('%s', async (name) => {
    let columns: ColumnGuess['columns'] | undefined;
    const onColumns = (guess: ColumnGuess) => {
      columns = guess.columns;
    };
    const parts = await collect(readerOf(name)(inChunks(formatFixture(name)), { onColumns }));
    const expected: unknown = JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'));
    expect({ ...(columns && { columns }), parts }).toEqual(expected);
  });
});
