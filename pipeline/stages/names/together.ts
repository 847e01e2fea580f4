import type { Pairs } from './bids.ts';
import type { Phrases } from './phrases-of-texts.ts';
import type { Candidate, TextsOfTopics } from './telling-phrases.ts';

/** Counts, for every topic, in which share of its papers each two of its candidates stand together. */
export function togetherIn(
  phrases: Phrases,
  topics: TextsOfTopics,
  candidates: readonly (readonly Candidate[])[],
): Pairs['together'] {
  const NOWHERE = -1;
  const placeOf = new Int16Array(phrases.naming.length).fill(NOWHERE);
  const shares = candidates.map((list, topic) => {
    for (const [at, { phrase }] of list.entries()) placeOf[phrase] = at;
    const both = new Float64Array(list.length * list.length);
    let papers = 0;
    for (let text = topics.starts[topic]; text < topics.ends[topic]; text++) {
      const weight = topics.weights[text];
      papers += weight;
      const present: number[] = [];
      for (let at = phrases.starts[text]; at < phrases.starts[text + 1]; at++) {
        const place = placeOf[phrases.entries[at]];
        if (place !== NOWHERE) present.push(place);
      }
      for (const one of present) for (const other of present) both[one * list.length + other] += weight;
    }
    for (const { phrase } of list) placeOf[phrase] = NOWHERE;
    return both.map((weight) => weight / papers);
  });
  return (topic, one, other) => shares[topic][one * candidates[topic].length + other];
}
