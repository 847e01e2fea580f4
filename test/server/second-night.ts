import { expect } from 'vitest';
import type { z } from 'zod';
import { currentSnapshotFolder } from '../../pipeline/store/data-folder.ts';
import { openSnapshot } from '../../pipeline/store/snapshot-reader.ts';
import { errorAnswer, mapAnswer, topicsAnswer } from '../../server/contract.ts';
import { samplePapers, writeJsonl } from '../cli/corpus.ts';
import { copyOnceMade } from '../fixtures/once-a-run.ts';
import { buildInto, sampleFolder, serveFolder, temporaryFolder } from '../fixtures/sample-server.ts';
import { ask } from './client.ts';

/** Papers about something that no paper of the sample is about: a topic that dies with them. */
const bread = [
  'rye',
  'spelt',
  'wheat',
  'barley',
  'oat',
  'emmer',
  'maize',
  'millet',
  'rice',
  'buckwheat',
  'teff',
  'einkorn',
].map((flour) => ({
  title: `Sourdough bread of ${flour} flour`,
  abstract: `We bake sourdough bread of ${flour} flour, let the dough rise overnight, and judge its crust and crumb. Yeast and salt matter more than the oven.`,
}));

async function buildTwoNights(dataDir: string): Promise<void> {
  const options = { minTopicSize: 3 };
  const papers = await samplePapers();
  const first = [...papers.filter((_, i) => i % 3 !== 0), ...bread];
  const folder = temporaryFolder();
  await buildInto(dataDir, [writeJsonl(`${folder.path}/first.jsonl`, first)], options);
  folder.remove();
  await buildInto(dataDir, [sampleFolder], options);
}

/**
 * The real server over two thirds of the sample with papers about bread, and then all of the sample without them, so that
 * there is a snapshot before; with small topics, so that there are three levels. And the snapshot itself, to compare with.
 */
export async function startSecondNight() {
  const server = await serveFolder((dataDir) => copyOnceMade('second-night', dataDir, buildTwoNights));
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
      map.leaf.forEach((leaf, row) => {
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
