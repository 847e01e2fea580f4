/**
 * Answers requests about topics: details, papers page by page, comparisons, and changes since the previous snapshot.
 */

import { roundToDigits } from '../../pipeline/core/algorithms/statistics.ts';
import { type CooperativeTask, createYieldTimer } from '../../pipeline/core/cooperative.ts';
import { PaperfieldError } from '../../pipeline/core/errors.ts';
import type { KnnGraph } from '../../pipeline/core/knn-graph.ts';
import type { MapPositions } from '../../pipeline/core/map-positions.ts';
import type { Paper } from '../../pipeline/core/paper.ts';
import type { PaperColumns } from '../../pipeline/core/paper-columns.ts';
import { cutAtLevel, type TopicNode, type TopicRecord } from '../../pipeline/core/topic-tree.ts';
import type { AnyVectors } from '../../pipeline/core/vectors.ts';
import { createLazyTask, type LazyTask } from '../../pipeline/runtime/idle-and-lazy-tasks.ts';
import { runInTimeSlices } from '../../pipeline/runtime/scheduling.ts';
import { pickFields, summarizePaper } from '../../pipeline/search/hits.ts';
import type { SortedPaperLister } from '../../pipeline/search/sort-order.ts';
import type { PaperFlow, TopicEvent } from '../../pipeline/topics/identity.ts';
import type { TopicChanges } from '../../pipeline/topics/match-topics.ts';
import type {
  CompareTopicsRequest,
  CompareTopicsResponse,
  NamedTopicEvent,
  TopicChangesResponse,
  TopicPapersRequest,
  TopicPapersResponse,
  TopicResponse,
} from '../schemas/topics.ts';
import { computeTopicCentroids, type TopicCentroids, type TopicIndex } from './topics.ts';

// Comparison of two topics: their centroids, their keywords, and the kNN edges between their papers.

/** How many papers of each topic are listed as nearest to the other topic. */
const MAX_NEAREST_TO_OTHER = 5;

/** The data that a comparison of two topics needs. */
export interface TopicComparisonSource {
  readonly topics: Pick<TopicIndex, 'records' | 'members' | 'summarize'>;
  readonly centroids: TopicCentroids;
  readonly graph: KnnGraph;
  paper(row: number): { readonly id: string; readonly title: string };
}

/** Compares two topics. The comparison is symmetric: swapping `a` and `b` only swaps them in the result. */
export function* compareTopics(
  source: TopicComparisonSource,
  a: TopicNode,
  b: TopicNode,
): CooperativeTask<Omit<CompareTopicsResponse, 'snapshot'>> {
  const keywordWeights = (node: TopicNode) =>
    new Map(source.topics.records[node.id].keywords.map(({ text, weight }) => [text, weight]));
  const [weightsInA, weightsInB] = [keywordWeights(a), keywordWeights(b)];
  const edgesFromA = yield* countEdges(source, a, b);
  const edgesFromB = yield* countEdges(source, b, a);
  return {
    a: {
      ...(yield* describeSide(source, a, b, weightsInB)),
      edgeShareToOther: shareOf(edgesFromA.toOther, edgesFromA.all),
    },
    b: {
      ...(yield* describeSide(source, b, a, weightsInA)),
      edgeShareToOther: shareOf(edgesFromB.toOther, edgesFromB.all),
    },
    similarity: roundToDigits(source.centroids.similarity(a, b), 4),
    sharedPapers: countSharedPapers(a, b),
    sharedKeywords: [...weightsInA].flatMap(([text, weightInA]) => {
      const weightInB = weightsInB.get(text);
      return weightInB === undefined ? [] : [{ text, weightInA, weightInB }];
    }),
    interTopicEdgeShare: shareOf(edgesFromA.toOther + edgesFromB.toOther, edgesFromA.all + edgesFromB.all),
  };
}

function* describeSide(
  { topics, centroids, paper }: TopicComparisonSource,
  node: TopicNode,
  other: TopicNode,
  otherKeywords: ReadonlyMap<string, number>,
) {
  const { id, name, parent, level, size, growth, keywords } = topics.summarize(node);
  const rowsOutsideOther = topics.members.rowsOf(node).filter((row) => !topics.members.contains(other, row));
  const nearest = yield* centroids.nearestOf(other, rowsOutsideOther, MAX_NEAREST_TO_OTHER);
  return {
    id,
    name,
    parent,
    level,
    size,
    growth,
    keywords: keywords.filter(({ text }) => !otherKeywords.has(text)),
    months: topics.records[node.id].months.map((month) => ({ ...month })),
    nearestToOther: Array.from(nearest, (row) => ({
      id: paper(row).id,
      title: paper(row).title,
      similarity: roundToDigits(centroids.paperSimilarity(other, row), 4),
    })),
  };
}

/** Counts the kNN edges that start at papers of a topic: all of them, and those that end in the other topic. */
function* countEdges({ topics: { members }, graph }: TopicComparisonSource, from: TopicNode, other: TopicNode) {
  const rows = members.rowsOf(from);
  let toOther = 0;
  const isDue = createYieldTimer();
  for (const [at, row] of rows.entries()) {
    if (isDue()) yield at / rows.length;
    for (let i = row * graph.k; i < (row + 1) * graph.k; i++) {
      if (members.contains(other, graph.neighbors[i])) toOther++;
    }
  }
  return { toOther, all: rows.length * graph.k };
}

/** Counts the papers that two topics share. They share papers only if one is a subtopic of the other. */
function countSharedPapers(a: TopicNode, b: TopicNode): number {
  if (a.id <= b.id && b.end <= a.end) return b.size;
  return b.id <= a.id && a.end <= b.end ? a.size : 0;
}

function shareOf(part: number, all: number): number {
  return all === 0 ? 0 : roundToDigits(part / all, 4);
}

// Changes of topics since the previous snapshot.

/** The changes of topics since the previous snapshot, with the names of the topics. */
export interface TopicEventLog {
  readonly levels: TopicChangesResponse['levels'];
  /** The events of a topic, and the events of other topics that exchanged papers with it. */
  eventsOf(id: number): NamedTopicEvent[];
  /**
   * Creates the error for an id that no topic has. If the topic existed before, the message says where its papers went.
   */
  notFoundError(id: number | string): PaperfieldError;
}

export function createTopicEventLog(
  changes: TopicChanges,
  records: readonly Pick<TopicRecord, 'id' | 'name'>[],
): TopicEventLog {
  // A topic that still exists has its current name, a topic that no longer exists has its last name.
  const names = new Map([...changes.names, ...records].map(({ id, name }) => [id, name]));
  const nameOf = (id: number) => names.get(id) ?? `topic ${id}`;
  const levels = changes.levels.map(({ level, events }) => ({
    level,
    events: events.map((event) => withNames(event, nameOf)),
  }));
  const allEvents = levels.flatMap(({ events }) => events);
  return {
    levels,
    eventsOf: (id) => allEvents.filter((event) => event.id === id || flowsOf(event).some((flow) => flow.id === id)),
    notFoundError(id) {
      const existed = changes.names.some((topic) => topic.id === id);
      if (!existed) return new PaperfieldError('not_found', `no topic has the id '${id}'`);
      const death = allEvents.find((event) => event.kind === 'died' && event.id === id);
      const flows = death ? flowsOf(death) : [];
      const heirs = flows.map((flow) => `${flow.id} '${flow.name}' (${Math.round(flow.share * 100)} %)`);
      const whereTo = heirs.length > 0 ? `; its papers went to ${heirs.join(', ')}` : '';
      return new PaperfieldError('not_found', `topic ${id} '${nameOf(Number(id))}' no longer exists${whereTo}`);
    },
  };
}

function withNames(event: TopicEvent, nameOf: (id: number) => string): NamedTopicEvent {
  const name = nameOf(event.id);
  const named = (flows: readonly PaperFlow[]) => flows.map((flow) => ({ ...flow, name: nameOf(flow.id) }));
  switch (event.kind) {
    case 'born':
    case 'merged':
      return { ...event, name, from: named(event.from) };
    case 'died':
    case 'split':
      return { ...event, name, into: named(event.into) };
    default:
      return { ...event, name };
  }
}

function flowsOf(event: NamedTopicEvent) {
  if ('from' in event) return event.from;
  return 'into' in event ? event.into : [];
}

// The service.

/** The data of a snapshot that topic details are made from. Columns have one entry per row. */
export interface TopicServiceSource {
  readonly topics: TopicIndex;
  readonly changes: TopicChanges;
  readonly vectors: AnyVectors;
  readonly graph: KnnGraph;
  readonly map: Pick<MapPositions, 'x' | 'y'>;
  readonly neighborRecall: ArrayLike<number>;
  readonly columns: Pick<PaperColumns, 'comments'>;
  readonly sortedPapers: SortedPaperLister;
  paper(row: number): Paper;
}

type WithoutSnapshot<Response> = Omit<Response, 'snapshot'>;

/**
 * Answers requests about single topics. An id may be any text from a URL; one that is not the id of a topic throws
 * not_found.
 */
export interface TopicService {
  /** Details of one topic. */
  topic(id: string): Promise<WithoutSnapshot<TopicResponse>>;
  /** One page of the papers of a topic, in the requested order. */
  papers(id: string, request: TopicPapersRequest): Promise<WithoutSnapshot<TopicPapersResponse>>;
  /**
   * Compares two topics.
   *
   * @throws PaperfieldError bad_request, if both are the same topic
   */
  compare(request: CompareTopicsRequest): Promise<WithoutSnapshot<CompareTopicsResponse>>;
  /** The changes since the previous snapshot, by level. */
  readonly changes: TopicChangesResponse['levels'];
  /** The centroids, which the other methods need. `advance` computes them in idle time. */
  readonly centroids: Pick<LazyTask<TopicCentroids>, 'advance'>;
}

const MAX_RELATED_TOPICS = 10;

export function createTopicService(source: TopicServiceSource): TopicService {
  const { topics, map, neighborRecall, columns, paper } = source;
  const { tree, records, members, summarize } = topics;
  const eventLog = createTopicEventLog(source.changes, records);
  const lazyCentroids = createLazyTask(() => computeTopicCentroids(tree, source.vectors, members));
  const nodeOf = (id: string | number) => {
    const number = /^\d{1,9}$/.test(String(id)) ? Number(id) : undefined;
    const node = number === undefined ? undefined : topics.nodeById(number);
    if (!node) throw eventLog.notFoundError(number ?? id);
    return node;
  };
  const reference = ({ id }: TopicNode) => ({ id: records[id].id, name: records[id].name });
  const withSize = (node: TopicNode) => ({ ...reference(node), size: node.size });
  const orders = new Map<string, Int32Array>();
  const rowsInOrder = async (node: TopicNode, sort: TopicPapersRequest['sort']) => {
    if (sort === 'representative') return runInTimeSlices((await lazyCentroids.ready()).rowsByNearness(node));
    const key = `${sort} ${node.id}`;
    const mask = () => maskOf(members.rowsOf(node), source.vectors.count);
    const order = orders.get(key) ?? source.sortedPapers({ mask: mask() }, sort);
    orders.set(key, order);
    return order;
  };

  return {
    changes: eventLog.levels,
    centroids: lazyCentroids,
    async topic(id) {
      const node = nodeOf(id);
      const centroids = await lazyCentroids.ready();
      const { sentence, months } = records[node.id];
      const relatedTopics = cutAtLevel(tree, node.level)
        .filter((other) => other !== node)
        .map((other) => ({ ...withSize(other), similarity: roundToDigits(centroids.similarity(node, other), 4) }))
        .sort((a, b) => b.similarity - a.similarity || a.id - b.id);
      return {
        ...summarize(node),
        sentence: sentence && { id: paper(sentence.row).id, text: sentence.text },
        months: months.map((month) => ({ ...month })),
        splitResolution: node.splitResolution,
        ancestors: ancestorsOf(node, tree.nodes).map(reference),
        subtopics: tree.nodes
          .slice(node.id + 1, node.end)
          .filter(({ parent }) => parent === node.id)
          .map(withSize),
        relatedTopics: relatedTopics.slice(0, MAX_RELATED_TOPICS),
        events: eventLog.eventsOf(records[node.id].id),
      };
    },
    async papers(id, { limit, offset, sort }) {
      const node = nodeOf(id);
      const rows = await rowsInOrder(node, sort);
      const centroids = await lazyCentroids.ready();
      const { comments } = columns;
      return {
        ...reference(node),
        sort,
        total: rows.length,
        papers: Array.from(rows.subarray(offset, offset + limit), (row) => ({
          ...summarizePaper(paper(row)),
          comments: comments[row] < 0 ? null : comments[row],
          fields: pickFields(paper(row), [sort]),
          leafTopic: topics.leafIdOfRow[row],
          x: map.x[row],
          y: map.y[row],
          neighborRecall: neighborRecall[row],
          similarity: roundToDigits(centroids.paperSimilarity(node, row), 4),
        })),
      };
    },
    async compare({ a, b }) {
      if (a === b) throw new PaperfieldError('bad_request', 'a, b: a topic cannot be compared with itself');
      const nodes = [nodeOf(a), nodeOf(b)] as const;
      const centroids = await lazyCentroids.ready();
      return runInTimeSlices(compareTopics({ topics, centroids, graph: source.graph, paper }, ...nodes));
    },
  };
}

/** The ancestors of a node: the root first, its parent last. */
function ancestorsOf(node: TopicNode, nodes: readonly TopicNode[]): TopicNode[] {
  const parent = node.parent === null ? undefined : nodes[node.parent];
  return parent ? [...ancestorsOf(parent, nodes), parent] : [];
}

function maskOf(rows: Int32Array, papers: number): Uint8Array {
  const mask = new Uint8Array(papers);
  for (const row of rows) mask[row] = 1;
  return mask;
}
