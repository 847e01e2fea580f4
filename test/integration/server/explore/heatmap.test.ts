import { afterAll, beforeAll, expect, test } from 'vitest';
import { searchModes } from '../../../../pipeline/core/query/ast.ts';
import { type HeatmapResponse, heatmapResponse, mapResponse } from '../../../../server/schemas/map.ts';
import { searchResponse } from '../../../../server/schemas/search.ts';
import { httpGet, queryString } from '../../../fixtures/client.ts';
import { startSampleServer } from '../../../fixtures/sample-server.ts';

let server: Awaited<ReturnType<typeof startSampleServer>>;

beforeAll(async () => {
  server = await startSampleServer();
});
afterAll(() => server.stop());

async function heatmapOf(q: string, mode = 'hybrid'): Promise<HeatmapResponse> {
  const { status, body, text } = await httpGet(`${server.url}/api/heatmap?${queryString({ q, mode })}`);
  expect(status, text).toBe(200);
  const response = heatmapResponse.parse(body);
  expect(body).toEqual(response);
  return response;
}

/** One byte per cell. */
const valuesOf = ({ values }: HeatmapResponse) => Array.from(Buffer.from(values, 'base64'));
/** The value of the cell at a position. */
const valueAt = (heatmap: HeatmapResponse, { x, y }: { x: number; y: number }) => {
  const cellIndex = (value: number, from: number, cells: number) =>
    Math.min(cells - 1, Math.floor((value - from) / heatmap.cellSize));
  const { columns, rows, bounds } = heatmap;
  return valuesOf(heatmap)[cellIndex(y, bounds.y0, rows) * columns + cellIndex(x, bounds.x0, columns)];
};

test('a heatmap covers the map, with a value wherever there is a paper', async () => {
  const { ids, x, y } = mapResponse.parse((await httpGet(`${server.url}/api/map`)).body);
  const heatmap = await heatmapOf('robots that learn to grasp');
  expect(heatmap.bounds).toEqual({ x0: Math.min(...x), y0: Math.min(...y), x1: Math.max(...x), y1: Math.max(...y) });
  expect(valuesOf(heatmap)).toHaveLength(heatmap.columns * heatmap.rows);
  expect(Math.max(heatmap.columns, heatmap.rows)).toBe(96);
  for (const row of ids.keys()) expect(valueAt(heatmap, { x: x[row], y: y[row] })).toBeGreaterThan(0);
  expect(valuesOf(heatmap).filter((value) => value === 0).length).toBeGreaterThan(100);
});

test.each(searchModes)('values are higher at the hits than elsewhere, in %s mode', async (mode) => {
  const q = 'robot manipulation';
  const heatmap = await heatmapOf(q, mode);
  const { body } = await httpGet(`${server.url}/api/search?${queryString({ q, mode, limit: 5 })}`);
  const atHits = searchResponse.parse(body).hits.map((hit) => valueAt(heatmap, hit));
  const all = valuesOf(heatmap).filter((value) => value > 0);
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  expect(mean(atHits)).toBeGreaterThan(3 * mean(all));
});

test('a query of filters only has high values where papers pass, and nowhere else', async () => {
  const heatmap = await heatmapOf('topic:none');
  const { x, y, topic } = mapResponse.parse((await httpGet(`${server.url}/api/map`)).body);
  const outliers = topic.flatMap((id, row) => (id === -1 ? [valueAt(heatmap, { x: x[row], y: y[row] })] : []));
  for (const value of outliers) expect(value).toBeGreaterThan(1);
  expect((await heatmapOf('comments>=0 comments<0')).values).toBe((await heatmapOf('until:1900')).values);
  expect(new Set(valuesOf(await heatmapOf('until:1900')))).toEqual(new Set([0, 1]));
});

test('a query within a region has high values there and nowhere else', async () => {
  const { x, y } = mapResponse.parse((await httpGet(`${server.url}/api/map`)).body);
  const far = (value: number, from: number) => value < from - 2;
  const heatmap = await heatmapOf('robots within:r:0,-99,99,99');
  const hot = [...x.keys()].filter((row) => valueAt(heatmap, { x: x[row], y: y[row] }) > 1);
  expect(hot.length).toBeGreaterThan(20);
  expect(hot.filter((row) => far(x[row], 0))).toEqual([]);
  const unrestricted = await heatmapOf('robots');
  expect(
    [...x.keys()].filter((row) => far(x[row], 0) && valueAt(unrestricted, { x: x[row], y: y[row] }) > 1),
  ).not.toEqual([]);
});

test('if no paper is about the query, the status is no_match and all values are the lowest', async () => {
  const heatmap = await heatmapOf('how to grow tomatoes on a balcony');
  expect(heatmap.status).toBe('no_match');
  expect(new Set(valuesOf(heatmap))).toEqual(new Set([0, 1]));
});

test('a heatmap that the client has gets a 304, another query another entity tag', async () => {
  const url = (q: string) => `${server.url}/api/heatmap?${queryString({ q })}`;
  const tag = (await httpGet(url('robots'))).headers.get('etag')?.replace(/^W\//, '') ?? '';
  expect((await httpGet(url('robots'), { 'if-none-match': tag })).status).toBe(304);
  expect((await httpGet(url('proteins'), { 'if-none-match': tag })).status).toBe(200);
});

test.each(['', '?q=', '?q=%20', '?q=a&mode=psychic', '?q=like:nobody', '?q=topic:nosuchtopic'])(
  '/api/heatmap%s gets an error',
  async (query) => {
    expect([400, 404]).toContain((await httpGet(`${server.url}/api/heatmap${query}`)).status);
  },
);
