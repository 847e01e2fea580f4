/** Matches the topics of a new snapshot with those of the previous one: ids, names and what changed. */
import { NO_PREVIOUS_ROW } from '../core/snapshot-update.ts';
import type { SnapshotTopics, TopicRecord } from '../core/topic-tree.ts';
import { OUTLIER, type TopicTree } from '../core/topic-tree.ts';
import type { TopicDescription } from './describe-topics.ts';
import {
  findTopicOverlaps,
  matchTopicsByOverlap,
  NO_PREVIOUS_TOPIC,
  type TopicEvent,
  type TopicOverlap,
  topicEvents,
} from './identity.ts';

/** The topics of the previous snapshot, and how its papers correspond to those of the new one. */
export interface PreviousTopics {
  readonly topics: SnapshotTopics;
  /** For each row of the new snapshot, the same paper's row in the previous one; NO_PREVIOUS_ROW for a new paper. */
  readonly previousRowOf: Int32Array;
}

/** What happened to the topics since the previous snapshot. */
export interface TopicChanges {
  /** Ids and names of all topics of the previous snapshot, so that topics that no longer exist can be named. */
  readonly names: readonly { readonly id: number; readonly name: string }[];
  /** One entry for each level of the tree on which something happened. */
  readonly levels: readonly LevelEvents[];
}

/** The events of one level. Level 0 has the topics, −1 the super-topics above them, 1 and more the subtopics. */
interface LevelEvents {
  readonly level: number;
  readonly events: readonly TopicEvent[];
}

interface MatchedTopics {
  readonly topics: SnapshotTopics;
  readonly changes: TopicChanges;
}

/**
 * A matched topic takes over the previous name only from this Jaccard similarity on: with less in common, it may be
 * about something else by now.
 */
const MIN_JACCARD_TO_KEEP_NAME = 0.5;

/**
 * Gives every topic its permanent id and its name. Topics are matched with those of the previous snapshot by their
 * papers, each level with the same level. A matched topic takes over the previous id, and the previous name if it is
 * similar enough; all other ids and names are new.
 *
 * @param descriptions one for each node of `tree`, in the order of the nodes
 */
export function matchTopics(
  tree: TopicTree,
  descriptions: readonly TopicDescription[],
  previous: PreviousTopics | undefined,
): MatchedTopics {
  const ids = new Int32Array(tree.nodes.length).fill(NO_PREVIOUS_TOPIC);
  const keptNames = new Map<number, string>();
  const matchedLevels: MatchedLevel[] = [];
  if (previous) {
    for (const level of levelsOf(tree)) {
      const nodes = nodesOnLevel(tree, level);
      const nextCount = nodes.length;
      const members = { previousOf: previousTopicsOf(previous, level), nextOf: memberOf(tree, nodes), nextCount };
      const overlaps = findTopicOverlaps(members);
      const previousOfNext = matchTopicsByOverlap(overlaps, nextCount);
      nodes.forEach((node, next) => {
        const previousNode = previousOfNext[next];
        if (previousNode === NO_PREVIOUS_TOPIC) return;
        const { id, generatedName } = previous.topics.records[previousNode];
        ids[node] = id;
        const match = overlaps.find((one) => one.previous === previousNode && one.next === next);
        if (match && match.jaccard >= MIN_JACCARD_TO_KEEP_NAME) keptNames.set(node, generatedName);
      });
      matchedLevels.push({ level, nodes, overlaps });
    }
  }
  let nextId = previous?.topics.nextId ?? 0;
  for (let node = 0; node < ids.length; node++) if (ids[node] === NO_PREVIOUS_TOPIC) ids[node] = nextId++;
  const names = uniqueNames(descriptions, keptNames);
  const records = tree.nodes.map(({ size }, node): TopicRecord => {
    const { keywords, representative, sentence, months, growth } = descriptions[node];
    return {
      id: ids[node],
      name: names[node],
      generatedName: names[node],
      userKey: null,
      keywords,
      size,
      representative,
      sentence,
      months,
      growth,
    };
  });
  const levels = previous ? matchedLevels.map((level) => eventsOf(level, previous, tree, ids)) : [];
  return {
    topics: { tree, records, nextId },
    changes: {
      names: previous ? previous.topics.records.map(({ id, name }) => ({ id, name })) : [],
      levels: levels.filter(({ events }) => events.length > 0),
    },
  };
}

/** The topics on one level of the new tree, and how they overlap with topics on the same level of the previous tree. */
interface MatchedLevel {
  /** Number of the level relative to the chosen level, which is 0. */
  readonly level: number;
  /** Ids of the nodes on this level. */
  readonly nodes: readonly number[];
  /** In each overlap, `previous` is the id of a node of the previous tree, and `next` an index in `nodes`. */
  readonly overlaps: readonly TopicOverlap[];
}

/** The levels of a tree that have nodes, ascending, as numbers relative to the chosen level. */
function levelsOf({ nodes, chosenLevel }: TopicTree): number[] {
  return [...new Set(nodes.map(({ level }) => level - chosenLevel))].sort((a, b) => a - b);
}

/**
 * The ids of the nodes on one level of a tree.
 *
 * @param level number of the level relative to the chosen level, which is 0
 */
function nodesOnLevel({ nodes, chosenLevel }: TopicTree, level: number): number[] {
  return nodes.filter((node) => node.level - chosenLevel === level).map(({ id }) => id);
}

/** For each row, the index in `nodes` of the node that contains the paper; OUTLIER if none of them does. */
function memberOf(tree: TopicTree, nodes: readonly number[]): Int32Array {
  const indexOf = new Int32Array(tree.nodes.length).fill(OUTLIER);
  nodes.forEach((node, i) => {
    indexOf.fill(i, node, tree.nodes[node].end);
  });
  return tree.leafOfRow.map((leaf) => (leaf === OUTLIER ? OUTLIER : indexOf[leaf]));
}

/**
 * For each row of the new snapshot, the node of the previous tree on a level that contained the paper; OUTLIER for
 * none.
 */
function previousTopicsOf({ topics, previousRowOf }: PreviousTopics, level: number): Int32Array {
  const nodes = nodesOnLevel(topics.tree, level);
  const members = memberOf(topics.tree, nodes);
  return previousRowOf.map((row) => {
    const i = row === NO_PREVIOUS_ROW ? OUTLIER : members[row];
    return i === OUTLIER ? OUTLIER : nodes[i];
  });
}

function eventsOf(
  { level, overlaps, nodes }: MatchedLevel,
  { topics: { tree, records } }: PreviousTopics,
  nextTree: TopicTree,
  ids: Int32Array,
): LevelEvents {
  const previousSizes = new Map(nodesOnLevel(tree, level).map((node) => [records[node].id, tree.nodes[node].size]));
  const nextSizes = nodes.map((node) => nextTree.nodes[node].size);
  const idOfNext = nodes.map((node) => ids[node]);
  const overlapsById = overlaps.map((overlap) => ({ ...overlap, previous: records[overlap.previous].id }));
  return { level, events: topicEvents({ overlaps: overlapsById, previousSizes, nextSizes, idOfNext }) };
}

/**
 * Names for all nodes, without duplicates. A new name that is already taken gets a keyword added, or else the number of
 * the node.
 */
function uniqueNames(descriptions: readonly TopicDescription[], keptNames: ReadonlyMap<number, string>): string[] {
  const keyOf = (name: string) => name.toLowerCase();
  const names: string[] = [];
  const used = new Set<string>();
  // Kept names are unique, as they were in the previous snapshot.
  for (const [node, name] of keptNames) {
    names[node] = name;
    used.add(keyOf(name));
  }
  descriptions.forEach(({ name, keywords }, node) => {
    if (names[node] !== undefined) return;
    const alternatives = [name, ...keywords.map(({ text }) => `${name} · ${text}`)];
    names[node] = alternatives.find((one) => !used.has(keyOf(one))) ?? `${name} · ${node + 1}`;
    used.add(keyOf(names[node]));
  });
  return names;
}
