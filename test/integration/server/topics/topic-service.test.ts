import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { paperResponse } from '../../../../server/schemas/papers.ts';
import { type TopicPapersResponse, topicPapersResponse, topicResponse } from '../../../../server/schemas/topics.ts';
import { queryString } from '../../../fixtures/client.ts';
import { startTwoSnapshotServer } from '../../../fixtures/two-snapshot-server.ts';

let night: Awaited<ReturnType<typeof startTwoSnapshotServer>>;

beforeAll(async () => {
  night = await startTwoSnapshotServer();
});
afterAll(() => night.stop());

async function pagesOf(id: number, sort: string, limit: number) {
  const papers: TopicPapersResponse['papers'] = [];
  for (let offset = 0; ; offset += limit) {
    const page = await night.get(
      `/api/topics/${id}/papers?${queryString({ sort, limit, offset })}`,
      topicPapersResponse,
    );
    papers.push(...page.papers);
    if (page.papers.length < limit) return { papers, total: page.total };
  }
}

describe('one topic', () => {
  test('has the same summary as in the list, and its ancestors and subtopics in the tree', async () => {
    const { tree } = await night.topicsOf();
    const listed = new Map(
      (await Promise.all([0, 1, 2].map((level) => night.topicsOf(`?level=${level}`))))
        .flatMap(({ topics }) => topics)
        .map((topic) => [topic.id, topic]),
    );
    const byId = new Map(tree.map((node) => [node.id, node]));
    for (const { id, parent, splitResolution } of tree) {
      const topic = await night.get(`/api/topics/${id}`, topicResponse);
      expect(topic).toMatchObject({ ...listed.get(id), splitResolution });
      expect(topic.subtopics.map((subtopic) => subtopic.id)).toEqual(
        tree.filter((node) => node.parent === id).map((node) => node.id),
      );
      expect(topic.ancestors.at(-1)?.id ?? null).toBe(parent);
      const ancestors: number[] = [];
      for (let at = parent; at !== null; at = byId.get(at)?.parent ?? null) ancestors.unshift(at);
      expect(topic.ancestors.map((ancestor) => ancestor.id)).toEqual(ancestors);
      expect(topic.months.reduce((sum, { papers }) => sum + papers, 0)).toBeLessThanOrEqual(topic.size);
      if (topic.sentence) {
        const { abstract } = await night.get(`/api/papers/${topic.sentence.id}`, paperResponse);
        expect(abstract.replace(/\s+/g, ' ')).toContain(topic.sentence.text.replace(/\s+/g, ' '));
      }
    }
  });

  test('has the topics of its level with the most similar centroids as related topics', async () => {
    const { tree, records } = night.snapshot.topics;
    const { dimensions, data } = night.snapshot.vectors;
    const centroidOf = (node: (typeof tree.nodes)[number]) => {
      const sum = new Array<number>(dimensions).fill(0);
      tree.leafOfRow.forEach((leaf, row) => {
        if (leaf >= node.id && leaf < node.end)
          for (let d = 0; d < dimensions; d++) sum[d] += data[row * dimensions + d];
      });
      const length = Math.hypot(...sum);
      return sum.map((component) => component / length);
    };
    const centroids = new Map(tree.nodes.map((node) => [records[node.id].id, centroidOf(node)]));
    const cosine = (a: number, b: number) =>
      (centroids.get(a) ?? []).reduce(
        (sum, component, d) => sum + component * (centroids.get(b)?.[d] ?? Number.NaN),
        0,
      );
    for (const { id, level } of await night.treeOf()) {
      const { relatedTopics } = await night.get(`/api/topics/${id}`, topicResponse);
      const others = (await night.topicsOf(`?level=${level}`)).topics.filter((other) => other.id !== id);
      expect(relatedTopics).toHaveLength(Math.min(10, others.length));
      for (const other of relatedTopics) expect(Math.abs(other.similarity - cosine(id, other.id))).toBeLessThan(1e-4);
      const highest = others.map((other) => cosine(id, other.id)).sort((a, b) => b - a);
      for (const [i, { similarity }] of relatedTopics.entries())
        expect(Math.abs(similarity - highest[i])).toBeLessThan(1e-4);
    }
  });

  test.each(['999999', '99999999999999999999', 'abc', '-1', '1.5', '0x1', '%20', "1'", '%00'])(
    'with the id %s does not exist: it gets a 404, and so do its papers',
    async (id) => {
      expect(await night.refused(`/api/topics/${id}`, 404)).toContain('no topic has the id');
      expect(await night.refused(`/api/topics/${id}/papers`, 404)).toContain('no topic has the id');
    },
  );
});

describe('the papers of a topic', () => {
  test.each(['representative', 'date', 'comments'])(
    'by %s have pages that neither repeat nor skip a paper, whatever their size',
    async (sort) => {
      for (const [id, members] of await night.membersById()) {
        const [smallPages, largePages] = [await pagesOf(id, sort, 7), await pagesOf(id, sort, 100)];
        expect(smallPages).toEqual(largePages);
        expect(smallPages.total).toBe(members.length);
        expect(smallPages.papers.map((paper) => paper.id).sort()).toEqual([...members].sort());
      }
    },
  );

  test('are sorted by similarity to the centroid, by date, or by comments; unknown dates and comments come last', async () => {
    for (const { id } of await night.treeOf()) {
      const representative = await night.get(`/api/topics/${id}/papers?limit=200`, topicPapersResponse);
      expect(representative.sort).toBe('representative');
      const similarities = representative.papers.map(({ similarity }) => similarity);
      expect(similarities).toEqual([...similarities].sort((a, b) => b - a));
      const topic = await night.get(`/api/topics/${id}`, topicResponse);
      expect(representative.papers.slice(0, topic.representativePapers.length).map((paper) => paper.id)).toEqual(
        topic.representativePapers.map((paper) => paper.id),
      );
      const dates = (await night.get(`/api/topics/${id}/papers?limit=200&sort=date`, topicPapersResponse)).papers.map(
        ({ date }) => date ?? '',
      );
      expect(dates).toEqual([...dates].sort().reverse());
      const discussed = (await night.get(`/api/topics/${id}/papers?limit=200&sort=comments`, topicPapersResponse))
        .papers;
      const keys = discussed.map(
        ({ comments, date }) => `${String((comments ?? -1) + 1).padStart(9, '0')} ${date ?? ''}`,
      );
      expect(keys).toEqual([...keys].sort().reverse());
      expect(discussed.map((paper) => paper.id).sort()).toEqual(representative.papers.map((paper) => paper.id).sort());
    }
  });

  test('have the same fields as the papers themselves', async () => {
    const [{ id }] = await night.treeOf();
    for (const listed of (await night.get(`/api/topics/${id}/papers?limit=30`, topicPapersResponse)).papers) {
      const paper = await night.get(`/api/papers/${encodeURIComponent(listed.id)}`, paperResponse);
      const { similarity: _, ...fields } = listed;
      expect(paper).toMatchObject(fields);
    }
  });

  test.each(['limit=0', 'limit=201', 'limit=x', 'offset=-1', 'offset=x', 'sort=size', 'sort='])(
    'get a 400 for %s',
    async (query) => {
      const [{ id }] = await night.treeOf();
      expect(await night.refused(`/api/topics/${id}/papers?${query}`, 400)).toContain(query.split('=')[0]);
    },
  );
});
