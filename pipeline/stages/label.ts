import type { Effects } from '../core/effects.ts';
import type { Passage } from '../core/paper.ts';
import { foldWord, initials, lookAlike } from '../core/phrases.ts';
import { type Grouping, type Keyword, OUTLIER, type Topic } from '../core/topics.ts';
import { exactNeighbors, type Vectors, vectorAt } from '../core/vectors.ts';
import { countPhrases, namingPhrases, type PhraseCounts } from './phrase-counts.ts';

/** Keywords a topic. */
const KEYWORDS = 6;
/** Papers that stand for a topic. */
const CENTRAL = 5;
/** A name of two keywords is not longer than this many characters. */
const NAME_LENGTH = 40;
/** What a phrase of one, two, three words is worth beside a single word of equal count: longer ones say more. */
const LENGTH_WORTH = [1, 1.6, 1.7];

/** Names every topic by phrases that its papers use and the others do not, and finds its central papers. */
export function labelTopics(
  papers: readonly Passage[],
  vectors: Vectors,
  grouping: Grouping,
  effects: Effects,
): Topic[] {
  const progress = effects.begin('names', grouping.count);
  const known = countPhrases(papers, papers.length < 50 ? 1 : 2);
  const rowsOfTopic: number[][] = Array.from({ length: grouping.count }, () => []);
  grouping.topicOfRow.forEach((topic, row) => {
    if (topic !== OUTLIER) rowsOfTopic[topic].push(row);
  });
  const taken = new Set<string>();
  const topics = rowsOfTopic.map((rows, id) => {
    effects.signal.throwIfAborted();
    const keywords = keywordsOf(papers, rows, known);
    progress.at(id + 1);
    return { id, name: nameOf(keywords, taken, id), keywords, size: rows.length, central: centralRows(vectors, rows) };
  });
  progress.end(
    topics
      .slice(0, 3)
      .map((topic) => topic.name)
      .join('; '),
  );
  return topics;
}

interface Candidate {
  readonly phrase: string;
  readonly score: number;
  readonly surfaces: readonly string[];
}

/**
 * The phrases that tell these papers from all papers. A phrase's worth is what it adds to the Kullback–Leibler
 * divergence of the topic's papers from all of them, p·log(p/q) with p and q the share of papers that use it: high only
 * for what is both frequent here and rare elsewhere.
 */
function keywordsOf(papers: readonly Passage[], rows: readonly number[], known: PhraseCounts): Keyword[] {
  const here = new Map<string, string[][]>();
  for (const row of rows) {
    for (const [phrase, surfaces] of namingPhrases(papers[row], known)) {
      const all = here.get(phrase);
      if (all) all.push(surfaces);
      else here.set(phrase, [surfaces]);
    }
  }
  const least = rows.length >= 8 ? 3 : rows.length >= 3 ? 2 : 1;
  const candidates = candidatesOf(here, rows.length, papers.length, known, least);
  const chosen = chooseApart(candidates);
  if (chosen.length < 3 && least > 1) {
    for (const candidate of candidatesOf(here, rows.length, papers.length, known, 1)) {
      if (chosen.length < KEYWORDS && isApart(candidate, chosen)) chosen.push(candidate);
    }
  }
  chosen.sort((a, b) => b.score - a.score);
  const best = chosen[0]?.score ?? 1;
  return chosen.map(({ surfaces, score }) => ({
    text: bestSurface(surfaces),
    weight: best > 0 ? Math.max(0.001, Math.round((score / best) * 1000) / 1000) : 1,
  }));
}

function candidatesOf(
  here: ReadonlyMap<string, string[][]>,
  papersHere: number,
  papersInAll: number,
  known: PhraseCounts,
  least: number,
): Candidate[] {
  const candidates: Candidate[] = [];
  for (const [phrase, uses] of here) {
    if (uses.length < least) continue;
    const p = uses.length / papersHere;
    const q = (known.get(phrase) ?? uses.length) / papersInAll;
    const worth = LENGTH_WORTH[phrase.split(' ').length - 1];
    // In a corpus of one topic p equals q for every phrase: the frequent ones then lead.
    candidates.push({ phrase, score: p * (Math.log(p / q) + 0.01) * worth, surfaces: uses.flat() });
  }
  return candidates.sort((a, b) => b.score - a.score || (a.phrase < b.phrase ? -1 : 1));
}

function chooseApart(candidates: readonly Candidate[]): Candidate[] {
  const chosen: Candidate[] = [];
  for (const candidate of candidates) {
    if (chosen.length === KEYWORDS) break;
    if (isApart(candidate, chosen)) chosen.push(candidate);
  }
  return chosen;
}

/**
 * Whether a phrase says something that the chosen ones do not: it is not the initials of one (or the other way round),
 * and fewer than half of its words look like a word of any of them.
 */
function isApart(candidate: Candidate, chosen: readonly Candidate[]): boolean {
  const words = candidate.phrase.split(/[ -]/);
  return chosen.every((other) => {
    if (foldWord(initials(other.phrase)) === candidate.phrase || foldWord(initials(candidate.phrase)) === other.phrase)
      return false;
    const others = other.phrase.split(/[ -]/);
    const shared = words.filter((word) => others.some((another) => lookAlike(word, another))).length;
    return shared === 0 || shared * 2 < Math.min(words.length, others.length);
  });
}

/** How a phrase is most often written; 'Diffusion models' at the head of a sentence gives way to 'diffusion models'. */
function bestSurface(surfaces: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const surface of surfaces) counts.set(surface, (counts.get(surface) ?? 0) + 1);
  const [most] = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0];
  const lower = most
    .split(' ')
    .map((word) => (/^\p{Lu}[\p{Ll}-]+$/u.test(word) ? word.toLowerCase() : word))
    .join(' ');
  return counts.has(lower) ? lower : most;
}

/**
 * The first keyword, and the first other that makes a name no topic has yet, in whatever order its parts stand; alone
 * where two are too long together. With a capital.
 */
function nameOf(keywords: readonly Keyword[], taken: Set<string>, id: number): string {
  const [first = `Topic ${id + 1}`, ...others] = keywords.map((keyword) => keyword.text);
  const short = others.filter((other) => first.length + other.length + 3 <= NAME_LENGTH);
  const choices = [
    ...short.map((other) => [first, other]),
    [first],
    ...others.map((other) => [first, other]),
    [first, String(id + 1)],
  ];
  const keyOf = (parts: readonly string[]) => [...parts].sort().join('\n').toLowerCase();
  const parts = choices.find((one) => !taken.has(keyOf(one))) ?? [first, String(id + 1)];
  taken.add(keyOf(parts));
  const name = parts.join(' · ');
  return /^\p{Ll}[\p{Ll}-]*(?= |$)/u.test(name) ? name.charAt(0).toUpperCase() + name.slice(1) : name;
}

/** The rows nearest to the mean vector of a topic, the nearest first. */
function centralRows(vectors: Vectors, rows: readonly number[]): number[] {
  const mean = new Float32Array(vectors.dimensions);
  const members = {
    count: rows.length,
    dimensions: vectors.dimensions,
    data: new Float32Array(rows.length * mean.length),
  };
  rows.forEach((row, i) => {
    const vector = vectorAt(vectors, row);
    vectorAt(members, i).set(vector);
    for (let d = 0; d < mean.length; d++) mean[d] += vector[d];
  });
  return Array.from(exactNeighbors(members, mean, CENTRAL).rows, (i) => rows[i]);
}
