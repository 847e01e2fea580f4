import type { TopicRecord } from '../core/topic-records.ts';
import { foldedName } from './suggest/complete-names.ts';

type Nameable = Pick<TopicRecord, 'id' | 'name' | 'size' | 'keywords'>;

/** Of less nobody would say that it is what was meant. */
const LEAST = 0.4;
/** A word that tells of a topic stands for it less than its name does. */
const KEYWORD = 0.8;

/**
 * The topics whose names, or the words that tell of them, are most like a name that none has: the share of its trigrams of
 * letters that they hold, the larger topic of equals. None where nothing is like it.
 */
export function nearestTopics<Topic extends Nameable>(named: readonly Topic[], wanted: string, most: number): Topic[] {
  const typed = trigramsOf(wanted);
  if (typed.size === 0) return [];
  const alikeness = ({ name, keywords }: Topic) =>
    Math.max(
      shareOf(typed, trigramsOf(name)),
      ...keywords.map(({ text }) => KEYWORD * shareOf(typed, trigramsOf(text))),
    );
  return named
    .map((topic) => ({ topic, alike: alikeness(topic) }))
    .filter(({ alike }) => alike >= LEAST)
    .sort((a, b) => b.alike - a.alike || b.topic.size - a.topic.size || a.topic.id - b.topic.id)
    .slice(0, most)
    .map(({ topic }) => topic);
}

function trigramsOf(name: string): Set<string> {
  const letters = `${foldedName(name)} `;
  const found = new Set<string>();
  for (let at = 0; at + 3 <= letters.length; at++) found.add(letters.slice(at, at + 3));
  return found;
}

function shareOf(wanted: ReadonlySet<string>, held: ReadonlySet<string>): number {
  let both = 0;
  for (const one of wanted) if (held.has(one)) both++;
  return both / wanted.size;
}
