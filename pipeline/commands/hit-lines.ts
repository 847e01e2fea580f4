import type { Hit } from '../../server/contract.ts';

/** Hits for a reader at a terminal: place, score, title, then id, date, the matching sentence, and near-duplicates. */
export function hitLines(hits: readonly Hit[], offset = 0): string[] {
  return hits.flatMap((hit, i) => [
    `${String(offset + i + 1).padStart(3)}. ${hit.title}  (${hit.score.toFixed(3)})`,
    `     ${[hit.id, hit.date].filter((part) => part !== null).join(' · ')}`,
    `     ${hit.snippet.text}`,
    ...hit.also.map(({ id, title }) => `     also ${id}: ${title}`),
  ]);
}
