/** Labels topics with names and keywords from the titles and abstracts of their papers. */

import { roundToDigits } from '../../core/algorithms/statistics.ts';
import {
  type Checkpoint,
  type CooperativeTask,
  createPortionCheckpoint,
  runAsPortion,
  runWithCheckpoints,
} from '../../core/cooperative.ts';
import type { PaperText } from '../../core/paper.ts';
import type { Keyword, TopicHierarchy } from '../../core/topic-tree.ts';
import type { Vectors } from '../../core/vectors.ts';
import { chooseLabels } from './choose-labels.ts';
import { type ExtractedPhrases, extractPhrases } from './extract-phrases.ts';
import { type KeyphraseUsage, measureKeyphraseCooccurrence, measureKeyphraseCoverage } from './keyphrase-usage.ts';
import { type LabelPhrase, NAME_SEPARATOR, nameFromPhrases, phraseOf } from './label-phrase.ts';
import { type EmbedTexts, type MeaningCoverage, measureMeaningCoverage } from './meaning-coverage.ts';
import { nameBySubject } from './name-by-subject.ts';
import { samplePapersByTopic, type TopicTexts } from './paper-sample.ts';
import { wordsOfPhrase } from './phrase-numbers.ts';
import { type Keyphrase, scoreKeyphrases } from './score-keyphrases.ts';
import {
  type AcronymExpansions,
  findAcronyms,
  isWellKnownAcronym,
  mergeAcronyms,
  surfaceForms,
} from './surface-forms.ts';
import { type TokenizedTexts, tokenizeTexts } from './tokenized-texts.ts';

/**
 * Maximum number of papers that are read. Of more papers a sample is read: names change little, and time and memory
 * stay bounded.
 */
const MAX_TEXTS = 60_000;
/** The number of papers that must use a phrase, by the number of papers read: a rarer phrase names nothing. */
const MIN_TEXTS = [
  { below: 50, minTexts: 1 },
  { below: 1000, minTexts: 2 },
  { below: Number.POSITIVE_INFINITY, minTexts: 3 },
];

/** Share of the time that has passed when each phase is done, measured with 60,000 papers. */
const PROGRESS_AFTER = {
  texts: 0.33,
  phrases: 0.55,
  acronyms: 0.57,
  keyphrases: 0.66,
  coverage: 0.69,
  surfaces: 0.75,
  cooccurrence: 0.8,
  meaning: 0.9,
};

/** The name and the keywords of a topic. */
export interface TopicLabel {
  /** One phrase or two, unique among the topics. */
  readonly name: string;
  /** At most six keywords by descending weight, no two of which say the same. */
  readonly keywords: readonly Keyword[];
}

/**
 * Labels every topic of a hierarchy. Its keywords are phrases of one to three words that its papers use more than the
 * other papers of its parent. Its name is the subject that most of its papers are about; if there is none, it is one of
 * these phrases, or two if the second adds something. It does not repeat the names of the topic's ancestors. A topic
 * without any such phrase is called 'Topic' and its number.
 *
 * @param meaning the vectors of the papers and the model that they are of, to find subjects and
 *   phrases that are near the papers in meaning; undefined to judge phrases by their use alone
 * @param checkpoint called every few milliseconds
 * @param maxTexts papers to read; from more, a sample is taken
 * @throws what `checkpoint` throws
 */
export async function labelTopics(
  papers: readonly PaperText[],
  hierarchy: TopicHierarchy,
  meaning: { readonly vectors: Vectors; readonly embed: EmbedTexts } | undefined,
  checkpoint: Checkpoint,
  maxTexts = MAX_TEXTS,
): Promise<TopicLabel[]> {
  const { rows, ...ranges } = samplePapersByTopic(hierarchy, maxTexts);
  const topics: TopicTexts = { parentOf: hierarchy.parentOf, ...ranges };
  const texts = await runWithCheckpoints(
    tokenizeTexts(papers, rows),
    createPortionCheckpoint(checkpoint, 0, PROGRESS_AFTER.texts),
  );
  await checkpoint(PROGRESS_AFTER.texts);
  const minTexts = MIN_TEXTS.find(({ below }) => texts.count < below)?.minTexts ?? 1;
  const extracting = createPortionCheckpoint(checkpoint, PROGRESS_AFTER.texts, PROGRESS_AFTER.phrases);
  const phrases = await runWithCheckpoints(extractPhrases(texts, minTexts), extracting);
  await checkpoint(PROGRESS_AFTER.phrases);
  const { phrasesOf, usage } = await runWithCheckpoints(analyzeTopics(texts, phrases, topics, minTexts), checkpoint);
  let coverage: MeaningCoverage = () => undefined;
  let subjectsOf: ReadonlyMap<number, readonly string[]> = new Map();
  if (meaning) {
    const { vectors, embed } = meaning;
    const rowsOf = (topic: number) => rows.subarray(topics.starts[topic], topics.ends[topic]);
    const measuring = createPortionCheckpoint(checkpoint, PROGRESS_AFTER.cooccurrence, PROGRESS_AFTER.meaning);
    coverage = await measureMeaningCoverage(phrasesOf, vectors, rowsOf, embed, measuring);
    const naming = createPortionCheckpoint(checkpoint, PROGRESS_AFTER.meaning, 1);
    subjectsOf = await nameBySubject(hierarchy.parentOf, vectors, rowsOf, embed, naming);
  }
  const subjectNames = new Map([...subjectsOf].map(([topic, parts]) => [topic, parts.map(phraseOf)]));
  const labels = chooseLabels(hierarchy.parentOf, phrasesOf, usage, coverage, subjectNames);
  return labels.map(({ name, keywords }, topic) => ({
    name:
      subjectsOf.get(topic)?.join(NAME_SEPARATOR) ?? (name.length > 0 ? nameFromPhrases(name) : `Topic ${topic + 1}`),
    keywords: withWeights(keywords),
  }));
}

/** What labels are chosen from: the keyphrases of each topic, and how its papers use them. */
interface TopicAnalysis {
  readonly phrasesOf: readonly (readonly LabelPhrase[])[];
  readonly usage: KeyphraseUsage;
}

function* analyzeTopics(
  texts: TokenizedTexts,
  phrases: ExtractedPhrases,
  topics: TopicTexts,
  minTexts: number,
): CooperativeTask<TopicAnalysis> {
  const after = PROGRESS_AFTER;
  const findingAcronyms = findAcronyms(texts, phrases, Math.min(minTexts, 2));
  const acronyms = yield* runAsPortion(findingAcronyms, after.phrases, after.acronyms);
  const all = yield* runAsPortion(scoreKeyphrases(phrases, topics), after.acronyms, after.keyphrases);
  const keyphrases = all.map((list) => mergeAcronyms(list, phrases, acronyms));
  const coverage = yield* runAsPortion(
    measureKeyphraseCoverage(phrases, topics, keyphrases),
    after.keyphrases,
    after.coverage,
  );
  const writing = asText(keyphrases, texts, phrases, acronyms);
  const written = yield* runAsPortion(writing, after.coverage, after.surfaces);
  const phrasesOf = written.map((list, topic) =>
    list.map((phrase, i): LabelPhrase => ({ ...phrase, evenness: coverage.evenness(topic, i) })),
  );
  const cooccurrence = yield* runAsPortion(
    measureKeyphraseCooccurrence(phrases, topics, keyphrases),
    after.surfaces,
    after.cooccurrence,
  );
  return { phrasesOf, usage: { cooccurrence, ...coverage } };
}

function* asText(
  keyphrases: readonly (readonly Keyphrase[])[],
  texts: TokenizedTexts,
  phrases: ExtractedPhrases,
  acronyms: AcronymExpansions,
): CooperativeTask<Omit<LabelPhrase, 'evenness'>[][]> {
  const wellKnown = [...acronyms].filter(([short]) => isWellKnownAcronym(phrases, short));
  const acronymOf = new Map(wellKnown.map(([short, long]) => [long, short]));
  const wanted = new Set(keyphrases.flat().map(({ phrase }) => phrase));
  for (const phrase of [...wanted]) {
    const short = acronymOf.get(phrase);
    if (short !== undefined) wanted.add(short);
  }
  const textOf = yield* surfaceForms(texts, phrases, wanted);
  return keyphrases.map((list) =>
    list.map((keyphrase) => ({
      ...keyphrase,
      text: textOf.get(keyphrase.phrase) ?? '',
      short: textOf.get(acronymOf.get(keyphrase.phrase) ?? keyphrase.phrase) ?? '',
      words: wordsOfPhrase(phrases.table, keyphrase.phrase).flatMap((word) => texts.lemmas[word].split('-')),
    })),
  );
}

/** Converts phrases to keywords. Their weights in (0, 1] are scores relative to the first, best one. */
function withWeights(keywords: readonly LabelPhrase[]): Keyword[] {
  const best = keywords[0]?.score ?? 1;
  return keywords.map(({ text, score }) => ({
    text,
    weight: best > 0 ? Math.max(0.001, roundToDigits(score / best, 3)) : 1,
  }));
}
