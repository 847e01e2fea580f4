import type { TopicRecord } from '../../core/topic-records.ts';
import { foldName } from '../lexical/analyzer.ts';

type Nameable = Pick<TopicRecord, 'id' | 'name' | 'size' | 'keywords'>;

/** Less similar names are not suggested. */
const MIN_SIMILARITY = 0.4;
/** Weight of a topic's keyword relative to its name. */
const KEYWORD_WEIGHT = 0.8;

/**
 * The topics whose names or keywords are most similar to a name that no topic has, by the share of its letter trigrams that
 * they contain; of equals the larger topic first. Empty if nothing is similar.
 */
export function similarTopicNames<Topic extends Nameable>(
  topics: readonly Topic[],
  wanted: string,
  max: number,
): Topic[] {
  const typed = trigramsOf(wanted);
  if (typed.size === 0) return [];
  const similarity = ({ name, keywords }: Topic) =>
    Math.max(
      shareOf(typed, trigramsOf(name)),
      ...keywords.map(({ text }) => KEYWORD_WEIGHT * shareOf(typed, trigramsOf(text))),
    );
  return topics
    .map((topic) => ({ topic, similarity: similarity(topic) }))
    .filter(({ similarity }) => similarity >= MIN_SIMILARITY)
    .sort((a, b) => b.similarity - a.similarity || b.topic.size - a.topic.size || a.topic.id - b.topic.id)
    .slice(0, max)
    .map(({ topic }) => topic);
}

function trigramsOf(name: string): Set<string> {
  const letters = `${foldName(name)} `;
  const found = new Set<string>();
  for (let at = 0; at + 3 <= letters.length; at++) found.add(letters.slice(at, at + 3));
  return found;
}

function shareOf(wanted: ReadonlySet<string>, found: ReadonlySet<string>): number {
  let both = 0;
  for (const one of wanted) if (found.has(one)) both++;
  return both / wanted.size;
}
