import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readTopicChanges } from '../../../../pipeline/store/snapshot-files.ts';
import { compareTopicsResponse, topicChangesResponse, topicResponse } from '../../../../server/schemas/topics.ts';
import { startSecondNight } from '../../../fixtures/second-night.ts';

let night: Awaited<ReturnType<typeof startSecondNight>>;

beforeAll(async () => {
  night = await startSecondNight();
}, 60_000);
afterAll(() => night.stop());

describe('two topics compared', () => {
  const compare = (a: number, b: number) => night.get(`/api/topics/compare?a=${a}&b=${b}`, compareTopicsResponse);

  test('tell the same the other way round', async () => {
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

  test('share and keep their own keywords, and have bridges that are in one of them alone', async () => {
    const members = await night.membersById();
    const { topics } = await night.topicsOf();
    let bridges = 0;
    for (const one of topics) {
      for (const other of topics.filter(({ id }) => id > one.id)) {
        const answer = await compare(one.id, other.id);
        expect(answer.sharedPapers).toBe(0);
        const shared = answer.sharedKeywords.map(({ text }) => text);
        for (const [side, topic] of [
          [answer.a, one],
          [answer.b, other],
        ] as const) {
          const { id, name, parent, level, size, growth } = topic;
          expect(side).toMatchObject({ id, name, parent, level, size, growth });
          expect([...side.keywords.map(({ text }) => text), ...shared].sort()).toEqual(
            topic.keywords.map(({ text }) => text).sort(),
          );
          for (const bridge of side.nearestToOther) expect(members.get(topic.id)).toContain(bridge.id);
          const nearness = side.nearestToOther.map(({ similarity }) => similarity);
          expect(nearness).toEqual([...nearness].sort((x, y) => y - x));
          bridges += nearness.length;
        }
      }
    }
    expect(bridges).toBe(topics.length * (topics.length - 1) * 5);
  });

  test('have as many neighbors in each other as the graph says', async () => {
    const members = await night.membersById();
    const [one, other] = (await night.topicsOf()).topics;
    const rowsOf = (id: number) => (members.get(id) ?? []).map((paper) => night.map.ids.indexOf(paper));
    const crossing = (from: number, into: number) => {
      const inside = new Set(rowsOf(into));
      const { k, neighbors: rows } = night.snapshot.graph;
      return rowsOf(from).flatMap((row) =>
        [...rows.subarray(row * k, (row + 1) * k)].filter((near) => inside.has(near)),
      );
    };
    const { a, b, interTopicEdgeShare: both } = await compare(one.id, other.id);
    const [fromOne, fromOther] = [crossing(one.id, other.id).length, crossing(other.id, one.id).length];
    const { k } = night.snapshot.graph;
    expect(fromOne).toBeGreaterThan(0);
    expect(a.edgeShareToOther).toBeCloseTo(fromOne / (one.size * k), 3);
    expect(b.edgeShareToOther).toBeCloseTo(fromOther / (other.size * k), 3);
    expect(both).toBeCloseTo((fromOne + fromOther) / ((one.size + other.size) * k), 3);
  });

  test('of which one is a part of the other share its papers, and the part leads nowhere', async () => {
    const part = (await night.treeOf()).find(({ parent }) => parent !== null);
    const answer = await compare(part?.parent ?? -1, part?.id ?? -1);
    expect(answer.sharedPapers).toBe(part?.size);
    expect(answer.b.nearestToOther).toEqual([]);
    expect(answer.a.nearestToOther).toHaveLength(5);
  });

  test('tell what a shared keyword weighs in each', async () => {
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

  test('must be two that there are', async () => {
    const [{ id }] = await night.treeOf();
    expect(await night.refused(`/api/topics/compare?a=${id}&b=${id}`, 400)).toContain('itself');
    expect(await night.refused(`/api/topics/compare?a=${id}`, 400)).toContain('b:');
    expect(await night.refused(`/api/topics/compare?a=x&b=${id}`, 400)).toContain('a:');
    expect(await night.refused(`/api/topics/compare?a=${id}&b=999999`, 404)).toContain('999999');
  });
});

describe('what became of topics', () => {
  test('is the ledger of the snapshot, with names', async () => {
    const answer = await night.get('/api/topics/changes', topicChangesResponse);
    const written = readTopicChanges(night.snapshot.folder);
    expect(answer.previous).toBe(night.snapshot.manifest.previous?.snapshot);
    expect(answer.levels.map(({ level }) => level)).toEqual(written.levels.map(({ level }) => level));
    const kinds = answer.levels.flatMap(({ events }) => events.map(({ kind }) => kind));
    for (const kind of ['born', 'died', 'grew']) expect(kinds).toContain(kind);
    const names = new Map([...written.names, ...(await night.treeOf())].map(({ id, name }) => [id, name]));
    for (const [i, { events }] of answer.levels.entries()) {
      expect(events).toMatchObject(written.levels[i].events);
      for (const event of events) {
        const parts = 'from' in event ? event.from : 'into' in event ? event.into : [];
        for (const { id, name } of [event, ...parts]) expect(name).toBe(names.get(id));
      }
    }
  });

  test('is told of each topic that it is about', async () => {
    const { levels } = await night.get('/api/topics/changes', topicChangesResponse);
    const events = levels.flatMap((level) => level.events);
    let told = 0;
    for (const { id } of await night.treeOf()) {
      const { events: changes } = await night.get(`/api/topics/${id}`, topicResponse);
      const subjects = events.filter((event) => event.id === id);
      expect(changes).toEqual(expect.arrayContaining(subjects));
      for (const event of changes) expect(JSON.stringify(event)).toContain(`"id":${id},`);
      told += changes.length;
    }
    expect(told).toBeGreaterThan(10);
  });

  test('is said to one who asks for a topic that died', async () => {
    const { levels } = await night.get('/api/topics/changes', topicChangesResponse);
    const died = levels.flatMap(({ events }) => events).filter((event) => event.kind === 'died');
    // That of the papers about bread, which are no more.
    expect(died.filter(({ into }) => into.length === 0)).not.toEqual([]);
    for (const { id, name, into } of died) {
      const message = await night.refused(`/api/topics/${id}`, 404);
      expect(message).toContain(`topic ${id} '${name}' is no more`);
      for (const heir of into) expect(message).toContain(`${heir.id} '${heir.name}'`);
    }
  });
});
