import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { tableFromIPC } from '@uwdata/flechette';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silentEffects } from '../../../pipeline/cli/terminal.ts';
import { startServer } from '../../../server/app.ts';
import { type MapResponse, mapResponse } from '../../../server/schemas/map.ts';
import { paperResponse } from '../../../server/schemas/papers.ts';
import { type TopicsResponse, topicsResponse } from '../../../server/schemas/topics.ts';
import { callMain } from '../../fixtures/call-main.ts';
import { httpGet } from '../../fixtures/client.ts';
import { copySampleBuild, temporaryFolder } from '../../fixtures/sample-server.ts';

const folder = temporaryFolder();
let url = '';
let stop: () => Promise<void>;
let map: MapResponse;
let served: TopicsResponse;

beforeAll(async () => {
  await copySampleBuild(folder.path, { minTopicSize: 3 });
  const server = await startServer({ dataDir: folder.path, host: '127.0.0.1', port: 0 }, silentEffects());
  [url, stop] = [server.url, server.close];
  map = mapResponse.parse((await httpGet(`${url}/api/map`)).body);
  served = topicsResponse.parse((await httpGet(`${url}/api/topics`)).body);
}, 60_000);
afterAll(async () => {
  await stop();
  folder.remove();
});

const call = (name: string, ...words: string[]) => callMain([name, '--data-dir', folder.path, ...words]);

async function outputOf(name: string, ...words: string[]): Promise<string> {
  const { code, out, err } = await call(name, ...words);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return out;
}

/** The rows of a CSV without line breaks in its texts, as objects with the names of the first line. */
function rowsOf(csv: string): Record<string, string>[] {
  const lines = csv.split('\r\n');
  expect(lines.pop()).toBe('');
  const cells = lines.map((line) =>
    [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,"]*))/g)].map(([, quoted, bare]) =>
      quoted === undefined ? bare : quoted.replaceAll('""', '"'),
    ),
  );
  const [names, ...rows] = cells;
  for (const row of rows) expect(row).toHaveLength(names.length);
  return rows.map((row) => Object.fromEntries(row.map((cell, i) => [names[i], cell])));
}

const numberOf = (cell: string) => (cell === '' ? null : Number(cell));

describe('paperfield topics', () => {
  test('prints the tree: each topic indented below its parent, with its size and a representative paper', async () => {
    const [head, ...lines] = (await outputOf('topics')).trimEnd().split('\n');
    expect(head).toContain(`${served.topics.length} topics at level ${served.chosenLevel} of ${served.levels.length}`);
    expect(head).toContain(`${served.outliers} papers without a topic`);
    expect(lines).toHaveLength(served.tree.length);
    const depthOf = new Map<number | null, number>([[null, -1]]);
    for (const [i, { id, parent, name, size }] of served.tree.entries()) {
      const depth = (depthOf.get(parent) ?? Number.NaN) + 1;
      depthOf.set(id, depth);
      expect(lines[i].startsWith(`${'  '.repeat(depth)}${id}  ${name} (${size} papers`)).toBe(true);
    }
    for (const { id, growth, representativePapers: representative } of served.topics) {
      const line = lines.find((one) => one.trimStart().startsWith(`${id}  `)) ?? '';
      expect(line.endsWith(`: ${representative[0].title}`)).toBe(true);
      expect(line.includes('×')).toBe(growth !== null);
    }
  });

  test('leaves out topics below the selected ones', async () => {
    const coarse = (await outputOf('topics', '--level', '0')).trimEnd().split('\n').slice(1);
    const { topics } = topicsResponse.parse((await httpGet(`${url}/api/topics?level=0`)).body);
    expect(coarse.map((line) => Number.parseInt(line, 10))).toEqual(topics.map(({ id }) => id));
    const { topics: seven } = topicsResponse.parse((await httpGet(`${url}/api/topics?count=7`)).body);
    const ids = rowsOf(await outputOf('topics', '--count', '7', '--format', 'csv')).map(({ id }) => Number(id));
    const above = new Set(seven.map(({ id }) => id));
    for (const { id, parent } of [...served.tree].reverse()) if (above.has(id) && parent !== null) above.add(parent);
    expect(ids).toEqual(served.tree.map(({ id }) => id).filter((id) => above.has(id)));
  });

  test.each([[], ['--level', '0'], ['--count', '9'], ['--resolution', '0.8']])(
    'prints the API response as JSON, with %s %s',
    async (...words) => {
      const [flag = '', value = ''] = words;
      const query = flag === '' ? '' : `?${flag.slice(2)}=${value}`;
      const { body } = await httpGet(`${url}/api/topics${query}`);
      expect(JSON.parse(await outputOf('topics', '--json', ...words))).toEqual(body);
      expect(JSON.parse(await outputOf('topics', '--format', 'json', ...words))).toEqual(body);
    },
  );

  test('exports every topic of the tree, with the same values as CSV and as Arrow', async () => {
    const out = join(folder.path, 'topics.arrow');
    expect(await outputOf('topics', '--format', 'arrow', '--out', out)).toBe(`${out}: ${served.tree.length} topics\n`);
    const arrow = tableFromIPC(readFileSync(out)).toArray() as Record<string, unknown>[];
    const csv = rowsOf(await outputOf('topics', '--format', 'csv'));
    expect(csv).toHaveLength(served.tree.length);
    expect(arrow).toHaveLength(served.tree.length);
    for (const [i, { id, parent, level, name, size, splitResolution }] of served.tree.entries()) {
      expect(arrow[i]).toMatchObject({ id, parent, level, name, size, splitResolution });
      for (const [column, value] of Object.entries(arrow[i])) {
        const cell = csv[i][column];
        expect(typeof value === 'string' ? cell : numberOf(cell)).toBe(value);
      }
    }
    for (const { id, x, y, bounds, growth, keywords, representativePapers: representative } of served.topics) {
      expect(arrow.find((row) => row.id === id)).toMatchObject({
        x,
        y,
        ...bounds,
        growth,
        keywords: keywords.map(({ text }) => text).join('; '),
        representativeId: representative[0].id,
        representativeTitle: representative[0].title,
      });
    }
  });
});

describe('paperfield map', () => {
  test('exports every paper in each format, with the values of the API', async () => {
    const names = new Map(served.tree.map(({ id, name }) => [id, name]));
    const out = join(folder.path, 'map.arrow');
    await outputOf('map', '--format', 'arrow', '--out', out);
    const arrow = tableFromIPC(readFileSync(out)).toArray() as Record<string, unknown>[];
    const json: unknown = JSON.parse(await outputOf('map', '--format', 'json'));
    const csv = rowsOf(await outputOf('map'));
    expect(arrow).toHaveLength(map.ids.length);
    const orNull = (id: number) => (id === -1 ? null : id);
    const nameOf = (id: number) => names.get(id) ?? null;
    for (const [row, id] of map.ids.entries()) {
      const { title, date } = paperResponse.parse((await httpGet(`${url}/api/papers/${id}`)).body);
      const [topic, leaf, nearest] = [map.topic[row], map.leafTopic[row], map.nearestTopic[row]];
      const expected = {
        ...{ id, title, date, x: map.x[row], y: map.y[row] },
        ...{ topic: orNull(topic), topicName: nameOf(topic) },
        ...{ leafTopic: orNull(leaf), leafTopicName: nameOf(leaf) },
        ...{ nearestTopic: orNull(nearest), nearestTopicName: nameOf(nearest) },
      };
      expect(arrow[row]).toEqual({ ...expected, neighborRecall: Math.fround(map.neighborRecall[row]) });
      expect((json as unknown[])[row]).toEqual({ ...expected, neighborRecall: map.neighborRecall[row] });
      for (const [column, value] of Object.entries({ ...expected, neighborRecall: map.neighborRecall[row] })) {
        const cell = csv[row][column];
        expect(typeof value === 'string' ? cell : numberOf(cell)).toBe(value);
      }
    }
  });

  test('exports the topics of the selected level', async () => {
    for (const level of [0, 2]) {
      const { topics, outliers } = topicsResponse.parse((await httpGet(`${url}/api/topics?level=${level}`)).body);
      const rows = rowsOf(await outputOf('map', '--level', String(level)));
      expect(rows.filter(({ topic }) => topic === '')).toHaveLength(outliers);
      for (const { id, name, size } of topics) {
        const own = rows.filter(({ topic }) => topic === String(id));
        expect(own).toHaveLength(size);
        expect(new Set(own.map(({ topicName }) => topicName))).toEqual(new Set([name]));
      }
    }
  });
});

test('an output file replaces the previous one atomically and leaves no temporary file', async () => {
  const out = join(folder.path, 'out', 'map.csv');
  await outputOf('map', '--out', out);
  const whole = readFileSync(out, 'utf8');
  writeFileSync(out, 'previous');
  await outputOf('map', '--out', out);
  expect(readFileSync(out, 'utf8')).toBe(whole);
  expect(whole).toBe(await outputOf('map'));
  expect(readdirSync(join(folder.path, 'out'))).toEqual(['map.csv']);
});

test('bytes are written to a pipe unchanged, and not to a terminal', async () => {
  const program = join(import.meta.dirname, '..', '..', '..', 'pipeline', 'paperfield.mjs');
  const args = [program, 'map', '--format', 'arrow', '--data-dir', folder.path];
  const { stdout } = await promisify(execFile)(process.execPath, args, { encoding: 'buffer', maxBuffer: 1e8 });
  expect(tableFromIPC(stdout).numRows).toBe(map.ids.length);
  const { isTTY } = process.stdout;
  process.stdout.isTTY = true;
  try {
    for (const name of ['map', 'topics']) {
      const { code, out, err } = await call(name, '--format', 'arrow');
      expect({ code, out }).toEqual({ code: 2, out: '' });
      expect(err).toContain('give --out FILE');
    }
    expect((await call('map')).code).toBe(0);
  } finally {
    process.stdout.isTTY = isTTY;
  }
});

test.each([
  ['topics', ['--format', 'pdf'], 'text, json, csv, arrow'],
  ['map', ['--format', 'text'], 'csv, json, arrow'],
  ['topics', ['--level', 'x'], 'level'],
  ['topics', ['--level', '9'], 'expected 0–2'],
  ['map', ['--count', '0'], 'count'],
  ['map', ['--count', '3', '--level', '1'], 'one of them'],
  ['topics', ['--json', '--format', 'csv'], '--format'],
  ['map', ['--out', ''], '--out'],
  ['map', ['more'], "unexpected argument 'more'"],
])('%s %j exits with 2 and says why', async (name, words, message) => {
  const { code, out, err } = await call(name, ...words);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain(message);
  expect(err).not.toMatch(/internal error|\n\s+at /);
});

test.each(['topics', 'map'])('%s of a folder without a snapshot exits with 4', async (name) => {
  const { code, err } = await callMain([name, '--data-dir', join(folder.path, 'none')]);
  expect(code).toBe(4);
  expect(err).toContain('no snapshot');
});
