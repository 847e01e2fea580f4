import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { paperResponse } from '../../../../server/schemas/papers.ts';
import { type TopicPapersResponse, topicResponse, topicPapersResponse } from '../../../../server/schemas/topics.ts';
import { queryString } from '../../../fixtures/client.ts';
import { startSecondNight } from '../../../fixtures/second-night.ts';

let night: Awaited<ReturnType<typeof startSecondNight>>;

beforeAll(async () => {
  night = await startSecondNight();
}, 60_000);
afterAll(() => night.stop());

async function pagesOf(id: number, sort: string, limit: number) {
  const papers: TopicPapersResponse['papers'] = [];
  for (let offset = 0; ; offset += limit) {
    const page = await night.get(`/api/topics/${id}/papers?${queryString({ sort, limit, offset })}`, topicPapersResponse);
    papers.push(...page.papers);
    if (page.papers.length < limit) return { papers, total: page.total };
  }
}

describe('one topic', () => {
  test('tells what it tells in the list, and its place in the tree', async () => {
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
      expect(topic.subtopics.map((part) => part.id)).toEqual(
        tree.filter((one) => one.parent === id).map((one) => one.id),
      );
      expect(topic.ancestors.at(-1)?.id ?? null).toBe(parent);
      const above: number[] = [];
      for (let at = parent; at !== null; at = byId.get(at)?.parent ?? null) above.unshift(at);
      expect(topic.ancestors.map((one) => one.id)).toEqual(above);
      expect(topic.months.reduce((sum, { papers }) => sum + papers, 0)).toBeLessThanOrEqual(topic.size);
      if (topic.sentence) {
        const { abstract } = await night.get(`/api/papers/${topic.sentence.id}`, paperResponse);
        expect(abstract.replace(/\s+/g, ' ')).toContain(topic.sentence.text.replace(/\s+/g, ' '));
      }
    }
  });

  test('has the nearest others of its level as siblings, as near as the vectors say', async () => {
    const { tree, records } = night.snapshot.topics;
    const { dimensions, data } = night.snapshot.vectors;
    const meanOf = (node: (typeof tree.nodes)[number]) => {
      const mean = new Array<number>(dimensions).fill(0);
      tree.leafOfRow.forEach((leaf, row) => {
        if (leaf >= node.id && leaf < node.end)
          for (let d = 0; d < dimensions; d++) mean[d] += data[row * dimensions + d];
      });
      const length = Math.hypot(...mean);
      return mean.map((component) => component / length);
    };
    const means = new Map(tree.nodes.map((node) => [records[node.id].id, meanOf(node)]));
    const cosine = (a: number, b: number) =>
      (means.get(a) ?? []).reduce((sum, component, d) => sum + component * (means.get(b)?.[d] ?? Number.NaN), 0);
    for (const { id, level } of await night.treeOf()) {
      const { siblings } = await night.get(`/api/topics/${id}`, topicResponse);
      const others = (await night.topicsOf(`?level=${level}`)).topics.filter((other) => other.id !== id);
      expect(siblings).toHaveLength(Math.min(10, others.length));
      for (const sibling of siblings) expect(Math.abs(sibling.similarity - cosine(id, sibling.id))).toBeLessThan(1e-4);
      const best = others.map((other) => cosine(id, other.id)).sort((a, b) => b - a);
      for (const [i, { similarity }] of siblings.entries()) expect(Math.abs(similarity - best[i])).toBeLessThan(1e-4);
    }
  });

  test.each(['999999', '99999999999999999999', 'abc', '-1', '1.5', '0x1', '%20', "1'", '%00'])(
    'with the id %s is none: 404, and neither are its papers',
    async (id) => {
      expect(await night.refused(`/api/topics/${id}`, 404)).toContain('no topic has the id');
      expect(await night.refused(`/api/topics/${id}/papers`, 404)).toContain('no topic has the id');
    },
  );
});

describe('the papers of a topic', () => {
  test.each(['representative', 'date', 'comments'])(
    'by %s come page by page, none twice, none left out, and alike each time',
    async (sort) => {
      for (const [id, members] of await night.membersById()) {
        const [bySeven, byHundred] = [await pagesOf(id, sort, 7), await pagesOf(id, sort, 100)];
        expect(bySeven).toEqual(byHundred);
        expect(bySeven.total).toBe(members.length);
        expect(bySeven.papers.map((paper) => paper.id).sort()).toEqual([...members].sort());
      }
    },
  );

  test('stand by nearness to the mean vector, the most representative first; or the newest or the most discussed first, and those of which that is not known last', async () => {
    for (const { id } of await night.treeOf()) {
      const representative = await night.get(`/api/topics/${id}/papers?limit=200`, topicPapersResponse);
      expect(representative.sort).toBe('representative');
      const nearness = representative.papers.map(({ similarity }) => similarity);
      expect(nearness).toEqual([...nearness].sort((a, b) => b - a));
      const topic = await night.get(`/api/topics/${id}`, topicResponse);
      expect(representative.papers.slice(0, topic.representativePapers.length).map((paper) => paper.id)).toEqual(
        topic.representativePapers.map((paper) => paper.id),
      );
      const dates = (await night.get(`/api/topics/${id}/papers?limit=200&sort=date`, topicPapersResponse)).papers.map(
        ({ date }) => date ?? '',
      );
      expect(dates).toEqual([...dates].sort().reverse());
      const discussed = (await night.get(`/api/topics/${id}/papers?limit=200&sort=comments`, topicPapersResponse)).papers;
      const keys = discussed.map(
        ({ comments, date }) => `${String((comments ?? -1) + 1).padStart(9, '0')} ${date ?? ''}`,
      );
      expect(keys).toEqual([...keys].sort().reverse());
      expect(discussed.map((paper) => paper.id).sort()).toEqual(representative.papers.map((paper) => paper.id).sort());
    }
  });

  test('are told as the papers themselves tell it', async () => {
    const [{ id }] = await night.treeOf();
    for (const listed of (await night.get(`/api/topics/${id}/papers?limit=30`, topicPapersResponse)).papers) {
      const paper = await night.get(`/api/papers/${encodeURIComponent(listed.id)}`, paperResponse);
      const { similarity: _, ...facts } = listed;
      expect(paper).toMatchObject(facts);
    }
  });

  test.each(['limit=0', 'limit=201', 'limit=x', 'offset=-1', 'offset=x', 'sort=size', 'sort='])(
    'are refused for %s',
    async (query) => {
      const [{ id }] = await night.treeOf();
      expect(await night.refused(`/api/topics/${id}/papers?${query}`, 400)).toContain(query.split('=')[0]);
    },
  );
});
