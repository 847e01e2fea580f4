import { runWithCheckpoints, subrange } from '../core/cooperative.ts';
import type { Effects } from '../core/effects.ts';
import type { Paper, Passage } from '../core/paper.ts';
import type { TopicHierarchy } from '../core/topic-tree.ts';
import type { Vectors } from '../core/vectors.ts';
import { buildCheckpoints } from '../runtime/scheduling.ts';
import { type TopicHistory, topicHistories } from './history.ts';
import { labelTopics, type TopicLabel } from './labels/label-topics.ts';
import { type RepresentativeSentence, representativePapers, representativeSentence } from './labels/representatives.ts';

/** Representative papers per topic. */
const REPRESENTATIVE_PAPERS = 3;
/** Papers nearest to the centroid among whose sentences the representative one is chosen. */
const PAPERS_FOR_SENTENCE = 12;

/** Progress is shown in percent: labeling takes several unlike passes over the papers. */
const PROGRESS_STEPS = 100;
/** Share of the time that has passed when topics have their labels, their papers and their histories. */
const PROGRESS_AFTER = { labels: 0.75, papers: 0.84, histories: 0.86 };

/** What is shown about a topic. */
export interface TopicDescription extends TopicLabel, TopicHistory {
  /** Rows of the papers nearest to the topic's centroid, the nearest first: three, or fewer in a smaller topic. */
  readonly representative: readonly number[];
  /** From one of the papers nearest to the centroid; null if none is suitable. */
  readonly sentence: RepresentativeSentence | null;
}

/**
 * Describes every topic of a hierarchy: name and keywords, representative papers and sentence, papers by month.
 *
 * @returns by topic
 * @throws the reason of `effects.signal` if it is aborted
 */
export async function describeTopics(
  papers: readonly (Passage & Pick<Paper, 'date'>)[],
  vectors: Vectors,
  hierarchy: TopicHierarchy,
  effects: Effects,
): Promise<TopicDescription[]> {
  effects.signal.throwIfAborted();
  const progress = effects.startProgress('topic labels', PROGRESS_STEPS);
  const onProgress = (share: number) => progress.update(Math.floor(share * PROGRESS_STEPS));
  const checkpoint = buildCheckpoints(onProgress, effects.signal);
  const labels = await labelTopics(papers, hierarchy, subrange(checkpoint, 0, PROGRESS_AFTER.labels));
  await checkpoint(PROGRESS_AFTER.labels);
  const nearestRows = await runWithCheckpoints(
    representativePapers(vectors, hierarchy, PAPERS_FOR_SENTENCE),
    subrange(checkpoint, PROGRESS_AFTER.labels, PROGRESS_AFTER.papers),
  );
  const dates = papers.map(({ date }) => date);
  const histories = topicHistories(dates, hierarchy);
  const descriptions: TopicDescription[] = [];
  for (const [topic, label] of labels.entries()) {
    const share = topic / labels.length;
    await checkpoint(PROGRESS_AFTER.histories + (1 - PROGRESS_AFTER.histories) * share);
    const rows = nearestRows[topic];
    descriptions.push({
      ...label,
      representative: rows.slice(0, REPRESENTATIVE_PAPERS),
      sentence: representativeSentence(papers, rows, label.keywords) ?? null,
      ...histories[topic],
    });
  }
  const roots = descriptions.filter((_, topic) => hierarchy.parentOf[topic] < 0);
  progress.finish(
    roots
      .slice(0, 3)
      .map(({ name }) => name)
      .join('; '),
  );
  return descriptions;
}
