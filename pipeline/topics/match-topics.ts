/** Carries topics over from one snapshot to the next: who is who, what they are called, what became of them. */
import type { TopicRecord, TopicRecords } from '../core/topic-records.ts';
import { OUTLIER, type TopicTree } from '../core/topic-tree.ts';
import type { TopicHistory } from './history.ts';
import { continued, ledgerOf, NONE, type Overlap, overlapsOf, type TopicEvent } from './identity.ts';
import { applyGivenNames, type GivenName } from './user-names.ts';

/** What is told about a node before it has an id. */
export type Described = Pick<TopicRecord, 'keywords' | 'central' | 'sentence'> &
  TopicHistory & { readonly name: string };

/** The topics of a previous snapshot. */
export interface PreviousTopics {
  readonly topics: TopicRecords;
  /** The previous row of each row, NONE for a paper that was not there. */
  readonly previousRowOf: Int32Array;
}

/** What became of topics since the previous snapshot. */
export interface TopicChanges {
  /** The topics of the previous snapshot that the events are about. */
  readonly names: readonly { readonly id: number; readonly name: string }[];
  /** One entry for each level that had an event. */
  readonly levels: readonly LevelEvents[];
}

/** What became of the topics of one level: 0 is the chosen one, −1 the fields above it, 1 the parts below. */
export interface LevelEvents {
  readonly level: number;
  readonly events: readonly TopicEvent[];
}

export interface ContinuedTopics {
  readonly topics: TopicRecords;
  readonly changes: TopicChanges;
}

/** With this much in common a topic keeps its name too; with less it is still itself, but about something else. */
const SAME_NAME_JACCARD = 0.5;

/**
 * Gives every topic its lasting id and its name: those of the previous topic whose papers it holds, level by level counted
 * from the chosen one; new ids where there is none.
 *
 * @param described entry i is about node i of `tree`
 */
export function continueTopics(
  tree: TopicTree,
  described: readonly Described[],
  previous: PreviousTopics | undefined,
): ContinuedTopics {
  const ids = new Int32Array(tree.nodes.length).fill(NONE);
  const keptNames = new Map<number, string>();
  const changes: { level: number; overlaps: Overlap[]; nodes: number[] }[] = [];
  if (previous) {
    const named = previous.topics.named;
    for (const level of levelsOf(tree)) {
      const nodes = nodesOn(tree, level);
      const members = {
        previousOf: previousTopicOf(previous, level),
        nextOf: memberOf(tree, nodes),
        nextCount: nodes.length,
      };
      const overlaps = overlapsOf(members);
      const continuing = continued(overlaps, nodes.length);
      nodes.forEach((node, next) => {
        const before = continuing[next];
        if (before === NONE) return;
        ids[node] = named[before].id;
        const alike = overlaps.find((one) => one.previous === before && one.next === next);
        if (alike && alike.jaccard >= SAME_NAME_JACCARD) keptNames.set(node, named[before].generatedName);
      });
      changes.push({ level, overlaps, nodes });
    }
  }
  let nextId = previous?.topics.nextId ?? 0;
  for (let node = 0; node < ids.length; node++) if (ids[node] === NONE) ids[node] = nextId++;
  const names = namesOf(described, keptNames);
  const named = tree.nodes.map(({ size }, node): TopicRecord => {
    const { keywords, central, sentence, months, growth } = described[node];
    const name = names[node];
    return {
      id: ids[node],
      name,
      generatedName: name,
      userKey: null,
      keywords,
      size,
      central,
      sentence,
      months,
      growth,
    };
  });
  const levels = previous ? changes.map((one) => eventsOf(one, previous, tree, ids)) : [];
  return {
    topics: { tree, named, nextId },
    changes: {
      names: previous ? previous.topics.named.map(({ id, name }) => ({ id, name })) : [],
      levels: levels.filter(({ events }) => events.length > 0),
    },
  };
}

function levelsOf({ nodes, chosenLevel }: TopicTree): number[] {
  return [...new Set(nodes.map(({ level }) => level - chosenLevel))].sort((a, b) => a - b);
}

/** Nodes that stand on a level, counted from the chosen one. */
function nodesOn({ nodes, chosenLevel }: TopicTree, level: number): number[] {
  return nodes.filter((node) => node.level - chosenLevel === level).map(({ id }) => id);
}

/** The place in `nodes` of the one that each row is in, NONE for none. */
function memberOf(tree: TopicTree, nodes: readonly number[]): Int32Array {
  const placeOf = new Int32Array(tree.nodes.length).fill(NONE);
  nodes.forEach((node, place) => {
    placeOf.fill(place, node, tree.nodes[node].end);
  });
  return tree.leafOfRow.map((leaf) => (leaf === OUTLIER ? NONE : placeOf[leaf]));
}

/** The previous node on that level of each row of the next snapshot. */
function previousTopicOf({ topics, previousRowOf }: PreviousTopics, level: number): Int32Array {
  const nodes = nodesOn(topics.tree, level);
  const member = memberOf(topics.tree, nodes);
  return previousRowOf.map((row) => {
    const place = row === NONE ? NONE : member[row];
    return place === NONE ? NONE : nodes[place];
  });
}

function eventsOf(
  { level, overlaps, nodes }: { level: number; overlaps: Overlap[]; nodes: number[] },
  { topics: { tree, named } }: PreviousTopics,
  next: TopicTree,
  ids: Int32Array,
): LevelEvents {
  const previousSizes = new Map(nodesOn(tree, level).map((node) => [named[node].id, tree.nodes[node].size]));
  const nextSizes = nodes.map((node) => next.nodes[node].size);
  const idOfNext = nodes.map((node) => ids[node]);
  const told = overlaps.map((one) => ({ ...one, previous: named[one.previous].id }));
  return { level, events: ledgerOf({ overlaps: told, previousSizes, nextSizes, idOfNext }) };
}

/** Names that were kept, and the others' own, told apart by a further keyword where one is taken already. */
function namesOf(described: readonly Described[], kept: ReadonlyMap<number, string>): string[] {
  const keyOf = (name: string) => name.toLowerCase();
  const names: string[] = [];
  const taken = new Set<string>();
  for (const [node, name] of kept) {
    // Two topics that stood under one name in the previous snapshot cannot be: names were told apart there too.
    names[node] = name;
    taken.add(keyOf(name));
  }
  described.forEach(({ name, keywords }, node) => {
    if (names[node] !== undefined) return;
    const others = keywords.map(({ text }) => `${name} · ${text}`);
    const free = [name, ...others].find((one) => !taken.has(keyOf(one))) ?? `${name} · ${node + 1}`;
    names[node] = free;
    taken.add(keyOf(free));
  });
  return names;
}

/**
 * Puts the user's names in the place of those that papers gave.
 *
 * @param file what warnings call the list of names
 * @returns the topics, and a warning for each line that names none
 */
export function nameByHand(
  topics: TopicRecords,
  given: readonly GivenName[],
  previous: TopicRecords | undefined,
  file: string,
): { topics: TopicRecords; warnings: readonly string[] } {
  if (given.length === 0) return { topics, warnings: [] };
  const nameable = topics.named.map(({ id, generatedName }, at) => ({
    id: String(id),
    parent: topics.tree.nodes[at].parent ?? -1,
    generatedName,
  }));
  const before = previous?.named.map(({ id, generatedName, userKey }) => ({ id: String(id), generatedName, userKey }));
  const { names, userKey, warnings } = applyGivenNames(nameable, given, before ?? [], file);
  const named = topics.named.map((topic, at) => ({ ...topic, name: names[at], userKey: userKey[at] }));
  return { topics: { ...topics, named }, warnings };
}
