import type { Steps } from '../../pipeline/core/cooperative.ts';
import type { KnnGraph } from '../../pipeline/core/knn-graph.ts';
import type { TopicNode } from '../../pipeline/core/topic-tree.ts';
import type { CompareAnswer } from '../schemas/topics.ts';
import type { TopicMeans } from './means.ts';
import type { OpenTopics } from './topics.ts';

/** Papers of either topic that lead to the other. */
const BRIDGES = 5;
/** Rows between two steps: about a millisecond. */
const ROWS_A_STEP = 4096;

/** What two topics are compared by. */
export interface Compared {
  readonly topics: Pick<OpenTopics, 'named' | 'members' | 'tell'>;
  readonly means: TopicMeans;
  readonly graph: KnnGraph;
  paper(row: number): { readonly id: string; readonly title: string };
}

/** Two topics side by side: a and b exchanged give the same answer, exchanged. */
export function* compareTopics(compared: Compared, a: TopicNode, b: TopicNode): Steps<Omit<CompareAnswer, 'snapshot'>> {
  const { topics, means } = compared;
  const wordsOf = (node: TopicNode) =>
    new Map(topics.named[node.id].keywords.map(({ text, weight }) => [text, weight]));
  const [wordsOfA, wordsOfB] = [wordsOf(a), wordsOf(b)];
  const [fromA, fromB] = [yield* neighborsIn(compared, a, b), yield* neighborsIn(compared, b, a)];
  return {
    a: { ...(yield* sideOf(compared, a, b, wordsOfB)), neighborsInOther: share(fromA.inside, fromA.all) },
    b: { ...(yield* sideOf(compared, b, a, wordsOfA)), neighborsInOther: share(fromB.inside, fromB.all) },
    similarity: rounded(means.between(a, b)),
    sharedPapers: sharedPapers(a, b),
    sharedKeywords: [...wordsOfA].flatMap(([text, weightInA]) => {
      const weightInB = wordsOfB.get(text);
      return weightInB === undefined ? [] : [{ text, weightInA, weightInB }];
    }),
    crossing: share(fromA.inside + fromB.inside, fromA.all + fromB.all),
  };
}

function* sideOf(
  { topics, means, paper }: Compared,
  own: TopicNode,
  other: TopicNode,
  otherWords: Map<string, number>,
) {
  const { id, name, parent, level, size, growth, keywords } = topics.tell(own);
  const outside = topics.members.rowsOf(own).filter((row) => !topics.members.holds(other, row));
  return {
    id,
    name,
    parent,
    level,
    size,
    growth,
    keywords: keywords.filter(({ text }) => !otherWords.has(text)),
    months: topics.named[own.id].months.map((month) => ({ ...month })),
    bridges: Array.from(yield* means.nearest(other, outside, BRIDGES), (row) => {
      const one = paper(row);
      return { id: one.id, title: one.title, similarity: rounded(means.toPaper(other, row)) };
    }),
  };
}

/** How many neighbors the papers of one topic have, and how many of these are in another. */
function* neighborsIn({ topics: { members }, graph }: Compared, from: TopicNode, into: TopicNode) {
  const rows = members.rowsOf(from);
  let inside = 0;
  for (const [at, row] of rows.entries()) {
    if (at % ROWS_A_STEP === 0) yield at / rows.length;
    for (let i = row * graph.k; i < (row + 1) * graph.k; i++) if (members.holds(into, graph.rows[i])) inside++;
  }
  return { inside, all: rows.length * graph.k };
}

function sharedPapers(a: TopicNode, b: TopicNode): number {
  if (a.id <= b.id && b.end <= a.end) return b.size;
  return b.id <= a.id && a.end <= b.end ? a.size : 0;
}

function share(part: number, all: number): number {
  return all === 0 ? 0 : rounded(part / all);
}

/** Four digits; a rounded cosine of a vector with itself is 1 and no more. */
export function rounded(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
