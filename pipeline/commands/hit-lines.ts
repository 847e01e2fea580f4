import type { Hit } from '../../server/contract.ts';

/** Hits for a reader at a terminal: place, score, title, then id, date and the matching sentence. */
export function hitLines(hits: readonly Hit[], offset = 0): string[] {
  return hits.flatMap((hit, i) => [
    `${String(offset + i + 1).padStart(3)}. ${hit.title}  (${hit.score.toFixed(3)})`,
    `     ${[hit.id, hit.date].filter((part) => part !== null).join(' · ')}`,
    `     ${hit.snippet.text}`,
  ]);
}
