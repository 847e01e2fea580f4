import type { Phrases } from './phrases-of-texts.ts';
import type { Candidate, TextsOfTopics } from './telling-phrases.ts';

const NOWHERE = -1;

/**
 * How evenly each of a topic's candidates stands in its parts, by topic and place in its list, in [0, 1]: 1 where the parts
 * share the papers that use it as they share all papers, near 0 where one small part has it alone. 1 in a topic without
 * parts.
 */
export function spreadIn(
  phrases: Phrases,
  topics: TextsOfTopics,
  candidates: readonly (readonly Candidate[])[],
): number[][] {
  const parts: number[][] = candidates.map(() => []);
  topics.parentOf.forEach((parent, topic) => {
    if (parent >= 0) parts[parent].push(topic);
  });
  const placeOf = new Int16Array(phrases.naming.length).fill(NOWHERE);
  /** The papers of a topic that use each candidate, and all of them. */
  const papersIn = (topic: number, candidatesInAll: number) => {
    const using = new Float64Array(candidatesInAll);
    let all = 0;
    for (let text = topics.starts[topic]; text < topics.ends[topic]; text++) {
      all += topics.weights[text];
      for (let at = phrases.starts[text]; at < phrases.starts[text + 1]; at++) {
        const place = placeOf[phrases.entries[at]];
        if (place !== NOWHERE) using[place] += topics.weights[text];
      }
    }
    return { using, all };
  };
  return candidates.map((list, topic) => {
    if (parts[topic].length === 0) return list.map(() => 1);
    for (const [at, { phrase }] of list.entries()) placeOf[phrase] = at;
    const whole = papersIn(topic, list.length);
    const shares = parts[topic].map((part) => papersIn(part, list.length));
    for (const { phrase } of list) placeOf[phrase] = NOWHERE;
    // The common part of two distributions over the topic's parts: of the papers that use it, and of all.
    const inParts = shares.reduce((sum, { all }) => sum + all, 0);
    return list.map((_, place) => {
      const using = shares.reduce((sum, part) => sum + part.using[place], 0);
      if (using === 0) return 1 - inParts / whole.all;
      return shares.reduce((sum, part) => sum + Math.min(part.using[place] / using, part.all / inParts), 0);
    });
  });
}
