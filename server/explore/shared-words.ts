import { wordAt } from '../../pipeline/core/lexicon.ts';
import type { Passage } from '../../pipeline/core/paper.ts';
import { stopWords } from '../../pipeline/core/stop-words.ts';
import { papersWithStem, rarityOf, TITLE_END, type WordIndex } from '../../pipeline/core/word-index.ts';
import { wordsIn } from '../../pipeline/stages/words/analysis.ts';

/** A word in the title is said so often. */
const IN_TITLE = 2;
/** A name: it keeps its capitals. */
const NAME = /\p{L}.*\p{Lu}|\p{N}/u;
/** Beyond so much rarity a word says no more: what stands in one paper of 150 is as telling as what only these two have. */
const RAREST = 5;
/** Shorter ones are parts of words ('pre', 'n') unless they are names. */
const SHORTEST = 4;

/**
 * The words that say most of what two papers share: by rarity, times the root of how often the paper says it that
 * says it less. In the spelling of the second paper.
 *
 * @param second title and abstract of row `b`
 */
export function sharedWords(index: WordIndex, a: number, b: number, second: Passage, most: number): string[] {
  const [ofA, ofB] = [timesOf(index, a), timesOf(index, b)];
  const worth = new Map<string, number>();
  for (const [stem, times] of ofB) {
    const least = Math.min(times, ofA.get(stem) ?? 0);
    if (least === 0) continue;
    worth.set(
      wordAt(index.stems, stem),
      Math.min(RAREST, rarityOf(papersWithStem(index, stem), index.papers)) * Math.sqrt(least),
    );
  }
  const spelling = new Map<string, string>();
  const text = `${second.title}\n${second.abstract}`;
  for (const { stem, surface, start, end } of wordsIn(text)) {
    if (!worth.has(stem) || spelling.has(stem) || stopWords.has(surface) || !/\p{L}/u.test(surface)) continue;
    const written = text.slice(start, end);
    const isName = NAME.test(written);
    if (isName || surface.length >= SHORTEST) spelling.set(stem, isName ? written : surface);
  }
  return [...spelling]
    .sort(([one], [other]) => (worth.get(other) ?? 0) - (worth.get(one) ?? 0) || (one < other ? -1 : 1))
    .slice(0, most)
    .map(([, word]) => word);
}

function timesOf({ text, textStarts, titleLengths }: WordIndex, row: number): Map<number, number> {
  const times = new Map<number, number>();
  const titleEnd = textStarts[row] + titleLengths[row];
  for (let at = textStarts[row]; at < textStarts[row + 1]; at++) {
    if (text[at] === TITLE_END) continue;
    times.set(text[at], (times.get(text[at]) ?? 0) + (at < titleEnd ? IN_TITLE : 1));
  }
  return times;
}
