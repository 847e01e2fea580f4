import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { searchModes } from '../../../pipeline/core/query/ast.ts';
import { candidateFeatureNames } from '../../../pipeline/search/rank.ts';
import { searchResponse } from '../../../server/schemas/search.ts';
import { callMain } from '../../fixtures/call-main.ts';
import { startSampleServer } from '../../fixtures/sample-server.ts';

let server: Awaited<ReturnType<typeof startSampleServer>>;
beforeAll(async () => {
  server = await startSampleServer();
});
afterAll(() => server.stop());

async function searchExplained(q: string, mode: string) {
  const response = await fetch(
    `${server.url}/api/search?${new URLSearchParams({ q, mode, explain: '1', limit: '5' })}`,
  );
  expect(response.status).toBe(200);
  const body = searchResponse.parse(await response.json());
  if (!body.explanation) throw new Error('no explanation');
  return { ...body, explanation: body.explanation };
}

describe('an explanation', () => {
  test.each(searchModes)('has the components that add up to the score of each hit, in %s mode', async (mode) => {
    const { hits, explanation } = await searchExplained('robots that learn to grasp since:2024', mode);
    expect(explanation.hits.map(({ id }) => id)).toEqual(hits.map(({ id }) => id));
    expect(explanation.text).toBe('robots that learn to grasp');
    expect(explanation.terms.map(({ stem }) => stem).sort()).toEqual(['grasp', 'learn', 'robot']);
    expect(explanation.filteredPapers).toBeGreaterThan(0);
    for (const [i, hit] of explanation.hits.entries()) {
      expect(hit.score).toBeCloseTo(hits[i].score, 4);
      const { weights } = explanation;
      // In keyword mode the score is the only feature.
      expect(Object.keys(hit.features)).toEqual(mode === 'keyword' ? ['lexical'] : [...candidateFeatureNames]);
      expect(Object.keys(weights ?? { lexical: 1 })).toEqual(Object.keys(hit.features));
      const terms = Object.entries(hit.features).map(([name, value]) => value * (weights ?? { lexical: 1 })[name]);
      const sum = terms.reduce((total, term) => total + term, 0);
      // Features and weights are rounded to four digits.
      expect(hit.score).toBeCloseTo(sum, 2);
      expect(hit.percentile).toBe(hits[i].percentile);
    }
    expect(explanation.weights === null).toBe(mode === 'keyword');
    if (mode === 'keyword') expect(explanation.calibration).toBeNull();
    else expect(explanation.calibration?.percentile).toBeGreaterThanOrEqual(0.96);
    expect(explanation.timings.map(({ name }) => name)).toEqual(['prepare', 'rank']);
  });

  test('shows why a query has no answer', async () => {
    const { status, explanation } = await searchExplained('sourdough bread with a crisp crust', 'hybrid');
    expect(status).not.toBe('answered');
    expect(explanation.calibration?.percentile).toBeLessThan(0.96);
    expect(explanation.unknownWords).toContain('sourdough');
    expect(explanation.timings.map(({ name }) => name)).toEqual(['prepare', 'rank', 'suggest']);
  });

  test('of a query of filters only has no ranking', async () => {
    const { explanation } = await searchExplained('since:2024', 'hybrid');
    expect(explanation).toMatchObject({ weights: null, bm25Stats: null, calibration: null, candidates: 0, terms: [] });
  });

  test('is absent unless requested', async () => {
    const response = await fetch(`${server.url}/api/search?q=robots`);
    expect(await response.json()).not.toHaveProperty('explanation');
  });

  test('is printed by the command line as a table', async () => {
    const { code, out } = await callMain([
      'search',
      'robots',
      '--explain',
      '--limit',
      '2',
      '--data-dir',
      server.dataDir,
    ]);
    expect(code).toBe(0);
    const named = candidateFeatureNames.map((name) => `${name} -?[\\d.]+`).join(', ');
    expect(out).toMatch(new RegExp(`^weights +${named}$`, 'm'));
    expect(out).toMatch(/answer +score [-\d.]+, above \d+% of off-topic queries/);
    expect(out.split('\n').filter((line) => /^ +-?\d+\.\d{3} +-?\d+\.\d{3}/.test(line))).toHaveLength(2);
  });
});
