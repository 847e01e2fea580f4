import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readTopicChanges } from '../../../../pipeline/store/snapshot-files.ts';
import { compareTopicsResponse, topicChangesResponse, topicResponse } from '../../../../server/schemas/topics.ts';
import { startTwoSnapshotServer } from '../../../fixtures/two-snapshot-server.ts';

let night: Awaited<ReturnType<typeof startTwoSnapshotServer>>;

beforeAll(async () => {
  night = await startTwoSnapshotServer();
});
afterAll(() => night.stop());

describe('two topics compared', () => {
  const compare = (a: number, b: number) => night.get(`/api/topics/compare?a=${a}&b=${b}`, compareTopicsResponse);

  test('give the same result in either order', async () => {
    const ids = (await night.treeOf()).map(({ id }) => id);
    for (const [i, a] of ids.entries()) {
      const b = ids[(i + 5) % ids.length];
      const [forward, back] = [await compare(a, b), await compare(b, a)];
      expect(back).toEqual({
        ...forward,
        a: forward.b,
        b: forward.a,
        sharedKeywords: expect.arrayContaining(
          forward.sharedKeywords.map(({ text, weightInA, weightInB }) => ({
            text,
            weightInA: weightInB,
            weightInB: weightInA,
          })),
        ),
      });
      expect(back.sharedKeywords).toHaveLength(forward.sharedKeywords.length);
    }
  });

  test('have shared and own keywords, and papers near the other topic that are in one of them only', async () => {
    const members = await night.membersById();
    const { topics } = await night.topicsOf();
    let listed = 0;
    for (const first of topics) {
      for (const second of topics.filter(({ id }) => id > first.id)) {
        const response = await compare(first.id, second.id);
        expect(response.sharedPapers).toBe(0);
        const shared = response.sharedKeywords.map(({ text }) => text);
        for (const [side, topic] of [
          [response.a, first],
          [response.b, second],
        ] as const) {
          const { id, name, parent, level, size, growth } = topic;
          expect(side).toMatchObject({ id, name, parent, level, size, growth });
          expect([...side.keywords.map(({ text }) => text), ...shared].sort()).toEqual(
            topic.keywords.map(({ text }) => text).sort(),
          );
          for (const paper of side.nearestToOther) expect(members.get(topic.id)).toContain(paper.id);
          const similarities = side.nearestToOther.map(({ similarity }) => similarity);
          expect(similarities).toEqual([...similarities].sort((x, y) => y - x));
          listed += similarities.length;
        }
      }
    }
    expect(listed).toBe(topics.length * (topics.length - 1) * 5);
  });

  test('have the shares of inter-topic edges of the kNN graph', async () => {
    const members = await night.membersById();
    const [first, second] = (await night.topicsOf()).topics;
    const rowsOf = (id: number) => (members.get(id) ?? []).map((paper) => night.map.ids.indexOf(paper));
    const edgesBetween = (from: number, to: number) => {
      const targets = new Set(rowsOf(to));
      const { k, neighbors: rows } = night.snapshot.graph;
      return rowsOf(from).flatMap((row) =>
        [...rows.subarray(row * k, (row + 1) * k)].filter((neighbor) => targets.has(neighbor)),
      );
    };
    const { a, b, interTopicEdgeShare: both } = await compare(first.id, second.id);
    const fromFirst = edgesBetween(first.id, second.id).length;
    const fromSecond = edgesBetween(second.id, first.id).length;
    const { k } = night.snapshot.graph;
    expect(fromFirst).toBeGreaterThan(0);
    expect(a.edgeShareToOther).toBeCloseTo(fromFirst / (first.size * k), 3);
    expect(b.edgeShareToOther).toBeCloseTo(fromSecond / (second.size * k), 3);
    expect(both).toBeCloseTo((fromFirst + fromSecond) / ((first.size + second.size) * k), 3);
  });

  test('of which one is a subtopic of the other share its papers, and the subtopic has none outside', async () => {
    const subtopic = (await night.treeOf()).find(({ parent }) => parent !== null);
    const response = await compare(subtopic?.parent ?? -1, subtopic?.id ?? -1);
    expect(response.sharedPapers).toBe(subtopic?.size);
    expect(response.b.nearestToOther).toEqual([]);
    expect(response.a.nearestToOther).toHaveLength(5);
  });

  test('have the weights of shared keywords in both', async () => {
    let shared = 0;
    for (const { id, parent } of await night.treeOf()) {
      if (parent === null) continue;
      const weightsOf = async (topic: number) => {
        const { keywords } = await night.get(`/api/topics/${topic}`, topicResponse);
        return new Map(keywords.map(({ text, weight }) => [text, weight]));
      };
      const [inA, inB] = [await weightsOf(id), await weightsOf(parent)];
      for (const { text, weightInA, weightInB } of (await compare(id, parent)).sharedKeywords) {
        expect([weightInA, weightInB]).toEqual([inA.get(text), inB.get(text)]);
        shared++;
      }
    }
    expect(shared).toBeGreaterThan(5);
  });

  test('must exist and be different', async () => {
    const [{ id }] = await night.treeOf();
    expect(await night.refused(`/api/topics/compare?a=${id}&b=${id}`, 400)).toContain('itself');
    expect(await night.refused(`/api/topics/compare?a=${id}`, 400)).toContain('b:');
    expect(await night.refused(`/api/topics/compare?a=x&b=${id}`, 400)).toContain('a:');
    expect(await night.refused(`/api/topics/compare?a=${id}&b=999999`, 404)).toContain('999999');
  });
});

describe('topic changes', () => {
  test('are those of the snapshot, with names', async () => {
    const response = await night.get('/api/topics/changes', topicChangesResponse);
    const stored = readTopicChanges(night.snapshot.folder);
    expect(response.previous).toBe(night.snapshot.manifest.previous?.snapshot);
    expect(response.levels.map(({ level }) => level)).toEqual(stored.levels.map(({ level }) => level));
    const kinds = response.levels.flatMap(({ events }) => events.map(({ kind }) => kind));
    for (const kind of ['born', 'died', 'grew']) expect(kinds).toContain(kind);
    const names = new Map([...stored.names, ...(await night.treeOf())].map(({ id, name }) => [id, name]));
    for (const [i, { events }] of response.levels.entries()) {
      expect(events).toMatchObject(stored.levels[i].events);
      for (const event of events) {
        const flows = 'from' in event ? event.from : 'into' in event ? event.into : [];
        for (const { id, name } of [event, ...flows]) expect(name).toBe(names.get(id));
      }
    }
  });

  test('are listed with each topic that they involve', async () => {
    const { levels } = await night.get('/api/topics/changes', topicChangesResponse);
    const events = levels.flatMap((level) => level.events);
    let listed = 0;
    for (const { id } of await night.treeOf()) {
      const { events: ofTopic } = await night.get(`/api/topics/${id}`, topicResponse);
      const own = events.filter((event) => event.id === id);
      expect(ofTopic).toEqual(expect.arrayContaining(own));
      for (const event of ofTopic) expect(JSON.stringify(event)).toContain(`"id":${id},`);
      listed += ofTopic.length;
    }
    expect(listed).toBeGreaterThan(10);
  });

  test('are in the error for a topic that died', async () => {
    const { levels } = await night.get('/api/topics/changes', topicChangesResponse);
    const died = levels.flatMap(({ events }) => events).filter((event) => event.kind === 'died');
    // The topic of the papers about bread, which are not in the second run.
    expect(died.filter(({ into }) => into.length === 0)).not.toEqual([]);
    for (const { id, name, into } of died) {
      const message = await night.refused(`/api/topics/${id}`, 404);
      expect(message).toContain(`topic ${id} '${name}' no longer exists`);
      for (const heir of into) expect(message).toContain(`${heir.id} '${heir.name}'`);
    }
  });
});
