import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silentEffects } from '../../../pipeline/cli/terminal.ts';
import { type LiveEngine, openLiveEngine } from '../../../server/live-snapshot.ts';
import { rankingQueries } from '../../fixtures/ranking-queries.ts';
import { copySampleBuild, temporaryFolder } from '../../fixtures/sample-server.ts';

describe('search over the sample pages', () => {
  const folder = temporaryFolder();
  let live: LiveEngine;
  beforeAll(async () => {
    await copySampleBuild(folder.path);
    live = await openLiveEngine(folder.path, silentEffects());
  });
  afterAll(async () => {
    await live.close();
    folder.remove();
  });

  test.each(rankingQueries)(
    'ranks the expected paper for "$query" within the first $maxRank, because $reason',
    async ({ query, title, maxRank }) => {
      const { hits } = await live.with((engine) =>
        engine.search({ q: query, mode: 'hybrid', limit: maxRank, offset: 0 }),
      );
      expect(hits.map((hit) => hit.title)).toContainEqual(expect.stringContaining(title));
    },
  );

  test('finds a paper by its own title, in every mode, for at least 95 % of the papers', async () => {
    const { ids } = await live.with((engine) => engine.map());
    for (const mode of ['hybrid', 'semantic', 'keyword'] as const) {
      let first = 0;
      for (const id of ids) {
        const { title } = await live.with((engine) => engine.paper(id));
        const { hits } = await live.with((engine) => engine.search({ q: title, mode, limit: 1, offset: 0 }));
        if (hits[0]?.id === id) first++;
      }
      expect(first / ids.length, mode).toBeGreaterThanOrEqual(0.95);
    }
  });
});
