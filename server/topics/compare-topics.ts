/** Two topics compared: their centroids, their keywords, and the edges of the kNN graph between them. */
import { type CooperativeTask, everyFewMilliseconds } from '../../pipeline/core/cooperative.ts';
import type { KnnGraph } from '../../pipeline/core/knn-graph.ts';
import { roundTo } from '../../pipeline/core/round.ts';
import type { TopicNode } from '../../pipeline/core/topic-tree.ts';
import type { CompareTopicsResponse } from '../schemas/topics.ts';
import type { TopicCentroids } from './centroids.ts';
import type { TopicIndex } from './topics.ts';

/** Papers of either topic that are listed as nearest to the other one. */
const MAX_NEAREST_TO_OTHER = 5;

export interface ComparisonSource {
  readonly topics: Pick<TopicIndex, 'records' | 'members' | 'summarize'>;
  readonly centroids: TopicCentroids;
  readonly graph: KnnGraph;
  paper(row: number): { readonly id: string; readonly title: string };
}

/** Symmetric: exchanging a and b exchanges them in the result. */
export function* compareTopics(
  source: ComparisonSource,
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
    similarity: roundTo(source.centroids.similarity(a, b), 4),
    sharedPapers: countSharedPapers(a, b),
    sharedKeywords: [...weightsInA].flatMap(([text, weightInA]) => {
      const weightInB = weightsInB.get(text);
      return weightInB === undefined ? [] : [{ text, weightInA, weightInB }];
    }),
    interTopicEdgeShare: shareOf(edgesFromA.toOther + edgesFromB.toOther, edgesFromA.all + edgesFromB.all),
  };
}

function* describeSide(
  { topics, centroids, paper }: ComparisonSource,
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
      similarity: roundTo(centroids.paperSimilarity(other, row), 4),
    })),
  };
}

/** The kNN edges of the papers of a topic: all of them, and those into another topic. */
function* countEdges({ topics: { members }, graph }: ComparisonSource, from: TopicNode, other: TopicNode) {
  const rows = members.rowsOf(from);
  let toOther = 0;
  const isDue = everyFewMilliseconds();
  for (const [at, row] of rows.entries()) {
    if (isDue()) yield at / rows.length;
    for (let i = row * graph.k; i < (row + 1) * graph.k; i++) {
      if (members.contains(other, graph.neighbors[i])) toOther++;
    }
  }
  return { toOther, all: rows.length * graph.k };
}

/** Topics share papers only if one is a subtopic of the other. */
function countSharedPapers(a: TopicNode, b: TopicNode): number {
  if (a.id <= b.id && b.end <= a.end) return b.size;
  return b.id <= a.id && a.end <= b.end ? a.size : 0;
}

function shareOf(part: number, all: number): number {
  return all === 0 ? 0 : roundTo(part / all, 4);
}
