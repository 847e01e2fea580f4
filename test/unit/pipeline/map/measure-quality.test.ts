import { expect, test } from 'vitest';
import { quietEffects } from '../../../../pipeline/cli/terminal.ts';
import { seededRandom } from '../../../../pipeline/core/algorithms/random.ts';
import { finished } from '../../../../pipeline/core/cooperative.ts';
import { measureMap, measureTrust } from '../../../../pipeline/map/quality.ts';
import { clusteredVectors } from '../../../fixtures/arbitrary-vectors.ts';
import { exactGraph } from '../../../fixtures/exact-graph.ts';

const random = seededRandom(4);
const vectors = clusteredVectors(1200, 40, 6, 0.4, random);
const graph = exactGraph(vectors, 15);
const map = { x: Float32Array.from({ length: 1200 }, random), y: Float32Array.from({ length: 1200 }, random) };

test('trust in a map is what its measure says, told with progress and two figures', async () => {
  const told: unknown[] = [];
  const begin = (stage: string, total?: number) => {
    told.push(stage, total);
    return { at: (done: number) => void told.push(done), end: (note?: string) => void told.push(note) };
  };
  const trust = await measureTrust(vectors, graph, map, 7, { ...quietEffects(), begin });
  expect(trust).toEqual(finished(measureMap(vectors, graph, map, 7)));
  const [stage, total, ...shares] = told;
  expect([stage, total]).toEqual(['trust', 100]);
  expect(shares.pop()).toBe(
    `trustworthiness ${trust.trustworthiness?.toFixed(3)}, neighbors kept ${trust.neighborRecall?.toFixed(3)}`,
  );
  expect(shares.length).toBeGreaterThan(0);
  for (const share of shares) expect(share).toSatisfy((one: number) => one >= 0 && one < 100);
});

test('a stop is heard while it is measured', async () => {
  const controller = new AbortController();
  const at = () => controller.abort(new Error('stopped'));
  const effects = { ...quietEffects(controller.signal), begin: () => ({ at, end: () => undefined }) };
  await expect(measureTrust(vectors, graph, map, 7, effects)).rejects.toThrow('stopped');
});
