import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listSnapshots } from '../../../../pipeline/store/data-folder.ts';
import { newPapersResponse } from '../../../../server/schemas/explore.ts';
import { mapResponse } from '../../../../server/schemas/map.ts';
import type { PaperResponse } from '../../../../server/schemas/papers.ts';
import { fetchAllPapers, httpGet, postJson, queryString } from '../../../fixtures/client.ts';
import { startTwoSnapshotServer } from '../../../fixtures/two-snapshot-server.ts';

let night: Awaited<ReturnType<typeof startTwoSnapshotServer>>;
let papers: PaperResponse[];
let dataDir: string;

beforeAll(async () => {
  night = await startTwoSnapshotServer();
  papers = await fetchAllPapers(night.url);
  dataDir = night.snapshot.folder.replace(/[\\/]snapshots[\\/].*$/, '');
});
afterAll(() => night.stop());

const send = (body: unknown) => postJson(`${night.url}/api/export`, body);

describe('an export', () => {
  const ids = () => papers.slice(0, 4).map(({ id }) => id);

  test.each([
    ['csv', 'text/csv', 'csv'],
    ['json', 'application/json', 'json'],
    ['bibtex', 'application/x-bibtex', 'bib'],
    ['ris', 'application/x-research-info-systems', 'ris'],
  ])(
    'as %s is a named file of that type, with the papers in the requested order, each once',
    async (format, type, extension) => {
      const { status, headers, text } = await send({ ids: [...ids(), ids()[0]], format });
      expect(status, text).toBe(200);
      expect(headers.get('content-type')).toContain(type);
      expect(headers.get('content-disposition')).toBe(`attachment; filename="paperfield-4-papers.${extension}"`);
      expect(headers.get('x-missing')).toBeNull();
      const positions = papers.slice(0, 4).map(({ title }) => text.indexOf(title.slice(0, 20)));
      expect(positions.every((position) => position >= 0)).toBe(true);
      expect(positions).toEqual([...positions].sort((a, b) => a - b));
    },
  );

  test('as JSON has the fields of the papers', async () => {
    const { body } = await send({ ids: ids(), format: 'json' });
    expect(body).toMatchObject(
      papers.slice(0, 4).map(({ id, title, abstract, date, comments }) => ({ id, title, abstract, date, comments })),
    );
  });

  test('skips unknown ids and counts them; with unknown ids only it gets a 404', async () => {
    const { status, headers } = await send({ ids: ['nobody', ids()[0], 'nothing'], format: 'csv' });
    expect([status, headers.get('x-missing')]).toEqual([200, '2']);
    expect((await send({ ids: ['nobody'], format: 'csv' })).status).toBe(404);
  });

  test('of one paper as BibTeX has its own URL', async () => {
    const { status, text, headers } = await httpGet(`${night.url}/api/papers/${encodeURIComponent(ids()[0])}/bibtex`);
    expect([status, headers.get('content-disposition')]).toEqual([
      200,
      'attachment; filename="paperfield-1-paper.bib"',
    ]);
    expect(text).toMatch(/^@misc\{/);
    expect((await httpGet(`${night.url}/api/papers/nobody/bibtex`)).status).toBe(404);
  });

  test('no request body causes an error of the server', async () => {
    const bodies = fc.oneof(
      fc.jsonValue(),
      fc.record({ ids: fc.array(fc.string()), format: fc.constantFrom('csv', 'json', 'bibtex', 'ris', 'pdf') }),
    );
    await fc.assert(
      fc.asyncProperty(bodies, fc.constantFrom('export', 'draft'), async (body, route) => {
        const text = JSON.stringify(body);
        expect([200, 400, 404]).toContain((await postJson(`${night.url}/api/${route}`, text)).status);
      }),
      { numRuns: 150 },
    );
    expect((await send({ ids: Array(5001).fill('a'), format: 'csv' })).status).toBe(400);
  });

  test('no query string causes an error of the server', async () => {
    const texts = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('2025', '2025-13', '../..', '%2e%2e', '0', '-1'),
    );
    const routes = fc.constantFrom('path', 'gems', 'heatmap', 'new');
    const names = fc.constantFrom('from', 'to', 'topic', 'since', 'limit', 'q', 'mode');
    await fc.assert(
      fc.asyncProperty(routes, fc.dictionary(names, texts), async (route, query) => {
        expect([200, 400, 404]).toContain((await httpGet(`${night.url}/api/${route}?${queryString(query)}`)).status);
      }),
      { numRuns: 200 },
    );
  });
});

describe('new papers', () => {
  const newSince = async (value: string, rest = '') => {
    const { status, body, text } = await httpGet(`${night.url}/api/new?${queryString({ since: value })}${rest}`);
    expect(status, text).toBe(200);
    const response = newPapersResponse.parse(body);
    expect(body).toEqual(response);
    return response;
  };

  test('since the previous snapshot are the papers that it did not contain, by topic', async () => {
    const [first, second] = listSnapshots(dataDir);
    const response = await newSince(first, '&limit=200');
    expect([response.basis, response.date, response.snapshot]).toEqual(['snapshot', null, second]);
    // A third of the sample was added by the second run.
    const { ids, topic } = mapResponse.parse((await httpGet(`${night.url}/api/map`)).body);
    expect(response.total).toBeGreaterThan(100);
    expect(response.total).toBeLessThan(120);
    const listed = response.groups.flatMap((group) =>
      group.papers.map(({ id }) => ({ id, topic: group.topic?.id ?? -1 })),
    );
    expect(listed).toHaveLength(response.total);
    for (const paper of listed) expect(topic[ids.indexOf(paper.id)]).toBe(paper.topic);
    for (const { total, papers: ofTopic, previousSize, isNewTopic, topic: group } of response.groups) {
      expect(ofTopic).toHaveLength(total);
      const dates = ofTopic.map(({ date }) => date ?? '');
      expect(dates).toEqual([...dates].sort().reverse());
      if (group) expect(isNewTopic).toBe(previousSize === null);
    }
    expect(
      response.groups.some(
        ({ previousSize, topic: group }) => previousSize !== null && group !== null && group.size > previousSize,
      ),
    ).toBe(true);
  });

  test('since the current snapshot are none', async () => {
    const [, second] = listSnapshots(dataDir);
    expect(await newSince(second)).toMatchObject({ basis: 'snapshot', total: 0, groups: [] });
  });

  test('since a date are the papers that are not older', async () => {
    const response = await newSince('2025-06', '&limit=200');
    expect([response.basis, response.date]).toEqual(['date', '2025-06']);
    const notOlder = papers.filter(({ date }) => (date ?? '') >= '2025-06');
    expect(response.total).toBe(notOlder.length);
    const listed = response.groups.flatMap((group) => group.papers.map(({ id }) => id));
    expect(listed.sort()).toEqual(notOlder.map(({ id }) => id).sort());
    expect(response.groups.every(({ previousSize: was, isNewTopic: isBorn }) => was === null && isBorn === null)).toBe(
      true,
    );
  });

  test('since a snapshot that no longer exists are the papers since the day it was made', async () => {
    const response = await newSince('2025-06-01T00-00-00Z-0123abcd');
    expect([response.basis, response.date]).toEqual(['date', '2025-06-01']);
    expect(response.total).toBeGreaterThan(0);
  });

  test('are counted all, but only the newest are listed, up to the limit', async () => {
    const [limited, all] = [await newSince('2025', '&limit=3'), await newSince('2025', '&limit=200')];
    expect(limited.total).toBe(all.total);
    expect(limited.groups.map(({ total }) => total)).toEqual(all.groups.map(({ total }) => total));
    const dates = limited.groups.flatMap((group) => group.papers.map(({ date }) => date)).sort();
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
