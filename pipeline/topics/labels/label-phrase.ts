/** Keyphrases as text: tests for phrases that say the same, and names made of one or two phrases. */
import { genericWords } from '../../core/stop-words.ts';
import type { Keyphrase } from './score-keyphrases.ts';
import { haveCommonStem, initials, singularize, wordRuns } from './words.ts';

/** Maximum length of a name, in characters. In a longer name, acronyms replace phrases. */
const MAX_NAME_LENGTH = 44;
/** Separates the two phrases of a name. */
export const NAME_SEPARATOR = ' · ';

/** A keyphrase as text, from which keywords and names are chosen. */
export interface LabelPhrase extends Keyphrase {
  readonly text: string;
  /** The acronym of the phrase if that is well known, else the same as `text`. */
  readonly short: string;
  /** The lemmas of the phrase; a hyphenated word counts as several. */
  readonly words: readonly string[];
  /** How evenly the topic's subtopics use the phrase, in [0, 1]; low if the phrase is about a single subtopic. */
  readonly evenness: number;
}

/** A name that is no keyphrase, such as a subject, as a phrase that others are compared with. */
export function phraseOf(text: string): LabelPhrase {
  const words = wordRuns(text).flatMap((run) => run.flatMap(({ lemma }) => lemma.split('-')));
  return { phrase: -1, score: 0, share: 1, text, short: text, words, evenness: 1 };
}

/** Whether all words of a phrase are also in an earlier phrase: 'agents' after 'GUI agents'. */
export function isRepetition(phrase: LabelPhrase, earlier: LabelPhrase): boolean {
  return phrase.words.every((word) => earlier.words.some((other) => haveCommonStem(word, other)));
}

/** Whether two phrases consist of the same words, in whatever order and form. */
export function haveSameWords(a: LabelPhrase, b: LabelPhrase): boolean {
  return isRepetition(a, b) && isRepetition(b, a);
}

/**
 * Whether a phrase says something that phrases chosen before do not. It must share fewer than half of its words with
 * each of them, and neither may contain an acronym of the other. Generic words ('models', 'generation') do not count.
 */
export function isDistinct(phrase: LabelPhrase, chosen: readonly LabelPhrase[]): boolean {
  return chosen.every((other) => {
    if (containsAcronymOf(phrase, other) || containsAcronymOf(other, phrase)) return false;
    const [words, others] = [phrase, other].map((one) => one.words.filter((word) => !genericWords.has(word)));
    const shared = words.filter((word) => others.some((another) => haveCommonStem(word, another))).length;
    return shared === 0 || shared * 2 < Math.min(words.length, others.length);
  });
}

/** Whether a word of a phrase is the acronym of another phrase: 'LLM reasoning' and 'large language models'. */
function containsAcronymOf(phrase: LabelPhrase, long: LabelPhrase): boolean {
  return phrase.words.some((word) => isAcronymOf({ ...phrase, words: [word] }, long));
}

/**
 * Whether a phrase of one word has the initials of a phrase of several words. Their last letter may be missing: 'VLA'
 * is also an acronym of 'vision-language-action models'.
 */
export function isAcronymOf(short: LabelPhrase, long: LabelPhrase): boolean {
  if (short.words.length !== 1 || long.words.length < 2) return false;
  const letters = initials(long.words.join(' '));
  return singularize(letters) === short.words[0] || (letters.length > 3 && letters.slice(0, -1) === short.words[0]);
}

/** Whether a name made of these phrases is at most 44 characters long, if need be with acronyms. */
export function isShortEnough(phrases: readonly LabelPhrase[]): boolean {
  return nameFromPhrases(phrases).length <= MAX_NAME_LENGTH;
}

/**
 * Joins phrases to a name that starts with a capital letter. If it is too long, acronyms replace phrases, the last
 * phrase first.
 */
export function nameFromPhrases(phrases: readonly LabelPhrase[]): string {
  const texts = phrases.map(({ text }) => text);
  for (let i = phrases.length - 1; i >= 0 && texts.join(NAME_SEPARATOR).length > MAX_NAME_LENGTH; i--) {
    texts[i] = phrases[i].short;
  }
  const name = texts.join(NAME_SEPARATOR);
  return /^\p{Ll}+(?=[ -]|$)/u.test(name) ? name.charAt(0).toUpperCase() + name.slice(1) : name;
}
