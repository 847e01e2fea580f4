import type { Projection } from '../../pipeline/core/map-positions.ts';
import type { TopicRecord, TopicRecords } from '../../pipeline/core/topic-records.ts';
import { nodesOfLevel, OUTLIER, type TopicNode, type TopicTree } from '../../pipeline/core/topic-tree.ts';
import type { PaperAnswer, TopicAnswer, TopicsAnswer } from '../schemas/search.ts';
import type { TopicsRequest } from '../schemas/topics.ts';
import { cutOf, type TopicCut } from './cut.ts';
import { openMembers, type TopicMembers } from './members.ts';

/** What topics are told from, by row. */
export interface TopicSource {
  readonly topics: TopicRecords;
  readonly map: Pick<Projection, 'x' | 'y'>;
  paper(row: number): { readonly id: string; readonly title: string };
}

/** The topics of one open snapshot. */
export interface OpenTopics {
  readonly tree: TopicTree;
  /** Every topic of the tree, in preorder. */
  readonly named: readonly TopicRecord[];
  readonly members: TopicMembers;
  /** The chosen level's topic of a row, by its id; null for a paper in none. */
  idOf(row: number): number | null;
  /** The same as a column, OUTLIER for none. */
  readonly idOfRow: Int32Array;
  /** The deepest topic of each row by its id, OUTLIER for none. */
  readonly leafIdOfRow: Int32Array;
  /** Of each row that is in no topic of the chosen level the one it lies nearest to, by its id; OUTLIER for all others. */
  readonly nearestIdOfRow: Int32Array;
  /** The rows of a topic and of all its parts; undefined for an id that no topic has. */
  isIn(id: number): ((row: number) => boolean) | undefined;
  nodeOf(id: number): TopicNode | undefined;
  /** Where a paper belongs, or which topic is the nearest where it belongs to none. */
  ofPaper(row: number): Pick<PaperAnswer, 'topic' | 'leafTopic' | 'nearestTopic'>;
  /** Makes ready what is told of one topic more; false where all is. */
  step(): boolean;
  /** What is told of every topic. */
  tell(node: TopicNode): TopicAnswer;
  /** @throws PaperfieldError bad_request */
  answer(request: TopicsRequest): Omit<TopicsAnswer, 'snapshot'>;
}

export function openTopics({ topics: { tree, named }, map, paper }: TopicSource): OpenTopics {
  const { nodes, leafOfRow, nearestOfRow } = tree;
  const members = openMembers(tree, map);
  // Above the chosen level a topic stands for itself: a paper may lie nearest to a whole field.
  const idOfNode = Int32Array.from(named, ({ id }) => id);
  const chosenOfNode = new Int32Array(nodes.length).fill(OUTLIER);
  for (const { id, end } of nodesOfLevel(tree, tree.chosenLevel)) chosenOfNode.fill(named[id].id, id, end);
  const idOfRow = leafOfRow.map((leaf) => (leaf === OUTLIER ? OUTLIER : chosenOfNode[leaf]));
  const nearestIdOfRow = nearestOfRow.map((node, row) => {
    if (node === OUTLIER || idOfRow[row] !== OUTLIER) return OUTLIER;
    return chosenOfNode[node] === OUTLIER ? idOfNode[node] : chosenOfNode[node];
  });
  const leafIdOfRow = leafOfRow.map((leaf) => (leaf === OUTLIER ? OUTLIER : idOfNode[leaf]));
  const orNull = (id: number) => (id === OUTLIER ? null : id);
  const nodeById = new Map(named.map(({ id }, node) => [id, nodes[node]]));

  const told = new Map<number, TopicAnswer>();
  const tell = (node: TopicNode) => {
    const answer = told.get(node.id) ?? answerOf(node);
    told.set(node.id, answer);
    return answer;
  };
  const answerOf = (node: TopicNode): TopicAnswer => {
    const { id, name, generatedName, keywords, size, growth, central } = named[node.id];
    return {
      id,
      name,
      generatedName,
      parent: node.parent === null ? null : named[node.parent].id,
      level: node.level,
      keywords: keywords.map((keyword) => ({ ...keyword })),
      size,
      ...members.placeOf(node),
      growth,
      central: central.map(paper).map((one) => ({ id: one.id, title: one.title })),
    };
  };
  let whole: ReturnType<typeof treeOf> | undefined;
  const answer = (cut: TopicCut) => {
    whole ??= treeOf({ tree, named });
    const inTopics = cut.nodes.reduce((sum, { size }) => sum + size, 0);
    const { level, resolution } = cut;
    return {
      topics: cut.nodes.map(tell),
      outliers: leafOfRow.length - inTopics,
      cut: { level, resolution },
      ...whole,
    };
  };
  return {
    tree,
    named,
    members,
    idOfRow,
    leafIdOfRow,
    nearestIdOfRow,
    idOf: (row) => orNull(idOfRow[row]),
    isIn(id) {
      const node = nodeById.get(id);
      return node && ((row) => members.holds(node, row));
    },
    nodeOf: (id) => nodeById.get(id),
    ofPaper(row) {
      const nearest = nodeById.get(nearestIdOfRow[row]);
      return {
        topic: orNull(idOfRow[row]),
        leafTopic: orNull(leafIdOfRow[row]),
        nearestTopic: nearest ? { id: named[nearest.id].id, name: named[nearest.id].name } : null,
      };
    },
    step() {
      const node = nodes[told.size];
      if (node) tell(node);
      return node !== undefined;
    },
    tell,
    answer: (request) => answer(cutOf(tree, request)),
  };
}

/** What is the same whatever topics are asked for. */
function treeOf({ tree, named }: Pick<TopicRecords, 'tree' | 'named'>) {
  const { nodes, levels, chosenLevel, sweep } = tree;
  return {
    tree: nodes.map(({ parent, level, splitResolution }, node) => ({
      id: named[node].id,
      parent: parent === null ? null : named[parent].id,
      level,
      name: named[node].name,
      size: named[node].size,
      splitResolution,
    })),
    levels: levels.map((one) => ({ ...one })),
    chosenLevel,
    sweep: sweep.map((one) => ({ ...one })),
  };
}
