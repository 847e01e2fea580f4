import type { Passage } from '../core/paper.ts';
import { type Word, wordRuns } from '../core/phrases.ts';

/** The longest phrase, in words. */
const MAX_WORDS = 3;

/** In how many papers each phrase stands, by its folded words joined with a space. */
export type PhraseCounts = Map<string, number>;

/** One word of a paper as the counting sees it; `undefined` ends a run. */
type Run = readonly Word[];

/**
 * Counts the phrases of one to three words that stand in at least `minPapers` papers. Level by level, as in Apriori
 * (Agrawal & Srikant, 1994): a phrase can be frequent only if its parts are, so rare ones never take memory.
 */
export function countPhrases(papers: readonly Passage[], minPapers: number): PhraseCounts {
  const frequent: PhraseCounts = new Map();
  for (let length = 1; length <= MAX_WORDS; length++) {
    const counts: PhraseCounts = new Map();
    for (const paper of papers) {
      for (const phrase of phrasesOf(paper, length, frequent)) counts.set(phrase, (counts.get(phrase) ?? 0) + 1);
    }
    for (const [phrase, papersWith] of counts) if (papersWith >= minPapers) frequent.set(phrase, papersWith);
  }
  return frequent;
}

/** The distinct phrases of `length` words in a paper whose two parts of `length` − 1 words are all in `known`. */
function phrasesOf(paper: Passage, length: number, known: PhraseCounts): Set<string> {
  const found = new Set<string>();
  for (const run of runsOf(paper)) {
    for (let from = 0; from + length <= run.length; from++) {
      const phrase = keyOf(run, from, length);
      const isGrown =
        length === 1 || (known.has(keyOf(run, from, length - 1)) && known.has(keyOf(run, from + 1, length - 1)));
      if (isGrown) found.add(phrase);
    }
  }
  return found;
}

/** The phrases of a paper that may name a topic and that `known` counts, each with the ways in which it is written. */
export function namingPhrases(paper: Passage, known: PhraseCounts): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const run of runsOf(paper)) {
    for (let from = 0; from < run.length; from++) {
      for (let length = 1; length <= MAX_WORDS && from + length <= run.length; length++) {
        if (!mayName(run, from, length)) continue;
        const phrase = keyOf(run, from, length);
        if (!known.has(phrase)) continue;
        const surface = run
          .slice(from, from + length)
          .map((word) => word.surface)
          .join(' ');
        const surfaces = found.get(phrase);
        if (surfaces) surfaces.push(surface);
        else found.set(phrase, [surface]);
      }
    }
  }
  return found;
}

function runsOf(paper: Passage): Run[] {
  return [...wordRuns(paper.title), ...wordRuns(paper.abstract)];
}

function keyOf(run: Run, from: number, length: number): string {
  let key = run[from].key;
  for (let i = from + 1; i < from + length; i++) key += ` ${run[i].key}`;
  return key;
}

/**
 * Does not begin or end with a joining word, and holds at least one telling word; around a joining word both must tell
 * something: 'chain of thought', but not 'learning with verifiable'.
 */
function mayName(run: Run, from: number, length: number): boolean {
  if (length === 3 && run[from + 1].kind === 'joining') {
    return run[from].kind === 'telling' && run[from + 2].kind === 'telling';
  }
  if (run[from].kind === 'joining' || run[from + length - 1].kind === 'joining') return false;
  for (let i = from; i < from + length; i++) if (run[i].kind === 'telling') return true;
  return false;
}
