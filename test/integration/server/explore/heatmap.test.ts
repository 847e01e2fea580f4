import { searchModes } from '../../../../pipeline/core/query/ast.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HeatmapResponse, heatmapResponse, mapResponse } from '../../../../server/schemas/map.ts';
import { searchResponse } from '../../../../server/schemas/search.ts';
import { httpGet, queryString } from '../../../fixtures/client.ts';
import { startSampleServer } from '../../../fixtures/sample-server.ts';

let server: Awaited<ReturnType<typeof startSampleServer>>;

beforeAll(async () => {
  server = await startSampleServer();
});
afterAll(() => server.stop());

async function fieldOf(q: string, mode = 'hybrid'): Promise<HeatmapResponse> {
  const { status, body, text } = await httpGet(`${server.url}/api/heatmap?${queryString({ q, mode })}`);
  expect(status, text).toBe(200);
  const answer = heatmapResponse.parse(body);
  expect(body).toEqual(answer);
  return answer;
}

/** A byte a cell. */
const valuesOf = ({ values }: HeatmapResponse) => Array.from(Buffer.from(values, 'base64'));
const at = (field: HeatmapResponse, { x, y }: { x: number; y: number }) => {
  const along = (value: number, from: number, cells: number) =>
    Math.min(cells - 1, Math.floor((value - from) / field.cellSize));
  const { columns, rows, bounds } = field;
  return valuesOf(field)[along(y, bounds.y0, rows) * columns + along(x, bounds.x0, columns)];
};

test('a field covers the map, with a value wherever a paper is', async () => {
  const { ids, x, y } = mapResponse.parse((await httpGet(`${server.url}/api/map`)).body);
  const field = await fieldOf('robots that learn to grasp');
  expect(field.bounds).toEqual({ x0: Math.min(...x), y0: Math.min(...y), x1: Math.max(...x), y1: Math.max(...y) });
  expect(valuesOf(field)).toHaveLength(field.columns * field.rows);
  expect(Math.max(field.columns, field.rows)).toBe(96);
  for (const row of ids.keys()) expect(at(field, { x: x[row], y: y[row] })).toBeGreaterThan(0);
  expect(valuesOf(field).filter((value) => value === 0).length).toBeGreaterThan(100);
});

test.each(searchModes)('it is warmer where the hits are than elsewhere, in %s mode', async (mode) => {
  const q = 'robot manipulation';
  const field = await fieldOf(q, mode);
  const { body } = await httpGet(`${server.url}/api/search?${queryString({ q, mode, limit: 5 })}`);
  const byHits = searchResponse.parse(body).hits.map((hit) => at(field, hit));
  const all = valuesOf(field).filter((value) => value > 0);
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  expect(mean(byHits)).toBeGreaterThan(3 * mean(all));
});

test('filters alone warm the places of what they let through, and nothing else', async () => {
  const field = await fieldOf('topic:none');
  const { x, y, topic } = mapResponse.parse((await httpGet(`${server.url}/api/map`)).body);
  const inNone = topic.flatMap((one, row) => (one === -1 ? [at(field, { x: x[row], y: y[row] })] : []));
  for (const value of inNone) expect(value).toBeGreaterThan(1);
  expect((await fieldOf('comments>=0 comments<0')).values).toBe((await fieldOf('until:1900')).values);
  expect(new Set(valuesOf(await fieldOf('until:1900')))).toEqual(new Set([0, 1]));
});

test('a part of the map is warm within it and nowhere else', async () => {
  const { x, y } = mapResponse.parse((await httpGet(`${server.url}/api/map`)).body);
  const far = (value: number, from: number) => value < from - 2;
  const field = await fieldOf('robots within:r:0,-99,99,99');
  const warm = [...x.keys()].filter((row) => at(field, { x: x[row], y: y[row] }) > 1);
  expect(warm.length).toBeGreaterThan(20);
  expect(warm.filter((row) => far(x[row], 0))).toEqual([]);
  const everywhere = await fieldOf('robots');
  expect([...x.keys()].filter((row) => far(x[row], 0) && at(everywhere, { x: x[row], y: y[row] }) > 1)).not.toEqual([]);
});

test('where nothing here is about the question it says so, and no place is warm', async () => {
  const field = await fieldOf('how to grow tomatoes on a balcony');
  expect(field.status).toBe('no_match');
  expect(new Set(valuesOf(field))).toEqual(new Set([0, 1]));
});

test('a field is not sent again to who holds it, and another question has another tag', async () => {
  const url = (q: string) => `${server.url}/api/heatmap?${queryString({ q })}`;
  const tag = (await httpGet(url('robots'))).headers.get('etag')?.replace(/^W\//, '') ?? '';
  expect((await httpGet(url('robots'), { 'if-none-match': tag })).status).toBe(304);
  expect((await httpGet(url('proteins'), { 'if-none-match': tag })).status).toBe(200);
});

test.each(['', '?q=', '?q=%20', '?q=a&mode=psychic', '?q=like:nobody', '?q=topic:nosuchtopic'])(
  '/api/heatmap%s is told what does not fit',
  async (query) => {
    expect([400, 404]).toContain((await httpGet(`${server.url}/api/heatmap${query}`)).status);
  },
);
