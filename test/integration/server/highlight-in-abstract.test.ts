import { searchModes } from '../../../pipeline/core/query/ast.ts';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { mapResponse } from '../../../server/schemas/map.ts';
import { paperResponse, similarResponse } from '../../../server/schemas/papers.ts';
import { searchResponse } from '../../../server/schemas/search.ts';
import { httpGet, queryString } from '../../fixtures/client.ts';
import { writeJsonl } from '../../fixtures/corpus.ts';
import { serveCorpus, startSampleServer } from '../../fixtures/sample-server.ts';
import { tempFolders } from '../../fixtures/temp-folder.ts';
import { tinyFiles, writeModel } from '../../fixtures/tiny-model.ts';

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

describe.each(searchModes)('why a hit of a search in %s mode is one', (mode) => {
  test('marks words near in meaning too, in titles and snippets, apart from the others; by words alone none', async () => {
    const { hits } = await search({ q: 'robots learning from people', mode, limit: 100 });
    let [near, inTitles] = [0, 0];
    for (const { title, titleHighlights, snippet } of hits) {
      inTitles += titleHighlights.highlights.length;
      for (const { text, ...marked } of [{ text: title, ...titleHighlights }, snippet]) {
        let end = 0;
        for (const [from, to] of [...marked.highlights, ...marked.semanticHighlights].sort((a, b) => a[0] - b[0])) {
          expect(from).toBeGreaterThanOrEqual(end);
          expect(to).toBeGreaterThan(from);
          end = to;
        }
        expect(end).toBeLessThanOrEqual(text.length);
        for (const [from, to] of marked.semanticHighlights)
          expect(text.slice(from, to)).not.toMatch(/^(robots?|learning|people)$/i);
        near += marked.semanticHighlights.length;
      }
    }
    expect(inTitles).toBeGreaterThan(10);
    if (mode === 'keyword') expect(near).toBe(0);
    else expect(near).toBeGreaterThan(10);
  });

  test('explains a paper as it explains the hit', async () => {
    const q = 'robots learning from people';
    let explained = 0;
    for (const { id, snippet } of (await search({ q, mode, limit: 30 })).hits) {
      const path = `/api/papers/${encodeURIComponent(id)}`;
      const { abstract, highlight: why } = await get(`${path}?${queryString({ q, mode })}`, paperResponse);
      expect(why === null).toBe(snippet.highlights.length + snippet.semanticHighlights.length === 0);
      if (why === null || snippet.text.includes('…')) continue;
      const [start, end] = why.sentence;
      expect(abstract.slice(start, end)).toBe(snippet.text);
      const inSentence = (ranges: [number, number][]) => ranges.map(([from, to]) => [from - start, to - start]);
      expect(inSentence(why.highlights)).toEqual(snippet.highlights);
      expect(inSentence(why.semanticHighlights)).toEqual(snippet.semanticHighlights);
      explained++;
    }
    expect(explained).toBeGreaterThan(10);
  });
});

test.each([
  ['without a query', {}],
  ['for an empty query', { q: '  ' }],
  ['for one that only filters', { q: 'since:2020' }],
  ['for words that have nothing to do with it', { q: 'qwzzx' }],
  ['for one that cannot be read', { q: 'since:yesterday' }],
  ['for one that names a paper that is not here', { q: 'like:nothing' }],
])('a paper is told without an explanation %s', async (_, asked) => {
  const { ids } = await get('/api/map', mapResponse);
  const { id, highlight: why } = await get(`/api/papers/${encodeURIComponent(ids[7])}?${queryString(asked)}`, paperResponse);
  expect({ id, why }).toEqual({ id: ids[7], why: null });
});

test('a paper like another is explained by what they share', async () => {
  const { ids } = await get('/api/map', mapResponse);
  const { hits } = await get(`/api/papers/${encodeURIComponent(ids[3])}/similar`, similarResponse);
  const asked = queryString({ q: `like:${ids[3]}` });
  const { highlight: why } = await get(`/api/papers/${encodeURIComponent(hits[0].id)}?${asked}`, paperResponse);
  expect(why?.highlights.length).toBeGreaterThan(0);
});

test('with a model of which words cannot be asked, only words are marked', async () => {
  const subjects = ['robots', 'agents', 'language models', 'graph models', 'deep policies', 'touch'];
  const deeds = ['learn to push objects', 'plan with language', 'grasp with touch', 'learn by objects'];
  const papers = subjects.flatMap((subject) =>
    deeds.map((deed) => ({
      id: `${subject} ${deed}`,
      title: subject,
      abstract: `A word. The ${subject} ${deed}. The end.`,
    })),
  );
  const model = writeModel(join(newFolder(), 'tiny'), tinyFiles());
  const source = writeJsonl(join(newFolder(), 'papers.jsonl'), papers);
  const other = await serveCorpus([source], { model, epochs: 5, neighbors: 4 });
  try {
    const { body } = await httpGet(`${other.url}/api/search?${queryString({ q: 'robots plan', mode: 'semantic' })}`);
    const { hits } = searchResponse.parse(body);
    const found = hits.find(({ id }) => id === 'robots plan with language');
    expect(found?.snippet).toEqual({
      text: 'The robots plan with language.',
      marks: [
        [4, 10],
        [11, 15],
      ],
      near: [],
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
