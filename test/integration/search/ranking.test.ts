import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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

  it.each(rankingQueries)(
    'answers "$query" within the first $within, because $because',
    async ({ query, title, maxRank: within }) => {
      const { hits } = await live.with((engine) =>
        engine.search({ q: query, mode: 'hybrid', limit: within, offset: 0 }),
      );
      expect(hits.map((hit) => hit.title)).toContainEqual(expect.stringContaining(title));
    },
  );

  it('finds a paper by its own title, in every mode, for nineteen of twenty papers', async () => {
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
