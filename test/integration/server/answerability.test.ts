import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PaperResponse } from '../../../server/schemas/papers.ts';
import { type SearchResponse, searchResponse } from '../../../server/schemas/search.ts';
import { fetchAllPapers, httpGet, queryString } from '../../fixtures/client.ts';
import { questions } from '../../fixtures/ranking-questions.ts';
import { startSampleServer } from '../../fixtures/sample-server.ts';

const offTopic = readFileSync(join(import.meta.dirname, '..', '..', '..', 'test', 'honesty', 'off-topic.txt'), 'utf8')
  .trim()
  .split('\n');
const judgedModes = ['hybrid', 'semantic'] as const;

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

/** Of some questions those that do not get a verdict. */
async function without(status: SearchResponse['status'], asked: readonly string[], mode: string): Promise<string[]> {
  const answers = await Promise.all(asked.map((q) => search(q, { mode, limit: 3 })));
  return asked.filter((_, i) => answers[i].status !== status);
}

describe.each(judgedModes)('in %s mode', (mode) => {
  test.each([
    ['letters that are no words', 'qwerty zxcv'],
    ['a question of the kitchen', 'crispy roast potatoes in goose fat'],
    ['a question of the garden', 'when do hedgehogs wake up from hibernation'],
    ['a question of sport', 'who won the tennis final at wimbledon'],
  ])('%s is answered with nothing, and with the nearest three apart', async (_, q) => {
    const answer = await search(q, { mode });
    expect(answer).toMatchObject({ status: 'no_match', total: 0, hits: [] });
    expect(answer.nearMisses).toHaveLength(3);
    expect(new Set(answer.nearMisses.map(({ id }) => id)).size).toBe(3);
    for (const { percentile: relevance } of answer.nearMisses) expect(relevance).toBeLessThan(0.96);
  });

  test('letters that neither a paper nor the model knows cannot be judged by meaning, and nothing is near', async () => {
    expect(await search('𐤀𐤁𐤂', { mode })).toMatchObject({
      status: 'unknown_language',
      total: 0,
      hits: [],
      nearMisses: [],
    });
  });

  test.each([
    ['Chinese', '机器人抓取的强化学习'],
    ['Russian', 'обучение с подкреплением для роботов'],
    ['Arabic', 'التعلم المعزز للروبوتات'],
    ['Greek', 'ενισχυτική μάθηση για ρομπότ'],
    ['Hindi, with marks', 'रोबोट के लिए सुदृढीकरण सीखना'],
  ])('whether a paper is about a question in %s cannot be judged, and that is said', async (_, q) => {
    expect(await search(q, { mode })).toMatchObject({ status: 'unknown_language', total: 0, hits: [], nearMisses: [] });
    expect((await search(`${q} robot`, { mode })).status).not.toBe('no_match');
    expect((await search(q, { mode: 'keyword' })).status).toBe('no_match');
  });

  test('a long run of letters beside a question does not make it one that cannot be read', async () => {
    const q = `robots that learn to grasp cups ${'withoutanyspace'.repeat(20)}`;
    expect((await search(q, { mode })).status).toBe('answered');
  });

  test('of two hundred questions of everyday life at least 95 in 100 are answered with nothing', async () => {
    expect(offTopic).toHaveLength(200);
    const found = await without('no_match', offTopic, mode);
    expect(found.length, found.join('\n')).toBeLessThanOrEqual(10);
  });

  test('no English is said to be unread: everyday questions, titles, abstracts', async () => {
    const texts = [
      ...offTopic,
      ...papers.flatMap(({ title, abstract }, i) => (i % 8 ? [] : [title, abstract.slice(0, 300)])),
    ];
    const answers = await Promise.all(texts.map((q) => search(q, { mode, limit: 1 })));
    expect(texts.filter((_, i) => answers[i].status === 'unknown_language')).toEqual([]);
  });

  test('every title of a paper finds something', async () => {
    const titles = papers.map(({ title }) => title);
    expect(await without('answered', titles, mode)).toEqual([]);
  });

  test('a sentence from within any abstract finds something', async () => {
    const sentences = papers.flatMap(({ abstract }) => abstract.split(/(?<=[.!?])\s+/).slice(1, 2));
    expect(sentences.length).toBeGreaterThan(300);
    expect(await without('answered', sentences, mode)).toEqual([]);
  });

  test('questions that a paper answers find something', async () => {
    const asked = questions.map(({ query }) => query);
    expect(await without('answered', asked, mode)).toEqual([]);
  });

  test('what is counted among the answers is nearer than half of the unrelated questions come, the first excepted', async () => {
    const { status, nearMisses, hits } = await search('robots that learn to push and grasp objects', {
      mode,
      limit: 200,
    });
    expect({ status, nearMisses }).toEqual({ status: 'answered', nearMisses: [] });
    expect(hits[0].percentile).toBeGreaterThan(0.95);
    expect(hits.length).toBeGreaterThan(20);
    expect(hits.length).toBeLessThan(papers.length);
    for (const { percentile: relevance } of hits.slice(1)) expect(relevance).toBeGreaterThanOrEqual(0.5);
  });

  test('a paper to be far from makes no answer of an unrelated question', async () => {
    for (const { id } of papers.filter((_, i) => i % 60 === 0)) {
      expect(await search(`crispy roast potatoes in goose fat not:${id}`, { mode })).toMatchObject({
        status: 'no_match',
        hits: [],
      });
      expect(await search(`robots that learn to grasp not:${id}`, { mode })).toMatchObject({ status: 'answered' });
    }
  });
});

test('words that no paper holds are answered with nothing in keyword mode, and with nothing apart', async () => {
  const answer = await search('zxcv', { mode: 'keyword' });
  expect(answer).toMatchObject({ status: 'no_match', total: 0, hits: [], nearMisses: [] });
});

test('a beginning that many words have is no unrelated question', async () => {
  const { status, hits } = await search('transf*', { limit: 10 });
  expect(status).toBe('answered');
  expect(hits).toHaveLength(10);
});

test('a phrase that a paper holds is found, and only in papers that hold it', async () => {
  const { status, hits } = await search('"sparse reward"', { limit: 200 });
  expect(status).toBe('answered');
  expect(hits.length).toBeGreaterThan(2);
  const byId = new Map(papers.map((paper) => [paper.id, `${paper.title}\n${paper.abstract}`]));
  for (const { id } of hits) expect(byId.get(id)).toMatch(/sparse[\s-]+reward/i);
});

test('nothing is said to be relevant where nothing was asked in words, and where only words were', async () => {
  const [{ id }] = papers;
  for (const answer of [
    await search('-survey'),
    await search(`like:${id}`),
    await search('robots', { mode: 'keyword' }),
  ]) {
    expect(answer.status).toBe('answered');
    expect(answer.hits.length).toBeGreaterThan(10);
    for (const { percentile: relevance } of answer.hits) expect(relevance).toBeNull();
  }
});

test('an id that is typed puts its paper first, in every mode', async () => {
  for (const { id } of papers.filter((_, i) => i % 30 === 0)) {
    for (const mode of ['hybrid', 'semantic', 'keyword']) {
      const { status, hits } = await search(id, { mode, limit: 5 });
      expect({ status, first: hits[0]?.id }, mode).toEqual({ status: 'answered', first: id });
    }
  }
});

describe('a misspelt word', () => {
  test.each([
    ['tranformer', 'transformer'],
    ['difusion models', 'diffusion models'],
    ['grasping robts', 'grasping robots'],
    ['Lerning to plan since:2020', 'learning to plan since:2020'],
  ])('%j is put right: %j', async (written, meant) => {
    expect((await search(written)).didYouMean).toBe(meant);
    const put = await search(meant);
    expect(put).toMatchObject({ status: 'answered', didYouMean: null });
  });

  test('a last word that is on its way is no slip, one in front of it is', async () => {
    expect((await search('robot transf')).didYouMean).toBeNull();
    expect((await search('robott transf')).didYouMean).toBe('robot transf');
  });

  test('is not looked for in queries whose words papers hold', async () => {
    for (const { title } of papers.filter((_, i) => i % 10 === 0)) expect((await search(title)).didYouMean).toBeNull();
  });
});

describe('a phrase that no paper holds', () => {
  test.each([
    ['"grasping objects of many robots"', 'grasping objects of many robots'],
    ['since:2020 the "robots that grasp quickly" question', 'since:2020 the robots that grasp quickly question'],
  ])('%j gets nothing, and is offered without quotes', async (written, loose) => {
    expect(await search(written)).toMatchObject({ status: 'no_match', didYouMean: loose });
    expect(await search(loose)).toMatchObject({ status: 'answered', didYouMean: null });
  });

  test.each(['"since:2020 quasars"', '"-robots fly"', '"qqxzjwwvk"'])(
    '%j has no other way to be written',
    async (written) => {
      expect(await search(written)).toMatchObject({ status: 'no_match', didYouMean: null });
    },
  );

  test('is the only one that is offered otherwise: papers hold the others', async () => {
    expect(await search('"language model"')).toMatchObject({ status: 'answered', didYouMean: null });
  });
});
