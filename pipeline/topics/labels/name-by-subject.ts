/**
 * Names topics by subjects of research: a name says what most of the papers are about, in the words that the field uses,
 * whether or not the papers use these words.
 */
import { createSeededRandom, sampleRows } from '../../core/algorithms/random.ts';
import { computeScoreStats, mean } from '../../core/algorithms/statistics.ts';
import type { Checkpoint } from '../../core/cooperative.ts';
import { dotWithRow, type Vectors } from '../../core/vectors.ts';
import { NAME_SEPARATOR } from './label-phrase.ts';
import type { EmbedTexts } from './meaning-coverage.ts';
import { subjects } from './subjects.ts';

/** How many papers of the corpus are about each subject is estimated from this many of them. */
const CORPUS_SAMPLE = 2000;
/** The subjects of a topic are estimated from at most this many of its papers. */
const TOPIC_SAMPLE = 128;
/** Topics of fewer papers are named by their phrases: a few papers may be near to a subject by chance. */
const MIN_PAPERS = 8;

/**
 * Of the mean cosine that a subject has with all papers, this share is subtracted from its cosines: some descriptions are
 * near to every paper. Without any, 'LLM agents' describes half of a corpus; with all of it, rare subjects win by chance.
 */
const MEAN_SHARE = 0.5;
/**
 * A paper is about its nearest subject, and about those that are less than this many deviations of the cosines farther: a
 * paper on robots that learn by rewards is about both.
 */
const MAX_DEVIATIONS_BEHIND = 0.5;

/** At least this share of a topic's papers must be about the subject that names it. */
const MIN_SHARE = 0.45;
/** A narrower subject is preferred if it has this share of the papers of the wider one. */
const MIN_SHARE_OF_NARROWER = 0.85;
/** Each part of a name of two subjects needs this share of the papers, and both together `MIN_SHARE`. */
const MIN_SHARE_OF_PART = 0.25;
/** If no two subjects do, one with this share names the topic, if that is so many times its share of the corpus. */
const MIN_SHARE_OF_RARE = 0.35;
const MIN_LIFT_OF_RARE = 5;
/**
 * On these upper levels, phrases describe hardly any of the many papers: if nothing else does, two subjects with this share
 * each name a topic.
 */
const MAX_LEVEL_OF_ANY_TWO = 1;
const MIN_SHARE_OF_ANY_PART = 0.12;
/** A name of two subjects has at most this many characters. */
const MAX_LENGTH_OF_TWO = 56;

/** Which papers are about which subjects. */
interface SubjectsOfPapers {
  /** Per row that was measured, the subjects that the paper is about, with all entries that these belong to. */
  readonly subjectsOf: ReadonlyMap<number, ReadonlySet<number>>;
  /** The share of the corpus that is about each subject. */
  readonly corpusShares: Float64Array;
}

/** A subject as the name of a topic. */
interface Candidate {
  readonly subject: number;
  /** The share of the topic's papers that are about it. */
  readonly share: number;
  /**
   * The subject's term in the Kullback–Leibler divergence of the topic from the corpus, p · ln(p/q): high if it describes most
   * papers of the topic and few of the others.
   */
  readonly score: number;
}

/**
 * Finds the parts of names for topics: one subject that most of a topic's papers are about, or two that are about half of them together.
 * No two topics have the same name, and a topic has no subject that an ancestor has or that is wider than one of these; areas
 * name only top-level topics. Topics that no subject describes are left out.
 *
 * @param parentOf the parent of each topic, −1 for a root; parents come before their subtopics
 * @param rowsOf the rows of a topic's papers
 * @param embed embeds the descriptions of the subjects
 */
export async function nameBySubject(
  parentOf: Int32Array,
  vectors: Vectors,
  rowsOf: (topic: number) => Int32Array,
  embed: EmbedTexts,
  checkpoint: Checkpoint,
): Promise<ReadonlyMap<number, readonly string[]>> {
  const names = new Map<number, readonly string[]>();
  const random = createSeededRandom(1);
  const samples = Array.from(parentOf, (_, topic) => {
    const rows = rowsOf(topic);
    return sampleRows(rows.length, TOPIC_SAMPLE, random).map((i) => rows[i]);
  });
  const measured = await findSubjects(vectors, samples, embed, checkpoint);
  if (!measured) return names;
  const levelOf = levelsOf(parentOf);
  const usedBy = new Map<number, readonly number[]>();
  const used = new Set<number>();
  const usedPairs = new Set<string>();
  for (let level = 0; level <= Math.max(-1, ...levelOf); level++) {
    const topics = Array.from(parentOf.keys())
      .filter((topic) => levelOf[topic] === level && samples[topic].length >= MIN_PAPERS)
      .map((topic) => ({ topic, candidates: candidatesFor(samples[topic], measured, level === 0) }))
      .sort((a, b) => (b.candidates[0]?.score ?? 0) - (a.candidates[0]?.score ?? 0) || a.topic - b.topic);
    for (const { topic, candidates } of topics) {
      const blocked = blockedSubjects(topic, parentOf, usedBy);
      const allowed = candidates.filter(({ subject }) => !blocked.has(subject));
      const chosen = chooseSubjects(allowed, used, samples[topic], measured, level <= MAX_LEVEL_OF_ANY_TWO);
      const key = [...chosen].sort((a, b) => a - b).join(' ');
      if (chosen.length === 0 || usedPairs.has(key)) continue;
      usedPairs.add(key);
      // Of two subjects each may be mainly about a subtopic, which then has it alone.
      if (chosen.length === 1) {
        usedBy.set(topic, chosen);
        used.add(chosen[0]);
      }
      names.set(topic, namesOf(chosen));
    }
  }
  return names;
}

/** Finds the subjects of the sampled papers and of a sample of the corpus; undefined if no description has an embedding. */
async function findSubjects(
  vectors: Vectors,
  samples: readonly Int32Array[],
  embed: EmbedTexts,
  checkpoint: Checkpoint,
): Promise<SubjectsOfPapers | undefined> {
  const embedded = await embed(subjects.map(({ description }) => description));
  if (!embedded.some((component) => component !== 0)) return undefined;
  const corpus = sampleRows(vectors.count, CORPUS_SAMPLE, createSeededRandom(2));
  const vectorOf = (subject: number) =>
    embedded.subarray(subject * vectors.dimensions, (subject + 1) * vectors.dimensions);
  const stats = subjects.map((_, subject) =>
    computeScoreStats(Float32Array.from(corpus, (row) => dotWithRow(vectors, row, vectorOf(subject)))),
  );
  const maxBehind = MAX_DEVIATIONS_BEHIND * mean(stats.map(({ deviation }) => deviation));
  const rows = [...new Set([...corpus, ...samples.flatMap((sample) => [...sample])])];
  const subjectsOf = new Map<number, ReadonlySet<number>>();
  const cosines = new Float32Array(subjects.length);
  for (const [done, row] of rows.entries()) {
    for (let subject = 0; subject < subjects.length; subject++) {
      cosines[subject] = dotWithRow(vectors, row, vectorOf(subject)) - MEAN_SHARE * stats[subject].mean;
    }
    const nearest = cosines.reduce((best, cosine) => Math.max(best, cosine), Number.NEGATIVE_INFINITY);
    const found = new Set<number>();
    for (let subject = 0; subject < subjects.length; subject++) {
      if (cosines[subject] < nearest - maxBehind) continue;
      for (let entry = subject; entry >= 0; entry = subjects[entry].parent) found.add(entry);
    }
    subjectsOf.set(row, found);
    if (done % 64 === 0) await checkpoint(done / rows.length);
  }
  return { subjectsOf, corpusShares: sharesOf(corpus, subjectsOf) };
}

/** The share of some papers that are about each subject. */
function sharesOf(rows: Int32Array, subjectsOf: SubjectsOfPapers['subjectsOf']): Float64Array {
  const shares = new Float64Array(subjects.length);
  for (const row of rows) for (const subject of subjectsOf.get(row) ?? []) shares[subject]++;
  return shares.map((count) => count / Math.max(1, rows.length));
}

/** The subjects of a topic's papers, the one with the highest score first; of equal ones, the narrower. */
function candidatesFor(
  sample: Int32Array,
  { subjectsOf, corpusShares }: SubjectsOfPapers,
  isTopLevel: boolean,
): Candidate[] {
  return Array.from(sharesOf(sample, subjectsOf), (share, subject): Candidate => {
    const lift = share / Math.max(corpusShares[subject], 1 / CORPUS_SAMPLE);
    return { subject, share, score: share > 0 ? share * Math.log(lift) : 0 };
  })
    .filter(({ subject, score }) => score > 0 && (isTopLevel || subjects[subject].parent >= 0))
    .sort((a, b) => b.score - a.score || b.subject - a.subject);
}

/**
 * One subject or two for the name of a topic, or none.
 *
 * @param used the subjects that name other topics: none of them names this one alone
 * @param isAnyPairAllowed whether two subjects name the topic even if neither is frequent
 */
function chooseSubjects(
  candidates: readonly Candidate[],
  used: ReadonlySet<number>,
  sample: Int32Array,
  measured: SubjectsOfPapers,
  isAnyPairAllowed: boolean,
): number[] {
  const free = candidates.filter(({ subject }) => !used.has(subject));
  const single = free.find(({ share }) => share >= MIN_SHARE);
  if (single) return [narrowest(single, free).subject];
  const pair = choosePair(candidates, MIN_SHARE_OF_PART, MIN_SHARE, sample, measured);
  if (pair) return pair;
  const rare = free.find(
    ({ subject, share }) => share >= MIN_SHARE_OF_RARE && share >= MIN_LIFT_OF_RARE * measured.corpusShares[subject],
  );
  if (rare) return [rare.subject];
  return (isAnyPairAllowed && choosePair(candidates, MIN_SHARE_OF_ANY_PART, 0, sample, measured)) || [];
}

/** The two subjects with the highest scores, each with a minimal share and both together with another one. */
function choosePair(
  candidates: readonly Candidate[],
  minShareOfPart: number,
  minShare: number,
  sample: Int32Array,
  { subjectsOf }: SubjectsOfPapers,
): number[] | undefined {
  const parts = candidates.filter(({ share }) => share >= minShareOfPart);
  for (const [i, first] of parts.entries()) {
    for (const second of parts.slice(i + 1)) {
      const pair = [first.subject, second.subject];
      if (belongsTo(first.subject, second.subject) || belongsTo(second.subject, first.subject)) continue;
      const isAboutOne = (row: number) => pair.some((subject) => subjectsOf.get(row)?.has(subject));
      const isLong = namesOf(pair).join(NAME_SEPARATOR).length > MAX_LENGTH_OF_TWO;
      if (!isLong && sample.filter(isAboutOne).length >= minShare * sample.length) return pair;
    }
  }
  return undefined;
}

/** A subject that belongs to the given one and that nearly as many papers are about; the given one if there is none. */
function narrowest(candidate: Candidate, candidates: readonly Candidate[]): Candidate {
  const narrower = candidates.find(
    ({ subject, share }) =>
      subjects[subject].parent === candidate.subject && share >= MIN_SHARE_OF_NARROWER * candidate.share,
  );
  return narrower ? narrowest(narrower, candidates) : candidate;
}

function belongsTo(subject: number, wider: number): boolean {
  for (let entry = subject; entry >= 0; entry = subjects[entry].parent) if (entry === wider) return true;
  return false;
}

/** The subjects that a topic's ancestors have, and all that these belong to. */
function blockedSubjects(
  topic: number,
  parentOf: Int32Array,
  usedBy: ReadonlyMap<number, readonly number[]>,
): Set<number> {
  const blocked = new Set<number>();
  for (let ancestor = parentOf[topic]; ancestor >= 0; ancestor = parentOf[ancestor]) {
    for (const subject of usedBy.get(ancestor) ?? []) {
      for (let entry = subject; entry >= 0; entry = subjects[entry].parent) blocked.add(entry);
    }
  }
  return blocked;
}

function levelsOf(parentOf: Int32Array): Int32Array {
  const levels = new Int32Array(parentOf.length);
  for (const [topic, parent] of parentOf.entries()) levels[topic] = parent < 0 ? 0 : levels[parent] + 1;
  return levels;
}

/** The names of subjects; all but the first begin with a lower-case letter, unless with an acronym or a number. */
function namesOf(chosen: readonly number[]): string[] {
  return chosen.map((subject, i) => {
    const { name } = subjects[subject];
    return i === 0 ? name : name.replace(/^\p{Lu}(?=\p{Ll})/u, (letter) => letter.toLowerCase());
  });
}
