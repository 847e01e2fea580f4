import { type Steps, spans } from '../../core/cooperative.ts';
import type { Phrases } from './extract-phrases.ts';
import type { Candidate, TextsOfTopics } from './keyphrases.ts';
import type { Pairs } from './label-candidates.ts';

/** Texts between two steps. */
const AT_ONCE = 1024;
const NOWHERE = -1;

/** Counts, for every topic, in which share of its papers each two of its candidates stand together. */
export function* togetherIn(
  phrases: Phrases,
  topics: TextsOfTopics,
  candidates: readonly (readonly Candidate[])[],
): Steps<Pairs['together']> {
  const placeOf = new Int16Array(phrases.naming.length).fill(NOWHERE);
  const shares: Float64Array[] = [];
  for (const [topic, list] of candidates.entries()) {
    for (const [at, { phrase }] of list.entries()) placeOf[phrase] = at;
    const both = new Float64Array(list.length * list.length);
    let papers = 0;
    const read = (text: number) => {
      const weight = topics.weights[text];
      papers += weight;
      const present: number[] = [];
      for (let at = phrases.starts[text]; at < phrases.starts[text + 1]; at++) {
        const place = placeOf[phrases.entries[at]];
        if (place !== NOWHERE) present.push(place);
      }
      for (const one of present) for (const other of present) both[one * list.length + other] += weight;
    };
    const first = topics.starts[topic];
    const passed = spans(topics.ends[topic] - first, AT_ONCE, (from, to) => {
      for (let text = first + from; text < first + to; text++) read(text);
    });
    for (const _ of passed) yield topic / candidates.length;
    for (const { phrase } of list) placeOf[phrase] = NOWHERE;
    shares.push(both.map((weight) => weight / papers));
  }
  return (topic, one, other) => shares[topic][one * candidates[topic].length + other];
}
