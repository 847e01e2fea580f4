import { expect } from 'vitest';
import type { z } from 'zod';
import { currentSnapshotFolder } from '../../pipeline/store/data-folder.ts';
import { openSnapshot } from '../../pipeline/store/snapshot-reader.ts';
import { errorAnswer, mapAnswer, topicsAnswer } from '../../server/schemas/search.ts';
import { serveTwoNights } from '../fixtures/two-nights.ts';
import { ask } from './client.ts';

/** The server over two nights, what is asked of it most, and the snapshot that serves, to compare with. */
export async function startSecondNight() {
  const server = await serveTwoNights();
  const snapshot = openSnapshot(currentSnapshotFolder(server.dataDir));

  /** An answer that is all that the contract says, and nothing beside. */
  const get = async <T>(path: string, schema: z.ZodType<T>): Promise<T> => {
    const { status, body, text } = await ask(`${server.url}${path}`);
    expect(status, text).toBe(200);
    const parsed = schema.parse(body);
    expect(body).toEqual(parsed);
    return parsed;
  };
  const map = await get('/api/map', mapAnswer);
  const treeOf = async () => (await get('/api/topics', topicsAnswer)).tree;
  return {
    url: server.url,
    snapshot,
    map,
    get,
    treeOf,
    topicsOf: (query = '') => get(`/api/topics${query}`, topicsAnswer),
    /** The message of an error with this status. */
    async refused(path: string, status: number): Promise<string> {
      const answer = await ask(`${server.url}${path}`);
      expect(answer.status, answer.text).toBe(status);
      return errorAnswer.parse(answer.body).error.message;
    },
    /** The papers of every topic, told from the map's leaves and the tree alone. */
    async membersById(): Promise<Map<number, string[]>> {
      const tree = await treeOf();
      const parentOf = new Map(tree.map(({ id, parent }) => [id, parent]));
      const members = new Map<number, string[]>(tree.map(({ id }) => [id, []]));
      map.leafTopic.forEach((leaf, row) => {
        for (let id: number | null | undefined = leaf === -1 ? null : leaf; id != null; id = parentOf.get(id))
          members.get(id)?.push(map.ids[row]);
      });
      return members;
    },
    async stop() {
      snapshot.close();
      await server.stop();
    },
  };
}
