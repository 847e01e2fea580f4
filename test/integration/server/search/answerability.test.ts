import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { queryStopWords } from '../../../../pipeline/core/stop-words.ts';
import type { PaperResponse } from '../../../../server/schemas/papers.ts';
import { type SearchResponse, searchResponse } from '../../../../server/schemas/search.ts';
import { fetchAllPapers, httpGet, queryString } from '../../../fixtures/client.ts';
import { rankingQueries } from '../../../fixtures/ranking-queries.ts';
import { startSampleServer } from '../../../fixtures/sample-server.ts';

const offTopic = readFileSync(join(import.meta.dirname, '..', '..', '..', 'fixtures', 'off-topic.txt'), 'utf8')
  .trim()
  .split('\n');
const calibratedModes = ['hybrid', 'semantic'] as const;

let server: Awaited<ReturnType<typeof startSampleServer>>;
let papers: PaperResponse[];

beforeAll(async () => {
  server = await startSampleServer();
  papers = await fetchAllPapers(server.url);
});
afterAll(() => server.stop());

async function search(q: string, more: Record<string, string | number> = {}): Promise<SearchResponse> {
  const { status, body, text } = await httpGet(`${server.url}/api/search?${queryString({ q, ...more })}`);
  expect(status, text).toBe(200);
  return searchResponse.parse(body);
}

/** The queries whose status is another one. */
async function withoutStatus(
  status: SearchResponse['status'],
  queries: readonly string[],
  mode: string,
): Promise<string[]> {
  const responses = await Promise.all(queries.map((q) => search(q, { mode, limit: 3 })));
  return queries.filter((_, i) => responses[i].status !== status);
}

describe.each(calibratedModes)('in %s mode', (mode) => {
  test.each([
    ['letters that are not words', 'qwerty zxcv'],
    ['a query about cooking', 'crispy roast potatoes in goose fat'],
    ['a query about gardens', 'when do hedgehogs wake up from hibernation'],
    ['a query about sports', 'who won the tennis final at wimbledon'],
  ])('%s is not answered, but the ten nearest papers are listed', async (_, q) => {
    const { status, total, hits, nearMisses } = await search(q, { mode });
    expect(['uncertain', 'no_match']).toContain(status);
    const [listed, empty] = status === 'uncertain' ? [hits, nearMisses] : [nearMisses, hits];
    expect(empty).toEqual([]);
    expect(total).toBe(hits.length);
    expect(new Set(listed.map(({ id }) => id)).size).toBe(10);
    for (const { percentile } of listed) expect(percentile).toBeLessThan(0.98);
  });

  test('a query with a word that stands in a title, or twice in an abstract, always has hits', async () => {
    const isAbout = (word: string) => {
      const pattern = new RegExp(`(?<![\\w-])${word}(?![\\w-])`, 'gi');
      return papers.some(({ title, abstract }) => pattern.test(title) || (abstract.match(pattern)?.length ?? 0) > 1);
    };
    const contentWords = (q: string) =>
      (q.match(/[a-z]{3,}/gi) ?? []).filter((word) => !queryStopWords.has(word.toLowerCase()));
    const withWord = offTopic.filter((q) => contentWords(q).some(isAbout));
    expect(withWord.length).toBeGreaterThan(30);
    const responses = await Promise.all(withWord.map((q) => search(q, { mode, limit: 20 })));
    // 'without giving a reason' leaves the word out.
    const isAsTyped = (i: number) => responses[i].interpretations.length === 0;
    expect(withWord.filter((_, i) => isAsTyped(i) && responses[i].hits.length < 10)).toEqual([]);
  });

  test('letters that neither papers nor the model know have an unknown language', async () => {
    expect(await search('𐤀𐤁𐤂', { mode })).toMatchObject({ status: 'unknown_language', total: 0, hits: [] });
  });

  test.each([
    ['Chinese', '机器人抓取的强化学习'],
    ['Russian', 'обучение с подкреплением для роботов'],
    ['Arabic', 'التعلم المعزز للروبوتات'],
    ['Greek', 'ενισχυτική μάθηση για ρομπότ'],
    ['Hindi, with combining marks', 'रोबोट के लिए सुदृढीकरण सीखना'],
  ])('a query in %s has an unknown language', async (_, q) => {
    expect(await search(q, { mode })).toMatchObject({ status: 'unknown_language', total: 0, hits: [] });
    expect((await search(`${q} robot`, { mode })).status).not.toBe('no_match');
    expect((await search(q, { mode: 'keyword' })).status).toBe('no_match');
  });

  test.each([
    ['German', 'Roboter lernen Gegenstände zu greifen'],
    ['French', 'apprentissage par renforcement profond'],
    ['Spanish', 'aprendizaje por refuerzo para robots'],
  ])('a query in %s has an unknown language, and the nearest papers all the same', async (_, q) => {
    const response = await search(q, { mode });
    expect(response).toMatchObject({ status: 'unknown_language', total: 0, hits: [] });
    expect(response.nearMisses).toHaveLength(10);
    expect((await search(`${q} match:literal`, { mode })).status).not.toBe('unknown_language');
  });

  test('a long run of letters in an English query does not make its language unknown', async () => {
    const q = `robots that learn to grasp cups ${'withoutanyspace'.repeat(20)}`;
    expect((await search(q, { mode })).status).toBe('answered');
  });

  test('at least 95 % of two hundred off-topic queries are not answered', async () => {
    expect(offTopic).toHaveLength(200);
    const others = new Set(await withoutStatus('answered', offTopic, mode));
    const answered = offTopic.filter((q) => !others.has(q));
    expect(answered.length, answered.join('\n')).toBeLessThanOrEqual(10);
  });

  test('no English text has an unknown language: off-topic queries, titles, abstracts', async () => {
    const texts = [
      ...offTopic,
      ...papers.flatMap(({ title, abstract }, i) => (i % 8 ? [] : [title, abstract.slice(0, 300)])),
    ];
    const responses = await Promise.all(texts.map((q) => search(q, { mode, limit: 1 })));
    expect(texts.filter((_, i) => responses[i].status === 'unknown_language')).toEqual([]);
  });

  test('every title of a paper is answered', async () => {
    const titles = papers.map(({ title }) => title);
    expect(await withoutStatus('answered', titles, mode)).toEqual([]);
  });

  test('a sentence of every abstract is answered', async () => {
    const sentences = papers.flatMap(({ abstract }) => abstract.split(/(?<=[.!?])\s+/).slice(1, 2));
    expect(sentences.length).toBeGreaterThan(300);
    expect(await withoutStatus('answered', sentences, mode)).toEqual([]);
  });

  test('questions that a paper answers are answered', async () => {
    const queries = rankingQueries.map(({ query }) => query);
    expect(await withoutStatus('answered', queries, mode)).toEqual([]);
  });

  test('all hits but the first ten have a percentile of at least 0.5', async () => {
    const { status, nearMisses, hits } = await search('robots that learn to push and grasp objects', {
      mode,
      limit: 200,
    });
    expect({ status, nearMisses }).toEqual({ status: 'answered', nearMisses: [] });
    expect(hits[0].percentile).toBeGreaterThan(0.95);
    expect(hits.length).toBeGreaterThan(20);
    expect(hits.length).toBeLessThan(papers.length);
    for (const { percentile } of hits.slice(10)) expect(percentile).toBeGreaterThanOrEqual(0.5);
  });

  test('not: with any paper does not make an off-topic query answered', async () => {
    for (const { id } of papers.filter((_, i) => i % 60 === 0)) {
      const { status } = await search(`crispy roast potatoes in goose fat not:${id}`, { mode });
      expect(['uncertain', 'no_match']).toContain(status);
      expect(await search(`robots that learn to grasp not:${id}`, { mode })).toMatchObject({ status: 'answered' });
    }
  });
});

test('words that no paper contains have no match in keyword mode, and no near misses', async () => {
  const response = await search('zxcv', { mode: 'keyword' });
  expect(response).toMatchObject({ status: 'no_match', total: 0, hits: [], nearMisses: [] });
});

test.each(['transf*', 'transf* robot*', 'transfor* reinforcem*'])(
  'the prefixes of many words %s are answered',
  async (q) => {
    const { status, hits } = await search(q, { limit: 10 });
    expect(status).toBe('answered');
    expect(hits).toHaveLength(10);
  },
);

test('a phrase is found in the papers that contain it only', async () => {
  const { status, hits } = await search('"sparse reward"', { limit: 200 });
  expect(status).toBe('answered');
  expect(hits.length).toBeGreaterThan(2);
  const byId = new Map(papers.map((paper) => [paper.id, `${paper.title}\n${paper.abstract}`]));
  for (const { id } of hits) expect(byId.get(id)).toMatch(/sparse[\s-]+reward/i);
});

test('hits have no percentile without search terms and in keyword mode', async () => {
  const [{ id }] = papers;
  for (const response of [
    await search('-survey'),
    await search(`like:${id}`),
    await search('robots', { mode: 'keyword' }),
  ]) {
    expect(response.status).toBe('answered');
    expect(response.hits.length).toBeGreaterThan(10);
    for (const { percentile } of response.hits) expect(percentile).toBeNull();
  }
});

test('the id of a paper finds the paper first, in every mode', async () => {
  for (const { id } of papers.filter((_, i) => i % 30 === 0)) {
    for (const mode of ['hybrid', 'semantic', 'keyword']) {
      const { status, hits } = await search(id, { mode, limit: 5 });
      expect({ status, first: hits[0]?.id }, mode).toEqual({ status: 'answered', first: id });
    }
  }
});

describe('a misspelled word', () => {
  test.each([
    ['tranformer', 'transformer', ['tranformer>transformer']],
    ['difusion models', 'diffusion models', ['difusion>diffusion']],
    ['grasping robts', 'grasping robots', ['robts>robots']],
    [
      'Lerning to plan robt actoins since:2020',
      'learning to plan robot actions since:2020',
      ['Lerning>learning', 'robt>robot', 'actoins>actions'],
    ],
  ])('in %j is corrected, and %j is searched for', async (misspelled, corrected, expected) => {
    const response = await search(misspelled);
    expect(response.interpretations.map(({ kind, typed, used }) => `${kind} ${typed}>${used}`)).toEqual(
      expected.map((correction) => `spelling ${correction}`),
    );
    expect(response).toMatchObject({ query: misspelled, status: 'answered', didYouMean: null });
    expect(await search(corrected)).toEqual({ ...response, query: corrected, interpretations: [] });
  });

  test('is corrected, but not if it is the last word and may be unfinished', async () => {
    expect((await search('robot transf')).interpretations).toEqual([]);
    expect((await search('robott transf')).interpretations).toEqual([
      { kind: 'spelling', typed: 'robott', used: 'robot' },
    ]);
  });

  test('is searched for as typed with match:literal', async () => {
    const literal = await search('tranformer match:literal', { mode: 'keyword' });
    expect(literal).toMatchObject({ status: 'no_match', hits: [], interpretations: [], didYouMean: null });
    expect((await search('transformer', { mode: 'keyword' })).hits).not.toEqual([]);
  });
});

test('nothing is understood otherwise than typed in the titles, sentences and abstracts of papers', async () => {
  const texts = papers.flatMap(({ title, abstract }) => [
    title,
    abstract,
    ...abstract.split(/(?<=[.!?])\s+/).slice(0, 2),
  ]);
  const responses = await Promise.all(texts.map((q) => search(q, { mode: 'keyword', limit: 1 })));
  expect(texts.filter((_, i) => responses[i].interpretations.length > 0)).toEqual([]);
});

describe('a phrase that no paper contains', () => {
  test.each([
    ['"grasping objects of many robots"', 'grasping objects of many robots'],
    ['since:2020 the "robots that grasp quickly" question', 'since:2020 the robots that grasp quickly question'],
  ])('as in %j has no match, and is suggested without quotes', async (phrase, words) => {
    expect(await search(phrase)).toMatchObject({ status: 'no_match', didYouMean: words });
    expect(await search(words)).toMatchObject({ status: 'answered', didYouMean: null });
  });

  test.each(['"since:2020 quasars"', '"-robots fly"', '"qqxzjwwvk"'])(
    'as %j has no suggestion if its words would have another meaning, or no match',
    async (phrase) => {
      expect(await search(phrase)).toMatchObject({ status: 'no_match', didYouMean: null });
    },
  );

  test('is suggested without quotes only then: other phrases have no suggestion', async () => {
    expect(await search('"language model"')).toMatchObject({ status: 'answered', didYouMean: null });
  });
});
