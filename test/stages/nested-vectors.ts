import type { Random } from '../../pipeline/core/algorithms/random.ts';
import { allocateVectors, normalizeRows, type Vectors, vectorAt } from '../../pipeline/core/vectors.ts';

const FIELDS = 4;
const TOPICS = 3;
const PARTS = 3;
const FEWEST = 12;
const MOST = 24;
const DIMENSIONS = 64;
/** So much that a paper's nearest are of its topic and seldom of its part alone. */
const NOISE = 1.2;

/**
 * Papers around directions around directions: 4 fields of 3 topics of 3 parts of 12 to 24 papers each, in that order. How
 * far the parts of a topic are apart differs from topic to topic, as it does among papers.
 */
export function nestedVectors(random: Random): {
  readonly vectors: Vectors;
  readonly fieldOfRow: Int32Array;
  readonly topicOfRow: Int32Array;
  readonly partOfRow: Int32Array;
} {
  const parts = FIELDS * TOPICS * PARTS;
  const sizes = Array.from({ length: parts }, () => FEWEST + Math.floor(random() * (MOST - FEWEST + 1)));
  const partOfRow = Int32Array.from(sizes.flatMap((size, part) => Array<number>(size).fill(part)));
  const vectors = allocateVectors(partOfRow.length, DIMENSIONS);
  const apart = Array.from({ length: FIELDS * TOPICS }, () => 0.4 + 0.5 * random());
  const directions = (count: number) =>
    Array.from({ length: count }, () => {
      const direction = Float32Array.from({ length: DIMENSIONS }, () => random() + random() + random() - 1.5);
      normalizeRows(direction, DIMENSIONS);
      return direction;
    });
  const [fields, topics, ofParts] = [FIELDS, FIELDS * TOPICS, parts].map(directions);
  const topicOfRow = partOfRow.map((part) => Math.floor(part / PARTS));
  const fieldOfRow = topicOfRow.map((topic) => Math.floor(topic / TOPICS));
  const noise = directions(vectors.count);
  for (let row = 0; row < vectors.count; row++) {
    const to = vectorAt(vectors, row);
    for (let i = 0; i < DIMENSIONS; i++) {
      to[i] =
        fields[fieldOfRow[row]][i] +
        0.9 * topics[topicOfRow[row]][i] +
        apart[topicOfRow[row]] * ofParts[partOfRow[row]][i] +
        NOISE * noise[row][i];
    }
  }
  normalizeRows(vectors.data, DIMENSIONS);
  return { vectors, fieldOfRow, topicOfRow, partOfRow };
}

/** A factor of more than this between two numbers of topics beside each other is a leap; one topic more never is. */
const LEAP = 1.5;

/** Where the number of topics leaps from one value of an option to the next. */
export function leapsOf(values: readonly number[], counts: readonly number[]): string[] {
  return counts.slice(1).flatMap((count, at) => {
    const [less, more] = [count, counts[at]].sort((a, b) => a - b);
    const leaps = more > LEAP * less && more - less > 1;
    return leaps ? [`${counts[at]} topics at ${values[at]}, ${count} at ${values[at + 1]}`] : [];
  });
}
