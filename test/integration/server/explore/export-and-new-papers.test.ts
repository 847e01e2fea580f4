import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listSnapshots } from '../../../../pipeline/store/data-folder.ts';
import { newPapersResponse } from '../../../../server/schemas/explore.ts';
import { mapResponse } from '../../../../server/schemas/map.ts';
import type { PaperResponse } from '../../../../server/schemas/papers.ts';
import { fetchAllPapers, httpGet, httpRequest, queryString } from '../../../fixtures/client.ts';
import { startSecondNight } from '../../../fixtures/second-night.ts';

let night: Awaited<ReturnType<typeof startSecondNight>>;
let papers: PaperResponse[];
let dataDir: string;

beforeAll(async () => {
  night = await startSecondNight();
  papers = await fetchAllPapers(night.url);
  dataDir = night.snapshot.folder.replace(/[\\/]snapshots[\\/].*$/, '');
});
afterAll(() => night.stop());

const send = (body: unknown) => httpRequest(`${night.url}/api/export`, { method: 'POST', body: JSON.stringify(body) });

describe('an export', () => {
  const ids = () => papers.slice(0, 4).map(({ id }) => id);

  test.each([
    ['csv', 'text/csv', 'csv'],
    ['json', 'application/json', 'json'],
    ['bibtex', 'application/x-bibtex', 'bib'],
    ['ris', 'application/x-research-info-systems', 'ris'],
  ])(
    'as %s is a file of that kind, with a name, of the papers in the order asked for',
    async (format, type, ending) => {
      const { status, headers, text } = await send({ ids: [...ids(), ids()[0]], format });
      expect(status, text).toBe(200);
      expect(headers.get('content-type')).toContain(type);
      expect(headers.get('content-disposition')).toBe(`attachment; filename="paperfield-4-papers.${ending}"`);
      expect(headers.get('x-missing')).toBeNull();
      const places = papers.slice(0, 4).map(({ title }) => text.indexOf(title.slice(0, 20)));
      expect(places.every((place) => place >= 0)).toBe(true);
      expect(places).toEqual([...places].sort((a, b) => a - b));
    },
  );

  test('as JSON tells what the paper tells', async () => {
    const { body } = await send({ ids: ids(), format: 'json' });
    expect(body).toMatchObject(
      papers.slice(0, 4).map(({ id, title, abstract, date, comments }) => ({ id, title, abstract, date, comments })),
    );
  });

  test('passes over papers that are gone and says how many; of none at all it is a 404', async () => {
    const { status, headers } = await send({ ids: ['nobody', ids()[0], 'nothing'], format: 'csv' });
    expect([status, headers.get('x-missing')]).toEqual([200, '2']);
    expect((await send({ ids: ['nobody'], format: 'csv' })).status).toBe(404);
  });

  test('of one paper as BibTeX has an address of its own', async () => {
    const { status, text, headers } = await httpGet(`${night.url}/api/papers/${encodeURIComponent(ids()[0])}/bibtex`);
    expect([status, headers.get('content-disposition')]).toEqual([
      200,
      'attachment; filename="paperfield-1-paper.bib"',
    ]);
    expect(text).toMatch(/^@misc\{/);
    expect((await httpGet(`${night.url}/api/papers/nobody/bibtex`)).status).toBe(404);
  });

  test('whatever is sent is answered or refused, never a mistake of the server', async () => {
    const bodies = fc.oneof(
      fc.jsonValue(),
      fc.record({ ids: fc.array(fc.string()), format: fc.constantFrom('csv', 'json', 'bibtex', 'ris', 'pdf') }),
    );
    await fc.assert(
      fc.asyncProperty(bodies, fc.constantFrom('export', 'draft'), async (body, route) => {
        const init = { method: 'POST', body: JSON.stringify(body) };
        expect([200, 400, 404]).toContain((await httpRequest(`${night.url}/api/${route}`, init)).status);
      }),
      { numRuns: 150 },
    );
    expect((await send({ ids: Array(5001).fill('a'), format: 'csv' })).status).toBe(400);
  });

  test('addresses with anything in them are answered or refused as well', async () => {
    const texts = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('2025', '2025-13', '../..', '%2e%2e', '0', '-1'),
    );
    const routes = fc.constantFrom('path', 'gems', 'field', 'new');
    const names = fc.constantFrom('from', 'to', 'topic', 'since', 'limit', 'q', 'mode');
    await fc.assert(
      fc.asyncProperty(routes, fc.dictionary(names, texts), async (route, query) => {
        expect([200, 400, 404]).toContain((await httpGet(`${night.url}/api/${route}?${queryString(query)}`)).status);
      }),
      { numRuns: 200 },
    );
  });
});

describe('what is new', () => {
  const since = async (value: string, rest = '') => {
    const { status, body, text } = await httpGet(`${night.url}/api/new?${queryString({ since: value })}${rest}`);
    expect(status, text).toBe(200);
    const answer = newPapersResponse.parse(body);
    expect(body).toEqual(answer);
    return answer;
  };

  test('since the snapshot before are the papers that it did not hold, by topic', async () => {
    const [first, second] = listSnapshots(dataDir);
    const answer = await since(first, '&limit=200');
    expect([answer.basis, answer.date, answer.snapshot]).toEqual(['snapshot', null, second]);
    // A third of the sample came with the second night.
    const { ids, topic } = mapResponse.parse((await httpGet(`${night.url}/api/map`)).body);
    expect(answer.total).toBeGreaterThan(100);
    expect(answer.total).toBeLessThan(120);
    const told = answer.groups.flatMap((group) => group.papers.map(({ id }) => ({ id, topic: group.topic?.id ?? -1 })));
    expect(told).toHaveLength(answer.total);
    for (const one of told) expect(topic[ids.indexOf(one.id)]).toBe(one.topic);
    for (const { total, papers: some, previousSize: was, isNewTopic: isBorn, topic: of } of answer.groups) {
      expect(some).toHaveLength(total);
      const dates = some.map(({ date }) => date ?? '');
      expect(dates).toEqual([...dates].sort().reverse());
      if (of) expect(isBorn).toBe(was === null);
    }
    expect(answer.groups.some(({ previousSize: was, topic: of }) => was !== null && of !== null && of.size > was)).toBe(true);
  });

  test('since this very snapshot is nothing', async () => {
    const [, second] = listSnapshots(dataDir);
    expect(await since(second)).toMatchObject({ by: 'snapshot', total: 0, groups: [] });
  });

  test('since a date are the papers that are not older', async () => {
    const answer = await since('2025-06', '&limit=200');
    expect([answer.basis, answer.date]).toEqual(['date', '2025-06']);
    const late = papers.filter(({ date }) => (date ?? '') >= '2025-06');
    expect(answer.total).toBe(late.length);
    const told = answer.groups.flatMap((group) => group.papers.map(({ id }) => id));
    expect(told.sort()).toEqual(late.map(({ id }) => id).sort());
    expect(answer.groups.every(({ previousSize: was, isNewTopic: isBorn }) => was === null && isBorn === null)).toBe(true);
  });

  test('since a snapshot that is gone is told by the day that it was made', async () => {
    const answer = await since('2025-06-01T00-00-00Z-0123abcd');
    expect([answer.basis, answer.date]).toEqual(['date', '2025-06-01']);
    expect(answer.total).toBeGreaterThan(0);
  });

  test('tells no more papers than asked for, the newest of all, and counts every one', async () => {
    const [few, all] = [await since('2025', '&limit=3'), await since('2025', '&limit=200')];
    expect(few.total).toBe(all.total);
    expect(few.groups.map(({ total }) => total)).toEqual(all.groups.map(({ total }) => total));
    const dates = few.groups.flatMap((group) => group.papers.map(({ date }) => date)).sort();
    const newest = all.groups.flatMap((group) => group.papers.map(({ date }) => date)).sort();
    expect(dates).toEqual(newest.slice(-3));
  });

  test.each(['', '?since=', '?since=yesterday', '?since=..', '?since=2025-13', '?since=2025&limit=0'])(
    '/api/new%s gets a 400',
    async (query) => {
      expect((await httpGet(`${night.url}/api/new${query}`)).status).toBe(400);
    },
  );
});
