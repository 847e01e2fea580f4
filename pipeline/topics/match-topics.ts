/** Matches the topics of a new snapshot with those of the previous one: ids, names and what changed. */
import { NEW_PAPER } from '../core/snapshot-update.ts';
import type { TopicRecord, TopicRecords } from '../core/topic-tree.ts';
import { OUTLIER, type TopicTree } from '../core/topic-tree.ts';
import type { TopicDescription } from './describe-topics.ts';
import { countOverlaps, matchByOverlap, NEW_TOPIC, type Overlap, type TopicEvent, topicEvents } from './identity.ts';

/** The topics of the previous snapshot. */
export interface PreviousTopics {
  readonly topics: TopicRecords;
  /** The previous row of each row, NEW_PAPER for a new one. */
  readonly previousRowOf: Int32Array;
}

/** What happened to the topics since the previous snapshot. */
export interface TopicChanges {
  /** All topics of the previous snapshot, to name those that no longer exist. */
  readonly names: readonly { readonly id: number; readonly name: string }[];
  /** One entry per level with events. */
  readonly levels: readonly LevelEvents[];
}

/** The events of one level: 0 is the chosen one, −1 the super-topics above it, 1 and more the subtopics below. */
interface LevelEvents {
  readonly level: number;
  readonly events: readonly TopicEvent[];
}

interface MatchedTopics {
  readonly topics: TopicRecords;
  readonly changes: TopicChanges;
}

/** A matched topic also keeps its name from this Jaccard similarity on; below, it may be about something else by now. */
const MIN_JACCARD_TO_KEEP_NAME = 0.5;

/**
 * Gives every topic its permanent id and its name: those of the previous topic it is matched with by papers, level by
 * level relative to the chosen one, or new ones.
 *
 * @param descriptions parallel to the nodes of `tree`
 */
export function matchTopics(
  tree: TopicTree,
  descriptions: readonly TopicDescription[],
  previous: PreviousTopics | undefined,
): MatchedTopics {
  const ids = new Int32Array(tree.nodes.length).fill(NEW_TOPIC);
  const keptNames = new Map<number, string>();
  const matchedLevels: MatchedLevel[] = [];
  if (previous) {
    for (const level of levelsOf(tree)) {
      const nodes = nodesOnLevel(tree, level);
      const nextCount = nodes.length;
      const members = { previousOf: previousTopicsOf(previous, level), nextOf: memberOf(tree, nodes), nextCount };
      const overlaps = countOverlaps(members);
      const previousOfNext = matchByOverlap(overlaps, nextCount);
      nodes.forEach((node, next) => {
        const previousNode = previousOfNext[next];
        if (previousNode === NEW_TOPIC) return;
        const { id, generatedName } = previous.topics.records[previousNode];
        ids[node] = id;
        const match = overlaps.find((one) => one.previous === previousNode && one.next === next);
        if (match && match.jaccard >= MIN_JACCARD_TO_KEEP_NAME) keptNames.set(node, generatedName);
      });
      matchedLevels.push({ level, nodes, overlaps });
    }
  }
  let nextId = previous?.topics.nextId ?? 0;
  for (let node = 0; node < ids.length; node++) if (ids[node] === NEW_TOPIC) ids[node] = nextId++;
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

/** One level, relative to the chosen one, and how its topics overlap with previous ones. */
interface MatchedLevel {
  readonly level: number;
  /** Ids of the nodes on this level. */
  readonly nodes: readonly number[];
  /** `previous` is a previous node, `next` an index in `nodes`. */
  readonly overlaps: readonly Overlap[];
}

/** The levels that have nodes, relative to the chosen one. */
function levelsOf({ nodes, chosenLevel }: TopicTree): number[] {
  return [...new Set(nodes.map(({ level }) => level - chosenLevel))].sort((a, b) => a - b);
}

/** @param level relative to the chosen one */
function nodesOnLevel({ nodes, chosenLevel }: TopicTree, level: number): number[] {
  return nodes.filter((node) => node.level - chosenLevel === level).map(({ id }) => id);
}

/** The index in `nodes` of the node that each row is in, OUTLIER for none. */
function memberOf(tree: TopicTree, nodes: readonly number[]): Int32Array {
  const indexOf = new Int32Array(tree.nodes.length).fill(OUTLIER);
  nodes.forEach((node, i) => {
    indexOf.fill(i, node, tree.nodes[node].end);
  });
  return tree.leafOfRow.map((leaf) => (leaf === OUTLIER ? OUTLIER : indexOf[leaf]));
}

/** The previous node on a level of each row of the new snapshot, OUTLIER for none. */
function previousTopicsOf({ topics, previousRowOf }: PreviousTopics, level: number): Int32Array {
  const nodes = nodesOnLevel(topics.tree, level);
  const members = memberOf(topics.tree, nodes);
  return previousRowOf.map((row) => {
    const i = row === NEW_PAPER ? OUTLIER : members[row];
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

/** The names of all nodes. A new name that another topic kept gets a keyword added, or the number of the node. */
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
