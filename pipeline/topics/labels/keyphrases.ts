import { type Steps, spans } from '../../core/cooperative.ts';
import type { Phrases } from './extract-phrases.ts';
import { subtreeEnds } from './occurrences.ts';

/** What a phrase of one, two, three words is worth beside a single word of equal count: longer ones say more. */
const LENGTH_WORTH = [1, 1.6, 1.7];
/** A paper that has a phrase in its title, too, counts for so much more. */
const TITLE_WORTH = 0.5;
/** Phrases a topic among which its keywords and its name are chosen. */
const CANDIDATES = 48;
/** A phrase that is three times as frequent as in the parent's papers sets a topic apart fully. */
const CLEAR_GAIN = Math.log(3);
/** A phrase is part of a longer one where more of the papers with it than that have the longer one. */
const PART_SHARE = 0.5;

/** Texts between two steps. */
const AT_ONCE = 1024;

/** A phrase that tells a topic from its parent's papers. */
export interface Candidate {
  readonly phrase: number;
  /** Above 0; the larger the more telling. */
  readonly score: number;
  /** The share of the topic's papers that use it, in (0, 1]. */
  readonly share: number;
}

/** Where the texts of the topics stand: those of topic t from `starts[t]` to `ends[t]`, each worth `weights[i]` papers. */
export interface TextsOfTopics {
  readonly parentOf: Int32Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly weights: Float64Array;
}

/**
 * By topic the phrases that tell its papers from those of its parent (of all papers for a top topic), the most telling
 * first. A phrase's worth is what it adds to the Kullback–Leibler divergence of the topic's papers from the parent's,
 * p·log(p/q) with p and q the share of papers that use it, titles counting more: high only for what is both frequent here and rare elsewhere.
 * What is hardly more frequent here, or frequent everywhere, counts less.
 * Class-based TF-IDF (Grootendorst, 2022) without that bound prefers words that are frequent everywhere.
 */
export function* tellingPhrases(phrases: Phrases, topics: TextsOfTopics): Steps<Candidate[][]> {
  const worths = worthsOf(phrases);
  const belowEnds = subtreeEnds(topics.parentOf);
  // The counts of the topics above the present one, all papers first, and where each of them ends.
  const path = [makeCounts(phrases)];
  const pathEnds = [topics.parentOf.length];
  let depth = 0;
  const told: Candidate[][] = [];
  for (const _ of count(path[0], phrases, topics, 0, topics.weights.length)) yield 0;
  for (let topic = 0; topic < topics.parentOf.length; topic++) {
    while (pathEnds[depth] <= topic) depth--;
    const above = path[depth];
    depth++;
    path[depth] ??= makeCounts(phrases);
    pathEnds[depth] = belowEnds[topic];
    const share = topic / topics.parentOf.length;
    for (const _ of count(path[depth], phrases, topics, topics.starts[topic], topics.ends[topic])) yield share;
    told.push(candidatesOf(phrases, path[depth], above, path[0], worths));
  }
  return told;
}

/** How many texts hold each phrase, and how many papers those stand for. */
interface Counts {
  readonly texts: Int32Array;
  readonly papers: Float64Array;
  /** And how many of those have it in their titles. */
  readonly inTitles: Float64Array;
  /** The phrases whose counts are not 0. */
  found: number[];
  textsInAll: number;
  papersInAll: number;
}

function makeCounts({ naming }: Phrases): Counts {
  const { length } = naming;
  return {
    texts: new Int32Array(length),
    papers: new Float64Array(length),
    inTitles: new Float64Array(length),
    found: [],
    textsInAll: 0,
    papersInAll: 0,
  };
}

function* count(
  counts: Counts,
  { starts, entries, inTitle }: Phrases,
  topics: TextsOfTopics,
  from: number,
  to: number,
): Steps<void> {
  for (const phrase of counts.found) {
    counts.texts[phrase] = 0;
    counts.papers[phrase] = 0;
    counts.inTitles[phrase] = 0;
  }
  counts.found = [];
  counts.textsInAll = to - from;
  counts.papersInAll = 0;
  const read = (text: number) => {
    const weight = topics.weights[text];
    counts.papersInAll += weight;
    for (let at = starts[text]; at < starts[text + 1]; at++) {
      const phrase = entries[at];
      if (counts.texts[phrase]++ === 0) counts.found.push(phrase);
      counts.papers[phrase] += weight;
      if (inTitle[at]) counts.inTitles[phrase] += weight;
    }
  };
  yield* spans(to - from, AT_ONCE, (first, end) => {
    for (let text = from + first; text < from + end; text++) read(text);
  });
}

function candidatesOf(phrases: Phrases, here: Counts, above: Counts, all: Counts, worths: Float64Array): Candidate[] {
  const least = here.textsInAll >= 8 ? 3 : here.textsInAll >= 3 ? 2 : 1;
  const found = ranked(phrases, here, above, all, worths, least);
  // Texts that share few words: what stands in one of them has to do.
  return found.length >= 3 || least === 1 ? found : ranked(phrases, here, above, all, worths, 1);
}

function ranked(
  phrases: Phrases,
  here: Counts,
  above: Counts,
  all: Counts,
  worths: Float64Array,
  least: number,
): Candidate[] {
  const frequent = here.found.filter((phrase) => here.texts[phrase] >= least);
  const whole = partsOfLonger(phrases, here, frequent);
  const candidates: Candidate[] = [];
  for (const phrase of frequent) {
    if (whole.has(phrase)) continue;
    const share = here.papers[phrase] / here.papersInAll;
    const said = saidIn(here, phrase) / here.papersInAll;
    // One paper more above, so that three papers of a small topic do not outweigh the half of it.
    const before = (saidIn(above, phrase) + 1) / (above.papersInAll + 1);
    // In a corpus of one topic both are equal for every phrase: the frequent ones then lead.
    const gain = Math.max(0, Math.log(said / before)) + 0.01;
    const clear = Math.min(1, gain / CLEAR_GAIN);
    // What half of all papers say names no topic, though it be said even more here.
    const rare = 1 - 0.95 * (all.papers[phrase] / all.papersInAll);
    candidates.push({ phrase, share, score: said * gain * clear * rare * worths[phrase] });
  }
  candidates.sort((a, b) => b.score - a.score || a.phrase - b.phrase);
  return candidates.slice(0, CANDIDATES);
}

/** How many papers use a phrase, those with it in the title counted for more; of all papers' weight at most. */
function saidIn(counts: Counts, phrase: number): number {
  return (counts.papers[phrase] + TITLE_WORTH * counts.inTitles[phrase]) / (1 + TITLE_WORTH);
}

/** The phrases that mostly stand within one longer phrase: 'language models' where papers write 'large language models'. */
function partsOfLonger({ table, naming }: Phrases, here: Counts, frequent: readonly number[]): Set<number> {
  const parts = new Set<number>();
  const isPart = (part: number, whole: number) => {
    // One text is no evidence.
    const often = here.texts[whole] > PART_SHARE * here.texts[part] && here.texts[whole] > 1;
    if (naming[part] && often) parts.add(part);
  };
  for (const phrase of frequent) {
    if (phrase < table.words) continue;
    const prefix = table.prefixOf(phrase);
    const last = table.lastOf(phrase);
    isPart(prefix, phrase);
    isPart(last, phrase);
    if (prefix < table.words) continue;
    isPart(table.prefixOf(prefix), phrase);
    isPart(table.lastOf(prefix), phrase);
    const suffix = table.find(table.lastOf(prefix), last);
    if (suffix >= 0) isPart(suffix, phrase);
  }
  return parts;
}

/** What each phrase is worth as a name, from 0 to 3: by its length, and whether it stands as names do. */
function worthsOf({ table, naming, isAcronym, times, followed, verbal, texts, titles }: Phrases): Float64Array {
  const inTitles = titles.reduce((sum, one) => sum + one, 1) / texts.reduce((sum, one) => sum + one, 1);
  return Float64Array.from(naming, (mayName, phrase) => {
    if (!mayName) return 0;
    const length = phrase < table.words ? 1 : table.prefixOf(phrase) < table.words ? 2 : 3;
    // A modifier ('visual', 'multimodal large') is nearly always followed by what it modifies. Few occurrences say little.
    const free = 1 - (followed[phrase] + 0.8) / (times[phrase] + 2);
    // '3D' and 'AI' are always before something and yet tell what a topic is about.
    const asHead = between(isAcronym[phrase] ? 0.5 : 0.05, (free - 0.15) / 0.4, 1);
    const asVerb = (verbal[phrase] + 0.1) / (times[phrase] + 2);
    const asNoun = between(0.05, 1.5 - asVerb * 6, 1);
    // What papers are about stands in their titles: of the papers with 'quantization' 29 %, with 'parameters' 2 %.
    const inTitle = (titles[phrase] + 3 * inTitles) / (texts[phrase] + 3) / inTitles;
    const asSubject = between(0.2, Math.sqrt(inTitle / 1.5), 1.5);
    return LENGTH_WORTH[length - 1] * asHead * asNoun * asSubject;
  });
}

function between(least: number, value: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
