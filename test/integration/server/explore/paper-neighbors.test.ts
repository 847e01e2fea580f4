import { afterAll, beforeAll, expect, test } from 'vitest';
import { dotWithRow, vectorAt } from '../../../../pipeline/core/vectors.ts';
import { currentSnapshotFolder } from '../../../../pipeline/store/data-folder.ts';
import { openSnapshot } from '../../../../pipeline/store/snapshot-reader.ts';
import type { PaperResponse } from '../../../../server/schemas/papers.ts';
import { fetchAllPapers } from '../../../fixtures/client.ts';
import { startSampleServer } from '../../../fixtures/sample-server.ts';

let server: Awaited<ReturnType<typeof startSampleServer>>;
let papers: PaperResponse[];

beforeAll(async () => {
  server = await startSampleServer();
  papers = await fetchAllPapers(server.url);
});
afterAll(() => server.stop());

test('a paper has its fifteen nearest neighbors by cosine, the nearest first', () => {
  const { vectors, close } = openSnapshot(currentSnapshotFolder(server.dataDir));
  close();
  for (const [row, { neighbors }] of papers.entries()) {
    const cosines = papers.map((_, other) => dotWithRow(vectors, other, vectorAt(vectors, row)));
    const nearest = cosines.filter((_, other) => other !== row).sort((a, b) => b - a);
    expect(neighbors).toHaveLength(15);
    neighbors.forEach(({ id, title, similarity }, i) => {
      const other = papers.findIndex((paper) => paper.id === id);
      expect(other).not.toBe(row);
      expect(title).toBe(papers[other].title);
      expect(similarity).toBeCloseTo(cosines[other], 3);
      expect(similarity).toBeCloseTo(nearest[i], 3);
    });
    expect(new Set(neighbors.map(({ id }) => id)).size).toBe(15);
  }
});

test('map neighbors are the fifty papers nearest on the map, and neighbor recall is the share of them', () => {
  for (const { id, x, y, neighbors, neighborRecall } of papers) {
    const distance = (other: PaperResponse) => Math.hypot(other.x - x, other.y - y);
    const others = papers.filter((other) => other.id !== id).sort((a, b) => distance(a) - distance(b));
    const mapNeighbors = others.slice(0, 50).map((other) => other.id);
    expect(neighbors.map((other) => other.isMapNeighbor)).toEqual(
      neighbors.map((other) => mapNeighbors.includes(other.id)),
    );
    expect(neighborRecall).toBeCloseTo(neighbors.filter(({ isMapNeighbor }) => isMapNeighbor).length / 15, 3);
  }
});
