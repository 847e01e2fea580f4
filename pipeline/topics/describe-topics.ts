import { within, withRests } from '../core/cooperative.ts';
import type { Effects } from '../core/effects.ts';
import type { Paper, Passage } from '../core/paper.ts';
import type { Vectors } from '../core/vectors.ts';
import { pause } from '../runtime/scheduling.ts';
import { type TopicHistory, topicHistories } from './history.ts';
import { centralPapers } from './labels/central-papers.ts';
import { nameTopics, type TopicWords } from './labels/label-topics.ts';
import type { NestedTopics } from './labels/occurrences.ts';
import { type TellingSentence, tellingSentence } from './labels/representative-sentence.ts';

/** Papers that stand for a topic. */
const CENTRAL = 3;
/** Central papers among whose sentences the one that says a topic best is looked for. */
const QUOTED = 12;

/** Progress is told in this many parts: naming takes several passes, none like the other. */
const PARTS = 100;
/** The share of the time that is over when topics are named, and when central papers and then months are there. */
const SHARE_OF = { names: 0.75, central: 0.84, counts: 0.86 };
/** Topics whose sentences are looked for between two pauses. */
const TOPICS_AT_ONCE = 128;

/** What is told about one topic of a tree. */
export interface TopicDescription extends TopicWords, TopicHistory {
  /** Rows of the papers nearest to the topic's mean vector, the nearest first: three, or all where it has fewer. */
  readonly central: readonly number[];
  /** The sentence of a central paper that says best what the topic is about; null where none does. */
  readonly sentence: TellingSentence | null;
}

/** Names every topic of a tree, finds its central papers and their best sentence, and counts its months. */
export async function describeTopics(
  papers: readonly (Passage & Pick<Paper, 'date'>)[],
  vectors: Vectors,
  tree: NestedTopics,
  effects: Effects,
): Promise<TopicDescription[]> {
  const progress = effects.begin('names', PARTS);
  const rest = async (share: number) => {
    progress.at(Math.floor(share * PARTS));
    await pause(effects.signal);
  };
  const words = await nameTopics(papers, tree, (share) => rest(share * SHARE_OF.names));
  await rest(SHARE_OF.names);
  const near = await withRests(centralPapers(vectors, tree, QUOTED), within(rest, SHARE_OF.names, SHARE_OF.central));
  const histories = topicHistories(
    papers.map(({ date }) => date),
    tree.parentOf,
    tree.leafOfRow,
  );
  const described: TopicDescription[] = [];
  for (const [topic, named] of words.entries()) {
    if (topic % TOPICS_AT_ONCE === 0) await rest(SHARE_OF.counts + ((1 - SHARE_OF.counts) * topic) / words.length);
    described.push({
      ...named,
      central: near[topic].slice(0, CENTRAL),
      sentence: tellingSentence(papers, near[topic], named.keywords) ?? null,
      ...histories[topic],
    });
  }
  progress.end(
    described
      .filter((_, topic) => tree.parentOf[topic] < 0)
      .slice(0, 3)
      .map(({ name }) => name)
      .join('; '),
  );
  return described;
}
