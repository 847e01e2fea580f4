import type { Effects } from '../core/effects.ts';
import type { Passage } from '../core/paper.ts';
import type { WordIndex } from '../core/word-index.ts';
import { inSteps } from './pause.ts';
import { indexWords } from './words/word-index.ts';

/** Progress is told in this many parts: papers are read, words sorted, texts inverted. */
const PARTS = 100;

/**
 * The words of all papers, both ways.
 *
 * @throws RangeError where the papers have more than 2³¹ words together
 */
export async function buildWordIndex(papers: readonly Passage[], effects: Effects): Promise<WordIndex> {
  const progress = effects.begin('words', PARTS);
  const at = (share: number) => progress.at(Math.floor(share * PARTS));
  const index = await inSteps(indexWords(papers), at, effects.signal);
  progress.end(`${index.stems.count} stems`);
  return index;
}
