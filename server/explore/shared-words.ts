import type { Passage } from '../../pipeline/core/paper.ts';
import { blandWords, companionWords, joiningWords, stopWords, vagueWords } from '../../pipeline/core/stop-words.ts';
import { type Word, wordsIn } from '../../pipeline/search/lexical/analyzer.ts';
import { papersWithStem, rarityOf, TITLE_END, type WordIndex } from '../../pipeline/search/lexical/inverted-index.ts';
import { findWord } from '../../pipeline/search/lexical/lexicon.ts';

/** A word in the title is said so often. */
const IN_TITLE = 2;
/** A name: it keeps its capitals. */
const NAME = /\p{L}.*\p{Lu}|\p{N}/u;
/** Beyond so much rarity a word says no more: what stands in one paper of 150 is as telling as what only these two have. */
const RAREST = 5;
/** Shorter ones are parts of words ('pre', 'n') unless they are names. */
const SHORTEST = 4;
/** Two words side by side in both papers say more than one of equal rarity; as in the names of topics. */
const PAIR_WORTH = 1.6;
/** Words less than half as close to what both papers are about as the closest are left out: 'plug', 'forcing', 'resolves' … */
const LEAST_CLOSENESS = 0.5;
/** … and those that say less than this share of what the first one says. */
const LEAST_SHARE = 0.15;

/** A word or two as the second paper writes them. */
interface Candidate {
  readonly text: string;
  readonly stems: readonly string[];
  readonly worth: number;
  readonly close: number;
}

/**
 * The words, or pairs of words side by side, that say most of what two papers share: by rarity, times the root of how
 * often the paper says it that says it less, times how close it is to what both are about. In the spelling of the second
 * paper; no word is said twice.
 *
 * @param second title and abstract of row `b`
 * @param closeness the cosine of some words with what both papers are about
 */
export function sharedWords(
  index: WordIndex,
  [a, b]: readonly [number, number],
  second: Passage,
  most: number,
  closeness: (words: string) => number = () => 1,
): string[] {
  const shared = sharedTimes(timesOf(index, a), timesOf(index, b));
  const numbers = new Map<string, number>();
  const numberOf = (stem: string) => {
    const known = numbers.get(stem) ?? findWord(index.stems, stem);
    numbers.set(stem, known);
    return known;
  };
  const rarity = (stem: number) => Math.min(RAREST, rarityOf(papersWithStem(index, stem), index.papers));
  const found = new Map<string, Candidate>();
  const add = (key: string, written: string, stems: readonly string[], worth: number) => {
    const close = Math.max(0, closeness(written));
    found.set(key, { text: written, stems, worth: worth * close, close });
  };
  const text = `${second.title}\n${second.abstract}`;
  let before: Word | undefined;
  for (const word of wordsIn(text)) {
    const previous = before;
    before = partsPhrases(word) ? undefined : word;
    if (!before) continue;
    const stem = numberOf(word.stem);
    const times = shared.get(String(stem)) ?? 0;
    if (times > 0 && !found.has(word.stem) && tellsAlone(text, word)) {
      add(word.stem, writtenAs(text, word), [word.stem], rarity(stem) * Math.sqrt(times));
    }
    if (!previous || !/^[ -]$/.test(text.slice(previous.end, word.start))) continue;
    const other = numberOf(previous.stem);
    const together = shared.get(`${other} ${stem}`) ?? 0;
    if (together === 0 || found.has(`${previous.stem} ${word.stem}`) || !tellTogether(previous, word)) continue;
    const written = `${writtenAs(text, previous)}${text.slice(previous.end, word.start)}${writtenAs(text, word)}`;
    const worth = (PAIR_WORTH / 2) * (rarity(other) + rarity(stem)) * Math.sqrt(together);
    add(`${previous.stem} ${word.stem}`, written, [previous.stem, word.stem], worth);
  }
  return chosen([...found.values()], most);
}

function chosen(all: readonly Candidate[], most: number): string[] {
  const bar = LEAST_CLOSENESS * all.reduce((closest, { close }) => Math.max(closest, close), 0);
  const candidates = all
    .filter(({ close }) => close >= bar)
    .sort((one, other) => other.worth - one.worth || (one.text < other.text ? -1 : 1));
  const said = new Set<string>();
  return candidates
    .filter(({ stems, worth }) => {
      if (worth < LEAST_SHARE * candidates[0].worth || stems.some((stem) => said.has(stem))) return false;
      for (const stem of stems) said.add(stem);
      return true;
    })
    .slice(0, most)
    .map(({ text }) => text);
}

function partsPhrases({ surface }: Word): boolean {
  return stopWords.has(surface) || joiningWords.has(surface) || !/\p{L}/u.test(surface);
}

function tellsAlone(text: string, { surface, start, end }: Word): boolean {
  if (companionWords.has(surface) || vagueWords.has(surface)) return false;
  return surface.length >= SHORTEST || NAME.test(text.slice(start, end));
}

function tellTogether(one: Word, other: Word): boolean {
  if (one.surface.length < 2 || other.surface.length < 2) return false;
  const isTelling = ({ surface }: Word) => !blandWords.has(surface) && !companionWords.has(surface);
  return isTelling(one) || isTelling(other);
}

function writtenAs(text: string, { surface, start, end }: Word): string {
  const written = text.slice(start, end);
  return NAME.test(written) ? written : surface;
}

function sharedTimes(one: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>): Map<string, number> {
  const shared = new Map<string, number>();
  for (const [key, times] of other) {
    const least = Math.min(times, one.get(key) ?? 0);
    if (least > 0) shared.set(key, least);
  }
  return shared;
}

/** How often a paper says each stem, by its number, and each two that follow each other, by both numbers. */
function timesOf({ text, textStarts, titleLengths }: WordIndex, row: number): Map<string, number> {
  const times = new Map<string, number>();
  const titleEnd = textStarts[row] + titleLengths[row];
  const add = (key: string, at: number) => times.set(key, (times.get(key) ?? 0) + (at < titleEnd ? IN_TITLE : 1));
  for (let at = textStarts[row]; at < textStarts[row + 1]; at++) {
    if (text[at] === TITLE_END) continue;
    add(String(text[at]), at);
    if (at > textStarts[row] && text[at - 1] !== TITLE_END) add(`${text[at - 1]} ${text[at]}`, at);
  }
  return times;
}
