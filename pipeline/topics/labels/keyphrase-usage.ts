/** How keyphrases are used within their topic: in which subtopics, and together with which other keyphrases. */
import { type CooperativeTask, processInChunks } from '../../core/cooperative.ts';
import type { ExtractedPhrases } from './extract-phrases.ts';
import type { TopicTexts } from './paper-sample.ts';
import type { Keyphrase } from './score-keyphrases.ts';

/** How keyphrases cover the subtopics of their topic. Keyphrases are given by their index in the topic's list. */
interface SubtopicCoverage {
  /**
   * How evenly a keyphrase is used in the subtopics, in [0, 1]: 1 if the papers that use it are distributed over them
   * like all papers, near 0 if only one small subtopic uses it. 1 in a topic without subtopics.
   */
  readonly evenness: (topic: number, keyphrase: number) => number;
  /** Of all papers in subtopics of a topic that use a keyphrase, the share in [0, 1] that is in one given subtopic. */
  readonly shareIn: (topic: number, keyphrase: number, subtopic: number) => number;
  /** How much of a topic a first keyphrase leaves uncovered, and how much of that a second keyphrase is about. */
  readonly uncovered: (topic: number, first: number, second: number) => Uncovered;
}

/**
 * The part of a topic that a keyphrase does not cover. A subtopic is covered to the degree that the keyphrase is as
 * frequent in it as in the whole topic. Both shares are in [0, 1], and 0 in a topic without subtopics.
 */
interface Uncovered {
  /** The uncovered share of all papers in subtopics. */
  readonly ofPapers: number;
  /** The uncovered share of the papers in subtopics that use the second keyphrase. */
  readonly ofSecond: number;
}

/** Everything that is known about the use of keyphrases within their topic. */
export interface KeyphraseUsage extends SubtopicCoverage {
  /** The share of a topic's papers that use both keyphrases. */
  readonly cooccurrence: (topic: number, a: number, b: number) => number;
}

const NOT_A_KEYPHRASE = -1;

/** Counts, for every topic, the papers in each of its subtopics that use each of its keyphrases. */
export function* measureKeyphraseCoverage(
  phrases: ExtractedPhrases,
  topics: TopicTexts,
  keyphrases: readonly (readonly Keyphrase[])[],
): CooperativeTask<SubtopicCoverage> {
  const subtopicsOf: number[][] = keyphrases.map(() => []);
  topics.parentOf.forEach((parent, topic) => {
    if (parent >= 0) subtopicsOf[parent].push(topic);
  });
  const indexOf = new Int16Array(phrases.isEligible.length).fill(NOT_A_KEYPHRASE);
  const tables = new Array<SubtopicTable | undefined>(keyphrases.length);
  for (const [topic, list] of keyphrases.entries()) {
    if (subtopicsOf[topic].length === 0) continue;
    yield topic / keyphrases.length;
    for (const [i, { phrase }] of list.entries()) indexOf[phrase] = i;
    const whole = countPapers(phrases, topics, topic, indexOf, list.length);
    const subtopics = subtopicsOf[topic].map((one) => countPapers(phrases, topics, one, indexOf, list.length));
    for (const { phrase } of list) indexOf[phrase] = NOT_A_KEYPHRASE;
    tables[topic] = { whole, subtopics, totalInSubtopics: subtopics.reduce((sum, { total }) => sum + total, 0) };
  }
  return {
    evenness(topic, keyphrase) {
      const table = tables[topic];
      return table ? evennessIn(table, keyphrase) : 1;
    },
    shareIn(topic, keyphrase, subtopic) {
      const table = tables[topic];
      if (!table) return 0;
      const using = table.subtopics.reduce((sum, each) => sum + each.using[keyphrase], 0);
      return using > 0 ? table.subtopics[subtopicsOf[topic].indexOf(subtopic)].using[keyphrase] / using : 0;
    },
    uncovered(topic, first, second) {
      const table = tables[topic];
      return table ? uncoveredIn(table, first, second) : { ofPapers: 0, ofSecond: 0 };
    },
  };
}

/** The number of papers in a topic or subtopic, and for each keyphrase the number of them that use it. */
interface PaperCounts {
  readonly using: Float64Array;
  readonly total: number;
}

interface SubtopicTable {
  readonly whole: PaperCounts;
  readonly subtopics: readonly PaperCounts[];
  readonly totalInSubtopics: number;
}

function countPapers(
  phrases: ExtractedPhrases,
  topics: TopicTexts,
  topic: number,
  indexOf: Int16Array,
  keyphraseCount: number,
): PaperCounts {
  const using = new Float64Array(keyphraseCount);
  let total = 0;
  for (let text = topics.starts[topic]; text < topics.ends[topic]; text++) {
    total += topics.weights[text];
    for (let at = phrases.offsets[text]; at < phrases.offsets[text + 1]; at++) {
      const keyphrase = indexOf[phrases.phraseIds[at]];
      if (keyphrase !== NOT_A_KEYPHRASE) using[keyphrase] += topics.weights[text];
    }
  }
  return { using, total };
}

/**
 * The overlap, in [0, 1], of two distributions over the subtopics: that of the papers that use a keyphrase, and that of
 * all papers.
 */
function evennessIn({ whole, subtopics, totalInSubtopics }: SubtopicTable, keyphrase: number): number {
  const using = subtopics.reduce((sum, one) => sum + one.using[keyphrase], 0);
  if (using === 0) return 1 - totalInSubtopics / whole.total;
  return subtopics.reduce((sum, one) => sum + Math.min(one.using[keyphrase] / using, one.total / totalInSubtopics), 0);
}

function uncoveredIn({ whole, subtopics, totalInSubtopics }: SubtopicTable, first: number, second: number): Uncovered {
  const expected = whole.using[first] / whole.total;
  let papers = 0;
  let papersWithSecond = 0;
  let withSecond = 0;
  for (const subtopic of subtopics) {
    const covered = Math.min(1, subtopic.using[first] / subtopic.total / expected);
    papers += subtopic.total * (1 - covered);
    papersWithSecond += subtopic.using[second] * (1 - covered);
    withSecond += subtopic.using[second];
  }
  return { ofPapers: papers / totalInSubtopics, ofSecond: withSecond > 0 ? papersWithSecond / withSecond : 0 };
}

/**
 * Computes, for every topic and every two of its keyphrases, the share of the papers that use both. Returns a function
 * that looks the share up.
 */
export function* measureKeyphraseCooccurrence(
  phrases: ExtractedPhrases,
  topics: TopicTexts,
  keyphrases: readonly (readonly Keyphrase[])[],
): CooperativeTask<KeyphraseUsage['cooccurrence']> {
  const indexOf = new Int16Array(phrases.isEligible.length).fill(NOT_A_KEYPHRASE);
  const matrices: Float64Array[] = [];
  for (const [topic, list] of keyphrases.entries()) {
    for (const [i, { phrase }] of list.entries()) indexOf[phrase] = i;
    const both = new Float64Array(list.length * list.length);
    let total = 0;
    const countText = (text: number) => {
      const weight = topics.weights[text];
      total += weight;
      const present: number[] = [];
      for (let at = phrases.offsets[text]; at < phrases.offsets[text + 1]; at++) {
        const keyphrase = indexOf[phrases.phraseIds[at]];
        if (keyphrase !== NOT_A_KEYPHRASE) present.push(keyphrase);
      }
      for (const a of present) for (const b of present) both[a * list.length + b] += weight;
    };
    const start = topics.starts[topic];
    const counting = processInChunks(topics.ends[topic] - start, (from, to) => {
      for (let text = start + from; text < start + to; text++) countText(text);
    });
    for (const _ of counting) yield topic / keyphrases.length;
    for (const { phrase } of list) indexOf[phrase] = NOT_A_KEYPHRASE;
    matrices.push(both.map((papers) => papers / total));
  }
  return (topic, a, b) => matrices[topic][a * keyphrases[topic].length + b];
}
