/** All of one topic, its papers by page, and two topics side by side. */

import { PaperfieldError } from '../../pipeline/core/errors.ts';
import type { KnnGraph } from '../../pipeline/core/knn-graph.ts';
import type { Projection } from '../../pipeline/core/map-positions.ts';
import type { Paper } from '../../pipeline/core/paper.ts';
import { nodesOfLevel, type TopicNode } from '../../pipeline/core/topic-tree.ts';
import type { ComparedVectors } from '../../pipeline/core/vectors.ts';
import { type Ahead, openAhead } from '../../pipeline/runtime/lazy-task.ts';
import { inTurns } from '../../pipeline/runtime/scheduling.ts';
import type { Listing } from '../../pipeline/search/sort-order.ts';
import type { PaperFacts } from '../../pipeline/store/paper-database.ts';
import type { TopicChanges } from '../../pipeline/topics/match-topics.ts';
import { listedPaper } from '../hits.ts';
import type {
  CompareAnswer,
  CompareRequest,
  TopicChangesAnswer,
  TopicDetailAnswer,
  TopicPapersAnswer,
  TopicPapersRequest,
} from '../schemas/topics.ts';
import { openLedger } from './changes.ts';
import { compareTopics, rounded } from './compare.ts';
import { readMeans, type TopicMeans } from './means.ts';
import type { OpenTopics } from './topics.ts';

/** What single topics are told from, by row. */
export interface DetailSource {
  readonly topics: OpenTopics;
  readonly changes: TopicChanges;
  readonly vectors: ComparedVectors;
  readonly graph: KnnGraph;
  readonly map: Pick<Projection, 'x' | 'y'>;
  /** By row, in [0, 1]. */
  readonly trust: ArrayLike<number>;
  paper(row: number): Paper;
  readonly facts: Pick<PaperFacts, 'comments'>;
  readonly listing: Listing;
}

type Bare<Answer> = Omit<Answer, 'snapshot'>;

/** Ids come as they stand in a path: whatever is none is not found. */
export interface TopicDetail {
  /** @throws PaperfieldError not_found, which says what became of a topic that died */
  topic(id: string): Promise<Bare<TopicDetailAnswer>>;
  /** @throws PaperfieldError not_found */
  papers(id: string, request: TopicPapersRequest): Promise<Bare<TopicPapersAnswer>>;
  /** @throws PaperfieldError not_found; bad_request, for a topic and itself */
  compare(request: CompareRequest): Promise<Bare<CompareAnswer>>;
  readonly changes: TopicChangesAnswer['levels'];
  /** What all of these need, to be read ahead. */
  readonly means: Pick<Ahead<TopicMeans>, 'step'>;
}

const SIBLINGS = 10;

export function openTopicDetail(source: DetailSource): TopicDetail {
  const { topics, map, trust, paper } = source;
  const { tree, named, members, tell } = topics;
  const ledger = openLedger(source.changes, named);
  const ahead = openAhead(() => readMeans(tree, source.vectors, members));
  const nodeOf = (id: string | number) => {
    const node = /^\d{1,9}$/.test(String(id)) ? topics.nodeOf(Number(id)) : undefined;
    if (!node) throw ledger.missing(/^\d{1,9}$/.test(String(id)) ? Number(id) : id);
    return node;
  };
  const reference = ({ id }: TopicNode) => ({ id: named[id].id, name: named[id].name });
  const sized = (node: TopicNode) => ({ ...reference(node), size: node.size });
  const orders = new Map<string, Int32Array>();
  const inOrder = async (node: TopicNode, sort: TopicPapersRequest['sort']) => {
    if (sort === 'central') return inTurns((await ahead.ready()).byNearness(node));
    const key = `${sort} ${node.id}`;
    const order = orders.get(key) ?? source.listing({ mask: maskOf(members.rowsOf(node), source.vectors.count) }, sort);
    orders.set(key, order);
    return order;
  };

  return {
    changes: ledger.levels,
    means: ahead,
    async topic(id) {
      const node = nodeOf(id);
      const means = await ahead.ready();
      const { sentence, months } = named[node.id];
      const siblings = nodesOfLevel(tree, node.level)
        .filter((other) => other !== node)
        .map((other) => ({ ...sized(other), similarity: rounded(means.between(node, other)) }))
        .sort((a, b) => b.similarity - a.similarity || a.id - b.id);
      return {
        ...tell(node),
        sentence: sentence && { id: paper(sentence.row).id, text: sentence.text },
        months: months.map((month) => ({ ...month })),
        splitResolution: node.splitResolution,
        path: ancestorsOf(node, tree.nodes).map(reference),
        subtopics: tree.nodes
          .slice(node.id + 1, node.end)
          .filter(({ parent }) => parent === node.id)
          .map(sized),
        siblings: siblings.slice(0, SIBLINGS),
        changes: ledger.about(named[node.id].id),
      };
    },
    async papers(id, { limit, offset, sort }) {
      const node = nodeOf(id);
      const rows = await inOrder(node, sort);
      const means = await ahead.ready();
      const { comments } = source.facts;
      return {
        ...reference(node),
        sort,
        total: rows.length,
        papers: Array.from(rows.subarray(offset, offset + limit), (row) => ({
          ...listedPaper(paper(row)),
          comments: comments[row] < 0 ? null : comments[row],
          leafTopic: topics.leafIdOfRow[row],
          x: map.x[row],
          y: map.y[row],
          neighborRecall: trust[row],
          similarity: rounded(means.toPaper(node, row)),
        })),
      };
    },
    async compare({ a, b }) {
      if (a === b) throw new PaperfieldError('bad_request', 'a, b: a topic cannot be compared with itself');
      const [one, other] = [nodeOf(a), nodeOf(b)];
      const means = await ahead.ready();
      return inTurns(compareTopics({ topics, means, graph: source.graph, paper }, one, other));
    },
  };
}

/** What a topic is a part of, the largest first. */
function ancestorsOf(node: TopicNode, nodes: readonly TopicNode[]): TopicNode[] {
  const above = node.parent === null ? undefined : nodes[node.parent];
  return above ? [...ancestorsOf(above, nodes), above] : [];
}

function maskOf(rows: Int32Array, papers: number): Uint8Array {
  const mask = new Uint8Array(papers);
  for (const row of rows) mask[row] = 1;
  return mask;
}
