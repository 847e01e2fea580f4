import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { searchModes } from '../../../../pipeline/core/query/ast.ts';
import { mapResponse } from '../../../../server/schemas/map.ts';
import { paperResponse, similarPapersResponse } from '../../../../server/schemas/papers.ts';
import { searchResponse } from '../../../../server/schemas/search.ts';
import { httpGet, queryString } from '../../../fixtures/client.ts';
import { writeJsonl } from '../../../fixtures/corpus.ts';
import { serveCorpus, startSampleServer } from '../../../fixtures/sample-server.ts';
import { tempFolders } from '../../../fixtures/temp-folder.ts';
import { tinyFiles, writeModel } from '../../../fixtures/tiny-model.ts';

const newFolder = tempFolders();
let server: Awaited<ReturnType<typeof startSampleServer>>;

beforeAll(async () => {
  server = await startSampleServer();
});
afterAll(() => server.stop());

async function get<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  const { status, body, text } = await httpGet(`${server.url}${path}`);
  expect(status, text).toBe(200);
  return schema.parse(body);
}

const search = (values: Record<string, string | number>) => get(`/api/search?${queryString(values)}`, searchResponse);

describe.each(searchModes)('highlights in %s mode', (mode) => {
  test('include semantic ones in titles and snippets, which do not overlap the others, except in keyword mode', async () => {
    const { hits } = await search({ q: 'robots learning from people', mode, limit: 100 });
    let [semantic, inTitles] = [0, 0];
    for (const { title, titleHighlights, snippet } of hits) {
      inTitles += titleHighlights.highlights.length;
      for (const { text, ...highlights } of [{ text: title, ...titleHighlights }, snippet]) {
        let end = 0;
        for (const [from, to] of [...highlights.highlights, ...highlights.semanticHighlights].sort(
          (a, b) => a[0] - b[0],
        )) {
          expect(from).toBeGreaterThanOrEqual(end);
          expect(to).toBeGreaterThan(from);
          end = to;
        }
        expect(end).toBeLessThanOrEqual(text.length);
        for (const [from, to] of highlights.semanticHighlights)
          expect(text.slice(from, to)).not.toMatch(/^(robots?|learning|people)$/i);
        semantic += highlights.semanticHighlights.length;
      }
    }
    expect(inTitles).toBeGreaterThan(10);
    if (mode === 'keyword') expect(semantic).toBe(0);
    else expect(semantic).toBeGreaterThan(10);
  });

  test('of a paper are those of the hit', async () => {
    const q = 'robots learning from people';
    let compared = 0;
    for (const { id, snippet } of (await search({ q, mode, limit: 30 })).hits) {
      const path = `/api/papers/${encodeURIComponent(id)}`;
      const { abstract, highlight } = await get(`${path}?${queryString({ q, mode })}`, paperResponse);
      expect(highlight === null).toBe(snippet.highlights.length + snippet.semanticHighlights.length === 0);
      if (highlight === null || snippet.text.includes('…')) continue;
      const [start, end] = highlight.sentence;
      expect(abstract.slice(start, end)).toBe(snippet.text);
      const inSentence = (ranges: [number, number][]) => ranges.map(([from, to]) => [from - start, to - start]);
      expect(inSentence(highlight.highlights)).toEqual(snippet.highlights);
      expect(inSentence(highlight.semanticHighlights)).toEqual(snippet.semanticHighlights);
      compared++;
    }
    expect(compared).toBeGreaterThan(10);
  });
});

test.each([
  ['without a query', {}],
  ['for an empty query', { q: '  ' }],
  ['for one with filters only', { q: 'since:2020' }],
  ['for words that it does not contain', { q: 'qwzzx' }],
  ['for an invalid one', { q: 'since:yesterday' }],
  ['for one with an unknown paper', { q: 'like:nothing' }],
])('a paper has no highlight %s', async (_, parameters) => {
  const { ids } = await get('/api/map', mapResponse);
  const { id, highlight } = await get(
    `/api/papers/${encodeURIComponent(ids[7])}?${queryString(parameters)}`,
    paperResponse,
  );
  expect({ id, highlight }).toEqual({ id: ids[7], highlight: null });
});

test('a paper that is like another has highlights of what they share', async () => {
  const { ids } = await get('/api/map', mapResponse);
  const { hits } = await get(`/api/papers/${encodeURIComponent(ids[3])}/similar`, similarPapersResponse);
  const parameters = queryString({ q: `like:${ids[3]}` });
  const { highlight } = await get(`/api/papers/${encodeURIComponent(hits[0].id)}?${parameters}`, paperResponse);
  expect(highlight?.highlights.length).toBeGreaterThan(0);
});

test('a model without readable token vectors gives no semantic highlights', async () => {
  const subjects = ['robots', 'agents', 'language models', 'graph models', 'deep policies', 'touch'];
  const predicates = ['learn to push objects', 'plan with language', 'grasp with touch', 'learn by objects'];
  const papers = subjects.flatMap((subject) =>
    predicates.map((predicate) => ({
      id: `${subject} ${predicate}`,
      title: subject,
      abstract: `A word. The ${subject} ${predicate}. The end.`,
    })),
  );
  const model = writeModel(join(newFolder(), 'tiny'), tinyFiles());
  const source = writeJsonl(join(newFolder(), 'papers.jsonl'), papers);
  const other = await serveCorpus([source], { model, epochs: 5, neighbors: 4 });
  try {
    const { body } = await httpGet(`${other.url}/api/search?${queryString({ q: 'robots plan', mode: 'semantic' })}`);
    const { hits } = searchResponse.parse(body);
    const hit = hits.find(({ id }) => id === 'robots plan with language');
    expect(hit?.snippet).toEqual({
      text: 'The robots plan with language.',
      highlights: [
        [4, 10],
        [11, 15],
      ],
      semanticHighlights: [],
    });
    expect(
      hits.flatMap(({ titleHighlights, snippet }) => [
        ...titleHighlights.semanticHighlights,
        ...snippet.semanticHighlights,
      ]),
    ).toEqual([]);
  } finally {
    await other.stop();
  }
});
