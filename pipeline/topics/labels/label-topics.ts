import { type Rest, type Steps, stretch, within, withRests } from '../../core/cooperative.ts';
import type { Passage } from '../../core/paper.ts';
import type { Keyword } from '../../core/topic-tree.ts';
import { type Acronyms, acronymsOf, isWellKnown, withoutDoubles } from './acronyms.ts';
import { chooseNames } from './choose-labels.ts';
import { togetherIn } from './cooccurrence.ts';
import { standingIn } from './coverage.ts';
import { type Phrases, phrasesOfTexts } from './extract-phrases.ts';
import { type Candidate, type TextsOfTopics, tellingPhrases } from './keyphrases.ts';
import { type NestedTopics, placesOf } from './occurrences.ts';
import { type Choice, nameOf } from './phrase.ts';
import { wordsOfPhrase } from './phrase-table.ts';
import { surfacesOf } from './surface-forms.ts';
import { readWordTexts, type WordTexts } from './tokenized-texts.ts';

/** Of more papers than that a sample is read, even over the topics: names change little, and time and memory are bounded. */
const MOST_TEXTS = 60_000;
/** In so many papers a phrase stands at least, by the number of papers read: a rare one names nothing. */
const LEAST_TEXTS = [
  { below: 50, least: 1 },
  { below: 1000, least: 2 },
  { below: Number.POSITIVE_INFINITY, least: 3 },
];

/** The share of the time that is over when the texts are read, their phrases found, and those compared, for 60,000 papers. */
const SHARE_OF = { texts: 0.38, phrases: 0.64, acronyms: 0.66, telling: 0.77, standing: 0.8, surfaces: 0.93 };

/** What a topic is called. The name is none of another topic's; of the keywords, six at most, no two say the same. */
export interface TopicWords {
  readonly name: string;
  readonly keywords: readonly Keyword[];
}

/**
 * Names every topic of a tree by phrases of one to three words that its papers use and the others of its parent do not.
 * A name is one phrase, or two where the second adds something; what the parent is called is not said again.
 *
 * @param rest called every few texts, and between two passes over them, with the share of the work that is done, in [0, 1]; may throw to stop
 */
export async function nameTopics(
  papers: readonly Passage[],
  tree: NestedTopics,
  rest: Rest,
  most = MOST_TEXTS,
): Promise<TopicWords[]> {
  const places = placesOf(tree, most);
  const texts = await withRests(readWordTexts(papers, places.rows), within(rest, 0, SHARE_OF.texts));
  await rest(SHARE_OF.texts);
  const least = LEAST_TEXTS.find(({ below }) => texts.count < below)?.least ?? 1;
  const phrases = await withRests(phrasesOfTexts(texts, least), within(rest, SHARE_OF.texts, SHARE_OF.phrases));
  await rest(SHARE_OF.phrases);
  const topics = { parentOf: tree.parentOf, ...places };
  const { choices, pairs } = await withRests(compared(texts, phrases, topics, least), rest);
  const chosen = chooseNames(tree.parentOf, choices, pairs);
  return chosen.map(({ name, keywords }, topic) => ({
    name: name.length > 0 ? nameOf(name) : `Topic ${topic + 1}`,
    keywords: weighted(keywords),
  }));
}

/** What names are chosen among, and what is known of each two. */
function* compared(texts: WordTexts, phrases: Phrases, topics: TextsOfTopics, least: number) {
  const { acronyms: read, telling, standing: stood, surfaces } = SHARE_OF;
  const acronyms = yield* stretch(acronymsOf(texts, phrases, Math.min(least, 2)), SHARE_OF.phrases, read);
  const lists = yield* stretch(tellingPhrases(phrases, topics), read, telling);
  const candidates = lists.map((list) => withoutDoubles(list, phrases, acronyms));
  const standing = yield* stretch(standingIn(phrases, topics, candidates), telling, stood);
  const worded = yield* stretch(choicesOf(candidates, texts, phrases, acronyms), stood, surfaces);
  const choices = worded.map((list, topic) =>
    list.map((choice, at): Choice => ({ ...choice, spread: standing.spread(topic, at) })),
  );
  const together = yield* stretch(togetherIn(phrases, topics, candidates), surfaces, 1);
  return { choices, pairs: { together, ...standing } };
}

function* choicesOf(
  candidates: readonly (readonly Candidate[])[],
  texts: WordTexts,
  phrases: Phrases,
  acronyms: Acronyms,
): Steps<Omit<Choice, 'spread'>[][]> {
  const known = [...acronyms].filter(([short]) => isWellKnown(phrases, short));
  const shortFor = new Map(known.map(([short, long]) => [long, short]));
  const wanted = new Set(candidates.flat().map(({ phrase }) => phrase));
  for (const phrase of [...wanted]) {
    const short = shortFor.get(phrase);
    if (short !== undefined) wanted.add(short);
  }
  const surfaces = yield* surfacesOf(texts, phrases, wanted);
  return candidates.map((list) =>
    list.map((candidate) => ({
      ...candidate,
      text: surfaces.get(candidate.phrase) ?? '',
      short: surfaces.get(shortFor.get(candidate.phrase) ?? candidate.phrase) ?? '',
      words: wordsOfPhrase(phrases.table, candidate.phrase).flatMap((word) => texts.keys[word].split('-')),
    })),
  );
}

function weighted(keywords: readonly Choice[]): Keyword[] {
  const best = keywords[0]?.score ?? 1;
  return keywords.map(({ text, score }) => ({
    text,
    weight: best > 0 ? Math.max(0.001, Math.round((score / best) * 1000) / 1000) : 1,
  }));
}
