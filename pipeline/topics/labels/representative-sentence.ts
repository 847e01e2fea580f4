import type { Passage } from '../../core/paper.ts';
import { sentences } from '../../core/sentences.ts';
import type { Keyword } from '../../core/topic-tree.ts';
import { wordRuns } from './words.ts';

/** A sentence of a paper's abstract, and the paper's row. */
export interface TellingSentence {
  readonly row: number;
  readonly text: string;
}

/** Shorter sentences say too little, longer ones are not read. In characters. */
const SHORTEST = 60;
const LONGEST = 240;
/** What a paper loses in worth with each that is more central. */
const RANK_LOSS = 0.03;
/** A paper's first sentence says where it stands. */
const FIRST_WORTH = 1.25;
/** A sentence that leans on what was said before, that reports on the paper, or that counts results, says less by itself. */
const LEANING =
  /^(?:this|these|those|it|its|they|their|such|however|moreover|furthermore|additionally|also|specifically|thus|therefore|hence|then|finally|first|second|third|next|in addition|in contrast|in particular|as a result|to this end|to address|to tackle|to bridge|to overcome|to mitigate|by doing|yet|but|and|here|meanwhile|consequently|based on)\b/i;
const REPORTING =
  /\b(?:in this (?:paper|work|report|study)|this (?:paper|work|report|survey)|we|our|experiments|results|code is|available at)\b/i;
/** Begins with a name of somebody's own: 'GraspNet is'. */
const COINED = /^\p{L}*\p{Ll}\p{Lu}/u;
/** Inside a sentence: 'these models', 'this limit'. */
const POINTING = /\s(?:these|this|those|such an?|the proposed)\s/i;
const COUNTING = /\d+(?:\.\d+)?\s?(?:%|x\b|×|points)|\d[\d,.]*.*\d[\d,.]*.*\d/;
/** LaTeX, addresses, marks of a list: nothing to read aloud. */
const UNREADABLE = /[\\${}|<>~^_#`]|https?:|www\.|\n/;

/**
 * The sentence that says best what a topic is about: it holds most of the keywords (by weight), stands in a central paper,
 * and is understood by itself. Undefined where no sentence of 60 to 240 characters holds any keyword.
 *
 * @param rows the most central papers, the nearest first
 */
export function tellingSentence(
  papers: readonly Passage[],
  rows: readonly number[],
  keywords: readonly Keyword[],
): TellingSentence | undefined {
  const wanted = keywords.map(({ text, weight }) => ({ key: ` ${keysOf(text)} `, weight: Math.sqrt(weight) }));
  let best: TellingSentence | undefined;
  let most = 0;
  for (const [rank, row] of rows.entries()) {
    const { title, abstract } = papers[row];
    const ownName = ownNameIn(title);
    for (const [place, { start, end }] of sentences(abstract).entries()) {
      const text = abstract.slice(start, end);
      if (!isWhole(text)) continue;
      const keys = ` ${keysOf(text)} `;
      const said = wanted.reduce((sum, { key, weight }) => sum + (keys.includes(key) ? weight : 0), 0);
      const worth = said * bearing(text, ownName) * (place === 0 ? FIRST_WORTH : 1) * (1 - RANK_LOSS * rank);
      if (worth <= most) continue;
      most = worth;
      best = { row, text };
    }
  }
  return best;
}

function isWhole(text: string): boolean {
  if (text.length < SHORTEST || text.length > LONGEST || UNREADABLE.test(text)) return false;
  return /^[\p{Lu}\p{Lo}\p{N}"“]/u.test(text) && /[.!?]["”)]*$/.test(text);
}

/** How well a sentence stands by itself, in (0, 1]. */
function bearing(text: string, ownName: string): number {
  const isAboutItself = REPORTING.test(text) || COINED.test(text) || (ownName !== '' && text.includes(ownName));
  const leans = LEANING.test(text) || POINTING.test(text);
  return (leans ? 0.5 : 1) * (isAboutItself ? 0.6 : 1) * (COUNTING.test(text) ? 0.6 : 1);
}

/** What a paper calls its own work: 'GraspNet' of 'GraspNet: A Data Set', '' of most. */
function ownNameIn(title: string): string {
  return /^([^\s:]{2,30}):\s/.exec(title)?.[1] ?? '';
}

/** The folded words of a text, runs parted by a bar. */
function keysOf(text: string): string {
  return wordRuns(text)
    .map((run) => run.map(({ key }) => key).join(' '))
    .join(' | ');
}
