import type { Effects } from '../core/effects.ts';
import type { Paper, Passage } from '../core/paper.ts';
import { type TopicHistory, topicHistories } from '../core/topic-history.ts';
import type { Vectors } from '../core/vectors.ts';
import { centralPapers } from './names/central-papers.ts';
import { nameTopics, type TopicWords } from './names/name-topics.ts';
import type { NestedTopics } from './names/places.ts';
import { type TellingSentence, tellingSentence } from './names/telling-sentence.ts';

/** Papers that stand for a topic. */
const CENTRAL = 3;
/** Central papers among whose sentences the one that says a topic best is looked for. */
const QUOTED = 12;

/** What is told about one topic of a tree. */
export interface TopicDescription extends TopicWords, TopicHistory {
  /** Rows of the papers nearest to the topic's mean vector, the nearest first: three, or all where it has fewer. */
  readonly central: readonly number[];
  /** The sentence of a central paper that says best what the topic is about; null where none does. */
  readonly sentence: TellingSentence | null;
}

/** Names every topic of a tree, finds its central papers and their best sentence, and counts its months. */
export function describeTopics(
  papers: readonly (Passage & Pick<Paper, 'date'>)[],
  vectors: Vectors,
  tree: NestedTopics,
  effects: Effects,
): TopicDescription[] {
  const progress = effects.begin('names', tree.parentOf.length);
  const words = nameTopics(papers, tree, effects.signal);
  const near = centralPapers(vectors, tree, QUOTED);
  const histories = topicHistories(
    papers.map(({ date }) => date),
    tree.parentOf,
    tree.leafOfRow,
  );
  const described = words.map((named, topic) => ({
    ...named,
    central: near[topic].slice(0, CENTRAL),
    sentence: tellingSentence(papers, near[topic], named.keywords) ?? null,
    ...histories[topic],
  }));
  progress.end(
    described
      .filter((_, topic) => tree.parentOf[topic] < 0)
      .slice(0, 3)
      .map(({ name }) => name)
      .join('; '),
  );
  return described;
}
