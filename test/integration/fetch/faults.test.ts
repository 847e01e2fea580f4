/** Seeded faults: whatever a server does in one night, nothing is lost, and the night after is complete. */
import { afterEach, describe, expect, test } from 'vitest';
import { createSeededRandom } from '../../../pipeline/core/algorithms/random.ts';
import { fetchedFiles } from '../../../pipeline/fetch/fetched-folder.ts';
import { type FaultyServer, faultKinds, startFaultyServer } from '../../fixtures/faulty-server.ts';
import { fetchedIds, fetchRun, sourceOf } from '../../fixtures/fetch-run.ts';
import {
  arxivServer,
  dailyPapersServer,
  feedServer,
  jsonlServer,
  oaiPmhServer,
  openAlexServer,
  type ServedPaper,
  servedPapers,
  zoteroServer,
} from '../../fixtures/paper-servers.ts';
import { tempFolders } from '../../fixtures/temp-folder.ts';

const newFolder = tempFolders();
const SEEDS_PER_KIND = 29;
const KEY = { KEY: 'secret-key' };

type Papers = () => readonly ServedPaper[];
/** The kinds of sources with a server each, and options that make for several requests. */
const KINDS: Readonly<
  Record<
    string,
    { serve(papers: Papers, today: () => string): Parameters<typeof startFaultyServer>[0]; options: object }
  >
> = {
  'daily-papers': { serve: dailyPapersServer, options: { from: '2026-11-25' } },
  arxiv: { serve: arxivServer, options: { query: 'cat:cs.IR', pageSize: 25 } },
  'oai-pmh': { serve: (papers, today) => oaiPmhServer(papers, today, 25), options: {} },
  openalex: {
    serve: (papers) => openAlexServer(papers),
    options: { filter: 'has_abstract:true', pageSize: 25, apiKeyVariable: 'KEY' },
  },
  feed: { serve: (papers) => feedServer(papers, 500), options: {} },
  jsonl: { serve: jsonlServer, options: {} },
  zotero: { serve: zoteroServer, options: {} },
};

const servers: FaultyServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

describe.each(Object.entries(KINDS))('%s', (kind, { serve, options }) => {
  test(`loses nothing in ${SEEDS_PER_KIND} nights of faults`, { timeout: 240_000 }, async () => {
    let failures = 0;
    let successes = 0;
    for (let seed = 0; seed < SEEDS_PER_KIND; seed++) {
      const random = createSeededRandom(seed * 7919 + 13);
      let papers = servedPapers(100, '2026-11-25', 30);
      let today = '2026-11-28';
      const server = await startFaultyServer(
        serve(
          () => papers,
          () => today,
        ),
      );
      servers.push(server);
      const dataDir = newFolder();
      const source = sourceOf({
        kind,
        name: 'test',
        url: kind === 'zotero' ? `${server.url}api` : server.url.href,
        allowPrivate: [server.host],
        ...options,
      });
      const night = (wholeMs = 10_000) =>
        fetchRun([source], {
          dataDir,
          now: `${today}T22:00:00Z`,
          environment: KEY,
          seed,
          network: { wholeMs, attempts: 4 },
        });

      await night();
      const before = fetchedIds(dataDir, 'test');
      const filesBefore = fetchedFiles(dataDir, 'test');
      expect([seed, before]).toEqual([seed, papers.map(({ id }) => id).sort()]);

      papers = servedPapers(130, '2026-11-25', 30);
      today = '2026-11-29';
      // From a night with few faults to one in which hardly anything works.
      const share = 0.1 + 0.85 * random();
      server.nextFault = () => (random() < share ? faultKinds[Math.floor(random() * faultKinds.length)] : undefined);
      const faulty = (await night(200)).reports[0];
      if (faulty.outcome === 'failed') {
        failures++;
        expect([seed, fetchedFiles(dataDir, 'test')]).toEqual([seed, filesBefore]);
        expect(faulty.problem).toMatch(/.{20}/);
      } else successes++;
      for (const id of before) expect(fetchedIds(dataDir, 'test')).toContain(id);

      server.nextFault = () => undefined;
      today = '2026-11-30';
      const last = (await night()).reports[0];
      expect([seed, last.problem]).toEqual([seed, undefined]);
      expect([seed, fetchedIds(dataDir, 'test')]).toEqual([seed, papers.map(({ id }) => id).sort()]);
      await server.close();
    }
    // Both were seen, so that neither is tested in vain.
    expect([failures > 2, successes > 2]).toEqual([true, true]);
  });
});
